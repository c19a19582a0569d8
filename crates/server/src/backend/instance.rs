//! The instance's settings.

pub(super) mod applications;
pub(super) mod communication;
pub(super) mod domain;

use axum::{Json, extract::State, http::StatusCode};
use beadle_domain::{Error, Findings, identifier::EmailAddress, settings::is_origin};
use beadle_types::{
    Instance, InstanceRestrictions,
    params::{UpdateInstance, UpdateInstanceRestrictions},
};
use serde_json::{Map, Value, json};

use super::paging;
use crate::{actions::change_settings, app::App, error::ApiResult, extract, present};

/// Origins at most.
const MAX_ORIGINS: usize = 100;
const MAX_VERSION: usize = 64;

/// A partial object of settings with what was given: `("password.check_pwned_list", Some(true))`.
pub(super) fn changes<const N: usize>(given: [(&str, Option<Value>); N]) -> Value {
    let mut all = Map::new();
    for (path, value) in given {
        let Some(value) = value else { continue };
        match path.split_once('.') {
            None => drop(all.insert(path.to_owned(), value)),
            Some((group, name)) => {
                let group = all.entry(group).or_insert_with(|| json!({}));
                group[name] = value;
            }
        }
    }
    Value::Object(all)
}

/// A text, where an empty one clears.
pub(super) fn text(given: Option<String>) -> Option<Value> {
    given.map(|text| if text.trim().is_empty() { Value::Null } else { text.trim().into() })
}

#[utoipa::path(
    get,
    path = "/v1/instance",
    operation_id = "GetInstance",
    responses((status = 200, body = Instance))
)]
pub(super) async fn get(State(app): State<App>) -> ApiResult<Json<Instance>> {
    change_settings::follow(&app).await?;
    Ok(Json(present::instance::instance(&app.instance)))
}

#[utoipa::path(
    patch,
    path = "/v1/instance",
    operation_id = "UpdateInstance",
    request_body = UpdateInstance,
    responses((status = 204))
)]
pub(super) async fn update(
    State(app): State<App>,
    extract::Json(params): extract::Json<UpdateInstance>,
) -> ApiResult<StatusCode> {
    let mut findings = Findings::default();
    if let Some(email) = params.support_email.as_deref().filter(|email| !email.trim().is_empty()) {
        findings.keep(EmailAddress::parse(email, "support_email"));
    }
    if params.clerk_js_version.as_deref().is_some_and(|version| !is_version(version.trim())) {
        findings.push(Error::param_format_invalid("clerk_js_version", "a version such as 5.1.0"));
    }
    let origin = params.development_origin.map(|origin| origin.trim().trim_end_matches('/').to_owned());
    if origin.as_deref().is_some_and(|origin| !origin.is_empty() && !is_origin(origin)) {
        findings.push(Error::origin_malformed("development_origin"));
    }
    let strategies = [("password", Some("password")), ("otp", Some("otp")), ("", None)];
    let name = "preferred_sign_in_strategy_when_password_required";
    let given = params.preferred_sign_in_strategy_when_password_required.as_deref();
    let strategy = paging::word(name, given, &strategies, &mut findings);
    let origins = params.allowed_origins.map(|origins| allowed(origins, &mut findings));
    findings.finish()?;
    let url_based = params.url_based_session_syncing.or(params.cookieless_dev);
    let given = changes([
        ("test_mode", params.test_mode.map(Value::from)),
        ("password.check_pwned_list", params.hibp.map(Value::from)),
        ("enhanced_email_deliverability", params.enhanced_email_deliverability.map(Value::from)),
        ("display.support_email", text(params.support_email)),
        ("display.clerk_js_version", text(params.clerk_js_version)),
        ("display.preferred_sign_in_strategy", strategy.map(|strategy| json!(strategy))),
        ("development_origin", text(origin)),
        ("allowed_origins", origins.map(Value::from)),
        ("url_based_session_syncing", url_based.map(Value::from)),
    ]);
    change_settings::change(&app, given).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn is_version(text: &str) -> bool {
    text.len() <= MAX_VERSION
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
}

/// Origins without what browsers do not send.
fn allowed(origins: Vec<String>, findings: &mut Findings) -> Vec<String> {
    if origins.len() > MAX_ORIGINS {
        findings.push(Error::param_array_size_exceeded("allowed_origins", MAX_ORIGINS));
    }
    let mut kept: Vec<String> = Vec::with_capacity(origins.len().min(MAX_ORIGINS));
    for origin in origins.into_iter().take(MAX_ORIGINS) {
        let origin = origin.trim().trim_end_matches('/').to_owned();
        if !is_origin(&origin) {
            findings.push(Error::origin_malformed("allowed_origins"));
            break;
        }
        if !kept.contains(&origin) {
            kept.push(origin);
        }
    }
    kept
}

#[utoipa::path(
    patch,
    path = "/v1/instance/restrictions",
    operation_id = "UpdateInstanceRestrictions",
    request_body = UpdateInstanceRestrictions,
    responses((status = 200, body = InstanceRestrictions))
)]
pub(super) async fn update_restrictions(
    State(app): State<App>,
    extract::Json(params): extract::Json<UpdateInstanceRestrictions>,
) -> ApiResult<Json<InstanceRestrictions>> {
    // Null means that a setting stays.
    let given = Value::from(match serde_json::to_value(params).map_err(crate::ApiError::internal)? {
        Value::Object(given) => given,
        _ => Map::new(),
    });
    let settings = change_settings::change(&app, json!({ "restrictions": given })).await?;
    Ok(Json(present::instance::restrictions(&settings)))
}
