//! A user's own passkeys.

use axum::{extract::State, response::Response};
use beadle_domain::Error;
use beadle_store::identifications::{IdentificationKind, IdentificationRow};
use beadle_types::{DeletedObject, IdentificationId};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::me::{reply, settle};
use crate::{
    actions::passkeys,
    app::App,
    error::ApiResult,
    extract::{Acting, Form, Id},
    present,
};

pub(super) fn operations() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(get, rename, delete)).routes(routes!(verify))
}

#[utoipa::path(post, path = "/v1/me/passkeys", operation_id = "postPasskey")]
async fn create(State(app): State<App>, acting: Acting) -> ApiResult<Response> {
    let site = passkeys::site(&app, &acting.caller)?;
    acting.require_fresh_proof(&app)?;
    let name = device_name(&app, &acting);
    let outcome = passkeys::create(&app, acting.by(), acting.user_id().clone(), site, name).await;
    let row = settle(&app, &acting, outcome).await?;
    show(&app, &acting, row).await
}

/// What a new passkey is called until its owner calls it something else.
fn device_name(app: &App, acting: &Acting) -> String {
    let device = acting.caller.activity(app);
    match (device.browser_name, device.device_type) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name,
        (None, None) => "Passkey".to_owned(),
    }
}

#[utoipa::path(get, path = "/v1/me/passkeys/{passkey_id}", operation_id = "readPasskey")]
async fn get(State(app): State<App>, acting: Acting, Id(id): Id<IdentificationId>) -> ApiResult<Response> {
    let row = acting.identification(IdentificationKind::Passkey, &id)?.clone();
    show(&app, &acting, row).await
}

#[derive(Deserialize)]
struct RenameForm {
    name: Option<String>,
}

#[utoipa::path(patch, path = "/v1/me/passkeys/{passkey_id}", operation_id = "patchPasskey")]
async fn rename(
    State(app): State<App>,
    acting: Acting,
    Id(id): Id<IdentificationId>,
    Form(form): Form<RenameForm>,
) -> ApiResult<Response> {
    let name = form.name.unwrap_or_default();
    let outcome = passkeys::rename(&app, acting.by(), acting.user_id().clone(), id, &name).await;
    let row = settle(&app, &acting, outcome).await?;
    show(&app, &acting, row).await
}

#[utoipa::path(delete, path = "/v1/me/passkeys/{passkey_id}", operation_id = "deletePasskey")]
async fn delete(State(app): State<App>, acting: Acting, Id(id): Id<IdentificationId>) -> ApiResult<Response> {
    acting.require_fresh_proof(&app)?;
    let outcome = passkeys::delete(&app, acting.by(), acting.user_id().clone(), id).await;
    let row = settle(&app, &acting, outcome).await?;
    reply(&app, &acting, DeletedObject::new("passkey", row.id.as_str())).await
}

#[derive(Deserialize)]
struct VerifyForm {
    public_key_credential: Option<String>,
}

#[utoipa::path(
    post,
    path = "/v1/me/passkeys/{passkey_id}/attempt_verification",
    operation_id = "attemptPasskeyVerification"
)]
async fn verify(
    State(app): State<App>,
    acting: Acting,
    Id(id): Id<IdentificationId>,
    Form(form): Form<VerifyForm>,
) -> ApiResult<Response> {
    let credential =
        form.public_key_credential.ok_or_else(|| Error::param_missing("public_key_credential"))?;
    let outcome = passkeys::verify(&app, acting.by(), acting.user_id().clone(), id, credential).await;
    let row = settle(&app, &acting, outcome).await?;
    show(&app, &acting, row).await
}

async fn show(app: &App, acting: &Acting, row: IdentificationRow) -> ApiResult<Response> {
    reply(app, acting, present::user::passkey(row)).await
}
