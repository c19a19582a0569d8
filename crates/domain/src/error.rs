//! What a rule answers when it refuses: Clerk's error code with Beadle's own words, and no HTTP.
//!
//! The server alone knows which status belongs to a code.

mod absent;
mod access;
mod configuration;
mod factor;
mod form;
mod identification;
mod machine;
mod oauth;
mod pages;
mod password;
mod session;
mod ticket;
mod waitlist;
mod webhook;

use std::borrow::Cow;
use std::fmt;

use beadle_types::Timestamp;
use serde_json::{Map, Value};

/// One refusal.
#[derive(Clone, PartialEq)]
pub struct Error(Box<Details>);

#[derive(Clone, PartialEq)]
struct Details {
    code: &'static str,
    message: Cow<'static, str>,
    long_message: Cow<'static, str>,
    meta: Map<String, Value>,
}

/// The result of a rule that answers with at most one refusal.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A refusal with one of Clerk's codes (`beadle_types::error::code`), a short text and a full sentence.
    pub fn new(
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
        long_message: impl Into<Cow<'static, str>>,
    ) -> Self {
        let (message, long_message) = (message.into(), long_message.into());
        Self(Box::new(Details { code, message, long_message, meta: Map::new() }))
    }

    /// Names the parameter at fault: `meta.param_name`, snake case, which is where a form shows the text.
    #[must_use]
    pub fn param(self, name: impl Into<String>) -> Self {
        self.with_meta("param_name", name.into())
    }

    /// Names several parameters at fault: `meta.param_names`.
    #[must_use]
    pub fn params(self, names: &[&str]) -> Self {
        self.with_meta("param_names", names)
    }

    /// Adds one member of the error's `meta` object, replacing one of the same name.
    #[must_use]
    pub fn with_meta(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0.meta.insert(key.to_owned(), value.into());
        self
    }

    /// Clerk's code, the part of an error that programs read.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// The short text.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The full sentence, which the sign-in page shows for codes it has no text of its own for.
    pub fn long_message(&self) -> &str {
        &self.0.long_message
    }

    /// The parameter at fault, if exactly one is.
    pub fn param_name(&self) -> Option<&str> {
        self.0.meta.get("param_name").and_then(Value::as_str)
    }

    /// The `meta` object; empty if there is nothing to add.
    pub fn meta(&self) -> &Map<String, Value> {
        &self.0.meta
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("code", &self.0.code)
            .field("long_message", &self.0.long_message)
            .field("meta", &self.0.meta)
            .finish()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code, self.0.long_message)
    }
}

impl std::error::Error for Error {}

/// One or more refusals that are answered together, in the order in which they were found.
#[derive(Debug, Clone, PartialEq)]
pub struct Errors {
    first: Error,
    rest: Vec<Error>,
}

impl Errors {
    /// The refusals, first found first.
    pub fn iter(&self) -> impl Iterator<Item = &Error> {
        std::iter::once(&self.first).chain(&self.rest)
    }

    /// The refusal found first, for answers that have room for one only.
    pub fn first(&self) -> &Error {
        &self.first
    }

    /// Whether any of them carries this code.
    pub fn has_code(&self, code: &str) -> bool {
        self.iter().any(|error| error.code() == code)
    }
}

impl From<Error> for Errors {
    fn from(first: Error) -> Self {
        Self { first, rest: Vec::new() }
    }
}

impl IntoIterator for Errors {
    type Item = Error;
    type IntoIter = std::iter::Chain<std::iter::Once<Error>, std::vec::IntoIter<Error>>;

    fn into_iter(self) -> Self::IntoIter {
        std::iter::once(self.first).chain(self.rest)
    }
}

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first)?;
        self.rest.iter().try_for_each(|error| write!(f, "; {error}"))
    }
}

impl std::error::Error for Errors {}

/// Gathers refusals while a request is checked to its end, so that the caller sees all of them at once.
#[derive(Debug, Default)]
pub struct Findings(Vec<Error>);

impl Findings {
    /// Notes one refusal.
    pub fn push(&mut self, error: Error) {
        self.0.push(error);
    }

    /// Whether nothing was noted so far.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of a check that passed; the refusals of one that did not are noted.
    pub fn keep<T>(&mut self, checked: Result<T, impl Into<Errors>>) -> Option<T> {
        checked.map_err(|errors| self.0.extend(errors.into())).ok()
    }

    /// `Ok` if nothing was noted.
    pub fn finish(self) -> Result<(), Errors> {
        let mut found = self.0.into_iter();
        match found.next() {
            None => Ok(()),
            Some(first) => Err(Errors { first, rest: found.collect() }),
        }
    }
}

/// "in 5 minutes", "in 1 hour": what is left until `until`, rounded up to a whole unit.
fn time_left(now: Timestamp, until: Timestamp) -> String {
    let seconds = until.as_millis().saturating_sub(now.as_millis()).max(0).unsigned_abs().div_ceil(1000);
    let (count, unit) = match seconds {
        0..60 => (seconds.max(1), "second"),
        60..3_600 => (seconds.div_ceil(60), "minute"),
        3_600..86_400 => (seconds.div_ceil(3_600), "hour"),
        _ => (seconds.div_ceil(86_400), "day"),
    };
    format!("in {count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_keep_order_and_values() {
        let mut findings = Findings::default();
        assert_eq!(findings.keep(Ok::<_, Error>(7)), Some(7));
        findings.push(Error::param_missing("a"));
        assert_eq!(findings.keep(Err::<(), _>(Error::param_missing("b"))), None);
        let errors = findings.finish().unwrap_err();
        let params: Vec<_> = errors.iter().filter_map(Error::param_name).collect();
        assert_eq!(params, ["a", "b"]);
        assert_eq!(errors.first().param_name(), Some("a"));
        assert_eq!(errors.into_iter().count(), 2);
    }

    #[test]
    fn no_findings_is_ok() {
        assert!(Findings::default().finish().is_ok());
    }

    #[test]
    fn time_left_rounds_up() {
        let now = Timestamp::from_millis(1_000_000);
        let after = |millis: i64| time_left(now, Timestamp::from_millis(1_000_000 + millis));
        assert_eq!(after(-5), "in 1 second");
        assert_eq!(after(1_001), "in 2 seconds");
        assert_eq!(after(59_001), "in 1 minute");
        assert_eq!(after(60_001), "in 2 minutes");
        assert_eq!(after(3_600_000), "in 1 hour");
        assert_eq!(after(90_000_000), "in 2 days");
    }
}
