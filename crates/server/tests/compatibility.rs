//! Keeps `docs/compatibility.md` true: its tables against the mounted routes, and against Clerk's published
//! descriptions where those are at hand.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

type Operation = (&'static str, String, String);

/// The tables: (api, method, path) → state.
fn documented() -> BTreeMap<Operation, String> {
    let text = include_str!("../../../docs/compatibility.md");
    let mut api = "";
    let mut rows = BTreeMap::new();
    for line in text.lines() {
        if line.starts_with("## ") {
            api = match line {
                line if line.contains("Backend API") => "backend",
                line if line.contains("Frontend API") => "frontend",
                line if line.contains("Account pages") => "account",
                line if line.contains("Beadle's own") => "own",
                _ => "",
            };
        }
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        if let ["", method, path, _, state, ""] = cells[..]
            && method.starts_with('`')
        {
            let key = (api, method.replace('`', ""), path.replace('`', ""));
            assert!(rows.insert(key, state.to_owned()).is_none(), "listed twice: {line}");
        }
    }
    rows
}

/// The operations that the routers refuse, with their codes.
fn refused() -> BTreeMap<Operation, String> {
    let refused = beadle_server::refused().into_iter();
    refused.map(|one| (("frontend", one.method.to_owned(), one.path.to_owned()), one.code)).collect()
}

#[test]
fn every_state_is_known() {
    for (operation, state) in documented() {
        let is_known = ["done", "not yet"].contains(&&*state) || refusal(&state).is_some();
        assert!(is_known, "{operation:?}: {state}");
    }
}

/// The code in "refused: `code`".
fn refusal(state: &str) -> Option<&str> {
    state.strip_prefix("refused: `")?.strip_suffix('`')
}

/// That each is really refused so: `ban/matrix.rs` and `frontend/refused.rs`.
#[test]
fn refused_means_refused_with_this_code() {
    let documented: BTreeMap<Operation, String> = documented()
        .into_iter()
        .filter_map(|(key, state)| refusal(&state).map(str::to_owned).map(|code| (key, code)))
        .collect();
    assert!(!documented.is_empty());
    assert_eq!(documented, refused(), "docs/compatibility.md (left) and the routers (right) disagree");
}

#[test]
fn done_means_mounted() {
    let refused = refused();
    let mounted: BTreeSet<Operation> = beadle_server::routes()
        .into_iter()
        .map(|route| (route.api, route.method, route.path))
        .filter(|operation| !refused.contains_key(operation))
        .collect();
    let done: BTreeSet<Operation> =
        documented().into_iter().filter(|(_, state)| state == "done").map(|(key, _)| key).collect();
    assert!(!mounted.is_empty());
    assert_eq!(done, mounted, "docs/compatibility.md (left) and the routers (right) disagree");
}

#[test]
fn every_published_operation_is_listed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/openapi");
    if !folder.exists() {
        println!("NOT CHECKED against Clerk's descriptions: {} does not exist here", folder.display());
        return;
    }
    let mut published = BTreeSet::new();
    for (api, file, prefix) in
        [("backend", "bapi-2026-05-12.yml", "/v1"), ("frontend", "fapi-2026-05-12.yml", "")]
    {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        published.extend(operations(&text).map(|(method, path)| (api, method, format!("{prefix}{path}"))));
    }
    assert!(published.len() > 400, "the descriptions could not be read");
    let is_clerks = |(api, ..): &Operation| ["backend", "frontend"].contains(api);
    let listed: BTreeSet<Operation> = documented().into_keys().filter(is_clerks).collect();
    assert_eq!(listed, published, "docs/compatibility.md (left) and the descriptions (right) disagree");
}

/// Method and path of each operation: `paths:` holds paths at two and methods at four blanks.
fn operations(yaml: &str) -> impl Iterator<Item = (String, String)> {
    let mut inside = false;
    let mut path = String::new();
    yaml.lines().filter_map(move |line| {
        if !line.starts_with(' ') && !line.is_empty() {
            inside = line.starts_with("paths:");
        }
        let indent = line.len() - line.trim_start().len();
        let key = line.trim().split(':').next().unwrap_or_default();
        match indent {
            2 if inside && key.starts_with('/') => key.clone_into(&mut path),
            4 if inside && ["get", "post", "put", "patch", "delete"].contains(&key) => {
                return Some((key.to_uppercase(), path.clone()));
            }
            _ => {}
        }
        None
    })
}
