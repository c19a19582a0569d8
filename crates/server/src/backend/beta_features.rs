//! The earlier place of settings that SDKs still write to.

use axum::{Json, extract::State};
use beadle_domain::{Error, Findings};
use beadle_types::{InstanceSettings, params::UpdateInstanceAuthConfig};
use serde_json::Value;

use super::instance::{changes, text};
use crate::{actions::change_settings, app::App, error::ApiResult, extract, present};

#[utoipa::path(
    patch,
    path = "/v1/beta_features/instance_settings",
    operation_id = "UpdateInstanceAuthConfig",
    request_body = UpdateInstanceAuthConfig,
    responses((status = 200, body = InstanceSettings))
)]
pub(super) async fn update(
    State(app): State<App>,
    extract::Json(params): extract::Json<UpdateInstanceAuthConfig>,
) -> ApiResult<Json<InstanceSettings>> {
    let mut findings = Findings::default();
    let is_local = |text: &str| text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if params.from_email_address.as_deref().is_some_and(|text| !is_local(text)) {
        let expected = "up to 64 letters and digits, what stands before the @";
        findings.push(Error::param_format_invalid("from_email_address", expected));
    }
    findings.finish()?;
    let given = changes([
        ("restrictions.allowlist", params.restricted_to_allowlist.map(Value::from)),
        ("communication.from_email_address", text(params.from_email_address)),
        ("progressive_sign_up", params.progressive_sign_up.map(Value::from)),
        ("enhanced_email_deliverability", params.enhanced_email_deliverability.map(Value::from)),
        ("test_mode", params.test_mode.map(Value::from)),
    ]);
    let settings = change_settings::change(&app, given).await?;
    Ok(Json(present::instance::settings(&app.instance, &settings)))
}
