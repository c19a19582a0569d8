//! The file that is written.

use std::{
    fs::{File, OpenOptions},
    io::{BufWriter, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use anyhow::Context as _;
use serde_json::{Map, Value};

use super::row::COLUMNS;

pub(super) enum Target {
    Csv(Box<csv::Writer<File>>),
    Json(BufWriter<File>),
}

impl Target {
    /// A new file that only its owner may read: it holds digests.
    pub(super) fn create(path: &Path) -> anyhow::Result<Self> {
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        let file = file.with_context(|| path.display().to_string())?;
        if !path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv")) {
            return Ok(Self::Json(BufWriter::new(file)));
        }
        let mut writer = Box::new(csv::Writer::from_writer(file));
        writer.write_record(COLUMNS)?;
        Ok(Self::Csv(writer))
    }

    pub(super) fn add(&mut self, fields: &Map<String, Value>) -> anyhow::Result<()> {
        match self {
            Self::Csv(writer) => {
                writer
                    .write_record(COLUMNS.map(|column| fields.get(column).map_or_else(String::new, text)))?;
            }
            Self::Json(writer) => {
                serde_json::to_writer(&mut *writer, fields)?;
                writer.write_all(b"\n")?;
            }
        }
        Ok(())
    }

    pub(super) fn finish(&mut self) -> anyhow::Result<()> {
        match self {
            Self::Csv(writer) => {
                writer.flush()?;
                writer.get_ref().sync_all()?;
            }
            Self::Json(writer) => {
                writer.flush()?;
                writer.get_ref().sync_all()?;
            }
        }
        Ok(())
    }
}

/// A value in one column; several have commas between them.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}
