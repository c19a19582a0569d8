//! A user's own password.

use axum::{extract::State, response::Response};
use beadle_domain::Error;
use secrecy::SecretString;
use serde::Deserialize;

use super::{reply_with, settle, shown};
use crate::{
    actions::change_password::{self, Change, Changed},
    app::App,
    error::ApiResult,
    extract::{Acting, Form},
};

#[derive(Deserialize)]
pub(in crate::frontend) struct PasswordForm {
    current_password: Option<SecretString>,
    new_password: Option<SecretString>,
    sign_out_of_other_sessions: Option<bool>,
}

#[utoipa::path(post, path = "/v1/me/change_password", operation_id = "changePassword")]
pub(in crate::frontend) async fn change(
    State(app): State<App>,
    acting: Acting,
    Form(form): Form<PasswordForm>,
) -> ApiResult<Response> {
    if acting.user.user.password_digest.is_none() {
        // Nothing but the session speaks for the user here.
        acting.require_fresh_proof(&app)?;
    }
    let new = form.new_password.ok_or_else(|| Error::param_missing("new_password"))?;
    let change = Change {
        current: form.current_password,
        new,
        sign_out: form.sign_out_of_other_sessions.unwrap_or(false),
    };
    let outcome = change_password::change(&app, acting.by(), acting.user.clone(), change).await;
    answer(&app, &acting, settle(&app, &acting, outcome).await?).await
}

#[utoipa::path(post, path = "/v1/me/remove_password", operation_id = "removePassword")]
pub(in crate::frontend) async fn remove(
    State(app): State<App>,
    acting: Acting,
    Form(form): Form<PasswordForm>,
) -> ApiResult<Response> {
    let current = form.current_password;
    let outcome = change_password::remove(&app, acting.by(), acting.user.clone(), current).await;
    answer(&app, &acting, settle(&app, &acting, outcome).await?).await
}

/// The tokens that the page holds may have died with the old password: it gets a new one.
async fn answer(app: &App, acting: &Acting, changed: Changed) -> ApiResult<Response> {
    let origin = acting.caller.origin.as_deref();
    let token =
        changed.session.map(|session| app.instance.mint(&session, origin, None, app.now(), &*app.rng));
    let fresh = token.as_ref().map(|token| (&acting.session.session().id, token));
    reply_with(app, acting, shown(app, changed.record), fresh).await
}
