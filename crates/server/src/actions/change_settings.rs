//! Changing settings of the instance while it runs.

use std::sync::Arc;

use beadle_domain::{Error, settings};
use beadle_store::{
    Conn, UnitOfWork,
    instance::{self, Changes},
};
use serde_json::Value;

use crate::{
    app::App,
    error::{ApiError, ApiResult},
};

/// Keeps the changes, a partial object of settings, and applies them on this node; others follow within a second.
/// Hands back all settings as they are then.
///
/// # Errors
/// 422 for settings that do not go together.
pub(crate) async fn change(app: &App, changes: Value) -> ApiResult<Arc<settings::InstanceSettings>> {
    if settings::paths(&changes).is_empty() {
        return Ok(app.instance.settings());
    }
    let stored = app.store.write(Change { app: app.clone(), changes }).await?;
    app.instance.adopt(&stored).map_err(ApiError::internal)?;
    Ok(app.instance.settings())
}

struct Change {
    app: App,
    changes: Value,
}

impl UnitOfWork for Change {
    type Output = Changes;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Changes> {
        let id = &self.app.instance.id;
        let Changes { version, mut changes } = instance::changes_for_update(conn, id).await?;
        settings::lay_over(&mut changes, self.changes.clone())
            .map_err(|path| ApiError::internal(format!("{} is no group of settings", path.join("."))))?;
        self.app
            .instance
            .settings_with(&changes)
            .map_err(|error| Error::setting_refused(&error.to_string()))?;
        let changes = Changes { version: version + 1, changes };
        instance::save_changes(conn, id, &changes).await?;
        Ok(changes)
    }
}

/// Looks for what other nodes have changed.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn follow(app: &App) -> Result<(), beadle_store::Error> {
    let version = app.instance.settings_version();
    let newer = instance::changes_beyond(&mut *app.store.reader().await?, &app.instance.id, version).await?;
    if let Some(newer) = newer
        && let Err(error) = app.instance.adopt(&newer)
    {
        tracing::error!(%error, "another node has changed a setting that this one cannot follow");
    }
    Ok(())
}
