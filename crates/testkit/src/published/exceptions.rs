//! Where Beadle answers otherwise than Clerk's description says, and why.

/// Answers that any operation may give, documented for it or not: status, code, reason.
const ANYWHERE: &[(u16, &str, &str)] = &[
    (400, "api_version_invalid", "comes before the operation"),
    (400, "request_body_invalid", "a body that is no JSON has no parameters to complain of"),
    (401, "authentication_invalid", "would make live again what died with the ban of its user"),
    (401, "authorization_header_format_invalid", "comes before the operation"),
    (401, "clerk_key_invalid", "comes before the operation"),
    (401, "machine_secret_key_invalid", "comes before the operation"),
    (
        403,
        "user_banned",
        "would make a credential for somebody who is banned; Clerk documents the code, not where",
    ),
    (404, "machine_not_found", "a machine that the body names is not there"),
    (404, "resource_not_found", "what the path names is not there"),
    (413, "request_body_too_large", "comes before the operation"),
    (415, "unsupported_content_type", "comes before the operation"),
    (422, "form_param_format_invalid", "a parameter is not of its form"),
    (422, "form_param_missing", "a parameter that must be there is not"),
    (422, "form_param_nil", "a parameter that cannot be null is"),
    (422, "form_param_type_invalid", "a parameter is of another type"),
    (422, "form_param_unknown", "there is no such parameter"),
    (422, "form_param_value_invalid", "a parameter has a value that it cannot have"),
    (422, "form_verification_needed", "what a parameter is about is not verified"),
    (429, "too_many_requests", "comes before the operation, for whoever switches limits on"),
    (500, "internal_clerk_error", "tests break the database"),
];

/// Where the description of a body is wrong: how the fault's place ends, how the fault goes on, reason.
const FAULTS: &[(&str, &str, &str)] = &[(
    "/linked_to/0/type",
    "\"oauth_custom_",
    "verification_from_oauth names these strategies of the same accounts, the pattern here forgets them",
)];

pub(super) fn is_answered_undocumented(operation_id: &str, status: u16, code: &str) -> bool {
    let refused = || beadle_server::refused().into_iter();
    ANYWHERE.iter().any(|(one, other, _)| (*one, *other) == (status, code))
        || refused().any(|one| one.operation_id == operation_id && (one.status, &*one.code) == (status, code))
}

/// Whether the fault is one of the description's own.
pub(super) fn is_known(fault: &str) -> bool {
    let (at, what) = fault.split_once(": ").unwrap_or_default();
    FAULTS.iter().any(|(place, beginning, _)| at.ends_with(place) && what.starts_with(beginning))
}
