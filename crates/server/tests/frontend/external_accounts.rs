//! Accounts at other providers, of a user who is signed in.

use beadle_testkit::{Browser, Provider, TestResponse, Value, both_providers, json};
use http::Method;

use crate::{
    oauth::{BACK, DONE, STRATEGY, client, come_back, location, member, travel},
    visit::{ADA, signed_in, text, user},
};

async fn connect(browser: &Browser) -> TestResponse {
    let form = [("strategy", STRATEGY), ("redirect_url", BACK), ("action_complete_redirect_url", DONE)];
    browser.post("/me/external_accounts", &form).await
}

/// All the way there and back; where that leads.
async fn connected(provider: &Provider, browser: &Browser) -> String {
    let begun = connect(browser).await.ok();
    let address = text(&begun["response"]["verification"]["external_verification_redirect_url"]);
    location(&come_back(browser, &provider.agree(&address)).await)
}

async fn accounts(browser: &Browser) -> Vec<Value> {
    let client = client(browser).await;
    client["sessions"][0]["user"]["external_accounts"].as_array().unwrap().clone()
}

async fn delete(browser: &Browser, id: &str) -> TestResponse {
    browser.delete(&format!("/me/external_accounts/{id}")).await
}

both_providers! {
    async fn an_account_is_connected(app: TestApp, provider: Provider) {
        let ada = user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        let begun = connect(&browser).await.ok();
        let account = &begun["response"];
        assert_eq!((&account["object"], &account["provider"]), (&json!("external_account"), &json!(STRATEGY)));
        let verification = &account["verification"];
        assert_eq!((&verification["status"], &verification["object"]), (&json!("unverified"), &json!("verification_oauth")));
        assert_eq!(account["email_address_verified"], Value::Null);
        let waiting = accounts(&browser).await;
        assert_eq!(waiting[0]["id"], account["id"], "the page can see what it waits for");
        let address = text(&verification["external_verification_redirect_url"]);
        assert_eq!(location(&come_back(&browser, &provider.agree(&address)).await), DONE);
        let after = accounts(&browser).await;
        assert_eq!(after.len(), 1);
        assert_eq!((&after[0]["id"], &after[0]["provider_user_id"]), (&account["id"], &json!("7")));
        assert_eq!(after[0]["verification"]["status"], "verified");
        // Its proven address is theirs as well; their own stays the first.
        let addresses = client(&browser).await["sessions"][0]["user"]["email_addresses"].clone();
        let shown = |n: usize| (text(&addresses[n]["email_address"]), text(&addresses[n]["verification"]["strategy"]));
        assert_eq!(shown(0).0, ADA);
        assert_eq!(shown(1), ("grace@example.com".to_owned(), format!("from_{STRATEGY}")));
        assert_eq!(addresses[1]["linked_to"][0]["type"], STRATEGY);
        // From now on they can sign in with it.
        let begun = app.browser().post("/client/sign_ins", &[("identifier", ADA)]).await.ok();
        let offered = begun["response"]["supported_first_factors"].as_array().unwrap().clone();
        assert!(offered.iter().any(|factor| factor["strategy"] == STRATEGY), "{offered:?}");
        let other = app.browser();
        assert_eq!(travel(&provider, &other, "sign_ins").await, DONE);
        assert_eq!(text(&client(&other).await["sessions"][0]["user"]["id"]), ada);
    }

    async fn somebody_elses_account_stays_theirs(app: TestApp, provider: Provider) {
        let (_, grace) = member(&provider, &app).await;
        user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        let back = connected(&provider, &browser).await;
        assert!(back.ends_with("__clerk_error_code=oauth_identification_claimed"), "{back}");
        let mine = accounts(&browser).await;
        assert_eq!(mine[0]["verification"]["status"], "failed");
        assert_eq!(mine[0]["verification"]["error"]["code"], "oauth_identification_claimed");
        assert_eq!(mine[0]["provider_user_id"], "", "nothing of the other account is told");
        let other = app.browser();
        assert_eq!(travel(&provider, &other, "sign_ins").await, DONE);
        assert_eq!(text(&client(&other).await["sessions"][0]["user"]["id"]), grace);
        // Trying again replaces what failed; it can be taken away.
        connect(&browser).await.ok();
        let mine = accounts(&browser).await;
        assert_eq!(mine.len(), 1);
        delete(&browser, &text(&mine[0]["id"])).await.ok();
        assert!(accounts(&browser).await.is_empty());
    }

    async fn an_account_is_connected_once(app: TestApp, provider: Provider) {
        let (browser, _) = member(&provider, &app).await;
        let back = connected(&provider, &browser).await;
        assert!(back.ends_with("__clerk_error_code=oauth_account_already_connected"), "{back}");
        let mine = accounts(&browser).await;
        let statuses: Vec<_> = mine.iter().map(|account| text(&account["verification"]["status"])).collect();
        assert_eq!(statuses, ["verified", "failed"]);
    }

    async fn an_account_is_authorised_again(app: TestApp, provider: Provider) {
        let (browser, _) = member(&provider, &app).await;
        let id = text(&accounts(&browser).await[0]["id"]);
        let path = format!("/me/external_accounts/{id}/reauthorize");
        let form = [("redirect_url", BACK), ("additional_scope", "profile"), ("additional_scope", "phone")];
        let call = browser.call(Method::POST, &path).query(&[("_method", "PATCH")]).form(&form);
        let begun = browser.send(call.clone()).await.ok();
        assert_eq!(begun["response"]["id"], id);
        let address = text(&begun["response"]["verification"]["external_verification_redirect_url"]);
        assert!(address.contains("scope=openid+email+profile+phone"), "{address}");
        provider.account(json!({"sub": "7", "email": "g@new.example", "email_verified": true}));
        assert_eq!(location(&come_back(&browser, &provider.agree(&address)).await), BACK);
        let mine = accounts(&browser).await;
        assert_eq!((&mine[0]["id"], &mine[0]["email_address"]), (&json!(id), &json!("g@new.example")));
        assert_eq!(mine[0]["verification"]["status"], "verified");
        // Another account does not take its place.
        let begun = browser.send(call).await.ok();
        let address = text(&begun["response"]["verification"]["external_verification_redirect_url"]);
        provider.account(json!({"sub": "8"}));
        let back = location(&come_back(&browser, &provider.agree(&address)).await);
        assert!(back.ends_with("__clerk_error_code=external_account_not_found"), "{back}");
        assert_eq!(accounts(&browser).await[0]["provider_user_id"], "7");
    }

    async fn an_account_is_taken_away_but_not_the_last_way_in(app: TestApp, provider: Provider) {
        provider.account(json!({"sub": "6", "preferred_username": "grace"}));
        let (browser, _) = member(&provider, &app).await;
        let only = text(&accounts(&browser).await[0]["id"]);
        delete(&browser, &only).await.refused(400, "identification_deletion_failed");
        provider.account(json!({"sub": "7", "email": "grace@example.com", "email_verified": true}));
        let (browser, grace) = member(&provider, &app).await;
        let id = text(&accounts(&browser).await[0]["id"]);
        browser.delete(&format!("/me/external_accounts/{id}/tokens")).await.ok();
        let deleted = delete(&browser, &id).await.ok();
        assert_eq!(deleted["response"], json!({"object": "external_account", "id": id, "deleted": true}));
        assert_eq!(deleted["client"]["sessions"][0]["user"]["external_accounts"], json!([]));
        delete(&browser, &id).await.refused(404, "resource_not_found");
        assert_eq!(app.event_kinds(&grace).await.last().map(String::as_str), Some("user.updated"));
        delete(&browser, "nonsense").await.refused(404, "resource_not_found");
    }

    async fn accounts_of_others_are_not_to_be_had(app: TestApp, provider: Provider) {
        let (theirs, _) = member(&provider, &app).await;
        let id = text(&accounts(&theirs).await[0]["id"]);
        user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        delete(&browser, &id).await.refused(404, "resource_not_found");
        browser.delete(&format!("/me/external_accounts/{id}/tokens")).await.refused(404, "resource_not_found");
        let path = format!("/me/external_accounts/{id}/reauthorize");
        let call = browser.call(Method::POST, &path).query(&[("_method", "PATCH")]);
        browser.send(call.form(&[("redirect_url", BACK)])).await.refused(404, "resource_not_found");
        assert_eq!(accounts(&theirs).await.len(), 1);
    }

    async fn a_way_that_began_before_a_ban_leads_nowhere(app: TestApp, provider: Provider) {
        let ada = user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        let begun = connect(&browser).await.ok();
        let address = text(&begun["response"]["verification"]["external_verification_redirect_url"]);
        for verb in ["ban", "unban"] {
            app.backend().post(&format!("/v1/users/{ada}/{verb}")).send().await.ok();
        }
        let back = location(&come_back(&browser, &provider.agree(&address)).await);
        assert!(back.ends_with("__clerk_error_code=authentication_invalid"), "{back}");
        let seen = app.backend().get(&format!("/v1/users/{ada}")).send().await.ok();
        assert_eq!(seen["external_accounts"][0]["verification"]["status"], "unverified");
    }
}
