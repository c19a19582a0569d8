//! Settings of what Beadle does not have yet: kept and answered.

use axum::{Json, extract::State};
use beadle_domain::{Error, Findings};
use beadle_types::{
    InstanceProtect, OAuthApplicationSettings, OrganizationSettings,
    params::{Patch, UpdateInstanceProtect, UpdateOAuthApplicationSettings, UpdateOrganizationSettings},
};
use serde_json::{Value, json};

use super::changes;
use crate::{
    actions::change_settings,
    app::App,
    error::{ApiError, ApiResult},
    extract, present,
};

const MAX_MEMBERSHIPS: i64 = 1_000_000;
const ROLES: [&str; 2] = ["org:admin", "org:member"];
const ENROLLMENT_MODES: [&str; 3] = ["manual_invitation", "automatic_invitation", "automatic_suggestion"];
const SCOPES: [&str; 6] =
    ["email", "profile", "openid", "offline_access", "public_metadata", "private_metadata"];

#[utoipa::path(
    get,
    path = "/v1/instance/protect",
    operation_id = "GetInstanceProtect",
    responses((status = 200, body = InstanceProtect))
)]
pub(in crate::backend) async fn protect(State(app): State<App>) -> ApiResult<Json<InstanceProtect>> {
    change_settings::follow(&app).await?;
    Ok(Json(present::instance::protect(&app.instance.settings())))
}

#[utoipa::path(
    patch,
    path = "/v1/instance/protect",
    operation_id = "UpdateInstanceProtect",
    request_body = UpdateInstanceProtect,
    responses((status = 200, body = InstanceProtect))
)]
pub(in crate::backend) async fn update_protect(
    State(app): State<App>,
    extract::Json(params): extract::Json<UpdateInstanceProtect>,
) -> ApiResult<Json<InstanceProtect>> {
    let given = changes([
        ("protect.rules_enabled", params.rules_enabled.map(Value::from)),
        ("protect.specter_enabled", params.specter_enabled.map(Value::from)),
    ]);
    let settings = change_settings::change(&app, given).await?;
    Ok(Json(present::instance::protect(&settings)))
}

#[utoipa::path(
    get,
    path = "/v1/instance/oauth_application_settings",
    operation_id = "GetInstanceOAuthApplicationSettings",
    responses((status = 200, body = OAuthApplicationSettings))
)]
pub(in crate::backend) async fn oauth(State(app): State<App>) -> ApiResult<Json<OAuthApplicationSettings>> {
    change_settings::follow(&app).await?;
    Ok(Json(present::instance::oauth_applications(&app.instance.settings())))
}

#[utoipa::path(
    patch,
    path = "/v1/instance/oauth_application_settings",
    operation_id = "UpdateInstanceOAuthApplicationSettings",
    request_body = UpdateOAuthApplicationSettings,
    responses((status = 200, body = OAuthApplicationSettings))
)]
pub(in crate::backend) async fn update_oauth(
    State(app): State<App>,
    extract::Json(params): extract::Json<UpdateOAuthApplicationSettings>,
) -> ApiResult<Json<OAuthApplicationSettings>> {
    let mut findings = Findings::default();
    if let Patch::Value(scopes) = &params.default_scopes {
        words("default_scopes", scopes, &SCOPES, &mut findings);
    }
    findings.finish()?;
    let given = serde_json::to_value(params).map_err(ApiError::internal)?;
    let settings = change_settings::change(&app, json!({ "oauth_applications": given })).await?;
    Ok(Json(present::instance::oauth_applications(&settings)))
}

#[utoipa::path(
    get,
    path = "/v1/instance/organization_settings",
    operation_id = "GetInstanceOrganizationSettings",
    responses((status = 200, body = OrganizationSettings))
)]
pub(in crate::backend) async fn organizations(
    State(app): State<App>,
) -> ApiResult<Json<OrganizationSettings>> {
    change_settings::follow(&app).await?;
    Ok(Json(present::instance::organizations(&app.instance.settings())))
}

#[utoipa::path(
    patch,
    path = "/v1/instance/organization_settings",
    operation_id = "UpdateInstanceOrganizationSettings",
    request_body = UpdateOrganizationSettings,
    responses((status = 200, body = OrganizationSettings))
)]
pub(in crate::backend) async fn update_organizations(
    State(app): State<App>,
    extract::Json(params): extract::Json<UpdateOrganizationSettings>,
) -> ApiResult<Json<OrganizationSettings>> {
    let mut findings = Findings::default();
    if params.max_allowed_memberships.is_some_and(|most| !(0..=MAX_MEMBERSHIPS).contains(&most)) {
        let rule = format!("must be from 0, for no limit, to {MAX_MEMBERSHIPS}");
        findings.push(Error::param_rule_broken("max_allowed_memberships", rule));
    }
    if let Some(modes) = &params.domains_enrollment_modes {
        words("domains_enrollment_modes", modes, &ENROLLMENT_MODES, &mut findings);
    }
    for (param, role) in [
        ("creator_role_id", &params.creator_role_id),
        ("domains_default_role_id", &params.domains_default_role_id),
    ] {
        if role.as_deref().is_some_and(|role| !ROLES.contains(&role)) {
            findings.push(Error::param_resource_not_found(param));
        }
    }
    findings.finish()?;
    let given = changes([
        ("organizations.enabled", params.enabled.map(Value::from)),
        ("organizations.max_allowed_memberships", params.max_allowed_memberships.map(Value::from)),
        ("organizations.admin_delete_enabled", params.admin_delete_enabled.map(Value::from)),
        ("organizations.domains_enabled", params.domains_enabled.map(Value::from)),
        ("organizations.slug_disabled", params.slug_disabled.map(Value::from)),
        ("organizations.domains_enrollment_modes", params.domains_enrollment_modes.map(Value::from)),
        ("organizations.creator_role", params.creator_role_id.map(Value::from)),
        ("organizations.domains_default_role", params.domains_default_role_id.map(Value::from)),
    ]);
    let settings = change_settings::change(&app, given).await?;
    Ok(Json(present::instance::organizations(&settings)))
}

/// Each is one of the known words, and none is there twice.
fn words(param: &str, given: &[String], known: &[&str], findings: &mut Findings) {
    for (n, word) in given.iter().enumerate() {
        if !known.contains(&word.as_str()) {
            return findings.push(Error::param_value_invalid(param, word));
        }
        if given[..n].contains(word) {
            return findings.push(Error::param_duplicate(param));
        }
    }
}
