//! Actor tokens.

use std::time::Duration;

use axum::{Json, extract::State};
use beadle_domain::{Error, Findings, metadata};
use beadle_types::{ActorToken, ActorTokenId, Map, params::CreateActorToken};
use serde_json::Value;

use super::sign_in_tokens::seconds;
use crate::{
    actions::actor_token::{self, NewActorToken},
    app::App,
    error::ApiResult,
    extract::{self, Id},
    present,
};

/// An hour.
const LIFETIME_SECONDS: u64 = 3600;
/// Half an hour.
const SESSION_SECONDS: u64 = 1800;

#[utoipa::path(
    post,
    path = "/v1/actor_tokens",
    operation_id = "CreateActorToken",
    request_body = CreateActorToken,
    responses((status = 200, body = ActorToken))
)]
pub(super) async fn create(
    State(app): State<App>,
    extract::Json(params): extract::Json<CreateActorToken>,
) -> ApiResult<Json<ActorToken>> {
    let mut findings = Findings::default();
    let unknown = || Error::param_resource_not_found("user_id");
    let user_id = match params.user_id.as_str() {
        "" => Err(Error::param_missing("user_id")),
        id => id.parse().map_err(|_| unknown()),
    };
    let user_id = findings.keep(user_id);
    let actor_id = findings.keep(subject(&params.actor));
    findings.keep(metadata::check("actor", &params.actor));
    let lifetime = findings.keep(seconds("expires_in_seconds", params.expires_in_seconds, LIFETIME_SECONDS));
    let session_lifetime = findings.keep(seconds(
        "session_max_duration_in_seconds",
        params.session_max_duration_in_seconds,
        SESSION_SECONDS,
    ));
    findings.finish()?;
    let new = NewActorToken {
        user_id: user_id.ok_or_else(unknown)?,
        actor: params.actor,
        actor_id: actor_id.unwrap_or_default(),
        lifetime: lifetime.unwrap_or(Duration::from_secs(LIFETIME_SECONDS)),
        session_lifetime: session_lifetime.unwrap_or(Duration::from_secs(SESSION_SECONDS)),
    };
    let (row, ticket) = actor_token::create(&app, new).await?;
    Ok(Json(present::ticket::actor_token(row, Some(ticket), &app.instance)))
}

/// Who acts, by the one member that an actor must have.
fn subject(actor: &Map) -> Result<String, Error> {
    match actor.get("sub") {
        Some(Value::String(sub)) if !sub.is_empty() => Ok(sub.clone()),
        Some(Value::String(_)) | None => Err(Error::param_missing("actor.sub")),
        Some(_) => Err(Error::param_type_invalid("actor.sub", "a string")),
    }
}

#[utoipa::path(
    post,
    path = "/v1/actor_tokens/{actor_token_id}/revoke",
    operation_id = "RevokeActorToken",
    responses((status = 200, body = ActorToken))
)]
pub(super) async fn revoke(State(app): State<App>, Id(id): Id<ActorTokenId>) -> ApiResult<Json<ActorToken>> {
    let row = actor_token::revoke(&app, id).await?;
    Ok(Json(present::ticket::actor_token(row, None, &app.instance)))
}
