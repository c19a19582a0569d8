//! The server in process.

mod outbox;
mod template;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use axum::Router;
use beadle_domain::clock::Clock as _;
use beadle_server::{
    App,
    config::{Config, OAuthProvider, WebhooksConfig},
    hooks::WebhookCourier,
};
use beadle_store::Engine;
use beadle_types::Timestamp;
use tokio::runtime::{Handle, RuntimeFlavor};

pub use self::outbox::{Event, Mail};
use crate::{Browser, FakeClock, Scratch, SeededRng, call::Backend, postgres};

/// The secret key of every test app.
pub const SECRET_KEY: &str = "sk_test_beadletestkit0123456789abcdefghijkl";
/// What seals the instance's secrets, so that databases can be copied from a template.
const ENCRYPTION_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// A server without sockets and background tasks. What those would do happens when the test asks for it:
/// [`TestApp::run_sweep`], [`TestApp::drain_mail`].
///
/// Needs a runtime with several threads. When dropped, it fails the test if a mail was queued that nobody read.
pub struct TestApp {
    app: App,
    router: Router,
    clock: Arc<FakeClock>,
    config: Config,
    place: Place,
    engine: Engine,
}

/// Where the data is.
enum Place {
    /// Goes when it is dropped.
    Directory {
        _scratch: Scratch,
    },
    Database(String),
    /// Handed over to a reopened app, or another node's.
    Moved,
}

/// How to start a [`TestApp`].
#[derive(Debug)]
pub struct Builder {
    engine: Engine,
    instance: String,
    oauth: Vec<OAuthProvider>,
    seed: u64,
    npm_dir: Option<PathBuf>,
    publishable_key: Option<String>,
    webhooks: WebhooksConfig,
}

impl Builder {
    /// The configuration's `[instance]` section, as TOML.
    #[must_use]
    pub fn instance(mut self, toml: &str) -> Self {
        toml.clone_into(&mut self.instance);
        self
    }

    /// A provider of social sign-in.
    #[must_use]
    pub fn provider(mut self, provider: OAuthProvider) -> Self {
        self.oauth.push(provider);
        self
    }

    /// The seed of all randomness; 1 unless given.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Where the browser libraries are installed.
    #[must_use]
    pub fn npm_dir(mut self, directory: &Path) -> Self {
        self.npm_dir = Some(directory.to_owned());
        self
    }

    /// `pk_test_…` or `pk_live_…`, in place of one that is made.
    #[must_use]
    pub fn publishable_key(mut self, key: &str) -> Self {
        self.publishable_key = Some(key.to_owned());
        self
    }

    /// How webhooks are sent; to anywhere, with half a second for receivers, unless given.
    #[must_use]
    pub fn webhooks(mut self, webhooks: WebhooksConfig) -> Self {
        self.webhooks = webhooks;
        self
    }

    /// Opens a database of its own and starts.
    pub async fn start(self) -> TestApp {
        let mut instance: toml::Table = self.instance.parse().expect("the [instance] section is TOML");
        // All requests of a test come from one address, many of them at one instant.
        let unlimited = toml::toml! { attempts_per_minute = 0 };
        instance.entry("rate_limit").or_insert(unlimited.into());
        let config = Config {
            secret_key: Some(SECRET_KEY.into()),
            encryption_key: Some(ENCRYPTION_KEY.into()),
            npm_dir: self.npm_dir,
            publishable_key: self.publishable_key,
            instance: Some(instance),
            oauth: self.oauth,
            webhooks: self.webhooks,
            ..Config::default()
        };
        let (config, place) = template::place(self.engine, config);
        TestApp::open(self.engine, config, place, Arc::default(), self.seed).await
    }
}

impl TestApp {
    /// A server on this engine with the default settings.
    pub fn builder(engine: Engine) -> Builder {
        Builder {
            engine,
            instance: String::new(),
            oauth: Vec::new(),
            seed: 1,
            npm_dir: None,
            publishable_key: None,
            webhooks: WebhooksConfig { allow_private_addresses: true, timeout: Duration::from_millis(500) },
        }
    }

    async fn open(engine: Engine, config: Config, place: Place, clock: Arc<FakeClock>, seed: u64) -> Self {
        let rng = Arc::new(SeededRng::new(seed));
        let app = App::open(&config, clock.clone(), rng).await.expect("the server starts");
        let router = beadle_server::router(&app);
        Self { app, router, clock, config, place, engine }
    }

    /// Closes the database and starts again on the same data, with randomness of another seed.
    pub async fn reopen(mut self, seed: u64) -> Self {
        self.app.store.close().await;
        let place = std::mem::replace(&mut self.place, Place::Moved);
        Self::open(self.engine, self.config.clone(), place, self.clock.clone(), seed).await
    }

    /// As [`TestApp::reopen`], with another `[instance]` section.
    pub async fn reopen_with(mut self, instance: &str, seed: u64) -> Self {
        self.config.instance = Some(instance.parse().expect("the [instance] section is TOML"));
        self.reopen(seed).await
    }

    /// As [`TestApp::reopen`], with another publishable key: `pk_test_…` makes it an instance for development.
    pub async fn reopen_with_key(mut self, publishable_key: &str, seed: u64) -> Self {
        self.config.publishable_key = Some(publishable_key.to_owned());
        self.reopen(seed).await
    }

    /// A second node on the same database, with randomness of another seed.
    ///
    /// # Panics
    /// On SQLite, which is for one process.
    pub async fn join(&self, seed: u64) -> Self {
        assert!(matches!(self.place, Place::Database(_)), "this app runs on SQLite");
        Self::open(self.engine, self.config.clone(), Place::Moved, self.clock.clone(), seed).await
    }

    /// The engine it runs on.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The server's own state.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The whole server, for requests that the helpers cannot make.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// The address that requests come from.
    pub(crate) fn peer() -> SocketAddr {
        SocketAddr::from(([203, 0, 113, 7], 50_000))
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Lets time pass.
    pub fn advance(&self, duration: Duration) {
        self.clock.advance(duration);
    }

    /// The Backend API, with the secret key.
    pub fn backend(&self) -> Backend {
        Backend::new(self.router())
    }

    /// A browser without cookies.
    pub fn browser(&self) -> Browser {
        Browser::new(self.router())
    }

    /// Creates a user with this e-mail address and returns the id.
    pub async fn user(&self, email_address: &str) -> String {
        self.create_user(&serde_json::json!({"email_address": [email_address]})).await
    }

    /// Creates a user and returns the id.
    pub async fn create_user(&self, body: &serde_json::Value) -> String {
        let user = self.backend().post("/v1/users").json(body).send().await.ok();
        user["id"].as_str().expect("users have ids").to_owned()
    }

    /// Opens a session through the Backend API and returns its id.
    pub async fn session(&self, user_id: &str) -> String {
        let body = serde_json::json!({"user_id": user_id});
        let session = self.backend().post("/v1/sessions").json(&body).send().await.ok();
        session["id"].as_str().expect("sessions have ids").to_owned()
    }

    /// Settles all sessions that wait for it; says how many batches that took.
    pub async fn run_sweep(&self) -> usize {
        let mut batches = 0;
        while beadle_server::hooks::settle_batch(&self.app).await.expect("the sweep works") > 0 {
            batches += 1;
        }
        batches
    }

    /// What carries webhooks on this node, to be moved by hand.
    pub fn courier(&self) -> WebhookCourier {
        WebhookCourier::new(&self.app)
    }

    /// Sends all webhooks that are due, and what becomes due by that; says how many attempts it took.
    pub async fn deliver_webhooks(&self) -> usize {
        let mut courier = self.courier();
        let mut attempts = 0;
        loop {
            let sent = courier.round().await.expect("the database answers");
            courier.finish().await;
            attempts += sent;
            if sent == 0 {
                return attempts;
            }
        }
    }

    /// Runs statements on the PostgreSQL database and returns what they print; see [`postgres::Cluster::psql`].
    ///
    /// # Panics
    /// On SQLite.
    pub fn psql(&self, statements: &str) -> String {
        let Place::Database(url) = &self.place else { panic!("this app runs on SQLite") };
        postgres::shared().psql(url, statements)
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if matches!(self.place, Place::Moved) {
            return;
        }
        let runtime = Handle::try_current().ok();
        if let Some(runtime) = runtime.filter(|_| !std::thread::panicking()) {
            assert!(
                runtime.runtime_flavor() == RuntimeFlavor::MultiThread,
                "a test app needs a runtime with several threads"
            );
            let unread = tokio::task::block_in_place(|| runtime.block_on(self.drain_mail()));
            if let Place::Database(url) = &self.place {
                postgres::shared().discard_database(url);
            }
            assert!(unread.is_empty(), "nobody read these mails: {unread:#?}");
        }
    }
}
