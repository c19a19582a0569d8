//! Invitations.

use axum::{Json, extract::State};
use beadle_domain::{Error, Findings, identifier::EmailAddress, metadata, redirect_url};
use beadle_store::invitations::{InvitationKey, ListInvitations};
use beadle_types::{
    Invitation, InvitationId, InvitationStatus, Listed,
    params::{self, CreateInvitation},
};

use super::paging;
use crate::{
    actions::invitation::{self, NewInvitation},
    app::App,
    error::ApiResult,
    extract::{self, Id, ListQuery},
    present,
};

/// How long an invitation works without a word on it.
pub(super) const DAYS: u32 = 30;
const MAX_DAYS: i64 = 365;
/// Invitations of one call.
const BULK: usize = 10;

#[utoipa::path(
    get,
    path = "/v1/invitations",
    operation_id = "ListInvitations",
    params(params::ListInvitations),
    responses((status = 200, body = Listed<Invitation>))
)]
pub(super) async fn list(
    State(app): State<App>,
    ListQuery(query): ListQuery<params::ListInvitations>,
) -> ApiResult<Json<Listed<Invitation>>> {
    let mut findings = Findings::default();
    let (limit, offset) = paging::check(query.limit, query.offset, &mut findings);
    let keys = [
        ("created_at", InvitationKey::CreatedAt),
        ("email_address", InvitationKey::EmailAddress),
        ("expires_at", InvitationKey::ExpiresAt),
    ];
    let order = paging::order(query.order_by.as_deref(), &keys, &mut findings);
    let states = [
        ("pending", InvitationStatus::Pending),
        ("accepted", InvitationStatus::Accepted),
        ("revoked", InvitationStatus::Revoked),
        ("expired", InvitationStatus::Expired),
    ];
    let status = paging::word("status", query.status.as_deref(), &states, &mut findings);
    findings.finish()?;
    let now = app.now();
    let with_total = query.paginated.unwrap_or(false);
    let query = paging::text(query.query);
    let request = ListInvitations { status, query, order, limit, offset, with_total, now };
    let (rows, total) = app.store.scan(request).await?;
    let shown = |row| present::ticket::invitation(row, None, &app.instance, now);
    let data: Vec<Invitation> = rows.into_iter().map(shown).collect();
    Ok(Json(Listed::new(data, total)))
}

#[utoipa::path(
    post,
    path = "/v1/invitations",
    operation_id = "CreateInvitation",
    request_body = CreateInvitation,
    responses((status = 200, body = Invitation))
)]
pub(super) async fn create(
    State(app): State<App>,
    extract::Json(params): extract::Json<CreateInvitation>,
) -> ApiResult<Json<Invitation>> {
    let made = make(&app, vec![params]).await?;
    Ok(Json(made.into_iter().next().ok_or_else(Error::nothing_found)?))
}

#[utoipa::path(
    post,
    path = "/v1/invitations/bulk",
    operation_id = "CreateBulkInvitations",
    request_body = Vec<CreateInvitation>,
    responses((status = 200, body = Vec<Invitation>))
)]
pub(super) async fn create_many(
    State(app): State<App>,
    extract::JsonArray(params): extract::JsonArray<CreateInvitation>,
) -> ApiResult<Json<Vec<Invitation>>> {
    if params.is_empty() {
        return Err(Error::param_list_empty("email_address").into());
    }
    if params.len() > BULK {
        return Err(Error::bulk_size_exceeded(BULK).into());
    }
    Ok(Json(make(&app, params).await?))
}

async fn make(app: &App, params: Vec<CreateInvitation>) -> ApiResult<Vec<Invitation>> {
    let mut findings = Findings::default();
    let new: Vec<_> = params.into_iter().filter_map(|params| parse(params, &mut findings)).collect();
    findings.finish()?;
    let made = invitation::create(app, new).await?;
    let now = app.now();
    let shown =
        |(row, ticket): (_, String)| present::ticket::invitation(row, Some(&ticket), &app.instance, now);
    Ok(made.into_iter().map(shown).collect())
}

fn parse(params: CreateInvitation, findings: &mut Findings) -> Option<NewInvitation> {
    let address = findings.keep(EmailAddress::parse(&params.email_address, "email_address"));
    let public_metadata = params.public_metadata.unwrap_or_default();
    findings.keep(metadata::check("public_metadata", &public_metadata));
    let days = u32::try_from(params.expires_in_days.unwrap_or(DAYS.into())).ok();
    let days = days.filter(|days| (1..=MAX_DAYS).contains(&i64::from(*days)));
    if days.is_none() {
        findings.push(Error::param_rule_broken("expires_in_days", format!("must be from 1 to {MAX_DAYS}")));
    }
    if let Some(url) = &params.redirect_url {
        findings.keep(redirect_url::page(url, "redirect_url"));
    }
    let texts = [("invitation", false), ("waitlist_invitation", true)];
    let text = paging::word("template_slug", params.template_slug.as_deref(), &texts, findings);
    Some(NewInvitation {
        email_address: address?,
        public_metadata,
        redirect_url: params.redirect_url,
        days: days?,
        notify: params.notify.unwrap_or(true),
        ignore_existing: params.ignore_existing.unwrap_or(false),
        from_waitlist: text.unwrap_or(false),
    })
}

#[utoipa::path(
    post,
    path = "/v1/invitations/{invitation_id}/revoke",
    operation_id = "RevokeInvitation",
    responses((status = 200, body = Invitation))
)]
pub(super) async fn revoke(State(app): State<App>, Id(id): Id<InvitationId>) -> ApiResult<Json<Invitation>> {
    let row = invitation::revoke(&app, id).await?;
    Ok(Json(present::ticket::invitation(row, None, &app.instance, app.now())))
}
