//! The environment: what the browser libraries ask for first, to know which forms to draw.
//!
//! Written and never read by anything of ours, and the same for everybody, so it is JSON without types of its own.
//! Every member that Clerk documents is there, with its neutral value where Beadle has nothing to say: the libraries
//! replace their defaults by groups, and look into some of them without asking.

mod attributes;
mod display;
mod user_settings;

use beadle_domain::settings::IdentifiersSettings;
use serde_json::{Map, Value, json};

use crate::{app::App, config::OAuthProvider};

/// The document.
pub(crate) fn environment(app: &App) -> Value {
    json!({
        "auth_config": auth_config(app),
        "display_config": display::display_config(app),
        "user_settings": user_settings::user_settings(app),
        "organization_settings": {
            "enabled": false,
            "max_allowed_memberships": 5,
            "force_organization_selection": false,
            "actions": {"admin_delete": false},
            "domains": {"enabled": false, "enrollment_modes": [], "default_role": Value::Null},
            "slug": {"disabled": true},
            "creator_role": "org:admin",
        },
        "fraud_settings": {"object": "fraud_settings", "native": {"device_attestation_mode": "disabled"}},
        "commerce_settings": {"billing": {
            "stripe_publishable_key": Value::Null,
            "free_trial_requires_payment_method": false,
            "user": {"enabled": false, "has_paid_plans": false},
            "organization": {"enabled": false, "has_paid_plans": false},
        }},
        "api_keys_settings": {
            "enabled": false, "user_api_keys_enabled": false, "orgs_api_keys_enabled": false,
        },
        "protect_config": {"loaders": []},
        "client_debug_mode": false,
        "partitioned_cookies": false,
        "maintenance_mode": false,
    })
}

/// The providers that users can sign in with, by strategy.
pub(super) fn social(app: &App) -> Map<String, Value> {
    let shown = |provider: &OAuthProvider| {
        json!({
            "enabled": provider.enabled,
            "required": false,
            "authenticatable": provider.enabled,
            "block_email_subaddresses": false,
            "strategy": provider.strategy,
            "not_selectable": false,
            "deprecated": false,
            "name": provider.name,
            "logo_url": provider.logo_url,
        })
    };
    app.oauth.iter().map(|provider| (provider.strategy.clone(), shown(provider))).collect()
}

fn auth_config(app: &App) -> Value {
    let settings = &app.instance.settings();
    let identifiers = &settings.identifiers;
    let attributes = attributes::attributes(app);
    let kinds = identifiers.all().map(|(kind, _)| kind);
    let offered: Vec<_> = kinds.into_iter().filter(|kind| identifiers.is_offered(kind)).collect();
    let names = if settings.names_enabled { "on" } else { "off" };
    let mut first_factors = attributes::strategies(&attributes, "first_factors");
    first_factors.push("password".into());
    json!({
        "object": "auth_config",
        "id": app.instance.id,
        "first_name": names,
        "last_name": names,
        "email_address": word(identifiers, "email_address"),
        "phone_number": word(identifiers, "phone_number"),
        "username": word(identifiers, "username"),
        "password": if settings.password.required_at_sign_up { "required" } else { "on" },
        "identification_requirements": offered.iter().map(|kind| [kind]).collect::<Vec<_>>(),
        "identification_strategies": offered,
        "first_factors": first_factors,
        "second_factors": attributes::strategies(&attributes, "second_factors"),
        "email_address_verification_strategies": attributes["email_address"]["verifications"],
        "single_session_mode": settings.single_session_mode,
        "enhanced_email_deliverability": settings.enhanced_email_deliverability,
        "test_mode": app.instance.test_mode(),
        "cookieless_dev": app.instance.has_dev_browsers(),
        "url_based_session_syncing": app.instance.has_dev_browsers(),
        "claimed_at": Value::Null,
        "reverification": settings.reverification,
        "native_settings": {
            "object": "native_settings",
            "api_enabled": true,
            "trusted_device_sign_in_enabled": false,
            "trusted_device_enrollment_prompt_after_sign_in_enabled": false,
            "trusted_device_enrollment_prompt_after_sign_up_enabled": false,
        },
    })
}

fn word(identifiers: &IdentifiersSettings, kind: &str) -> &'static str {
    match (identifiers.is_offered(kind), identifiers.is_needed(kind)) {
        (false, _) => "off",
        (true, false) => "on",
        (true, true) => "required",
    }
}
