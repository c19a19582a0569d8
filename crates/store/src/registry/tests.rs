//! Every statement is listed, and both engines understand every statement alike.

use std::{collections::BTreeSet, fs, path::Path};

use beadle_testkit::{Scratch, postgres};

use super::STATEMENTS;
use crate::{Engine, Location, PostgresOptions, Store, hooks};

/// Where statements need not be listed: the ledger of migrations, which is read before there is a schema.
const OUTSIDE: &str = "migrate";
/// Where statements may be put together at run time.
const COMPOSING: [&str; 4] = ["hooks", "list", "listing", "sessions"];

/// Each source file of the crate that is no test: its stem and its text.
fn sources() -> Vec<(String, String)> {
    fn collect(directory: &Path, found: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
            if path.is_dir() {
                collect(&path, found);
            } else if stem != "tests" && stem != "sql" {
                found.push((stem, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 10, "the sources were found");
    found
}

#[test]
fn every_statement_is_listed() {
    let mut written = BTreeSet::new();
    for (stem, text) in sources().iter().filter(|(stem, _)| stem != OUTSIDE) {
        for line in text.lines() {
            let Some((before, name)) = line.split_once("static ") else { continue };
            if let Some((name, _)) = name.split_once(": Sql").filter(|_| !before.contains("//")) {
                written.insert(format!("{stem}::{name}"));
            }
        }
    }
    let listed: BTreeSet<String> = STATEMENTS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(written, listed);
}

#[test]
fn statements_are_made_nowhere_else() {
    for (stem, text) in sources() {
        let statics = text.matches(": Sql =").count();
        let constructors = ["Sql::new(", "Sql::split(", "Sql::postgres_only("];
        let made: usize = constructors.iter().map(|constructor| text.matches(constructor).count()).sum();
        assert_eq!(made, statics, "{stem}: a statement that is not a static is not checked");
        assert!(COMPOSING.contains(&stem.as_str()) || !text.contains("Sql::composed("), "{stem}");
    }
}

async fn stores() -> (Scratch, Store, Store) {
    let scratch = Scratch::new();
    let sqlite = Store::open(&Location::Directory(scratch.path().to_owned())).await.unwrap();
    let options = PostgresOptions::from_url(&postgres::database()).unwrap();
    let postgres = Store::open(&Location::Postgres(Box::new(options))).await.unwrap();
    (scratch, sqlite, postgres)
}

/// Tables that may be read from end to end: they have one row, few, or only what waits to be done.
const SMALL: [&str; 5] = ["feed", "instance", "sqlite_sequence", "sweeps", "webhook_endpoints"];
/// Statements that no index need serve, and why.
const EXCUSED: [(&str, &str); 4] = [
    ("mails::LATEST", "pages through the development outbox"),
    ("mails::LATEST_TO", "pages through the development outbox"),
    ("webhook_deliveries::PRUNE_QUEUES", "maintenance, after whatever the deletion of an endpoint has left"),
    ("webhook_endpoints::LAST_EVENT", "ends with the first row in the table's own order"),
];

/// Lists that are put together at run time are looked at by the server's tests (`tests/lists`), which can ask for all.
#[tokio::test]
async fn no_statement_reads_a_whole_table() {
    let (_scratch, sqlite, postgres) = stores().await;
    let mut faults = Vec::new();
    for store in [sqlite, postgres] {
        let mut conn = store.reader().await.unwrap();
        for (name, sql) in STATEMENTS {
            let is_excused = EXCUSED.iter().any(|(excused, _)| excused == name);
            if is_excused || sql.is_postgres_only() && store.engine() == Engine::Sqlite {
                continue;
            }
            let lines = hooks::plan(&mut conn, sql).await.unwrap_or_else(|error| panic!("{name}: {error}"));
            let is_page = sql.sqlite().contains("ORDER BY") && sql.sqlite().contains("OFFSET");
            let sorts = lines.iter().map(String::as_str).filter(|line| is_page && hooks::is_sort(line));
            let is_small = |line: &str| SMALL.iter().any(|table| line.split(' ').any(|word| word == *table));
            let scans = hooks::scans_of(&lines).into_iter().filter(|line| !is_small(line));
            faults.extend(scans.chain(sorts).map(|line| format!("{name} on {:?}: {line}", store.engine())));
        }
    }
    assert!(faults.is_empty(), "no index serves these:\n{}", faults.join("\n"));
}

#[tokio::test]
async fn both_engines_prepare_every_statement_alike() {
    let (_scratch, sqlite, postgres) = stores().await;
    let (mut sqlite, mut postgres) = (sqlite.reader().await.unwrap(), postgres.reader().await.unwrap());
    for (name, sql) in STATEMENTS {
        if sql.is_postgres_only() {
            postgres.describe(sql).await.unwrap_or_else(|error| panic!("{name}: {error}"));
            continue;
        }
        let on_sqlite = sqlite.describe(sql).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        let on_postgres = postgres.describe(sql).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(on_sqlite.1, on_postgres.1, "{name}: parameters");
        assert_eq!(on_sqlite.0.len(), on_postgres.0.len(), "{name}: columns");
        for (one, other) in on_sqlite.0.iter().zip(&on_postgres.0) {
            // Each engine names an expression in its own way.
            let is_column = one.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            assert!(one == other || !is_column, "{name}: column {one} is {other} on PostgreSQL");
        }
        for ty in on_postgres.2 {
            assert!(
                ["text", "int8", "bool", "bytea"].contains(&ty.as_str()),
                "{name}: a parameter of type {ty}"
            );
        }
    }
}
