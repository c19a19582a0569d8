//! The rules for users, as the forms are told of them.

use beadle_domain::{identifier::Username, password};
use serde_json::{Value, json};

use super::{attributes::attributes, social};
use crate::app::App;

pub(super) fn user_settings(app: &App) -> Value {
    let settings = &app.instance.settings();
    let (lockout, restrictions) = (&settings.lockout, &settings.restrictions);
    json!({
        "attributes": attributes(app),
        "social": social(app),
        "saml": {"enabled": false},
        "enterprise_sso": {"enabled": false, "self_serve_sso": false},
        "sign_in": {"second_factor": {"required": false}},
        "sign_up": {
            "captcha_enabled": false,
            "captcha_widget_type": "smart",
            "custom_action_required": false,
            "progressive": settings.progressive_sign_up,
            "mode": settings.sign_up_mode,
            "legal_consent_enabled": settings.legal_consent_required,
            "mfa": {"required": false},
        },
        "restrictions": {
            "allowlist": {"enabled": restrictions.allowlist},
            "blocklist": {"enabled": restrictions.blocklist},
            "allowlist_blocklist_disabled_on_sign_in": {
                "enabled": restrictions.allowlist_blocklist_disabled_on_sign_in,
            },
            "block_email_subaddresses": {"enabled": restrictions.block_email_subaddresses},
            "block_disposable_email_domains": {"enabled": restrictions.block_disposable_email_domains},
        },
        "password_settings": password_settings(app),
        "username_settings": {
            "min_length": Username::LENGTH.start(),
            "max_length": Username::LENGTH.end(),
            "allow_extended_special_characters": false,
            "allow_numeric_usernames": false,
        },
        "actions": {
            "delete_self": settings.delete_self_enabled,
            "create_organization": false,
            "create_organizations_limit": Value::Null,
        },
        "attack_protection": {
            "user_lockout": {
                "enabled": lockout.enabled,
                "max_attempts": lockout.max_attempts,
                "duration_in_minutes": lockout.duration_seconds.div_ceil(60),
            },
            "pii": {"enabled": true},
            "email_link": {"require_same_client": settings.factors.email_link_same_browser},
            "enumeration_protection": {"enabled": false},
        },
        "passkey_settings": {
            "allow_autofill": true,
            "show_sign_in_button": true,
            "satisfies_second_factor": true,
        },
    })
}

fn password_settings(app: &App) -> Value {
    let rules = &app.instance.settings().password;
    json!({
        "disable_hibp": !rules.check_pwned_list,
        "disable_password_reverification": true,
        "min_length": rules.min_length,
        "max_length": rules.max_length,
        "require_special_char": rules.require_special_char,
        "require_numbers": rules.require_numbers,
        "require_uppercase": rules.require_uppercase,
        "require_lowercase": rules.require_lowercase,
        "show_zxcvbn": rules.min_zxcvbn_strength > 0,
        "min_zxcvbn_strength": rules.min_zxcvbn_strength,
        "enforce_hibp_on_sign_in": false,
        "allowed_special_characters": password::SPECIAL_CHARACTERS,
    })
}
