//! What belongs to a user elsewhere and not here: memberships of organizations, tokens of providers.

use axum::{
    Json,
    extract::{Path, State},
};
use beadle_domain::Error;
use beadle_store::identifications::{IdentificationKind, IdentificationStatus};
use beadle_types::{Listed, Page, UserId, params::ListPage};
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;

use super::load;
use crate::{
    app::App,
    backend::paging,
    error::ApiResult,
    extract::{Id, Query},
};

/// What an invitation to an organization may be filtered by.
const INVITATION_STATUSES: [&str; 4] = ["pending", "accepted", "revoked", "expired"];

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::backend) struct MembershipsQuery {
    limit: Option<i64>,
    offset: Option<i64>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::backend) struct InvitationsQuery {
    limit: Option<i64>,
    offset: Option<i64>,
    status: Option<String>,
}

fn nothing() -> Json<Page<Value>> {
    Json(Page { data: Vec::new(), total_count: 0 })
}

#[utoipa::path(
    get,
    path = "/v1/users/{user_id}/organization_memberships",
    operation_id = "UsersGetOrganizationMemberships",
    params(MembershipsQuery),
    responses((status = 200, body = Page<Value>))
)]
pub(in crate::backend) async fn organization_memberships(
    State(app): State<App>,
    Id(id): Id<UserId>,
    Query(query): Query<MembershipsQuery>,
) -> ApiResult<Json<Page<Value>>> {
    paging::check_alone(query.limit, query.offset)?;
    load(&app, &id).await?;
    Ok(nothing())
}

#[utoipa::path(
    get,
    path = "/v1/users/{user_id}/organization_invitations",
    operation_id = "UsersGetOrganizationInvitations",
    params(InvitationsQuery),
    responses((status = 200, body = Page<Value>))
)]
pub(in crate::backend) async fn organization_invitations(
    State(app): State<App>,
    Id(id): Id<UserId>,
    Query(query): Query<InvitationsQuery>,
) -> ApiResult<Json<Page<Value>>> {
    paging::check_alone(query.limit, query.offset)?;
    if let Some(status) = query.status.filter(|status| !INVITATION_STATUSES.contains(&status.as_str())) {
        return Err(Error::param_value_invalid("status", &status).into());
    }
    load(&app, &id).await?;
    Ok(nothing())
}

/// Tokens of providers are thrown away as soon as the account was read.
#[utoipa::path(
    get,
    path = "/v1/users/{user_id}/oauth_access_tokens/{provider}",
    operation_id = "GetOAuthAccessToken",
    params(ListPage),
    responses((status = 200, body = Listed<Value>))
)]
pub(in crate::backend) async fn oauth_access_tokens(
    State(app): State<App>,
    Id(id): Id<UserId>,
    Path((_, provider)): Path<(String, String)>,
    Query(query): Query<ListPage>,
) -> ApiResult<Json<Listed<Value>>> {
    paging::check_alone(query.limit, query.offset)?;
    let strategy = if provider.starts_with("oauth_") { provider } else { format!("oauth_{provider}") };
    let known = app.oauth.enabled(&strategy);
    known.ok_or_else(|| Error::oauth_token_provider_not_enabled(&strategy))?;
    let is_connected = load(&app, &id).await?.identifications.iter().any(|row| {
        row.kind == IdentificationKind::ExternalAccount
            && row.status == IdentificationStatus::Verified
            && row.strategy.as_ref() == Some(&strategy)
    });
    if is_connected {
        return Err(Error::oauth_missing_access_token().into());
    }
    Ok(Json(Listed::new(Vec::new(), query.paginated.unwrap_or(false).then_some(0))))
}
