//! The objects against the field lists of Clerk's schemas, which are closed against unknown fields.

use std::collections::BTreeSet;

use beadle_types::{
    Client, ClientSession, DeletedObject, EmailAddress, Envelope, Page, Session, SessionStatus, SignUp,
    Timestamp, TotalCount, User, Verification,
    params::{CreateUser, UpdateUser, UserIds},
};
use serde_json::{Value, json};

/// What the Python SDK cannot do without on a user.
const USER_NEEDED: &str = "id object external_id primary_email_address_id primary_phone_number_id \
    primary_web3_wallet_id username first_name last_name has_image public_metadata email_addresses phone_numbers \
    web3_wallets passkeys password_enabled two_factor_enabled totp_enabled backup_code_enabled mfa_enabled_at \
    mfa_disabled_at external_accounts saml_accounts enterprise_accounts last_sign_in_at banned locked \
    lockout_expires_in_seconds verification_attempts_remaining updated_at created_at delete_self_enabled \
    create_organization_enabled last_active_at legal_accepted_at";

/// What else the Backend API's schema of a user allows.
const USER_ALLOWED: &str = "locale profile_image_url image_url private_metadata unsafe_metadata \
    password_last_updated_at organization_memberships deprovisioned create_organizations_limit \
    bypass_client_trust scim";

const SESSION_NEEDED: &str = "object id user_id client_id status last_active_at expire_at abandon_at updated_at \
    created_at";
const SESSION_ALLOWED: &str = "actor last_active_organization_id latest_activity tasks";

fn check(value: &Value, needed: &str, allowed: &str) {
    let keys: BTreeSet<_> = value.as_object().expect("an object").keys().map(String::as_str).collect();
    let needed: BTreeSet<_> = needed.split_whitespace().collect();
    let allowed: BTreeSet<_> = allowed.split_whitespace().chain(needed.iter().copied()).collect();
    assert_eq!(needed.difference(&keys).collect::<Vec<_>>(), Vec::<&&str>::new(), "missing");
    assert_eq!(keys.difference(&allowed).collect::<Vec<_>>(), Vec::<&&str>::new(), "not in the schema");
}

/// The least that Clerk's schema promises, so what the SDK must be able to read.
fn least_user() -> Value {
    json!({
        "id": "user_1", "object": "user", "external_id": null, "primary_email_address_id": "idn_1",
        "primary_phone_number_id": null, "primary_web3_wallet_id": null, "username": null, "first_name": "Ada",
        "last_name": null, "has_image": false, "public_metadata": {"plan": {"tier": 1}}, "email_addresses": [{
            "id": "idn_1", "object": "email_address", "email_address": "ada@example.com", "reserved": false,
            "verification": {"status": "verified", "strategy": "admin", "attempts": null, "expire_at": null},
            "linked_to": [], "created_at": 1, "updated_at": 1,
        }], "phone_numbers": [], "web3_wallets": [], "passkeys": [],
        "password_enabled": true, "two_factor_enabled": false, "totp_enabled": false,
        "backup_code_enabled": false, "mfa_enabled_at": null, "mfa_disabled_at": null, "external_accounts": [],
        "saml_accounts": [], "enterprise_accounts": [], "last_sign_in_at": null, "banned": true,
        "locked": false, "lockout_expires_in_seconds": null, "verification_attempts_remaining": 10,
        "updated_at": 2, "created_at": 1_700_000_000_000_i64, "delete_self_enabled": true,
        "create_organization_enabled": true, "last_active_at": null, "legal_accepted_at": null,
        "a_field_of_tomorrow": {},
    })
}

fn session() -> Session {
    serde_json::from_value(json!({
        "object": "session", "id": "sess_1", "user_id": "user_1", "client_id": "client_1", "status": "revoked",
        "last_active_at": 3, "expire_at": 9, "abandon_at": 9, "updated_at": 3, "created_at": 1,
    }))
    .expect("a session")
}

#[test]
fn a_user_has_every_needed_field_and_no_other() {
    let user: User = serde_json::from_value(least_user()).unwrap();
    assert!(user.banned);
    assert_eq!(user.created_at, Timestamp::from_millis(1_700_000_000_000));
    assert_eq!(user.primary_email_address().unwrap().email_address, "ada@example.com");

    let text = serde_json::to_value(&user).unwrap();
    check(&text, USER_NEEDED, USER_ALLOWED);
    assert_eq!(serde_json::from_value::<User>(text).unwrap(), user);
}

#[test]
fn private_metadata_is_left_out_unless_there_is_some() {
    let mut user: User = serde_json::from_value(least_user()).unwrap();
    assert!(serde_json::to_value(&user).unwrap().get("private_metadata").is_none());
    user.private_metadata = Some(beadle_types::Map::new());
    user.create_organizations_limit = Some(0);
    let text = serde_json::to_value(&user).unwrap();
    assert_eq!(text["private_metadata"], json!({}));
    check(&text, USER_NEEDED, USER_ALLOWED);
}

#[test]
fn an_address_keeps_to_its_schema() {
    let address = &serde_json::from_value::<User>(least_user()).unwrap().email_addresses[0];
    let text = serde_json::to_value(EmailAddress {
        verification: Some(Verification::by_admin()),
        ..address.clone()
    })
    .unwrap();
    check(
        &text,
        "id object email_address reserved verification linked_to created_at updated_at",
        "matches_sso_connection",
    );
    check(&text["verification"], "object status strategy attempts expire_at", "verified_at_client");
}

#[test]
fn a_session_keeps_to_its_schema() {
    let session = session();
    assert_eq!(session.status, SessionStatus::Revoked);
    check(&serde_json::to_value(&session).unwrap(), SESSION_NEEDED, SESSION_ALLOWED);
}

#[test]
fn a_client_and_its_envelope_survive_json() {
    let user: User = serde_json::from_value(least_user()).unwrap();
    let session = session();
    let held = ClientSession {
        object: session.object,
        id: session.id.clone(),
        status: SessionStatus::Active,
        expire_at: session.expire_at,
        abandon_at: session.abandon_at,
        last_active_at: session.last_active_at,
        last_active_token: None,
        actor: None,
        tasks: None,
        last_active_organization_id: None,
        user: Some(user),
        public_user_data: None,
        factor_verification_age: vec![0, -1],
        created_at: session.created_at,
        updated_at: session.updated_at,
    };
    let client: Client = serde_json::from_value(json!({
        "object": "client", "id": "client_1", "sessions": [held], "sign_in": null, "sign_up": null,
        "last_active_session_id": "sess_1", "last_authentication_strategy": "password", "cookie_expires_at": null,
        "captcha_bypass": false, "created_at": 1, "updated_at": 1,
    }))
    .unwrap();
    let envelope = Envelope { response: held, client: Some(client) };
    let text = serde_json::to_value(&envelope).unwrap();
    check(&text, "response client", "");
    assert_eq!(text["client"]["sessions"][0]["factor_verification_age"], json!([0, -1]));
    assert_eq!(serde_json::from_value::<Envelope<ClientSession>>(text).unwrap(), envelope);
}

#[test]
fn a_sign_up_says_twice_whether_it_has_a_password() {
    let sign_up: SignUp = serde_json::from_value(json!({
        "object": "sign_up_attempt", "id": "sua_1", "status": "missing_requirements", "required_fields": [],
        "optional_fields": [], "missing_fields": [], "unverified_fields": ["email_address"],
        "verifications": {
            "email_address": {"next_action": "needs_prepare", "supported_strategies": ["email_code"]},
            "phone_number": null, "web3_wallet": null, "external_account": null,
        },
        "username": null, "email_address": "ada@example.com", "phone_number": null, "web3_wallet": null,
        "password_enabled": true, "has_password": true, "first_name": null, "last_name": null,
        "custom_action": false, "external_id": null, "created_session_id": null, "created_user_id": null,
        "abandon_at": 9, "legal_accepted_at": null,
    }))
    .unwrap();
    let text = serde_json::to_value(&sign_up).unwrap();
    assert_eq!((&text["password_enabled"], &text["has_password"]), (&json!(true), &json!(true)));
    assert_eq!(
        text["verifications"]["email_address"],
        json!({"next_action": "needs_prepare", "supported_strategies": ["email_code"]})
    );
}

#[test]
fn small_answers_have_their_exact_text() {
    let text = |value: Value| value.to_string();
    assert_eq!(
        text(json!(DeletedObject::new("user", "user_1"))),
        r#"{"deleted":true,"id":"user_1","object":"user"}"#
    );
    assert_eq!(text(json!(TotalCount::new(3))), r#"{"object":"total_count","total_count":3}"#);
    assert_eq!(text(json!(Page { data: vec![1], total_count: 7 })), r#"{"data":[1],"total_count":7}"#);
}

#[test]
fn closed_bodies_refuse_unknown_fields_by_name() {
    let refusal = serde_json::from_value::<CreateUser>(json!({"emailAddress": []})).unwrap_err().to_string();
    assert!(refusal.contains("unknown field `emailAddress`"), "{refusal}");
    assert!(serde_json::from_value::<UpdateUser>(json!({"banned": true})).is_err());
    assert!(serde_json::from_value::<UserIds>(json!({"user_ids": [], "extra": 1})).is_ok());
}

#[test]
fn debug_output_of_bodies_holds_no_password() {
    let create: CreateUser =
        serde_json::from_value(json!({"password": "s3cret", "totp_secret": "s3cret"})).unwrap();
    let update: UpdateUser = serde_json::from_value(json!({"password": "s3cret"})).unwrap();
    assert!(!format!("{create:?} {update:?}").contains("s3cret"));
}
