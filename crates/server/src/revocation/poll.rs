//! The feed as long-poll: one frame per request.

use std::time::Duration;

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use tokio::sync::watch;

use super::subscribe::Question;
use crate::{
    app::App,
    error::{ApiError, ApiResult},
};

/// How long to wait for news unless the caller says otherwise.
pub(super) const DEFAULT_WAIT: Duration = Duration::from_secs(25);
/// The longest that a caller may wait.
pub(super) const MAX_WAIT: Duration = Duration::from_secs(30);

/// How long the answer to a nonce may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// What comes after a position, waiting for it; without a position the snapshot, at once. A wait that ends without
/// news is answered with a heartbeat.
pub(super) async fn answer(
    app: &App,
    after: Option<i64>,
    wait: Duration,
    limit: usize,
    mut changes: watch::Receiver<u64>,
    question: Option<Question>,
) -> ApiResult<Response> {
    let news = changes.wait_for(|_| app.feed.has_news(after) || app.feed.is_closed());
    drop(tokio::time::timeout(wait, news).await);
    let json = match question {
        None => app.feed.frame(after, limit, &app.instance).json.clone(),
        Some(Question { nonce, mut look }) => {
            let unanswered = |_| ApiError::unavailable("the database was not looked into".into());
            tokio::time::timeout(PATIENCE, look.done()).await.map_err(unanswered)?;
            app.feed.answer(&nonce, after, limit, &app.instance).json
        }
    };
    let mut response = Response::new(Body::from(json));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
