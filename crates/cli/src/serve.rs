//! `beadle serve`.

mod banner;
pub(crate) mod logging;
pub(crate) mod signals;

use anyhow::Context as _;
use beadle_server::{Server, config::Overrides};

use crate::{args::ServeArgs, output, runtime, settings};

pub(crate) fn run(args: ServeArgs) -> anyhow::Result<()> {
    let loaded = settings::load(
        args.location,
        Overrides { listen: args.listen, npm_dir: args.npm_dir, ..Overrides::default() },
    )?;
    logging::start(loaded.config.log_format)?;
    for name in loaded.unknown_variables {
        tracing::warn!("environment variable {name} is unknown and ignored");
    }
    let key_is_fixed = loaded.config.secret_key.is_some();
    runtime::for_server().context("start the runtime")?.block_on(async {
        let stop = signals::stop().context("listen for signals")?;
        let server = Server::start(loaded.config).await?;
        let address = server.local_addr().context("read the address")?;
        let hide_key = key_is_fixed && !std::io::IsTerminal::is_terminal(&std::io::stdout());
        let banner = banner::text(address, server.keys(), hide_key);
        // A service whose output nobody reads is a service all the same.
        drop(output::print(&banner));
        tracing::info!(%address, "ready");
        server.serve(stop).await?;
        tracing::info!("stopped");
        Ok(())
    })
}
