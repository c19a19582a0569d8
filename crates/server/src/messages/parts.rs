//! The text of a mail, taken apart for the layout.

use serde::Serialize;

use super::Message;

/// A paragraph.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Part<'a> {
    /// Prose.
    Lines(Vec<&'a str>),
    /// The message's code, alone.
    Code(&'a str),
    /// The message's link, alone.
    Link(&'a str),
}

/// Without blank lines at the ends or twice in a row, and without blanks at the ends of lines.
pub(super) fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    for line in text.trim().lines().map(str::trim_end) {
        if !(line.is_empty() && tidy.ends_with("\n\n")) {
            tidy.push_str(line);
            tidy.push('\n');
        }
    }
    tidy
}

/// Paragraphs. Only the message's own code and link stand out: text that looks like one, in somebody's name, does not.
pub(super) fn split<'a>(text: &'a str, message: &Message) -> Vec<Part<'a>> {
    let paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    paragraphs
        .map(|paragraph| match Some(paragraph) {
            alone if alone == message.code() => Part::Code(paragraph),
            alone if alone == message.link() => Part::Link(paragraph),
            _ => Part::Lines(paragraph.lines().collect()),
        })
        .collect()
}
