//! Refusals as a form shows them: each at its field, and all of them together above the form.

use beadle_types::code;
use serde::Serialize;

use crate::error::ApiError;

/// What is wrong with a form.
#[derive(Debug, Default, Serialize)]
pub(super) struct FormErrors {
    all: Vec<FormError>,
}

#[derive(Debug, Serialize)]
struct FormError {
    text: String,
    /// The field's name; empty for what concerns the form as a whole.
    field: String,
}

impl FormErrors {
    /// The refusals; those for fields that the form does not have are about the form.
    pub(super) fn of(error: &ApiError, fields: &[&str]) -> Self {
        let all = error.errors().iter().map(|error| {
            let named = error.meta.as_ref().and_then(|meta| meta["param_name"].as_str()).unwrap_or_default();
            let text = error.long_message.clone();
            FormError { text, field: if fields.contains(&named) { named.to_owned() } else { String::new() } }
        });
        Self { all: all.collect() }
    }
}

/// Whether the visitor can do something about it on the same page. What concerns the account or the attempt as a
/// whole has a page of its own.
pub(super) fn is_forms(error: &ApiError) -> bool {
    let elsewhere =
        [code::USER_BANNED, code::RESOURCE_NOT_FOUND, code::SIGNED_OUT, code::AUTHENTICATION_INVALID];
    error.status().is_client_error() && !elsewhere.contains(&error.code())
}
