//! Users adding, proving and removing their e-mail addresses.

use std::time::Duration;

use beadle_testkit::{Browser, TestApp, TestResponse, Value, both_engines, json};
use http::Method;

use crate::visit::{ADA, CODE, PASSWORD, other_than, shown, sign_in, signed_in, text, user};

const SECOND: &str = "second+clerk_test@example.com";
const REAL: &str = "ada@example.org";
const BOB: &str = "bob+clerk_test@example.com";

/// Adds an address the way the browser library does; returns its path.
async fn add(browser: &Browser, address: &str) -> String {
    let added = browser.post("/me/email_addresses/", &[("email_address", address)]).await.ok();
    format!("/me/email_addresses/{}", text(&added["response"]["id"]))
}

async fn prepare(browser: &Browser, path: &str) -> TestResponse {
    browser.post(&format!("{path}/prepare_verification"), &[("strategy", "email_code")]).await
}

async fn attempt(browser: &Browser, path: &str, code: &str) -> TestResponse {
    browser.post(&format!("{path}/attempt_verification"), &[("code", code)]).await
}

/// Adds an address and proves it; returns its path.
async fn add_proven(browser: &Browser, address: &str) -> String {
    let path = add(browser, address).await;
    prepare(browser, &path).await.ok();
    attempt(browser, &path, CODE).await.ok();
    path
}

async fn updates(app: &TestApp) -> usize {
    app.events().await.iter().filter(|event| event.kind == "user.updated").count()
}

/// Who is found by an address.
async fn found_by(app: &TestApp, address: &str) -> Vec<Value> {
    let list = app.backend().get("/v1/users").query(&[("email_address", address)]).send().await.ok();
    list.as_array().unwrap().clone()
}

both_engines! {
    async fn an_address_is_added_and_proven(app: TestApp) {
        let id = user(&app, ADA).await;
        let (browser, session) = signed_in(&app, ADA).await;
        let added = browser.post("/me/email_addresses/", &[("email_address", " Ada@Example.org ")]).await.ok();
        let address = &added["response"];
        assert_eq!((&address["object"], &address["email_address"]), (&json!("email_address"), &json!(REAL)));
        assert_eq!((&address["verification"], &address["reserved"]), (&Value::Null, &json!(false)));
        assert_eq!(added["client"]["sessions"][0]["id"], session);
        assert_eq!(added["client"]["sessions"][0]["user"]["email_addresses"][1], *address);
        assert_eq!(updates(&app).await, 1);
        // A claim is no identifier yet.
        assert!(found_by(&app, REAL).await.is_empty());
        sign_in(&app.browser(), REAL, PASSWORD).await.refused(422, "form_identifier_not_found");

        let path = format!("/me/email_addresses/{}", text(&address["id"]));
        let prepared = prepare(&browser, &path).await.ok();
        let verification = &prepared["response"]["verification"];
        assert_eq!((&verification["status"], &verification["strategy"]), (&json!("unverified"), &json!("email_code")));
        let mail = app.only_mail().await;
        assert_eq!(mail.to, REAL);
        let wrong = attempt(&browser, &path, other_than(mail.code())).await;
        wrong.refused_for(422, "form_code_incorrect", "code");
        assert_eq!(browser.get(&path).await.ok()["response"]["verification"]["attempts"], 1);
        let done = attempt(&browser, &path, mail.code()).await.ok();
        assert_eq!(done["response"]["verification"]["status"], "verified");
        assert_eq!(updates(&app).await, 2);
        attempt(&browser, &path, mail.code()).await.refused(400, "verification_already_verified");
        prepare(&browser, &path).await.refused(400, "verification_already_verified");
        assert_eq!(found_by(&app, REAL).await[0]["id"], id);
        sign_in(&app.browser(), REAL, PASSWORD).await.ok();
        let listed = browser.get("/me/email_addresses").await.ok();
        assert_eq!(listed.as_array().unwrap().len(), 2);
        // The one from before stays primary.
        assert_eq!(shown(&app, &id).await["primary_email_address_id"], listed[0]["id"]);
    }

    async fn the_first_proven_address_is_the_primary_one(app: TestApp) {
        let id = app.create_user(&json!({"username": "ada_l", "password": PASSWORD})).await;
        let browser = app.browser();
        sign_in(&browser, "ada_l", PASSWORD).await.ok();
        let claimed = add(&browser, "zoe+clerk_test@example.com").await;
        let unproven = text(&browser.get(&claimed).await.ok()["response"]["id"]);
        let primary = [("primary_email_address_id", &*unproven)];
        browser.patch("/me", &primary).await.refused_for(422, "form_verification_needed", "primary_email_address_id");
        let first = add_proven(&browser, SECOND).await;
        let second = add_proven(&browser, ADA).await;
        assert!(first.ends_with(&text(&shown(&app, &id).await["primary_email_address_id"])));
        // Another is chosen, and goes: the next one takes its place.
        let chosen = second.rsplit('/').next().unwrap();
        browser.patch("/me", &[("primary_email_address_id", chosen)]).await.ok();
        let deleted = browser.delete(&second).await.ok();
        assert_eq!(deleted["response"], json!({"object": "email_address", "id": chosen, "deleted": true}));
        assert!(first.ends_with(&text(&shown(&app, &id).await["primary_email_address_id"])));
        browser.get(&second).await.refused(404, "resource_not_found");
        browser.delete(&first).await.ok();
        let left = shown(&app, &id).await;
        assert_eq!((&left["primary_email_address_id"], &left["email_addresses"][0]["id"]), (&Value::Null, &json!(unproven)));
        assert!(found_by(&app, SECOND).await.is_empty());
        app.user(SECOND).await;
    }

    async fn codes_are_capped(app: TestApp) {
        user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        let path = add(&browser, REAL).await;
        attempt(&browser, &path, CODE).await.refused(400, "verification_not_sent");
        prepare(&browser, &path).await.ok();
        let mail = app.only_mail().await;
        for _ in 0..4 {
            attempt(&browser, &path, other_than(mail.code())).await.refused(422, "form_code_incorrect");
        }
        attempt(&browser, &path, other_than(mail.code())).await.refused(400, "verification_failed");
        attempt(&browser, &path, mail.code()).await.refused(400, "verification_failed");
        // A code lasts ten minutes.
        prepare(&browser, &path).await.ok();
        let mail = app.only_mail().await;
        app.advance(Duration::from_secs(600));
        attempt(&browser, &path, mail.code()).await.refused(400, "verification_expired");
        // And so many are sent in that time.
        for _ in 0..10 {
            prepare(&browser, &path).await.ok();
        }
        prepare(&browser, &path).await.refused(429, "verification_code_too_many_requests");
        assert_eq!(app.drain_mail().await.len(), 10);
    }

    async fn what_belongs_to_somebody_cannot_be_added(app: TestApp) {
        user(&app, ADA).await;
        user(&app, BOB).await;
        let (browser, _) = signed_in(&app, ADA).await;
        let refused = async |address: &str, code: &str| {
            let answer = browser.post("/me/email_addresses", &[("email_address", address)]).await;
            answer.refused_for(422, code, "email_address");
        };
        refused(BOB, "form_identifier_exists").await;
        refused(ADA, "form_identifier_exists").await;
        add(&browser, SECOND).await;
        refused(SECOND, "form_identifier_exists").await;
        refused("no address", "form_param_format_invalid").await;
        refused("", "form_param_missing").await;
        for n in 1..10 {
            add(&browser, &format!("n{n}@example.com")).await;
        }
        let one_more = [("email_address", "n10@example.com")];
        browser.post("/me/email_addresses", &one_more).await.refused(400, "too_many_unverified_identifications");
    }

    async fn a_claim_is_lost_to_who_proves_it_first(app: TestApp) {
        user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        let path = add(&browser, SECOND).await;
        prepare(&browser, &path).await.ok();
        // Meanwhile, somebody else.
        user(&app, BOB).await;
        let (bob, _) = signed_in(&app, BOB).await;
        add_proven(&bob, SECOND).await;
        let late = attempt(&browser, &path, CODE).await;
        late.refused_for(422, "form_identifier_exists", "email_address");
        let kept = &browser.get(&path).await.ok()["response"]["verification"];
        assert_eq!((&kept["status"], &kept["error"]["code"]), (&json!("failed"), &json!("form_identifier_exists")));
        // The code is used up.
        attempt(&browser, &path, CODE).await.refused(400, "verification_not_sent");
        browser.delete(&path).await.ok();
    }

    async fn addresses_of_others_are_out_of_reach(app: TestApp) {
        user(&app, ADA).await;
        user(&app, BOB).await;
        let (bob, _) = signed_in(&app, BOB).await;
        let foreign = add(&bob, SECOND).await;
        prepare(&bob, &foreign).await.ok();
        let (browser, _) = signed_in(&app, ADA).await;
        for path in [&*foreign, "/me/email_addresses/idn_38HzI1ntXxeWeS4fFGnCCbxKfaZ", "/me/email_addresses/x"] {
            browser.get(path).await.refused(404, "resource_not_found");
            browser.delete(path).await.refused(404, "resource_not_found");
            prepare(&browser, path).await.refused(404, "resource_not_found");
            attempt(&browser, path, CODE).await.refused(404, "resource_not_found");
        }
        // Nor is an address a number.
        let number = foreign.replace("email_addresses", "phone_numbers");
        bob.get(&number).await.refused(404, "resource_not_found");
        attempt(&bob, &foreign, CODE).await.ok();
        app.browser().get("/me/email_addresses").await.refused(401, "signed_out");
    }

    async fn the_last_way_to_sign_in_stays(app: TestApp) {
        let id = user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        let own = format!("/me/email_addresses/{}", text(&shown(&app, &id).await["primary_email_address_id"]));
        let claimed = add(&browser, SECOND).await;
        browser.delete(&own).await.refused(400, "identification_deletion_failed");
        browser.delete(&claimed).await.ok();
        browser.patch("/me", &[("username", "ada_l")]).await.ok();
        browser.delete(&own).await.ok();
        // Without a password a username is no way in.
        let address = "carol+clerk_test@example.com";
        let carol = app.create_user(&json!({"email_address": [address], "username": "carol"})).await;
        let (browser, _) = signed_in(&app, address).await;
        let own = format!("/me/email_addresses/{}", text(&shown(&app, &carol).await["primary_email_address_id"]));
        browser.delete(&own).await.refused(400, "identification_deletion_failed");
    }

    #[instance = "[identifiers]\nemail_address = { enabled = true, required = true }"]
    async fn a_required_address_stays(app: TestApp) {
        let body = json!({"email_address": [ADA], "username": "ada_l", "password": PASSWORD});
        let id = app.create_user(&body).await;
        let (browser, _) = signed_in(&app, ADA).await;
        let own = format!("/me/email_addresses/{}", text(&shown(&app, &id).await["primary_email_address_id"]));
        browser.delete(&own).await.refused(400, "last_required_identification_deletion_failed");
        add_proven(&browser, SECOND).await;
        browser.delete(&own).await.ok();
    }

    async fn only_codes_prove_addresses_here(app: TestApp) {
        user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        let path = add(&browser, SECOND).await;
        for (strategy, status, code) in [
            ("phone_code", 400, "verification_strategy_invalid"),
            ("password", 400, "verification_strategy_invalid"),
            ("carrier_pigeon", 422, "form_param_value_invalid"),
        ] {
            let form = [("strategy", strategy)];
            browser.post(&format!("{path}/prepare_verification"), &form).await.refused(status, code);
        }
        browser.post(&format!("{path}/prepare_verification"), &[]).await.refused_for(422, "form_param_missing", "strategy");
        browser.post(&format!("{path}/attempt_verification"), &[]).await.refused_for(422, "form_param_missing", "code");
    }

    #[instance = "reverification = true"]
    async fn where_it_is_asked_for_addresses_need_a_fresh_proof(app: TestApp) {
        user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        let path = add(&browser, SECOND).await;
        app.advance(Duration::from_secs(600));
        browser.delete(&path).await.refused(403, "session_reverification_required");
        let form = [("email_address", REAL)];
        browser.post("/me/email_addresses", &form).await.refused(403, "session_reverification_required");
        browser.get(&path).await.ok();
    }

    #[instance = "[factors]\nemail_link = true"]
    async fn an_address_is_proven_by_a_link(app: TestApp) {
        let id = user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        let added = browser.post("/me/email_addresses", &[("email_address", "b@example.com")]).await.ok();
        let path = format!("/me/email_addresses/{}", text(&added["response"]["id"]));
        let page = "http://localhost:3000/verified";
        let form = [("strategy", "email_link"), ("redirect_url", page)];
        let prepared = browser.post(&format!("{path}/prepare_verification"), &form).await.ok();
        assert_eq!(prepared["response"]["verification"]["strategy"], "email_link");
        let mail = app.only_mail().await;
        let (_, token) = mail.link().split_once("/v1/verify?token=").unwrap();
        let reader = app.browser();
        let followed = reader.send(reader.call(Method::GET, "/verify").query(&[("token", token)])).await;
        let expected = format!("{page}?__clerk_status=verified");
        assert_eq!(followed.header("location"), Some(&*expected));
        assert_eq!(browser.get(&path).await.ok()["response"]["verification"]["status"], "verified");
        assert_eq!(shown(&app, &id).await["email_addresses"][1]["verification"]["status"], "verified");
    }

    async fn no_links_where_the_instance_has_none(app: TestApp) {
        user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        let added = browser.post("/me/email_addresses", &[("email_address", "b@example.com")]).await.ok();
        let path = format!("/me/email_addresses/{}", text(&added["response"]["id"]));
        let refused = browser.post(&format!("{path}/prepare_verification"), &[("strategy", "email_link")]).await;
        refused.refused_for(422, "form_param_value_invalid", "strategy");
    }
}
