//! The keys that tokens are checked with: one fixed key, or the server's, cached.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwapOption;
use beadle_token::VerifyingKey;
use beadle_types::{Jwk, Jwks, Timestamp};

use crate::{clerk::Clerk, error::Error};

/// From this age on, keys are fetched again in the background.
const FRESH: Duration = Duration::from_secs(5 * 60);
/// From this age on, keys are no longer trusted without having been fetched again. Long, so that an outage of the
/// server does not sign everybody out; finite, so that a withdrawn key does not live on.
const USABLE: Duration = Duration::from_secs(60 * 60);
/// The shortest time between two fetches while there are keys: tokens with made-up key ids cannot cause more.
const MIN_INTERVAL: Duration = Duration::from_secs(10);
/// The same while there are no keys and so no request can be judged.
const MIN_INTERVAL_WITHOUT_KEYS: Duration = Duration::from_secs(1);
/// No time at all, in [`KeyCache::tried_at`].
const NEVER: i64 = i64::MIN;
/// How long requests wait for the keys.
const FETCH_TIMEOUT: Duration = Duration::from_secs(10);

/// The key that was set by [`Clerk::jwt_key`].
pub(crate) struct LocalKey(VerifyingKey);

impl LocalKey {
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let key = if text.trim_start().starts_with('{') {
            let jwk: Jwk = serde_json::from_str(text)
                .map_err(|error| Error::config_caused_by("the JWT key is not a JWK", error))?;
            VerifyingKey::from_jwk(&jwk)
        } else {
            VerifyingKey::from_pem(text)
        };
        key.map(Self).map_err(|error| Error::config_caused_by("the JWT key cannot be used", error))
    }
}

/// What a token's key is looked up in.
#[derive(Clone, Copy)]
pub(super) enum Keys<'a> {
    /// The fixed key, whatever the token calls it.
    Local(&'a LocalKey),
    /// The server's keys by their ids.
    Set(&'a KeySet),
}

impl<'a> Keys<'a> {
    pub(super) fn get(self, kid: &str) -> Option<&'a VerifyingKey> {
        match self {
            Self::Local(key) => Some(&key.0),
            Self::Set(set) => set.keys.iter().find_map(|(id, key)| (id == kid).then_some(key)),
        }
    }
}

/// The server's keys as they were at one time.
pub(crate) struct KeySet {
    keys: Vec<(String, VerifyingKey)>,
    fetched_at: Timestamp,
}

impl KeySet {
    fn new(jwks: &Jwks, fetched_at: Timestamp) -> Self {
        let keys = jwks.keys.iter().filter_map(|jwk| match VerifyingKey::from_jwk(jwk) {
            Ok(key) => Some((jwk.kid.clone(), key)),
            Err(error) => {
                tracing::warn!(kid = jwk.kid, %error, "passing over a key of the server");
                None
            }
        });
        Self { keys: keys.collect(), fetched_at }
    }

    /// True from a fetch until `limit` after it. A clock that was set back makes keys old, not eternal.
    fn is_younger_than(&self, limit: Duration, now: Timestamp) -> bool {
        now >= self.fetched_at && now.saturating_since(self.fetched_at) < limit
    }
}

/// The server's keys. Reading them takes no lock.
pub(crate) struct KeyCache {
    current: ArcSwapOption<KeySet>,
    /// When the last fetch began, in Unix milliseconds; [`NEVER`] before the first.
    tried_at: AtomicI64,
    failure: Mutex<Option<Error>>,
    /// Held during a fetch, so that there is only one at a time.
    fetching: tokio::sync::Mutex<()>,
}

impl Default for KeyCache {
    fn default() -> Self {
        Self {
            current: ArcSwapOption::default(),
            tried_at: AtomicI64::new(NEVER),
            failure: Mutex::default(),
            fetching: tokio::sync::Mutex::default(),
        }
    }
}

impl KeyCache {
    /// The keys, from the cache if they are young enough.
    pub(super) async fn current(&self, clerk: &Clerk) -> Result<Arc<KeySet>, Error> {
        let now = clerk.settings().clock.now();
        let set = self.current.load_full();
        match set {
            Some(set) if set.is_younger_than(FRESH, now) => Ok(set),
            Some(set) if set.is_younger_than(USABLE, now) => {
                if !self.is_too_soon(now, MIN_INTERVAL) {
                    let (clerk, old) = (clerk.clone(), Arc::clone(&set));
                    tokio::spawn(
                        async move { clerk.keys().fetch(&clerk, Some(&old), MIN_INTERVAL).await.ok() },
                    );
                }
                Ok(set)
            }
            old => self.fetch(clerk, old.as_ref(), MIN_INTERVAL_WITHOUT_KEYS).await,
        }
    }

    /// Newer keys than `seen`, which lack a key that a token names; `None` if there are none or it is too soon to
    /// ask.
    pub(super) async fn after_unknown_key(&self, clerk: &Clerk, seen: &Arc<KeySet>) -> Option<Arc<KeySet>> {
        let newer = self.fetch(clerk, Some(seen), MIN_INTERVAL).await.ok()?;
        (!Arc::ptr_eq(&newer, seen)).then_some(newer)
    }

    /// Fetches the keys, unless others did since `seen` was the newest, or the last try was less than
    /// `min_interval` ago; then its result counts.
    async fn fetch(
        &self,
        clerk: &Clerk,
        seen: Option<&Arc<KeySet>>,
        min_interval: Duration,
    ) -> Result<Arc<KeySet>, Error> {
        let _turn = self.fetching.lock().await;
        let current = self.current.load_full();
        if let Some(current) = &current
            && seen.is_none_or(|seen| !Arc::ptr_eq(seen, current))
        {
            return Ok(Arc::clone(current));
        }
        let now = clerk.settings().clock.now();
        if self.is_too_soon(now, min_interval) {
            let failure = self.failure().clone();
            match (failure, current) {
                (Some(failure), _) => return Err(failure),
                (None, Some(current)) => return Ok(current),
                // The last try was given up by its caller before it came to a result.
                (None, None) => {}
            }
        }
        self.tried_at.store(now.as_millis(), Ordering::Relaxed);
        *self.failure() = None;
        match clerk.jwks().timeout(FETCH_TIMEOUT).send().await {
            Ok(jwks) => {
                let set = Arc::new(KeySet::new(&jwks, now));
                self.current.store(Some(Arc::clone(&set)));
                Ok(set)
            }
            Err(error) => {
                tracing::warn!(%error, "cannot fetch the keys of session tokens");
                *self.failure() = Some(error.clone());
                Err(error)
            }
        }
    }

    fn is_too_soon(&self, now: Timestamp, min_interval: Duration) -> bool {
        let at = self.tried_at.load(Ordering::Relaxed);
        let tried_at = Timestamp::from_millis(at);
        at != NEVER && now >= tried_at && now.saturating_since(tried_at) < min_interval
    }

    fn failure(&self) -> std::sync::MutexGuard<'_, Option<Error>> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
