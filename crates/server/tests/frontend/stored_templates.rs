//! Token templates that the Backend API has made.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use beadle_testkit::{TestApp, TestResponse, Value, both_engines, json};
use http::Method;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};

use crate::visit::{ADA, signed_in, text, user};

async fn create(app: &TestApp, body: &Value) -> TestResponse {
    app.backend().post("/v1/jwt_templates").json(body).send().await
}

async fn patch(app: &TestApp, id: &Value, body: &Value) -> TestResponse {
    app.backend().patch(&format!("/v1/jwt_templates/{}", text(id))).json(body).send().await
}

fn part(jwt: &str, n: usize) -> Value {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(jwt.split('.').nth(n).unwrap()).unwrap()).unwrap()
}

/// A token of the template for somebody who is signed in, by either API.
async fn minted(app: &TestApp, name: &str) -> [String; 2] {
    let (browser, session) = signed_in(app, ADA).await;
    let call = browser.call(Method::POST, &format!("/client/sessions/{session}/tokens/{name}"));
    let one = browser.send(call).await.ok();
    let path = format!("/v1/sessions/{session}/tokens/{name}");
    let other = app.backend().post(&path).json(&json!({})).send().await.ok();
    [text(&one["jwt"]), text(&other["jwt"])]
}

const EC_KEY: &str = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgB9DGf4tr78DEBZ37
MqqSu4KLQvZ1GgBtleO+zPsEVdqhRANCAATpZJnglGG5mQzB8f1a9sWQJfQM8yV6
FhnEUUs2WAsgzmKC1NpiVRLKbGCwPdNk4idGpGH60+yYPI7ARK22irAl
-----END PRIVATE KEY-----";

both_engines! {
    async fn templates_are_looked_after(app: TestApp) {
        let body = json!({"name": "hasura", "claims": {"aud": "hasura", "mail": "{{user.primary_email_address}}"}});
        let made = create(&app, &body).await.ok();
        let now = app.now().as_millis();
        assert_eq!(made, json!({
            "object": "jwt_template", "id": made["id"], "name": "hasura", "claims": body["claims"], "lifetime": 60,
            "allowed_clock_skew": 5, "custom_signing_key": false, "signing_algorithm": "RS256",
            "created_at": now, "updated_at": now,
        }));
        assert!(text(&made["id"]).starts_with("jtmpl_"));
        let path = format!("/v1/jwt_templates/{}", text(&made["id"]));
        assert_eq!(app.backend().get(&path).send().await.ok(), made);
        app.advance(std::time::Duration::from_secs(1));
        create(&app, &json!({"name": "other", "claims": {}, "lifetime": 30, "allowed_clock_skew": 0})).await.ok();
        let list = |query: &'static [(&'static str, &'static str)]| app.backend().get("/v1/jwt_templates").query(query).send();
        assert_eq!(list(&[]).await.ok()[1], made);
        let page = list(&[("paginated", "true"), ("limit", "1"), ("offset", "1")]).await.ok();
        assert_eq!((&page["total_count"], &page["data"][0]["name"]), (&json!(2), &json!("hasura")));
        list(&[("limit", "501")]).await.refused_for(422, "form_param_value_invalid", "limit");

        let changed = patch(&app, &made["id"], &json!({"lifetime": 45})).await.ok();
        assert_eq!((&changed["lifetime"], &changed["claims"]), (&json!(45), &made["claims"]));
        patch(&app, &made["id"], &json!({"name": "other"})).await.refused_for(422, "form_identifier_exists", "name");
        let gone = app.backend().delete(&path).send().await.ok();
        assert_eq!(gone, json!({"object": "jwt_template", "id": made["id"], "deleted": true}));
        app.backend().delete(&path).send().await.refused(404, "resource_not_found");
        app.backend().get(&path).send().await.refused(404, "resource_not_found");
        patch(&app, &made["id"], &json!({})).await.refused(404, "resource_not_found");
    }

    async fn what_cannot_be_a_template_is_named(app: TestApp) {
        create(&app, &json!({"name": "taken", "claims": {}})).await.ok();
        for (body, code, param) in [
            (json!({"claims": {}}), "form_param_missing", "name"),
            (json!({"name": "a"}), "form_param_missing", "claims"),
            (json!({"name": "a b", "claims": {}}), "form_param_value_invalid", "name"),
            (json!({"name": "taken", "claims": {}}), "form_identifier_exists", "name"),
            (json!({"name": "a", "claims": "x"}), "form_param_type_invalid", "claims"),
            (json!({"name": "a", "claims": {"x": "{{user.password}}"}}), "form_param_value_invalid", "claims"),
            (json!({"name": "a", "claims": {"x": "x".repeat(9000)}}), "form_param_value_invalid", "claims"),
            (json!({"name": "a", "claims": {}, "lifetime": 29}), "form_param_value_invalid", "lifetime"),
            (json!({"name": "a", "claims": {}, "lifetime": 315_360_001}), "form_param_value_invalid", "lifetime"),
            (json!({"name": "a", "claims": {}, "allowed_clock_skew": 301}), "form_param_value_invalid", "allowed_clock_skew"),
            (json!({"name": "a", "claims": {}, "allowed_clock_skew": -1}), "form_param_value_invalid", "allowed_clock_skew"),
            (json!({"name": "a", "claims": {}, "custom_signing_key": true}), "form_param_missing", "signing_algorithm"),
            (json!({"name": "a", "claims": {}, "custom_signing_key": true, "signing_algorithm": "HS256"}), "form_param_missing", "signing_key"),
            (json!({"name": "a", "claims": {}, "custom_signing_key": true, "signing_algorithm": "none", "signing_key": "x"}),
                "form_param_value_invalid", "signing_algorithm"),
            (json!({"name": "a", "claims": {}, "custom_signing_key": true, "signing_algorithm": "RS256", "signing_key": "x"}),
                "form_param_value_invalid", "signing_key"),
            (json!({"name": "a", "claims": {}, "signing_algorithm": "HS256"}), "form_param_value_invalid", "signing_algorithm"),
        ] {
            create(&app, &body).await.refused_for(422, code, param);
        }
        for claim in ["sub", "exp", "iss", "sid", "azp"] {
            let body = json!({"name": "a", "claims": {claim: "x"}});
            create(&app, &body).await.refused_for(400, "jwt_template_reserved_claim", "claims");
        }
    }

    #[instance = "jwt_templates.file.claims = { from = 'file' }\njwt_templates.both.claims = { from = 'file' }"]
    async fn the_database_wins_over_the_configuration(app: TestApp) {
        let id = user(&app, ADA).await;
        create(&app, &json!({"name": "both", "claims": {"from": "api"}, "lifetime": 90, "allowed_clock_skew": 0})).await.ok();
        for (name, from, lifetime) in [("file", "file", 60), ("both", "api", 90)] {
            for jwt in minted(&app, name).await {
                let claims = part(&jwt, 1);
                assert_eq!((&claims["from"], &claims["sub"]), (&json!(from), &json!(id)));
                assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), lifetime, "{name}");
                assert_eq!(part(&jwt, 0)["kid"], app.app().instance.id.as_str());
            }
        }
        let (browser, session) = signed_in(&app, ADA).await;
        let call = browser.call(Method::POST, &format!("/client/sessions/{session}/tokens/none"));
        browser.send(call).await.refused(404, "resource_not_found");
    }

    async fn a_template_can_bring_its_own_key(app: TestApp) {
        user(&app, ADA).await;
        let secret = "a secret that the other side knows as well";
        let body = json!({
            "name": "supabase", "claims": {"role": "authenticated"}, "custom_signing_key": true,
            "signing_algorithm": "HS256", "signing_key": secret,
        });
        let made = create(&app, &body).await;
        assert!(!made.text().contains("other side"), "{}", made.text());
        let made = made.ok();
        assert_eq!((&made["custom_signing_key"], &made["signing_algorithm"]), (&json!(true), &json!("HS256")));
        for jwt in minted(&app, "supabase").await {
            let mut validation = Validation::new(Algorithm::HS256);
            validation.validate_exp = false;
            validation.validate_aud = false;
            let key = DecodingKey::from_secret(secret.as_bytes());
            let token = jsonwebtoken::decode::<Value>(&jwt, &key, &validation).unwrap();
            assert_eq!(token.claims["role"], "authenticated");
            assert_eq!(part(&jwt, 0), json!({"alg": "HS256", "cat": "cl_B7d4PD222AAA", "typ": "JWT"}));
        }
        // The key stays where nothing is said of it, and goes where it is taken away.
        let kept = patch(&app, &made["id"], &json!({"lifetime": 90})).await.ok();
        assert_eq!(kept["custom_signing_key"], true);
        let body = json!({"custom_signing_key": true, "signing_algorithm": "ES256", "signing_key": EC_KEY});
        assert_eq!(patch(&app, &made["id"], &body).await.ok()["signing_algorithm"], "ES256");
        assert_eq!(part(&minted(&app, "supabase").await[0], 0)["alg"], "ES256");
        patch(&app, &made["id"], &json!({"signing_algorithm": "RS256"})).await
            .refused_for(422, "form_param_value_invalid", "signing_key");
        let without = patch(&app, &made["id"], &json!({"custom_signing_key": false})).await.ok();
        assert_eq!((&without["custom_signing_key"], &without["signing_algorithm"]), (&json!(false), &json!("RS256")));
        assert_eq!(part(&minted(&app, "supabase").await[0], 0)["alg"], "RS256");
    }
}
