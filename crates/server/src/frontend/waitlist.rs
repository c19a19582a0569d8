//! The waitlist.

use axum::{Json, extract::State};
use beadle_domain::Error;
use beadle_types::{object::WaitlistEntryObject, waitlist::WaitlistTicket};
use serde::Deserialize;

use crate::{actions::join_waitlist, app::App, error::ApiResult, extract::Form};

#[derive(Deserialize)]
pub(super) struct JoinForm {
    email_address: Option<String>,
}

#[utoipa::path(post, path = "/v1/waitlist", operation_id = "joinWaitlist")]
pub(super) async fn join(
    State(app): State<App>,
    Form(form): Form<JoinForm>,
) -> ApiResult<Json<WaitlistTicket>> {
    let address = form.email_address.ok_or_else(|| Error::param_missing("email_address"))?;
    let id = join_waitlist::join(&app, &address).await?;
    Ok(Json(WaitlistTicket { object: WaitlistEntryObject, id }))
}
