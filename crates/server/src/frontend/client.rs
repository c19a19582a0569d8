//! The client: the device that signs in, signs up and holds sessions.

use axum::{extract::State, response::Response};
use beadle_domain::Error;
use beadle_types::Client;

use super::answer::Answer;
use crate::{
    actions::{
        client::{Device, SaveClient},
        leave_client,
    },
    app::App,
    error::ApiResult,
    extract::{Caller, Channel},
};

#[utoipa::path(get, path = "/v1/client", operation_id = "getClient")]
pub(super) async fn get(State(app): State<App>, caller: Caller) -> ApiResult<Response> {
    let answer = Answer::new(&app, &caller);
    let Some(row) = &caller.client else { return Ok(answer.send(None::<Client>, None)) };
    let client = answer.client(row, None).await?;
    let since = client.sessions.iter().map(|session| session.created_at).max();
    let answer = match since {
        None => answer.signed_out(),
        // The pages' cookies were lost, or are those of another host.
        Some(since) if !caller.seems_signed_in => answer.signed_in_since(since),
        Some(_) => answer,
    };
    Ok(answer.send(Some(client), None))
}

#[utoipa::path(put, path = "/v1/client", operation_id = "putClient")]
pub(super) async fn put(State(app): State<App>, caller: Caller) -> ApiResult<Response> {
    find_or_make(&app, &caller).await
}

#[utoipa::path(post, path = "/v1/client", operation_id = "postClient")]
pub(super) async fn post(State(app): State<App>, caller: Caller) -> ApiResult<Response> {
    find_or_make(&app, &caller).await
}

async fn find_or_make(app: &App, caller: &Caller) -> ApiResult<Response> {
    let (device, token) = Device::of(app, caller);
    let answer = Answer::new(app, caller).new_client(token.as_deref());
    if token.is_some() {
        app.store.write(SaveClient(device.clone())).await?;
    }
    let client: Client = answer.client(&device.row, None).await?;
    Ok(answer.send(client, None))
}

#[utoipa::path(delete, path = "/v1/client", operation_id = "deleteClientSessions")]
pub(super) async fn delete(State(app): State<App>, caller: Caller) -> ApiResult<Response> {
    let row = caller.client.as_ref().ok_or_else(Error::nothing_found)?;
    leave_client::sign_out(&app, &row.id).await?;
    // A development browser is known to the library by the same token for as long as its page is open.
    if caller.channel != Channel::DevBrowser {
        leave_client::retire(&app, row.id.clone()).await?;
    }
    let answer = Answer::new(&app, &caller).signed_out().without_client();
    Ok(answer.send(None::<Client>, None))
}

#[utoipa::path(delete, path = "/v1/client/sessions", operation_id = "removeClientSessionsAndRetainCookie")]
pub(super) async fn sign_out(State(app): State<App>, caller: Caller) -> ApiResult<Response> {
    let row = Device::known(&caller)?.row;
    leave_client::sign_out(&app, &row.id).await?;
    let answer = Answer::new(&app, &caller).signed_out();
    let client: Client = answer.client(&row, None).await?;
    Ok(answer.send(Some(client), None))
}
