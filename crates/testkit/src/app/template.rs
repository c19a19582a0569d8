//! A database that is migrated and has its instance, made once per process and copied for each test: making
//! the instance's signing key costs more than most tests.

use std::{fs, path::Path, sync::OnceLock, thread};

use beadle_server::{App, config::Config};
use beadle_store::Engine;
use std::sync::Arc;

use super::Place;
use crate::{FakeClock, Scratch, SeededRng, postgres};

/// The database file's name in its directory.
const FILE: &str = "beadle.db";
/// Differs from the seeds of tests, so that no id is drawn twice.
const SEED: u64 = 0;

/// A place of its own for one test, and the configuration that leads there.
pub(super) fn place(engine: Engine, config: Config) -> (Config, Place) {
    match engine {
        Engine::Sqlite => {
            let scratch = Scratch::volatile();
            fs::write(scratch.path().join(FILE), sqlite(&config)).expect("the directory was just made");
            (Config { data_dir: scratch.path().to_owned(), ..config }, Place::Directory { _scratch: scratch })
        }
        Engine::Postgres => {
            let url = postgres::shared().database(Some(postgres_template(&config)));
            (Config { database_url: Some(url.clone().into()), ..config }, Place::Database(url))
        }
    }
}

fn sqlite(config: &Config) -> &'static [u8] {
    static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let scratch = Scratch::new();
        set_up(at(scratch.path(), config));
        fs::read(scratch.path().join(FILE)).expect("a closed database is one file")
    })
}

fn postgres_template(config: &Config) -> &'static str {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let url = postgres::database();
        set_up(Config { database_url: Some(url.clone().into()), ..plain(config) });
        url
    })
}

fn at(directory: &Path, config: &Config) -> Config {
    Config { data_dir: directory.to_owned(), ..plain(config) }
}

/// Without the settings of the test that came first.
fn plain(config: &Config) -> Config {
    Config { instance: None, publishable_key: None, oauth: Vec::new(), ..config.clone() }
}

/// Opens and closes the server there, on a thread of its own because the caller may be inside a runtime.
fn set_up(config: Config) {
    let made = thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime can be made").block_on(async {
            let (clock, rng) = (Arc::new(FakeClock::default()), Arc::new(SeededRng::new(SEED)));
            let app = App::open(&config, clock, rng).await.expect("the server starts");
            app.store.close().await;
        });
    });
    made.join().expect("the template can be made");
}
