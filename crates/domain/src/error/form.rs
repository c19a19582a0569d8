//! Refusals of what a request says: parameters, identifiers, missing objects.

use std::fmt::Display;

use beadle_types::error::code;

use super::Error;

impl Error {
    /// A required parameter is absent.
    pub fn param_missing(param: &str) -> Self {
        Self::new(code::FORM_PARAM_MISSING, "is missing", format!("The parameter {param} is required."))
            .param(param)
    }

    /// A list that must name something is empty.
    pub fn param_list_empty(param: &str) -> Self {
        Self::new(
            code::FORM_PARAM_MISSING,
            "is missing",
            format!("The parameter {param} must have at least one entry."),
        )
        .param(param)
    }

    /// The request carries a parameter that the operation does not have.
    pub fn param_unknown(param: &str) -> Self {
        Self::new(
            code::FORM_PARAM_UNKNOWN,
            "is unknown",
            format!("This request does not take a parameter named {param}."),
        )
        .param(param)
    }

    /// The parameter belongs to something that the instance's settings have switched off.
    pub fn param_disabled(param: &str) -> Self {
        Self::new(
            code::FORM_PARAM_UNKNOWN,
            "is unknown",
            format!("The settings of this instance do not enable {param}."),
        )
        .param(param)
    }

    /// The value does not have the form of what it should be; `expected` completes "must be …".
    pub fn param_format_invalid(param: &str, expected: &str) -> Self {
        Self::new(code::FORM_PARAM_FORMAT_INVALID, "is invalid", format!("{param} must be {expected}."))
            .param(param)
    }

    /// The value is none of those allowed.
    pub fn param_value_invalid(param: &str, value: impl Display) -> Self {
        Self::new(
            code::FORM_PARAM_VALUE_INVALID,
            "is invalid",
            format!("{value} is not an allowed value of {param}."),
        )
        .param(param)
    }

    /// The value breaks a rule that `rule` states as a full sentence.
    pub fn param_rule_broken(param: &str, rule: impl Into<String>) -> Self {
        Self::new(code::FORM_PARAM_VALUE_INVALID, "is invalid", rule.into()).param(param)
    }

    /// The value has the wrong JSON type; `expected` is a noun such as "a string".
    pub fn param_type_invalid(param: &str, expected: &str) -> Self {
        Self::new(code::FORM_PARAM_TYPE_INVALID, "has the wrong type", format!("{param} must be {expected}."))
            .param(param)
    }

    /// The value is null or blank where something must stand.
    pub fn param_nil(param: &str) -> Self {
        Self::new(code::FORM_PARAM_NIL, "is empty", format!("{param} must not be empty.")).param(param)
    }

    /// The parameter, or one of its values, is given more than once.
    pub fn param_duplicate(param: &str) -> Self {
        Self::new(code::FORM_PARAM_DUPLICATE, "is repeated", format!("{param} is given more than once."))
            .param(param)
    }

    /// The text is longer than `max` characters.
    pub fn param_too_long(param: &str, max: usize) -> Self {
        Self::new(
            code::FORM_PARAM_MAX_LENGTH_EXCEEDED,
            "is too long",
            format!("{param} may have at most {max} characters."),
        )
        .param(param)
    }

    /// The text is shorter than `min` characters.
    pub fn param_too_short(param: &str, min: usize) -> Self {
        Self::new(
            code::FORM_PARAM_MIN_LENGTH_EXCEEDED,
            "is too short",
            format!("{param} must have at least {min} characters."),
        )
        .param(param)
    }

    /// The value is larger than `max` bytes once serialised.
    pub fn param_exceeds_allowed_size(param: &str, max: usize) -> Self {
        Self::new(
            code::FORM_PARAM_EXCEEDS_ALLOWED_SIZE,
            "is too large",
            format!("{param} may take up at most {max} bytes."),
        )
        .param(param)
    }

    /// The list has more entries than a request may carry.
    pub fn param_array_size_exceeded(param: &str, max: usize) -> Self {
        Self::new(
            code::FORM_PARAM_ARRAY_SIZE_EXCEEDED,
            "has too many entries",
            format!("{param} may have at most {max} entries."),
        )
        .param(param)
    }

    /// A user cannot be created because the named parameters, which the instance requires, are absent.
    pub fn data_missing(params: &[&str]) -> Self {
        Self::new(
            code::FORM_DATA_MISSING,
            "data is missing",
            format!("The settings of this instance require: {}.", params.join(", ")),
        )
        .params(params)
    }

    /// Another user has this identifier.
    pub fn identifier_exists(param: &str) -> Self {
        let what = noun(param);
        Self::new(
            code::FORM_IDENTIFIER_EXISTS,
            "is already taken",
            format!("This {what} belongs to another account. Please use a different one."),
        )
        .param(param)
    }

    /// No user has this identifier.
    pub fn identifier_not_found(param: &str) -> Self {
        Self::new(code::FORM_IDENTIFIER_NOT_FOUND, "is unknown", "There is no account with this identifier.")
            .param(param)
    }

    /// The one-time code is not the one that was sent.
    pub fn code_incorrect() -> Self {
        Self::new(code::FORM_CODE_INCORRECT, "is wrong", "The code is wrong.").param("code")
    }

    /// The object a request names by id is not there; `object` is Clerk's word for it, such as `user`.
    pub fn not_found(object: &str, id: impl Display) -> Self {
        Self::new(
            code::RESOURCE_NOT_FOUND,
            format!("{} not found", capitalised(object)),
            format!("There is no {} with the id {id}.", spaced(object)),
        )
    }

    /// What a parameter is about must be proven first.
    pub fn param_verification_needed(param: &str) -> Self {
        Self::new(
            code::FORM_VERIFICATION_NEEDED,
            "needs verification",
            format!("`{param}` is only for what is verified."),
        )
        .param(param)
    }

    /// What a parameter of a body names is not there.
    pub fn param_resource_not_found(param: &str) -> Self {
        Self::new(code::FORM_RESOURCE_NOT_FOUND, "not found", format!("What `{param}` names does not exist."))
            .param(param)
    }

    /// Something a request asks for is not there, and it has no id that would tell more.
    pub fn nothing_found() -> Self {
        Self::new(code::RESOURCE_NOT_FOUND, "not found", "There is nothing here.")
    }

    /// A bulk request names more than `max` things.
    pub fn bulk_size_exceeded(max: usize) -> Self {
        Self::new(
            code::BULK_SIZE_EXCEEDED,
            "too many at once",
            format!("At most {max} entries can be processed in one request."),
        )
    }
}

fn noun(param: &str) -> &str {
    match param {
        "email_address" => "email address",
        "phone_number" => "phone number",
        "web3_wallet" => "wallet",
        "external_id" => "external id",
        "username" => "username",
        _ => "identifier",
    }
}

fn spaced(object: &str) -> String {
    object.replace('_', " ")
}

fn capitalised(object: &str) -> String {
    let mut words = spaced(object);
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn not_found_names_the_object_and_the_id() {
        let error = Error::not_found("email_address", "idn_1");
        assert_eq!(error.code(), "resource_not_found");
        assert_eq!(error.message(), "Email address not found");
        assert!(error.long_message().contains("idn_1"));
        assert!(error.meta().is_empty());
    }

    #[test]
    fn parameters_are_named_in_meta() {
        assert_eq!(Error::param_missing("password").param_name(), Some("password"));
        let error = Error::data_missing(&["email_address", "password"]);
        assert_eq!(error.meta()["param_names"], serde_json::json!(["email_address", "password"]));
        assert_eq!(error.param_name(), None);
    }

    #[test]
    fn an_empty_object_name_does_not_panic() {
        assert_eq!(Error::not_found("", 1).message(), " not found");
        assert_eq!(Error::not_found("é", 1).message(), "é not found");
    }
}
