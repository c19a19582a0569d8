//! `GET /v1/revocations`: as a stream or as a long-poll.

use std::time::Duration;

use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::Response,
};
use beadle_domain::Error;
use serde::Deserialize;

use super::{
    feed::{FRAME, Look},
    poll, stream, verifiers,
    verifiers::Listening,
};
use crate::{
    app::App,
    error::{ApiError, ApiResult},
    extract::Query,
};

/// What a subscriber may ask for.
#[derive(Deserialize)]
pub(super) struct Params {
    after: Option<i64>,
    wait: Option<u64>,
    limit: Option<usize>,
    verifier: Option<String>,
    nonce: Option<String>,
}

/// A nonce, and the look into the database that its answer waits for.
pub(super) struct Question {
    pub(super) nonce: String,
    pub(super) look: Look,
}

#[utoipa::path(get, path = "/v1/revocations", operation_id = "SubscribeToRevocations")]
pub(super) async fn subscribe(
    State(app): State<App>,
    headers: HeaderMap,
    Query(params): Query<Params>,
) -> ApiResult<Response> {
    let after = last_event_id(&headers).or(params.after);
    let name = params.verifier.map(|name| verifiers::check_name("verifier", name)).transpose()?;
    if let Some(after) = params.after.filter(|after| *after < 0) {
        return Err(Error::param_value_invalid("after", after).into());
    }
    let nonce = params.nonce.map(verifiers::check_nonce).transpose()?;
    let wait = params.wait.unwrap_or(poll::DEFAULT_WAIT.as_secs());
    if wait > poll::MAX_WAIT.as_secs() {
        return Err(Error::param_value_invalid("wait", wait).into());
    }
    let limit = params.limit.unwrap_or(FRAME);
    if !(1..=FRAME).contains(&limit) {
        return Err(Error::param_value_invalid("limit", limit).into());
    }
    let question = nonce.map(|nonce| Question { nonce, look: app.feed.ask() });
    let changes = app.feed.subscribe().ok_or_else(ApiError::too_many_requests)?;
    let after = app.feed.resume(after);
    let known = after.unwrap_or(0);
    if wants_stream(&headers) {
        let listening = name.map(|name| Listening::start(app.clone(), name, known));
        return Ok(stream::open(app, after, changes, question, listening));
    }
    if let Some(name) = name {
        app.verifiers.asks(name, known, app.now());
    }
    poll::answer(&app, after, Duration::from_secs(wait), limit, changes, question).await
}

/// A header that is no position means the start: `EventSource` could not act on a refusal.
fn last_event_id(headers: &HeaderMap) -> Option<i64> {
    headers.get("last-event-id")?.to_str().ok()?.trim().parse().ok()
}

fn wants_stream(headers: &HeaderMap) -> bool {
    let mut accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.any(|value| value.contains("text/event-stream"))
}
