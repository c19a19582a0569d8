//! Social sign-in.

use std::time::Duration;

use beadle_testkit::{Browser, Provider, TestApp, TestResponse, Value, both_providers, json};
use http::Method;
use url::Url;

use crate::visit::{text, user};

pub(crate) const STRATEGY: &str = "oauth_custom_stub";
/// The page that a browser comes back to, and the one for when all is done.
pub(crate) const BACK: &str = "http://localhost:3000/sso-callback";
pub(crate) const DONE: &str = "http://localhost:3000/home?a=1";

/// Begins a sign-in (`sign_ins`) or sign-up (`sign_ups`).
pub(crate) async fn set_out(browser: &Browser, what: &str) -> TestResponse {
    let form = [("strategy", STRATEGY), ("redirect_url", BACK), ("action_complete_redirect_url", DONE)];
    browser.post(&format!("/client/{what}"), &form).await
}

/// The address that a begun sign-in or sign-up sends the browser to.
pub(crate) fn address(begun: &Value) -> String {
    let attempt = &begun["response"];
    let in_sign_in = &attempt["first_factor_verification"]["external_verification_redirect_url"];
    let in_sign_up = &attempt["verifications"]["external_account"]["external_verification_redirect_url"];
    text(if in_sign_in.is_null() { in_sign_up } else { in_sign_in })
}

/// Follows the provider's answer.
pub(crate) async fn come_back(browser: &Browser, back: &Url) -> TestResponse {
    assert_eq!(back.path(), "/__clerk/v1/oauth_callback");
    let call = browser.call(Method::GET, "/oauth_callback").raw_query(back.query().unwrap());
    browser.send(call).await
}

/// Where an answer leads.
pub(crate) fn location(response: &TestResponse) -> String {
    assert_eq!(response.status, 303, "{response:?}");
    response.headers["location"].to_str().unwrap().to_owned()
}

/// All the way there and back; where that leads.
pub(crate) async fn travel(provider: &Provider, browser: &Browser, what: &str) -> String {
    let begun = set_out(browser, what).await.ok();
    location(&come_back(browser, &provider.agree(&address(&begun))).await)
}

pub(crate) async fn client(browser: &Browser) -> Value {
    browser.get("/client").await.ok()["response"].clone()
}

/// A browser that is signed in as somebody who signed up with the provider's account.
pub(crate) async fn member(provider: &Provider, app: &TestApp) -> (Browser, String) {
    let browser = app.browser();
    assert_eq!(travel(provider, &browser, "sign_ups").await, DONE);
    let client = client(&browser).await;
    (browser, text(&client["sessions"][0]["user"]["id"]))
}

both_providers! {
    async fn signing_up_fills_in_what_the_provider_says(app: TestApp, provider: Provider) {
        let browser = app.browser();
        let begun = set_out(&browser, "sign_ups").await.ok();
        let verification = &begun["response"]["verifications"]["external_account"];
        assert_eq!(verification["object"], "verification_oauth");
        assert_eq!((&verification["status"], &verification["strategy"]), (&json!("unverified"), &json!(STRATEGY)));
        assert_eq!(verification["expire_at"], app.now().as_millis() + 600_000);
        let response = come_back(&browser, &provider.agree(&address(&begun))).await;
        assert_eq!(location(&response), DONE);
        assert_eq!(response.headers["cache-control"], "no-store");
        let client = client(&browser).await;
        assert_eq!(client["sign_up"], Value::Null);
        let user = &client["sessions"][0]["user"];
        assert_eq!((&user["first_name"], &user["last_name"]), (&json!("Grace"), &json!("Hopper")));
        let account = &user["external_accounts"][0];
        assert_eq!((&account["object"], &account["provider"]), (&json!("external_account"), &json!(STRATEGY)));
        assert_eq!((&account["provider_user_id"], &account["email_address_verified"]), (&json!("7"), &json!(true)));
        assert!(text(&account["id"]).starts_with("eac_"), "{account}");
        assert_eq!(account["verification"]["status"], "verified");
        let address = &user["email_addresses"][0];
        assert_eq!(address["email_address"], "grace@example.com");
        assert_eq!(address["verification"]["strategy"], format!("from_{STRATEGY}"));
        assert_eq!(address["verification"]["status"], "verified");
        assert_eq!(address["linked_to"], json!([{"type": STRATEGY, "id": account["identification_id"]}]));
        assert_eq!(app.event_kinds(&text(&user["id"])).await, ["user.created", "session.created"]);
        let seen = app.backend().get(&format!("/v1/users/{}", text(&user["id"]))).send().await.ok();
        assert_eq!(seen["external_accounts"][0]["provider_user_id"], "7");
        for (account, found) in [("7", 1), ("8", 0)] {
            let query = format!("/v1/users?provider={STRATEGY}&provider_user_id={account}");
            let listed = app.backend().get(&query).send().await.ok();
            assert_eq!(listed.as_array().unwrap().len(), found, "{account}");
        }
    }

    async fn a_known_account_signs_in(app: TestApp, provider: Provider) {
        let (_, grace) = member(&provider, &app).await;
        // The address has changed at the provider: the account is the same.
        provider.account(json!({"sub": "7", "email": "g@new.example", "email_verified": true, "name": "Grace H"}));
        let browser = app.browser();
        assert_eq!(travel(&provider, &browser, "sign_ins").await, DONE);
        let client = client(&browser).await;
        assert_eq!(client["last_authentication_strategy"], STRATEGY);
        assert_eq!(client["sign_in"], Value::Null);
        let user = &client["sessions"][0]["user"];
        assert_eq!(text(&user["id"]), grace);
        assert_eq!(user["external_accounts"][0]["email_address"], "g@new.example");
        assert_eq!(user["email_addresses"][0]["email_address"], "grace@example.com", "theirs is theirs");
    }

    async fn a_proven_address_links_the_account(app: TestApp, provider: Provider) {
        let grace = user(&app, "grace@example.com").await;
        let browser = app.browser();
        assert_eq!(travel(&provider, &browser, "sign_ins").await, DONE);
        let user = client(&browser).await["sessions"][0]["user"].clone();
        assert_eq!(text(&user["id"]), grace);
        assert_eq!(user["external_accounts"].as_array().unwrap().len(), 1);
        let kinds = app.event_kinds(&grace).await;
        assert_eq!(kinds, ["user.created", "session.created", "user.updated"]);
    }

    async fn an_address_that_the_provider_has_not_proven_opens_nothing(app: TestApp, provider: Provider) {
        let grace = user(&app, "grace@example.com").await;
        for verified in [json!(false), json!("false"), Value::Null] {
            provider.account(json!({"sub": "666", "email": "grace@example.com", "email_verified": verified}));
            let browser = app.browser();
            assert_eq!(travel(&provider, &browser, "sign_ins").await, BACK);
            let client = client(&browser).await;
            assert_eq!(client["sessions"], json!([]));
            assert_eq!(client["sign_in"]["first_factor_verification"]["status"], "transferable");
            // Nor does the sign-up that follows get the address.
            let moved = browser.post("/client/sign_ups", &[("transfer", "true")]).await.ok();
            assert_eq!(moved["response"]["email_address"], Value::Null);
            assert_eq!(moved["response"]["missing_fields"], json!(["email_address"]));
        }
        let seen = app.backend().get(&format!("/v1/users/{grace}")).send().await.ok();
        assert_eq!(seen["external_accounts"], json!([]));
    }

    async fn an_address_that_the_user_has_not_proven_opens_nothing(app: TestApp, provider: Provider) {
        // Somebody set the address aside without a proof: whoever proves it does not get into their account.
        let body = json!({
            "email_address": ["grace@example.com"], "email_address_identification_status": ["reserved"],
        });
        app.create_user(&body).await;
        let browser = app.browser();
        assert_eq!(travel(&provider, &browser, "sign_ins").await, BACK);
        let client = client(&browser).await;
        assert_eq!(client["sessions"], json!([]));
        assert_eq!(client["sign_in"]["first_factor_verification"]["status"], "transferable");
    }

    async fn an_unknown_account_moves_on_to_a_sign_up(app: TestApp, provider: Provider) {
        let browser = app.browser();
        assert_eq!(travel(&provider, &browser, "sign_ins").await, BACK);
        let sign_in = client(&browser).await["sign_in"].clone();
        assert_eq!(sign_in["status"], "needs_identifier");
        let verification = &sign_in["first_factor_verification"];
        assert_eq!(verification["status"], "transferable");
        assert_eq!(verification["error"]["code"], "external_account_not_found");
        assert_eq!(verification["external_verification_redirect_url"], Value::Null);
        let form = [("transfer", "true"), ("unsafe_metadata", "{\"from\":\"stub\"}"), ("locale", "de-DE")];
        let done = browser.post("/client/sign_ups", &form).await.ok();
        assert_eq!(done["response"]["status"], "complete");
        let user = &done["client"]["sessions"][0]["user"];
        assert_eq!(user["unsafe_metadata"], json!({"from": "stub"}));
        assert_eq!(user["external_accounts"][0]["provider_user_id"], "7");
        // Once.
        browser.post("/client/sign_ups", &[("transfer", "true")]).await.refused(400, "account_transfer_invalid");
    }

    async fn a_known_account_moves_on_to_a_sign_in(app: TestApp, provider: Provider) {
        let (_, grace) = member(&provider, &app).await;
        let browser = app.browser();
        assert_eq!(travel(&provider, &browser, "sign_ups").await, BACK);
        let verification = client(&browser).await["sign_up"]["verifications"]["external_account"].clone();
        assert_eq!(verification["status"], "transferable");
        assert_eq!(verification["error"]["code"], "external_account_exists");
        let done = browser.post("/client/sign_ins", &[("transfer", "true")]).await.ok();
        assert_eq!(done["response"]["status"], "complete");
        assert_eq!(text(&done["client"]["sessions"][0]["user"]["id"]), grace);
        assert_eq!(done["client"]["sign_up"], Value::Null);
        browser.post("/client/sign_ins", &[("transfer", "true")]).await.refused(400, "account_transfer_invalid");
    }

    async fn a_proof_is_transferred_by_its_own_browser_only(app: TestApp, provider: Provider) {
        let browser = app.browser();
        assert_eq!(travel(&provider, &browser, "sign_ins").await, BACK);
        let other = app.browser();
        let refused = other.post("/client/sign_ups", &[("transfer", "true")]).await;
        refused.refused(400, "account_transfer_invalid");
        other.post("/client/sign_ins", &[("transfer", "true")]).await.refused(401, "signed_out");
    }

    async fn what_is_missing_is_asked_for(app: TestApp, provider: Provider) {
        // No proven address: the sign-up waits for one.
        provider.account(json!({"sub": "8", "email": "new+clerk_test@example.com", "given_name": "Kay"}));
        let browser = app.browser();
        assert_eq!(travel(&provider, &browser, "sign_ups").await, BACK);
        let sign_up = client(&browser).await["sign_up"].clone();
        assert_eq!(sign_up["status"], "missing_requirements");
        assert_eq!(sign_up["verifications"]["external_account"]["status"], "verified");
        assert_eq!(sign_up["missing_fields"], json!([]), "no password is wanted");
        assert_eq!(sign_up["unverified_fields"], json!(["email_address"]));
        assert_eq!(sign_up["first_name"], "Kay");
        let path = format!("/client/sign_ups/{}", text(&sign_up["id"]));
        crate::visit::prepare_sign_up(&browser, &path).await.ok();
        let done = crate::visit::attempt_sign_up(&browser, &path, crate::visit::CODE).await.ok();
        assert_eq!(done["response"]["status"], "complete");
        let user = &done["client"]["sessions"][0]["user"];
        assert_eq!(user["external_accounts"][0]["provider_user_id"], "8");
        assert_eq!(user["email_addresses"][0]["linked_to"], json!([]));
    }

    async fn a_refusal_at_the_provider_is_told_by_the_attempt(app: TestApp, provider: Provider) {
        for (what, brought, code) in [
            ("sign_ins", "error=access_denied", "oauth_access_denied"),
            ("sign_ups", "error=access_denied", "oauth_access_denied"),
            ("sign_ins", "error=server_error", "oauth_token_exchange_error"),
            ("sign_ins", "code=nonsense", "oauth_token_exchange_error"),
            ("sign_ins", "", "oauth_token_exchange_error"),
        ] {
            let browser = app.browser();
            let back = provider.agree(&address(&set_out(&browser, what).await.ok()));
            let state = back.query_pairs().find(|(key, _)| key == "state").unwrap().1.into_owned();
            let call = browser.call(Method::GET, "/oauth_callback").raw_query(brought);
            let response = browser.send(call.query(&[("state", &state)])).await;
            assert_eq!(location(&response), format!("{BACK}?__clerk_status=failed&__clerk_error_code={code}"));
            let client = client(&browser).await;
            let sign_in = &client["sign_in"]["first_factor_verification"];
            let sign_up = &client["sign_up"]["verifications"]["external_account"];
            let verification = if what == "sign_ins" { sign_in } else { sign_up };
            assert_eq!(verification["status"], "failed");
            assert_eq!(verification["error"]["code"], code);
            assert!(verification["error"]["long_message"].as_str().unwrap().len() > 20);
        }
    }

    async fn a_state_works_once_and_not_for_long(app: TestApp, provider: Provider) {
        member(&provider, &app).await;
        let browser = app.browser();
        let back = provider.agree(&address(&set_out(&browser, "sign_ins").await.ok()));
        assert_eq!(location(&come_back(&browser, &back).await), DONE);
        come_back(&browser, &back).await.refused(400, "oauth_callback_invalid");
        let late = provider.agree(&address(&set_out(&browser, "sign_ins").await.ok()));
        app.advance(Duration::from_secs(600));
        come_back(&browser, &late).await.refused(400, "oauth_callback_invalid");
        for query in ["", "code=1", "state=&code=1", "state=x&code=1"] {
            let call = browser.call(Method::GET, "/oauth_callback").raw_query(query);
            browser.send(call).await.refused(400, "oauth_callback_invalid");
        }
    }

    async fn a_state_belongs_to_its_browser(app: TestApp, provider: Provider) {
        member(&provider, &app).await;
        // Eve sends Grace the address, hoping that Grace signs Eve's browser in, or Eve's account gets into Grace's.
        let eve = app.browser();
        let back = provider.agree(&address(&set_out(&eve, "sign_ins").await.ok()));
        let stranger = app.browser();
        come_back(&stranger, &back).await.refused(400, "oauth_callback_invalid");
        set_out(&stranger, "sign_ins").await.ok();
        come_back(&stranger, &back).await.refused(400, "oauth_callback_invalid");
        assert_eq!(provider.calls().iter().filter(|call| **call == "token").count(), 1, "the member's own");
        // It was not used up by them.
        assert_eq!(location(&come_back(&eve, &back).await), DONE);
    }

    async fn an_attempt_that_has_moved_on_takes_no_proof(app: TestApp, provider: Provider) {
        member(&provider, &app).await;
        let browser = app.browser();
        let first = set_out(&browser, "sign_ups").await.ok();
        let old = provider.agree(&address(&first));
        let path = format!("/client/sign_ups/{}", text(&first["response"]["id"]));
        let form = [("strategy", STRATEGY), ("redirect_url", BACK)];
        let call = browser.call(Method::POST, &path).query(&[("_method", "PATCH")]).form(&form);
        let again = browser.send(call).await.ok();
        come_back(&browser, &old).await.refused(400, "oauth_callback_invalid");
        assert_eq!(location(&come_back(&browser, &provider.agree(&address(&again))).await), BACK);
    }

    async fn an_identified_attempt_can_go_to_a_provider(app: TestApp, provider: Provider) {
        let (_, grace) = member(&provider, &app).await;
        let browser = app.browser();
        let id = crate::visit::begin(&browser, "grace@example.com").await;
        let path = format!("/client/sign_ins/{id}/prepare_first_factor");
        let form = [("strategy", STRATEGY), ("redirect_url", BACK), ("action_complete_redirect_url", DONE)];
        let prepared = browser.post(&path, &form).await.ok();
        assert_eq!(prepared["response"]["first_factor_verification"]["status"], "unverified");
        assert_eq!(location(&come_back(&browser, &provider.agree(&address(&prepared))).await), DONE);
        assert_eq!(text(&client(&browser).await["sessions"][0]["user"]["id"]), grace);
    }

    async fn browsers_are_sent_to_allowed_pages_only(app: TestApp, _provider: Provider) {
        let browser = app.browser();
        for url in [
            "https://evil.example/", "//evil.example/", "/relative", "javascript:alert(1)", "http://localhost@evil.example/",
            "http://evil.example\\@localhost/", "https://localhost.evil.example/", "http://user@localhost/", "data:text/html,x",
        ] {
            for what in ["sign_ins", "sign_ups"] {
                let path = format!("/client/{what}");
                let form = [("strategy", STRATEGY), ("redirect_url", url)];
                let refused = browser.post(&path, &form).await;
                assert_eq!(refused.status, 422, "{url}");
                assert_eq!(refused.json()["errors"][0]["meta"]["param_name"], "redirect_url");
                let form =
                    [("strategy", STRATEGY), ("redirect_url", BACK), ("action_complete_redirect_url", url)];
                let refused = browser.post(&path, &form).await;
                assert_eq!(refused.status, 422, "{url}");
                assert_eq!(refused.json()["errors"][0]["meta"]["param_name"], "action_complete_redirect_url");
            }
        }
        let form = [("strategy", STRATEGY)];
        browser.post("/client/sign_ins", &form).await.refused_for(422, "form_param_missing", "redirect_url");
        let unknown = [("strategy", "oauth_google"), ("redirect_url", BACK)];
        browser.post("/client/sign_ins", &unknown).await.refused(400, "oauth_provider_not_enabled");
        browser.post("/client/sign_ups", &unknown).await.refused(400, "oauth_provider_not_enabled");
    }

    async fn a_posted_answer_becomes_a_get(app: TestApp, provider: Provider) {
        member(&provider, &app).await;
        let browser = app.browser();
        let back = provider.agree(&address(&set_out(&browser, "sign_ins").await.ok()));
        // Cross-site posts bring no cookie, and the origin of the provider.
        let pairs: Vec<_> = back.query_pairs().into_owned().collect();
        let call = app.browser().call(Method::POST, "/oauth_callback").form(&pairs);
        let response = call.header("origin", "https://provider.example").send().await;
        let next = location(&response);
        let query = next.strip_prefix("oauth_callback?").unwrap();
        let call = browser.call(Method::GET, "/oauth_callback").raw_query(query);
        assert_eq!(location(&browser.send(call).await), DONE);
    }

    async fn a_locked_user_is_told_so(app: TestApp, provider: Provider) {
        let (_, grace) = member(&provider, &app).await;
        app.backend().post(&format!("/v1/users/{grace}/lock")).send().await.ok();
        let browser = app.browser();
        let back = travel(&provider, &browser, "sign_ins").await;
        assert!(back.ends_with("__clerk_error_code=user_locked"), "{back}");
        let client = client(&browser).await;
        assert_eq!(client["sign_in"]["first_factor_verification"]["error"]["code"], "user_locked");
        assert_eq!((&client["sessions"], &client["sign_in"]["user_data"]), (&json!([]), &Value::Null));
    }
}
