//! A service that verifies session tokens itself and follows the revocation feed, configured by environment only:
//! `BEADLE_URL`, `BEADLE_FEED_KEY`, and `PORT` (0 picks a free one).
//!
//! Answers 200 with the user's id, or 401. `cargo xtask demo` measures it.

use std::{env, error::Error, time::Duration};

use axum::{Router, routing::get};
use beadle_client::{Clerk, SignedIn};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let clerk = Clerk::new(env::var("BEADLE_FEED_KEY")?).api_url(env::var("BEADLE_URL")?);
    let verifier = clerk.verifier().start()?;
    verifier.ready(Duration::from_secs(30)).await?;

    let app = Router::new().route("/", get(whoami)).with_state(verifier);
    let port: u16 = env::var("PORT").unwrap_or_else(|_| "0".into()).parse()?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("ready http://{}", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

async fn whoami(SignedIn(claims): SignedIn) -> String {
    claims.sub.to_string()
}
