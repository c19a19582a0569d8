//! `beadle gate`: forward authentication for a reverse proxy, with local checks and the revocation feed.

mod http;

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use beadle_client::{AuthenticateOptions, OnStale, Verifier};
use beadle_server::config::LogFormat;
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;

use crate::{
    api,
    args::{GateArgs, Stale},
    output, runtime,
    serve::{logging, signals},
    settings,
};

/// How long the first contact with the server may take before the gate says that it is waiting.
const FIRST_CONTACT: Duration = Duration::from_secs(5);

/// What requests are answered from.
struct Gate {
    verifier: Verifier,
    registry: Registry,
}

pub(crate) fn run(args: GateArgs) -> anyhow::Result<()> {
    let is_json = settings::variable("BEADLE_LOG_FORMAT").is_some_and(|format| format == "json");
    logging::start(if is_json { LogFormat::Json } else { LogFormat::Text })?;
    runtime::for_server().context("start the runtime")?.block_on(async {
        let stop = signals::stop().context("listen for signals")?;
        let listen = args.listen;
        let listener = TcpListener::bind(listen).await.with_context(|| format!("listen on {listen}"))?;
        let address = listener.local_addr().context("read the address")?;
        let verifier = verifier(args).await?;
        // A service whose output nobody reads is a service all the same.
        drop(output::print(&format!("Beadle's gate listens on http://{address}\n")));
        if verifier.ready(FIRST_CONTACT).await.is_err() {
            tracing::warn!(
                "the server's revocation feed cannot be reached yet; requests are refused until then"
            );
        }
        tracing::info!(%address, "ready");
        let mut registry = Registry::default();
        verifier.register(&mut registry);
        http::serve(listener, Arc::new(Gate { verifier, registry }), stop).await;
        tracing::info!("stopped");
        Ok(())
    })
}

async fn verifier(args: GateArgs) -> anyhow::Result<Verifier> {
    let mut options = AuthenticateOptions::new();
    for origin in args.authorized_party {
        options = options.authorized_party(origin);
    }
    if let Some(issuer) = args.issuer {
        options = options.issuer(issuer);
    }
    let clerk = api::follow(args.api_url, args.feed_key, args.location).await?;
    let mut verifier =
        clerk.verifier().options(options).stale_after(Duration::from_millis(args.stale_after)).on_stale(
            match args.on_stale {
                Stale::Refuse => OnStale::Refuse,
                Stale::Ask => OnStale::Ask,
                Stale::Accept => OnStale::Accept,
            },
        );
    if let Some(name) = args.name {
        verifier = verifier.name(name);
    }
    Ok(verifier.start()?)
}
