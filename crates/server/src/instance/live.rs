//! The settings that count now: those of the configuration, with what the Backend API has changed laid over them.

use std::sync::Arc;

use arc_swap::ArcSwap;
use beadle_domain::settings::{self, InstanceSettings, SettingsError};
use beadle_store::instance::Changes;
use serde_json::Value;

use super::Places;
use crate::Error;

/// Settings that change while the server runs.
pub(super) struct LiveSettings {
    /// Those of the configuration.
    base: InstanceSettings,
    current: ArcSwap<Current>,
}

struct Current {
    version: i64,
    settings: Arc<InstanceSettings>,
    places: Arc<Places>,
}

impl LiveSettings {
    /// With what was changed before.
    pub(super) fn open(base: InstanceSettings, stored: &Changes, places: Places) -> Result<Self, Error> {
        let places = Arc::new(places);
        let current =
            Current { version: stored.version, settings: Arc::new(base.clone()), places: places.clone() };
        let live = Self { base, current: ArcSwap::from_pointee(current) };
        let settings = live.with(&stored.changes).map_err(|error| {
            Error::Setup(format!(
                "a setting that was changed by the Backend API does not go with the rest: {error}"
            ))
        })?;
        let changed = settings::paths(&stored.changes);
        if !changed.is_empty() {
            tracing::info!(
                changed = changed.join(", "),
                "changed by the Backend API, whatever the configuration says"
            );
        }
        live.current.store(Arc::new(Current {
            version: stored.version,
            settings: Arc::new(settings),
            places,
        }));
        Ok(live)
    }

    pub(super) fn settings(&self) -> Arc<InstanceSettings> {
        Arc::clone(&self.current.load().settings)
    }

    pub(super) fn places(&self) -> Arc<Places> {
        Arc::clone(&self.current.load().places)
    }

    pub(super) fn version(&self) -> i64 {
        self.current.load().version
    }

    pub(super) fn with(&self, changes: &Value) -> Result<InstanceSettings, SettingsError> {
        let mut settings = self.base.overlay(changes.clone())?;
        // Keys, cookies and tokens hang on it, so it changes at a start only.
        settings.publishable_host.clone_from(&self.base.publishable_host);
        Ok(settings)
    }

    pub(super) fn adopt(&self, changes: &Changes, places: Places) -> Result<(), SettingsError> {
        let settings = Arc::new(self.with(&changes.changes)?);
        let next = Arc::new(Current { version: changes.version, settings, places: Arc::new(places) });
        // Whoever answers a change and whoever looks for those of others may get here in any order.
        self.current.rcu(|now| if now.version < next.version { next.clone() } else { now.clone() });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_newest_changes_count() {
        let live =
            LiveSettings::open(InstanceSettings::default(), &Changes::default(), Places::default()).unwrap();
        let min_length = |length: u32| json!({"password": {"min_length": length}});
        live.adopt(&Changes { version: 2, changes: min_length(12) }, Places::default()).unwrap();
        live.adopt(&Changes { version: 1, changes: min_length(11) }, Places::default()).unwrap();
        assert_eq!((live.version(), live.settings().password.min_length), (2, 12));
        // Taken back: the configuration's.
        live.adopt(&Changes { version: 3, changes: json!({}) }, Places::default()).unwrap();
        assert_eq!((live.version(), live.settings().password.min_length), (3, 8));
        live.adopt(&Changes { version: 4, changes: min_length(0) }, Places::default()).unwrap_err();
        assert_eq!(live.version(), 3);
    }
}
