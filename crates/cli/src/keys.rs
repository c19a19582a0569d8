//! `beadle keys`.

use anyhow::{Context as _, bail};
use beadle_server::{
    config::{Config, Overrides},
    instance::{Keys, read_keys},
};
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::{
    args::{KeysArgs, KeysCommand},
    output::{self, Table},
    runtime, settings,
};

pub(crate) fn run(args: KeysArgs) -> anyhow::Result<()> {
    let KeysCommand::Show = args.command;
    let config = settings::load(args.location, Overrides::default())?.config;
    let keys = runtime::for_command()?.block_on(read(&config))?;
    let secret_key = keys.secret_key.expose_secret();
    let value = json!({
        "secret_key": secret_key,
        "feed_key": keys.feed_key.expose_secret(),
        "publishable_key": keys.publishable_key,
    });
    output::show(args.json, &value, |_| {
        let mut table = Table::bare();
        table.row(["Secret key".into(), secret_key.into()]);
        table.row(["Feed key".into(), keys.feed_key.expose_secret().into()]);
        table.row(["Publishable key".into(), keys.publishable_key.clone()]);
        table.render()
    })
}

/// The keys of this machine's instance, whether or not its server runs.
pub(crate) async fn read(config: &Config) -> anyhow::Result<Keys> {
    // Looking must not make a directory.
    if config.database_url.is_none() && !config.data_dir.is_dir() {
        bail!("there is no instance in {}: start `beadle serve` there once", config.data_dir.display());
    }
    read_keys(config).await.context("read the instance's keys")
}
