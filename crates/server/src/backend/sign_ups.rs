//! Sign-ups, whose ever they are.

use axum::{Json, extract::State};
use beadle_domain::sign_up::SignUp;
use beadle_types::{SignUpId, SignUpStatus, params::UpdateSignUp};
use serde_json::Value;

use crate::{
    actions::sign_up::administer,
    app::App,
    error::ApiResult,
    extract::{self, Id},
    present,
};

/// As their client sees it, but for what only the browser library reads, and with what time has made of it.
fn shown(app: &App, sign_up: &SignUp) -> Json<Value> {
    let mut shown = present::sign_up::sign_up(sign_up, &app.instance.settings());
    if shown.status == SignUpStatus::MissingRequirements && !sign_up.is_open(app.now()) {
        shown.status = SignUpStatus::Abandoned;
    }
    let mut shown = serde_json::to_value(shown).unwrap_or_default();
    if let Some(fields) = shown.as_object_mut() {
        fields.remove("has_password");
    }
    Json(shown)
}

#[utoipa::path(
    get,
    path = "/v1/sign_ups/{id}",
    operation_id = "GetSignUp",
    responses((status = 200, body = Value))
)]
pub(super) async fn get(State(app): State<App>, Id(id): Id<SignUpId>) -> ApiResult<Json<Value>> {
    Ok(shown(&app, &administer::find(&app, &id).await?))
}

#[utoipa::path(
    patch,
    path = "/v1/sign_ups/{id}",
    operation_id = "UpdateSignUp",
    request_body = UpdateSignUp,
    responses((status = 200, body = Value))
)]
pub(super) async fn update(
    State(app): State<App>,
    Id(id): Id<SignUpId>,
    extract::Json(params): extract::Json<UpdateSignUp>,
) -> ApiResult<Json<Value>> {
    let updated = administer::update(&app, id, params.external_id, params.custom_action.value()).await?;
    Ok(shown(&app, &updated))
}
