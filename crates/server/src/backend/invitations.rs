//! Invitations.

use axum::{Json, extract::State};
use beadle_domain::{Error, Findings, identifier::EmailAddress, metadata};
use beadle_types::{Invitation, InvitationId, params::CreateInvitation};
use url::Url;

use crate::{
    actions::invitation::{self, NewInvitation},
    app::App,
    error::ApiResult,
    extract::{self, Id},
    present,
};

const DAYS: i64 = 30;
const MAX_DAYS: i64 = 365;

#[utoipa::path(post, path = "/v1/invitations", operation_id = "CreateInvitation")]
pub(super) async fn create(
    State(app): State<App>,
    extract::Json(params): extract::Json<CreateInvitation>,
) -> ApiResult<Json<Invitation>> {
    let mut findings = Findings::default();
    let address = findings.keep(EmailAddress::parse(&params.email_address, "email_address"));
    let public_metadata = params.public_metadata.unwrap_or_default();
    findings.keep(metadata::check("public_metadata", &public_metadata));
    let days = u32::try_from(params.expires_in_days.unwrap_or(DAYS)).ok();
    let days = days.filter(|days| (1..=MAX_DAYS).contains(&i64::from(*days)));
    if days.is_none() {
        findings.push(Error::param_rule_broken("expires_in_days", format!("must be from 1 to {MAX_DAYS}")));
    }
    if params.redirect_url.as_deref().is_some_and(|url| Url::parse(url).is_err()) {
        findings.push(Error::param_format_invalid("redirect_url", "an absolute URL"));
    }
    findings.finish()?;
    let (Some(email_address), Some(days)) = (address, days) else {
        return Err(Error::param_missing("email_address").into());
    };
    let new = NewInvitation {
        email_address,
        public_metadata,
        redirect_url: params.redirect_url,
        days,
        notify: params.notify.unwrap_or(true),
        ignore_existing: params.ignore_existing.unwrap_or(false),
    };
    let (row, ticket) = invitation::create(&app, new).await?;
    Ok(Json(present::ticket::invitation(row, Some(&ticket), &app.instance, app.now())))
}

#[utoipa::path(post, path = "/v1/invitations/{invitation_id}/revoke", operation_id = "RevokeInvitation")]
pub(super) async fn revoke(State(app): State<App>, Id(id): Id<InvitationId>) -> ApiResult<Json<Invitation>> {
    let row = invitation::revoke(&app, id).await?;
    Ok(Json(present::ticket::invitation(row, None, &app.instance, app.now())))
}
