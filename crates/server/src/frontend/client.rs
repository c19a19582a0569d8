//! The client: the device that signs in, signs up and holds sessions.

use axum::{extract::State, response::Response};
use beadle_domain::Error;
use beadle_store::sessions;
use beadle_types::{Client, SessionStatus};

use super::answer::Answer;
use crate::{
    actions::end_session,
    app::App,
    error::{ApiError, ApiResult},
    extract::Caller,
};

/// Sessions signed out in one request at most; a client does not hold more.
const SESSIONS: i64 = 50;

#[utoipa::path(get, path = "/v1/client", operation_id = "getClient")]
pub(super) async fn get(State(app): State<App>, caller: Caller) -> ApiResult<Response> {
    let answer = Answer::new(&app, &caller);
    let client = match &caller.client {
        Some(row) => Some(answer.client(row, None).await?),
        None => None,
    };
    Ok(answer.send(client, None))
}

#[utoipa::path(delete, path = "/v1/client/sessions", operation_id = "removeClientSessionsAndRetainCookie")]
pub(super) async fn sign_out(State(app): State<App>, caller: Caller) -> ApiResult<Response> {
    let row = caller.client.as_ref().ok_or_else(|| ApiError::from(Error::signed_out()))?;
    let ids = {
        let mut reader = app.store.reader().await?;
        let open = sessions::of_client(&mut reader, &row.id, SESSIONS).await?;
        open.into_iter().map(|record| record.session.id).collect()
    };
    end_session::end_all(&app, ids, SessionStatus::Removed).await?;
    let answer = Answer::new(&app, &caller).signed_out();
    let client: Client = answer.client(row, None).await?;
    Ok(answer.send(Some(client), None))
}
