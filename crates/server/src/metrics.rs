//! Prometheus metrics.

use axum::{extract::State, http::header, response::IntoResponse};
use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};

use crate::app::App;

/// What is counted.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    duration: Histogram,
    /// Bans that changed a user.
    pub(crate) bans: Counter,
    /// Sessions settled by the sweep.
    pub(crate) settled: Counter,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    status: u16,
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
        };
        let registry = &mut metrics.registry;
        registry.register("http_requests", "Requests answered", metrics.requests.clone());
        registry.register("http_request_seconds", "Time to answer", metrics.duration.clone());
        registry.register("bans", "Bans that changed a user", metrics.bans.clone());
        registry.register("sessions_settled", "Dead sessions settled as revoked", metrics.settled.clone());
        metrics
    }
}

impl Metrics {
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
    let mut body = String::new();
    match text::encode(&mut body, &app.metrics.registry) {
        Ok(()) => {
            ([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], body)
                .into_response()
        }
        Err(error) => crate::ApiError::internal(error).into_response(),
    }
}
