//! Making, reading and leaving a client.

use beadle_testkit::{Value, both_engines, json};
use http::Method;

use crate::visit::{ADA, session, signed_in, text, user};

both_engines! {
    async fn a_client_is_made_once(app: TestApp) {
        for method in [Method::PUT, Method::POST] {
            let browser = app.browser();
            let made = browser.send(browser.call(method.clone(), "/client")).await.ok();
            assert_eq!((&made["response"]["object"], &made["response"]["sessions"]), (&json!("client"), &json!([])));
            assert_eq!(made["client"], Value::Null);
            let cookie = browser.cookie("__client").expect("a new client");
            let again = browser.send(browser.call(method, "/client")).await;
            assert_eq!(again.ok()["response"]["id"], made["response"]["id"]);
            assert_eq!((again.header("set-cookie"), browser.cookie("__client")), (None, Some(cookie)));
            assert_eq!(browser.get("/client").await.ok()["response"]["id"], made["response"]["id"]);
        }
    }

    async fn a_client_that_was_left_is_found_by_nobody(app: TestApp) {
        user(&app, ADA).await;
        user(&app, "bob+clerk_test@example.com").await;
        let (browser, first) = signed_in(&app, ADA).await;
        crate::visit::sign_in(&browser, "bob+clerk_test@example.com", crate::visit::PASSWORD).await.ok();
        let copy = browser.clone();
        let left = browser.delete("/client").await;
        assert_eq!(left.ok(), json!({"response": null, "client": null}));
        assert_eq!(browser.cookie("__client"), None);
        assert_eq!(browser.cookie("__client_uat").as_deref(), Some("0"));
        assert_eq!(session(&app, &first).await["status"], "removed");
        assert_eq!(copy.get("/client").await.ok()["response"], Value::Null);
        copy.post(&format!("/client/sessions/{first}/tokens"), &[]).await.refused(401, "signed_out");
        browser.delete("/client").await.refused(404, "resource_not_found");
    }

    async fn a_session_is_shown_to_its_holder(app: TestApp) {
        user(&app, ADA).await;
        let (browser, id) = signed_in(&app, ADA).await;
        let (other, _) = signed_in(&app, ADA).await;
        let shown = browser.get(&format!("/client/sessions/{id}")).await.ok();
        assert_eq!((&shown["response"]["id"], &shown["client"]), (&json!(id), &Value::Null));
        assert_eq!(shown["response"]["user"]["email_addresses"][0]["email_address"], ADA);
        other.get(&format!("/client/sessions/{id}")).await.refused(404, "resource_not_found");
        browser.get("/client/sessions/x").await.refused(404, "resource_not_found");
        app.browser().get(&format!("/client/sessions/{id}")).await.refused(401, "signed_out");
        browser.post(&format!("/client/sessions/{id}/end"), &[]).await.ok();
        let ended = browser.get(&format!("/client/sessions/{id}")).await.refused(401, "authentication_invalid");
        assert_eq!(ended["meta"]["client"]["sessions"], json!([]));
    }

    async fn pages_that_lost_their_cookies_are_told_again(app: TestApp) {
        user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        let since = app.now().as_secs().to_string();
        app.advance(std::time::Duration::from_secs(500));
        assert_eq!(browser.get("/client").await.header("set-cookie"), None);
        for lost in ["", "0"] {
            browser.set_cookie("__client_uat", lost);
            browser.get("/client").await.ok();
            // Not the time of this request: pages hold older tokens, which servers would then refuse.
            assert_eq!(browser.cookie("__client_uat"), Some(since.clone()));
        }
    }

    #[instance = "single_session_mode = true"]
    async fn one_session_where_the_operator_wants_one(app: TestApp) {
        user(&app, ADA).await;
        let (browser, id) = signed_in(&app, ADA).await;
        let second = browser.post("/client/sign_ins", &[("identifier", "bob@example.com")]).await;
        second.refused(400, "session_exists");
        browser.post("/client/sign_ups", &[("email_address", "bob@example.com")]).await.refused(400, "session_exists");
        for form in [[("ticket", "st_any")], [("transfer", "true")], [("strategy", "oauth_any")]] {
            browser.post("/client/sign_ins", &form).await.refused(400, "session_exists");
        }
        browser.post(&format!("/client/sessions/{id}/end"), &[]).await.ok();
        let begun = browser.post("/client/sign_ins", &[("identifier", ADA)]).await.ok();
        assert!(text(&begun["response"]["id"]).starts_with("sia_"));
    }
}
