//! Operations on the instance and its settings.

use beadle_types::{
    Instance, InstanceCommunication, InstanceProtect, InstanceRestrictions, InstanceSettings,
    OAuthApplicationSettings, OrganizationSettings,
    params::{
        ChangeDomain, UpdateInstance, UpdateInstanceAuthConfig, UpdateInstanceCommunication,
        UpdateInstanceProtect, UpdateInstanceRestrictions, UpdateOAuthApplicationSettings,
        UpdateOrganizationSettings,
    },
};
use http::Method;
use serde::Serialize;

use crate::{request::Request, resource::resource};

resource!(
    /// Operations on the instance and its settings; from [`crate::Clerk::instance`].
    InstanceSettingsOperations
);

impl InstanceSettingsOperations<'_> {
    fn of<T>(self, part: &str) -> Request<T> {
        Request::new(self.clerk, Method::GET, format!("/v1/instance{part}"))
    }

    fn change<T>(self, part: &str, params: &impl Serialize) -> Request<T> {
        Request::new(self.clerk, Method::PATCH, format!("/v1/instance{part}")).body(params)
    }

    /// The instance.
    pub fn get(self) -> Request<Instance> {
        self.of("")
    }

    /// Changes settings; what is not given stays.
    pub fn update(self, params: &UpdateInstance) -> Request<()> {
        self.change("", params)
    }

    /// Changes who is let in.
    pub fn update_restrictions(self, params: &UpdateInstanceRestrictions) -> Request<InstanceRestrictions> {
        self.change("/restrictions", params)
    }

    /// Where SMS go.
    pub fn communication(self) -> Request<InstanceCommunication> {
        self.of("/communication")
    }

    /// Changes where SMS go.
    pub fn update_communication(
        self,
        params: &UpdateInstanceCommunication,
    ) -> Request<InstanceCommunication> {
        self.change("/communication", params)
    }

    /// The settings of Clerk's own service against bots.
    pub fn protect(self) -> Request<InstanceProtect> {
        self.of("/protect")
    }

    /// Changes them.
    pub fn update_protect(self, params: &UpdateInstanceProtect) -> Request<InstanceProtect> {
        self.change("/protect", params)
    }

    /// The settings of OAuth applications.
    pub fn oauth_application_settings(self) -> Request<OAuthApplicationSettings> {
        self.of("/oauth_application_settings")
    }

    /// Changes them.
    pub fn update_oauth_application_settings(
        self,
        params: &UpdateOAuthApplicationSettings,
    ) -> Request<OAuthApplicationSettings> {
        self.change("/oauth_application_settings", params)
    }

    /// The settings of organizations.
    pub fn organization_settings(self) -> Request<OrganizationSettings> {
        self.of("/organization_settings")
    }

    /// Changes them.
    pub fn update_organization_settings(
        self,
        params: &UpdateOrganizationSettings,
    ) -> Request<OrganizationSettings> {
        self.change("/organization_settings", params)
    }

    /// Moves an instance in production to another domain; with Beadle from its next start on.
    pub fn change_domain(self, params: &ChangeDomain) -> Request<()> {
        Request::new(self.clerk, Method::POST, "/v1/instance/change_domain").body(params)
    }

    /// Changes what is among the beta features.
    pub fn update_auth_config(self, params: &UpdateInstanceAuthConfig) -> Request<InstanceSettings> {
        Request::new(self.clerk, Method::PATCH, "/v1/beta_features/instance_settings").body(params)
    }

    /// The earlier form of [`Self::change_domain`].
    pub fn update_production_domain(self, params: &ChangeDomain) -> Request<()> {
        Request::new(self.clerk, Method::PUT, "/v1/beta_features/domain").body(params)
    }
}
