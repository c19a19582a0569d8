//! What the operations on e-mail addresses and phone numbers have in common.

use axum::Json;
use beadle_store::identifications::{IdentificationKind, IdentificationStatus};
use beadle_types::{
    CodeVerification, DeletedObject, IdentificationId, UserId,
    params::{AttemptVerification, IdentificationState},
};

use crate::{
    actions::identifications::{
        administer,
        backend_code::{self, BackendCode},
        remove,
    },
    app::App,
    error::ApiResult,
    extract::path,
};

/// The user that a body names.
pub(super) fn user(id: &str) -> ApiResult<UserId> {
    Ok(id.parse().map_err(|_| beadle_domain::Error::not_found("user", path::printable(id)))?)
}

/// `verified` as bodies say it.
pub(super) fn status(verified: Option<bool>) -> IdentificationStatus {
    if verified == Some(true) { IdentificationStatus::Verified } else { IdentificationStatus::Unverified }
}

/// `identification_status` as bodies say it.
pub(super) fn state(given: Option<IdentificationState>) -> IdentificationStatus {
    match given.unwrap_or_default() {
        IdentificationState::Verified => IdentificationStatus::Verified,
        IdentificationState::Reserved => IdentificationStatus::Reserved,
        IdentificationState::Unverified => IdentificationStatus::Unverified,
    }
}

pub(super) async fn delete(
    app: &App,
    kind: IdentificationKind,
    id: IdentificationId,
) -> ApiResult<Json<DeletedObject>> {
    let own = administer::own(app, kind, &id).await?;
    Ok(Json(remove::remove(app, own, id).await?))
}

pub(super) async fn prepare(
    app: &App,
    kind: IdentificationKind,
    id: IdentificationId,
) -> ApiResult<Json<CodeVerification>> {
    Ok(Json(shown(kind, backend_code::prepare(app, kind, id).await?)))
}

pub(super) async fn attempt(
    app: &App,
    kind: IdentificationKind,
    id: IdentificationId,
    given: AttemptVerification,
) -> ApiResult<Json<CodeVerification>> {
    let attempted = backend_code::attempt(app, kind, id, given.verification_id, given.code).await?;
    Ok(Json(shown(kind, attempted)))
}

fn shown(kind: IdentificationKind, sent: BackendCode) -> CodeVerification {
    CodeVerification {
        object: "verification".into(),
        id: sent.id,
        status: sent.status,
        strategy: backend_code::strategy(kind).as_str().to_owned().into(),
        attempts: Some(sent.code.attempts.into()),
        expire_at: Some(sent.code.expire_at),
        channel: (kind == IdentificationKind::PhoneNumber).then(|| "sms".into()),
    }
}
