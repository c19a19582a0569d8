//! `beadle backup`: a copy of the SQLite database, beside a running server.

use anyhow::{Context as _, bail};
use beadle_server::config::Overrides;
use beadle_store::Store;

use crate::{args::BackupArgs, output, runtime, settings};

pub(crate) fn run(args: BackupArgs) -> anyhow::Result<()> {
    let config = settings::load(args.location, Overrides::default())?.config;
    if config.database_url.is_some() {
        bail!(
            "this instance is on PostgreSQL: back it up with pg_dump or your own tools, and keep the encryption key"
        );
    }
    if !config.data_dir.is_dir() {
        bail!("there is no instance in {}: start `beadle serve` there once", config.data_dir.display());
    }
    let target = &args.file;
    let bytes = runtime::for_command()?
        .block_on(Store::backup(&config.data_dir, target))
        .with_context(|| format!("back up to {}", target.display()))?;
    let key_note = if config.encryption_key.is_none() {
        format!(
            "Keep {} too, and elsewhere: without it the copy cannot be started.\n",
            config.data_dir.join("encryption.key").display()
        )
    } else {
        "Keep the encryption key too, and elsewhere: without it the copy cannot be started.\n".to_owned()
    };
    output::print(&format!("{} written, {bytes} bytes\n{key_note}", target.display()))
}
