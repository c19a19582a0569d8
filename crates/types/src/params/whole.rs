//! Whole numbers where Clerk's description says `number`: its SDK for Python writes them with a fraction, `10.0`.

use serde::{Deserialize, Deserializer, de::Error};

/// Beyond this a double cannot tell two whole numbers apart.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Reads one, or nothing.
///
/// # Errors
/// For a number with another fraction than zero, and for what is no number.
pub(super) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let Some(number) = Option::<f64>::deserialize(deserializer)? else { return Ok(None) };
    if number.fract() != 0.0 || number.abs() > EXACT {
        return Err(D::Error::custom("expected a whole number"));
    }
    #[expect(clippy::cast_possible_truncation, reason = "it is whole, and small enough")]
    Ok(Some(number as i64))
}
