//! Which documented answers the tests have seen. That each was as documented they checked themselves.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::unseen::{ANYWHERE, UNSEEN};

/// Statuses by operation.
type Answers = BTreeMap<String, BTreeSet<u64>>;

/// Every operation that is done must have been seen to succeed, and with each documented error that can happen here.
pub(crate) fn check(folder: &Path) -> Result<()> {
    let documented = documented(&fs::read_to_string(folder.join("done.json"))?)?;
    if documented.is_empty() {
        println!("NOT CHECKED which answers the tests have seen: Clerk's description is not here");
        return Ok(());
    }
    let mut seen = Answers::new();
    for entry in fs::read_dir(folder.join("answers"))? {
        add(&mut seen, &fs::read_to_string(entry?.path())?)?;
    }
    let faults = faults(&documented, &seen);
    ensure!(faults.is_empty(), "what the tests have seen of the Backend API:\n{}", faults.join("\n"));
    let answers: usize = documented.values().map(BTreeSet::len).sum();
    println!("{} operations are done; Clerk documents {answers} answers for them", documented.len());
    Ok(())
}

fn documented(text: &str) -> Result<Answers> {
    let list: Vec<Value> = serde_json::from_str(text)?;
    let backend = list.iter().filter(|one| one["api"] == "backend");
    let one = |one: &Value| {
        let statuses = one["statuses"].as_array().into_iter().flatten().filter_map(Value::as_u64);
        Some((one["operation"].as_str()?.to_owned(), statuses.collect()))
    };
    backend.map(|fact| one(fact).context("an operation has a name")).collect()
}

fn add(seen: &mut Answers, lines: &str) -> Result<()> {
    for line in lines.lines() {
        let line: Value = serde_json::from_str(line)?;
        let (Some(operation), Some(status)) = (line["operation"].as_str(), line["status"].as_u64()) else {
            bail!("not an answer: {line}");
        };
        seen.entry(operation.to_owned()).or_default().insert(status);
    }
    Ok(())
}

fn faults(documented: &Answers, seen: &Answers) -> Vec<String> {
    let mut faults = Vec::new();
    let nothing = BTreeSet::new();
    for (operation, statuses) in documented {
        let seen = seen.get(operation).unwrap_or(&nothing);
        let is_success = |status: &u64| (200..300).contains(status);
        if !seen.iter().any(is_success)
            && !statuses.iter().any(|it| is_success(it) && is_excused(operation, *it))
        {
            faults.push(format!("{operation}: no success was seen"));
        }
        for status in statuses.difference(seen).filter(|status| **status >= 400) {
            if !is_excused(operation, *status) {
                faults.push(format!("{operation}: {status} is documented and was not seen"));
            }
        }
    }
    // An excuse that is not needed hides the day it would be.
    for (operation, status, _) in UNSEEN {
        let is_documented = documented.get(*operation).is_none_or(|statuses| statuses.contains(status));
        if !is_documented || seen.get(*operation).is_some_and(|seen| seen.contains(status)) {
            faults.push(format!("{operation}: {status} needs no excuse in xtask/src/compat/unseen.rs"));
        }
    }
    faults
}

fn is_excused(operation: &str, status: u64) -> bool {
    ANYWHERE.iter().any(|(one, _)| *one == status)
        || UNSEEN.iter().any(|(one, other, _)| (*one, *other) == (operation, status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_seen_is_a_fault() {
        let list = r#"[{"api": "backend", "operation": "A", "statuses": [200, 402, 404, 422]},
            {"api": "frontend", "operation": "B", "statuses": [200]}]"#;
        let documented = documented(list).expect("a list");
        let mut seen = Answers::new();
        add(&mut seen, "{\"operation\":\"A\",\"status\":404}\n").expect("lines");
        let expected = ["A: no success was seen", "A: 422 is documented and was not seen"];
        assert_eq!(faults(&documented, &seen), expected);
        add(&mut seen, "{\"operation\":\"A\",\"status\":201}\n{\"operation\":\"A\",\"status\":422}")
            .expect("lines");
        assert!(faults(&documented, &seen).is_empty());
        assert!(add(&mut seen, "{}").is_err());
    }
}
