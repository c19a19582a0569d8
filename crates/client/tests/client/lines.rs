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
        c.clients().list(&params::ListClients::default()) => "GET /v1/clients",
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
