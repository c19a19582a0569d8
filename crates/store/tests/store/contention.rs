//! Several writers of the same rows.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use beadle_store::{Conn, Error, UnitOfWork, users};
use beadle_testkit::{Engine, TestApp, both_engines};
use beadle_types::UserId;
use tokio::sync::Barrier;

/// Locks two users one after the other; the first time it waits between them for its opponent.
struct LockBoth {
    ids: [UserId; 2],
    opponent: Arc<Barrier>,
    runs: Arc<AtomicUsize>,
}

impl UnitOfWork for LockBoth {
    type Output = ();
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<(), Error> {
        let first_run = self.runs.fetch_add(1, Ordering::SeqCst) < 2;
        users::find_for_update(conn, &self.ids[0]).await?.ok_or(Error::NotFound)?;
        if first_run {
            self.opponent.wait().await;
        }
        users::find_for_update(conn, &self.ids[1]).await?.ok_or(Error::NotFound)?;
        Ok(())
    }
}

#[test]
fn the_loser_of_a_deadlock_runs_again() {
    beadle_testkit::run(Engine::Postgres, "", async |app: TestApp| {
        let one: UserId = app.user("one@example.com").await.parse().unwrap();
        let other: UserId = app.user("other@example.com").await.parse().unwrap();
        let (opponent, runs) = (Arc::new(Barrier::new(2)), Arc::new(AtomicUsize::new(0)));
        let work = |ids| LockBoth { ids, opponent: opponent.clone(), runs: runs.clone() };
        let store = &app.app().store;
        let (first, second) = tokio::time::timeout(Duration::from_secs(30), async {
            tokio::join!(
                store.write(work([one.clone(), other.clone()])),
                store.write(work([other.clone(), one.clone()])),
            )
        })
        .await
        .expect("no deadlock lasts");
        first.unwrap();
        second.unwrap();
        assert_eq!(runs.load(Ordering::SeqCst), 3, "one of them ran twice");
    });
}

/// Reads, then writes what it read plus one.
struct Increment(UserId);

impl UnitOfWork for Increment {
    type Output = ();
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<(), Error> {
        let mut row = users::find_for_update(conn, &self.0).await?.ok_or(Error::NotFound)?;
        let count = row.public_metadata.get("count").and_then(serde_json::Value::as_i64).unwrap_or(0);
        row.public_metadata.insert("count".into(), (count + 1).into());
        let identifications = beadle_store::identifications::of_user(conn, &self.0).await?;
        users::update(conn, &users::UserRecord { user: row, identifications }).await
    }
}

both_engines! {
    async fn no_update_is_lost(app: TestApp) {
        let id: UserId = app.user("ada@example.com").await.parse().unwrap();
        let writes: Vec<_> = (0..100)
            .map(|_| {
                let (store, id) = (app.app().store.clone(), id.clone());
                tokio::spawn(async move { store.write(Increment(id)).await })
            })
            .collect();
        for write in writes {
            write.await.unwrap().unwrap();
        }
        let mut reader = app.app().store.reader().await.unwrap();
        let row = users::find(&mut reader, &id).await.unwrap().unwrap();
        assert_eq!(row.public_metadata["count"], 100);
    }

    async fn a_profile_written_from_an_older_read_cannot_undo_a_ban(app: TestApp) {
        let id: UserId = app.user("ada@example.com").await.parse().unwrap();
        let old = users::load(&mut app.app().store.reader().await.unwrap(), &id).await.unwrap().unwrap();
        app.backend().post(&format!("/v1/users/{id}/ban")).send().await.ok();
        app.app().store.write(WriteBack(old)).await.unwrap();
        let row = users::find(&mut app.app().store.reader().await.unwrap(), &id).await.unwrap().unwrap();
        assert!(row.banned);
        assert_eq!(row.generation.get(), 2);
    }
}

struct WriteBack(users::UserRecord);

impl UnitOfWork for WriteBack {
    type Output = ();
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<(), Error> {
        users::update(conn, &self.0).await
    }
}
