//! `POST /v1/revocations/receipts`: a verifier tells how far it is.

use axum::{Json, extract::State};
use beadle_domain::Error;
use beadle_types::{RevocationReceipt, object::RevocationReceiptObject, params::CreateReceipt};

use super::verifiers;
use crate::{app::App, error::ApiResult, extract};

#[utoipa::path(post, path = "/v1/revocations/receipts", operation_id = "CreateRevocationReceipt")]
pub(super) async fn create(
    State(app): State<App>,
    extract::Json(params): extract::Json<CreateReceipt>,
) -> ApiResult<Json<RevocationReceipt>> {
    let verifier = verifiers::check_name("verifier", params.verifier)?;
    let seq = params.seq;
    // A node may hear of a receipt for what another node has told before it knows of it itself.
    app.feed.wait_for(seq).await;
    if !(0..=app.feed.progress().head).contains(&seq) {
        return Err(Error::param_value_invalid("seq", seq).into());
    }
    let received_at = app.now();
    app.verifiers.reached(verifier.clone(), seq, received_at);
    Ok(Json(RevocationReceipt { object: RevocationReceiptObject, verifier, seq, received_at }))
}
