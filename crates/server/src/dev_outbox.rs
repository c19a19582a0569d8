//! The development outbox: mails and SMS that were kept instead of sent, as pages and as JSON.
//!
//! For developers on their own machine: whoever reads it can sign in as anybody. So it exists only under test keys, for
//! callers on this machine, under a name that can only mean this machine.

mod developer;
mod page;

use axum::{
    Json, Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use beadle_domain::{Error, Findings};
use beadle_store::mails::{self, MailRow};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    error::{ApiError, ApiResult},
    extract::query::Query,
    mail,
};
use developer::Developer;

const DEFAULT_LIMIT: i64 = 50;
const MAX_LIMIT: i64 = 200;

/// The pages as operations.
pub(crate) fn operations() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(json)).routes(routes!(show))
}

/// The pages alone: they are the same on every host that may see them.
pub(crate) fn router() -> Router<App> {
    operations().split_for_parts().0
}

/// A message as it is shown.
#[derive(Debug, Serialize)]
struct Shown {
    id: String,
    channel: &'static str,
    kind: String,
    to: String,
    subject: String,
    text: String,
    html: Option<String>,
    /// The one-time code in it.
    code: Option<String>,
    /// The first link in it.
    link: Option<String>,
    /// RFC 3339.
    created_at: String,
}

impl From<MailRow> for Shown {
    fn from(row: MailRow) -> Self {
        let created_at = jiff::Timestamp::from_millisecond(row.created_at.as_millis());
        Self {
            id: row.id.to_string(),
            channel: row.channel.as_str(),
            code: mail::code_in(&row.body).map(str::to_owned),
            link: mail::link_in(&row.body).map(str::to_owned),
            kind: row.kind,
            to: row.recipient,
            subject: row.subject,
            text: row.body,
            html: row.html,
            created_at: created_at
                .map(|time| time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
                .unwrap_or_default(),
        }
    }
}

/// Which messages to show.
#[derive(Debug, Deserialize)]
struct Filter {
    /// One address or number.
    to: Option<String>,
    limit: Option<i64>,
    offset: Option<i64>,
}

/// Some messages, newest first.
#[derive(Debug, Serialize)]
struct Listing {
    messages: Vec<Shown>,
    /// Whether there are older ones.
    has_more: bool,
}

impl Filter {
    fn limit(&self) -> i64 {
        self.limit.unwrap_or(DEFAULT_LIMIT)
    }

    fn offset(&self) -> i64 {
        self.offset.unwrap_or(0)
    }

    fn check(&self) -> ApiResult<()> {
        let mut findings = Findings::default();
        if !(1..=MAX_LIMIT).contains(&self.limit()) {
            findings.push(Error::param_rule_broken("limit", format!("must be between 1 and {MAX_LIMIT}")));
        }
        if !(0..=i64::from(i32::MAX)).contains(&self.offset()) {
            findings.push(Error::param_rule_broken("offset", "must not be negative or huge"));
        }
        Ok(findings.finish()?)
    }

    async fn find(&self, app: &App) -> ApiResult<Listing> {
        self.check()?;
        let to = self.to.as_ref().map(|to| to.trim().to_lowercase());
        let (limit, offset) = (self.limit(), self.offset());
        // One more than is shown tells whether there is more.
        let mut rows =
            mails::latest(&mut *app.store.reader().await?, to.as_deref(), limit + 1, offset).await?;
        let shown = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = rows.len() > shown;
        rows.truncate(shown);
        Ok(Listing { messages: rows.into_iter().map(Shown::from).collect(), has_more })
    }
}

#[utoipa::path(get, path = "/dev/outbox", operation_id = "ShowOutbox")]
async fn list(_: Developer, State(app): State<App>, Query(filter): Query<Filter>) -> ApiResult<Response> {
    let listing = filter.find(&app).await?;
    page::list(&filter, &listing)
}

#[utoipa::path(get, path = "/dev/outbox.json", operation_id = "ListOutbox")]
async fn json(_: Developer, State(app): State<App>, Query(filter): Query<Filter>) -> ApiResult<Response> {
    let listing = filter.find(&app).await?;
    Ok((page::HEADERS, Json(listing)).into_response())
}

#[utoipa::path(get, path = "/dev/outbox/{message_id}", operation_id = "ShowOutboxMessage")]
async fn show(_: Developer, State(app): State<App>, Path(id): Path<String>) -> ApiResult<Response> {
    let id = id.parse().map_err(|_| ApiError::from(Error::nothing_found()))?;
    let row = mails::find_stored(&mut *app.store.reader().await?, &id).await?;
    page::message(&Shown::from(row.ok_or_else(Error::nothing_found)?))
}
