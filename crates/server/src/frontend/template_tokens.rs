//! Tokens with the claims of a template, for those who hold the session.

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use beadle_domain::Error;
use beadle_types::SessionId;

use super::answer::{Answer, dead};
use crate::{
    actions::{
        authenticate_session::{self, Found},
        client::Device,
        create_template_token,
    },
    app::App,
    error::{ApiError, ApiResult},
    extract::{Caller, Id},
};

#[utoipa::path(
    post,
    path = "/v1/client/sessions/{session_id}/tokens/{template_name}",
    operation_id = "createSessionTokenWithTemplate"
)]
pub(super) async fn create(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<SessionId>,
    Path((_, name)): Path<(String, String)>,
) -> ApiResult<Response> {
    let row = Device::known(&caller)?.row;
    let found = {
        let mut reader = app.store.reader().await?;
        authenticate_session::find_of_client(&mut reader, &id, &row.id, app.now()).await?
    };
    let refusal: ApiError = match &found {
        Found::Live(session) => {
            let origin = caller.origin.as_deref();
            match create_template_token::create(&app, session, &name, origin, None).await {
                Ok(Some(token)) => return Ok(Json(token).into_response()),
                Ok(None) => Error::authentication_invalid().into(),
                Err(refusal) => refusal,
            }
        }
        _ => dead(&found, &id),
    };
    Err(Answer::new(&app, &caller).refuse_with_client(refusal, Some(&row)).await)
}
