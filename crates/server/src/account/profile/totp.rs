//! The authenticator app: set up with a picture or by typing, and removed.

use axum::{extract::State, response::Response};
use beadle_domain::{Error, totp::TotpSecret};
use minijinja::context;
use serde::Deserialize;

use super::{
    super::{errors::is_forms, next::Next, sign_in::factors::typed_code},
    again, backup_codes, done, on_to, subpage,
};
use crate::{
    account::qr_code,
    actions::factors::totp::{self, What},
    app::App,
    error::{ApiError, ApiResult},
    extract::{Acting, Form},
};

const PATH: &str = "/account/totp";

#[utoipa::path(post, path = "/account/totp/create", operation_id = "createAccountTOTP")]
pub(super) async fn create(State(app): State<App>, acting: Acting, next: Next) -> ApiResult<Response> {
    match draw(&app, &acting).await {
        Ok(_) => Ok(on_to(&acting, &next, PATH)),
        Err(error) => again(&app, &acting, &next, (error, &[]), None).await,
    }
}

async fn draw(app: &App, acting: &Acting) -> ApiResult<TotpSecret> {
    if !app.instance.settings().factors.authenticator_app {
        return Err(Error::feature_not_enabled().into());
    }
    acting.require_fresh_proof(app)?;
    totp::create(app, acting.by(), acting.user_id().clone()).await
}

#[utoipa::path(get, path = "/account/totp", operation_id = "showAccountTOTP")]
pub(super) async fn show(State(app): State<App>, acting: Acting, next: Next) -> ApiResult<Response> {
    page(&app, &acting, &next, None).await
}

#[derive(Deserialize)]
pub(super) struct CodeForm {
    code: Option<String>,
}

#[utoipa::path(post, path = "/account/totp", operation_id = "verifyAccountTOTP")]
pub(super) async fn verify(
    State(app): State<App>,
    acting: Acting,
    next: Next,
    Form(form): Form<CodeForm>,
) -> ApiResult<Response> {
    let tried = match typed_code(form.code) {
        Ok(code) => totp::verify(&app, acting.by(), acting.user_id().clone(), code).await,
        Err(error) => Err(error.into()),
    };
    match tried {
        Ok(Some(codes)) => backup_codes::page(&app, &acting, &next, &codes),
        Ok(None) => Ok(done(&acting, &next, "totp")),
        Err(error) if is_forms(&error) => page(&app, &acting, &next, Some(&error)).await,
        Err(error) => Err(error),
    }
}

#[utoipa::path(post, path = "/account/totp/remove", operation_id = "removeAccountTOTP")]
pub(super) async fn remove(State(app): State<App>, acting: Acting, next: Next) -> ApiResult<Response> {
    let removed = match acting.require_fresh_proof(&app) {
        Ok(()) => totp::remove(&app, acting.by(), acting.user_id().clone(), What::Totp).await,
        Err(error) => Err(error.into()),
    };
    match removed {
        Ok(()) => Ok(done(&acting, &next, "totp_removed")),
        Err(error) => again(&app, &acting, &next, (error, &[]), None).await,
    }
}

/// The secret that waits for its app; without one there is nothing to show.
async fn page(app: &App, acting: &Acting, next: &Next, error: Option<&ApiError>) -> ApiResult<Response> {
    let Some(secret) = totp::pending(app, &acting.user.user).await? else {
        return Ok(on_to(acting, next, "/account"));
    };
    let account = acting.user.best_known_as().unwrap_or(acting.user_id().as_str());
    let uri = secret.uri(&app.instance.settings().application_name, account);
    let values = context! { qr_code => qr_code::of(&uri)?, secret => in_groups(&secret.to_base32()) };
    subpage(app, acting, next, (error, &["code"]), ("totp.html", values))
}

/// As people can copy it letter by letter.
fn in_groups(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}
