//! How the operations on API keys and tokens of machines refuse parameters: Clerk has another service for them, which
//! says 400 `bad_request` where the rest says 422.

use std::sync::Arc;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::error::ApiError;

/// Turns 422 into 400; texts and parameters' names stay.
pub(super) async fn instead_of_unprocessable(response: Response) -> Response {
    let refusal = response.extensions().get::<Arc<ApiError>>();
    match refusal.filter(|refusal| refusal.status() == StatusCode::UNPROCESSABLE_ENTITY) {
        Some(refusal) => refusal.as_bad_request().into_response(),
        None => response,
    }
}
