//! Passkeys: made, used to sign in, renamed and removed.

use std::time::Duration;

use beadle_testkit::{Authenticator, Browser, Engine, TestApp, TestResponse, Value, json, run};
use http::Method;

use crate::visit::{ADA, shown, signed_in, text, user};

const BOB: &str = "bob+clerk_test@example.com";
const PAGE: &str = "http://localhost:3000";
const INSTANCE: &str = "[factors]\npasskey = true";

/// Runs each test on both engines, in an instance with passkeys.
macro_rules! with_passkeys {
    ($(async fn $name:ident($app:ident) $body:block)+) => {$(
        mod $name {
            use super::*;

            async fn test($app: TestApp) $body

            #[test]
            fn sqlite() {
                run(Engine::Sqlite, INSTANCE, test);
            }

            #[test]
            fn postgres() {
                run(Engine::Postgres, INSTANCE, test);
            }
        }
    )+};
}

/// Posts from a page.
async fn post(browser: &Browser, path: &str, form: &[(&str, &str)]) -> TestResponse {
    browser.send(browser.call(Method::POST, path).header("origin", PAGE).form(form)).await
}

fn nonce(verification: &Value) -> Value {
    verification["nonce"].clone()
}

async fn begin_registration(browser: &Browser) -> (String, Value) {
    let made = post(browser, "/me/passkeys", &[]).await.ok();
    assert_eq!(made["response"]["verification"]["status"], "unverified");
    (text(&made["response"]["id"]), nonce(&made["response"]["verification"]))
}

async fn finish_registration(browser: &Browser, id: &str, credential: &str) -> TestResponse {
    let form = [("strategy", "passkey"), ("public_key_credential", credential)];
    post(browser, &format!("/me/passkeys/{id}/attempt_verification"), &form).await
}

/// Adds a passkey to who is signed in.
async fn register(browser: &Browser, authenticator: &mut Authenticator) -> String {
    let (id, options) = begin_registration(browser).await;
    finish_registration(browser, &id, &authenticator.create(&options)).await.ok();
    id
}

/// A user with a passkey on this authenticator, and a browser that is signed in as them.
pub(crate) async fn with_passkey(
    app: &TestApp,
    identifier: &str,
) -> (String, Browser, Authenticator, String) {
    let id = user(app, identifier).await;
    let (browser, _) = signed_in(app, identifier).await;
    let mut authenticator = Authenticator::new(PAGE);
    let passkey = register(&browser, &mut authenticator).await;
    (id, browser, authenticator, passkey)
}

/// Begins a sign-in that the passkey itself is to name the user of; returns its id and the options.
async fn discover(browser: &Browser) -> (String, Value) {
    let begun = post(browser, "/client/sign_ins", &[("strategy", "passkey")]).await.ok();
    assert_eq!(begun["response"]["status"], "needs_identifier");
    (text(&begun["response"]["id"]), nonce(&begun["response"]["first_factor_verification"]))
}

/// Begins a sign-in by identifier and asks for a passkey.
async fn identified(browser: &Browser, identifier: &str) -> (String, Value) {
    let begun = post(browser, "/client/sign_ins", &[("identifier", identifier)]).await.ok();
    let factors = begun["response"]["supported_first_factors"].as_array().unwrap();
    assert!(factors.iter().any(|factor| factor["strategy"] == "passkey"), "{factors:?}");
    let id = text(&begun["response"]["id"]);
    let path = format!("/client/sign_ins/{id}/prepare_first_factor");
    let prepared = post(browser, &path, &[("strategy", "passkey")]).await.ok();
    (id, nonce(&prepared["response"]["first_factor_verification"]))
}

async fn attempt(browser: &Browser, id: &str, credential: &str) -> TestResponse {
    let form = [("strategy", "passkey"), ("public_key_credential", credential)];
    post(browser, &format!("/client/sign_ins/{id}/attempt_first_factor"), &form).await
}

fn options(nonce: &Value) -> Value {
    serde_json::from_str(&text(nonce)).unwrap()
}

with_passkeys! {
    async fn a_passkey_is_the_users_once_the_device_has_answered(app) {
        let id = user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        let (passkey, nonce) = begin_registration(&browser).await;
        let asked = options(&nonce);
        assert_eq!(asked["rp"], json!({"id": "localhost", "name": "Beadle"}));
        assert_eq!((asked["user"]["name"].clone(), asked["attestation"].clone()), (json!(ADA), json!("none")));
        assert_eq!(asked["authenticatorSelection"]["userVerification"], "required");
        assert_eq!(asked["excludeCredentials"], json!([]));
        assert_eq!(shown(&app, &id).await["passkeys"], json!([]));
        let mut authenticator = Authenticator::new(PAGE);
        let done = finish_registration(&browser, &passkey, &authenticator.create(&nonce)).await.ok();
        let kept = &done["response"];
        assert_eq!((kept["object"].clone(), kept["id"].clone()), (json!("passkey"), json!(passkey)));
        assert_eq!((kept["name"].clone(), kept["last_used_at"].clone()), (json!("Passkey"), json!(null)));
        assert_eq!(kept["verification"]["status"], "verified");
        assert_eq!(kept["verification"].get("nonce"), None);
        assert_eq!(done["client"]["sessions"][0]["user"]["passkeys"], json!([kept]));
        assert_eq!(app.event_kinds(&id).await.last().unwrap(), "user.updated");
        // The challenge is used up, and the device is not asked to make a second one.
        finish_registration(&browser, &passkey, &authenticator.create(&nonce)).await.refused(400, "verification_not_sent");
        let (_, nonce) = begin_registration(&browser).await;
        assert_eq!(options(&nonce)["excludeCredentials"].as_array().unwrap().len(), 1);
    }

    async fn it_signs_in_without_an_identifier(app) {
        let (id, holder, mut authenticator, passkey) = with_passkey(&app, ADA).await;
        authenticator.sign_count = 1;
        let browser = app.browser();
        let (sign_in, nonce) = discover(&browser).await;
        assert_eq!(options(&nonce)["allowCredentials"], json!([]));
        assert_eq!(options(&nonce)["rpId"], "localhost");
        let credential = authenticator.get(&nonce);
        let done = attempt(&browser, &sign_in, &credential).await.ok();
        assert_eq!(done["response"]["status"], "complete");
        assert_eq!(done["client"]["sessions"][0]["user"]["id"], id);
        assert_eq!(done["client"]["last_authentication_strategy"], "passkey");
        let kept = holder.get(&format!("/me/passkeys/{passkey}")).await.ok();
        assert_eq!(kept["response"]["last_used_at"], app.now().as_millis());
        // Nothing of it works again.
        attempt(&browser, &sign_in, &credential).await.refused(400, "verification_already_verified");
        let (sign_in, _) = discover(&browser).await;
        attempt(&browser, &sign_in, &credential).await.refused(400, "passkey_authentication_failure");
    }

    async fn it_signs_in_after_the_identifier_and_stands_for_both_factors(app) {
        let (_, holder, authenticator, _) = with_passkey(&app, ADA).await;
        let made = post(&holder, "/me/totp", &[]).await.ok();
        let code = crate::factor::Authenticator::typed(&made["response"]["secret"]).shown(&app);
        post(&holder, "/me/totp/attempt_verification", &[("code", &code)]).await.ok();
        let browser = app.browser();
        let (sign_in, nonce) = identified(&browser, ADA).await;
        assert_eq!(options(&nonce)["allowCredentials"].as_array().unwrap().len(), 1);
        let done = attempt(&browser, &sign_in, &authenticator.get(&nonce)).await.ok();
        assert_eq!(done["response"]["status"], "complete");
    }

    async fn what_does_not_fit_the_challenge_proves_nothing(app) {
        let (_, _, honest, _) = with_passkey(&app, ADA).await;
        let mut device = honest;
        let browser = app.browser();
        let changes: [fn(&mut Authenticator); 3] = [
            |device| device.user_verified = false,
            |device| device.rp_id = Some("example.com".into()),
            |device| device.origin = "http://localhost:3001".into(),
        ];
        for change in changes {
            change(&mut device);
            let (sign_in, nonce) = discover(&browser).await;
            attempt(&browser, &sign_in, &device.get(&nonce)).await.refused(400, "passkey_authentication_failure");
            (device.user_verified, device.rp_id, device.origin) = (true, None, PAGE.into());
            // One answer to one challenge.
            attempt(&browser, &sign_in, &device.get(&nonce)).await.refused(400, "verification_not_sent");
        }
        // A signature over another challenge, a changed signature, another key under the same id.
        let (_, old) = discover(&browser).await;
        let (sign_in, _) = discover(&browser).await;
        attempt(&browser, &sign_in, &device.get(&old)).await.refused(400, "passkey_authentication_failure");
        let (sign_in, nonce) = discover(&browser).await;
        let mut credential: Value = serde_json::from_str(&device.get(&nonce)).unwrap();
        let signature = text(&credential["response"]["signature"]);
        let changed = if signature.ends_with('A') { "Q" } else { "A" };
        credential["response"]["signature"] = json!(format!("{}{changed}", &signature[..signature.len() - 1]));
        let refused = attempt(&browser, &sign_in, &credential.to_string()).await;
        assert!(refused.status == 400 || refused.status == 422, "{}", refused.shown());
        for nonsense in ["", "{}", "[]", "null", "{\"rawId\":\"AA\",\"response\":{}}"] {
            let (sign_in, nonce) = discover(&browser).await;
            let refused = attempt(&browser, &sign_in, nonsense).await;
            assert_eq!(refused.status, 422, "{nonsense}: {}", refused.shown());
            attempt(&browser, &sign_in, &device.get(&nonce)).await.ok();
        }
    }

    async fn a_challenge_lasts_ten_minutes(app) {
        let (_, holder, mut authenticator, _) = with_passkey(&app, ADA).await;
        let browser = app.browser();
        let (sign_in, nonce) = discover(&browser).await;
        app.advance(Duration::from_secs(600));
        attempt(&browser, &sign_in, &authenticator.get(&nonce)).await.refused(400, "verification_expired");
        let (passkey, nonce) = begin_registration(&holder).await;
        app.advance(Duration::from_secs(600));
        let late = finish_registration(&holder, &passkey, &authenticator.create(&nonce)).await;
        late.refused(400, "verification_expired");
    }

    async fn a_copied_device_is_noticed(app) {
        let (_, _, mut authenticator, _) = with_passkey(&app, ADA).await;
        let browser = app.browser();
        for (count, is_taken) in [(0, true), (5, true), (5, false), (4, false), (0, false), (6, true)] {
            authenticator.sign_count = count;
            let (sign_in, nonce) = discover(&browser).await;
            let answer = attempt(&browser, &sign_in, &authenticator.get(&nonce)).await;
            if is_taken { answer.ok(); } else { answer.refused(400, "passkey_authentication_failure"); }
        }
    }

    async fn a_passkey_signs_in_its_own_user_only(app) {
        let (_, holder, authenticator, passkey) = with_passkey(&app, ADA).await;
        let (_, bobs, bob, bobs_passkey) = with_passkey(&app, BOB).await;
        let browser = app.browser();
        let (sign_in, nonce) = identified(&browser, BOB).await;
        attempt(&browser, &sign_in, &authenticator.get(&nonce)).await.refused(404, "passkey_not_registered");
        let (sign_in, nonce) = identified(&browser, BOB).await;
        attempt(&browser, &sign_in, &bob.get(&nonce)).await.ok();
        // Nor can others see, rename or remove it.
        let path = format!("/me/passkeys/{passkey}");
        bobs.get(&path).await.refused(404, "resource_not_found");
        bobs.delete(&path).await.refused(404, "resource_not_found");
        let rename = browser_patch(&bobs, &path, "mine").await;
        rename.refused(404, "resource_not_found");
        let renamed = browser_patch(&holder, &path, "Ada's key").await.ok();
        assert_eq!(renamed["response"]["name"], "Ada's key");
        assert_eq!(holder.delete(&path).await.ok()["response"]["deleted"], true);
        holder.get(&path).await.refused(404, "resource_not_found");
        let (sign_in, nonce) = discover(&browser).await;
        attempt(&browser, &sign_in, &authenticator.get(&nonce)).await.refused(404, "passkey_not_registered");
        bobs.get(&format!("/me/passkeys/{bobs_passkey}")).await.ok();
        // Removed, it can be added again, by anybody who has the device.
        let begun = post(&browser, "/client/sign_ins", &[("identifier", ADA)]).await.ok();
        let path = format!("/client/sign_ins/{}/prepare_first_factor", text(&begun["response"]["id"]));
        post(&browser, &path, &[("strategy", "passkey")]).await.refused(400, "no_passkeys_found_for_user");
    }

    async fn pages_without_passkeys_are_told_so(app) {
        user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        browser.post("/me/passkeys", &[]).await.refused(400, "origin_invalid");
        let bare = browser.call(Method::POST, "/me/passkeys").header("origin", "http://127.0.0.1:3000");
        browser.send(bare).await.refused(400, "origin_invalid");
        // A device on another page cannot answer for this one.
        let mut elsewhere = Authenticator::new("http://localhost:4000");
        let (id, nonce) = begin_registration(&browser).await;
        let refused = finish_registration(&browser, &id, &elsewhere.create(&nonce)).await;
        refused.refused(400, "passkey_registration_failure");
        let (id, nonce) = begin_registration(&browser).await;
        let mut careless = Authenticator::new(PAGE);
        careless.user_verified = false;
        let refused = finish_registration(&browser, &id, &careless.create(&nonce)).await;
        refused.refused(400, "passkey_registration_failure");
    }

    async fn ten_passkeys_are_enough(app) {
        let (_, browser, mut authenticator, _) = with_passkey(&app, ADA).await;
        for _ in 1..10 {
            register(&browser, &mut authenticator).await;
        }
        post(&browser, "/me/passkeys", &[]).await.refused(403, "passkey_quota_exceeded");
    }

    async fn a_ban_is_told_to_who_holds_the_passkey(app) {
        let (ada, _, authenticator, _) = with_passkey(&app, ADA).await;
        let standing = async |what: &str| app.backend().post(&format!("/v1/users/{ada}/{what}")).send().await.ok();
        let (before, old_browser) = (app.browser(), app.browser());
        let (begun_before, nonce_before) = identified(&before, ADA).await;
        let (old, old_nonce) = identified(&old_browser, ADA).await;
        standing("ban").await;
        let mut wrong = Authenticator::new(PAGE);
        wrong.create(&json!(r#"{"rp":{"id":"localhost"},"user":{"id":"AA"},"challenge":"AA"}"#));
        attempt(&before, &begun_before, &wrong.get(&nonce_before)).await.refused(404, "passkey_not_registered");
        let (again, nonce) = identified(&before, ADA).await;
        attempt(&before, &again, &authenticator.get(&nonce)).await.refused(403, "user_banned");
        let browser = app.browser();
        let (sign_in, nonce) = discover(&browser).await;
        attempt(&browser, &sign_in, &authenticator.get(&nonce)).await.refused(403, "user_banned");
        assert_eq!(browser.get("/client").await.ok()["response"]["sessions"], json!([]));
        standing("unban").await;
        attempt(&old_browser, &old, &authenticator.get(&old_nonce)).await.refused(401, "authentication_invalid");
        let (sign_in, nonce) = discover(&browser).await;
        attempt(&browser, &sign_in, &authenticator.get(&nonce)).await.ok();
    }
}

async fn browser_patch(browser: &Browser, path: &str, name: &str) -> TestResponse {
    let call = browser.call(Method::POST, path).query(&[("_method", "PATCH")]).form(&[("name", name)]);
    browser.send(call).await
}

beadle_testkit::both_engines! {
    async fn an_instance_has_none_unless_it_says_so(app: TestApp) {
        user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        post(&browser, "/me/passkeys", &[]).await.refused(403, "feature_not_enabled");
        post(&app.browser(), "/client/sign_ins", &[("strategy", "passkey")]).await.refused(403, "feature_not_enabled");
    }
}
