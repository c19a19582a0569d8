//! What the database says once the server is gone: a ban is its mark, its event and its revocation, or nothing.

use std::collections::BTreeMap;

use beadle_store::{
    Location, Store,
    feed::{self, Revocation},
    outbox,
};
use serde_json::Value;

/// Holds events and revocations against those who are banned. Others may have revocations, and nothing else.
pub(crate) fn check(location: &Location, banned: &[String], others: &[String]) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Store::open(location).await.unwrap();
        let (events, revocations) = {
            let mut reader = store.reader().await.unwrap();
            let events = outbox::events_after(&mut reader, 0, i64::MAX).await.unwrap();
            (events, feed::after(&mut reader, 0, i64::MAX).await.unwrap())
        };
        let expected: BTreeMap<_, _> = banned.iter().map(|user| (user.clone(), 1)).collect();
        let mut told = BTreeMap::new();
        for event in events.iter().filter(|event| event.kind == "user.updated") {
            let user: Value = serde_json::from_str(&event.data).unwrap();
            // A sign-in changes the user too.
            if user["banned"] != true {
                continue;
            }
            *told.entry(event.subject.clone()).or_insert(0) += 1;
        }
        assert_eq!(told, expected, "events");
        let mut fed = BTreeMap::new();
        for row in revocations {
            let Revocation::User(user, generation) = row.revocation else { panic!("{row:?}") };
            assert_eq!(generation.get(), 2);
            *fed.entry(user.to_string()).or_insert(0) += 1;
        }
        let all: BTreeMap<_, _> = banned.iter().chain(others).map(|user| (user.clone(), 1)).collect();
        assert_eq!(fed, all, "revocations");
        let mut settled = BTreeMap::new();
        for event in events.iter().filter(|event| event.kind == "session.revoked") {
            let session: Value = serde_json::from_str(&event.data).unwrap();
            assert!(expected.contains_key(session["user_id"].as_str().unwrap()), "{session}");
            *settled.entry(session["id"].as_str().unwrap().to_owned()).or_insert(0) += 1;
        }
        assert!(settled.values().all(|count| *count == 1), "{settled:?}");
        store.close().await;
    });
}
