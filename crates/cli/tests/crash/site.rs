//! What is killed: one server on SQLite, or one of two nodes on one PostgreSQL.

use beadle_store::{Location, PostgresOptions};
use beadle_testkit::postgres;

use super::instance::{Directory, Instance};

/// 32 bytes in base64: what the nodes of one instance seal its keys with.
const ENCRYPTION_KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/// The servers of one instance.
pub(crate) struct Site {
    /// The longest time that bans are made before the kill, in milliseconds: most kills must meet some.
    pub(crate) longest: u64,
    /// Takes the bans, and is killed.
    banning: Option<Instance>,
    /// Lives on.
    witness: Option<Instance>,
    directory: Directory,
    /// The URL of the database, unless it is in the directory.
    pub(crate) database: Option<String>,
}

impl Site {
    pub(crate) fn on_sqlite() -> Self {
        let directory = Directory::new();
        let mut site = Self { longest: 40, banning: None, witness: None, directory, database: None };
        site.restart();
        site
    }

    pub(crate) fn of_two_nodes() -> Self {
        let database = Some(postgres::database());
        let mut site =
            Self { longest: 150, banning: None, witness: None, directory: Directory::new(), database };
        site.restart();
        site.witness = Some(site.node(Directory::new()));
        assert_eq!(site.witness().unwrap().secret_key, site.banning().secret_key, "one instance");
        site
    }

    fn node(&self, directory: Directory) -> Instance {
        let settings: Vec<_> = self
            .database
            .iter()
            .flat_map(|url| {
                [("BEADLE_DATABASE_URL", url.as_str()), ("BEADLE_ENCRYPTION_KEY", ENCRYPTION_KEY)]
            })
            .collect();
        Instance::start_in(directory, &settings)
    }

    pub(crate) fn banning(&self) -> &Instance {
        self.banning.as_ref().unwrap()
    }

    pub(crate) fn witness(&self) -> Option<&Instance> {
        self.witness.as_ref()
    }

    pub(crate) fn nodes(&self) -> impl Iterator<Item = &Instance> {
        self.banning.iter().chain(&self.witness)
    }

    /// A `SIGKILL`, and no waiting for anybody.
    pub(crate) fn kill(&mut self) {
        drop(self.banning.take());
    }

    pub(crate) fn restart(&mut self) {
        self.banning = Some(self.node(self.directory.clone()));
    }

    /// An orderly stop of the node that takes the bans.
    pub(crate) fn stop(&mut self) {
        stop(self.banning.take().unwrap());
    }

    /// Stops everything in order; says where the data is.
    pub(crate) fn end(&mut self) -> Location {
        self.banning.take().into_iter().chain(self.witness.take()).for_each(stop);
        match &self.database {
            Some(url) => Location::Postgres(Box::new(PostgresOptions::from_url(url).unwrap())),
            None => Location::Directory(self.directory.data()),
        }
    }
}

fn stop(instance: Instance) {
    let (code, _, stderr) = instance.stop();
    assert_eq!(code, Some(0), "{stderr}");
}
