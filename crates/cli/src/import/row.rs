//! From the columns of Clerk's export to the parameters of `POST /v1/users`. What is a parameter already stays.

use beadle_client::params::CreateUser;
use serde_json::{Map, Value, json};

/// Parameters by the type that a CSV has to be read as.
const TEXTS: [&str; 9] = [
    "external_id",
    "first_name",
    "last_name",
    "locale",
    "username",
    "password",
    "password_digest",
    "password_hasher",
    "totp_secret",
];
const LISTS: [&str; 6] = [
    "email_address",
    "email_address_identification_status",
    "phone_number",
    "phone_number_identification_status",
    "web3_wallet",
    "backup_codes",
];
const FLAGS: [&str; 9] = [
    "skip_password_checks",
    "skip_password_requirement",
    "delete_self_enabled",
    "skip_legal_checks",
    "skip_user_requirement",
    "create_organization_enabled",
    "bypass_client_trust",
    "banned",
    "locked",
];
const JSON: [&str; 4] =
    ["public_metadata", "private_metadata", "unsafe_metadata", "create_organizations_limit"];
const TIMES: [&str; 2] = ["created_at", "legal_accepted_at"];

/// Columns of the export that are no parameters.
const EXPORTED: [&str; 7] = [
    "id",
    "primary_email_address",
    "verified_email_addresses",
    "unverified_email_addresses",
    "primary_phone_number",
    "verified_phone_numbers",
    "unverified_phone_numbers",
];

/// Of these the server makes its own.
const IGNORED: [&str; 5] = ["updated_at", "last_sign_in_at", "last_active_at", "image_url", "has_image"];

pub(super) fn is_column(name: &str) -> bool {
    [&TEXTS[..], &LISTS, &FLAGS, &JSON, &TIMES, &EXPORTED, &IGNORED].iter().any(|names| names.contains(&name))
}

/// A row of texts; an empty one is none.
pub(super) fn user_of_csv(fields: Map<String, Value>) -> Result<CreateUser, String> {
    let mut typed = Map::new();
    for (name, value) in fields {
        let text = value.as_str().unwrap_or_default();
        if text.trim().is_empty() {
            continue;
        }
        let name = name.as_str();
        let value = if LISTS.contains(&name) {
            several(text).into()
        } else if FLAGS.contains(&name) {
            match text.trim() {
                "true" => true.into(),
                "false" => false.into(),
                _ => return Err(format!("{name} is neither true nor false")),
            }
        } else if JSON.contains(&name) {
            serde_json::from_str(text).map_err(|_| format!("{name} is not JSON"))?
        } else if TIMES.contains(&name)
            && let Ok(millis) = text.trim().parse::<i64>()
        {
            millis.into()
        } else {
            value
        };
        typed.insert(name.to_owned(), value);
    }
    user_of_json(typed)
}

/// A row of JSON.
pub(super) fn user_of_json(mut fields: Map<String, Value>) -> Result<CreateUser, String> {
    fields.retain(|name, value| !value.is_null() && !IGNORED.contains(&name.as_str()));
    if let Some(id) = fields.remove("id") {
        fields.entry("external_id").or_insert(id);
    }
    addresses(&mut fields, "email_address", "email_addresses")?;
    addresses(&mut fields, "phone_number", "phone_numbers")?;
    for name in TIMES {
        if let Some(millis) = fields.get(name).and_then(Value::as_i64) {
            let time = jiff::Timestamp::from_millisecond(millis).map_err(|_| format!("{name} is no time"))?;
            fields.insert(name.to_owned(), time.to_string().into());
        }
    }
    if !fields.contains_key("password") && !fields.contains_key("password_digest") {
        fields.entry("skip_password_requirement").or_insert(true.into());
    }
    // What was accepted elsewhere is not asked for again.
    fields.entry("skip_legal_checks").or_insert(true.into());
    serde_json::from_value(fields.into()).map_err(|error| {
        let text = error.to_string();
        text.split(", expected").next().unwrap_or_default().to_owned()
    })
}

/// Gathers the three columns of one kind of address. Unverified ones are reserved for their user; the primary one
/// comes first, and counts as verified unless it is among the others.
fn addresses(fields: &mut Map<String, Value>, parameter: &str, columns: &str) -> Result<(), String> {
    let mut column = |name: String| -> Result<Vec<String>, String> {
        match fields.remove(&name) {
            None => Ok(Vec::new()),
            Some(Value::String(text)) => Ok(several(&text)),
            Some(value) => {
                serde_json::from_value(value).map_err(|_| format!("{name} is not a list of texts"))
            }
        }
    };
    let primary = column(format!("primary_{parameter}"))?;
    let verified = column(format!("verified_{columns}"))?;
    let unverified = column(format!("unverified_{columns}"))?;
    let mut all: Vec<&String> = Vec::new();
    for address in primary.iter().chain(&verified).chain(&unverified) {
        if !all.contains(&address) {
            all.push(address);
        }
    }
    if all.is_empty() {
        return Ok(());
    }
    if fields.contains_key(parameter) {
        return Err(format!("it has both {parameter} and columns of an export"));
    }
    let statuses: Vec<&str> = all
        .iter()
        .map(|address| {
            let reserved = unverified.contains(address) && !verified.contains(address);
            if reserved { "reserved" } else { "verified" }
        })
        .collect();
    fields.insert(format!("{parameter}_identification_status"), json!(statuses));
    fields.insert(parameter.to_owned(), json!(all));
    Ok(())
}

/// Values that stand in one column, with commas or bars between them.
fn several(text: &str) -> Vec<String> {
    text.split([',', '|']).map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csv(fields: Value) -> Result<CreateUser, String> {
        let Value::Object(fields) = fields else { panic!() };
        for name in fields.keys() {
            assert!(is_column(name), "{name}");
        }
        user_of_csv(fields)
    }

    #[test]
    fn an_exported_row_becomes_parameters() {
        let user = csv(json!({
            "id": "user_1", "first_name": "Ada", "last_name": "", "username": "",
            "primary_email_address": "ada@example.com",
            "verified_email_addresses": "ada@example.com,old@example.com",
            "unverified_email_addresses": "new@example.com",
            "primary_phone_number": "+12025550123", "verified_phone_numbers": "",
            "unverified_phone_numbers": "+12025550123", "totp_secret": "",
            "password_digest": "$2b$10$x", "password_hasher": "bcrypt", "created_at": "1700000000000",
        }))
        .unwrap();
        assert_eq!(user.external_id.as_deref(), Some("user_1"));
        assert_eq!((user.first_name.as_deref(), user.last_name, user.username), (Some("Ada"), None, None));
        assert_eq!(user.email_address, ["ada@example.com", "old@example.com", "new@example.com"]);
        assert_eq!(user.email_address_identification_status, ["verified", "verified", "reserved"]);
        assert_eq!(user.phone_number, ["+12025550123"]);
        assert_eq!(user.phone_number_identification_status, ["reserved"]);
        assert_eq!(user.created_at.as_deref(), Some("2023-11-14T22:13:20Z"));
        assert_eq!((user.skip_password_requirement, user.skip_legal_checks), (None, Some(true)));
    }

    #[test]
    fn texts_of_a_csv_get_their_types() {
        let user = csv(json!({
            "email_address": "a@example.com|b@example.com", "banned": "true", "locked": "false",
            "public_metadata": r#"{"plan": "pro"}"#, "create_organizations_limit": "3",
            "created_at": "2020-01-01T00:00:00Z", "image_url": "https://x",
        }))
        .unwrap();
        assert_eq!(user.email_address, ["a@example.com", "b@example.com"]);
        assert_eq!((user.banned, user.locked), (Some(true), Some(false)));
        assert_eq!(user.public_metadata.unwrap()["plan"], "pro");
        assert_eq!(user.create_organizations_limit, Some(3));
        assert_eq!(user.skip_password_requirement, Some(true));
    }

    #[test]
    fn what_cannot_be_read_is_named_without_its_value() {
        for (fields, reason) in [
            (json!({"banned": "yes"}), "banned is neither true nor false"),
            (json!({"public_metadata": "secret"}), "public_metadata is not JSON"),
            (json!({"created_at": "99999999999999999"}), "created_at is no time"),
            (
                json!({"email_address": "a@example.com", "primary_email_address": "a@example.com"}),
                "it has both email_address and columns of an export",
            ),
        ] {
            assert_eq!(csv(fields).unwrap_err(), reason);
        }
        let Value::Object(unknown) = json!({"passwort": "x"}) else { panic!() };
        assert_eq!(user_of_json(unknown).unwrap_err(), "unknown field `passwort`");
    }
}
