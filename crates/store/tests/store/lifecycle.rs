//! Opening, closing, and who may hold the data.

use std::fs;

use beadle_store::{Error, Location, PostgresOptions, Store};
use beadle_testkit::{Scratch, postgres};

use crate::work::{End, Queue, recipients};

fn directory(scratch: &Scratch) -> Location {
    Location::Directory(scratch.path().join("data"))
}

#[tokio::test]
async fn a_second_owner_of_the_directory_is_refused() {
    let scratch = Scratch::new();
    let first = Store::open(&directory(&scratch)).await.unwrap();
    let refused = Store::open(&directory(&scratch)).await.err();
    let Some(Error::Busy(reason)) = refused else { panic!("{refused:?}") };
    assert!(reason.contains(scratch.path().to_str().unwrap()), "{reason}");
    drop(first);
}

#[tokio::test]
async fn data_outlives_closing() {
    let scratch = Scratch::new();
    let store = Store::open(&directory(&scratch)).await.unwrap();
    store.write(Queue::new(&["a"], End::Well)).await.unwrap();
    store.close().await;
    // The first handle is still there.
    let again = Store::open(&directory(&scratch)).await.unwrap();
    assert_eq!(recipients(&again).await, ["a"]);
    again.close().await;
    let files: Vec<_> = fs::read_dir(scratch.path().join("data"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("beadle.db"))
        .collect();
    assert_eq!(files, ["beadle.db"], "a clean stop leaves a single file");
}

#[tokio::test]
async fn a_closed_store_refuses() {
    let scratch = Scratch::new();
    let options = PostgresOptions::from_url(&postgres::database()).unwrap();
    for location in [directory(&scratch), Location::Postgres(Box::new(options))] {
        let store = Store::open(&location).await.unwrap();
        store.close().await;
        let write = store.write(Queue::new(&["a"], End::Well)).await;
        assert!(matches!(write, Err(Error::Busy(_))), "{location:?}: {write:?}");
        let read = store.reader().await.map(drop);
        assert!(matches!(read, Err(Error::Busy(_))), "{location:?}: {read:?}");
    }
}

#[tokio::test]
async fn closing_finishes_what_waits() {
    let scratch = Scratch::new();
    let store = Store::open(&directory(&scratch)).await.unwrap();
    let writes: Vec<_> = (0..200)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move {
                store.write(Queue { recipients: vec![format!("{n:03}")], end: End::Well }).await
            })
        })
        .collect();
    tokio::task::yield_now().await;
    store.close().await;
    let mut acknowledged = Vec::new();
    for (n, write) in writes.into_iter().enumerate() {
        match write.await.unwrap() {
            Ok(_) => acknowledged.push(format!("{n:03}")),
            Err(error) => assert!(matches!(error, Error::Busy(_)), "{error:?}"),
        }
    }
    let again = Store::open(&directory(&scratch)).await.unwrap();
    assert_eq!(recipients(&again).await, acknowledged);
}

#[tokio::test]
async fn nodes_that_start_at_once_share_one_schema() {
    let options = PostgresOptions::from_url(&postgres::database()).unwrap();
    let location = Location::Postgres(Box::new(options));
    let opened = (0..6).map(|_| {
        let location = location.clone();
        tokio::spawn(async move { Store::open(&location).await })
    });
    for store in opened.collect::<Vec<_>>() {
        store.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_database_of_a_newer_build_is_refused() {
    let url = postgres::database();
    let location = Location::Postgres(Box::new(PostgresOptions::from_url(&url).unwrap()));
    Store::open(&location).await.unwrap();
    postgres::shared().psql(&url, "INSERT INTO schema_migrations VALUES (1000, 'x')");
    let refused = Store::open(&location).await.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(refused.contains("1000"), "{refused}");
    postgres::shared().psql(&url, "DELETE FROM schema_migrations WHERE version = 1000");
    postgres::shared().psql(&url, "UPDATE schema_migrations SET checksum = 'x'");
    let refused = Store::open(&location).await.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(refused.contains("migration 1"), "{refused}");
}

#[tokio::test]
async fn the_data_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let scratch = Scratch::new();
    let _store = Store::open(&directory(&scratch)).await.unwrap();
    let mode = fs::metadata(scratch.path().join("data")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}
