//! A service that verifies session tokens itself and follows the revocation feed, configured by environment only:
//! `BEADLE_URL`, `BEADLE_FEED_KEY`, and `PORT` (0 picks a free one).
//!
//! Answers 200 with the user's id, or 401. `cargo xtask demo` measures it.

use std::{convert::Infallible, env, time::Duration};

use beadle_client::Clerk;
use http_body_util::Full;
use hyper::{body::Bytes, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let clerk = Clerk::new(env::var("BEADLE_FEED_KEY")?).api_url(env::var("BEADLE_URL")?);
    let verifier = clerk.verifier().start()?;
    verifier.ready(Duration::from_secs(30)).await?;

    let port: u16 = env::var("PORT").unwrap_or_else(|_| "0".into()).parse()?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("ready http://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let verifier = verifier.clone();
        let service = service_fn(move |request: http::Request<hyper::body::Incoming>| {
            let verifier = verifier.clone();
            async move {
                let answer = verifier.gate(request.headers()).await;
                Ok::<_, Infallible>(answer.map(|body| Full::new(Bytes::from(body))))
            }
        });
        tokio::spawn(async move {
            // A caller that goes away is no failure.
            drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
        });
    }
}
