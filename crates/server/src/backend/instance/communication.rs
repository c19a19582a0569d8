//! Where SMS go.

use axum::{Json, extract::State};
use beadle_domain::{Error, Findings, restrictions::is_country};
use beadle_types::{InstanceCommunication, params::UpdateInstanceCommunication};
use serde_json::json;

use crate::{actions::change_settings, app::App, error::ApiResult, extract, present};

const MAX_COUNTRIES: usize = 250;

#[utoipa::path(
    get,
    path = "/v1/instance/communication",
    operation_id = "GetInstanceCommunication",
    responses((status = 200, body = InstanceCommunication))
)]
pub(in crate::backend) async fn get(State(app): State<App>) -> ApiResult<Json<InstanceCommunication>> {
    change_settings::follow(&app).await?;
    Ok(Json(present::instance::communication(&app.instance.settings())))
}

#[utoipa::path(
    patch,
    path = "/v1/instance/communication",
    operation_id = "UpdateInstanceCommunication",
    request_body = UpdateInstanceCommunication,
    responses((status = 200, body = InstanceCommunication))
)]
pub(in crate::backend) async fn update(
    State(app): State<App>,
    extract::Json(params): extract::Json<UpdateInstanceCommunication>,
) -> ApiResult<Json<InstanceCommunication>> {
    let Some(given) = params.blocked_country_codes else {
        return Ok(Json(present::instance::communication(&app.instance.settings())));
    };
    let param = "blocked_country_codes";
    let mut findings = Findings::default();
    if given.len() > MAX_COUNTRIES {
        findings.push(Error::param_array_size_exceeded(param, MAX_COUNTRIES));
    }
    let is_code = |code: &String| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if !given.iter().all(is_code) {
        findings
            .push(Error::param_format_invalid(param, "a list of codes of two capital letters, such as GB"));
    }
    let mut codes = given.clone();
    codes.sort_unstable();
    codes.dedup();
    if codes.len() < given.len() {
        findings.push(Error::param_duplicate(param));
    }
    findings.finish()?;
    codes.retain(|code| is_country(code));
    let changes = json!({"communication": {"blocked_country_codes": codes}});
    let settings = change_settings::change(&app, changes).await?;
    Ok(Json(present::instance::communication(&settings)))
}
