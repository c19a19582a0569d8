//! What every handler can reach.

use std::{path::PathBuf, sync::Arc};

use beadle_domain::{clock::Clock, rng::Rng};
use beadle_store::Store;
use beadle_types::Timestamp;
use tokio::sync::Notify;

use crate::{
    Error,
    config::Config,
    hashing::Hashing,
    instance::Instance,
    mail::{Bell, Senders},
    messages::Messages,
    metrics::Metrics,
    oauth::Providers,
    pictures::Pictures,
    rate_limit::RateLimits,
    revocation::{Feed, Verifiers},
    webhooks::Webhooks,
};

/// The shared state. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts behind [`App`].
pub struct Parts {
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub rng: Arc<dyn Rng>,
    /// Keys and settings.
    pub instance: Instance,
    /// Where passwords are hashed.
    pub(crate) hashing: Hashing,
    /// Where pictures are worked on.
    pub(crate) pictures: Pictures,
    /// Who has tried to sign in or up of late.
    pub(crate) rate_limits: RateLimits,
    /// The providers of social sign-in.
    pub(crate) oauth: Providers,
    /// Counters.
    pub(crate) metrics: Metrics,
    /// Wakes the sweep after a ban.
    pub(crate) sweep: Notify,
    /// What local verifiers must refuse, as far as this node knows.
    pub(crate) feed: Feed,
    /// Who follows the feed.
    pub(crate) verifiers: Verifiers,
    /// What sends webhooks.
    pub(crate) webhooks: Webhooks,
    /// What mails and SMS say.
    pub messages: Messages,
    /// Whom mails and SMS are from.
    pub(crate) senders: Senders,
    /// Wakes the workers that send mail and SMS.
    pub mail: Arc<Bell>,
    /// Where the browser libraries' files are.
    pub(crate) npm_dir: Option<PathBuf>,
}

impl App {
    /// Opens database and instance as configured.
    pub async fn open(config: &Config, clock: Arc<dyn Clock>, rng: Arc<dyn Rng>) -> Result<Self, Error> {
        let store = Store::open(&config.location()?).await?;
        let instance = Instance::open(&store, config, &*clock, &*rng).await?;
        let feed = Feed::open(&store, clock.now()).await?;
        let verifiers = Verifiers::new(&*rng);
        let hashing = Hashing::start()?;
        let name = &instance.settings().application_name;
        let messages = Messages::open(config.message_templates.as_deref(), name)?;
        Ok(Self(Arc::new(Parts {
            store,
            clock,
            rng,
            instance,
            hashing,
            pictures: Pictures::default(),
            rate_limits: RateLimits::default(),
            oauth: Providers::new(config)?,
            metrics: Metrics::default(),
            sweep: Notify::new(),
            feed,
            verifiers,
            webhooks: Webhooks::new(&config.webhooks),
            messages,
            senders: Senders::new(config),
            mail: Arc::default(),
            npm_dir: config.npm_dir.clone(),
        })))
    }

    /// The current time.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new id: `app.new_id(UserId::from_parts)`.
    pub(crate) fn new_id<T>(&self, make: impl FnOnce(Timestamp, [u8; 16]) -> T) -> T {
        make(self.now(), self.rng.entropy16())
    }
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
