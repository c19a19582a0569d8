//! A running server: listener, router and background tasks.

use std::{future::Future, net::SocketAddr, sync::Arc, time::Duration};

use axum::{body::Body, extract::ConnectInfo};
use beadle_domain::{clock::SystemClock, rng::SystemRng};
use http::Request;
use hyper::body::Incoming;
use tokio::{net::TcpListener, sync::watch, task::JoinSet};
use tower::ServiceExt as _;

use crate::{
    Error,
    app::App,
    config::Config,
    instance::Keys,
    listener,
    mail::{Mailer, Worker},
    revocation, router, tasks, webhooks,
};

/// How long requests under way may take once a stop was asked for.
const GRACE: Duration = Duration::from_secs(10);

/// A server that is bound and ready to serve.
pub struct Server {
    app: App,
    listener: TcpListener,
    mailers: [Mailer; 2],
}

impl Server {
    /// Opens the database, loads or makes the instance, and binds the address.
    pub async fn start(config: Config) -> Result<Self, Error> {
        let listener = TcpListener::bind(config.listen)
            .await
            .map_err(|error| Error::Setup(format!("listen on {}: {error}", config.listen)))?;
        let app = App::open(&config, Arc::new(SystemClock), Arc::new(SystemRng)).await?;
        let mut mailer = Mailer::new(config.mail.as_ref())?;
        let settings = app.clone();
        mailer.name_sender(Box::new(move || {
            settings.instance.settings().communication.from_email_address.clone()
        }));
        let mailers = [mailer, Mailer::for_sms(config.sms.as_ref())?];
        Ok(Self { app, listener, mailers })
    }

    /// Where it listens.
    pub fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// The keys that callers need.
    pub fn keys(&self) -> &Keys {
        &self.app.instance.keys
    }

    /// Whether test addresses take the test code.
    pub fn test_mode(&self) -> bool {
        self.app.instance.test_mode()
    }

    /// Serves until `shutdown` is ready, then finishes what is under way and closes the database.
    pub async fn serve(self, shutdown: impl Future<Output = ()>) -> Result<(), Error> {
        let (stop, stopped) = watch::channel(false);
        let mut background = JoinSet::new();
        background.spawn(tasks::sweep::run(self.app.clone(), stopped.clone()));
        background.spawn(tasks::maintenance::run(self.app.clone(), stopped.clone()));
        background.spawn(tasks::settings::run(self.app.clone(), stopped.clone()));
        background.spawn(revocation::reader::run(self.app.clone(), stopped.clone()));
        background.spawn(revocation::Verifiers::run(self.app.clone(), stopped.clone()));
        background.spawn(webhooks::run(self.app.clone(), stopped.clone()));
        for mailer in self.mailers {
            let worker = Worker {
                store: self.app.store.clone(),
                clock: self.app.clock.clone(),
                mailer,
                bell: self.app.mail.clone(),
                deliveries: self.app.metrics.deliveries.clone(),
            };
            background.spawn(worker.run(stopped.clone()));
        }
        let feed = self.app.clone();
        let shutdown = async move {
            shutdown.await;
            // Streams would never end by themselves.
            feed.feed.close();
        };
        let router = router::router(&self.app);
        let handle = move |request: Request<Incoming>, peer: SocketAddr| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            let answer = router.clone().oneshot(request);
            async move { answer.await.unwrap_or_else(|never| match never {}) }
        };
        listener::serve(self.listener, handle, shutdown, GRACE).await;
        stop.send_replace(true);
        let finished = async { while background.join_next().await.is_some() {} };
        if tokio::time::timeout(GRACE, finished).await.is_err() {
            tracing::warn!("a background task did not finish in time");
        }
        background.abort_all();
        self.app.store.close().await;
        Ok(())
    }
}
