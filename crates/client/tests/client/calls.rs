//! Every operation: what is sent, and what becomes of the answer.

use std::time::Duration;

use beadle_client::{
    Clerk, Error, RefreshedSession, SessionId, SessionStatus, Timestamp, UserId,
    params::{
        AttemptVerification, CreateEmailAddress, CreateUser, ListPage, Patch, RefreshSession,
        ReplaceEmailAddress, UpdateInstance, UpdateInstanceRestrictions, UpdateMetadata, UpdateUser,
        WriteJwtTemplate,
    },
};
use serde_json::{Value, json};

use crate::stub::{Answer, Stub, ok};

pub(crate) fn user(id: &str, banned: bool) -> Value {
    json!({
        "id": id, "object": "user", "external_id": null, "primary_email_address_id": null,
        "primary_phone_number_id": null, "primary_web3_wallet_id": null, "username": null, "first_name": null,
        "last_name": null, "has_image": false, "public_metadata": {}, "email_addresses": [], "phone_numbers": [],
        "web3_wallets": [], "passkeys": [], "password_enabled": true, "two_factor_enabled": false,
        "totp_enabled": false, "backup_code_enabled": false, "mfa_enabled_at": null, "mfa_disabled_at": null,
        "external_accounts": [], "saml_accounts": [], "enterprise_accounts": [], "last_sign_in_at": null,
        "banned": banned, "locked": false, "lockout_expires_in_seconds": null,
        "verification_attempts_remaining": null, "updated_at": 1, "created_at": 1, "delete_self_enabled": true,
        "create_organization_enabled": true, "last_active_at": null, "legal_accepted_at": null,
    })
}

fn session(status: &str) -> Value {
    json!({
        "object": "session", "id": "sess_1", "user_id": "user_1", "client_id": "client_1", "status": status,
        "last_active_at": 1, "expire_at": 2, "abandon_at": 3, "updated_at": 1, "created_at": 1,
    })
}

fn user_id() -> UserId {
    "user_1".parse().expect("an id")
}

fn session_id() -> SessionId {
    "sess_1".parse().expect("an id")
}

async fn with<T, F: Future<Output = Result<T, Error>>>(clerk: Clerk, call: impl FnOnce(Clerk) -> F) -> T {
    call(clerk).await.expect("a success")
}

/// Runs one call against one answer and hands out the request line and body beside the result.
macro_rules! call {
    ($answer:expr, $call:expr) => {{
        let stub = Stub::start([ok(&$answer)]).await;
        let result = with(stub.clerk(), $call).await;
        let received = stub.received();
        assert_eq!(received.len(), 1);
        let body: Value = match received[0].body.as_str() {
            "" => Value::Null,
            text => serde_json::from_str(text).unwrap(),
        };
        (result, received[0].line.clone(), body)
    }};
}

#[tokio::test]
async fn a_call_shows_the_key_and_the_version() {
    let stub = Stub::start([ok(&user("user_1", true))]).await;
    assert!(stub.clerk().users().ban(&user_id()).await.unwrap().banned);

    let received = stub.received();
    assert_eq!(received[0].line, "POST /v1/users/user_1/ban");
    assert_eq!(received[0].header("authorization"), Some("Bearer sk_test_abc"));
    assert_eq!(received[0].header("clerk-api-version"), Some("2026-05-12"));
    assert_eq!(received[0].header("accept"), Some("application/json"));
    assert!(received[0].header("user-agent").unwrap().starts_with("beadle-client/"));
    assert_eq!((received[0].header("content-type"), received[0].body.as_str()), (None, ""));
}

#[tokio::test]
async fn addresses_and_numbers_are_named_in_the_path() {
    let id = || "idn_1".parse().expect("an id");
    let address = json!({
        "object": "email_address", "id": "idn_1", "email_address": "a@example.com", "reserved": false,
        "verification": null, "linked_to": [], "created_at": 1, "updated_at": 1,
    });
    let params = CreateEmailAddress { verified: Some(true), ..CreateEmailAddress::default() };
    let (made, line, body) = call!(address, |c| async move { c.email_addresses().create(&params).await });
    assert_eq!((line.as_str(), &body["verified"]), ("POST /v1/email_addresses", &json!(true)));
    assert_eq!(made.email_address, "a@example.com");
    let params = ReplaceEmailAddress::default();
    let (_, line, _) =
        call!(address, |c| async move { c.email_addresses().replace_for_user(&user_id(), &params).await });
    assert_eq!(line, "PUT /v1/users/user_1/email_address");
    let sent = json!({
        "object": "verification", "id": "ver_1", "status": "expired", "strategy": "phone_code", "attempts": 1,
        "expire_at": 2, "channel": "sms",
    });
    let params = AttemptVerification { verification_id: "ver_1".into(), code: "123456".into() };
    let (tried, line, body) =
        call!(sent, |c| async move { c.phone_numbers().attempt_verification(&id(), &params).await });
    assert_eq!(line, "POST /v1/phone_numbers/idn_1/attempt_verification");
    assert_eq!(body, json!({"verification_id": "ver_1", "code": "123456"}));
    assert_eq!(tried.status.as_str(), "expired");
}

#[tokio::test]
async fn actions_on_one_user_name_it_in_the_path() {
    let answer = || user("user_1", false);
    let lines = [
        call!(answer(), |c| async move { c.users().get(&user_id()).await }).1,
        call!(answer(), |c| async move { c.users().unban(&user_id()).await }).1,
        call!(answer(), |c| async move { c.users().lock(&user_id()).await }).1,
        call!(answer(), |c| async move { c.users().unlock(&user_id()).await }).1,
    ];
    assert_eq!(
        lines,
        [
            "GET /v1/users/user_1",
            "POST /v1/users/user_1/unban",
            "POST /v1/users/user_1/lock",
            "POST /v1/users/user_1/unlock",
        ]
    );
    let (deleted, line, _) =
        call!(json!({"object": "user", "id": "user_1", "deleted": true}), |c| async move {
            c.users().delete(&user_id()).await
        });
    assert!(deleted.deleted);
    assert_eq!(line, "DELETE /v1/users/user_1");
}

#[tokio::test]
async fn bulk_bans_send_all_ids_in_one_call() {
    let (users, line, body) = call!(json!([user("user_1", true), user("user_2", true)]), |c| async move {
        let ids: [UserId; 2] = [user_id(), "user_2".parse().unwrap()];
        c.users().ban_many(&ids).await
    });
    assert_eq!(users.len(), 2);
    assert_eq!((line.as_str(), body), ("POST /v1/users/ban", json!({"user_ids": ["user_1", "user_2"]})));

    let (_, line, body) = call!(json!([]), |c| async move { c.users().unban_many([&user_id()]).await });
    assert_eq!((line.as_str(), body), ("POST /v1/users/unban", json!({"user_ids": ["user_1"]})));
}

#[tokio::test]
async fn lists_repeat_keys_and_escape_values() {
    let (users, line, _) = call!(json!([user("user_1", false)]), |c| async move {
        c.users()
            .list()
            .email_address("a@b.c")
            .email_address("d+e@f")
            .not_user_id(&user_id())
            .banned(false)
            .created_at_after(Timestamp::from_millis(5))
            .limit(10)
            .order_by("-created_at")
            .await
    });
    assert_eq!(users[0].id, user_id());
    assert_eq!(
        line,
        "GET /v1/users?email_address=a%40b.c&email_address=d%2Be%40f&user_id=-user_1&banned=false\
         &created_at_after=5&limit=10&order_by=-created_at"
    );

    let (_, line, _) = call!(json!([]), |c| async move { c.users().list().send().await });
    assert_eq!(line, "GET /v1/users");
    let (_, line, _) =
        call!(json!([]), |c| async move { c.users().list().starting_after(&user_id()).offset(0).await });
    assert_eq!(line, "GET /v1/users?offset=0&starting_after=user_1");
}

#[tokio::test]
async fn counts_take_the_same_filter() {
    let (count, line, _) = call!(json!({"object": "total_count", "total_count": 42}), |c| async move {
        c.users().count().query("ada & bob").provider_user_id("oauth_google", "1").await
    });
    assert_eq!(count, 42);
    assert_eq!(line, "GET /v1/users/count?query=ada+%26+bob&provider=oauth_google&provider_user_id=1");
}

#[tokio::test]
async fn bodies_hold_only_what_was_given() {
    let (_, line, body) = call!(user("user_1", false), |c| async move {
        let user =
            CreateUser { email_address: vec!["a@b".into()], banned: Some(true), ..CreateUser::default() };
        c.users().create(&user).await
    });
    assert_eq!((line.as_str(), body), ("POST /v1/users", json!({"email_address": ["a@b"], "banned": true})));

    let (_, line, body) = call!(user("user_1", false), |c| async move {
        let update = UpdateUser {
            first_name: Patch::Value("Ada".into()),
            username: Patch::Null,
            ..UpdateUser::default()
        };
        c.users().update(&user_id(), &update).await
    });
    assert_eq!(
        (line.as_str(), body),
        ("PATCH /v1/users/user_1", json!({"first_name": "Ada", "username": null}))
    );
}

#[tokio::test]
async fn metadata_is_merged_or_replaced() {
    let metadata = || UpdateMetadata {
        public_metadata: Some([("a".to_owned(), Value::Null)].into_iter().collect()),
        ..UpdateMetadata::default()
    };
    let stub = Stub::start([ok(&user("user_1", false))]).await;
    stub.clerk().users().update_metadata(&user_id(), &metadata()).await.unwrap();
    stub.clerk().users().replace_metadata(&user_id(), &metadata()).await.unwrap();
    assert_eq!(stub.lines(), ["PATCH /v1/users/user_1/metadata", "PUT /v1/users/user_1/metadata"]);
    for received in stub.received() {
        assert_eq!(received.body, r#"{"public_metadata":{"a":null}}"#);
        assert_eq!(received.header("content-type"), Some("application/json"));
    }
}

#[tokio::test]
async fn sessions_are_listed_bare_and_in_pages() {
    let (sessions, line, _) = call!(json!([session("active")]), |c| async move {
        c.sessions().list().user_id(&user_id()).status(SessionStatus::Active).await
    });
    assert_eq!(sessions[0].id, session_id());
    assert_eq!(line, "GET /v1/sessions?user_id=user_1&status=active");

    let (page, line, _) = call!(json!({"data": [session("revoked")], "total_count": 9}), |c| async move {
        c.sessions().list().client_id(&"client_1".parse().unwrap()).limit(1).offset(2).page().await
    });
    assert_eq!((page.data[0].status, page.total_count), (SessionStatus::Revoked, 9));
    assert_eq!(line, "GET /v1/sessions?client_id=client_1&paginated=true&limit=1&offset=2");
}

#[tokio::test]
async fn sessions_are_made_read_and_revoked() {
    let (made, line, body) =
        call!(session("active"), |c| async move { c.sessions().create(&user_id()).await });
    assert_eq!(made.user_id, user_id());
    assert_eq!((line.as_str(), body), ("POST /v1/sessions", json!({"user_id": "user_1"})));

    let (_, line, _) = call!(session("active"), |c| async move { c.sessions().get(&session_id()).await });
    assert_eq!(line, "GET /v1/sessions/sess_1");

    let (revoked, line, _) =
        call!(session("revoked"), |c| async move { c.sessions().revoke(&session_id()).await });
    assert!(!revoked.status.is_live());
    assert_eq!(line, "POST /v1/sessions/sess_1/revoke");
}

#[tokio::test]
async fn tokens_are_made_with_and_without_a_lifetime() {
    let (token, line, body) = call!(json!({"object": "token", "jwt": "a.b.c"}), |c| async move {
        c.sessions().create_token(&session_id()).await
    });
    assert_eq!(token.jwt, "a.b.c");
    assert_eq!((line.as_str(), body), ("POST /v1/sessions/sess_1/tokens", json!({})));

    let (_, _, body) = call!(json!({"object": "token", "jwt": "a.b.c"}), |c| async move {
        c.sessions().create_token(&session_id()).expires_in(Duration::from_secs(300)).await
    });
    assert_eq!(body, json!({"expires_in_seconds": 300}));
}

#[tokio::test]
async fn refreshed_sessions_come_as_cookies_or_token() {
    let (refreshed, line, body) = call!(json!({"object": "cookies", "cookies": ["a=b"]}), |c| async move {
        let refresh = RefreshSession {
            expired_token: "a".into(),
            refresh_token: "b".into(),
            request_origin: "https://app.example.com".into(),
            ..RefreshSession::default()
        };
        c.sessions().refresh(&session_id(), &refresh).await
    });
    assert!(matches!(refreshed, RefreshedSession::Cookies(cookies) if cookies.cookies == ["a=b"]));
    assert_eq!(line, "POST /v1/sessions/sess_1/refresh");
    assert_eq!(
        body,
        json!({"expired_token": "a", "refresh_token": "b", "request_origin": "https://app.example.com"})
    );
}

#[tokio::test]
async fn keys_of_other_kinds_are_passed_over() {
    let (jwks, line, _) = call!(
        json!({"keys": [
            {"kty": "EC", "kid": "a"},
            {"kty": "RSA", "kid": "b", "use": "sig", "alg": "RS256", "n": "AQ", "e": "AQAB"},
        ]}),
        |c| async move { c.jwks().await }
    );
    assert_eq!(jwks.keys.len(), 1);
    assert_eq!(line, "GET /v1/jwks");
}

#[tokio::test]
async fn settings_are_changed_and_read() {
    let (given, line, body) = call!(
        json!({"object": "instance", "id": "ins_1", "environment_type": "production", "allowed_origins": null, "workspace_id": null}),
        async |clerk: Clerk| { clerk.instance().get().await }
    );
    assert_eq!(
        (line.as_str(), body, given.environment_type.as_str()),
        ("GET /v1/instance", Value::Null, "production")
    );
    let restrictions = json!({
        "object": "instance_restrictions", "allowlist": true, "blocklist": false,
        "allowlist_blocklist_disabled_on_sign_in": false, "block_email_subaddresses": false,
        "block_disposable_email_domains": false,
    });
    let (changed, line, body) = call!(restrictions, async |clerk: Clerk| {
        let params =
            UpdateInstanceRestrictions { allowlist: Some(true), ..UpdateInstanceRestrictions::default() };
        clerk.instance().update_restrictions(&params).await
    });
    assert_eq!((line.as_str(), body), ("PATCH /v1/instance/restrictions", json!({"allowlist": true})));
    assert!(changed.allowlist);
    // Clerk answers with an empty body, which is no mistake.
    let stub = Stub::start([Answer::Raw("HTTP/1.1 204 No Content\r\n\r\n".to_owned())]).await;
    let params = UpdateInstance { hibp: Some(false), ..UpdateInstance::default() };
    stub.clerk().instance().update(&params).await.unwrap();
    assert_eq!(stub.received()[0].body, r#"{"hibp":false}"#);
}

#[tokio::test]
async fn lists_templates_and_places_are_looked_after() {
    let entry = json!({
        "object": "allowlist_identifier", "id": "alid_1", "identifier": "*@example.com",
        "identifier_type": "email_address", "instance_id": "ins_1", "created_at": 1, "updated_at": 1,
    });
    let (page, line, _) = call!(json!({"data": [entry], "total_count": 1}), async |clerk: Clerk| {
        clerk.allowlist_identifiers().list(&ListPage { limit: Some(5), ..ListPage::default() }).await
    });
    assert_eq!(
        (line.as_str(), page.total_count),
        ("GET /v1/allowlist_identifiers?paginated=true&limit=5", 1)
    );
    let template = json!({
        "object": "jwt_template", "id": "jtmp_1", "name": "t", "claims": {}, "lifetime": 60, "allowed_clock_skew": 5,
        "custom_signing_key": false, "signing_algorithm": "RS256", "created_at": 1, "updated_at": 1,
    });
    let (made, line, body) = call!(template, async |clerk: Clerk| {
        let params = WriteJwtTemplate { name: Some("t".into()), ..WriteJwtTemplate::default() };
        clerk.jwt_templates().update(&"jtmp_1".parse().expect("an id"), &params).await
    });
    assert_eq!(
        (line.as_str(), body, made.lifetime),
        ("PATCH /v1/jwt_templates/jtmp_1", json!({"name": "t"}), 60)
    );
    let url =
        json!({"object": "redirect_url", "id": "ru_1", "url": "app://x", "created_at": 1, "updated_at": 1});
    let (made, line, body) = call!(url, async |clerk: Clerk| clerk.redirect_urls().create("app://x").await);
    assert_eq!(
        (line.as_str(), body, made.url.as_str()),
        ("POST /v1/redirect_urls", json!({"url": "app://x"}), "app://x")
    );
    let token = json!({"object": "testing_token", "token": "1-c_x", "expires_at": 3601});
    let (made, line, _) = call!(token, async |clerk: Clerk| clerk.create_testing_token().await);
    assert_eq!((line.as_str(), made.expires_at), ("POST /v1/testing_tokens", 3601));
}
