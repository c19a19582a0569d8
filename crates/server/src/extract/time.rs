//! Times in parameters.

use beadle_domain::Error;
use beadle_types::{Timestamp, code};

/// Reads an RFC 3339 time.
pub(crate) fn rfc3339(param: &str, text: &str) -> Result<Timestamp, Error> {
    let parsed: Result<jiff::Timestamp, _> = text.trim().parse();
    parsed.map(|time| Timestamp::from_millis(time.as_millisecond())).map_err(|_| {
        Error::new(
            code::FORM_PARAM_INVALID_TIME,
            "is invalid",
            format!("{param} must be a time in the form of RFC 3339, for example 2026-05-12T07:15:20.902Z."),
        )
        .param(param)
    })
}
