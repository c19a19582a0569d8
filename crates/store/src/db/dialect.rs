//! The fragments that differ between the engines, each with a name. Nothing else in the crate may branch on
//! the engine.

use super::Engine;

/// `column IN (the JSON array of strings bound at ?n)`.
pub(crate) fn any_of(engine: Engine, column: &str, n: usize) -> String {
    match engine {
        Engine::Sqlite => format!("{column} IN (SELECT value FROM json_each(?{n}))"),
        Engine::Postgres => {
            // As an array, not as a set: PostgreSQL joins sets, and reads the whole table for that.
            format!("{column} = ANY (ARRAY(SELECT jsonb_array_elements_text(CAST(?{n} AS TEXT)::jsonb)))")
        }
    }
}

/// Shortest text that trigrams can look up. Shorter ones are matched row by row.
const TRIGRAM: usize = 3;

/// The value to bind for [`search`]: an FTS5 phrase, or a `LIKE` pattern with its wildcards escaped.
pub(crate) fn pattern(engine: Engine, columns: &[&str], query: &str) -> String {
    match engine {
        Engine::Sqlite if is_indexed(query) => {
            format!("{{{}}} : \"{}\"", columns.join(" "), query.replace('"', "\"\""))
        }
        Engine::Sqlite => query.to_owned(),
        Engine::Postgres => {
            let escaped = query.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            format!("%{escaped}%")
        }
    }
}

/// "The user's search row has the text bound at ?n in one of the columns."
pub(crate) fn search(engine: Engine, columns: &[&str], query: &str, n: usize) -> String {
    let any = |condition: &dyn Fn(&str) -> String| {
        columns.iter().map(|column| condition(column)).collect::<Vec<_>>().join(" OR ")
    };
    match engine {
        Engine::Sqlite if is_indexed(query) => {
            format!("seq IN (SELECT rowid FROM user_search WHERE user_search MATCH ?{n})")
        }
        Engine::Sqlite => {
            let scan = any(&|column| format!("instr({column}, ?{n}) > 0"));
            format!("seq IN (SELECT rowid FROM user_search WHERE {scan})")
        }
        Engine::Postgres => {
            let like = any(&|column| format!("{column} LIKE ?{n}"));
            format!("seq IN (SELECT seq FROM user_search WHERE {like})")
        }
    }
}

/// "The id or the address of this row of a table has the text bound at ?n." The value is a [`pattern`] over both.
pub(crate) fn search_addresses(engine: Engine, table: &str, query: &str, n: usize) -> String {
    match engine {
        Engine::Sqlite if is_indexed(query) => {
            format!("id IN (SELECT id FROM {table}_search WHERE {table}_search MATCH ?{n})")
        }
        Engine::Sqlite => format!("(instr(email_address, ?{n}) > 0 OR instr(lower(id), ?{n}) > 0)"),
        Engine::Postgres => format!("(email_address LIKE ?{n} OR id ILIKE ?{n})"),
    }
}

/// The value to bind for [`any_contains`]: lower case.
pub(crate) fn contained(engine: Engine, query: &str) -> String {
    match engine {
        Engine::Sqlite => query.to_owned(),
        Engine::Postgres => pattern(engine, &[], query),
    }
}

/// "One of the columns has the text bound at ?n." Looks at every row that the other conditions leave.
pub(crate) fn any_contains(engine: Engine, columns: &[&str], n: usize) -> String {
    let each = columns.iter().map(|column| match engine {
        Engine::Sqlite => format!("instr(lower({column}), ?{n}) > 0"),
        Engine::Postgres => format!("{column} ILIKE ?{n}"),
    });
    format!("({})", each.collect::<Vec<_>>().join(" OR "))
}

/// "The name of this row of a table has the text bound at ?n." The value is a [`pattern`] over it.
pub(crate) fn search_names(engine: Engine, table: &str, query: &str, n: usize) -> String {
    match engine {
        Engine::Sqlite if is_indexed(query) => {
            format!("id IN (SELECT id FROM {table}_search WHERE {table}_search MATCH ?{n})")
        }
        Engine::Sqlite | Engine::Postgres => any_contains(engine, &["name"], n),
    }
}

fn is_indexed(query: &str) -> bool {
    query.chars().count() >= TRIGRAM
}
