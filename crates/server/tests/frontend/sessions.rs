//! Sessions in the hands of those who hold them.

use std::time::Duration;

use beadle_testkit::{Value, both_engines, json};
use http::Method;

use crate::visit::{ADA, session, signed_in, text, user};

const UA: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

both_engines! {
    #[instance = "[session]\ninactivity_timeout_seconds = 3600"]
    async fn a_touch_keeps_a_session_going(app: TestApp) {
        user(&app, ADA).await;
        let (browser, id) = signed_in(&app, ADA).await;
        for _ in 0..3 {
            app.advance(Duration::from_secs(3_599));
            let call = browser.call(Method::POST, &format!("/client/sessions/{id}/touch"));
            let form = [("active_organization_id", ""), ("intent", "focus")];
            let touched = browser.send(call.header("user-agent", UA).form(&form)).await.ok();
            assert_eq!(touched["response"]["id"], id);
            assert_eq!(touched["response"]["last_active_at"], app.now().as_millis());
            assert_eq!(touched["response"]["abandon_at"], app.now().as_millis() + 3_600_000);
            assert!(touched["client"]["sessions"][0]["last_active_token"]["jwt"].is_string());
        }
        let activity = session(&app, &id).await["latest_activity"].clone();
        assert_eq!(activity["browser_name"], "Firefox");
        assert_eq!(activity["ip_address"], "203.0.113.7");
        assert_eq!(activity["is_mobile"], false);
        app.advance(Duration::from_secs(3_600));
        let late = browser.post(&format!("/client/sessions/{id}/touch"), &[]).await;
        let refused = late.refused(401, "authentication_invalid");
        assert_eq!(refused["meta"]["client"]["sessions"], json!([]));
        assert_eq!(session(&app, &id).await["status"], "abandoned");
    }

    async fn a_touch_chooses_the_active_session(app: TestApp) {
        user(&app, ADA).await;
        user(&app, "bob+clerk_test@example.com").await;
        let (browser, first) = signed_in(&app, ADA).await;
        app.advance(Duration::from_secs(1));
        let bob = crate::visit::sign_in(&browser, "bob+clerk_test@example.com", crate::visit::PASSWORD).await.ok();
        assert_ne!(bob["client"]["last_active_session_id"], first);
        let touched = browser.post(&format!("/client/sessions/{first}/touch"), &[]).await.ok();
        assert_eq!(touched["client"]["last_active_session_id"], first);
        assert_eq!(browser.get("/client").await.ok()["response"]["last_active_session_id"], first);
    }

    async fn a_session_ends_in_its_own_time(app: TestApp) {
        user(&app, ADA).await;
        let (browser, id) = signed_in(&app, ADA).await;
        app.advance(Duration::from_secs(7 * 24 * 60 * 60 - 1));
        browser.post(&format!("/client/sessions/{id}/tokens"), &[]).await.ok();
        app.advance(Duration::from_secs(1));
        let refused = browser.post(&format!("/client/sessions/{id}/tokens"), &[]).await;
        assert_eq!(refused.refused(401, "authentication_invalid")["meta"]["client"]["sessions"], json!([]));
        assert_eq!(browser.get("/client").await.ok()["response"]["sessions"], json!([]));
        assert_eq!(session(&app, &id).await["status"], "expired");
    }

    async fn what_is_ended_or_removed_is_gone(app: TestApp) {
        let owner = user(&app, ADA).await;
        for (what, status) in [("end", "ended"), ("remove", "removed")] {
            let (browser, id) = signed_in(&app, ADA).await;
            let answer = browser.post(&format!("/client/sessions/{id}/{what}"), &[]).await.ok();
            assert_eq!(answer["response"]["status"], status);
            assert_eq!((&answer["response"]["user"], &answer["client"]["sessions"]), (&Value::Null, &json!([])));
            assert_eq!(answer["client"]["last_active_session_id"], Value::Null);
            assert_eq!(session(&app, &id).await["status"], status);
            assert!(app.event_kinds(&owner).await.contains(&format!("session.{status}")));
            for again in ["tokens", "touch", "end", "remove"] {
                let refused = browser.post(&format!("/client/sessions/{id}/{again}"), &[]).await;
                let refused = refused.refused(401, "authentication_invalid");
                assert_eq!(refused["meta"]["client"]["sessions"], json!([]));
            }
            assert_eq!(session(&app, &id).await["status"], status);
        }
    }

    async fn signing_out_ends_all_sessions_of_the_device_and_no_other(app: TestApp) {
        user(&app, ADA).await;
        user(&app, "bob+clerk_test@example.com").await;
        for plain in [true, false] {
            let (elsewhere, kept) = signed_in(&app, ADA).await;
            let (browser, first) = signed_in(&app, ADA).await;
            let bob = crate::visit::sign_in(&browser, "bob+clerk_test@example.com", crate::visit::PASSWORD);
            let second = text(&bob.await.ok()["response"]["created_session_id"]);
            let client = browser.get("/client").await.ok()["response"]["id"].clone();
            let out = if plain {
                browser.send(browser.call(Method::DELETE, "/client/sessions")).await.ok()
            } else {
                browser.delete("/client/sessions").await.ok()
            };
            assert_eq!((&out["response"]["id"], &out["response"]["sessions"]), (&client, &json!([])));
            for id in [&first, &second] {
                assert_eq!(session(&app, id).await["status"], "removed");
            }
            assert_eq!(browser.get("/client").await.ok()["response"]["id"], client);
            elsewhere.post(&format!("/client/sessions/{kept}/tokens"), &[]).await.ok();
            // Signing out twice is no error, without a client it is.
            browser.delete("/client/sessions").await.ok();
        }
        app.browser().delete("/client/sessions").await.refused(401, "signed_out");
    }

    async fn sessions_of_other_devices_are_out_of_reach(app: TestApp) {
        user(&app, ADA).await;
        let (_, id) = signed_in(&app, ADA).await;
        let made = app.session(&user(&app, "bob@example.com").await).await;
        let (other, own) = signed_in(&app, ADA).await;
        for foreign in [&*id, &made, "sess_38HzI1ntXxeWeS4fFGnCCbxKfaZ"] {
            for what in ["tokens", "touch", "end", "remove"] {
                let path = format!("/client/sessions/{foreign}/{what}");
                let refused = other.post(&path, &[]).await.refused(404, "resource_not_found");
                // Never without: a browser that gets a bare 404 goes on asking.
                assert_eq!(refused["meta"]["client"]["sessions"][0]["id"], own);
                app.browser().post(&path, &[]).await.refused(401, "signed_out");
            }
        }
        other.post("/client/sessions/nonsense/tokens", &[]).await.refused(404, "resource_not_found");
        assert_eq!(session(&app, &id).await["status"], "active");
        // Nor do dead ones of others show that they were there.
        app.backend().post(&format!("/v1/sessions/{id}/revoke")).send().await.ok();
        other.post(&format!("/client/sessions/{id}/tokens"), &[]).await.refused(404, "resource_not_found");
    }

    async fn a_revoked_session_signs_its_browser_out(app: TestApp) {
        user(&app, ADA).await;
        let (browser, id) = signed_in(&app, ADA).await;
        app.backend().post(&format!("/v1/sessions/{id}/revoke")).send().await.ok();
        for what in ["tokens", "touch", "end"] {
            let refused = browser.post(&format!("/client/sessions/{id}/{what}"), &[]).await;
            let refused = refused.refused(401, "authentication_invalid");
            assert_eq!(refused["meta"]["client"]["sessions"], json!([]));
        }
        assert_eq!(browser.get("/client").await.ok()["response"]["last_active_session_id"], Value::Null);
    }
}
