//! One connection of either engine.

use super::{Engine, param::Param, row::Row, sql::Sql};
use crate::{Error, Result};

/// A connection as repositories see it. In a [`UnitOfWork`](super::UnitOfWork) given to
/// [`Store::write`](super::Store::write) it is inside a transaction.
pub struct Conn(pub(super) Inner);

pub(super) enum Inner {
    Sqlite(rusqlite::Connection),
    Postgres(deadpool_postgres::Object),
}

impl Conn {
    /// Closes it, wherever it came from.
    pub(super) fn discard(self) {
        if let Inner::Postgres(client) = self.0 {
            drop(deadpool_postgres::Object::take(client));
        }
    }

    /// The engine behind it, for the few texts that differ.
    pub(crate) fn engine(&self) -> Engine {
        match self.0 {
            Inner::Sqlite(_) => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }

    /// All rows.
    pub(crate) async fn query<T>(
        &mut self,
        sql: &Sql,
        params: &[Param<'_>],
        read: impl Fn(&mut Row<'_>) -> Result<T> + Send,
    ) -> Result<Vec<T>> {
        match &mut self.0 {
            Inner::Sqlite(conn) => {
                let mut statement = conn.prepare_cached(sql.sqlite())?;
                let mut rows = statement.query(rusqlite::params_from_iter(params))?;
                let mut out = Vec::new();
                while let Some(row) = rows.next()? {
                    out.push(read(&mut Row::sqlite(row))?);
                }
                Ok(out)
            }
            Inner::Postgres(client) => {
                let statement = client.prepare_cached(sql.postgres()).await?;
                let rows = client.query(&statement, &borrowed(params)).await?;
                rows.iter().map(|row| read(&mut Row::postgres(row))).collect()
            }
        }
    }

    /// The first row, if any.
    pub(crate) async fn query_opt<T>(
        &mut self,
        sql: &Sql,
        params: &[Param<'_>],
        read: impl Fn(&mut Row<'_>) -> Result<T> + Send,
    ) -> Result<Option<T>> {
        match &mut self.0 {
            Inner::Sqlite(conn) => {
                let mut statement = conn.prepare_cached(sql.sqlite())?;
                let mut rows = statement.query(rusqlite::params_from_iter(params))?;
                let first = rows.next()?.map(|row| read(&mut Row::sqlite(row))).transpose()?;
                // A statement that writes and returns rows is done only when it has been stepped to its end.
                while rows.next()?.is_some() {}
                Ok(first)
            }
            Inner::Postgres(client) => {
                let statement = client.prepare_cached(sql.postgres()).await?;
                let rows = client.query(&statement, &borrowed(params)).await?;
                rows.first().map(|row| read(&mut Row::postgres(row))).transpose()
            }
        }
    }

    /// The first row.
    ///
    /// # Errors
    /// [`Error::NotFound`] without one.
    pub(crate) async fn query_one<T>(
        &mut self,
        sql: &Sql,
        params: &[Param<'_>],
        read: impl Fn(&mut Row<'_>) -> Result<T> + Send,
    ) -> Result<T> {
        self.query_opt(sql, params, read).await?.ok_or(Error::NotFound)
    }

    /// Runs several statements without parameters (migrations).
    pub(crate) async fn batch(&mut self, sql: &str) -> Result<()> {
        match &mut self.0 {
            Inner::Sqlite(conn) => Ok(conn.execute_batch(sql)?),
            Inner::Postgres(client) => Ok(client.batch_execute(sql).await?),
        }
    }

    /// What the engine makes of a statement: the names of its columns and the number of its parameters. On
    /// PostgreSQL also the parameters' types.
    #[cfg(test)]
    pub(crate) async fn describe(&mut self, sql: &Sql) -> Result<(Vec<String>, usize, Vec<String>)> {
        match &mut self.0 {
            Inner::Sqlite(conn) => {
                let statement = conn.prepare_cached(sql.sqlite())?;
                let columns = statement.column_names().map(str::to_owned).collect();
                Ok((columns, statement.parameter_count(), Vec::new()))
            }
            Inner::Postgres(client) => {
                let statement = client.prepare_cached(sql.postgres()).await?;
                let columns = statement.columns().iter().map(|column| column.name().to_owned()).collect();
                let types = statement.params().iter().map(|ty| ty.name().to_owned()).collect();
                Ok((columns, statement.params().len(), types))
            }
        }
    }

    /// The number of rows changed.
    pub(crate) async fn execute(&mut self, sql: &Sql, params: &[Param<'_>]) -> Result<u64> {
        match &mut self.0 {
            Inner::Sqlite(conn) => {
                let mut statement = conn.prepare_cached(sql.sqlite())?;
                Ok(statement.execute(rusqlite::params_from_iter(params))? as u64)
            }
            Inner::Postgres(client) => {
                let statement = client.prepare_cached(sql.postgres()).await?;
                Ok(client.execute(&statement, &borrowed(params)).await?)
            }
        }
    }
}

fn borrowed<'a>(params: &'a [Param<'a>]) -> Vec<&'a (dyn tokio_postgres::types::ToSql + Sync)> {
    params.iter().map(|param| param as &(dyn tokio_postgres::types::ToSql + Sync)).collect()
}
