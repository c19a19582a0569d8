//! The long-poll.

use std::time::{Duration, Instant};

use beadle_testkit::{both_engines, json};

use crate::{after, banned, entries, feed, snapshot};

both_engines! {
    async fn a_poll_waits_for_news(app: TestApp) {
        let head = snapshot(&app).await["head"].as_i64().unwrap();
        let call = feed(&app).query(&[("after", &*head.to_string()), ("wait", "20")]);
        let began = Instant::now();
        let waiting = tokio::spawn(call.send());
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(!waiting.is_finished(), "there is no news yet");
        let user = banned(&app, "ada").await;
        app.advance_feed().await;
        let frame = waiting.await.unwrap().ok();
        assert_eq!(entries(&frame)[0]["user_id"], *user);
        assert!(began.elapsed() < Duration::from_secs(15), "it did not wait for its end");
    }

    async fn a_wait_without_news_ends_with_a_heartbeat(app: TestApp) {
        let head = snapshot(&app).await["head"].as_i64().unwrap();
        let began = Instant::now();
        let frame = feed(&app).query(&[("after", &*head.to_string()), ("wait", "1")]).send().await.ok();
        assert!(began.elapsed() >= Duration::from_secs(1));
        assert!(entries(&frame).is_empty() && frame["snapshot"] == false);
    }

    async fn pages_are_as_long_as_asked(app: TestApp) {
        for name in ["ada", "bob", "eve", "joe", "kim"] {
            banned(&app, name).await;
        }
        app.advance_feed().await;
        let first = feed(&app).query(&[("limit", "2")]).send().await.ok();
        assert_eq!((entries(&first).len(), &first["seq"], &first["head"]), (2, &json!(2), &json!(5)));
        let query = [("limit", "2"), ("after", "2"), ("wait", "0")];
        let second = feed(&app).query(&query).send().await.ok();
        assert_eq!((entries(&second).len(), &second["after"], &second["seq"]), (2, &json!(2), &json!(4)));
        assert_eq!(entries(&after(&app, 4).await).len(), 1);
    }

    async fn parameters_that_cannot_be_are_named(app: TestApp) {
        for (name, value) in [
            ("after", "x"), ("after", "-1"), ("wait", "31"), ("wait", "-1"), ("limit", "0"), ("limit", "501"),
            ("nonce", "short"), ("nonce", "0123456789abcde\u{e4}"), ("nonce", &*"a".repeat(65)), ("verifier", "a b"), ("verifier", "ä"), ("verifier", &*"a".repeat(65)),
        ] {
            let refused = feed(&app).query(&[(name, value)]).send().await;
            assert_eq!(refused.status, 422, "{name}={value}: {}", refused.text());
            assert_eq!(refused.json()["errors"][0]["meta"]["param_name"], name);
        }
    }

    async fn an_unknown_position_starts_anew(app: TestApp) {
        banned(&app, "ada").await;
        app.advance_feed().await;
        let frame = after(&app, 4_000_000_000).await;
        assert_eq!((&frame["snapshot"], entries(&frame).len()), (&json!(true), 1));
        let frame = feed(&app).header("last-event-id", "nonsense").query(&[("wait", "0")]).send().await.ok();
        assert_eq!(frame["snapshot"], true);
    }
}
