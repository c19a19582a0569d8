//! A user's own e-mail addresses.

use axum::{Json, extract::State, response::Response};
use beadle_domain::Error;
use beadle_store::identifications::IdentificationKind;
use beadle_types::{EmailAddress, IdentificationId};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    identifications::{self, AttemptForm, PrepareForm, own},
    reply, settle,
};
use crate::{
    actions::identifications::add,
    app::App,
    error::ApiResult,
    extract::{Acting, Form, Id},
    present,
};

pub(in crate::frontend) fn operations() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, delete))
        .routes(routes!(prepare))
        .routes(routes!(attempt))
}

const KIND: IdentificationKind = IdentificationKind::EmailAddress;

#[utoipa::path(get, path = "/v1/me/email_addresses", operation_id = "getEmailAddresses")]
async fn list(acting: Acting) -> Json<Vec<EmailAddress>> {
    Json(identifications::list(acting, KIND).map(present::user::email_address).collect())
}

#[utoipa::path(get, path = "/v1/me/email_addresses/{email_id}", operation_id = "getEmailAddress")]
async fn get(State(app): State<App>, acting: Acting, Id(id): Id<IdentificationId>) -> ApiResult<Response> {
    let row = acting.identification(KIND, &id)?.clone();
    reply(&app, &acting, present::user::email_address(row)).await
}

#[derive(Deserialize)]
struct AddressForm {
    email_address: Option<String>,
}

#[utoipa::path(post, path = "/v1/me/email_addresses", operation_id = "createEmailAddresses")]
async fn create(
    State(app): State<App>,
    acting: Acting,
    Form(form): Form<AddressForm>,
) -> ApiResult<Response> {
    acting.require_fresh_proof(&app)?;
    let typed = form.email_address.ok_or_else(|| Error::param_missing("email_address"))?;
    let row = settle(&app, &acting, add::add(&app, own(&acting, KIND), &typed, false).await).await?;
    reply(&app, &acting, present::user::email_address(row)).await
}

#[utoipa::path(
    post,
    path = "/v1/me/email_addresses/{email_id}/prepare_verification",
    operation_id = "sendVerificationEmail"
)]
async fn prepare(
    State(app): State<App>,
    acting: Acting,
    Id(id): Id<IdentificationId>,
    Form(form): Form<PrepareForm>,
) -> ApiResult<Response> {
    let row = identifications::prepare(&app, &acting, KIND, id, form).await?;
    reply(&app, &acting, present::user::email_address(row)).await
}

#[utoipa::path(
    post,
    path = "/v1/me/email_addresses/{email_id}/attempt_verification",
    operation_id = "verifyEmailAddress"
)]
async fn attempt(
    State(app): State<App>,
    acting: Acting,
    Id(id): Id<IdentificationId>,
    Form(form): Form<AttemptForm>,
) -> ApiResult<Response> {
    let (row, _) = identifications::attempt(&app, &acting, KIND, id, form).await?;
    reply(&app, &acting, present::user::email_address(row)).await
}

#[utoipa::path(delete, path = "/v1/me/email_addresses/{email_id}", operation_id = "DeleteEmailAddress")]
async fn delete(State(app): State<App>, acting: Acting, Id(id): Id<IdentificationId>) -> ApiResult<Response> {
    identifications::delete(&app, &acting, KIND, id).await
}
