//! The tables of the document.

use std::collections::BTreeSet;

use crate::facts::{Fact, State};

/// The document with its tables made anew. Headings say which table is which; what is around them stays.
pub(crate) fn fill(document: &str, facts: &[Fact]) -> String {
    let mut filled = String::new();
    let mut api = None;
    let mut lines = document.lines().peekable();
    while let Some(line) = lines.next() {
        if line.starts_with("## ") {
            api = of_heading(line);
        }
        filled.push_str(line);
        filled.push('\n');
        if let Some(api) = api.filter(|_| line.starts_with("| method |")) {
            let mut old = Vec::new();
            while let Some(row) = lines.next_if(|line| line.starts_with('|')) {
                old.extend(Row::read(row));
            }
            filled.push_str("| --- | --- | --- | --- |\n");
            filled.extend(rows(api, facts, &old).into_iter().map(|row| row.line));
        }
    }
    filled
}

fn of_heading(heading: &str) -> Option<&'static str> {
    let words = [
        ("Backend API", "backend"),
        ("Frontend API", "frontend"),
        ("Account pages", "account"),
        ("Beadle's own", "own"),
    ];
    words.into_iter().find(|(words, _)| heading.contains(words)).map(|(_, api)| api)
}

#[derive(Clone)]
struct Row {
    /// Method and path as they stand in the row.
    key: String,
    line: String,
}

impl Row {
    fn new(method: &str, path: &str, operation_id: &str, state: &State) -> Self {
        let state = match state {
            State::Done => "done".to_owned(),
            State::Refused(code) => format!("refused: `{code}`"),
            State::NotYet => "not yet".to_owned(),
        };
        let key = format!("| `{method}` | `{path}` |");
        Self { line: format!("{key} {operation_id} | {state} |\n"), key }
    }

    /// A row of the document, as it is when nothing is mounted for it.
    fn read(line: &str) -> Option<Self> {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let ["", method, path, operation_id, _, ""] = cells[..] else { return None };
        let (method, path) =
            (method.strip_prefix('`')?.strip_suffix('`')?, path.strip_prefix('`')?.strip_suffix('`')?);
        Some(Self::new(method, path, operation_id, &State::NotYet))
    }
}

/// Without Clerk's description only the document knows what is in it and not mounted, and in which order.
fn rows(api: &str, facts: &[Fact], old: &[Row]) -> Vec<Row> {
    let facts: Vec<&Fact> = facts.iter().filter(|fact| fact.api == api).collect();
    let row = |fact: &&Fact| Row::new(&fact.method, &fact.path, &fact.operation_id, &fact.state);
    let mut rows: Vec<Row> = facts.iter().map(row).collect();
    let is_clerks = ["backend", "frontend"].contains(&api);
    if is_clerks && !facts.iter().any(|fact| fact.is_published()) {
        let known: BTreeSet<String> = rows.iter().map(|row| row.key.clone()).collect();
        rows.extend(old.iter().filter(|row| !known.contains(&row.key)).cloned());
        rows.sort_by_key(|row| old.iter().position(|other| other.key == row.key).unwrap_or(usize::MAX));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(path: &str, statuses: Vec<u16>) -> Fact {
        let (method, operation_id) = ("GET".to_owned(), "Show".to_owned());
        Fact { api: "backend", method, path: path.to_owned(), operation_id, state: State::Done, statuses }
    }

    const OLD: &str = "## Backend API\n\n| method | path | operation | state |\n| --- | --- | --- | --- |\n\
        | `GET` | `/b` | B | done |\n| `GET` | `/a` | Show | not yet |\n\ntext\n";

    #[test]
    fn tables_are_made_anew() {
        let new = fill(OLD, &[fact("/a", vec![200])]);
        assert!(new.ends_with("| --- |\n| `GET` | `/a` | Show | done |\n\ntext\n"), "{new}");
    }

    #[test]
    fn what_cannot_be_looked_up_stays() {
        let new = fill(OLD, &[fact("/c", vec![]), fact("/a", vec![])]);
        let rows = "| `GET` | `/b` | B | not yet |\n| `GET` | `/a` | Show | done |\n| `GET` | `/c` | Show | done |\n";
        assert!(new.ends_with(&format!("{rows}\ntext\n")), "{new}");
    }
}
