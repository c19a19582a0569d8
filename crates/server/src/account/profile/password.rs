//! The password.

use axum::{extract::State, response::Response};
use beadle_domain::Error;
use secrecy::SecretString;
use serde::Deserialize;

use super::{super::next::Next, again, done};
use crate::{
    actions::change_password::{self, Change, Changed},
    app::App,
    error::ApiResult,
    extract::{Acting, Form},
    frontend::answer::Answer,
};

#[derive(Deserialize)]
pub(super) struct PasswordForm {
    current_password: Option<SecretString>,
    new_password: Option<SecretString>,
    sign_out_of_other_sessions: Option<bool>,
}

#[utoipa::path(post, path = "/account/password", operation_id = "changeAccountPassword")]
pub(super) async fn change(
    State(app): State<App>,
    acting: Acting,
    next: Next,
    Form(form): Form<PasswordForm>,
) -> ApiResult<Response> {
    match set(&app, &acting, form).await {
        Ok(changed) => {
            let origin = acting.caller.origin.as_deref();
            let token = changed
                .session
                .map(|session| app.instance.mint(&session, origin, None, app.now(), &*app.rng));
            let answer = Answer::new(&app, &acting.caller);
            let answer = if token.is_some() { answer.on_own_page(token.as_ref()) } else { answer };
            Ok(answer.onto(done(&acting, &next, "password")))
        }
        Err(error) => again(&app, &acting, &next, (error, &["current_password", "new_password"]), None).await,
    }
}

async fn set(app: &App, acting: &Acting, form: PasswordForm) -> ApiResult<Changed> {
    if acting.user.user.password_digest.is_none() {
        // Nothing but the session speaks for the user here.
        acting.require_fresh_proof(app)?;
    }
    let change = Change {
        current: form.current_password,
        new: form.new_password.ok_or_else(|| Error::param_missing("new_password"))?,
        sign_out: form.sign_out_of_other_sessions.unwrap_or(false),
    };
    change_password::change(app, acting.by(), acting.user.clone(), change).await
}
