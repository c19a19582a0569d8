//! Tokens by which an application's own tests get past the limits for robots.

use axum::{Json, extract::State};
use beadle_types::{TestingToken, object::TestingTokenObject};

use crate::app::App;

#[utoipa::path(
    post,
    path = "/v1/testing_tokens",
    operation_id = "CreateTestingToken",
    responses((status = 200, body = TestingToken))
)]
pub(super) async fn create(State(app): State<App>) -> Json<TestingToken> {
    let (token, expire_at) = app.instance.issue_testing_token(app.now());
    Json(TestingToken { object: TestingTokenObject, token, expires_at: expire_at.as_secs() })
}
