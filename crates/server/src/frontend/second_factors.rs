//! A user's own second factors: the authenticator app and the backup codes.

use axum::{extract::State, response::Response};
use beadle_domain::Error;
use beadle_types::{
    BackupCodes, DeletedObject, Totp, UserId,
    object::{BackupCodeObject, TotpObject},
};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::me::{reply, settle};
use crate::{
    actions::factors::{
        backup_codes,
        totp::{self, What},
    },
    app::App,
    error::ApiResult,
    extract::{Acting, Form},
};

pub(super) fn operations() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create_totp, delete_totp))
        .routes(routes!(verify_totp))
        .routes(routes!(create_backup_codes))
}

#[utoipa::path(post, path = "/v1/me/totp", operation_id = "postTOTP")]
async fn create_totp(State(app): State<App>, acting: Acting) -> ApiResult<Response> {
    require(app.instance.settings().factors.authenticator_app)?;
    acting.require_fresh_proof(&app)?;
    let outcome = totp::create(&app, acting.by(), acting.user_id().clone()).await;
    let secret = settle(&app, &acting, outcome).await?;
    let user_id = acting.user_id();
    // What the app lists the secret under.
    let account = acting.user.best_known_as().unwrap_or(user_id.as_str());
    let uri = secret.uri(&app.instance.settings().application_name, account);
    let shown = Totp { secret: Some(secret.to_base32()), uri: Some(uri), ..shown(&app, user_id) };
    reply(&app, &acting, shown).await
}

#[derive(Deserialize)]
struct VerifyForm {
    code: Option<String>,
}

#[utoipa::path(post, path = "/v1/me/totp/attempt_verification", operation_id = "verifyTOTP")]
async fn verify_totp(
    State(app): State<App>,
    acting: Acting,
    Form(form): Form<VerifyForm>,
) -> ApiResult<Response> {
    let code = form.code.ok_or_else(|| Error::param_missing("code"))?;
    let outcome = totp::verify(&app, acting.by(), acting.user_id().clone(), code).await;
    let backup_codes = settle(&app, &acting, outcome).await?;
    let shown = Totp { verified: true, backup_codes, ..shown(&app, &acting.user.user.id) };
    reply(&app, &acting, shown).await
}

#[utoipa::path(delete, path = "/v1/me/totp", operation_id = "deleteTOTP")]
async fn delete_totp(State(app): State<App>, acting: Acting) -> ApiResult<Response> {
    acting.require_fresh_proof(&app)?;
    let outcome = totp::remove(&app, acting.by(), acting.user_id().clone(), What::Totp).await;
    settle(&app, &acting, outcome).await?;
    reply(&app, &acting, DeletedObject::new("totp", id("totp_", acting.user_id()))).await
}

#[utoipa::path(post, path = "/v1/me/backup_codes", operation_id = "createBackupCodes")]
async fn create_backup_codes(State(app): State<App>, acting: Acting) -> ApiResult<Response> {
    require(app.instance.settings().factors.backup_code)?;
    acting.require_fresh_proof(&app)?;
    let outcome = backup_codes::create(&app, acting.by(), acting.user_id().clone()).await;
    let codes = settle(&app, &acting, outcome).await?;
    let now = app.now();
    let shown = BackupCodes {
        object: BackupCodeObject,
        id: id("backup_code_", &acting.user.user.id),
        codes,
        created_at: now,
        updated_at: now,
    };
    reply(&app, &acting, shown).await
}

/// What the operator has switched off cannot be set up. What is set up goes on: it protects its user.
fn require(is_enabled: bool) -> Result<(), Error> {
    if is_enabled { Ok(()) } else { Err(Error::feature_not_enabled()) }
}

/// There is one per user, so it is called after them.
fn id(prefix: &str, user_id: &UserId) -> String {
    let suffix = user_id.as_str().strip_prefix(UserId::PREFIX).unwrap_or_default();
    format!("{prefix}{suffix}")
}

fn shown(app: &App, user_id: &UserId) -> Totp {
    let now = app.now();
    Totp {
        object: TotpObject,
        id: id("totp_", user_id),
        secret: None,
        uri: None,
        verified: false,
        backup_codes: None,
        created_at: now,
        updated_at: now,
    }
}
