//! Backup codes, which are shown once.

use axum::{extract::State, response::Response};
use beadle_domain::Error;
use minijinja::context;

use super::{super::next::Next, again, subpage};
use crate::{actions::factors::backup_codes, app::App, error::ApiResult, extract::Acting};

#[utoipa::path(post, path = "/account/backup-codes", operation_id = "createAccountBackupCodes")]
pub(super) async fn create(State(app): State<App>, acting: Acting, next: Next) -> ApiResult<Response> {
    match draw(&app, &acting).await {
        Ok(codes) => page(&app, &acting, &next, &codes),
        Err(error) => again(&app, &acting, &next, (error, &[]), None).await,
    }
}

async fn draw(app: &App, acting: &Acting) -> ApiResult<Vec<String>> {
    if !app.instance.settings().factors.backup_code {
        return Err(Error::feature_not_enabled().into());
    }
    acting.require_fresh_proof(app)?;
    backup_codes::create(app, acting.by(), acting.user_id().clone()).await
}

/// The codes. They have no address: what is stored of them does not lead back to them.
pub(super) fn page(app: &App, acting: &Acting, next: &Next, codes: &[String]) -> ApiResult<Response> {
    subpage(app, acting, next, (None, &[]), ("backup_codes.html", context! { codes => codes.to_vec() }))
}
