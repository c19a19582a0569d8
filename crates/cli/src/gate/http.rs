//! The gate's listener.

use std::{convert::Infallible, future::Future, sync::Arc, time::Duration};

use beadle_client::FeedStatus;
use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
};
use prometheus_client::encoding::text;
use tokio::net::TcpListener;

use super::Gate;

/// How long the head of a request may take to arrive.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How long requests under way may take once a stop was asked for.
const GRACE: Duration = Duration::from_secs(10);
/// Pause after a failed accept: mostly a lack of file descriptors, which passes.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until `stop` is ready.
pub(super) async fn serve(listener: TcpListener, gate: Arc<Gate>, stop: impl Future<Output = ()>) {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(HEAD_TIMEOUT);
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let stream = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "accept failed");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            },
        };
        let _ = stream.set_nodelay(true);
        let gate = gate.clone();
        let service = service_fn(move |request| {
            let gate = gate.clone();
            async move { Ok::<_, Infallible>(gate.answer(request).await.map(|body| Full::new(Bytes::from(body)))) }
        });
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        let watched = graceful.watch(connection.into_owned());
        tokio::spawn(async move {
            if let Err(error) = watched.await {
                tracing::debug!(error, "connection ended");
            }
        });
    }
    drop(listener);
    // What does not finish in time is dropped with the process.
    drop(tokio::time::timeout(GRACE, graceful.shutdown()).await);
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
