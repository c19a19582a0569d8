//! How the server is told to stop.

use std::{future::Future, io, process};

use tokio::signal::unix::{Signal, SignalKind, signal};

/// By convention 128 and the number of the signal; here SIGINT.
const INTERRUPTED: i32 = 130;

/// Done at the first SIGTERM or SIGINT. The second one ends the process without ceremony.
pub(crate) fn stop() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        either(&mut terminate, &mut interrupt).await;
        tracing::info!("stopping: requests under way are finished first");
        tokio::spawn(async move {
            either(&mut terminate, &mut interrupt).await;
            tracing::warn!("stopped at once");
            process::exit(INTERRUPTED);
        });
    })
}

async fn either(terminate: &mut Signal, interrupt: &mut Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
