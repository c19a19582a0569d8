//! Users looking after their sessions on other devices.

use std::time::Duration;

use beadle_testkit::{Value, both_engines, json};
use http::Method;

use crate::visit::{ADA, session, signed_in, text, user};

const UA: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const BOB: &str = "bob+clerk_test@example.com";

both_engines! {
    async fn devices_are_listed_with_what_they_are(app: TestApp) {
        let id = user(&app, ADA).await;
        user(&app, BOB).await;
        signed_in(&app, BOB).await;
        let (browser, first) = signed_in(&app, ADA).await;
        app.advance(Duration::from_secs(1));
        let (elsewhere, second) = signed_in(&app, ADA).await;
        let touch = elsewhere.call(Method::POST, &format!("/client/sessions/{second}/touch")).header("user-agent", UA);
        elsewhere.send(touch).await.ok();
        let listed = browser.get("/me/sessions/active").await.ok();
        let ids: Vec<_> = listed.as_array().unwrap().iter().map(|one| text(&one["id"])).collect();
        assert_eq!(ids, [second.clone(), first.clone()]);
        let activity = &listed[0]["latest_activity"];
        assert_eq!((&activity["browser_name"], &activity["ip_address"]), (&json!("Firefox"), &json!("203.0.113.7")));
        assert_eq!((&activity["object"], &activity["is_mobile"]), (&json!("session_activity"), &json!(false)));
        assert_eq!((&listed[0]["object"], &listed[0]["status"]), (&json!("session"), &json!("active")));
        assert!(listed[0].get("user").is_none());

        elsewhere.delete("/client/sessions").await.ok();
        let listed = browser.get("/me/sessions/active").await.ok();
        assert_eq!(listed.as_array().unwrap().len(), 1);
        let all = browser.get("/me/sessions").await.ok();
        assert_eq!((&all[0]["id"], &all[0]["status"], &all[0]["user"]), (&json!(second), &json!("removed"), &Value::Null));
        assert_eq!((&all[1]["id"], &all[1]["user"]["id"]), (&json!(first), &json!(id)));
        assert_eq!(all.as_array().unwrap().len(), 2);
        app.browser().get("/me/sessions/active").await.refused(401, "signed_out");
    }

    async fn a_session_elsewhere_is_revoked(app: TestApp) {
        user(&app, ADA).await;
        let (browser, own) = signed_in(&app, ADA).await;
        let (elsewhere, other) = signed_in(&app, ADA).await;
        let path = format!("/me/sessions/{other}/revoke?_clerk_session_id={own}");
        let done = browser.post(&path, &[]).await.ok();
        assert_eq!((&done["response"]["id"], &done["response"]["status"]), (&json!(other), &json!("revoked")));
        assert_eq!(done["client"]["sessions"][0]["id"], own);
        assert_eq!(session(&app, &other).await["status"], "revoked");
        elsewhere.get("/me").await.refused(401, "authentication_invalid");
        elsewhere.post(&format!("/client/sessions/{other}/tokens"), &[]).await.refused(401, "authentication_invalid");
        assert_eq!(app.revocations().await.len(), 1);
        let last = app.events().await.pop().unwrap();
        assert_eq!((&*last.kind, &last.data["id"]), ("session.revoked", &json!(other)));
        browser.post(&path, &[]).await.refused(400, "invalid_action_for_session");
        assert_eq!(app.revocations().await.len(), 1);
    }

    async fn ones_own_session_can_be_revoked_too(app: TestApp) {
        user(&app, ADA).await;
        let (browser, own) = signed_in(&app, ADA).await;
        let answer = browser.post(&format!("/me/sessions/{own}/revoke"), &[]).await;
        assert_eq!(answer.ok()["client"]["sessions"], json!([]));
        assert!(answer.headers.get_all("set-cookie").iter().any(|cookie| cookie.as_bytes().starts_with(b"__client_uat=0;")));
        browser.get("/me").await.refused(401, "authentication_invalid");
    }

    async fn sessions_of_others_are_out_of_reach(app: TestApp) {
        user(&app, ADA).await;
        let bob = user(&app, BOB).await;
        let (_, foreign) = signed_in(&app, BOB).await;
        let made = app.session(&bob).await;
        let (browser, _) = signed_in(&app, ADA).await;
        for id in [&*foreign, &made, "sess_38HzI1ntXxeWeS4fFGnCCbxKfaZ", "nonsense"] {
            browser.post(&format!("/me/sessions/{id}/revoke"), &[]).await.refused(404, "resource_not_found");
        }
        // Dead ones neither.
        app.backend().post(&format!("/v1/sessions/{made}/revoke")).send().await.ok();
        browser.post(&format!("/me/sessions/{made}/revoke"), &[]).await.refused(404, "resource_not_found");
        assert_eq!(session(&app, &foreign).await["status"], "active");
    }
}
