//! The client: the device that signs in, signs up and holds sessions.

use axum::{extract::State, response::Response};
use beadle_store::sessions;
use beadle_types::{Client, SessionStatus};

use super::answer::Answer;
use crate::{
    actions::{client::Device, end_session},
    app::App,
    error::ApiResult,
    extract::Caller,
};

#[utoipa::path(get, path = "/v1/client", operation_id = "getClient")]
pub(super) async fn get(State(app): State<App>, caller: Caller) -> ApiResult<Response> {
    let answer = Answer::new(&app, &caller);
    let Some(row) = &caller.client else { return Ok(answer.send(None::<Client>, None)) };
    let client = answer.client(row, None).await?;
    let answer = if client.sessions.is_empty() { answer.signed_out() } else { answer };
    Ok(answer.send(Some(client), None))
}

#[utoipa::path(delete, path = "/v1/client/sessions", operation_id = "removeClientSessionsAndRetainCookie")]
pub(super) async fn sign_out(State(app): State<App>, caller: Caller) -> ApiResult<Response> {
    let row = Device::known(&caller)?.row;
    loop {
        let open = sessions::of_client(&mut *app.store.reader().await?, &row.id, app.now()).await?;
        let ids: Vec<_> = open.into_iter().map(|record| record.session.id).collect();
        let is_last = i64::try_from(ids.len()).is_ok_and(|count| count < sessions::PER_CLIENT);
        end_session::end_all(&app, ids, SessionStatus::Removed).await?;
        if is_last {
            break;
        }
    }
    let answer = Answer::new(&app, &caller).signed_out();
    let client: Client = answer.client(&row, None).await?;
    Ok(answer.send(Some(client), None))
}
