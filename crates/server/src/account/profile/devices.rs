//! Signing out on another device.

use axum::{extract::State, response::Response};
use beadle_types::SessionId;

use super::{super::next::Next, again, done};
use crate::{
    actions::end_session,
    app::App,
    error::ApiResult,
    extract::{Acting, Id},
};

#[utoipa::path(post, path = "/account/devices/{session_id}/revoke", operation_id = "revokeAccountDevice")]
pub(super) async fn revoke(
    State(app): State<App>,
    acting: Acting,
    next: Next,
    Id(id): Id<SessionId>,
) -> ApiResult<Response> {
    match end_session::revoke_own(&app, acting.by(), acting.user_id().clone(), id).await {
        Ok(_) => Ok(done(&acting, &next, "device")),
        Err(error) => again(&app, &acting, &next, (error, &[]), None).await,
    }
}
