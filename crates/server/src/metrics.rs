//! Prometheus metrics.

use std::sync::atomic::AtomicU64;

use axum::{extract::State, http::header, response::IntoResponse};
use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

use crate::{app::App, mail::Deliveries};

/// What is counted.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    duration: Histogram,
    /// Bans that changed a user.
    pub(crate) bans: Counter,
    /// Sessions settled by the sweep.
    pub(crate) settled: Counter,
    /// Mail and SMS.
    pub(crate) deliveries: Deliveries,
    /// Webhooks.
    pub(crate) webhooks: Attempts,
    feed_head: Gauge,
    feed_lag: Gauge<f64, AtomicU64>,
    feed_entries: Gauge,
    feed_subscribers: Gauge,
    verifiers: Gauge,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    status: u16,
}

/// Counts attempts to deliver webhooks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Attempts(Family<AttemptLabels, Counter>);

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct AttemptLabels {
    outcome: &'static str,
}

impl Attempts {
    pub(crate) fn record(&self, delivered: bool) {
        let outcome = if delivered { "delivered" } else { "failed" };
        self.0.get_or_create(&AttemptLabels { outcome }).inc();
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let buckets = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5];
        let mut metrics = Self {
            registry: Registry::with_prefix("beadle"),
            requests: Family::default(),
            duration: Histogram::new(buckets),
            bans: Counter::default(),
            settled: Counter::default(),
            deliveries: Deliveries::default(),
            webhooks: Attempts::default(),
            feed_head: Gauge::default(),
            feed_lag: Gauge::default(),
            feed_entries: Gauge::default(),
            feed_subscribers: Gauge::default(),
            verifiers: Gauge::default(),
        };
        let registry = &mut metrics.registry;
        registry.register("http_requests", "Requests answered", metrics.requests.clone());
        registry.register("http_request_seconds", "Time to answer", metrics.duration.clone());
        registry.register("bans", "Bans that changed a user", metrics.bans.clone());
        metrics.deliveries.register(registry);
        registry.register("webhooks", "Attempts to deliver webhooks, by outcome", metrics.webhooks.0.clone());
        registry.register("feed_head", "Newest position of the revocation feed", metrics.feed_head.clone());
        registry.register(
            "feed_lag_seconds",
            "Since when this node knows nothing newer of the feed",
            metrics.feed_lag.clone(),
        );
        registry.register("feed_entries", "Revocations that still matter", metrics.feed_entries.clone());
        registry.register("feed_subscribers", "Open feed requests", metrics.feed_subscribers.clone());
        registry.register(
            "feed_verifiers",
            "Named verifiers that stream the feed",
            metrics.verifiers.clone(),
        );
        registry.register("sessions_settled", "Dead sessions settled as revoked", metrics.settled.clone());
        metrics
    }
}

impl Metrics {
    fn observe_feed(&self, app: &App) {
        let feed = app.feed.progress();
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        self.feed_head.set(feed.head);
        self.feed_lag.set(app.now().saturating_since(feed.as_of).as_secs_f64());
        self.feed_entries.set(count(feed.entries));
        self.feed_subscribers.set(count(feed.subscribers));
        self.verifiers.set(count(app.verifiers.listening()));
    }

    /// Counts an answered request.
    pub(crate) fn record(&self, method: &http::Method, status: u16, seconds: f64) {
        self.requests.get_or_create(&RequestLabels { method: known(method), status }).inc();
        self.duration.observe(seconds);
    }
}

/// Methods are caller-controlled: anything unusual shares one label.
fn known(method: &http::Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PATCH" => "PATCH",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "HEAD" => "HEAD",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// `GET /metrics`.
pub(crate) async fn handler(State(app): State<App>) -> impl IntoResponse {
    app.metrics.observe_feed(&app);
    let mut body = String::new();
    match text::encode(&mut body, &app.metrics.registry) {
        Ok(()) => {
            ([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], body)
                .into_response()
        }
        Err(error) => crate::ApiError::internal(error).into_response(),
    }
}
