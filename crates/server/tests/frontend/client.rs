//! The client and its cookies.

use beadle_testkit::{TestResponse, Value, both_engines, json};
use http::Method;

use crate::visit::{ADA, begin, signed_in, user};

/// The attributes of a cookie that an answer sets, its value first.
fn set_cookie(answer: &TestResponse, name: &str) -> Option<Vec<String>> {
    let lines = answer.headers.get_all("set-cookie").iter();
    let mut found = lines.filter_map(|line| {
        let line = line.to_str().expect("cookies are ASCII").strip_prefix(name)?.strip_prefix('=')?;
        Some(line.split("; ").map(str::to_owned).collect())
    });
    let first = found.next();
    assert!(found.next().is_none(), "{name} is set twice");
    first
}

both_engines! {
    async fn a_stranger_is_no_error(app: TestApp) {
        let browser = app.browser();
        for cookie in ["", "garbage", "\"", "38HzI1ntXxeWeS4fFGnCCbxKfaZ"] {
            browser.set_cookie("__client", cookie);
            let answer = browser.get("/client").await;
            assert_eq!(answer.ok(), json!({"response": null, "client": null}));
            assert_eq!(answer.headers.get("set-cookie"), None);
        }
    }

    async fn the_client_comes_with_the_first_attempt(app: TestApp) {
        user(&app, ADA).await;
        for form in [&[("identifier", ADA)][..], &[]] {
            let browser = app.browser();
            let begun = browser.post("/client/sign_ins", form).await;
            let cookie = set_cookie(&begun, "__client").expect("a new client");
            assert!(cookie[0].len() >= 32, "{cookie:?}");
            assert_eq!(cookie[1..], ["Path=/", "Max-Age=34560000", "SameSite=Lax", "HttpOnly"]);
            let shown = browser.get("/client").await;
            assert_eq!(shown.ok()["response"]["id"], begun.ok()["client"]["id"]);
            assert_eq!(shown.ok()["client"], Value::Null);
            assert_eq!(set_cookie(&shown, "__client"), None);
            // The secret is in the cookie alone.
            assert!(!begun.text().contains(&cookie[0]));
            let again = browser.post("/client/sign_ins", form).await;
            assert_eq!(set_cookie(&again, "__client"), None);
            assert_eq!(again.ok()["client"]["id"], begun.ok()["client"]["id"]);
        }
        let sign_up = app.browser().post("/client/sign_ups", &[("first_name", "Ada")]).await;
        assert!(set_cookie(&sign_up, "__client").is_some());
    }

    async fn cookies_of_secure_pages_are_secure(app: TestApp) {
        let browser = app.browser();
        let issuer = app.app().instance.issuer.clone();
        let call = browser.call(Method::POST, "/client/sign_ins").header("origin", &issuer);
        let cookie = set_cookie(&browser.send(call).await, "__client").expect("a new client");
        assert_eq!(cookie.last().map(String::as_str), Some("Secure"));
        // Whoever is no proxy on this machine cannot say so for others.
        let call = app.browser().call(Method::POST, "/client/sign_ins").header("x-forwarded-proto", "https");
        let cookie = set_cookie(&call.send().await, "__client").expect("a new client");
        assert_eq!(cookie.last().map(String::as_str), Some("HttpOnly"));
    }

    async fn pages_can_read_when_the_state_changed(app: TestApp) {
        user(&app, ADA).await;
        let suffix = app.app().instance.cookie_suffix.clone();
        let names = ["__client_uat".to_owned(), format!("__client_uat_{suffix}")];
        let browser = app.browser();
        let form = [("identifier", ADA), ("strategy", "password"), ("password", crate::visit::PASSWORD)];
        let done = browser.post("/client/sign_ins", &form).await;
        let now = app.now().as_secs().to_string();
        for name in &names {
            let cookie = set_cookie(&done, name).expect("a sign-in sets it");
            assert_eq!(cookie[0], now);
            assert!(!cookie.contains(&"HttpOnly".to_owned()) && cookie.contains(&"SameSite=Lax".to_owned()));
        }
        let refresh = set_cookie(&done, &format!("__refresh_{suffix}")).expect("a sign-in sets it");
        assert!(refresh.contains(&"HttpOnly".to_owned()) && refresh.contains(&"Max-Age=604800".to_owned()));
        assert!(!done.text().contains(&refresh[0]));
        let out = browser.delete("/client/sessions").await;
        for name in &names {
            assert_eq!(set_cookie(&out, name).expect("a sign-out sets it")[0], "0");
        }
        assert_eq!(set_cookie(&out, &format!("__refresh_{suffix}")).expect("a sign-out clears it")[0], "");
        assert!(browser.cookie("__client").is_some(), "the client stays");
    }

    async fn ending_one_of_two_sessions_is_no_sign_out(app: TestApp) {
        user(&app, ADA).await;
        user(&app, "bob+clerk_test@example.com").await;
        let (browser, first) = signed_in(&app, ADA).await;
        crate::visit::sign_in(&browser, "bob+clerk_test@example.com", crate::visit::PASSWORD).await.ok();
        let one = browser.post(&format!("/client/sessions/{first}/end"), &[]).await;
        assert_eq!(set_cookie(&one, "__client_uat"), None);
        let second = one.ok()["client"]["sessions"][0]["id"].clone();
        let path = format!("/client/sessions/{}/end", crate::visit::text(&second));
        let last = browser.post(&path, &[]).await;
        assert_eq!(set_cookie(&last, "__client_uat").expect("nobody is left")[0], "0");
    }

    async fn the_shape_that_the_browser_library_reads(app: TestApp) {
        user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        begin(&browser, ADA).await;
        let client = browser.get("/client").await.ok()["response"].clone();
        for member in [
            "object", "id", "sessions", "sign_in", "sign_up", "last_active_session_id",
            "last_authentication_strategy", "cookie_expires_at", "captcha_bypass", "created_at", "updated_at",
        ] {
            assert!(client.get(member).is_some(), "client.{member}");
        }
        assert_eq!(client["cookie_expires_at"], Value::Null);
        for member in [
            "object", "id", "status", "expire_at", "abandon_at", "last_active_at", "last_active_organization_id",
            "actor", "user", "public_user_data", "factor_verification_age", "tasks", "last_active_token",
            "created_at", "updated_at",
        ] {
            assert!(client["sessions"][0].get(member).is_some(), "session.{member}");
        }
        for member in [
            "object", "id", "status", "supported_identifiers", "supported_first_factors",
            "supported_second_factors", "first_factor_verification", "second_factor_verification", "identifier",
            "user_data", "created_session_id", "abandon_at",
        ] {
            assert!(client["sign_in"].get(member).is_some(), "sign_in.{member}");
        }
    }
}

// Whoever planted a client in somebody's browser has no part in the session that is opened there.
both_engines! {
    async fn signing_in_changes_the_clients_secret(app: TestApp) {
        app.create_user(&json!({"email_address": ["ada@example.com"], "password": "a long walk by the sea"})).await;
        let planted = app.browser();
        let begun = planted.post("/client/sign_ins", &[("identifier", "ada@example.com")]).await.ok();
        let victim = planted.clone();
        let attempt = format!("/client/sign_ins/{}/attempt_first_factor", begun["response"]["id"].as_str().unwrap());
        let form = [("strategy", "password"), ("password", "a long walk by the sea")];
        let done = victim.post(&attempt, &form).await.ok();
        assert_eq!(done["client"]["id"], begun["client"]["id"]);
        assert_ne!(victim.cookie("__client"), planted.cookie("__client"));
        assert_eq!(planted.get("/client").await.ok()["response"], Value::Null);
        assert_eq!(victim.get("/client").await.ok()["response"]["sessions"].as_array().unwrap().len(), 1);
    }
}
