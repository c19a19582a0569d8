//! Social sign-in against providers and pages that mean harm, and against GitHub.

use beadle_testkit::{Engine, Provider, Quirks, TestApp, Value, both_providers, json};

use crate::{
    oauth::{BACK, DONE, STRATEGY, address, client, come_back, location, member, set_out, travel},
    visit::text,
};

/// Where a sign-in that failed at the provider leads.
fn failed(code: &str) -> String {
    format!("{BACK}?__clerk_status=failed&__clerk_error_code={code}")
}

both_providers! {
    async fn tokens_that_are_not_for_us_open_nothing(app: TestApp, provider: Provider) {
        member(&provider, &app).await;
        for (name, value) in [
            ("iss", json!("https://elsewhere.example")),
            ("aud", json!("another client")),
            ("aud", json!(["beadle client", "another client"])),
            ("azp", json!("another client")),
            ("nonce", json!("another nonce")),
            ("nonce", Value::Null),
            ("exp", json!(app.now().as_secs() - 61)),
            ("exp", Value::Null),
            ("sub", json!("")),
        ] {
            provider.quirks(Quirks { claims: json!({name: value}), ..Quirks::default() });
            let browser = app.browser();
            let back = travel(&provider, &browser, "sign_ins").await;
            let code = if name == "sub" { "oauth_fetch_user_error" } else { "oauth_token_exchange_error" };
            assert_eq!(back, failed(code), "{name} {value}");
            assert_eq!(client(&browser).await["sessions"], json!([]), "{name} {value}");
        }
    }

    async fn signatures_that_anybody_can_make_open_nothing(app: TestApp, provider: Provider) {
        member(&provider, &app).await;
        for algorithm in ["none", "HS256", "RS256"] {
            provider.quirks(Quirks { algorithm: Some(algorithm), ..Quirks::default() });
            let browser = app.browser();
            assert_eq!(travel(&provider, &browser, "sign_ins").await, failed("oauth_token_exchange_error"));
            assert_eq!(client(&browser).await["sessions"], json!([]), "{algorithm}");
        }
    }

    async fn what_the_token_does_not_say_the_userinfo_endpoint_does(app: TestApp, provider: Provider) {
        provider.quirks(Quirks { terse: true, ..Quirks::default() });
        let (browser, _) = member(&provider, &app).await;
        assert!(provider.calls().contains(&"userinfo"));
        let user = client(&browser).await["sessions"][0]["user"].clone();
        assert_eq!(user["email_addresses"][0]["verification"]["status"], "verified");
        // About the same account only.
        let claims = json!({"sub": "8"});
        provider.quirks(Quirks { terse: true, claims, ..Quirks::default() });
        let browser = app.browser();
        assert_eq!(travel(&provider, &browser, "sign_ins").await, failed("oauth_fetch_user_error"));
    }

    async fn a_secret_can_go_into_the_form(app: TestApp, provider: Provider) {
        let metadata = json!({"token_endpoint_auth_methods_supported": ["client_secret_post"]});
        provider.quirks(Quirks { metadata, ..Quirks::default() });
        member(&provider, &app).await;
    }

    async fn a_code_without_its_verifier_is_worth_nothing(app: TestApp, provider: Provider) {
        member(&provider, &app).await;
        // A code that was stolen from another browser's way, put into one's own.
        let victim = app.browser();
        let stolen = provider.agree(&address(&set_out(&victim, "sign_ins").await.ok()));
        let thief = app.browser();
        let mut own = provider.agree(&address(&set_out(&thief, "sign_ins").await.ok()));
        let state = own.query_pairs().find(|(key, _)| key == "state").unwrap().1.into_owned();
        let code = stolen.query_pairs().find(|(key, _)| key == "code").unwrap().1.into_owned();
        own.query_pairs_mut().clear().append_pair("code", &code).append_pair("state", &state);
        assert_eq!(location(&come_back(&thief, &own).await), failed("oauth_token_exchange_error"));
        assert_eq!(client(&thief).await["sessions"], json!([]));
    }

    async fn a_banned_user_is_told_so_and_gets_nothing(app: TestApp, provider: Provider) {
        let (_, grace) = member(&provider, &app).await;
        let waiting = app.browser();
        let back = provider.agree(&address(&set_out(&waiting, "sign_ins").await.ok()));
        let moving = app.browser();
        assert_eq!(travel(&provider, &moving, "sign_ups").await, BACK);
        app.backend().post(&format!("/v1/users/{grace}/ban")).send().await.ok();
        for (what, field) in [("sign_ins", "sign_in"), ("sign_ups", "sign_up")] {
            let browser = app.browser();
            assert_eq!(travel(&provider, &browser, what).await, failed("user_banned"));
            let client = client(&browser).await;
            assert_eq!(client["sessions"], json!([]));
            let attempt = &client[field];
            let shown = if what == "sign_ins" {
                &attempt["first_factor_verification"]
            } else {
                &attempt["verifications"]["external_account"]
            };
            assert_eq!((&shown["status"], &shown["error"]["code"]), (&json!("failed"), &json!("user_banned")));
            assert!(!client.to_string().contains(&grace), "nothing of the user is shown: {client}");
        }
        assert_eq!(location(&come_back(&waiting, &back).await), failed("user_banned"));
        moving.post("/client/sign_ins", &[("transfer", "true")]).await.refused(403, "user_banned");
    }

    async fn a_proof_from_before_a_ban_is_dead_after_the_unban(app: TestApp, provider: Provider) {
        let (_, grace) = member(&provider, &app).await;
        let identified = app.browser();
        let id = crate::visit::begin(&identified, "grace@example.com").await;
        let form = [("strategy", STRATEGY), ("redirect_url", BACK)];
        let path = format!("/client/sign_ins/{id}/prepare_first_factor");
        let back = provider.agree(&address(&identified.post(&path, &form).await.ok()));
        let moving = app.browser();
        assert_eq!(travel(&provider, &moving, "sign_ups").await, BACK);
        for verb in ["ban", "unban"] {
            app.backend().post(&format!("/v1/users/{grace}/{verb}")).send().await.ok();
        }
        let came = location(&come_back(&identified, &back).await);
        assert_eq!(came, failed("authentication_invalid"));
        moving.post("/client/sign_ins", &[("transfer", "true")]).await.refused(401, "authentication_invalid");
        assert_eq!(client(&identified).await["sessions"], json!([]));
        assert_eq!(client(&moving).await["sessions"], json!([]));
        // A new proof is worth something again.
        let browser = app.browser();
        assert_eq!(travel(&provider, &browser, "sign_ins").await, DONE);
    }

    async fn a_banned_user_is_not_linked_by_an_address(app: TestApp, provider: Provider) {
        let grace = crate::visit::user(&app, "grace@example.com").await;
        app.backend().post(&format!("/v1/users/{grace}/ban")).send().await.ok();
        let browser = app.browser();
        assert_eq!(travel(&provider, &browser, "sign_ins").await, failed("user_banned"));
        let seen = app.backend().get(&format!("/v1/users/{grace}")).send().await.ok();
        assert_eq!(seen["external_accounts"], json!([]));
    }
}

mod github {
    use super::*;

    async fn github(engine: Engine) -> (TestApp, Provider) {
        let provider = Provider::start().await;
        // The strategy only names it; what it speaks is in the configuration.
        let app = TestApp::builder(engine).provider(provider.github(STRATEGY)).start().await;
        provider.account(json!({
            "id": 583_231, "login": "octocat", "name": "The Octocat", "avatar_url": "https://pictures.example/o.png",
        }));
        (app, provider)
    }

    fn address_list(emails: &[(&str, bool, bool)]) -> Value {
        emails
            .iter()
            .map(|(email, primary, verified)| json!({"email": email, "primary": primary, "verified": verified}))
            .collect()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn signs_up_and_in() {
        let (app, provider) = github(Engine::Sqlite).await;
        provider.emails(address_list(&[
            ("old@example.com", false, true),
            ("octocat@example.com", true, true),
            ("new@example.com", false, false),
        ]));
        let (browser, octocat) = member(&provider, &app).await;
        let user = client(&browser).await["sessions"][0]["user"].clone();
        assert_eq!((&user["first_name"], &user["username"]), (&json!("The"), &json!("octocat")));
        assert_eq!(user["email_addresses"][0]["email_address"], "octocat@example.com");
        let account = &user["external_accounts"][0];
        assert_eq!(
            (&account["provider_user_id"], &account["username"]),
            (&json!("583231"), &json!("octocat"))
        );
        assert_eq!(account["approved_scopes"], "read:user user:email");
        let browser = app.browser();
        assert_eq!(travel(&provider, &browser, "sign_ins").await, DONE);
        assert_eq!(text(&client(&browser).await["sessions"][0]["user"]["id"]), octocat);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_unproven_address_opens_nothing() {
        let (app, provider) = github(Engine::Sqlite).await;
        crate::visit::user(&app, "victim@example.com").await;
        provider.emails(address_list(&[("victim@example.com", true, false)]));
        let browser = app.browser();
        assert_eq!(travel(&provider, &browser, "sign_ins").await, BACK);
        let client = client(&browser).await;
        assert_eq!(client["sessions"], json!([]));
        assert_eq!(client["sign_in"]["first_factor_verification"]["status"], "transferable");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_refused_code_comes_with_status_200() {
        let (app, provider) = github(Engine::Sqlite).await;
        provider.quirks(Quirks { refuses: true, ..Quirks::default() });
        let browser = app.browser();
        assert_eq!(travel(&provider, &browser, "sign_ins").await, failed("oauth_token_exchange_error"));
    }
}
