//! Pages of the plain lists: conditions, an order, a limit and an offset.

use crate::{
    Conn, Result,
    db::{Engine, dialect, param::Param, row::Row, sql::Sql},
};

/// Which way a list goes. Ties are broken by id in the same direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order<K> {
    /// By what.
    pub key: K,
    /// Largest first.
    pub descending: bool,
}

/// A column that lists are sorted by.
pub(crate) trait Key: Copy {
    fn column(self) -> &'static str;

    /// Whether some rows have no value; they count as smallest on both engines.
    fn is_nullable(self) -> bool {
        false
    }
}

/// The key of lists that have no other.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CreatedAt;

impl Key for CreatedAt {
    fn column(self) -> &'static str {
        "created_at"
    }
}

fn clause<K: Key>(order: Order<K>) -> String {
    let (direction, nulls) = if order.descending { ("DESC", "NULLS LAST") } else { ("ASC", "NULLS FIRST") };
    let nulls = if order.key.is_nullable() { nulls } else { "" };
    format!("{} {direction} {nulls}, id {direction}", order.key.column())
}

/// What the text of a search is bound as.
pub(crate) fn pattern(engine: Engine, query: Option<&str>) -> Option<String> {
    query.map(|query| dialect::pattern(engine, &["id", "email_address"], query))
}

/// A list under construction.
pub(crate) struct Listing<'a> {
    table: &'static str,
    columns: &'static str,
    clauses: Vec<String>,
    params: Vec<Param<'a>>,
}

impl<'a> Listing<'a> {
    pub(crate) fn new(table: &'static str, columns: &'static str) -> Self {
        Self { table, columns, clauses: Vec::new(), params: Vec::new() }
    }

    /// Binds a value, and says its number.
    pub(crate) fn bind(&mut self, param: impl Into<Param<'a>>) -> usize {
        self.params.push(param.into());
        self.params.len()
    }

    /// Every row must meet this.
    pub(crate) fn must(&mut self, clause: String) {
        self.clauses.push(clause);
    }

    /// The id or the address has the text; `pattern` is what [`pattern`] made of it.
    pub(crate) fn search(&mut self, engine: Engine, query: Option<&str>, pattern: Option<&'a String>) {
        if let (Some(query), Some(pattern)) = (query, pattern) {
            let n = self.bind(pattern);
            self.must(dialect::search_addresses(engine, self.table, query, n));
        }
    }

    fn filter(&self) -> String {
        if self.clauses.is_empty() { String::new() } else { format!(" WHERE {}", self.clauses.join(" AND ")) }
    }

    /// How many rows there are on all pages.
    pub(crate) async fn total(&self, conn: &mut Conn) -> Result<i64> {
        let sql = Sql::composed(format!("SELECT COUNT(*) FROM {}{}", self.table, self.filter()));
        conn.query_one(&sql, &self.params, |row| row.take()).await
    }

    /// The statement of a page, and what it binds.
    pub(crate) fn select<K: Key>(
        mut self,
        order: Order<K>,
        limit: i64,
        offset: i64,
    ) -> (Sql, Vec<Param<'a>>) {
        let filter = self.filter();
        let (limit, offset) = (self.bind(limit), self.bind(offset));
        let sql = Sql::composed(format!(
            "SELECT {} FROM {}{filter} ORDER BY {} LIMIT ?{limit} OFFSET ?{offset}",
            self.columns,
            self.table,
            clause(order),
        ));
        (sql, self.params)
    }

    /// The rows of a page.
    pub(crate) async fn page<K: Key, T>(
        self,
        conn: &mut Conn,
        order: Order<K>,
        (limit, offset): (i64, i64),
        read: fn(&mut Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let (sql, params) = self.select(order, limit, offset);
        conn.query(&sql, &params, read).await
    }
}

#[cfg(test)]
mod tests;
