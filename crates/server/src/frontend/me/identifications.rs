//! What e-mail addresses and phone numbers have in common.

use axum::response::Response;
use beadle_domain::Error;
use beadle_store::identifications::{IdentificationKind, IdentificationRow};
use beadle_types::IdentificationId;
use serde::Deserialize;

use super::{reply, settle};
use crate::{
    actions::identifications::{
        Own, remove,
        verify::{self, Attempted},
    },
    app::App,
    error::ApiResult,
    extract::Acting,
};

pub(super) fn own(acting: &Acting, kind: IdentificationKind) -> Own {
    Own { by: acting.by(), user_id: acting.user_id().clone(), kind }
}

pub(super) fn list(acting: Acting, kind: IdentificationKind) -> impl Iterator<Item = IdentificationRow> {
    acting.user.identifications.into_iter().filter(move |row| row.kind == kind)
}

#[derive(Deserialize)]
pub(super) struct PrepareForm {
    strategy: Option<String>,
    redirect_url: Option<String>,
}

pub(super) async fn prepare(
    app: &App,
    acting: &Acting,
    kind: IdentificationKind,
    id: IdentificationId,
    form: PrepareForm,
) -> ApiResult<IdentificationRow> {
    let strategy = form.strategy.ok_or_else(|| Error::param_missing("strategy"))?;
    let how = (&*strategy, form.redirect_url);
    let outcome = verify::prepare(app, own(acting, kind), &acting.user, id, how).await;
    settle(app, acting, outcome).await
}

#[derive(Deserialize)]
pub(super) struct AttemptForm {
    code: Option<String>,
}

/// What was proven, and the backup codes that came with it.
pub(super) async fn attempt(
    app: &App,
    acting: &Acting,
    kind: IdentificationKind,
    id: IdentificationId,
    form: AttemptForm,
) -> ApiResult<(IdentificationRow, Option<Vec<String>>)> {
    let code = form.code.ok_or_else(|| Error::param_missing("code"))?;
    let outcome = verify::attempt(app, own(acting, kind), id, code).await;
    match settle(app, acting, outcome).await? {
        Attempted::Verified(row, backup_codes) => Ok((*row, backup_codes)),
        Attempted::Refused(error) => Err(error.into()),
    }
}

pub(super) async fn delete(
    app: &App,
    acting: &Acting,
    kind: IdentificationKind,
    id: IdentificationId,
) -> ApiResult<Response> {
    acting.require_fresh_proof(app)?;
    let outcome = remove::remove(app, own(acting, kind), id).await;
    let deleted = settle(app, acting, outcome).await?;
    reply(app, acting, deleted).await
}
