//! The two database engines as the benchmark sees them.

use std::process::{Command, Stdio};

use anyhow::Result;

use crate::{
    postgres::Cluster,
    server::{Place, fresh_dir},
    step::output,
};

/// SQLite in a folder, or a PostgreSQL cluster started for the run.
pub(crate) enum Engine {
    Sqlite,
    Postgres(Cluster),
}

impl Engine {
    /// Its name in tables and file names.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    /// An empty database.
    pub(crate) fn place(&self, purpose: &str) -> Result<Place> {
        let data_dir = fresh_dir(&format!("{}-{purpose}", self.name()))?;
        let database_url = match self {
            Self::Sqlite => None,
            Self::Postgres(cluster) => Some(cluster.create_database(&purpose.replace('-', "_"))?),
        };
        Ok(Place { data_dir, database_url })
    }

    /// Runs SQL on the database of a server that is not running; returns what it prints.
    pub(crate) fn sql(&self, place: &Place, text: &str) -> Result<String> {
        let mut command = if let (Self::Postgres(cluster), Some(url)) = (self, &place.database_url) {
            let mut psql = Command::new(cluster.program("psql"));
            psql.args(["-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-c", text, url]);
            psql
        } else {
            let mut sqlite = Command::new("sqlite3");
            sqlite.args(["-bail", "-batch"]).arg(place.sqlite_file()?).arg(text);
            sqlite
        };
        output(command.stdin(Stdio::null()))
    }

    /// A table's columns in order.
    pub(crate) fn columns(&self, place: &Place, table: &str) -> Result<Vec<String>> {
        let query = match self {
            Self::Sqlite => format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid;"),
            Self::Postgres(_) => format!(
                "SELECT column_name FROM information_schema.columns WHERE table_name = '{table}' ORDER BY ordinal_position;"
            ),
        };
        Ok(self.sql(place, &query)?.lines().map(str::to_owned).collect())
    }

    /// The literal for false in a boolean column.
    pub(crate) fn sql_false(&self) -> &'static str {
        match self {
            Self::Sqlite => "0",
            Self::Postgres(_) => "false",
        }
    }

    /// A number as text of a fixed width, with leading zeros.
    pub(crate) fn sql_padded(&self, number: &str, width: usize) -> String {
        match self {
            Self::Sqlite => format!("printf('%0{width}d', {number})"),
            Self::Postgres(_) => format!("lpad({number}::text, {width}, '0')"),
        }
    }
}
