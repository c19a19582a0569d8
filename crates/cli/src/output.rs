//! What goes to standard output. A reader that leaves early (`beadle users list | head`) is no error.

mod table;

use std::io::{self, Write as _};

use beadle_client::Timestamp;
use serde::Serialize;

pub(crate) use table::Table;

/// Prints a finished text.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(anyhow::Error::from(error).context("standard output"))
        }
        _ => Ok(()),
    }
}

/// Prints JSON, or else the text for people.
pub(crate) fn show<T: Serialize>(
    json: bool,
    value: &T,
    text: impl FnOnce(&T) -> String,
) -> anyhow::Result<()> {
    if json {
        let mut written = serde_json::to_string_pretty(value)?;
        written.push('\n');
        print(&written)
    } else {
        print(&text(value))
    }
}

/// A time for people: UTC, to the second.
pub(crate) fn time(at: Timestamp) -> String {
    jiff::Timestamp::from_second(at.as_secs()).map_or_else(|_| at.to_string(), |at| at.to_string())
}

/// A text from outside on one line: control characters could rewrite the terminal.
pub(crate) fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_utc() {
        assert_eq!(time(Timestamp::from_millis(1_700_000_000_999)), "2023-11-14T22:13:20Z");
        assert_eq!(time(Timestamp::from_millis(i64::MAX)), i64::MAX.to_string());
    }

    #[test]
    fn the_terminal_is_safe() {
        assert_eq!(harmless("a\u{1b}[2Jb\nc"), "a\u{fffd}[2Jb\u{fffd}c");
    }
}
