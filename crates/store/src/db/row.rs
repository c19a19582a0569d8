//! Reading result rows of either engine, column after column.

use crate::{Error, Result};

/// A borrowed result row. Columns are read in the order of the statement's select list.
pub(crate) struct Row<'a> {
    inner: Inner<'a>,
    next: usize,
}

enum Inner<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

impl<'a> Row<'a> {
    pub(super) fn sqlite(row: &'a rusqlite::Row<'a>) -> Self {
        Self { inner: Inner::Sqlite(row), next: 0 }
    }

    pub(super) fn postgres(row: &'a tokio_postgres::Row) -> Self {
        Self { inner: Inner::Postgres(row), next: 0 }
    }

    /// The next column.
    pub(crate) fn take<T: Column>(&mut self) -> Result<T> {
        let index = self.next;
        self.next += 1;
        T::read(self, index)
    }

    /// The next column, parsed from its text.
    pub(crate) fn parse<T>(&mut self) -> Result<T>
    where
        T: std::str::FromStr,
        T::Err: std::fmt::Display,
    {
        parse(self.required_text()?)
    }

    /// The next column, parsed from its text unless it is null.
    pub(crate) fn parse_opt<T>(&mut self) -> Result<Option<T>>
    where
        T: std::str::FromStr,
        T::Err: std::fmt::Display,
    {
        self.optional_text()?.map(parse).transpose()
    }

    /// The next column, read as JSON.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(&mut self) -> Result<T> {
        from_json(self.required_text()?)
    }

    /// The next column, read as JSON unless it is null.
    pub(crate) fn json_opt<T: serde::de::DeserializeOwned>(&mut self) -> Result<Option<T>> {
        self.optional_text()?.map(from_json).transpose()
    }
}

fn parse<T>(text: &str) -> Result<T>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error| Error::other(format!("stored text {text:?}: {error}")))
}

fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| Error::other(format!("stored JSON: {error}")))
}

/// A type that both engines can hand over.
pub(crate) trait Column: Sized {
    fn read(row: &Row<'_>, index: usize) -> Result<Self>;
}

/// Text is borrowed from the row while it is parsed, so that ids and JSON cost no copy.
impl<'a> Row<'a> {
    fn required_text(&mut self) -> Result<&'a str> {
        self.optional_text()?.ok_or_else(|| Error::other("unexpected null column"))
    }

    fn optional_text(&mut self) -> Result<Option<&'a str>> {
        let index = self.next;
        self.next += 1;
        match &self.inner {
            Inner::Sqlite(row) => {
                row.get_ref(index)?.as_str_or_null().map_err(|error| Error::other(error.to_string()))
            }
            Inner::Postgres(row) => Ok(row.try_get(index)?),
        }
    }
}

macro_rules! column {
    ($($type:ty),*) => {$(
        impl Column for $type {
            fn read(row: &Row<'_>, index: usize) -> Result<Self> {
                match &row.inner {
                    Inner::Sqlite(row) => Ok(row.get(index)?),
                    Inner::Postgres(row) => Ok(row.try_get(index)?),
                }
            }
        }
    )*};
}
column!(String, Option<String>, i64, Option<i64>, bool, Option<bool>, Vec<u8>);

impl Column for beadle_types::Timestamp {
    fn read(row: &Row<'_>, index: usize) -> Result<Self> {
        i64::read(row, index).map(Self::from_millis)
    }
}

impl Column for Option<beadle_types::Timestamp> {
    fn read(row: &Row<'_>, index: usize) -> Result<Self> {
        Ok(Option::<i64>::read(row, index)?.map(beadle_types::Timestamp::from_millis))
    }
}

impl Column for beadle_domain::credential::Generation {
    fn read(row: &Row<'_>, index: usize) -> Result<Self> {
        i64::read(row, index).map(Self::from_stored)
    }
}
