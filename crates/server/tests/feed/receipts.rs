//! What verifiers say, and what can be seen of it.

use std::time::Duration;

use beadle_testkit::{TestApp, TestResponse, Value, both_engines, json};

use crate::{banned, feed, stream::Stream};

async fn status(app: &TestApp, user: &str) -> Value {
    app.advance_feed().await;
    app.backend().get(&format!("/v1/users/{user}/ban_status")).send().await.ok()
}

async fn receipt(app: &TestApp, verifier: &str, seq: i64) -> TestResponse {
    let body = json!({"verifier": verifier, "seq": seq});
    app.backend().post("/v1/revocations/receipts").json(&body).send().await
}

both_engines! {
    async fn a_ban_is_followed_to_every_verifier(app: TestApp) {
        let quick = Stream::open(&app, feed(&app).query(&[("verifier", "quick")])).await;
        let _slow = Stream::open(&app, feed(&app).query(&[("verifier", "slow")])).await;
        let user = banned(&app, "ada").await;
        app.advance_feed().await;
        let accepted = app.now().as_millis();
        app.advance(Duration::from_millis(7));
        let answer = receipt(&app, "quick", 1).await.ok();
        assert_eq!(answer, json!({
            "object": "revocation_receipt", "verifier": "quick", "seq": 1, "received_at": accepted + 7,
        }));
        assert_eq!(status(&app, &user).await, json!({
            "object": "ban_status", "user_id": user, "banned": true, "generation": 2,
            "accepted_at": accepted, "seq": 1,
            "verifiers": [
                {"name": "quick", "connected": true, "status": "applied", "seq": 1,
                 "applied_at": accepted + 7, "applied_after_ms": 7},
                {"name": "slow", "connected": true, "status": "lagging", "seq": 0,
                 "applied_at": null, "applied_after_ms": null},
            ],
        }));

        // A later receipt does not change when the ban was applied.
        banned(&app, "bob").await;
        app.advance_feed().await;
        app.advance(Duration::from_millis(50));
        receipt(&app, "quick", 2).await.ok();
        assert_eq!(status(&app, &user).await["verifiers"][0]["applied_after_ms"], 7);

        drop(quick);
        let verifiers = status(&app, &user).await["verifiers"].clone();
        assert_eq!((&verifiers[0]["connected"], &verifiers[1]["connected"]), (&json!(false), &json!(true)));
        // A node that dies cannot say that its verifiers are gone.
        app.advance(Duration::from_secs(36));
        assert_eq!(status(&app, &user).await["verifiers"][1]["connected"], false);
        app.advance(Duration::from_secs(24 * 60 * 60));
        assert_eq!(status(&app, &user).await["verifiers"], json!([]));
    }

    async fn a_verifier_that_starts_anew_has_applied_nothing(app: TestApp) {
        let user = banned(&app, "ada").await;
        app.advance_feed().await;
        receipt(&app, "one", 1).await.ok();
        assert_eq!(status(&app, &user).await["verifiers"][0]["status"], "applied");
        let _stream = Stream::open(&app, feed(&app).query(&[("verifier", "one")])).await;
        assert_eq!(status(&app, &user).await["verifiers"][0]["status"], "lagging");
        let resumed = feed(&app).query(&[("verifier", "one")]).header("last-event-id", "1");
        let _stream = Stream::open(&app, resumed).await;
        assert_eq!(status(&app, &user).await["verifiers"][0]["status"], "applied");
    }

    async fn a_long_poll_is_a_verifier_too(app: TestApp) {
        let user = banned(&app, "ada").await;
        app.advance_feed().await;
        let query = [("verifier", "poll"), ("after", "1"), ("wait", "0")];
        feed(&app).query(&query).send().await.ok();
        let verifier = status(&app, &user).await["verifiers"][0].clone();
        assert_eq!((&verifier["name"], &verifier["connected"], &verifier["status"]), (
            &json!("poll"), &json!(true), &json!("applied"),
        ));
    }

    async fn receipts_that_cannot_be_are_refused(app: TestApp) {
        for (body, param) in [
            (json!({"verifier": "a", "seq": 1}), "seq"),
            (json!({"verifier": "a", "seq": -1}), "seq"),
            (json!({"verifier": "a", "seq": "x"}), "seq"),
            (json!({"verifier": "a"}), "seq"),
            (json!({"verifier": "", "seq": 0}), "verifier"),
            (json!({"verifier": "a/b", "seq": 0}), "verifier"),
            (json!({"seq": 0}), "verifier"),
        ] {
            let refused = app.backend().post("/v1/revocations/receipts").json(&body).send().await;
            assert_eq!(refused.status, 422, "{body}: {}", refused.text());
            assert_eq!(refused.json()["errors"][0]["meta"]["param_name"], param, "{body}");
        }
    }

    async fn who_is_not_banned_has_no_time_of_it(app: TestApp) {
        let user = app.user("ada@example.com").await;
        let shown = status(&app, &user).await;
        assert_eq!((&shown["banned"], &shown["accepted_at"], &shown["seq"]), (
            &json!(false), &json!(null), &json!(null),
        ));
        app.backend().post(&format!("/v1/users/{user}/ban")).send().await.ok();
        app.backend().post(&format!("/v1/users/{user}/unban")).send().await.ok();
        let shown = status(&app, &user).await;
        assert_eq!((&shown["generation"], &shown["accepted_at"]), (&json!(2), &json!(null)));
        let nobody = app.backend().get("/v1/users/user_2x9Kd3T0yBvQmNfLrJp8sWcHaEg/ban_status").send().await;
        nobody.refused(404, "resource_not_found");
    }

    async fn who_is_created_banned_is_so_from_the_beginning(app: TestApp) {
        let user = app.create_user(&json!({"email_address": ["ada@example.com"], "banned": true})).await;
        let _stream = Stream::open(&app, feed(&app).query(&[("verifier", "one")])).await;
        let shown = status(&app, &user).await;
        assert_eq!((&shown["banned"], &shown["accepted_at"], &shown["seq"]), (
            &json!(true), &json!(app.now().as_millis()), &json!(null),
        ));
        assert_eq!(shown["verifiers"][0]["status"], "applied", "there was nothing to tell");
    }
}
