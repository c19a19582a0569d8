//! Rows of the file, one after the other.

use std::{
    fs::File,
    io::{BufRead as _, BufReader},
    path::Path,
};

use anyhow::{Context as _, bail};
use beadle_client::params::CreateUser;
use serde_json::{Map, Value};

use super::row;

/// Longest line of JSON; the server takes no larger body either.
const MAX_LINE: u64 = 1024 * 1024;

/// A row, and where it begins.
pub(super) struct Row {
    pub(super) line: u64,
    /// The user, or why there is none.
    pub(super) user: Result<CreateUser, String>,
}

pub(super) struct Source {
    rows: Rows,
    size: u64,
}

enum Rows {
    Csv { reader: Box<csv::Reader<File>>, columns: csv::StringRecord },
    Json { reader: BufReader<File>, line: u64, position: u64 },
}

impl Source {
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        let open = || -> anyhow::Result<Self> {
            let file = File::open(path)?;
            let size = file.metadata()?.len();
            if !path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv")) {
                let reader = BufReader::new(file);
                return Ok(Self { rows: Rows::Json { reader, line: 0, position: 0 }, size });
            }
            let mut reader = Box::new(csv::Reader::from_reader(file));
            let columns = reader.headers()?.clone();
            for column in &columns {
                if !row::is_column(column) {
                    bail!("nothing is known of the column `{column}`");
                }
            }
            Ok(Self { rows: Rows::Csv { reader, columns }, size })
        };
        open().with_context(|| path.display().to_string())
    }

    /// Bytes of the file.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Bytes that were read.
    pub(super) fn position(&self) -> u64 {
        match &self.rows {
            Rows::Csv { reader, .. } => reader.position().byte(),
            Rows::Json { position, .. } => *position,
        }
    }

    pub(super) fn next(&mut self) -> anyhow::Result<Option<Row>> {
        match &mut self.rows {
            Rows::Csv { reader, columns } => next_of_csv(reader, columns),
            Rows::Json { reader, line, position } => next_of_json(reader, line, position),
        }
    }

    /// The next rows, as many as there are up to the number.
    pub(super) fn take(&mut self, number: usize) -> anyhow::Result<Vec<Row>> {
        let mut rows = Vec::with_capacity(number);
        while rows.len() < number
            && let Some(row) = self.next()?
        {
            rows.push(row);
        }
        Ok(rows)
    }
}

fn next_of_csv(reader: &mut csv::Reader<File>, columns: &csv::StringRecord) -> anyhow::Result<Option<Row>> {
    let line = reader.position().line();
    let mut record = csv::StringRecord::new();
    match reader.read_record(&mut record) {
        Ok(false) => Ok(None),
        Ok(true) => {
            let line = record.position().map_or(line, csv::Position::line);
            let fields = columns.iter().zip(&record);
            let fields: Map<String, Value> =
                fields.map(|(column, value)| (column.to_owned(), value.into())).collect();
            Ok(Some(Row { line, user: row::user_of_csv(fields) }))
        }
        Err(error) if error.is_io_error() => Err(error.into()),
        // Its text would repeat nothing of the row, but it names the position once more.
        Err(error) => {
            let reason = match error.kind() {
                csv::ErrorKind::UnequalLengths { .. } => "it has more or fewer values than there are columns",
                _ => "it is not UTF-8",
            };
            Ok(Some(Row { line, user: Err(reason.to_owned()) }))
        }
    }
}

fn next_of_json(
    reader: &mut BufReader<File>,
    line: &mut u64,
    position: &mut u64,
) -> anyhow::Result<Option<Row>> {
    let mut text = Vec::new();
    loop {
        text.clear();
        let read = std::io::Read::take(&mut *reader, MAX_LINE).read_until(b'\n', &mut text)?;
        if read == 0 {
            return Ok(None);
        }
        *line += 1;
        *position += read as u64;
        if read as u64 == MAX_LINE && text.last() != Some(&b'\n') {
            bail!("line {line} is longer than 1 MiB");
        }
        if !text.trim_ascii().is_empty() {
            break;
        }
    }
    let user = match serde_json::from_slice::<Map<String, Value>>(&text) {
        Ok(fields) => row::user_of_json(fields),
        Err(error) => Err(format!("it is not a JSON object (column {})", error.column())),
    };
    Ok(Some(Row { line: *line, user }))
}
