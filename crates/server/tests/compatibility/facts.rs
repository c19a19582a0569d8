//! What the routers and Clerk's descriptions say of each operation.

use std::{collections::BTreeMap, fs, path::Path};

use beadle_testkit::{Operation, Published, json};

/// An operation, and how far it is.
pub(crate) struct Fact {
    /// As in [`beadle_server::Route`].
    pub(crate) api: &'static str,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) operation_id: String,
    pub(crate) state: State,
    /// The statuses that Clerk documents.
    pub(crate) statuses: Vec<u16>,
}

impl Fact {
    /// Whether it is in Clerk's description: each of its operations documents an answer.
    pub(crate) fn is_published(&self) -> bool {
        !self.statuses.is_empty()
    }
}

/// How far an operation is.
pub(crate) enum State {
    Done,
    /// With this code.
    Refused(String),
    NotYet,
}

type Key = (&'static str, String, String);

/// In the order of Clerk's descriptions, then of the paths.
pub(crate) fn gather() -> Vec<Fact> {
    let key = |api: &'static str, method: &str, path: &str| (api, path.to_owned(), method.to_owned());
    let refused: BTreeMap<_, _> = beadle_server::refused()
        .into_iter()
        .map(|one| (key(one.api, one.method, one.path), one.code))
        .collect();
    let routes = beadle_server::routes().into_iter();
    let mut mounted: BTreeMap<_, _> =
        routes.map(|route| (key(route.api, &route.method, &route.path), route.operation_id)).collect();
    let state = |key: &Key| refused.get(key).map_or(State::Done, |code| State::Refused(code.clone()));
    let mut facts = Vec::new();
    for (api, published) in [("backend", Published::backend()), ("frontend", Published::frontend())] {
        for Operation { method, path, operation_id, answers, .. } in
            published.into_iter().flat_map(Published::operations)
        {
            let key = key(api, method, path);
            let state = mounted.remove(&key).map_or(State::NotYet, |_| state(&key));
            let (method, path, operation_id) = (method.clone(), path.clone(), operation_id.clone());
            facts.push(Fact {
                api,
                method,
                path,
                operation_id,
                state,
                statuses: answers.keys().copied().collect(),
            });
        }
    }
    facts.extend(mounted.into_iter().map(|(key, operation_id)| {
        let state = state(&key);
        let (api, path, method) = key;
        Fact { api, method, path, operation_id, state, statuses: Vec::new() }
    }));
    facts.sort_by_key(|fact| fact.api);
    facts
}

/// Leaves them where `cargo xtask check-compat` compares them with the answers that were seen.
pub(crate) fn write(facts: &[Fact]) {
    let done = facts.iter().filter(|fact| matches!(fact.state, State::Done) && fact.is_published());
    let list: Vec<_> = done
        .map(|fact| json!({"operation": fact.operation_id, "api": fact.api, "statuses": fact.statuses}))
        .collect();
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/compat"));
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("done.json"), json!(list).to_string()).unwrap();
}
