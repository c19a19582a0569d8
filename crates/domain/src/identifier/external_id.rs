//! The id that a user has in somebody else's system.

use super::canonical_string;
use crate::error::{Error, Result};
use crate::name::check_text;

/// How many characters an external id may have.
const MAX_LENGTH: usize = 255;

/// A foreign id, kept as given: no case folding and no trimming, because another system compares it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExternalId(String);

canonical_string!(ExternalId);

impl ExternalId {
    /// Accepts any text of 1 to 255 characters without control characters; `param` is named by the error.
    pub fn parse(value: &str, param: &str) -> Result<Self> {
        if value.is_empty() {
            return Err(Error::param_nil(param));
        }
        check_text(param, value, MAX_LENGTH)?;
        Ok(Self(value.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_as_given() {
        assert_eq!(ExternalId::parse(" Ab/1 ", "external_id").unwrap().as_str(), " Ab/1 ");
    }

    #[test]
    fn limits() {
        let refusal = |value: &str| ExternalId::parse(value, "external_id").unwrap_err().code();
        assert_eq!(refusal(""), "form_param_nil");
        assert_eq!(refusal("a\0b"), "form_param_value_invalid");
        assert_eq!(refusal(&"é".repeat(256)), "form_param_max_length_exceeded");
        assert!(ExternalId::parse(&"é".repeat(255), "external_id").is_ok());
    }
}
