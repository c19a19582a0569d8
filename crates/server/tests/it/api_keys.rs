//! API keys on the Backend API.

use std::time::Duration;

use beadle_testkit::{TestApp, TestResponse, Value, both_engines, json};

const ORGANIZATION: &str = "org_2abcdefghijklmnopqrstuvwxyz";

async fn make(app: &TestApp, body: &Value) -> TestResponse {
    app.backend().post("/v1/api_keys").json(body).send().await
}

async fn made(app: &TestApp, subject: &str, name: &str) -> Value {
    let key = make(app, &json!({"subject": subject, "name": name})).await.ok();
    app.advance(Duration::from_secs(1));
    key
}

/// As `@clerk/backend` asks: without a version in the path.
async fn verify(app: &TestApp, key: &Value) -> TestResponse {
    app.backend().post("/api_keys/verify").json(&json!({"secret": key["secret"]})).send().await
}

async fn on(app: &TestApp, key: &Value, action: &str, body: &Value) -> TestResponse {
    let path = format!("/v1/api_keys/{}{action}", text(&key["id"]));
    app.backend().post(&path).json(body).send().await
}

async fn listed(app: &TestApp, query: &[(&str, &str)]) -> Vec<String> {
    let page = app.backend().get("/v1/api_keys").query(query).send().await.ok();
    page["data"].as_array().unwrap().iter().map(|one| text(&one["name"]).to_owned()).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

both_engines! {
    async fn a_key_is_made_shown_and_verified(app: TestApp) {
        let user = app.user("ada@example.com").await;
        let body = json!({
            "subject": user, "name": "Laptop", "description": "At home", "claims": {"plan": "pro"},
            "scopes": ["read", "write"], "created_by": user, "seconds_until_expiration": 60,
        });
        let key = make(&app, &body).await.ok();
        let secret = text(&key["secret"]);
        assert!(secret.starts_with("ak_") && secret != text(&key["id"]));
        assert_eq!((text(&key["id"]).len(), &key["object"], &key["type"]), (35, &json!("api_key"), &json!("api_key")));
        for (member, value) in body.as_object().unwrap().iter().filter(|(name, _)| *name != "seconds_until_expiration") {
            assert_eq!(&key[member], value, "{member}");
        }
        assert_eq!(key["expiration"], json!(app.now().as_millis() + 60_000));
        assert_eq!((&key["revoked"], &key["expired"], &key["last_used_at"]), (&json!(false), &json!(false), &Value::Null));

        let mut shown = key.clone();
        shown.as_object_mut().unwrap().remove("secret");
        let path = format!("/v1/api_keys/{}", text(&key["id"]));
        assert_eq!(app.backend().get(&path).send().await.ok(), shown);
        assert_eq!(app.backend().get(&format!("{path}/secret")).send().await.ok(), json!({"secret": secret}));
        let verified = verify(&app, &key).await.ok();
        assert_eq!(verified["last_used_at"], json!(app.now().as_millis()));
        shown["last_used_at"] = verified["last_used_at"].clone();
        assert_eq!(verified, shown);
        app.advance(Duration::from_secs(60));
        verify(&app, &key).await.refused(404, "resource_not_found");
        assert_eq!(app.backend().get(&path).send().await.ok()["expired"], true);
    }

    async fn uses_are_kept_to_the_minute(app: TestApp) {
        let user = app.user("ada@example.com").await;
        let key = made(&app, &user, "key").await;
        let first = app.now().as_millis();
        for _ in 0..3 {
            assert_eq!(verify(&app, &key).await.ok()["last_used_at"], first);
            app.advance(Duration::from_secs(19));
        }
        app.advance(Duration::from_secs(3));
        assert_eq!(verify(&app, &key).await.ok()["last_used_at"], first + 60_000);
    }

    async fn a_banned_users_keys_are_dead_for_ever(app: TestApp) {
        let user = app.user("ada@example.com").await;
        let key = made(&app, &user, "before").await;
        let other = made(&app, ORGANIZATION, "theirs").await;
        app.backend().post(&format!("/v1/users/{user}/ban")).send().await.ok();
        for phase in ["banned", "unbanned"] {
            verify(&app, &key).await.refused(404, "resource_not_found");
            verify(&app, &other).await.ok();
            assert!(listed(&app, &[("subject", &user)]).await.is_empty(), "{phase}");
            assert_eq!(listed(&app, &[("subject", &user), ("include_invalid", "true")]).await, ["before"]);
            let path = format!("/v1/api_keys/{}", text(&key["id"]));
            assert_eq!(app.backend().get(&path).send().await.ok()["revoked"], true, "{phase}");
            // Neither a longer life nor another subject brings it back.
            let longer = json!({"seconds_until_expiration": null, "subject": user, "scopes": ["all"]});
            assert_eq!(app.backend().patch(&path).json(&longer).send().await.ok()["revoked"], true);
            let moved = app.backend().patch(&path).json(&json!({"subject": ORGANIZATION})).send().await;
            let secret = app.backend().get(&format!("{path}/secret")).send().await;
            let again = make(&app, &json!({"subject": user, "name": "before"})).await;
            if phase == "banned" {
                moved.refused(403, "user_banned");
                secret.refused(403, "user_banned");
                again.refused(403, "user_banned");
                let theirs = format!("/v1/api_keys/{}", text(&other["id"]));
                app.backend().patch(&theirs).json(&json!({"subject": user})).send().await.refused(403, "user_banned");
                app.backend().post(&format!("/v1/users/{user}/unban")).send().await.ok();
            } else {
                moved.refused(401, "authentication_invalid");
                secret.refused(404, "resource_not_found");
                // The dead one does not hold the name.
                verify(&app, &again.ok()).await.ok();
            }
        }
        assert_eq!(listed(&app, &[("subject", &user)]).await, ["before"]);
    }

    async fn keys_go_with_their_user(app: TestApp) {
        let user = app.user("ada@example.com").await;
        let key = made(&app, &user, "key").await;
        app.backend().delete(&format!("/v1/users/{user}")).send().await.ok();
        verify(&app, &key).await.refused(404, "resource_not_found");
        app.backend().get(&format!("/v1/api_keys/{}", text(&key["id"]))).send().await.refused(404, "resource_not_found");
    }

    async fn keys_go_with_their_machine(app: TestApp) {
        let machine = app.backend().post("/v1/machines").json(&json!({"name": "worker"})).send().await.ok();
        let machine = text(&machine["id"]);
        let key = made(&app, machine, "key").await;
        verify(&app, &key).await.ok();
        app.backend().delete(&format!("/v1/machines/{machine}")).send().await.ok();
        verify(&app, &key).await.refused(404, "resource_not_found");
    }

    async fn a_key_is_taken_back_once(app: TestApp) {
        let user = app.user("ada@example.com").await;
        let key = made(&app, &user, "key").await;
        let revoked = on(&app, &key, "/revoke", &json!({"revocation_reason": "lost"})).await.ok();
        assert_eq!((&revoked["revoked"], &revoked["revocation_reason"]), (&json!(true), &json!("lost")));
        verify(&app, &key).await.refused(404, "resource_not_found");
        app.advance(Duration::from_secs(1));
        assert_eq!(on(&app, &key, "/revoke", &json!({"revocation_reason": null})).await.ok(), revoked);
        let moved = json!({"subject": ORGANIZATION});
        let path = format!("/v1/api_keys/{}", text(&key["id"]));
        app.backend().patch(&path).json(&moved).send().await.refused_for(400, "bad_request", "subject");
        let gone = app.backend().delete(&path).send().await.ok();
        assert_eq!(gone, json!({"object": "api_key", "id": key["id"], "deleted": true}));
        app.backend().delete(&path).send().await.refused(404, "resource_not_found");
        on(&app, &key, "/revoke", &json!({})).await.refused(404, "resource_not_found");
    }

    async fn a_key_is_changed(app: TestApp) {
        let (ada, bob) = (app.user("ada@example.com").await, app.user("bob@example.com").await);
        let key = made(&app, &ada, "key").await;
        let path = format!("/v1/api_keys/{}", text(&key["id"]));
        let change = json!({
            "claims": {"a": 1}, "scopes": ["read"], "description": "x", "subject": bob, "seconds_until_expiration": 0.5,
        });
        let changed = app.backend().patch(&path).json(&change).send().await.ok();
        for (member, value) in change.as_object().unwrap().iter().filter(|(name, _)| *name != "seconds_until_expiration") {
            assert_eq!(&changed[member], value, "{member}");
        }
        assert_eq!(changed["expiration"], json!(app.now().as_millis() + 500));
        let cleared = json!({"claims": null, "description": null, "seconds_until_expiration": null});
        let cleared = app.backend().patch(&path).json(&cleared).send().await.ok();
        assert_eq!((&cleared["claims"], &cleared["description"], &cleared["expiration"]), (&Value::Null, &Value::Null, &Value::Null));
        assert_eq!(cleared["scopes"], json!(["read"]));
        // It is the new subject's now.
        app.backend().post(&format!("/v1/users/{ada}/ban")).send().await.ok();
        verify(&app, &key).await.ok();
        app.backend().post(&format!("/v1/users/{bob}/ban")).send().await.ok();
        verify(&app, &key).await.refused(404, "resource_not_found");
    }

    async fn lists_are_a_subjects(app: TestApp) {
        let user = app.user("ada@example.com").await;
        let keys = [made(&app, &user, "Alpha").await, made(&app, &user, "beta").await, made(&app, &user, "gamma ray").await];
        made(&app, ORGANIZATION, "theirs").await;
        on(&app, &keys[1], "/revoke", &json!({})).await.ok();
        assert_eq!(listed(&app, &[("subject", &user)]).await, ["gamma ray", "Alpha"]);
        let all = [("subject", &*user), ("include_invalid", "true")];
        assert_eq!(listed(&app, &all).await, ["gamma ray", "beta", "Alpha"]);
        assert_eq!(listed(&app, &[("subject", ORGANIZATION)]).await, ["theirs"]);
        for (query, expected) in [("ALPH", vec!["Alpha"]), ("A R", vec!["gamma ray"]), ("%", vec![]), (text(&keys[2]["id"]), vec!["gamma ray"])] {
            assert_eq!(listed(&app, &[("subject", &user), ("query", query)]).await, expected, "{query}");
        }
        let query = [all[0], all[1], ("limit", "1"), ("offset", "1")];
        let page = app.backend().get("/api_keys").query(&query).send().await.ok();
        assert_eq!((&page["total_count"], &page["data"][0]["name"]), (&json!(3), &json!("beta")));
        assert_eq!(page["data"][0].get("secret"), None);
        // Clerk's SDK for Python writes numbers so.
        let query = [all[0], all[1], ("limit", "1.0"), ("offset", "1.0")];
        assert_eq!(app.backend().get("/api_keys").query(&query).send().await.ok(), page);
        assert!(listed(&app, &[("subject", &user), ("type", "other")]).await.is_empty());
        for (param, value) in [("subject", "nobody"), ("limit", "101"), ("limit", "0"), ("limit", "1.5"), ("limit", "x"), ("limit", "1e300"), ("offset", "-1"), ("type", "x"), ("include_invalid", "maybe")] {
            let mut query = vec![("subject", &*user)];
            query.retain(|(name, _)| *name != param);
            query.push((param, value));
            app.backend().get("/v1/api_keys").query(&query).send().await.refused_for(400, "bad_request", param);
        }
        app.backend().get("/v1/api_keys").send().await.refused_for(400, "bad_request", "subject");
    }

    async fn a_name_is_held_once(app: TestApp) {
        let user = app.user("ada@example.com").await;
        let key = made(&app, &user, "key").await;
        made(&app, ORGANIZATION, "key").await;
        let again = json!({"subject": user, "name": "key"});
        make(&app, &again).await.refused_for(409, "api_key_name_already_exists", "name");
        on(&app, &key, "/revoke", &json!({})).await.ok();
        make(&app, &again).await.ok();
    }

    async fn bad_bodies_are_named(app: TestApp) {
        let user = app.user("ada@example.com").await;
        for (param, value) in [
            ("name", json!("ab")), ("name", json!(" abc")), ("name", json!(7)), ("name", json!("x".repeat(256))), ("subject", json!("nobody")),
            ("subject", json!("user_000000000000000000000000000")), ("subject", json!("scim_1")), ("subject", json!("org_")),
            ("subject", json!("mch_000000000000000000000000000")), ("created_by", json!("user_1")), ("created_by", json!("bob")),
            ("type", json!("ab")), ("type", json!("x".repeat(26))), ("description", json!("x".repeat(256))), ("claims", json!([1])),
            ("claims", json!({"a": "x".repeat(9000)})), ("scopes", json!("read")), ("scopes", json!(vec!["x"; 101])),
            ("seconds_until_expiration", json!(0)), ("seconds_until_expiration", json!(-5)), ("seconds_until_expiration", json!(1e18)),
            ("unknown", json!(1)),
        ] {
            let mut body = json!({"subject": user, "name": "a key"});
            body[param] = value;
            make(&app, &body).await.refused_for(400, "bad_request", param);
        }
        for missing in ["name", "subject"] {
            let mut body = json!({"subject": user, "name": "a key"});
            body.as_object_mut().unwrap().remove(missing);
            make(&app, &body).await.refused_for(400, "bad_request", missing);
        }
        assert!(listed(&app, &[("subject", &user)]).await.is_empty());
        for secret in ["", "ak_nothing", "no key"] {
            verify(&app, &json!({"secret": secret})).await.refused(404, "resource_not_found");
        }
        app.backend().post("/v1/api_keys/verify").json(&json!({})).send().await.refused_for(400, "bad_request", "secret");
        app.backend().get("/v1/api_keys/ak_none").send().await.refused(404, "resource_not_found");
    }

    async fn only_the_secret_key_opens_them(app: TestApp) {
        let user = app.user("ada@example.com").await;
        let key = made(&app, &user, "key").await;
        let bearer = format!("Bearer {}", text(&key["secret"]));
        let call = app.backend().get("/v1/api_keys").header("authorization", &bearer);
        call.query(&[("subject", &user)]).send().await.refused(401, "clerk_key_invalid");
        let call = app.backend().post("/api_keys/verify").without_header("authorization");
        call.json(&json!({"secret": key["secret"]})).send().await.refused(401, "authorization_header_format_invalid");
    }
}
