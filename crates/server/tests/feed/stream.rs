//! The stream of events.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use beadle_testkit::{Call, TestApp, Value, both_engines, json};
use futures_util::StreamExt as _;
use tower::ServiceExt as _;

use crate::{banned, entries, feed};

/// An open stream.
pub(crate) struct Stream(BodyDataStream);

/// One event.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) kind: String,
    pub(crate) id: String,
    pub(crate) frame: Value,
}

impl Stream {
    pub(crate) async fn open(app: &TestApp, call: Call) -> Self {
        let request = call.header("accept", "text/event-stream").into_request();
        let response = app.router().oneshot(request.map(Body::from)).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let mut stream = Self(response.into_body().into_data_stream());
        assert_eq!(stream.chunk().await.unwrap(), "retry: 1000\n\n");
        stream
    }

    async fn chunk(&mut self) -> Option<String> {
        let chunk =
            tokio::time::timeout(Duration::from_secs(10), self.0.next()).await.expect("an event in time");
        chunk.map(|chunk| String::from_utf8(chunk.unwrap().to_vec()).unwrap())
    }

    /// The next event, `None` at the end.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        let text = self.chunk().await?;
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
        assert!(text.ends_with("\n\n"), "{text:?}");
        let frame = serde_json::from_str(&field("data: ")).unwrap();
        Some(Event { kind: field("event: "), id: field("id: "), frame })
    }
}

both_engines! {
    async fn a_stream_begins_with_a_snapshot_and_goes_on(app: TestApp) {
        let ada = banned(&app, "ada").await;
        app.advance_feed().await;
        let mut stream = Stream::open(&app, feed(&app)).await;
        let event = stream.next().await.unwrap();
        assert_eq!((&*event.kind, &*event.id), ("snapshot", "1"));
        assert_eq!(entries(&event.frame)[0]["user_id"], *ada);

        let bob = banned(&app, "bob").await;
        app.advance_feed().await;
        let event = stream.next().await.unwrap();
        assert_eq!((&*event.kind, &*event.id), ("revocations", "2"));
        assert_eq!((&event.frame["after"], &entries(&event.frame)[0]["user_id"]), (&json!(1), &json!(bob)));

        beadle_server::hooks::beat(app.app());
        let event = stream.next().await.unwrap();
        assert_eq!((&*event.kind, &*event.id, &event.frame["head"]), ("heartbeat", "2", &json!(2)));
    }

    async fn a_stream_is_resumed_where_it_ended(app: TestApp) {
        for name in ["ada", "bob", "eve"] {
            banned(&app, name).await;
        }
        app.advance_feed().await;
        let mut stream = Stream::open(&app, feed(&app).header("last-event-id", "2")).await;
        let event = stream.next().await.unwrap();
        assert_eq!((&*event.kind, &*event.id, entries(&event.frame).len()), ("revocations", "3", 1));
        // At the head there is nothing to tell but the time.
        let mut stream = Stream::open(&app, feed(&app).header("last-event-id", "3")).await;
        assert_eq!(stream.next().await.unwrap().kind, "heartbeat");
        // Nobody knows what comes after this, so it is told anew.
        let mut stream = Stream::open(&app, feed(&app).header("last-event-id", "99")).await;
        let event = stream.next().await.unwrap();
        assert_eq!((&*event.kind, entries(&event.frame).len()), ("snapshot", 3));
    }

    async fn many_entries_come_in_several_frames(app: TestApp) {
        let mut users = Vec::new();
        for n in 0..50 {
            users.push(app.user(&format!("user{n}@example.com")).await);
        }
        for _ in 0..11 {
            for what in ["ban", "unban"] {
                let body = json!({"user_ids": users});
                app.backend().post(&format!("/v1/users/{what}")).json(&body).send().await.ok();
            }
        }
        app.advance_feed().await;
        let mut stream = Stream::open(&app, feed(&app)).await;
        let first = stream.next().await.unwrap();
        assert_eq!((&*first.kind, &*first.id, entries(&first.frame).len()), ("snapshot", "500", 500));
        assert_eq!(first.frame["head"], 550);
        let second = stream.next().await.unwrap();
        assert_eq!((&*second.kind, &*second.id, entries(&second.frame).len()), ("revocations", "550", 50));
    }

    async fn a_nonce_is_answered_by_a_look_that_began_after_it(app: TestApp) {
        const NONCE: &str = "0123456789abcdef";
        app.advance_feed().await;
        let user = banned(&app, "ada").await;
        let mut stream = Stream::open(&app, feed(&app).query(&[("nonce", NONCE)])).await;
        let old = stream.next().await.unwrap();
        assert!(old.kind == "snapshot" && entries(&old.frame).is_empty(), "the node has not looked since");
        beadle_server::hooks::beat(app.app());
        let beat = stream.next().await.unwrap();
        assert!(beat.kind == "heartbeat" && beat.frame.get("nonce").is_none(), "still not: {beat:?}");
        app.advance_feed().await;
        let news = stream.next().await.unwrap();
        assert_eq!(entries(&news.frame)[0]["user_id"], *user);
        let answer = stream.next().await.unwrap();
        assert_eq!((&*answer.kind, &answer.frame["nonce"], &answer.frame["seq"]), ("heartbeat", &json!(NONCE), &json!(1)));
        // Once.
        beadle_server::hooks::beat(app.app());
        assert!(stream.next().await.unwrap().frame.get("nonce").is_none());
    }

    async fn a_long_poll_is_answered_the_same_way(app: TestApp) {
        const NONCE: &str = "0123456789abcdef";
        banned(&app, "ada").await;
        let poll = tokio::spawn(feed(&app).query(&[("nonce", NONCE)]).send());
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(!poll.is_finished(), "the node has not looked yet");
        app.advance_feed().await;
        let frame = poll.await.unwrap().ok();
        assert_eq!((&frame["nonce"], entries(&frame).len()), (&json!(NONCE), 1));
        // A node that cannot look says so instead of telling the past.
        let unanswered = feed(&app).query(&[("nonce", NONCE)]).send().await;
        unanswered.refused(503, "service_unavailable");
    }

    async fn an_orderly_stop_ends_the_streams(app: TestApp) {
        let mut stream = Stream::open(&app, feed(&app)).await;
        stream.next().await.unwrap();
        beadle_server::hooks::close_feed(app.app());
        assert!(stream.next().await.is_none());
    }
}
