//! Passkeys: renamed and removed. Making one takes a script, which these pages do without.

use axum::{extract::State, response::Response};
use beadle_store::identifications::{IdentificationKind, IdentificationRow};
use beadle_types::IdentificationId;
use minijinja::context;
use serde::Deserialize;

use super::{
    super::{errors::is_forms, next::Next},
    again, done, subpage,
};
use crate::{
    actions::passkeys,
    app::App,
    error::{ApiError, ApiResult},
    extract::{Acting, Form, Id},
};

#[utoipa::path(get, path = "/account/passkeys/{passkey_id}", operation_id = "showAccountPasskey")]
pub(super) async fn show(
    State(app): State<App>,
    acting: Acting,
    next: Next,
    Id(id): Id<IdentificationId>,
) -> ApiResult<Response> {
    page(&app, &acting, &next, &id, None)
}

#[derive(Deserialize)]
pub(super) struct NameForm {
    name: Option<String>,
}

#[utoipa::path(post, path = "/account/passkeys/{passkey_id}", operation_id = "renameAccountPasskey")]
pub(super) async fn rename(
    State(app): State<App>,
    acting: Acting,
    next: Next,
    Id(id): Id<IdentificationId>,
    Form(form): Form<NameForm>,
) -> ApiResult<Response> {
    let name = form.name.unwrap_or_default();
    match passkeys::rename(&app, acting.by(), acting.user_id().clone(), id.clone(), &name).await {
        Ok(_) => Ok(done(&acting, &next, "passkey")),
        Err(error) if is_forms(&error) => page(&app, &acting, &next, &id, Some(&error)),
        Err(error) => Err(error),
    }
}

#[utoipa::path(post, path = "/account/passkeys/{passkey_id}/remove", operation_id = "removeAccountPasskey")]
pub(super) async fn remove(
    State(app): State<App>,
    acting: Acting,
    next: Next,
    Id(id): Id<IdentificationId>,
) -> ApiResult<Response> {
    let removed = match acting.require_fresh_proof(&app) {
        Ok(()) => passkeys::delete(&app, acting.by(), acting.user_id().clone(), id).await,
        Err(error) => Err(error.into()),
    };
    match removed {
        Ok(_) => Ok(done(&acting, &next, "passkey_removed")),
        Err(error) => again(&app, &acting, &next, (error, &[]), None).await,
    }
}

fn page(
    app: &App,
    acting: &Acting,
    next: &Next,
    id: &IdentificationId,
    error: Option<&ApiError>,
) -> ApiResult<Response> {
    let IdentificationRow { id, value, .. } = acting.identification(IdentificationKind::Passkey, id)?;
    let values = context! { path => format!("/account/passkeys/{id}"), name => value };
    subpage(app, acting, next, (error, &["name"]), ("passkey.html", values))
}
