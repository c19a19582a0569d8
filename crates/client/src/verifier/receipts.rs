//! Tells the server how far the verifier is, one receipt at a time; the newest position counts.

use std::{sync::Arc, time::Duration};

use beadle_types::{RevocationReceipt, params::CreateReceipt};
use http::Method;

use super::revoked::Revoked;
use crate::{clerk::Clerk, request::Request};

/// How long the server may take. A receipt that is lost is followed by the next.
const TIMEOUT: Duration = Duration::from_secs(2);
/// Pause after a failure.
const RETRY: Duration = Duration::from_millis(500);

/// Never returns; the verifier ends it.
pub(super) async fn run(clerk: Clerk, name: String, revoked: Arc<Revoked>) {
    let mut news = revoked.news.subscribe();
    // What was told, and on which connection: the server forgets when a verifier connects.
    let mut told = None;
    while news.changed().await.is_ok() {
        let status = revoked.status(Duration::MAX);
        let now = (status.connections, status.seq);
        if !status.connected || status.seq < status.head || told == Some(now) || status.lag.is_none() {
            continue;
        }
        let receipt = CreateReceipt { verifier: name.clone(), seq: status.seq };
        let request: Request<RevocationReceipt> =
            Request::new(&clerk, Method::POST, "/v1/revocations/receipts").body(&receipt);
        match request.timeout(TIMEOUT).send().await {
            Ok(_) => told = Some(now),
            Err(error) => {
                tracing::debug!(%error, "a receipt could not be sent");
                tokio::time::sleep(RETRY).await;
            }
        }
    }
}
