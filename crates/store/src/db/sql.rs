//! Statement texts: one source for both engines.

use std::{borrow::Cow, sync::OnceLock};

/// A statement. The source numbers its parameters `?1 ?2 …`, which SQLite takes as it is; the PostgreSQL
/// text with `$1 $2 …` is derived once. (SQLite would accept `$1` but numbers it by first appearance.)
#[derive(Debug)]
pub(crate) struct Sql {
    sqlite: Cow<'static, str>,
    postgres: OnceLock<String>,
    /// Set where the engines need different texts.
    postgres_source: Option<&'static str>,
}

impl Sql {
    pub(crate) const fn new(text: &'static str) -> Self {
        Self { sqlite: Cow::Borrowed(text), postgres: OnceLock::new(), postgres_source: None }
    }

    /// A statement whose text differs between the engines. Use it only for the named exceptions of the
    /// store: row locking, full-text search and array parameters.
    pub(crate) const fn split(sqlite: &'static str, postgres: &'static str) -> Self {
        Self { sqlite: Cow::Borrowed(sqlite), postgres: OnceLock::new(), postgres_source: Some(postgres) }
    }

    /// A statement about what only PostgreSQL has: several writers.
    pub(crate) const fn postgres_only(text: &'static str) -> Self {
        Self::split("", text)
    }

    #[cfg(test)]
    pub(crate) fn is_postgres_only(&self) -> bool {
        self.sqlite.is_empty()
    }

    /// A statement composed at run time from constant fragments (list filters).
    pub(crate) fn composed(text: String) -> Self {
        crate::hooks::note_list(&text);
        Self { sqlite: Cow::Owned(text), postgres: OnceLock::new(), postgres_source: None }
    }

    pub(crate) fn sqlite(&self) -> &str {
        &self.sqlite
    }

    pub(crate) fn postgres(&self) -> &str {
        self.postgres.get_or_init(|| self.postgres_source.unwrap_or(&self.sqlite).replace('?', "$"))
    }
}

#[cfg(test)]
mod tests {
    use super::Sql;

    #[test]
    fn parameters_keep_their_numbers() {
        let sql = Sql::new("SELECT a FROM t WHERE b = ?2 AND c = ?1");
        assert_eq!(sql.postgres(), "SELECT a FROM t WHERE b = $2 AND c = $1");
        assert_eq!(sql.sqlite(), "SELECT a FROM t WHERE b = ?2 AND c = ?1");
    }
}
