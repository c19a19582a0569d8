//! The fields of the sign-up form, by the instance's settings.

use beadle_domain::settings::InstanceSettings;
use serde::Serialize;

use super::Given;

/// A field as the template shows it.
#[derive(Serialize)]
pub(super) struct Field {
    name: &'static str,
    required: bool,
    value: Option<String>,
}

impl Field {
    pub(super) fn name(&self) -> &'static str {
        self.name
    }
}

/// What a new sign-up is asked for, with what was given so far.
pub(super) fn asked_for(settings: &InstanceSettings, given: &Given) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut ask = |name: &'static str, required: bool, value: Option<&String>| {
        fields.push(Field { name, required, value: value.cloned() });
    };
    if settings.names_enabled {
        ask("first_name", false, given.first_name.as_ref());
        ask("last_name", false, given.last_name.as_ref());
    }
    let identifiers = &settings.identifiers;
    for (name, value) in [
        ("email_address", given.email_address.as_ref()),
        ("username", given.username.as_ref()),
        ("phone_number", given.phone_number.as_ref()),
    ] {
        // An invitation names the address already.
        let is_known = name == "email_address" && given.ticket.is_some();
        if !is_known && (identifiers.is_offered(name) || identifiers.is_needed(name)) {
            ask(name, identifiers.is_needed(name), value);
        }
    }
    ask("password", settings.password.required_at_sign_up, None);
    if settings.legal_consent_required {
        ask("legal_accepted", true, None);
    }
    fields
}

/// Of those, the ones with these names, in the same order; all of them required.
pub(super) fn only(settings: &InstanceSettings, names: &[&str], given: &Given) -> Vec<Field> {
    let mut fields = asked_for(settings, given);
    for name in names.iter().filter_map(|name| known(name)) {
        if fields.iter().all(|field| field.name != name) {
            fields.push(Field { name, required: true, value: None });
        }
    }
    fields.retain(|field| names.contains(&field.name));
    for field in &mut fields {
        field.required = true;
    }
    fields
}

fn known(name: &str) -> Option<&'static str> {
    const ALL: [&str; 6] =
        ["first_name", "last_name", "email_address", "username", "phone_number", "password"];
    ALL.into_iter().find(|known| *known == name)
}

/// What a new password must have, in a sentence.
pub(super) fn password_rules(settings: &InstanceSettings) -> String {
    let rules = &settings.password;
    let wanted = [
        (rules.require_lowercase, "a lower-case letter"),
        (rules.require_uppercase, "an upper-case letter"),
        (rules.require_numbers, "a digit"),
        (rules.require_special_char, "a special character"),
    ];
    let wanted: Vec<_> =
        wanted.into_iter().filter_map(|(is_wanted, what)| is_wanted.then_some(what)).collect();
    let length = format!("At least {} characters", rules.min_length);
    match wanted.split_last() {
        None => format!("{length}."),
        Some((last, [])) => format!("{length}, with {last}."),
        Some((last, rest)) => format!("{length}, with {} and {last}.", rest.join(", ")),
    }
}
