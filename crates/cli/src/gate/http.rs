//! The gate's listener.

use std::{future::Future, net::SocketAddr, sync::Arc, time::Duration};

use beadle_client::FeedStatus;
use beadle_server::listener;
use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming;
use prometheus_client::encoding::text;
use tokio::net::TcpListener;

use super::Gate;

/// How long requests under way may take once a stop was asked for.
const GRACE: Duration = Duration::from_secs(10);

/// Serves until `stop` is ready.
pub(super) async fn serve(listener: TcpListener, gate: Arc<Gate>, stop: impl Future<Output = ()>) {
    let handle = move |request: Request<Incoming>, _: SocketAddr| {
        let gate = gate.clone();
        async move { gate.answer(request).await.map(|body| Full::new(Bytes::from(body))) }
    };
    listener::serve(listener, handle, stop, GRACE).await;
}

impl Gate {
    /// Three paths are the gate's own; all others are asked about by the proxy.
    async fn answer(&self, request: Request<Incoming>) -> Response<String> {
        match request.uri().path() {
            "/healthz" => Response::new("ok\n".to_owned()),
            "/readyz" => ready(&self.verifier.status()),
            "/metrics" => self.metrics(),
            _ => self.verifier.gate(request.headers()).await,
        }
    }

    fn metrics(&self) -> Response<String> {
        let mut body = String::new();
        if let Err(error) = text::encode(&mut body, &self.registry) {
            tracing::error!(%error, "metrics cannot be written");
        }
        let mut response = Response::new(body);
        let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        response
    }
}

fn ready(status: &FeedStatus) -> Response<String> {
    let mut response = Response::new(if status.current { "ready\n" } else { "feed stale\n" }.to_owned());
    if !status.current {
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    }
    response
}
