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
    instance::Places,
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
    let in_force = app.store.write(Change { app: app.clone(), changes }).await?;
    adopt(app, in_force)?;
    Ok(app.instance.settings())
}

/// What every node keeps in memory, under one version.
pub(crate) struct InForce {
    changes: Changes,
    places: Places,
}

impl InForce {
    /// With these changes, and the places as they are in this transaction.
    pub(crate) async fn load(conn: &mut Conn, changes: Changes) -> Result<Self, beadle_store::Error> {
        Ok(Self { changes, places: Places::load(conn).await? })
    }
}

/// Moves the version on, inside a transaction that changes what nodes keep in memory: the others look anew.
pub(crate) async fn next_version(conn: &mut Conn, app: &App) -> Result<Changes, beadle_store::Error> {
    let Changes { version, changes } = instance::changes_for_update(conn, &app.instance.id).await?;
    let changes = Changes { version: version + 1, changes };
    instance::save_changes(conn, &app.instance.id, &changes).await?;
    Ok(changes)
}

/// Applies on this node what was committed.
pub(crate) fn adopt(app: &App, in_force: InForce) -> ApiResult<()> {
    app.instance.adopt(&in_force.changes, in_force.places).map_err(ApiError::internal)
}

struct Change {
    app: App,
    changes: Value,
}

impl UnitOfWork for Change {
    type Output = InForce;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<InForce> {
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
        Ok(InForce::load(conn, changes).await?)
    }
}

/// Looks for what other nodes have changed: now and then, and before settings are told, so that whoever changed one at
/// another node reads what they wrote.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn follow(app: &App) -> Result<(), beadle_store::Error> {
    let version = app.instance.settings_version();
    let mut reader = app.store.reader().await?;
    if let Some(newer) = instance::changes_beyond(&mut reader, &app.instance.id, version).await? {
        let places = Places::load(&mut reader).await?;
        if let Err(error) = app.instance.adopt(&newer, places) {
            tracing::error!(%error, "another node has changed a setting that this one cannot follow");
        }
    }
    Ok(())
}
