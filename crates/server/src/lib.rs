//! Beadle's server as a library: the router with the Backend and Frontend APIs, and the background tasks.
//!
//! Where things are: `backend/` and `frontend/` hold the handlers (extract, one call, respond), `actions/` one
//! unit of work per file that every API shares, `present/` turns rows into wire objects, `extract/` reads
//! requests, `tasks/` runs behind the requests.

mod account;
mod actions;
mod app;
mod backend;
mod cause;
pub mod config;
mod cookies;
mod dev_outbox;
mod error;
mod extract;
mod frontend;
mod gate;
mod hashing;
mod health;
pub mod instance;
pub mod listener;
pub mod mail;
pub mod messages;
mod metrics;
mod oauth;
pub mod openapi;
mod outgoing;
mod pictures;
mod present;
mod rate_limit;
mod refused;
mod revocation;
mod router;
mod server;
pub mod sms;
mod tasks;
mod template_key;
mod trace;
mod webhooks;

pub use app::{App, Parts};
pub use error::ApiError;
pub use refused::{Refused, refused};
pub use router::{Route, router, routes};
pub use server::Server;

/// What tests may do of the server's background work, when they choose.
#[doc(hidden)]
pub mod hooks {
    use beadle_store::mails::Channel;

    use crate::{App, actions::change_settings, mail, revocation, tasks, webhooks};

    /// Settles one batch of dead sessions; says how many sweeps and sessions it moved on.
    pub async fn settle_batch(app: &App) -> Result<usize, beadle_store::Error> {
        tasks::sweep::settle_batch(app).await
    }

    /// Puts what waits to be sent into the development outbox, as the workers of a server do that can send nothing.
    pub async fn keep_messages(app: &App) -> Result<(), beadle_store::Error> {
        for channel in [Channel::Email, Channel::Sms] {
            let worker = mail::Worker {
                store: app.store.clone(),
                clock: app.clock.clone(),
                mailer: mail::Mailer::Development(channel),
                bell: app.mail.clone(),
                deliveries: app.metrics.deliveries.clone(),
            };
            while worker.send_due().await? > 0 {}
        }
        Ok(())
    }

    /// Takes over the settings that other nodes have changed.
    pub async fn follow_settings(app: &App) -> Result<(), beadle_store::Error> {
        change_settings::follow(app).await
    }

    /// Moves the revocation feed on, as its reader would, and writes what verifiers have said.
    pub async fn advance_feed(app: &App) -> Result<(), beadle_store::Error> {
        revocation::reader::advance(app, &mut *app.store.reader().await?).await?;
        revocation::Verifiers::flush(app).await;
        Ok(())
    }

    /// One node's carrier of webhooks.
    pub struct WebhookCourier(webhooks::Courier);

    impl WebhookCourier {
        /// One with nothing under way.
        pub fn new(app: &App) -> Self {
            Self(webhooks::Courier::new(app))
        }

        /// Makes deliveries of what has happened, and sets out with those that are due; says how many.
        pub async fn round(&mut self) -> Result<usize, beadle_store::Error> {
            self.0.round().await
        }

        /// Waits for what is under way.
        pub async fn finish(&mut self) {
            self.0.finish().await;
        }
    }

    /// Ends all subscriptions, as an orderly stop does.
    pub fn close_feed(app: &App) {
        app.feed.close();
    }

    /// Sends one heartbeat to the feed's subscribers.
    pub fn beat(app: &App) {
        app.feed.beat(&app.instance);
    }
}

/// Why a server cannot start or run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Configuration or stored state is unusable; the text says which and is for the operator.
    #[error("{0}")]
    Setup(String),
    /// The database.
    #[error("{0}")]
    Store(#[from] beadle_store::Error),
    /// Sockets and files.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}
