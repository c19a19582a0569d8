//! Which operation each call is. What servers answer to them is shown by `live.rs`.

use beadle_client::{Clerk, Request, params};

/// Method and path, as `Debug` of a request shows them.
fn line<T>(request: &Request<T>) -> String {
    let shown = format!("{request:?}");
    let inner = shown.trim_start_matches("Request(").trim_end_matches(')');
    inner.replace(['"', ','], "")
}

macro_rules! lines {
    ($($call:expr => $line:literal),+ $(,)?) => { $(assert_eq!(line(&$call), $line);)+ };
}

#[test]
fn each_call_is_its_operation() {
    let c = Clerk::new("sk_test_abc");
    let user = "user_1".parse().expect("an id");
    let identification = "idn_1".parse().expect("an id");
    let (key, machine) = ("ak_1".parse().expect("an id"), "mch_1".parse().expect("an id"));
    lines! {
        c.api_keys().list(&params::ListApiKeys::default()) => "GET /v1/api_keys",
        c.api_keys().create(&params::CreateApiKey::default()) => "POST /v1/api_keys",
        c.api_keys().get(&key) => "GET /v1/api_keys/ak_1",
        c.api_keys().update(&key, &params::UpdateApiKey::default()) => "PATCH /v1/api_keys/ak_1",
        c.api_keys().delete(&key) => "DELETE /v1/api_keys/ak_1",
        c.api_keys().secret(&key) => "GET /v1/api_keys/ak_1/secret",
        c.api_keys().revoke(&key, None) => "POST /v1/api_keys/ak_1/revoke",
        c.api_keys().verify("x") => "POST /v1/api_keys/verify",
        c.machines().list(&params::ListMachines::default()) => "GET /v1/machines",
        c.machines().create(&params::CreateMachine::default()) => "POST /v1/machines",
        c.machines().get(&machine) => "GET /v1/machines/mch_1",
        c.machines().update(&machine, &params::UpdateMachine::default()) => "PATCH /v1/machines/mch_1",
        c.machines().delete(&machine) => "DELETE /v1/machines/mch_1",
        c.machines().secret_key(&machine) => "GET /v1/machines/mch_1/secret_key",
        c.machines().rotate_secret_key(&machine, 0) => "POST /v1/machines/mch_1/secret_key/rotate",
        c.machines().create_scope(&machine, &machine) => "POST /v1/machines/mch_1/scopes",
        c.machines().delete_scope(&machine, &machine) => "DELETE /v1/machines/mch_1/scopes/mch_1",
        c.m2m().create_token(&params::CreateM2mToken::default()) => "POST /v1/m2m_tokens",
        c.m2m().list(&params::ListM2mTokens::default()) => "GET /v1/m2m_tokens",
        c.m2m().revoke_token(&"mt_1".parse().expect("an id"), None) => "POST /v1/m2m_tokens/mt_1/revoke",
        c.m2m().verify("x") => "POST /v1/m2m_tokens/verify",
        c.clients().list(&params::ListPage::default()) => "GET /v1/clients",
        c.clients().get(&"client_1".parse().expect("an id")) => "GET /v1/clients/client_1",
        c.clients().verify("x") => "POST /v1/clients/verify",
        c.sign_ups().get(&"sua_1".parse().expect("an id")) => "GET /v1/sign_ups/sua_1",
        c.sign_ups().update(&"sua_1".parse().expect("an id"), &params::UpdateSignUp::default())
            => "PATCH /v1/sign_ups/sua_1",
        c.sign_in_tokens().create(&params::CreateSignInToken::default()) => "POST /v1/sign_in_tokens",
        c.sign_in_tokens().revoke(&"sit_1".parse().expect("an id")) => "POST /v1/sign_in_tokens/sit_1/revoke",
        c.actor_tokens().create(&params::CreateActorToken::default()) => "POST /v1/actor_tokens",
        c.actor_tokens().revoke(&"act_1".parse().expect("an id")) => "POST /v1/actor_tokens/act_1/revoke",
        c.invitations().list(&params::ListInvitations::default()) => "GET /v1/invitations",
        c.invitations().create(&params::CreateInvitation::default()) => "POST /v1/invitations",
        c.invitations().create_many(&[params::CreateInvitation::default()]) => "POST /v1/invitations/bulk",
        c.invitations().revoke(&"inv_1".parse().expect("an id")) => "POST /v1/invitations/inv_1/revoke",
        c.waitlist_entries().list(&params::ListWaitlistEntries::default()) => "GET /v1/waitlist_entries",
        c.waitlist_entries().create(&params::CreateWaitlistEntry::default()) => "POST /v1/waitlist_entries",
        c.waitlist_entries().create_many(&[params::CreateWaitlistEntry::default()])
            => "POST /v1/waitlist_entries/bulk",
        c.waitlist_entries().delete(&"wle_1".parse().expect("an id")) => "DELETE /v1/waitlist_entries/wle_1",
        c.waitlist_entries().invite(&"wle_1".parse().expect("an id"), &params::InviteWaitlistEntry::default())
            => "POST /v1/waitlist_entries/wle_1/invite",
        c.waitlist_entries().reject(&"wle_1".parse().expect("an id")) => "POST /v1/waitlist_entries/wle_1/reject",
        c.users().verify_totp(&user, "123456") => "POST /v1/users/user_1/verify_totp",
        c.users().disable_mfa(&user) => "DELETE /v1/users/user_1/mfa",
        c.users().delete_totp(&user) => "DELETE /v1/users/user_1/totp",
        c.users().delete_backup_codes(&user) => "DELETE /v1/users/user_1/backup_code",
        c.users().remove_password(&user, &params::RemovePassword::default())
            => "POST /v1/users/user_1/remove_password",
        c.users().set_password_compromised(&user, &params::SetPasswordCompromised::default())
            => "POST /v1/users/user_1/password/set_compromised",
        c.users().unset_password_compromised(&user) => "POST /v1/users/user_1/password/unset_compromised",
        c.users().delete_passkey(&user, &identification) => "DELETE /v1/users/user_1/passkeys/idn_1",
        c.users().delete_web3_wallet(&user, &identification) => "DELETE /v1/users/user_1/web3_wallets/idn_1",
        c.users().delete_external_account(&user, &"eac_1".parse().expect("an id"))
            => "DELETE /v1/users/user_1/external_accounts/eac_1",
        c.users().trusted_devices(&user) => "GET /v1/users/user_1/trusted_devices",
        c.users().set_profile_image(&user, b"x") => "POST /v1/users/user_1/profile_image",
        c.users().delete_profile_image(&user) => "DELETE /v1/users/user_1/profile_image",
    }
}

#[test]
fn so_is_each_call_about_addresses_and_users() {
    let c = Clerk::new("sk_test_abc");
    let user = "user_1".parse().expect("an id");
    let id = "idn_1".parse().expect("an id");
    let (one, two) = (params::UpdateEmailAddress::default(), params::UpdatePhoneNumber::default());
    lines! {
        c.email_addresses().get(&id) => "GET /v1/email_addresses/idn_1",
        c.email_addresses().delete(&id) => "DELETE /v1/email_addresses/idn_1",
        c.email_addresses().update(&id, &one) => "PATCH /v1/email_addresses/idn_1",
        c.email_addresses().prepare_verification(&id) => "POST /v1/email_addresses/idn_1/prepare_verification",
        c.email_addresses().attempt_verification(&id, &params::AttemptVerification::default())
            => "POST /v1/email_addresses/idn_1/attempt_verification",
        c.phone_numbers().create(&params::CreatePhoneNumber::default()) => "POST /v1/phone_numbers",
        c.phone_numbers().get(&id) => "GET /v1/phone_numbers/idn_1",
        c.phone_numbers().delete(&id) => "DELETE /v1/phone_numbers/idn_1",
        c.phone_numbers().update(&id, &two) => "PATCH /v1/phone_numbers/idn_1",
        c.phone_numbers().prepare_verification(&id) => "POST /v1/phone_numbers/idn_1/prepare_verification",
        c.phone_numbers().replace_for_user(&user, &params::ReplacePhoneNumber::default())
            => "PUT /v1/users/user_1/phone_number",
        c.users().oauth_access_tokens(&user, "google") => "GET /v1/users/user_1/oauth_access_tokens/google",
        c.users().organization_memberships(&user) => "GET /v1/users/user_1/organization_memberships",
        c.users().organization_invitations(&user) => "GET /v1/users/user_1/organization_invitations",
        c.users().revoke_trusted_device(&user, "td_1") => "DELETE /v1/users/user_1/trusted_devices/td_1",
    }
}

#[test]
fn a_text_in_a_path_stays_one_segment() {
    let clerk = Clerk::new("sk_test_abc");
    let user = "user_1".parse().expect("an id");
    let call = clerk.users().oauth_access_tokens(&user, "a/b?c=#ü");
    assert_eq!(line(&call), "GET /v1/users/user_1/oauth_access_tokens/a%2Fb%3Fc%3D%23%C3%BC");
}

#[test]
fn so_is_each_call_about_the_instance() {
    let c = Clerk::new("sk_test_abc");
    let (allowed, blocked) = ("alid_1".parse().expect("an id"), "blid_1".parse().expect("an id"));
    let (template, domain) = ("jtmp_1".parse().expect("an id"), "dmn_1".parse().expect("an id"));
    let url = "ru_1".parse().expect("an id");
    lines! {
        c.allowlist_identifiers().create(&params::CreateAllowlistIdentifier::default())
            => "POST /v1/allowlist_identifiers",
        c.allowlist_identifiers().delete(&allowed) => "DELETE /v1/allowlist_identifiers/alid_1",
        c.blocklist_identifiers().list() => "GET /v1/blocklist_identifiers",
        c.blocklist_identifiers().create(&params::CreateBlocklistIdentifier::default())
            => "POST /v1/blocklist_identifiers",
        c.blocklist_identifiers().delete(&blocked) => "DELETE /v1/blocklist_identifiers/blid_1",
        c.instance().update(&params::UpdateInstance::default()) => "PATCH /v1/instance",
        c.instance().protect() => "GET /v1/instance/protect",
        c.instance().update_protect(&params::UpdateInstanceProtect::default()) => "PATCH /v1/instance/protect",
        c.instance().communication() => "GET /v1/instance/communication",
        c.instance().update_communication(&params::UpdateInstanceCommunication::default())
            => "PATCH /v1/instance/communication",
        c.instance().oauth_application_settings() => "GET /v1/instance/oauth_application_settings",
        c.instance().update_oauth_application_settings(&params::UpdateOAuthApplicationSettings::default())
            => "PATCH /v1/instance/oauth_application_settings",
        c.instance().organization_settings() => "GET /v1/instance/organization_settings",
        c.instance().update_organization_settings(&params::UpdateOrganizationSettings::default())
            => "PATCH /v1/instance/organization_settings",
        c.instance().change_domain(&params::ChangeDomain::default()) => "POST /v1/instance/change_domain",
        c.instance().update_auth_config(&params::UpdateInstanceAuthConfig::default())
            => "PATCH /v1/beta_features/instance_settings",
        c.instance().update_production_domain(&params::ChangeDomain::default())
            => "PUT /v1/beta_features/domain",
        c.domains().list() => "GET /v1/domains",
        c.domains().create(&params::AddDomain::default()) => "POST /v1/domains",
        c.domains().update(&domain, &params::UpdateDomain::default()) => "PATCH /v1/domains/dmn_1",
        c.domains().delete(&domain) => "DELETE /v1/domains/dmn_1",
        c.webhooks().create_svix_app() => "POST /v1/webhooks/svix",
        c.webhooks().delete_svix_app() => "DELETE /v1/webhooks/svix",
        c.webhooks().generate_svix_auth_url() => "POST /v1/webhooks/svix_url",
        c.jwt_templates().list(&params::ListPage::default()) => "GET /v1/jwt_templates",
        c.jwt_templates().create(&params::WriteJwtTemplate::default()) => "POST /v1/jwt_templates",
        c.jwt_templates().get(&template) => "GET /v1/jwt_templates/jtmp_1",
        c.jwt_templates().delete(&template) => "DELETE /v1/jwt_templates/jtmp_1",
        c.redirect_urls().list(&params::ListPage::default()) => "GET /v1/redirect_urls",
        c.redirect_urls().get(&url) => "GET /v1/redirect_urls/ru_1",
        c.redirect_urls().delete(&url) => "DELETE /v1/redirect_urls/ru_1",
    }
}

/// Operations whose calls are no plain requests; `calls.rs` has them in another form.
const BUILT: [&str; 2] = ["VerifyPassword", "CreateSessionTokenFromTemplate"];

/// What the table of the Backend API calls done, this client can ask for.
#[test]
fn every_operation_of_the_server_has_its_call() {
    let table = include_str!("../../../../docs/compatibility.md");
    let table = table.split("\n## ").find(|part| part.starts_with("Backend API")).expect("a table");
    let shown = [include_str!("calls.rs"), include_str!("lines.rs")].concat();
    let shown: Vec<&str> = shown.split('"').filter(|text| text.contains(" /v1/")).collect();
    let mut done = 0;
    for row in table.lines() {
        let cells: Vec<&str> = row.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        let ["", method, path, operation, "done", ""] = cells[..] else { continue };
        done += 1;
        let is_shown = shown.iter().any(|line| is_of(line, method, path));
        assert!(is_shown || BUILT.contains(&operation), "no call for {operation}: {method} {path}");
    }
    assert!(done > 120, "{done}");
}

/// Whether a line is one of an operation; its query is left out of account.
fn is_of(line: &str, method: &str, path: &str) -> bool {
    let line = line.split('?').next().unwrap_or_default();
    let Some((given, at)) = line.split_once(' ') else { return false };
    let (at, path): (Vec<&str>, Vec<&str>) = (at.split('/').collect(), path.split('/').collect());
    given == method
        && at.len() == path.len()
        && at.iter().zip(path).all(|(at, part)| part.starts_with('{') || *at == part)
}
