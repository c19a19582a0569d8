//! Enumerations are stored as the words they have on the wire, small structures as JSON.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{Error, Result};

/// The word of a unit variant.
pub(crate) fn write<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        // Every enumeration stored this way serialises to a string; the words test keeps it so.
        _ => String::new(),
    }
}

/// JSON, or null.
pub(crate) fn json_opt<T: Serialize>(value: Option<&T>) -> Option<String> {
    value.and_then(|value| serde_json::to_string(value).ok())
}

/// The variant of a stored word.
pub(crate) fn read<T: DeserializeOwned>(word: &str) -> Result<T> {
    serde_json::from_value(Value::String(word.to_owned()))
        .map_err(|error| Error::other(format!("stored word {word:?}: {error}")))
}
