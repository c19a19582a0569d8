//! What users may change about themselves.

use beadle_domain::{Error, Findings, settings::InstanceSettings};
use beadle_store::users::UserRecord;
use beadle_types::{
    UserId,
    params::{Patch, UpdateUser},
};

use super::{by::By, update_user};
use crate::{app::App, error::ApiResult};

/// Changes of a profile by its owner.
#[derive(Debug, Default)]
pub(crate) struct OwnChanges {
    pub(crate) username: Patch<String>,
    pub(crate) first_name: Patch<String>,
    pub(crate) last_name: Patch<String>,
    pub(crate) primary_email_address_id: Option<String>,
    pub(crate) primary_phone_number_id: Option<String>,
    pub(crate) primary_web3_wallet_id: Option<String>,
    /// For callers of old versions; replaces the whole object.
    pub(crate) unsafe_metadata: Option<beadle_types::Map>,
}

impl OwnChanges {
    fn check(&self, settings: &InstanceSettings) -> Result<(), beadle_domain::Errors> {
        let mut findings = Findings::default();
        let username = settings.identifiers.username;
        match &self.username {
            Patch::Absent => {}
            Patch::Value(text) if !text.trim().is_empty() => {
                if !username.enabled {
                    findings.push(Error::param_disabled("username"));
                }
            }
            // An empty text clears, like null.
            Patch::Value(_) | Patch::Null => {
                if username.required {
                    findings.push(Error::param_nil("username"));
                }
            }
        }
        findings.finish()
    }

    fn into_params(self) -> UpdateUser {
        // A primary one is replaced, never given up: it goes with the identification itself.
        let chosen = |id: Option<String>| id.filter(|id| !id.is_empty()).map_or(Patch::Absent, Patch::Value);
        UpdateUser {
            username: self.username,
            first_name: self.first_name,
            last_name: self.last_name,
            primary_email_address_id: chosen(self.primary_email_address_id),
            primary_phone_number_id: chosen(self.primary_phone_number_id),
            primary_web3_wallet_id: chosen(self.primary_web3_wallet_id),
            unsafe_metadata: self.unsafe_metadata,
            ..UpdateUser::default()
        }
    }
}

/// Applies the changes, all or none, by the rules of [`update_user`] and those of the instance.
///
/// # Errors
/// 422 for every value that cannot be taken; for a session that has died, why it did.
pub(crate) async fn update(app: &App, by: By, id: UserId, changes: OwnChanges) -> ApiResult<UserRecord> {
    changes.check(&app.instance.settings())?;
    update_user::update_by(app, by, id, changes.into_params()).await
}
