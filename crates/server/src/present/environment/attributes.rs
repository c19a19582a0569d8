//! What users have and prove, as the forms are told of it.

use serde_json::{Value, json};

use crate::app::App;

/// Every attribute. The libraries take this list in place of their own, so none may be missing.
pub(super) fn attributes(app: &App) -> Value {
    let settings = &app.instance.settings();
    let factors = &settings.factors;
    let email = chosen(&[("email_code", factors.email_code), ("email_link", factors.email_link)]);
    let phone = chosen(&[("phone_code", factors.phone_code)]);
    let phone_as_second = chosen(&[("phone_code", factors.phone_code && factors.phone_code_as_second)]);
    let verified_at_once = settings.email_verification_at_sign_up;
    json!({
        "email_address": identifier(app, "email_address", &email, &[], verified_at_once),
        "phone_number": identifier(app, "phone_number", &phone, &phone_as_second, true),
        "username": identifier(app, "username", &[], &[], false),
        "web3_wallet": attribute(false, false, &[], &[]),
        "first_name": attribute(settings.names_enabled, false, &[], &[]),
        "last_name": attribute(settings.names_enabled, false, &[], &[]),
        // No identifier, so not "used for the first factor": that is what forms make their fields of.
        "password": attribute(true, settings.password.required_at_sign_up, &[], &[]),
        "authenticator_app": attribute(factors.authenticator_app, false, &[], &["totp"]),
        "ticket": attribute(true, false, &["ticket"], &[]),
        "backup_code": attribute(factors.backup_code, false, &[], &["backup_code"]),
        "passkey": attribute(factors.passkey, false, &["passkey"], &[]),
    })
}

/// The strategies that the attributes name under `factors`, each once.
pub(super) fn strategies(attributes: &Value, factors: &str) -> Vec<Value> {
    let mut named = Vec::new();
    for attribute in attributes.as_object().into_iter().flat_map(|all| all.values()) {
        for strategy in attribute[factors].as_array().into_iter().flatten() {
            if !named.contains(strategy) {
                named.push(strategy.clone());
            }
        }
    }
    named
}

fn chosen(strategies: &[(&'static str, bool)]) -> Vec<&'static str> {
    strategies.iter().filter(|(_, in_use)| *in_use).map(|(strategy, _)| *strategy).collect()
}

/// Something that users are found by. It is used for the first factor even where it has no strategy: a password
/// goes with it.
fn identifier(app: &App, kind: &str, first: &[&str], second: &[&str], verified_at_once: bool) -> Value {
    let identifiers = &app.instance.settings().identifiers;
    let enabled = identifiers.is_offered(kind);
    let first = if enabled { first } else { &[] };
    let mut shown = attribute(enabled, enabled && identifiers.is_needed(kind), first, second);
    shown["used_for_first_factor"] = enabled.into();
    shown["verifications"] = first.into();
    shown["verify_at_sign_up"] = (enabled && verified_at_once).into();
    shown
}

fn attribute(enabled: bool, required: bool, first: &[&str], second: &[&str]) -> Value {
    let (first, second) = if enabled { (first, second) } else { (&[][..], &[][..]) };
    let verifications = [first, second].concat();
    json!({
        "enabled": enabled,
        "required": required,
        "used_for_first_factor": !first.is_empty(),
        "first_factors": first,
        "used_for_second_factor": !second.is_empty(),
        "second_factors": second,
        "verifications": verifications,
        "verify_at_sign_up": false,
        "immutable": false,
    })
}
