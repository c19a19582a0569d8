//! Users about themselves.

pub(super) mod email_addresses;
mod identifications;
pub(super) mod password;
pub(super) mod phone_numbers;
pub(super) mod sessions;

use axum::{extract::State, response::Response};
use beadle_domain::Error;
use beadle_store::users::UserRecord;
use beadle_types::{
    Map, SessionId, Token, code,
    params::{Patch, UpdateMetadata},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answer::Answer;
use crate::{
    actions::{
        delete_user, update_metadata,
        update_own::{self, OwnChanges},
    },
    app::App,
    error::{ApiError, ApiResult},
    extract::{Acting, ClearingForm, Form, Version},
    present,
};

/// The resource, and the client as it is now.
pub(super) async fn reply<T: Serialize>(app: &App, acting: &Acting, shown: T) -> ApiResult<Response> {
    reply_with(app, acting, shown, None).await
}

/// As [`reply`], with a token that was just made for a session.
async fn reply_with<T: Serialize>(
    app: &App,
    acting: &Acting,
    shown: T,
    fresh: Option<(&SessionId, &Token)>,
) -> ApiResult<Response> {
    let answer = Answer::new(app, &acting.caller);
    let client = answer.client(&acting.client, fresh).await?;
    let answer = if client.sessions.is_empty() { answer.signed_out() } else { answer };
    Ok(answer.send(shown, Some(client)))
}

/// What came of a change. Where the session died while it was made, the refusal carries the client, so that the
/// browser signs out.
pub(super) async fn settle<T>(app: &App, acting: &Acting, outcome: ApiResult<T>) -> ApiResult<T> {
    match outcome {
        Err(error) if [code::AUTHENTICATION_INVALID, code::USER_BANNED].contains(&error.code()) => {
            let answer = Answer::new(app, &acting.caller);
            Err(answer.refuse_with_client(error, Some(&acting.client)).await)
        }
        outcome => outcome,
    }
}

fn shown(app: &App, record: UserRecord) -> beadle_types::User {
    present::user::own_user(record, &app.instance, app.now())
}

#[utoipa::path(get, path = "/v1/me", operation_id = "getUser")]
pub(super) async fn get(State(app): State<App>, acting: Acting) -> ApiResult<Response> {
    reply(&app, &acting, shown(&app, acting.user.clone())).await
}

#[derive(Deserialize)]
pub(super) struct ProfileForm {
    #[serde(default)]
    username: Patch<String>,
    #[serde(default)]
    first_name: Patch<String>,
    #[serde(default)]
    last_name: Patch<String>,
    primary_email_address_id: Option<String>,
    primary_phone_number_id: Option<String>,
    primary_web3_wallet_id: Option<String>,
    unsafe_metadata: Option<String>,
}

#[utoipa::path(patch, path = "/v1/me", operation_id = "patchUser")]
pub(super) async fn update(
    State(app): State<App>,
    acting: Acting,
    Version(version): Version,
    ClearingForm(form): ClearingForm<ProfileForm>,
) -> ApiResult<Response> {
    let unsafe_metadata = match form.unsafe_metadata {
        Some(_) if !version.user_update_takes_metadata() => {
            return Err(Error::param_unknown("unsafe_metadata").into());
        }
        Some(text) => Some(object("unsafe_metadata", &text)?),
        None => None,
    };
    let changes = OwnChanges {
        username: form.username,
        first_name: form.first_name,
        last_name: form.last_name,
        primary_email_address_id: form.primary_email_address_id,
        primary_phone_number_id: form.primary_phone_number_id,
        primary_web3_wallet_id: form.primary_web3_wallet_id,
        unsafe_metadata,
    };
    let outcome = update_own::update(&app, acting.by(), acting.user_id().clone(), changes).await;
    let record = settle(&app, &acting, outcome).await?;
    reply(&app, &acting, shown(&app, record)).await
}

#[utoipa::path(delete, path = "/v1/me", operation_id = "deleteUser")]
pub(super) async fn delete(State(app): State<App>, acting: Acting) -> ApiResult<Response> {
    acting.require_fresh_proof(&app)?;
    let outcome = delete_user::delete_by(&app, acting.by(), acting.user_id().clone()).await;
    let deleted = settle(&app, &acting, outcome).await?;
    reply(&app, &acting, deleted).await
}

#[derive(Deserialize)]
pub(super) struct MetadataForm {
    unsafe_metadata: Option<String>,
}

#[utoipa::path(patch, path = "/v1/me/metadata", operation_id = "patchUserMetadata")]
pub(super) async fn merge_metadata(
    State(app): State<App>,
    acting: Acting,
    Form(form): Form<MetadataForm>,
) -> ApiResult<Response> {
    let text = form.unsafe_metadata.ok_or_else(|| Error::param_missing("unsafe_metadata"))?;
    let patch = UpdateMetadata {
        unsafe_metadata: Some(object("unsafe_metadata", &text)?),
        ..UpdateMetadata::default()
    };
    let outcome = update_metadata::merge_by(&app, acting.by(), acting.user_id().clone(), patch).await;
    let record = settle(&app, &acting, outcome).await?;
    reply(&app, &acting, shown(&app, record)).await
}

/// Reads an object that a form carries as JSON.
fn object(param: &str, text: &str) -> Result<Map, ApiError> {
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(Error::param_type_invalid(param, "a JSON object").into()),
    }
}
