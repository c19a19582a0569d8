//! Machines, their secret keys and their tokens.

use std::time::Duration;

use beadle_testkit::{TestApp, TestResponse, Value, both_engines, json};

const NO_MACHINE: &str = "mch_000000000000000000000000000";

async fn made(app: &TestApp, body: &Value) -> Value {
    let machine = app.backend().post("/v1/machines").json(body).send().await.ok();
    app.advance(Duration::from_secs(1));
    machine
}

/// A machine that may ask another: the one that asks, and the one that is asked.
async fn pair(app: &TestApp) -> (Value, Value) {
    let asked = made(app, &json!({"name": "asked"})).await;
    let asks = made(app, &json!({"name": "asks", "scoped_machines": [asked["id"]]})).await;
    (asks, asked)
}

/// With the machine's own key, and without a version in the path, as `@clerk/backend` asks.
async fn as_machine(app: &TestApp, secret: &Value, path: &str, body: &Value) -> TestResponse {
    let bearer = format!("Bearer {}", text(secret));
    app.backend().post(path).header("authorization", &bearer).json(body).send().await
}

async fn token(app: &TestApp, machine: &Value, body: &Value) -> Value {
    let answer = as_machine(app, &machine["secret_key"], "/m2m_tokens", body).await;
    assert_eq!(answer.status, 201, "{}", answer.shown());
    app.advance(Duration::from_secs(1));
    answer.json()
}

async fn verify(app: &TestApp, by: &Value, token: &Value) -> TestResponse {
    as_machine(app, &by["secret_key"], "/m2m_tokens/verify", &json!({"token": token["token"]})).await
}

async fn verify_by_instance(app: &TestApp, token: &Value) -> TestResponse {
    app.backend().post("/v1/m2m_tokens/verify").json(&json!({"token": token["token"]})).send().await
}

async fn listed(app: &TestApp, query: &[(&str, &str)]) -> Vec<String> {
    let page = app.backend().get("/v1/machines").query(query).send().await.ok();
    page["data"].as_array().unwrap().iter().map(|one| text(&one["name"]).to_owned()).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn on(machine: &Value, action: &str) -> String {
    format!("/v1/machines/{}{action}", text(&machine["id"]))
}

both_engines! {
    async fn a_machine_is_made_shown_changed_and_deleted(app: TestApp) {
        let (asks, asked) = pair(&app).await;
        assert!(text(&asks["secret_key"]).starts_with("ak_"));
        assert_eq!((&asks["object"], &asks["default_token_ttl"]), (&json!("machine"), &json!(3600)));
        assert_eq!(asks["instance_id"], app.app().instance.id.as_str());
        let mut plain = asked.clone();
        plain.as_object_mut().unwrap().retain(|name, _| name != "secret_key" && name != "scoped_machines");
        assert_eq!(asks["scoped_machines"], json!([plain]));
        let mut shown = asks.clone();
        shown.as_object_mut().unwrap().remove("secret_key");
        assert_eq!(app.backend().get(&on(&asks, "")).send().await.ok(), shown);
        let secret = app.backend().get(&on(&asks, "/secret_key")).send().await.ok();
        assert_eq!(secret, json!({"object": "machine_secret_key", "secret": asks["secret_key"]}));
        let change = json!({"name": "renamed", "default_token_ttl": 60});
        let changed = app.backend().patch(&on(&asks, "")).json(&change).send().await.ok();
        assert_eq!((&changed["name"], &changed["default_token_ttl"]), (&json!("renamed"), &json!(60)));
        assert_eq!(changed["scoped_machines"], shown["scoped_machines"]);
        assert_eq!(app.backend().patch(&on(&asks, "")).json(&json!({})).send().await.ok()["name"], "renamed");
        assert_eq!(listed(&app, &[("query", "renam")]).await, ["renamed"]);
        let gone = app.backend().delete(&on(&asked, "")).send().await.ok();
        assert_eq!(gone, json!({"object": "machine", "id": asked["id"], "deleted": true}));
        assert_eq!(app.backend().get(&on(&asks, "")).send().await.ok()["scoped_machines"], json!([]));
        assert!(listed(&app, &[("query", "asked")]).await.is_empty());
        for call in [
            app.backend().get(&on(&asked, "")), app.backend().delete(&on(&asked, "")), app.backend().get(&on(&asked, "/secret_key")),
            app.backend().patch(&on(&asked, "")).json(&json!({"name": "x"})),
            app.backend().post(&on(&asked, "/secret_key/rotate")).json(&json!({"previous_token_ttl": 0})),
        ] {
            call.send().await.refused(404, "resource_not_found");
        }
    }

    async fn lists_are_sorted_and_searched(app: TestApp) {
        let mut ids = Vec::new();
        for name in ["beta", "Alpha", "gamma"] {
            ids.push(text(&made(&app, &json!({"name": name})).await["id"]).to_owned());
        }
        for (order, expected) in [
            ("created_at", ["beta", "Alpha", "gamma"]), ("-created_at", ["gamma", "Alpha", "beta"]),
            ("name", ["Alpha", "beta", "gamma"]), ("-name", ["gamma", "beta", "Alpha"]),
        ] {
            assert_eq!(listed(&app, &[("order_by", order)]).await, expected, "{order}");
        }
        for (query, expected) in [
            ("ALP", vec!["Alpha"]), ("ta", vec!["beta"]), (&*ids[2], vec!["gamma"]), (&ids[2][..20], vec![]), ("%", vec![]), ("nothing", vec![]),
        ] {
            assert_eq!(listed(&app, &[("query", query)]).await, expected, "{query}");
        }
        let page = app.backend().get("/v1/machines").query(&[("limit", "1"), ("offset", "1")]).send().await.ok();
        assert_eq!((&page["total_count"], &page["data"][0]["name"]), (&json!(3), &json!("Alpha")));
        for (param, value) in [("order_by", "updated_at"), ("limit", "501"), ("offset", "-1")] {
            app.backend().get("/v1/machines").query(&[(param, value)]).send().await.refused_for(422, "form_param_value_invalid", param);
        }
    }

    async fn bad_bodies_are_named(app: TestApp) {
        for (param, value, code) in [
            ("name", json!(""), "form_param_nil"), ("name", json!("x".repeat(256)), "form_param_max_length_exceeded"),
            ("default_token_ttl", json!(0), "form_param_value_invalid"), ("default_token_ttl", json!(315_360_001), "form_param_value_invalid"),
            ("scoped_machines", json!(vec![NO_MACHINE; 151]), "form_param_array_size_exceeded"),
        ] {
            let mut body = json!({"name": "m"});
            body[param] = value;
            app.backend().post("/v1/machines").json(&body).send().await.refused_for(422, code, param);
        }
        app.backend().post("/v1/machines").json(&json!({})).send().await.refused_for(422, "form_param_missing", "name");
        let body = json!({"name": "m", "scoped_machines": [NO_MACHINE]});
        app.backend().post("/v1/machines").json(&body).send().await.refused_for(404, "machine_not_found", "scoped_machines");
        assert!(listed(&app, &[]).await.is_empty());
    }

    async fn scopes_come_and_go(app: TestApp) {
        let (asks, asked) = pair(&app).await;
        let scopes = on(&asked, "/scopes");
        let back = json!({"to_machine_id": asks["id"]});
        let scope = app.backend().post(&scopes).json(&back).send().await.ok();
        let expected = json!({
            "object": "machine_scope", "from_machine_id": asked["id"], "to_machine_id": asks["id"], "created_at": app.now().as_millis(),
        });
        assert_eq!(scope, expected);
        app.backend().post(&scopes).json(&back).send().await.refused(409, "conflict");
        app.backend().post(&scopes).json(&json!({"to_machine_id": asked["id"]})).send().await.refused_for(422, "form_param_value_invalid", "to_machine_id");
        for other in [NO_MACHINE, "nothing"] {
            app.backend().post(&scopes).json(&json!({"to_machine_id": other})).send().await.refused_for(404, "machine_not_found", "to_machine_id");
        }
        app.backend().post(&format!("/v1/machines/{NO_MACHINE}/scopes")).json(&back).send().await.refused(404, "resource_not_found");
        let path = format!("{scopes}/{}", text(&asks["id"]));
        let gone = app.backend().delete(&path).send().await.ok();
        assert_eq!(gone, json!({"object": "machine_scope", "from_machine_id": asked["id"], "to_machine_id": asks["id"], "deleted": true}));
        app.backend().delete(&path).send().await.refused(404, "resource_not_found");
    }

    async fn a_machine_asks_a_bounded_number_of_others(app: TestApp) {
        let mut others = Vec::new();
        for n in 0..151 {
            let other = app.backend().post("/v1/machines").json(&json!({"name": format!("m{n}")})).send().await.ok();
            others.push(other["id"].clone());
        }
        let last = json!({"to_machine_id": others.pop()});
        let asks = made(&app, &json!({"name": "asks", "scoped_machines": others})).await;
        app.backend().post(&on(&asks, "/scopes")).json(&last).send().await.refused(403, "quota_exceeded");
    }

    async fn a_rotated_key_is_taken_for_a_while(app: TestApp) {
        let (asks, _) = pair(&app).await;
        let works = async |secret: &Value| {
            let answer = as_machine(&app, secret, "/v1/m2m_tokens", &json!({})).await;
            if answer.status != 201 {
                answer.refused(401, "machine_secret_key_invalid");
            }
            answer.status == 201
        };
        let rotate = async |ttl: i64| {
            let body = json!({"previous_token_ttl": ttl});
            app.backend().post(&on(&asks, "/secret_key/rotate")).json(&body).send().await
        };
        let first = asks["secret_key"].clone();
        let second = rotate(60).await.ok()["secret"].clone();
        assert!(works(&first).await && works(&second).await);
        assert_eq!(app.backend().get(&on(&asks, "/secret_key")).send().await.ok()["secret"], second);
        app.advance(Duration::from_secs(60));
        assert!(!works(&first).await && works(&second).await);
        let third = rotate(0).await.ok()["secret"].clone();
        assert!(!works(&second).await && works(&third).await);
        for ttl in [-1, 28_801] {
            rotate(ttl).await.refused_for(422, "form_param_value_invalid", "previous_token_ttl");
        }
        let missing = app.backend().post(&on(&asks, "/secret_key/rotate")).json(&json!({})).send().await;
        missing.refused_for(422, "form_param_missing", "previous_token_ttl");
        assert!(works(&third).await);
    }

    async fn an_opaque_token_is_made_and_verified(app: TestApp) {
        let (asks, asked) = pair(&app).await;
        let stranger = made(&app, &json!({"name": "stranger"})).await;
        let made = token(&app, &asks, &json!({"claims": {"role": "reader"}, "seconds_until_expiration": 60})).await;
        assert!(text(&made["token"]).starts_with("mt_") && made["token"] != made["id"]);
        assert_eq!((&made["object"], &made["subject"]), (&json!("machine_to_machine_token"), &asks["id"]));
        assert_eq!((&made["claims"], &made["scopes"]), (&json!({"role": "reader"}), &json!([asked["id"]])));
        let verified = verify(&app, &asked, &made).await.ok();
        assert_eq!((&verified["id"], verified.get("token")), (&made["id"], None));
        assert_eq!(verified["last_used_at"], json!(app.now().as_millis()));
        verify_by_instance(&app, &made).await.ok();
        verify(&app, &stranger, &made).await.refused(404, "resource_not_found");
        // Who may be asked no more does not take it either.
        let scope = on(&asks, &format!("/scopes/{}", text(&asked["id"])));
        app.backend().delete(&scope).send().await.ok();
        verify(&app, &asked, &made).await.refused(404, "resource_not_found");
        verify_by_instance(&app, &made).await.ok();
        app.advance(Duration::from_secs(60));
        verify_by_instance(&app, &made).await.refused(404, "resource_not_found");
        verify_by_instance(&app, &json!({"token": "mt_nothing"})).await.refused(404, "resource_not_found");
    }

    async fn a_jwt_is_made_and_verified(app: TestApp) {
        let (asks, asked) = pair(&app).await;
        let made = token(&app, &asks, &json!({"token_format": "jwt", "claims": {"role": "reader", "sid": 7}})).await;
        let verified = verify(&app, &asked, &made).await.ok();
        assert_eq!((&verified["id"], &verified["claims"]), (&made["id"], &json!({"role": "reader", "sid": 7})));
        assert_eq!((&verified["subject"], &verified["scopes"]), (&asks["id"], &json!([asked["id"]])));
        assert_eq!(made["expiration"], json!((app.now().as_millis() - 1000) + 3_600_000));
        // It is kept nowhere.
        let query = [("subject", text(&asks["id"]))];
        assert_eq!(app.backend().get("/v1/m2m_tokens").query(&query).send().await.ok()["total_count"], 0);
        let revoke = format!("/v1/m2m_tokens/{}/revoke", text(&made["id"]));
        app.backend().post(&revoke).json(&json!({})).send().await.refused(404, "resource_not_found");
        // Nor is a session token one of a machine, or the other way round.
        let user = app.user("ada@example.com").await;
        let session = app.session(&user).await;
        let jwt = app.backend().post(&format!("/v1/sessions/{session}/tokens")).send().await.ok();
        verify_by_instance(&app, &json!({"token": jwt["jwt"]})).await.refused(404, "resource_not_found");
        app.advance(Duration::from_secs(3600 + 6));
        verify_by_instance(&app, &made).await.refused(404, "resource_not_found");
    }

    async fn a_token_that_will_do_is_used_again(app: TestApp) {
        let (asks, _) = pair(&app).await;
        let first = token(&app, &asks, &json!({"claims": {"a": 1}, "seconds_until_expiration": 100})).await;
        let wish = json!({"claims": {"a": 1}, "seconds_until_expiration": 100, "min_remaining_ttl_seconds": 50});
        let again = token(&app, &asks, &wish).await;
        assert_eq!((&again["id"], &again["token"]), (&first["id"], &first["token"]));
        let other = token(&app, &asks, &json!({"claims": {"a": 2}, "min_remaining_ttl_seconds": 50})).await;
        assert_ne!(other["id"], first["id"]);
        app.advance(Duration::from_secs(60));
        assert_ne!(token(&app, &asks, &wish).await["id"], first["id"]);
        let second = token(&app, &asks, &wish).await;
        let revoke = format!("/v1/m2m_tokens/{}/revoke", text(&second["id"]));
        app.backend().post(&revoke).json(&json!({})).send().await.ok();
        assert_ne!(token(&app, &asks, &wish).await["id"], second["id"]);
        for remaining in [-1, 3600] {
            let body = json!({"min_remaining_ttl_seconds": remaining});
            as_machine(&app, &asks["secret_key"], "/m2m_tokens", &body).await.refused_for(400, "bad_request", "min_remaining_ttl_seconds");
        }
    }

    async fn tokens_are_listed_and_taken_back(app: TestApp) {
        let (asks, asked) = pair(&app).await;
        let mut ids = Vec::new();
        for seconds in [json!(5), json!(1000), json!(2000)] {
            ids.push(token(&app, &asks, &json!({"seconds_until_expiration": seconds})).await["id"].clone());
        }
        app.advance(Duration::from_secs(5));
        let revoke = |id: &Value| format!("/m2m_tokens/{}/revoke", text(id));
        let reason = json!({"revocation_reason": "lost"});
        as_machine(&app, &asked["secret_key"], &revoke(&ids[1]), &reason).await.refused(404, "resource_not_found");
        let revoked = as_machine(&app, &asks["secret_key"], &revoke(&ids[1]), &reason).await.ok();
        assert_eq!((&revoked["revoked"], &revoked["revocation_reason"]), (&json!(true), &json!("lost")));
        assert_eq!(as_machine(&app, &asks["secret_key"], &revoke(&ids[1]), &json!({"revocation_reason": null})).await.ok(), revoked);
        let list = async |query: &[(&str, &str)]| {
            let call = app.backend().get("/v1/m2m_tokens").query(&[("subject", text(&asks["id"]))]).query(query);
            let page = call.send().await.ok();
            page["m2m_tokens"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(list(&[]).await, [ids[2].clone()]);
        assert_eq!(list(&[("revoked", "true")]).await, [ids[2].clone(), ids[1].clone()]);
        assert_eq!(list(&[("expired", "true")]).await, [ids[2].clone(), ids[0].clone()]);
        assert_eq!(list(&[("expired", "true"), ("revoked", "true"), ("limit", "1"), ("offset", "1")]).await, [ids[1].clone()]);
        let bearer = format!("Bearer {}", text(&asked["secret_key"]));
        let foreign = app.backend().get("/m2m_tokens").header("authorization", &bearer).query(&[("subject", text(&asks["id"]))]);
        foreign.send().await.refused(403, "authorization_invalid");
        app.backend().get("/m2m_tokens").query(&[("subject", NO_MACHINE)]).send().await.refused(404, "resource_not_found");
        for (param, value) in [("subject", "user_1"), ("limit", "101"), ("offset", "-1"), ("revoked", "maybe")] {
            let mut query = vec![("subject", text(&asks["id"]))];
            query.retain(|(name, _)| *name != param);
            query.push((param, value));
            app.backend().get("/m2m_tokens").query(&query).send().await.refused_for(400, "bad_request", param);
        }
    }

    async fn tokens_die_with_their_machine(app: TestApp) {
        let (asks, asked) = pair(&app).await;
        let opaque = token(&app, &asks, &json!({})).await;
        let jwt = token(&app, &asks, &json!({"token_format": "jwt"})).await;
        app.backend().delete(&on(&asks, "")).send().await.ok();
        for token in [&opaque, &jwt] {
            verify_by_instance(&app, token).await.refused(404, "resource_not_found");
            verify(&app, &asked, token).await.refused(404, "resource_not_found");
        }
        as_machine(&app, &asks["secret_key"], "/m2m_tokens", &json!({})).await.refused(401, "machine_secret_key_invalid");
    }

    async fn a_token_for_a_user_dies_with_the_ban(app: TestApp) {
        let user = app.user("ada@example.com").await;
        let (asks, asked) = pair(&app).await;
        let body = json!({"claims": {"user_id": user}, "min_remaining_ttl_seconds": 5});
        let jwt_body = json!({"claims": {"user_id": user}, "token_format": "jwt"});
        let tokens = [token(&app, &asks, &body).await, token(&app, &asks, &jwt_body).await];
        for token in &tokens {
            assert_eq!(verify(&app, &asked, token).await.ok()["claims"], json!({"user_id": user}));
        }
        app.backend().post(&format!("/v1/users/{user}/ban")).send().await.ok();
        as_machine(&app, &asks["secret_key"], "/m2m_tokens", &body).await.refused(403, "user_banned");
        let query = [("subject", text(&asks["id"]))];
        for phase in ["banned", "unbanned"] {
            for token in &tokens {
                verify(&app, &asked, token).await.refused(404, "resource_not_found");
                verify_by_instance(&app, token).await.refused(404, "resource_not_found");
            }
            let page = app.backend().get("/v1/m2m_tokens").query(&query).send().await.ok();
            assert_eq!(page["total_count"], 0, "{phase}");
            let page = app.backend().get("/v1/m2m_tokens").query(&query).query(&[("revoked", "true")]).send().await.ok();
            assert_eq!(page["m2m_tokens"][0]["revoked"], true, "{phase}");
            app.backend().post(&format!("/v1/users/{user}/unban")).send().await.ok();
        }
        // What was made before will not do for what is made now.
        assert_ne!(token(&app, &asks, &body).await["id"], tokens[0]["id"]);
        let nobody = json!({"claims": {"user_id": crate::NOBODY}});
        as_machine(&app, &asks["secret_key"], "/m2m_tokens", &nobody).await.refused_for(400, "bad_request", "claims");
    }

    async fn a_token_is_made_by_a_machine_alone(app: TestApp) {
        let (asks, _) = pair(&app).await;
        app.backend().post("/m2m_tokens").json(&json!({})).send().await.refused(401, "machine_secret_key_invalid");
        as_machine(&app, &json!("ak_nothing"), "/m2m_tokens", &json!({})).await.refused(401, "machine_secret_key_invalid");
        let call = app.backend().post("/m2m_tokens").without_header("authorization").json(&json!({}));
        call.send().await.refused(401, "authorization_header_format_invalid");
        // A machine's key opens nothing else.
        let bearer = format!("Bearer {}", text(&asks["secret_key"]));
        for path in ["/v1/users", "/v1/machines", "/v1/api_keys"] {
            app.backend().get(path).header("authorization", &bearer).send().await.refused(401, "clerk_key_invalid");
        }
        // Nor is it an API key.
        let body = json!({"secret": asks["secret_key"]});
        app.backend().post("/api_keys/verify").json(&body).send().await.refused(404, "resource_not_found");
        // On the browsers' host as well.
        let host = app.app().instance.settings().publishable_host.clone();
        let call = app.backend().post("/m2m_tokens").header("authorization", &bearer).header("host", &host).json(&json!({}));
        assert_eq!(call.send().await.status, 201);
        for (param, value) in [("claims", json!([1])), ("token_format", json!("xml")), ("seconds_until_expiration", json!(0)), ("other", json!(1))] {
            let mut body = json!({});
            body[param] = value;
            as_machine(&app, &asks["secret_key"], "/m2m_tokens", &body).await.refused_for(400, "bad_request", param);
        }
        let body = json!({"claims": {"sub": "somebody"}});
        as_machine(&app, &asks["secret_key"], "/m2m_tokens", &body).await.refused_for(400, "machine_token_reserved_claim", "sub");
    }
}
