//! Refused rows: a line of JSON for each, with its line in the file and the reasons. Nothing of the row itself is
//! repeated but what the reasons name.

use std::{
    fs::{File, OpenOptions},
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use serde_json::json;

pub(super) struct Report {
    path: PathBuf,
    file: BufWriter<File>,
}

impl Report {
    /// An empty one.
    pub(super) fn create(file: &Path) -> anyhow::Result<Self> {
        Self::open(file, OpenOptions::new().write(true).create(true).truncate(true))
    }

    /// The one of an interrupted import, to go on with.
    pub(super) fn reopen(file: &Path) -> anyhow::Result<Self> {
        Self::open(file, OpenOptions::new().append(true).create(true))
    }

    fn open(file: &Path, options: &OpenOptions) -> anyhow::Result<Self> {
        let path = beside(file, "rejected.jsonl");
        let file = options.open(&path).with_context(|| path.display().to_string())?;
        Ok(Self { path, file: BufWriter::new(file) })
    }

    pub(super) fn add(&mut self, line: u64, reasons: &[String]) -> anyhow::Result<()> {
        writeln!(self.file, "{}", json!({"line": line, "reasons": reasons})).context("write the report")
    }

    pub(super) fn finish(&mut self) -> anyhow::Result<()> {
        self.file.flush().context("write the report")
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// The file of the same name with something behind it.
pub(super) fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}
