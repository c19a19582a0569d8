//! `beadle export users`: from the database, because no API tells digests.

mod row;
mod target;

use std::{
    fmt::Write as _,
    fs,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use beadle_domain::totp::TotpSecret;
use beadle_server::{
    config::{Config, Overrides},
    instance::Unsealer,
};
use beadle_store::{
    Location, Store,
    users::{self, ListUsers, UserFilter, UserOrder, UserOrderKey},
};

use self::target::Target;
use crate::{
    args::{ExportArgs, ExportCommand},
    output,
    progress::Progress,
    runtime, settings,
};

/// Users read at a time.
const PAGE: i64 = 500;

pub(crate) fn run(args: ExportArgs) -> anyhow::Result<()> {
    let ExportCommand::Users { file } = args.command;
    let config = settings::load(args.location, Overrides::default())?.config;
    runtime::for_command()?.block_on(async {
        let mut target = Target::create(&file)?;
        let written = match snapshot(&config, &file).await {
            Ok((location, _copy)) => write(&config, &location, &mut target).await,
            Err(error) => Err(error),
        };
        if written.is_err() {
            // Half an export would pass for a whole one.
            drop(fs::remove_file(&file));
        }
        let Written { users, weakened } = written?;
        let mut text = format!("{users} users written to {}\n", file.display());
        if weakened > 0 {
            let missing = "backup codes, numbers as second factors, passkeys or connected accounts, which are not in it";
            writeln!(text, "{weakened} of them have {missing}")?;
        }
        output::print(&text)
    })
}

struct Written {
    users: usize,
    /// Users who have more to sign in with than was written.
    weakened: usize,
}

async fn write(config: &Config, location: &Location, target: &mut Target) -> anyhow::Result<Written> {
    let unsealer = Unsealer::new(config)?;
    let store = Store::open(location).await?;
    let mut reader = store.reader().await?;
    let total = users::count(&mut reader, &UserFilter::default()).await?;
    let mut progress = Progress::new(total.unsigned_abs());
    let mut written = Written { users: 0, weakened: 0 };
    let order = UserOrder { key: UserOrderKey::CreatedAt, descending: false };
    let mut page = ListUsers { order, limit: PAGE, ..ListUsers::default() };
    loop {
        let records = users::list(&mut reader, &page).await?;
        let Some(last) = records.last() else { break };
        page.starting_after = Some(last.user.id.clone());
        for record in &records {
            let totp = record.user.totp_secret.as_deref().map(|sealed| unsealer.open(sealed)).transpose()?;
            target.add(&row::fields(record, totp.map(TotpSecret::from_stored).as_ref()))?;
            written.users += 1;
            written.weakened += usize::from(row::is_weakened(record));
        }
        progress.show(written.users as u64, written.users, None);
    }
    progress.clear();
    target.finish()?;
    drop(reader);
    store.close().await;
    Ok(written)
}

/// Where to read from. SQLite's file belongs to the server, which may be running: a copy of it is read.
async fn snapshot(config: &Config, file: &Path) -> anyhow::Result<(Location, Option<Copy>)> {
    if config.database_url.is_some() {
        return Ok((config.location()?, None));
    }
    if !config.data_dir.is_dir() {
        bail!("there is no instance in {}: start `beadle serve` there once", config.data_dir.display());
    }
    let copy = Copy::directory(file)?;
    Store::backup(&config.data_dir, &copy.0.join("beadle.db")).await.context("copy the database")?;
    Ok((Location::Directory(copy.0.clone()), Some(copy)))
}

/// A directory beside the export that only its owner may enter; removed when dropped.
struct Copy(PathBuf);

impl Copy {
    fn directory(file: &Path) -> anyhow::Result<Self> {
        let mut name = file.as_os_str().to_owned();
        name.push(".copy");
        let path = PathBuf::from(name);
        fs::DirBuilder::new().mode(0o700).create(&path).with_context(|| path.display().to_string())?;
        Ok(Self(path))
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}
