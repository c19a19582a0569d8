//! Every route, and what it does with credentials. A route that is not in the table fails the test, and so does
//! an entry whose route is gone.

use std::{collections::BTreeSet, pin::Pin};

use beadle_testkit::{Engine, TestApp};

use crate::{
    probes,
    scene::{Phase, Scene},
};

/// Asks the route with the credentials of a scene, and checks the answer for what has happened since.
type Probe = for<'a> fn(&'a Scene<'a>, Phase) -> Pin<Box<dyn Future<Output = ()> + 'a>>;

/// What a route does with users' credentials.
#[derive(Clone, Copy)]
enum Role {
    /// Takes one, and goes on only if it is live.
    Accepts(Probe),
    /// Shows those that exist.
    Lists(Probe),
    /// Turns an old one into a new one.
    Refreshes(Probe),
    /// Makes one.
    Mints(Probe),
    /// Ends them.
    Revokes(Probe),
    /// Nothing, because of this.
    Nothing(&'static str),
}
use Role::{Accepts, Lists, Mints, Nothing, Refreshes, Revokes};

macro_rules! probe {
    ($name:ident) => {
        |scene, phase| Box::pin(probes::$name(scene, phase))
    };
}

#[rustfmt::skip]
const TABLE: &[(&str, &str, &str, Role)] = &[
    ("frontend", "GET", "/v1/environment", Nothing("settings, the same for everybody")),
    ("frontend", "PATCH", "/v1/environment", Nothing("settings, the same for everybody")),
    ("frontend", "PUT", "/v1/client", Lists(probe!(client_put))),
    ("frontend", "POST", "/v1/client", Lists(probe!(client_posted))),
    ("frontend", "DELETE", "/v1/client", Revokes(probe!(client_left))),
    ("frontend", "GET", "/v1/client/sessions/{session_id}", Lists(probe!(session_shown))),
    ("frontend", "GET", "/v1/client/handshake", Mints(probe!(handshake))),
    ("frontend", "GET", "/v1/client/sync", Nothing("always refuses: there are no satellite domains")),
    ("frontend", "GET", "/v1/client/link", Nothing("always refuses: there are no satellite domains")),
    ("frontend", "GET", "/v1/redirect", Nothing("sends browsers to pages of the application, with nothing")),
    ("frontend", "GET", "/v1/clear-site-data", Nothing("makes the browser forget its own data")),
    ("frontend", "GET", "/v1/health", Nothing("tells whether the database answers")),
    ("frontend", "GET", "/v1/proxy-health", Nothing("takes the secret key and tells about the proxy")),
    ("frontend", "POST", "/v1/dev_browser", Nothing("makes an empty client, which is nobody's credential")),
    ("frontend", "GET", "/v1/dev_browser/init", Nothing("makes an empty client, or names the caller's own again")),
    ("frontend", "POST", "/v1/dev_browser/set_first_party_cookie", Nothing("names the caller's own client again")),
    ("frontend", "GET", "/v1/client", Lists(probe!(client))),
    ("frontend", "DELETE", "/v1/client/sessions", Revokes(probe!(sign_out))),
    ("frontend", "POST", "/v1/client/sessions/{session_id}/tokens", Mints(probe!(tokens))),
    ("frontend", "POST", "/v1/client/sessions/{session_id}/tokens/{template_name}", Mints(probe!(template_tokens))),
    ("frontend", "POST", "/v1/client/sessions/{session_id}/touch", Refreshes(probe!(touch))),
    ("frontend", "POST", "/v1/client/sessions/{session_id}/end", Accepts(probe!(end))),
    ("frontend", "POST", "/v1/client/sessions/{session_id}/remove", Accepts(probe!(remove))),
    ("frontend", "POST", "/v1/client/sessions/{session_id}/verify", Accepts(probe!(reverification))),
    ("frontend", "POST", "/v1/client/sessions/{session_id}/verify/prepare_first_factor", Accepts(probe!(reverification_prepared))),
    ("frontend", "POST", "/v1/client/sessions/{session_id}/verify/attempt_first_factor", Accepts(probe!(reverification_attempted))),
    ("frontend", "POST", "/v1/client/sessions/{session_id}/verify/prepare_second_factor", Accepts(probe!(reverification_second_prepared))),
    ("frontend", "POST", "/v1/client/sessions/{session_id}/verify/attempt_second_factor", Accepts(probe!(reverification_second_attempted))),
    ("frontend", "POST", "/v1/client/sign_ins", Mints(probe!(sign_in))),
    ("frontend", "GET", "/v1/client/sign_ins/{sign_in_id}", Lists(probe!(sign_in_shown))),
    ("frontend", "POST", "/v1/client/sign_ins/{sign_in_id}/prepare_first_factor", Accepts(probe!(sign_in_prepared))),
    ("frontend", "POST", "/v1/client/sign_ins/{sign_in_id}/attempt_first_factor", Mints(probe!(sign_in_attempted))),
    ("frontend", "POST", "/v1/client/sign_ins/{sign_in_id}/reset_password", Mints(probe!(password_reset))),
    ("frontend", "POST", "/v1/client/sign_ins/{sign_in_id}/prepare_second_factor", Accepts(probe!(second_factor_prepared))),
    ("frontend", "POST", "/v1/client/sign_ins/{sign_in_id}/attempt_second_factor", Mints(probe!(second_factor_attempted))),
    ("frontend", "POST", "/v1/client/sign_ups", Mints(probe!(sign_up))),
    ("frontend", "GET", "/v1/client/sign_ups/{sign_up_id}", Lists(probe!(sign_up_shown))),
    ("frontend", "PATCH", "/v1/client/sign_ups/{sign_up_id}", Mints(probe!(sign_up_updated))),
    ("frontend", "POST", "/v1/client/sign_ups/{sign_up_id}/prepare_verification", Accepts(probe!(sign_up_prepared))),
    ("frontend", "POST", "/v1/client/sign_ups/{sign_up_id}/attempt_verification", Mints(probe!(sign_up_attempted))),
    ("frontend", "POST", "/v1/me/passkeys", Mints(probe!(passkey_made))),
    ("frontend", "GET", "/v1/me/passkeys/{passkey_id}", Accepts(probe!(passkey_read))),
    ("frontend", "PATCH", "/v1/me/passkeys/{passkey_id}", Accepts(probe!(passkey_renamed))),
    ("frontend", "DELETE", "/v1/me/passkeys/{passkey_id}", Accepts(probe!(passkey_deleted))),
    ("frontend", "POST", "/v1/me/passkeys/{passkey_id}/attempt_verification", Mints(probe!(passkey_verified))),
    ("frontend", "POST", "/v1/me/totp", Mints(probe!(totp_made))),
    ("frontend", "POST", "/v1/me/totp/attempt_verification", Mints(probe!(totp_verified))),
    ("frontend", "DELETE", "/v1/me/totp", Accepts(probe!(totp_deleted))),
    ("frontend", "POST", "/v1/me/backup_codes", Mints(probe!(backup_codes_made))),
    ("frontend", "GET", "/v1/me", Accepts(probe!(me))),
    ("frontend", "PATCH", "/v1/me", Accepts(probe!(me_updated))),
    ("frontend", "DELETE", "/v1/me", Revokes(probe!(me_deleted))),
    ("frontend", "PATCH", "/v1/me/metadata", Accepts(probe!(me_metadata))),
    ("frontend", "POST", "/v1/me/change_password", Mints(probe!(me_password_changed))),
    ("frontend", "POST", "/v1/me/remove_password", Accepts(probe!(me_password_removed))),
    ("frontend", "GET", "/v1/me/sessions", Lists(probe!(me_sessions))),
    ("frontend", "GET", "/v1/me/sessions/active", Lists(probe!(me_sessions_active))),
    ("frontend", "POST", "/v1/me/sessions/{session_id}/revoke", Revokes(probe!(me_session_revoked))),
    ("frontend", "GET", "/v1/me/email_addresses", Accepts(probe!(addresses))),
    ("frontend", "POST", "/v1/me/email_addresses", Accepts(probe!(address_added))),
    ("frontend", "GET", "/v1/me/email_addresses/{email_id}", Accepts(probe!(address))),
    ("frontend", "DELETE", "/v1/me/email_addresses/{email_id}", Accepts(probe!(address_deleted))),
    ("frontend", "POST", "/v1/me/email_addresses/{email_id}/prepare_verification", Accepts(probe!(address_prepared))),
    ("frontend", "POST", "/v1/me/email_addresses/{email_id}/attempt_verification", Accepts(probe!(address_attempted))),
    ("frontend", "GET", "/v1/me/phone_numbers", Accepts(probe!(numbers))),
    ("frontend", "POST", "/v1/me/phone_numbers", Accepts(probe!(number_added))),
    ("frontend", "GET", "/v1/me/phone_numbers/{phone_number_id}", Accepts(probe!(number))),
    ("frontend", "PATCH", "/v1/me/phone_numbers/{phone_number_id}", Accepts(probe!(number_updated))),
    ("frontend", "DELETE", "/v1/me/phone_numbers/{phone_number_id}", Accepts(probe!(number_deleted))),
    ("frontend", "POST", "/v1/me/phone_numbers/{phone_number_id}/prepare_verification", Accepts(probe!(number_prepared))),
    ("frontend", "POST", "/v1/me/phone_numbers/{phone_number_id}/attempt_verification", Accepts(probe!(number_attempted))),
    ("frontend", "GET", "/v1/oauth_callback", Mints(probe!(oauth_callback))),
    ("frontend", "POST", "/v1/oauth_callback", Nothing("sends the browser on to the GET, with what it brought")),
    ("frontend", "POST", "/v1/me/external_accounts", Accepts(probe!(external_account_connected))),
    ("frontend", "PATCH", "/v1/me/external_accounts/{external_account_id}/reauthorize", Accepts(probe!(external_account_reauthorized))),
    ("frontend", "DELETE", "/v1/me/external_accounts/{external_account_id}", Accepts(probe!(external_account_deleted))),
    ("frontend", "DELETE", "/v1/me/external_accounts/{external_account_id}/tokens", Accepts(probe!(external_account_tokens_revoked))),
    ("frontend", "GET", "/v1/me/organization_memberships", Accepts(probe!(organization_memberships))),
    ("frontend", "GET", "/v1/me/organization_invitations", Accepts(probe!(organization_invitations))),
    ("frontend", "GET", "/v1/me/organization_suggestions", Accepts(probe!(organization_suggestions))),
    ("frontend", "POST", "/v1/waitlist", Nothing("stores an address, whose ever it is")),
    ("frontend", "POST", "/v1/me/profile_image", Accepts(probe!(profile_image_set))),
    ("frontend", "DELETE", "/v1/me/profile_image", Accepts(probe!(profile_image_deleted))),
    ("frontend", "GET", "/v1/account_portal", Nothing("shows settings, the same for everybody")),
    ("frontend", "GET", "/.well-known/openid-configuration", Nothing("shows settings, the same for everybody")),
    ("frontend", "GET", "/.well-known/oauth-authorization-server", Nothing("shows settings, the same for everybody")),
    ("frontend", "GET", "/.well-known/webauthn", Nothing("shows settings, the same for everybody")),
    ("frontend", "GET", "/.well-known/assetlinks.json", Nothing("shows settings, the same for everybody")),
    ("frontend", "GET", "/.well-known/apple-app-site-association", Nothing("shows settings, the same for everybody")),
    ("frontend", "GET", "/.well-known/jwks.json", Nothing("public keys, the same for everybody")),

    ("account", "GET", "/account", Lists(probe!(account_shown))),
    ("account", "POST", "/account/profile", Accepts(probe!(account_profile_changed))),
    ("account", "POST", "/account/email-addresses", Accepts(probe!(account_address_added))),
    ("account", "POST", "/account/phone-numbers", Accepts(probe!(account_number_added))),
    ("account", "GET", "/account/identifications/{identification_id}", Accepts(probe!(account_identification_shown))),
    ("account", "POST", "/account/identifications/{identification_id}", Accepts(probe!(account_identification_attempted))),
    ("account", "POST", "/account/identifications/{identification_id}/prepare", Accepts(probe!(account_identification_prepared))),
    ("account", "POST", "/account/identifications/{identification_id}/primary", Accepts(probe!(account_identification_made_primary))),
    ("account", "POST", "/account/identifications/{identification_id}/remove", Accepts(probe!(account_identification_removed))),
    ("account", "POST", "/account/identifications/{identification_id}/second-factor", Mints(probe!(account_second_factor_changed))),
    ("account", "GET", "/account/totp", Mints(probe!(account_totp_shown))),
    ("account", "POST", "/account/totp", Mints(probe!(account_totp_verified))),
    ("account", "POST", "/account/totp/create", Mints(probe!(account_totp_made))),
    ("account", "POST", "/account/totp/remove", Accepts(probe!(account_totp_removed))),
    ("account", "POST", "/account/backup-codes", Mints(probe!(account_backup_codes_made))),
    ("account", "POST", "/account/connections", Accepts(probe!(account_connection_begun))),
    ("account", "POST", "/account/connections/{external_account_id}/remove", Accepts(probe!(account_connection_removed))),
    ("account", "GET", "/account/passkeys/{passkey_id}", Accepts(probe!(account_passkey_shown))),
    ("account", "POST", "/account/passkeys/{passkey_id}", Accepts(probe!(account_passkey_renamed))),
    ("account", "POST", "/account/passkeys/{passkey_id}/remove", Accepts(probe!(account_passkey_removed))),
    ("account", "GET", "/account/reverify", Accepts(probe!(account_reverification_shown))),
    ("account", "POST", "/account/reverify", Accepts(probe!(account_reverification_attempted))),
    ("account", "POST", "/account/reverify/prepare", Accepts(probe!(account_reverification_prepared))),
    ("account", "POST", "/account/password", Accepts(probe!(account_password_changed))),
    ("account", "POST", "/account/devices/{session_id}/revoke", Accepts(probe!(account_device_revoked))),
    ("account", "POST", "/account/delete", Accepts(probe!(account_deleted))),
    ("account", "GET", "/account/sign-in", Lists(probe!(account_chooser))),
    ("account", "POST", "/account/sign-in", Mints(probe!(account_ticket))),
    ("account", "POST", "/account/sign-in/social", Nothing("begins an attempt that names nobody and leads to a provider")),
    ("account", "GET", "/account/sign-in/sso-callback", Mints(probe!(account_sign_in_returned))),
    ("account", "GET", "/account/sign-in/{sign_in_id}", Mints(probe!(account_sign_in_shown))),
    ("account", "POST", "/account/sign-in/{sign_in_id}", Mints(probe!(account_sign_in_attempted))),
    ("account", "POST", "/account/sign-in/{sign_in_id}/prepare", Accepts(probe!(account_sign_in_prepared))),
    ("account", "POST", "/account/sign-in/{sign_in_id}/new-password", Mints(probe!(account_password_reset))),
    ("account", "GET", "/account/sign-up", Nothing("an empty form; who is signed in goes on to `/account/sign-in`")),
    ("account", "POST", "/account/sign-up", Mints(probe!(account_sign_up))),
    ("account", "POST", "/account/sign-up/social", Nothing("begins an attempt that names nobody and leads to a provider")),
    ("account", "GET", "/account/sign-up/sso-callback", Mints(probe!(account_sign_up_returned))),
    ("account", "GET", "/account/sign-up/{sign_up_id}", Lists(probe!(account_sign_up_shown))),
    ("account", "POST", "/account/sign-up/{sign_up_id}", Mints(probe!(account_sign_up_updated))),
    ("account", "POST", "/account/sign-up/{sign_up_id}/prepare", Accepts(probe!(account_sign_up_prepared))),
    ("account", "POST", "/account/sign-up/{sign_up_id}/code", Mints(probe!(account_sign_up_attempted))),
    ("account", "GET", "/account/verify", Lists(probe!(account_link_landed))),
    ("account", "GET", "/account/user", Nothing("leads to `/account`")),
    ("account", "GET", "/account/waitlist", Nothing("an empty form, the same for everybody")),
    ("account", "POST", "/account/waitlist", Nothing("takes the address of somebody without an account")),
    ("account", "POST", "/account/sessions/{session_id}", Refreshes(probe!(account_resumed))),
    ("account", "POST", "/account/sign-out", Revokes(probe!(account_sign_out))),
    ("account", "GET", "/account/style/{name}", Nothing("a style sheet, the same for everybody")),

    ("own", "GET", "/dev/outbox", Nothing("shows developers what was sent; a code in it is worth what its attempt is")),
    ("own", "GET", "/dev/outbox.json", Nothing("the same for programs")),
    ("own", "GET", "/dev/outbox/{message_id}", Nothing("one message of the same")),
    ("own", "GET", "/images/{image_id}", Nothing("shows a picture to whoever has its address")),
    ("own", "GET", "/avatars/{hue}/{initials}", Nothing("draws what its address says")),
    ("own", "GET", "/v1/gate", Accepts(probe!(gate))),
    ("own", "GET", "/v1/clients/handshake_payload", Mints(probe!(handshake_fetched))),
    ("own", "GET", "/v1/revocations", Nothing("tells what is revoked; see `feed`")),
    ("own", "POST", "/v1/revocations/receipts", Nothing("takes note of what a verifier says")),
    ("own", "GET", "/v1/users/{user_id}/ban_status", Nothing("shows where a ban is in force")),

    ("backend", "GET", "/v1/sessions", Lists(probe!(backend_sessions))),
    ("backend", "POST", "/v1/sessions", Mints(probe!(backend_session_made))),
    ("backend", "GET", "/v1/sessions/{session_id}", Lists(probe!(backend_session))),
    ("backend", "POST", "/v1/sessions/{session_id}/revoke", Revokes(probe!(backend_revoke))),
    ("backend", "POST", "/v1/sessions/{session_id}/refresh", Refreshes(probe!(backend_refresh))),
    ("backend", "POST", "/v1/sessions/{session_id}/tokens", Mints(probe!(backend_tokens))),
    ("frontend", "GET", "/v1/verify", Mints(probe!(link_followed))),
    ("frontend", "GET", "/v1/tickets/accept", Nothing("leads to the page that uses the ticket, see there")),
    ("backend", "GET", "/v1/invitations", Nothing("shows invitations, which are no user's")),
    ("backend", "POST", "/v1/invitations/bulk", Nothing("as one invitation, which see")),
    ("backend", "POST", "/v1/invitations", Mints(probe!(invitation_made))),
    ("backend", "POST", "/v1/invitations/{invitation_id}/revoke", Nothing("ends what is no user's")),
    ("backend", "GET", "/v1/instance", Nothing("settings, the same for everybody")),
    ("backend", "PATCH", "/v1/instance", Nothing("settings, the same for everybody")),
    ("backend", "PATCH", "/v1/instance/restrictions", Nothing("settings, the same for everybody")),
    ("backend", "GET", "/v1/instance/protect", Nothing("settings, the same for everybody")),
    ("backend", "PATCH", "/v1/instance/protect", Nothing("settings, the same for everybody")),
    ("backend", "GET", "/v1/instance/communication", Nothing("settings, the same for everybody")),
    ("backend", "PATCH", "/v1/instance/communication", Nothing("settings, the same for everybody")),
    ("backend", "GET", "/v1/instance/oauth_application_settings", Nothing("settings, the same for everybody")),
    ("backend", "PATCH", "/v1/instance/oauth_application_settings", Nothing("settings, the same for everybody")),
    ("backend", "POST", "/v1/instance/change_domain", Nothing("settings, the same for everybody")),
    ("backend", "GET", "/v1/instance/organization_settings", Nothing("settings, the same for everybody")),
    ("backend", "PATCH", "/v1/instance/organization_settings", Nothing("settings, the same for everybody")),
    ("backend", "PATCH", "/v1/beta_features/instance_settings", Nothing("settings, the same for everybody")),
    ("backend", "PUT", "/v1/beta_features/domain", Nothing("settings, the same for everybody")),
    ("backend", "GET", "/v1/allowlist_identifiers", Nothing("names identifiers, not users")),
    ("backend", "POST", "/v1/allowlist_identifiers", Nothing("names identifiers, not users")),
    ("backend", "DELETE", "/v1/allowlist_identifiers/{identifier_id}", Nothing("names identifiers, not users")),
    ("backend", "GET", "/v1/blocklist_identifiers", Nothing("names identifiers, not users")),
    ("backend", "POST", "/v1/blocklist_identifiers", Nothing("names identifiers, not users")),
    ("backend", "DELETE", "/v1/blocklist_identifiers/{identifier_id}", Nothing("names identifiers, not users")),
    ("backend", "GET", "/v1/jwt_templates", Nothing("says how tokens are made, and makes none")),
    ("backend", "POST", "/v1/jwt_templates", Nothing("says how tokens are made, and makes none")),
    ("backend", "GET", "/v1/jwt_templates/{template_id}", Nothing("says how tokens are made, and makes none")),
    ("backend", "PATCH", "/v1/jwt_templates/{template_id}", Nothing("says how tokens are made, and makes none")),
    ("backend", "DELETE", "/v1/jwt_templates/{template_id}", Nothing("says how tokens are made, and makes none")),
    ("backend", "GET", "/v1/redirect_urls", Nothing("settings, the same for everybody")),
    ("backend", "POST", "/v1/redirect_urls", Nothing("settings, the same for everybody")),
    ("backend", "GET", "/v1/redirect_urls/{id}", Nothing("settings, the same for everybody")),
    ("backend", "DELETE", "/v1/redirect_urls/{id}", Nothing("settings, the same for everybody")),
    ("backend", "GET", "/v1/domains", Nothing("settings, the same for everybody")),
    ("backend", "POST", "/v1/domains", Nothing("settings, the same for everybody")),
    ("backend", "PATCH", "/v1/domains/{domain_id}", Nothing("settings, the same for everybody")),
    ("backend", "DELETE", "/v1/domains/{domain_id}", Nothing("settings, the same for everybody")),
    ("backend", "POST", "/v1/testing_tokens", Nothing("opens nothing, and is nobody's")),
    ("backend", "GET", "/v1/waitlist_entries", Nothing("who waits has no account")),
    ("backend", "POST", "/v1/waitlist_entries", Nothing("who waits has no account")),
    ("backend", "POST", "/v1/waitlist_entries/bulk", Nothing("who waits has no account")),
    ("backend", "DELETE", "/v1/waitlist_entries/{waitlist_entry_id}", Nothing("who waits has no account")),
    ("backend", "POST", "/v1/waitlist_entries/{waitlist_entry_id}/invite", Nothing("who waits has no account")),
    ("backend", "POST", "/v1/waitlist_entries/{waitlist_entry_id}/reject", Nothing("who waits has no account")),
    ("backend", "POST", "/v1/actor_tokens", Mints(probe!(actor_token_made))),
    ("backend", "POST", "/v1/actor_tokens/{actor_token_id}/revoke", Revokes(probe!(actor_token_revoked))),
    ("backend", "POST", "/v1/sign_in_tokens", Mints(probe!(sign_in_token_made))),
    ("backend", "POST", "/v1/sign_in_tokens/{sign_in_token_id}/revoke", Revokes(probe!(sign_in_token_revoked))),
    ("backend", "POST", "/v1/sessions/{session_id}/tokens/{template_name}", Mints(probe!(backend_template_tokens))),
    ("backend", "POST", "/v1/users/{user_id}/ban", Revokes(probe!(ban))),
    ("backend", "POST", "/v1/users/ban", Revokes(probe!(ban_in_bulk))),
    ("backend", "POST", "/v1/users/{user_id}/unban", Revokes(probe!(unban))),
    ("backend", "POST", "/v1/users/unban", Revokes(probe!(unban_in_bulk))),
    ("backend", "DELETE", "/v1/users/{user_id}", Revokes(probe!(delete))),
    ("backend", "PATCH", "/v1/users/{user_id}", Revokes(probe!(update))),
    ("backend", "POST", "/v1/users/{user_id}/verify_password", Accepts(probe!(verify_password))),
    ("backend", "POST", "/v1/users/{user_id}/verify_totp", Accepts(probe!(verify_totp))),
    ("backend", "DELETE", "/v1/users/{user_id}/mfa", Nothing("takes second factors away; sessions go on")),
    ("backend", "DELETE", "/v1/users/{user_id}/totp", Nothing("takes a second factor away; sessions go on")),
    ("backend", "DELETE", "/v1/users/{user_id}/backup_code", Nothing("takes a second factor away; sessions go on")),
    ("backend", "POST", "/v1/users/{user_id}/profile_image", Nothing("changes no credential")),
    ("backend", "DELETE", "/v1/users/{user_id}/profile_image", Nothing("changes no credential")),
    ("backend", "POST", "/v1/users/{user_id}/remove_password", Revokes(probe!(password_removed))),
    ("backend", "POST", "/v1/users/{user_id}/password/set_compromised", Revokes(probe!(password_compromised))),
    ("backend", "POST", "/v1/users/{user_id}/password/unset_compromised", Nothing("lets a password be used again; a ban still refuses the sign-in")),
    ("backend", "DELETE", "/v1/users/{user_id}/passkeys/{passkey_identification_id}", Nothing("takes a way in; sessions go on")),
    ("backend", "DELETE", "/v1/users/{user_id}/web3_wallets/{web3_wallet_identification_id}", Nothing("takes a way in; sessions go on")),
    ("backend", "DELETE", "/v1/users/{user_id}/external_accounts/{external_account_id}", Nothing("takes a way in; sessions go on")),
    ("backend", "GET", "/v1/users/{user_id}/trusted_devices", Nothing("an empty list, the same for everybody")),
    ("backend", "DELETE", "/v1/users/{user_id}/trusted_devices/{trusted_device_id}", Nothing("always refuses: there are none")),
    ("backend", "GET", "/v1/users/{user_id}/organization_memberships", Nothing("an empty list, the same for everybody")),
    ("backend", "GET", "/v1/users/{user_id}/organization_invitations", Nothing("an empty list, the same for everybody")),
    ("backend", "GET", "/v1/users/{user_id}/oauth_access_tokens/{provider}", Nothing("no tokens of providers are kept")),
    ("backend", "GET", "/v1/clients", Lists(probe!(backend_clients))),
    ("backend", "GET", "/v1/clients/{client_id}", Lists(probe!(backend_client))),
    ("backend", "POST", "/v1/clients/verify", Accepts(probe!(client_verified))),
    ("backend", "GET", "/v1/sign_ups/{id}", Nothing("shows an attempt of nobody yet")),
    ("backend", "PATCH", "/v1/sign_ups/{id}", Nothing("changes an attempt of nobody yet, and opens nothing")),
    ("backend", "POST", "/v1/webhooks/svix", Nothing("settings of the instance")),
    ("backend", "DELETE", "/v1/webhooks/svix", Nothing("settings of the instance")),
    ("backend", "POST", "/v1/webhooks/svix_url", Nothing("settings of the instance")),
    ("own", "GET", "/v1/beadle/webhook_endpoints", Nothing("settings of the instance")),
    ("own", "POST", "/v1/beadle/webhook_endpoints", Nothing("settings of the instance")),
    ("own", "GET", "/v1/beadle/webhook_endpoints/{endpoint_id}", Nothing("settings of the instance")),
    ("own", "PATCH", "/v1/beadle/webhook_endpoints/{endpoint_id}", Nothing("settings of the instance")),
    ("own", "DELETE", "/v1/beadle/webhook_endpoints/{endpoint_id}", Nothing("settings of the instance")),
    ("own", "GET", "/v1/beadle/webhook_endpoints/{endpoint_id}/secret", Nothing("a secret of the instance, not of users")),
    ("own", "POST", "/v1/beadle/webhook_endpoints/{endpoint_id}/rotate_secret", Nothing("a secret of the instance, not of users")),
    ("own", "POST", "/v1/beadle/webhook_endpoints/{endpoint_id}/test", Nothing("sends a message about nobody")),
    ("own", "POST", "/v1/beadle/webhook_endpoints/{endpoint_id}/replay", Nothing("sends again what was sent")),
    ("own", "GET", "/v1/beadle/webhook_endpoints/{endpoint_id}/deliveries", Nothing("shows what was sent, without its content")),
    ("own", "POST", "/v1/beadle/webhook_endpoints/{endpoint_id}/deliveries/{event_id}/redeliver", Nothing("sends again what was sent")),
    ("backend", "GET", "/v1/jwks", Nothing("public keys, the same for everybody")),
    ("backend", "GET", "/v1/users", Nothing("shows users; their sessions and tokens are not among it")),
    ("backend", "GET", "/v1/users/count", Nothing("counts users")),
    ("backend", "GET", "/v1/users/{user_id}", Nothing("shows a user, banned or not")),
    ("backend", "POST", "/v1/users", Nothing("makes a user; with `banned` see `stories`")),
    ("backend", "PATCH", "/v1/users/{user_id}/metadata", Nothing("changes no credential")),
    ("backend", "PUT", "/v1/users/{user_id}/metadata", Nothing("changes no credential")),
    ("backend", "POST", "/v1/users/{user_id}/lock", Nothing("keeps sign-ins out, ends nothing; see `stories`")),
    ("backend", "POST", "/v1/email_addresses", Nothing("adds an identifier; only a sign-in can use it, which is refused")),
    ("backend", "GET", "/v1/email_addresses/{email_address_id}", Nothing("shows an identifier")),
    ("backend", "PATCH", "/v1/email_addresses/{email_address_id}", Nothing("changes an identifier; only a sign-in can use it")),
    ("backend", "DELETE", "/v1/email_addresses/{email_address_id}", Nothing("takes an identifier away")),
    ("backend", "POST", "/v1/email_addresses/{email_address_id}/prepare_verification", Nothing("sends a code that opens nothing")),
    ("backend", "POST", "/v1/email_addresses/{email_address_id}/attempt_verification", Nothing("takes a code that opens nothing")),
    ("backend", "POST", "/v1/phone_numbers", Nothing("adds an identifier; only a sign-in can use it, which is refused")),
    ("backend", "GET", "/v1/phone_numbers/{phone_number_id}", Nothing("shows an identifier")),
    ("backend", "PATCH", "/v1/phone_numbers/{phone_number_id}", Nothing("changes an identifier; only a sign-in can use it")),
    ("backend", "DELETE", "/v1/phone_numbers/{phone_number_id}", Nothing("takes an identifier away")),
    ("backend", "POST", "/v1/phone_numbers/{phone_number_id}/prepare_verification", Nothing("sends a code that opens nothing")),
    ("backend", "POST", "/v1/phone_numbers/{phone_number_id}/attempt_verification", Nothing("takes a code that opens nothing")),
    ("backend", "PUT", "/v1/users/{user_id}/email_address", Nothing("changes identifiers; only a sign-in can use them")),
    ("backend", "PUT", "/v1/users/{user_id}/phone_number", Nothing("changes identifiers; only a sign-in can use them")),
    ("backend", "POST", "/v1/api_keys", Mints(probe!(api_key_made))),
    ("backend", "GET", "/v1/api_keys", Lists(probe!(api_keys_listed))),
    ("backend", "GET", "/v1/api_keys/{apiKeyID}", Lists(probe!(api_key_shown))),
    ("backend", "PATCH", "/v1/api_keys/{apiKeyID}", Refreshes(probe!(api_key_updated))),
    ("backend", "DELETE", "/v1/api_keys/{apiKeyID}", Revokes(probe!(api_key_deleted))),
    ("backend", "GET", "/v1/api_keys/{apiKeyID}/secret", Mints(probe!(api_key_secret))),
    ("backend", "POST", "/v1/api_keys/{apiKeyID}/revoke", Revokes(probe!(api_key_revoked))),
    ("backend", "POST", "/v1/api_keys/verify", Accepts(probe!(api_key_verified))),
    ("backend", "POST", "/v1/m2m_tokens", Mints(probe!(m2m_token_made))),
    ("backend", "GET", "/v1/m2m_tokens", Lists(probe!(m2m_tokens_listed))),
    ("backend", "POST", "/v1/m2m_tokens/{m2m_token_id}/revoke", Revokes(probe!(m2m_token_revoked))),
    ("backend", "POST", "/v1/m2m_tokens/verify", Accepts(probe!(m2m_token_verified))),
    ("backend", "GET", "/v1/machines", Nothing("shows machines, which are no user's")),
    ("backend", "POST", "/v1/machines", Nothing("makes a machine, which is no user's")),
    ("backend", "GET", "/v1/machines/{machine_id}", Nothing("shows a machine, which is no user's")),
    ("backend", "PATCH", "/v1/machines/{machine_id}", Nothing("changes a machine, which is no user's")),
    ("backend", "DELETE", "/v1/machines/{machine_id}", Nothing("takes away a machine, which is no user's")),
    ("backend", "GET", "/v1/machines/{machine_id}/secret_key", Nothing("shows the key of a machine, which is no user's")),
    ("backend", "POST", "/v1/machines/{machine_id}/secret_key/rotate", Nothing("changes the key of a machine, which is no user's")),
    ("backend", "POST", "/v1/machines/{machine_id}/scopes", Nothing("connects machines, which are no user's")),
    ("backend", "DELETE", "/v1/machines/{machine_id}/scopes/{other_machine_id}", Nothing("parts machines, which are no user's")),
    ("backend", "POST", "/v1/users/{user_id}/unlock", Nothing("ends a lock, never a ban; see `stories`")),
];

#[test]
fn every_route_is_classified() {
    let mounted: BTreeSet<_> =
        beadle_server::routes().into_iter().map(|route| (route.api, route.method, route.path)).collect();
    let mut classified: BTreeSet<_> =
        TABLE.iter().map(|(api, method, path, _)| (*api, (*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(classified.len(), TABLE.len(), "an entry is there twice");
    // What is always refused is probed as such; see `probes/refused.rs`.
    for refused in beadle_server::refused() {
        let is_new = classified.insert((refused.api, refused.method.to_owned(), refused.path.to_owned()));
        assert!(is_new, "refused and in TABLE: {refused:?}");
    }
    let unclassified: Vec<_> = mounted.difference(&classified).collect();
    assert!(unclassified.is_empty(), "say in TABLE what these do with credentials: {unclassified:#?}");
    let stale: Vec<_> = classified.difference(&mounted).collect();
    assert!(stale.is_empty(), "these are in TABLE and not mounted: {stale:#?}");
}

/// A route that touches credentials and names no probe could not be checked; one that touches none says why.
#[test]
fn nothing_is_excused_without_a_reason() {
    for (api, method, path, role) in TABLE {
        if let Nothing(reason) = role {
            assert!(reason.len() > 10, "{api} {method} {path}");
        }
    }
}

/// Hashing the passwords of hundreds of sign-ups that are never completed would take most of the time.
const INSTANCE: &str = "[password]\nrequired_at_sign_up = false\n[factors]\nemail_link = true\npasskey = true\n\
    [jwt_templates.long]\nlifetime_seconds = 7200";

/// Runs every probe on a user of its own, after this has happened to them.
async fn run(app: TestApp, phase: Phase) {
    run_against(&app, &app, phase).await;
}

/// The same with two nodes: what happens is asked of the one, and the probes ask the other.
async fn run_on_two_nodes(app: TestApp, phase: Phase) {
    let other = app.join(2).await;
    run_against(&app, &other, phase).await;
}

async fn run_against(app: &TestApp, other: &TestApp, phase: Phase) {
    let scene = Scene::new(app, TABLE.len()).await;
    phase.apply(other, &scene.user).await;
    probes::refused(&scene, phase).await;
    for (n, (api, method, path, role)) in TABLE.iter().enumerate() {
        let (Accepts(probe) | Lists(probe) | Refreshes(probe) | Mints(probe) | Revokes(probe)) = role else {
            continue;
        };
        println!("{phase:?}: {api} {method} {path}");
        let scene = Scene::new(app, n).await;
        phase.apply(other, &scene.user).await;
        probe(&scene, phase).await;
        if !phase.is_live() {
            probes::old_sessions_are_revoked(&scene).await;
        }
        if scene.is_banned().await {
            probes::nothing_lives(&scene).await;
        }
        app.run_sweep().await;
        if !phase.is_live() {
            // The sweep settles what was reported before.
            probes::old_sessions_are_revoked(&scene).await;
        }
    }
}

macro_rules! phases {
    ($($name:ident: $phase:ident;)+) => {$(
        mod $name {
            use super::{Engine, INSTANCE, Phase, TestApp, run, run_on_two_nodes};

            #[test]
            fn sqlite() {
                beadle_testkit::run(Engine::Sqlite, INSTANCE, async |app: TestApp| run(app, Phase::$phase).await);
            }

            #[test]
            fn postgres() {
                beadle_testkit::run(Engine::Postgres, INSTANCE, async |app: TestApp| run(app, Phase::$phase).await);
            }

            #[test]
            fn two_nodes() {
                beadle_testkit::run(Engine::Postgres, INSTANCE, async |app: TestApp| {
                    run_on_two_nodes(app, Phase::$phase).await;
                });
            }
        }
    )+

    #[test]
    fn every_phase_is_run() {
        assert_eq!([$(Phase::$phase),+], Phase::ALL);
    }
    };
}

phases! {
    every_route_serves_a_live_user: Live;
    every_route_refuses_a_banned_user: Banned;
    every_route_refuses_a_user_banned_in_bulk: BannedInBulk;
    no_route_revives_what_a_lifted_ban_ended: Unbanned;
    no_route_takes_what_a_new_password_ended: PasswordChanged;
    no_route_takes_what_a_deleted_user_had: Deleted;
}
