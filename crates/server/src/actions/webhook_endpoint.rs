//! Endpoints that are told of events: made, changed and taken away.

use beadle_domain::{
    Error, Findings,
    rng::RngExt as _,
    webhook::{self, MAX_ENDPOINTS, MAX_EVENT_TYPES, OLD_SECRET_LIFETIME, SECRET_BYTES},
};
use beadle_store::{
    Conn, UnitOfWork,
    webhook_endpoints::{self, EndpointRow},
};
use beadle_types::{
    Timestamp, WebhookEndpointId,
    params::{CreateWebhookEndpoint, UpdateWebhookEndpoint},
};

use crate::{
    app::App,
    error::{ApiError, ApiResult},
};

/// Characters of a description at most.
const MAX_DESCRIPTION: usize = 500;

/// What an operator says about an endpoint, checked.
#[derive(Clone, Default)]
struct Wishes {
    url: Option<String>,
    description: Option<String>,
    event_types: Option<Vec<String>>,
    enabled: Option<bool>,
}

impl Wishes {
    fn check(app: &App, given: UpdateWebhookEndpoint) -> ApiResult<Self> {
        let mut findings = Findings::default();
        let url = given.url.and_then(|url| findings.keep(app.webhooks.url(&url)));
        if given.description.as_ref().is_some_and(|text| text.chars().count() > MAX_DESCRIPTION) {
            let rule = format!("A description has {MAX_DESCRIPTION} characters at most.");
            findings.push(Error::param_rule_broken("description", rule));
        }
        let event_types = given.event_types.map(|mut names| {
            names.sort();
            names.dedup();
            names
        });
        let names = event_types.as_deref().unwrap_or_default();
        if names.len() > MAX_EVENT_TYPES {
            let rule = format!("An endpoint names {MAX_EVENT_TYPES} events at most.");
            findings.push(Error::param_rule_broken("event_types", rule));
        } else if names.iter().any(|name| !webhook::is_event_type(name)) {
            findings.push(Error::param_rule_broken("event_types", "There is no such event."));
        }
        findings.finish()?;
        Ok(Self { url, description: given.description, event_types, enabled: given.enabled })
    }

    fn apply(self, endpoint: &mut EndpointRow) {
        endpoint.url = self.url.unwrap_or_else(|| std::mem::take(&mut endpoint.url));
        endpoint.description = self.description.unwrap_or_else(|| std::mem::take(&mut endpoint.description));
        endpoint.event_types = self.event_types.unwrap_or_else(|| std::mem::take(&mut endpoint.event_types));
    }
}

fn new_secret(app: &App) -> String {
    app.instance.seal(&app.rng.bytes::<SECRET_BYTES>(), &*app.rng)
}

/// Makes an endpoint, which is told of what happens from now on.
///
/// # Errors
/// 422 for an unfit URL or an unknown event, 403 where there are as many as there may be.
pub(crate) async fn create(app: &App, params: CreateWebhookEndpoint) -> ApiResult<EndpointRow> {
    let wishes = UpdateWebhookEndpoint {
        url: Some(params.url),
        description: params.description,
        event_types: params.event_types,
        enabled: None,
    };
    let now = app.now();
    let mut endpoint = EndpointRow {
        id: app.new_id(WebhookEndpointId::from_parts),
        url: String::new(),
        description: String::new(),
        event_types: Vec::new(),
        enabled: true,
        disabled_reason: None,
        secret: new_secret(app),
        old_secret: None,
        after_seq: 0,
        failures: 0,
        failing_since: None,
        replay: None,
        created_at: now,
        updated_at: now,
    };
    Wishes::check(app, wishes)?.apply(&mut endpoint);
    app.store.write(Create(endpoint)).await
}

struct Create(EndpointRow);

impl UnitOfWork for Create {
    type Output = EndpointRow;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<EndpointRow> {
        webhook_endpoints::lock_app(conn).await?;
        if webhook_endpoints::count(conn).await? >= MAX_ENDPOINTS {
            return Err(Error::webhook_endpoint_quota_exceeded(MAX_ENDPOINTS).into());
        }
        let after_seq = webhook_endpoints::last_event(conn).await?;
        let endpoint = EndpointRow { after_seq, ..self.0.clone() };
        webhook_endpoints::insert(conn, &endpoint).await?;
        webhook_endpoints::set_app(conn, true).await?;
        Ok(endpoint)
    }
}

/// Changes an endpoint.
///
/// # Errors
/// 404 without it; else as [`create`].
pub(crate) async fn update(
    app: &App,
    id: WebhookEndpointId,
    params: UpdateWebhookEndpoint,
) -> ApiResult<EndpointRow> {
    let change = Change::Wishes(Wishes::check(app, params)?);
    let endpoint = app.store.write(Update { id, change, now: app.now() }).await?;
    app.webhooks.bell.notify_one();
    Ok(endpoint)
}

/// Gives an endpoint a new secret. The old one signs as well for a day.
///
/// # Errors
/// 404 without it.
pub(crate) async fn rotate_secret(app: &App, id: WebhookEndpointId) -> ApiResult<EndpointRow> {
    let change = Change::Secret(new_secret(app));
    app.store.write(Update { id, change, now: app.now() }).await
}

/// What is done to an endpoint.
enum Change {
    Wishes(Wishes),
    Secret(String),
}

struct Update {
    id: WebhookEndpointId,
    change: Change,
    now: Timestamp,
}

impl UnitOfWork for Update {
    type Output = EndpointRow;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<EndpointRow> {
        webhook_endpoints::lock_app(conn).await?;
        let found = webhook_endpoints::find_for_update(conn, &self.id).await?;
        let mut endpoint = found.ok_or_else(|| Error::not_found("webhook endpoint", &self.id))?;
        match &self.change {
            Change::Secret(secret) => {
                let old = std::mem::replace(&mut endpoint.secret, secret.clone());
                endpoint.old_secret = Some((old, self.now.plus(OLD_SECRET_LIFETIME)));
            }
            Change::Wishes(wishes) => {
                wishes.clone().apply(&mut endpoint);
                if let Some(enabled) = wishes.enabled
                    && enabled != endpoint.enabled
                {
                    endpoint.enabled = enabled;
                    endpoint.disabled_reason = (!enabled).then(|| "manually".to_owned());
                    (endpoint.failures, endpoint.failing_since) = (0, None);
                    // What happened in between is for a replay to send.
                    endpoint.after_seq = webhook_endpoints::last_event(conn).await?;
                }
            }
        }
        endpoint.updated_at = self.now;
        webhook_endpoints::update(conn, &endpoint).await?;
        Ok(endpoint)
    }
}

/// Takes an endpoint away. What was not delivered never will be.
///
/// # Errors
/// 404 without it.
pub(crate) async fn delete(app: &App, id: WebhookEndpointId) -> ApiResult<()> {
    app.store.write(Delete(id)).await
}

struct Delete(WebhookEndpointId);

impl UnitOfWork for Delete {
    type Output = ();
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<()> {
        let found = webhook_endpoints::find_for_update(conn, &self.0).await?;
        found.ok_or_else(|| Error::not_found("webhook endpoint", &self.0))?;
        Ok(webhook_endpoints::delete(conn, &self.0).await?)
    }
}
