//! Who carries messages to endpoints, on one node.

use std::{collections::HashMap, sync::Arc, time::Duration};

use beadle_store::{
    Conn, Error, Result, UnitOfWork,
    webhook_deliveries::{self, Due},
    webhook_endpoints::{self, EndpointRow},
};
use beadle_types::{Timestamp, WebhookEndpointId};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
};

use super::{attempt::attempt, dispatch::dispatch};
use crate::app::App;

/// Messages under way to one endpoint from one node. Each endpoint has its own, so a slow one slows no other.
const SIDE_BY_SIDE: usize = 10;
/// How long a claimed queue belongs to its sender: longer than the slowest receiver may take.
const LEASE: Duration = Duration::from_secs(60);
/// How often the database is looked at unasked: the longest that an event waits on an idle server.
const PERIOD: Duration = Duration::from_millis(250);

/// Carries messages until told to stop; what is under way is finished first.
pub(crate) async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let mut courier = Courier::new(&app);
    while !*stop.borrow() {
        if let Err(error) = courier.round().await {
            tracing::warn!(%error, "webhooks wait for the database");
        }
        tokio::select! {
            () = app.webhooks.bell.notified() => {}
            () = tokio::time::sleep(PERIOD) => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }
    courier.finish().await;
}

/// What is under way.
pub(crate) struct Courier {
    app: App,
    places: HashMap<WebhookEndpointId, Arc<Semaphore>>,
    under_way: JoinSet<()>,
}

impl Courier {
    pub(crate) fn new(app: &App) -> Self {
        Self { app: app.clone(), places: HashMap::new(), under_way: JoinSet::new() }
    }

    /// Makes deliveries of what has happened, and sets out with as many of those that are due as there are places for;
    /// says how many.
    pub(crate) async fn round(&mut self) -> Result<usize> {
        while self.under_way.try_join_next().is_some() {}
        let endpoints = webhook_endpoints::all(&mut *self.app.store.reader().await?).await?;
        self.places.retain(|id, _| endpoints.iter().any(|endpoint| endpoint.id == *id));
        dispatch(&self.app, &endpoints).await?;
        let mut sent = 0;
        for endpoint in endpoints.into_iter().filter(|endpoint| endpoint.enabled) {
            sent += self.set_out(endpoint).await?;
        }
        Ok(sent)
    }

    async fn set_out(&mut self, endpoint: EndpointRow) -> Result<usize> {
        let now = self.app.now();
        let places = self.places.entry(endpoint.id.clone());
        let places = places.or_insert_with(|| Arc::new(Semaphore::new(SIDE_BY_SIDE)));
        let taken: Vec<OwnedSemaphorePermit> =
            std::iter::from_fn(|| places.clone().try_acquire_owned().ok()).collect();
        // The look costs no transaction; most of the time there is nothing.
        if taken.is_empty()
            || !webhook_deliveries::is_due(&mut *self.app.store.reader().await?, &endpoint.id, now).await?
        {
            return Ok(0);
        }
        let limit = i64::try_from(taken.len()).unwrap_or(0);
        let claimed_until = now.plus(LEASE);
        let id = endpoint.id.clone();
        let due = self.app.store.write(Claim { id, now, claimed_until, limit }).await?;
        let sent = due.len();
        for (due, place) in due.into_iter().zip(taken) {
            let (app, endpoint) = (self.app.clone(), endpoint.clone());
            self.under_way.spawn(async move {
                attempt(app.clone(), endpoint, due, claimed_until).await;
                drop(place);
                // There may be more behind it.
                app.webhooks.bell.notify_one();
            });
        }
        Ok(sent)
    }

    /// Waits for what is under way.
    pub(crate) async fn finish(&mut self) {
        while self.under_way.join_next().await.is_some() {}
    }
}

/// Takes due queues.
struct Claim {
    id: WebhookEndpointId,
    now: Timestamp,
    claimed_until: Timestamp,
    limit: i64,
}

impl UnitOfWork for Claim {
    type Output = Vec<Due>;
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<Vec<Due>> {
        webhook_deliveries::claim(conn, &self.id, self.now, self.claimed_until, self.limit).await
    }
}
