//! The waitlist.

use axum::{Json, extract::State};
use beadle_domain::{Error, Findings, identifier::EmailAddress};
use beadle_store::waitlist::{ListWaitlist, WaitlistKey};
use beadle_types::{
    DeletedObject, Page, WaitlistEntry, WaitlistEntryId, WaitlistStatus,
    params::{BulkWaitlistEntry, CreateWaitlistEntry, InviteWaitlistEntry, ListWaitlistEntries},
};

use super::paging;
use crate::{
    actions::waitlist::{self, Entry},
    app::App,
    error::ApiResult,
    extract::{self, Id, ListQuery},
    present,
};

/// Entries of one call.
const BULK: usize = 50;

#[utoipa::path(
    get,
    path = "/v1/waitlist_entries",
    operation_id = "ListWaitlistEntries",
    params(ListWaitlistEntries),
    responses((status = 200, body = Page<WaitlistEntry>))
)]
pub(super) async fn list(
    State(app): State<App>,
    ListQuery(query): ListQuery<ListWaitlistEntries>,
) -> ApiResult<Json<Page<WaitlistEntry>>> {
    let mut findings = Findings::default();
    let (limit, offset) = paging::check(query.limit, query.offset, &mut findings);
    let keys = [
        ("created_at", WaitlistKey::CreatedAt),
        ("email_address", WaitlistKey::EmailAddress),
        ("invited_at", WaitlistKey::InvitedAt),
    ];
    let order = paging::order(query.order_by.as_deref(), &keys, &mut findings);
    let states = [
        ("pending", WaitlistStatus::Pending),
        ("invited", WaitlistStatus::Invited),
        ("completed", WaitlistStatus::Completed),
        ("rejected", WaitlistStatus::Rejected),
    ];
    let status = paging::word("status", query.status.as_deref(), &states, &mut findings);
    findings.finish()?;
    let request = ListWaitlist { status, query: paging::text(query.query), order, limit, offset };
    let (rows, total_count) = app.store.scan(request).await?;
    Ok(Json(Page { data: rows.into_iter().map(|entry| shown(&app, entry)).collect(), total_count }))
}

fn shown(app: &App, (row, invitation): Entry) -> WaitlistEntry {
    present::waitlist::entry(row, invitation, &app.instance, app.now())
}

#[utoipa::path(
    post,
    path = "/v1/waitlist_entries",
    operation_id = "CreateWaitlistEntry",
    request_body = CreateWaitlistEntry,
    responses((status = 200, body = WaitlistEntry))
)]
pub(super) async fn create(
    State(app): State<App>,
    extract::Json(params): extract::Json<CreateWaitlistEntry>,
) -> ApiResult<Json<WaitlistEntry>> {
    let made = add(&app, vec![params]).await?;
    Ok(Json(made.into_iter().next().ok_or_else(Error::nothing_found)?))
}

#[utoipa::path(
    post,
    path = "/v1/waitlist_entries/bulk",
    operation_id = "CreateBulkWaitlistEntries",
    request_body = Vec<BulkWaitlistEntry>,
    responses((status = 200, body = Vec<WaitlistEntry>))
)]
pub(super) async fn create_many(
    State(app): State<App>,
    extract::JsonArray(params): extract::JsonArray<BulkWaitlistEntry>,
) -> ApiResult<Json<Vec<WaitlistEntry>>> {
    if params.is_empty() {
        return Err(Error::param_list_empty("email_address").into());
    }
    if params.len() > BULK {
        return Err(Error::bulk_size_exceeded(BULK).into());
    }
    Ok(Json(add(&app, params.into_iter().map(Into::into).collect()).await?))
}

async fn add(app: &App, params: Vec<CreateWaitlistEntry>) -> ApiResult<Vec<WaitlistEntry>> {
    let mut findings = Findings::default();
    let mut addresses: Vec<(EmailAddress, bool)> = Vec::with_capacity(params.len());
    let mut repeated = Vec::new();
    for params in params {
        let address = findings.keep(EmailAddress::parse(&params.email_address, "email_address"));
        let Some(address) = address else { continue };
        if addresses.iter().any(|(known, _)| *known == address) {
            repeated.push(address.into_string());
        } else {
            addresses.push((address, params.notify.unwrap_or(true)));
        }
    }
    findings.finish()?;
    if !repeated.is_empty() {
        return Err(Error::addresses_repeated(repeated).into());
    }
    let entries = waitlist::add(app, addresses).await?;
    Ok(entries.into_iter().map(|entry| shown(app, entry)).collect())
}

#[utoipa::path(
    delete,
    path = "/v1/waitlist_entries/{waitlist_entry_id}",
    operation_id = "DeleteWaitlistEntry",
    responses((status = 200, body = DeletedObject))
)]
pub(super) async fn delete(
    State(app): State<App>,
    Id(id): Id<WaitlistEntryId>,
) -> ApiResult<Json<DeletedObject>> {
    Ok(Json(waitlist::delete(&app, id).await?))
}

#[utoipa::path(
    post,
    path = "/v1/waitlist_entries/{waitlist_entry_id}/invite",
    operation_id = "InviteWaitlistEntry",
    request_body = InviteWaitlistEntry,
    responses((status = 200, body = WaitlistEntry))
)]
pub(super) async fn invite(
    State(app): State<App>,
    Id(id): Id<WaitlistEntryId>,
    extract::Json(params): extract::Json<InviteWaitlistEntry>,
) -> ApiResult<Json<WaitlistEntry>> {
    let (entry, ticket) = waitlist::invite(&app, id, params.ignore_existing.unwrap_or(false)).await?;
    let mut entry = shown(&app, entry);
    if let Some(invitation) = &mut entry.invitation {
        invitation.url = Some(present::ticket::url(&ticket, &app.instance));
    }
    Ok(Json(entry))
}

#[utoipa::path(
    post,
    path = "/v1/waitlist_entries/{waitlist_entry_id}/reject",
    operation_id = "RejectWaitlistEntry",
    responses((status = 200, body = WaitlistEntry))
)]
pub(super) async fn reject(
    State(app): State<App>,
    Id(id): Id<WaitlistEntryId>,
) -> ApiResult<Json<WaitlistEntry>> {
    let entry = waitlist::reject(&app, id).await?;
    Ok(Json(shown(&app, entry)))
}
