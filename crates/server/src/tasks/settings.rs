//! Follows the settings that other nodes change.

use std::time::Duration;

use beadle_store::Engine;
use tokio::sync::watch;

use crate::{actions::change_settings, app::App};

const EVERY: Duration = Duration::from_millis(500);

/// Runs until stopped. On SQLite there are no other nodes.
pub(crate) async fn run(app: App, mut stop: watch::Receiver<bool>) {
    if app.store.engine() == Engine::Sqlite {
        return;
    }
    let mut failing = false;
    loop {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        match change_settings::follow(&app).await {
            Ok(()) => failing = false,
            Err(error) if !std::mem::replace(&mut failing, true) => {
                tracing::warn!(%error, "changed settings cannot be read, will retry");
            }
            Err(_) => {}
        }
    }
}
