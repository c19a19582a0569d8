//! Keeps `docs/compatibility.md` true. Its tables are made from the mounted routes and, where they are at hand, Clerk's
//! published descriptions; `cargo xtask check-compat --write` writes them.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod facts;
mod tables;

use std::fs;

use beadle_testkit::Published;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/compatibility.md");

/// With `COMPATIBILITY=write` it writes instead.
#[test]
fn the_tables_are_current() {
    let facts = facts::gather();
    let old = fs::read_to_string(DOCUMENT).unwrap();
    let new = tables::fill(&old, &facts);
    if std::env::var("COMPATIBILITY").is_ok_and(|word| word == "write") {
        fs::write(DOCUMENT, new).unwrap();
    } else if old != new {
        let changed = |one: &str, other: &str, sign: char| {
            let gone = one.lines().filter(|line| !other.contains(line));
            gone.map(|line| format!("{sign} {line}")).collect::<Vec<_>>().join("\n")
        };
        let (gone, come) = (changed(&old, &new, '-'), changed(&new, &old, '+'));
        panic!("docs/compatibility.md is stale: run `cargo xtask check-compat --write`\n{gone}\n{come}");
    }
    facts::write(&facts);
}

/// An operation under another name or path than Clerk's would be listed among Beadle's own.
#[test]
fn only_clerks_operations_are_mounted_as_clerks() {
    for (api, published) in [("backend", Published::backend()), ("frontend", Published::frontend())] {
        let Some(published) = published else {
            println!(
                "NOT CHECKED against Clerk's descriptions: {} is not there",
                Published::folder().display()
            );
            return;
        };
        assert!(published.operations().len() > 200, "the description could not be read");
        for route in beadle_server::routes().into_iter().filter(|route| route.api == api) {
            let mut all = published.operations().iter();
            let clerks = all.find(|one| one.method == route.method && one.path == route.path);
            assert_eq!(clerks.map(|one| &one.operation_id), Some(&route.operation_id), "{route:?}");
        }
    }
}
