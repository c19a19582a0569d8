//! `beadle webhooks`.

use anyhow::ensure;
use beadle_client::{
    Timestamp, WebhookDelivery, WebhookDeliveryStatus, WebhookEndpoint, WebhookSecret, WebhookTest,
    params::{
        CreateWebhookEndpoint, ListWebhookDeliveries, ListWebhookEndpoints, ReplayWebhooks,
        UpdateWebhookEndpoint,
    },
};
use serde::Serialize;

use crate::{
    api,
    args::{WebhookStatus, WebhooksArgs, WebhooksCommand},
    output::{self, Table, time},
    runtime,
};

/// A new endpoint with what signs its messages, which `create` prints at once.
#[derive(Serialize)]
struct Made {
    #[serde(flatten)]
    endpoint: WebhookEndpoint,
    secret: String,
}

pub(crate) fn run(args: WebhooksArgs) -> anyhow::Result<()> {
    runtime::for_command()?.block_on(async {
        let json = args.api.json;
        let clerk = api::connect(args.api).await?;
        let endpoints = clerk.webhook_endpoints();
        match args.command {
            WebhooksCommand::List(page) => {
                let query = ListWebhookEndpoints { limit: Some(page.limit), offset: Some(page.offset) };
                let page = endpoints.list(&query).await?;
                output::show(json, &page, |page| table(&page.data))
            }
            WebhooksCommand::Create { url, description, events } => {
                let params = CreateWebhookEndpoint { url, description, event_types: Some(events) };
                let endpoint = endpoints.create(&params).await?;
                let signs = endpoints.secret(&endpoint.id).await?;
                let made = Made { endpoint, secret: signs.secret.clone() };
                output::show(json, &made, |made| format!("{}{}", details(&made.endpoint), secret(&signs)))
            }
            WebhooksCommand::Get { id } => output::show(json, &endpoints.get(&id).await?, details),
            WebhooksCommand::Update { id, url, description, events, all_events } => {
                let event_types = (all_events || !events.is_empty()).then_some(events);
                let params = UpdateWebhookEndpoint { url, description, event_types, enabled: None };
                output::show(json, &endpoints.update(&id, &params).await?, details)
            }
            WebhooksCommand::Delete { id } => {
                output::show(json, &endpoints.delete(&id).await?, |_| format!("deleted {id}\n"))
            }
            WebhooksCommand::Enable { id } => {
                output::show(json, &endpoints.update(&id, &enabled(true)).await?, details)
            }
            WebhooksCommand::Disable { id } => {
                output::show(json, &endpoints.update(&id, &enabled(false)).await?, details)
            }
            WebhooksCommand::Secret { id } => output::show(json, &endpoints.secret(&id).await?, secret),
            WebhooksCommand::RotateSecret { id } => {
                output::show(json, &endpoints.rotate_secret(&id).await?, secret)
            }
            WebhooksCommand::Deliveries { id, status, page } => {
                let query = ListWebhookDeliveries {
                    status: status.map(|status| word(status).to_owned()),
                    limit: Some(page.limit),
                    offset: Some(page.offset),
                };
                let page = endpoints.deliveries(&id, &query).await?;
                output::show(json, &page, |page| deliveries(&page.data))
            }
            WebhooksCommand::Redeliver { id, event } => {
                let again = endpoints.redeliver(&id, &event).await?;
                output::show(json, &again, |again| deliveries(std::slice::from_ref(again)))
            }
            WebhooksCommand::Replay { id, since, only_missing } => {
                let since = Timestamp::from_millis(since.as_millisecond());
                let params = ReplayWebhooks { since, only_missing: Some(only_missing) };
                output::show(json, &endpoints.replay(&id, &params).await?, details)
            }
            WebhooksCommand::Test { id } => {
                let told = endpoints.test(&id).await?;
                output::show(json, &told, outcome)?;
                ensure!(told.delivered, "the endpoint did not take the message");
                Ok(())
            }
        }
    })
}

fn enabled(enabled: bool) -> UpdateWebhookEndpoint {
    UpdateWebhookEndpoint { enabled: Some(enabled), ..UpdateWebhookEndpoint::default() }
}

fn word(status: WebhookStatus) -> &'static str {
    match status {
        WebhookStatus::Pending => "pending",
        WebhookStatus::Delivered => "delivered",
        WebhookStatus::Failed => "failed",
    }
}

/// One line per endpoint.
fn table(endpoints: &[WebhookEndpoint]) -> String {
    let mut table = Table::new(["ID", "URL", "STATE", "EVENTS"]);
    for endpoint in endpoints {
        table.row([endpoint.id.to_string(), endpoint.url.clone(), state(endpoint), events(endpoint)]);
    }
    table.render()
}

fn details(endpoint: &WebhookEndpoint) -> String {
    let mut table = Table::bare();
    let mut fact = |label: &str, value: String| {
        if !value.is_empty() {
            table.row([label.to_owned(), value]);
        }
    };
    fact("id", endpoint.id.to_string());
    fact("url", endpoint.url.clone());
    fact("description", endpoint.description.clone());
    fact("state", state(endpoint));
    fact("events", events(endpoint));
    fact("failing since", endpoint.failing_since.map(time).unwrap_or_default());
    fact("created", time(endpoint.created_at));
    table.render()
}

fn state(endpoint: &WebhookEndpoint) -> String {
    match (endpoint.enabled, &endpoint.disabled_reason) {
        (true, _) => "enabled".to_owned(),
        (false, Some(reason)) => format!("disabled ({reason})"),
        (false, None) => "disabled".to_owned(),
    }
}

fn events(endpoint: &WebhookEndpoint) -> String {
    if endpoint.event_types.is_empty() { "all".to_owned() } else { endpoint.event_types.join(" ") }
}

fn secret(secret: &WebhookSecret) -> String {
    let mut table = Table::bare();
    table.row(["secret".to_owned(), secret.secret.clone()]);
    if let Some(at) = secret.old_secret_expires_at {
        table.row(["old secret until".to_owned(), time(at)]);
    }
    table.render()
}

/// One line per message.
fn deliveries(deliveries: &[WebhookDelivery]) -> String {
    let mut table = Table::new(["EVENT", "TYPE", "ABOUT", "STATE", "ATTEMPTS", "LAST", "ERROR"]);
    for delivery in deliveries {
        let state = match delivery.status {
            WebhookDeliveryStatus::Pending => "pending",
            WebhookDeliveryStatus::Delivered => "delivered",
            WebhookDeliveryStatus::Failed => "failed",
        };
        table.row([
            delivery.event_id.to_string(),
            delivery.event_type.clone(),
            delivery.subject.clone(),
            state.to_owned(),
            delivery.attempts.to_string(),
            delivery.attempted_at.map(time).unwrap_or_default(),
            delivery.error.clone().unwrap_or_default(),
        ]);
    }
    table.render()
}

fn outcome(told: &WebhookTest) -> String {
    let mut table = Table::bare();
    table.row(["delivered".to_owned(), if told.delivered { "yes" } else { "no" }.to_owned()]);
    if let Some(status) = told.response_status {
        table.row(["status".to_owned(), status.to_string()]);
    }
    if let Some(error) = &told.error {
        table.row(["error".to_owned(), error.clone()]);
    }
    table.render()
}
