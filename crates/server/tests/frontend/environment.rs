//! The environment, which decides what forms the browser libraries draw.

use beadle_testkit::{TestApp, Value, both_engines, json};
use http::Method;

async fn environment(app: &TestApp) -> Value {
    app.browser().get("/environment").await.ok()
}

/// What clerk-js replaces its defaults by as a whole, or looks into without asking.
const MEMBERS: &[(&str, &str)] = &[
    (
        "/auth_config",
        "object id first_name last_name email_address phone_number username password \
      identification_requirements identification_strategies first_factors second_factors \
      email_address_verification_strategies single_session_mode enhanced_email_deliverability test_mode \
      url_based_session_syncing claimed_at reverification native_settings",
    ),
    (
        "/display_config",
        "object id instance_environment_type application_name theme preferred_sign_in_strategy \
      logo_image_url favicon_image_url home_url sign_in_url sign_up_url user_profile_url waitlist_url \
      oauth_consent_url after_sign_in_url after_sign_up_url after_sign_out_one_url after_sign_out_all_url \
      after_switch_session_url after_join_waitlist_url organization_profile_url create_organization_url \
      after_leave_organization_url after_create_organization_url logo_link_url support_email branded \
      experimental_force_oauth_first clerk_js_version show_devmode_warning google_one_tap_client_id help_url \
      privacy_policy_url terms_url logo_url favicon_url logo_image favicon_image captcha_public_key \
      captcha_widget_type captcha_public_key_invisible captcha_provider captcha_oauth_bypass",
    ),
    (
        "/user_settings",
        "attributes social saml enterprise_sso sign_in sign_up restrictions password_settings \
      username_settings actions attack_protection passkey_settings",
    ),
    (
        "/user_settings/attributes",
        "email_address phone_number username web3_wallet first_name last_name password \
      authenticator_app ticket backup_code passkey",
    ),
    (
        "/user_settings/attributes/passkey",
        "enabled required used_for_first_factor first_factors \
      used_for_second_factor second_factors verifications verify_at_sign_up immutable",
    ),
    (
        "/user_settings/sign_up",
        "captcha_enabled captcha_widget_type custom_action_required progressive mode \
      legal_consent_enabled",
    ),
    ("/user_settings/sign_in/second_factor", "required"),
    (
        "/user_settings/restrictions",
        "allowlist blocklist allowlist_blocklist_disabled_on_sign_in \
      block_email_subaddresses block_disposable_email_domains",
    ),
    (
        "/user_settings/password_settings",
        "disable_hibp disable_password_reverification min_length max_length \
      require_special_char require_numbers require_uppercase require_lowercase show_zxcvbn min_zxcvbn_strength \
      enforce_hibp_on_sign_in allowed_special_characters",
    ),
    (
        "/user_settings/username_settings",
        "min_length max_length allow_extended_special_characters \
      allow_numeric_usernames",
    ),
    ("/user_settings/actions", "delete_self create_organization create_organizations_limit"),
    ("/user_settings/attack_protection", "user_lockout pii email_link enumeration_protection"),
    ("/user_settings/passkey_settings", "allow_autofill show_sign_in_button satisfies_second_factor"),
    ("/organization_settings", "enabled max_allowed_memberships actions domains slug creator_role"),
    ("/commerce_settings/billing", "stripe_publishable_key user organization"),
    ("/commerce_settings/billing/user", "enabled has_paid_plans"),
    ("/commerce_settings/billing/organization", "enabled has_paid_plans"),
    ("/api_keys_settings", "enabled user_api_keys_enabled orgs_api_keys_enabled"),
    ("/protect_config", "loaders"),
    ("", "maintenance_mode client_debug_mode partitioned_cookies fraud_settings"),
];

fn on(environment: &Value) -> Vec<&str> {
    let attributes = environment["user_settings"]["attributes"].as_object().expect("attributes");
    attributes.iter().filter(|(_, one)| one["enabled"] == true).map(|(name, _)| name.as_str()).collect()
}

both_engines! {
    async fn every_member_that_the_browser_library_reads(app: TestApp) {
        let shown = environment(&app).await;
        for (group, members) in MEMBERS {
            let group = (*group, shown.pointer(group).unwrap_or_else(|| panic!("{group} is missing")));
            for member in members.split_whitespace() {
                assert!(group.1.get(member).is_some(), "{}/{member} is missing", group.0);
            }
        }
        assert_eq!(shown["auth_config"]["id"], app.app().instance.id.as_str());
    }

    async fn pages_with_test_keys_ask_by_a_post(app: TestApp) {
        let browser = app.browser();
        let call = browser.call(Method::POST, "/environment").query(&[("_method", "PATCH")]);
        let answer = browser.send(call.header("origin", "http://localhost:3000")).await;
        assert_eq!(answer.ok(), environment(&app).await);
        let elsewhere = browser.call(Method::POST, "/environment").query(&[("_method", "PATCH")]);
        browser.send(elsewhere.header("origin", "https://evil.example")).await.refused(400, "origin_invalid");
    }

    async fn by_default_forms_ask_for_address_and_password(app: TestApp) {
        let shown = environment(&app).await;
        let expected =
            ["email_address", "first_name", "last_name", "password", "authenticator_app", "ticket", "backup_code"];
        let mut on = on(&shown);
        on.sort_unstable();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(on, expected);
        assert_eq!(shown["user_settings"]["attributes"]["email_address"], json!({
            "enabled": true, "required": true, "used_for_first_factor": true, "first_factors": ["email_code"],
            "used_for_second_factor": false, "second_factors": [], "verifications": ["email_code"],
            "verify_at_sign_up": true, "immutable": false,
        }));
        let password = &shown["user_settings"]["attributes"]["password"];
        assert_eq!((&password["required"], &password["used_for_first_factor"]), (&json!(true), &json!(false)));
        assert_eq!(shown["user_settings"]["attributes"]["authenticator_app"]["second_factors"], json!(["totp"]));
        assert_eq!(shown["auth_config"]["identification_strategies"], json!(["email_address"]));
        assert_eq!(shown["display_config"]["instance_environment_type"], "production");
        assert_eq!(shown["display_config"]["branded"], false);
        assert_eq!(shown["user_settings"]["sign_up"]["mode"], "public");
        assert_eq!(shown["user_settings"]["social"], json!({}));
    }

    #[instance = "
        application_name = 'Acme'
        sign_up_mode = 'restricted'
        names_enabled = false
        single_session_mode = true
        legal_consent_required = true
        identifiers.username = { required = true }
        identifiers.phone_number = { offered = true }
        password = { min_length = 12, require_numbers = true }
        lockout = { duration_seconds = 90 }
        factors = { email_code = false, email_link = true, backup_code = false, passkey = true }
        display = { support_email = 'help@acme.example', theme = { general = { color = '#fff' } } }
        urls = { home = 'https://acme.example', sign_in = '/sign-in', terms = 'https://acme.example/terms' }
    "]
    async fn what_the_operator_decided(app: TestApp) {
        let shown = environment(&app).await;
        let attributes = &shown["user_settings"]["attributes"];
        assert_eq!(attributes["username"]["required"], true);
        assert_eq!(attributes["email_address"]["required"], false);
        assert_eq!(attributes["email_address"]["first_factors"], json!(["email_link"]));
        assert_eq!(attributes["phone_number"]["second_factors"], json!(["phone_code"]));
        assert_eq!(attributes["passkey"]["first_factors"], json!(["passkey"]));
        for off in ["first_name", "last_name", "backup_code"] {
            assert_eq!(attributes[off]["enabled"], false, "{off}");
            assert_eq!(attributes[off]["second_factors"], json!([]), "{off}");
        }
        let auth = &shown["auth_config"];
        assert_eq!(
            (&auth["username"], &auth["email_address"], &auth["phone_number"], &auth["first_name"]),
            (&json!("required"), &json!("on"), &json!("on"), &json!("off"))
        );
        assert_eq!(auth["single_session_mode"], true);
        let rules = &shown["user_settings"]["password_settings"];
        assert_eq!((&rules["min_length"], &rules["require_numbers"]), (&json!(12), &json!(true)));
        assert_eq!(shown["user_settings"]["attack_protection"]["user_lockout"]["duration_in_minutes"], 2);
        let sign_up = &shown["user_settings"]["sign_up"];
        assert_eq!((&sign_up["mode"], &sign_up["legal_consent_enabled"]), (&json!("restricted"), &json!(true)));
        let display = &shown["display_config"];
        assert_eq!(display["application_name"], "Acme");
        assert_eq!(display["support_email"], "help@acme.example");
        assert_eq!(display["theme"], json!({"general": {"color": "#fff"}}));
        assert_eq!(display["after_sign_in_url"], "https://acme.example");
        assert_eq!(display["after_sign_out_all_url"], "/sign-in");
        // For what the operator has no page, ours is there.
        let ours = "http://localhost:3900/account";
        assert_eq!(display["user_profile_url"], ours);
        assert_eq!(display["sign_up_url"], format!("{ours}/sign-up"));
        assert_eq!(display["terms_url"], "https://acme.example/terms");
        assert_eq!(display["privacy_policy_url"], Value::Null);
    }
}
