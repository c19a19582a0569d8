//! What tests may ask about statements: which lists were put together, and how the engines would run them.

use std::{
    collections::BTreeSet,
    sync::{Mutex, OnceLock, PoisonError},
};

use crate::{
    Conn, Engine, Result, Store,
    db::{param::Param, sql::Sql},
};

static LISTS: OnceLock<Mutex<BTreeSet<String>>> = OnceLock::new();

/// From now on, this process remembers every statement that is put together at run time.
pub fn watch_lists() {
    LISTS.get_or_init(Mutex::default);
}

/// Those that came since this was last asked.
pub fn lists() -> BTreeSet<String> {
    let lists =
        LISTS.get().map(|lists| std::mem::take(&mut *lists.lock().unwrap_or_else(PoisonError::into_inner)));
    lists.unwrap_or_default()
}

pub(crate) fn note_list(text: &str) {
    if let Some(lists) = LISTS.get().filter(|_| !text.starts_with("EXPLAIN ")) {
        lists.lock().unwrap_or_else(PoisonError::into_inner).insert(text.to_owned());
    }
}

/// What of the statement's plan reads every row of a table, or with `ordered` puts rows in order after it has read them.
/// A table that is empty shows it as well as a full one: PostgreSQL is told to do without wherever an index can serve.
pub async fn scans(store: &Store, statement: &str, ordered: bool) -> Result<Vec<String>> {
    let mut conn = store.reader().await?;
    let lines = plan(&mut conn, &Sql::composed(statement.to_owned())).await?;
    let scans = scans_of(&lines).into_iter().map(str::to_owned);
    let sorts = lines.iter().filter(|line| ordered && is_sort(line)).cloned();
    Ok(scans.chain(sorts).collect())
}

/// The lines that read every row of a table. A walk along an index in the wanted order is none: it ends with the page.
pub(crate) fn scans_of(lines: &[String]) -> Vec<&str> {
    // What the statement has made itself is as small as it made it.
    let made = |name: &str| {
        name.starts_with("(subquery")
            || lines.iter().any(|line| {
                ["CO-ROUTINE ", "MATERIALIZE "].iter().any(|word| line.strip_prefix(word) == Some(name))
            })
    };
    let is_scan = |line: &str| {
        let Some(name) = line.strip_prefix("SCAN ") else { return line.contains("Seq Scan on ") };
        // A search table that is asked for nothing in particular has nothing after the colon.
        let by_index =
            name.contains(" USING ") || name.contains(" VIRTUAL TABLE ") && !name.ends_with("INDEX 0:");
        !by_index && name != "CONSTANT ROW" && !name.ends_with(" VALUES CLAUSE") && !made(name)
    };
    lines.iter().map(String::as_str).filter(|line| is_scan(line)).collect()
}

/// Whether the line says that rows are put in order after they were read.
pub(crate) fn is_sort(line: &str) -> bool {
    line.contains("Sort") || line.contains("TEMP B-TREE")
}

/// The lines of the engine's plan.
pub(crate) async fn plan(conn: &mut Conn, sql: &Sql) -> Result<Vec<String>> {
    if conn.engine() == Engine::Sqlite {
        let explain = Sql::composed(format!("EXPLAIN QUERY PLAN {}", sql.sqlite()));
        let nothing = vec![Param::Null; parameters(sql.sqlite(), '?')];
        return conn
            .query(&explain, &nothing, |row| {
                let _: (i64, i64, i64) = (row.take()?, row.take()?, row.take()?);
                row.take()
            })
            .await;
    }
    let nothing = vec!["NULL"; parameters(sql.postgres(), '$')].join(", ");
    let arguments = if nothing.is_empty() { String::new() } else { format!("({nothing})") };
    let prepare = format!(
        "SET enable_seqscan = off; SET enable_sort = off; SET enable_incremental_sort = off; \
         SET plan_cache_mode = force_generic_plan; PREPARE shown AS {}",
        sql.postgres()
    );
    conn.batch(&prepare).await?;
    let explain = Sql::composed(format!("EXPLAIN (COSTS OFF) EXECUTE shown {arguments}"));
    let lines = conn.query(&explain, &[], |row| row.take()).await;
    conn.batch("DEALLOCATE shown").await?;
    lines
}

/// How many parameters there are: as many as the largest number behind the sign.
fn parameters(text: &str, sign: char) -> usize {
    let numbers = text.split(sign).skip(1).map(|rest| {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest[..digits].parse().unwrap_or(0)
    });
    numbers.max().unwrap_or(0)
}
