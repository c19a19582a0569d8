//! What pages ask about organizations without being asked to: a user is in none.

use axum::{extract::State, response::Response};
use beadle_types::Page;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answer::Answer;
use crate::{
    app::App,
    error::ApiResult,
    extract::{Acting, Query},
};

#[derive(Deserialize)]
pub(super) struct Paging {
    paginated: Option<bool>,
}

/// An empty list, with or without its count.
#[derive(Serialize)]
#[serde(untagged)]
enum Nothing {
    Page(Page<Value>),
    List([Value; 0]),
}

#[utoipa::path(get, path = "/v1/me/organization_memberships", operation_id = "getOrganizationMemberships")]
pub(super) async fn memberships(
    State(app): State<App>,
    acting: Acting,
    Query(paging): Query<Paging>,
) -> ApiResult<Response> {
    nothing(&app, &acting, &paging).await
}

#[utoipa::path(
    get,
    path = "/v1/me/organization_invitations",
    operation_id = "getUsersOrganizationInvitations"
)]
pub(super) async fn invitations(
    State(app): State<App>,
    acting: Acting,
    Query(paging): Query<Paging>,
) -> ApiResult<Response> {
    nothing(&app, &acting, &paging).await
}

#[utoipa::path(get, path = "/v1/me/organization_suggestions", operation_id = "getOrganizationSuggestions")]
pub(super) async fn suggestions(
    State(app): State<App>,
    acting: Acting,
    Query(paging): Query<Paging>,
) -> ApiResult<Response> {
    nothing(&app, &acting, &paging).await
}

async fn nothing(app: &App, acting: &Acting, paging: &Paging) -> ApiResult<Response> {
    let page = Nothing::Page(Page { data: Vec::new(), total_count: 0 });
    // The libraries read a page unless they asked for a bare list.
    let shown = if paging.paginated == Some(false) { Nothing::List([]) } else { page };
    let answer = Answer::new(app, &acting.caller);
    let client = answer.client(&acting.client, None).await?;
    Ok(answer.send(shown, Some(client)))
}
