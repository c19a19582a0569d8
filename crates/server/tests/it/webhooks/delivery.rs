//! When messages are sent, and in which order, with receivers that fail, hang and come back.

use std::time::Duration;

use beadle_testkit::{Engine, Reply, TestApp, WebhookSink, both_engines, json};

use super::{ENDPOINTS, endpoint, get, kinds, post, text};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn rename(app: &TestApp, user: &str, name: &str) {
    app.backend().patch(&format!("/v1/users/{user}")).json(&json!({"first_name": name})).send().await.ok();
}

async fn deliveries(app: &TestApp, endpoint: &str, query: &str) -> Vec<serde_json::Value> {
    let page = get(app, &format!("/{endpoint}/deliveries{query}")).await.ok();
    page["data"].as_array().unwrap().clone()
}

both_engines! {
    async fn a_receiver_that_comes_back_misses_nothing(app: TestApp) {
        let sink = WebhookSink::start().await;
        let id = endpoint(&app, &sink, &[]).await;
        sink.reply(Reply::Status(503));
        app.user("ada@example.com").await;
        assert_eq!(app.deliver_webhooks().await, 1);
        let pauses = [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000].map(Duration::from_secs);
        for (n, pause) in pauses.into_iter().enumerate() {
            app.advance(pause / 10 * 8);
            assert_eq!(app.deliver_webhooks().await, 0, "too early, pause {n}");
            if n == 6 {
                sink.reply(Reply::Status(204));
            }
            app.advance(pause / 10 * 2);
            assert_eq!(app.deliver_webhooks().await, 1, "pause {n}");
        }
        let messages = sink.drain();
        assert_eq!(messages.len(), 8);
        assert!(messages.iter().all(|message| message.id == messages[0].id && message.body == messages[0].body));
        assert!(messages[7].taken);
        let log = &deliveries(&app, &id, "").await[0];
        assert_eq!((&log["status"], &log["attempts"], &log["response_status"]), (&json!("delivered"), &json!(8), &json!(204)));
        assert_eq!((&log["event_id"], &log["error"]), (&json!(messages[0].id), &json!(null)));
        assert_eq!(get(&app, &format!("/{id}")).await.ok()["failing_since"], json!(null));
    }

    async fn after_eight_attempts_it_is_given_up(app: TestApp) {
        let sink = WebhookSink::start().await;
        let id = endpoint(&app, &sink, &[]).await;
        sink.reply(Reply::Status(500));
        let ada = app.user("ada@example.com").await;
        rename(&app, &ada, "Ada").await;
        for _ in 0..8 {
            assert_eq!(kinds(&sink.drain()).len(), 0);
            assert!(app.deliver_webhooks().await > 0);
            let sent = sink.drain();
            assert_eq!(sent[0].kind(), "user.created");
            app.advance(10 * HOUR);
        }
        assert_eq!(deliveries(&app, &id, "?status=failed").await.len(), 1);
        sink.reply(Reply::Status(200));
        app.deliver_webhooks().await;
        assert_eq!(kinds(&sink.drain()), ["user.updated"], "the next one is not held back any longer");
    }

    async fn what_one_user_waits_for_holds_up_no_other(app: TestApp) {
        let sink = WebhookSink::start().await;
        let id = endpoint(&app, &sink, &[]).await;
        let ada = app.user("ada@example.com").await;
        let bob = app.user("bob@example.com").await;
        app.deliver_webhooks().await;
        sink.drain();
        let broken = ada.clone();
        sink.decide(move |event| Reply::Status(if event["data"]["id"] == json!(broken) { 500 } else { 200 }));
        for name in ["One", "Two", "Three"] {
            rename(&app, &ada, name).await;
            rename(&app, &bob, name).await;
        }
        app.deliver_webhooks().await;
        let messages = sink.drain();
        let of = |user: &str| -> Vec<String> {
            let theirs = messages.iter().filter(|message| message.about() == user);
            theirs.map(|message| text(&message.json["data"]["first_name"]).to_owned()).collect()
        };
        assert_eq!(of(&bob), ["One", "Two", "Three"]);
        assert_eq!(of(&ada), ["One"], "the later ones wait for the first");
        assert_eq!(deliveries(&app, &id, "?status=pending").await.len(), 3);
        sink.reply(Reply::Status(200));
        app.advance(MINUTE);
        app.deliver_webhooks().await;
        let names: Vec<_> = sink.drain().iter().map(|message| text(&message.json["data"]["first_name"]).to_owned()).collect();
        assert_eq!(names, ["One", "Two", "Three"]);
    }

    async fn a_receiver_that_hangs_holds_up_no_other(app: TestApp) {
        let (slow, fast) = (WebhookSink::start().await, WebhookSink::start().await);
        let id = endpoint(&app, &slow, &[]).await;
        endpoint(&app, &fast, &[]).await;
        slow.reply(Reply::Hang);
        for n in 0..12 {
            app.user(&format!("user{n}@example.com")).await;
        }
        let mut courier = app.courier();
        courier.round().await.unwrap();
        slow.wait_for(10).await;
        fast.wait_for(10).await;
        // The slow one's places are taken; the fast one has some again.
        while fast.drain().len() < 2 {
            courier.round().await.unwrap();
            tokio::task::yield_now().await;
        }
        assert_eq!(slow.drain().len(), 10, "no more than ten at a time");
        courier.finish().await;
        let log = deliveries(&app, &id, "").await;
        assert!(log.iter().any(|one| text(&one["error"]).contains("timed out")), "{log:?}");
    }

    async fn what_a_node_had_claimed_is_sent_by_another(app: TestApp) {
        let sink = WebhookSink::start().await;
        endpoint(&app, &sink, &[]).await;
        sink.reply(Reply::Hang);
        app.user("ada@example.com").await;
        let mut lost = app.courier();
        lost.round().await.unwrap();
        sink.wait_for(1).await;
        // It dies with the message under way.
        drop(lost);
        sink.reply(Reply::Status(200));
        let app = app.reopen(2).await;
        assert_eq!(app.deliver_webhooks().await, 0, "it may still be on its way");
        app.advance(MINUTE);
        assert_eq!(app.deliver_webhooks().await, 1);
        let messages = sink.drain();
        assert_eq!(messages[0].id, messages[1].id);
    }

    async fn what_is_committed_before_a_crash_is_told_after_it(app: TestApp) {
        let sink = WebhookSink::start().await;
        endpoint(&app, &sink, &[]).await;
        let ada = app.user("ada@example.com").await;
        let app = app.reopen(2).await;
        rename(&app, &ada, "Ada").await;
        app.deliver_webhooks().await;
        assert_eq!(kinds(&sink.drain()), ["user.created", "user.updated"]);
    }

    async fn an_endpoint_is_told_of_what_comes_after_it(app: TestApp) {
        let sink = WebhookSink::start().await;
        let ada = app.user("ada@example.com").await;
        let id = endpoint(&app, &sink, &["user.updated"]).await;
        rename(&app, &ada, "One").await;
        app.deliver_webhooks().await;
        let path = format!("{ENDPOINTS}/{id}");
        let enable = async |enabled: bool| {
            app.backend().patch(&path).json(&json!({"enabled": enabled})).send().await.ok();
        };
        enable(false).await;
        rename(&app, &ada, "Two").await;
        assert_eq!(app.deliver_webhooks().await, 0);
        enable(true).await;
        rename(&app, &ada, "Three").await;
        app.deliver_webhooks().await;
        let names: Vec<_> = sink.drain().iter().map(|message| message.json["data"]["first_name"].clone()).collect();
        assert_eq!(names, [json!("One"), json!("Three")]);
    }

    async fn gone_disables_at_once(app: TestApp) {
        let sink = WebhookSink::start().await;
        let id = endpoint(&app, &sink, &[]).await;
        sink.reply(Reply::Status(410));
        app.user("ada@example.com").await;
        assert_eq!(app.deliver_webhooks().await, 1);
        let shown = get(&app, &format!("/{id}")).await.ok();
        assert_eq!((&shown["enabled"], &shown["disabled_reason"]), (&json!(false), &json!("gone")));
        app.advance(DAY);
        assert_eq!(app.deliver_webhooks().await, 0);
        sink.reply(Reply::Status(200));
        app.backend().patch(&format!("{ENDPOINTS}/{id}")).json(&json!({"enabled": true})).send().await.ok();
        assert_eq!(app.deliver_webhooks().await, 1, "what was pending goes on");
    }

    async fn five_days_of_failures_disable(app: TestApp) {
        let sink = WebhookSink::start().await;
        let id = endpoint(&app, &sink, &[]).await;
        sink.reply(Reply::Status(500));
        app.user("ada@example.com").await;
        let since = app.now();
        for _ in 0..8 {
            app.deliver_webhooks().await;
            app.advance(10 * HOUR);
        }
        let shown = get(&app, &format!("/{id}")).await.ok();
        assert_eq!((&shown["enabled"], &shown["failing_since"]), (&json!(true), &json!(since.as_millis())));
        app.advance(2 * DAY);
        for name in ["bob", "cy"] {
            app.user(&format!("{name}@example.com")).await;
            app.deliver_webhooks().await;
        }
        let shown = get(&app, &format!("/{id}")).await.ok();
        assert_eq!((&shown["enabled"], &shown["disabled_reason"]), (&json!(false), &json!("failing")));
    }

    async fn an_event_is_sent_again_by_hand(app: TestApp) {
        let sink = WebhookSink::start().await;
        let id = endpoint(&app, &sink, &[]).await;
        app.user("ada@example.com").await;
        app.deliver_webhooks().await;
        let event = sink.drain().remove(0).id;
        let path = format!("/{id}/deliveries/{event}/redeliver");
        assert_eq!(post(&app, &path, &json!({})).await.ok()["status"], "pending");
        assert_eq!(app.deliver_webhooks().await, 1);
        assert_eq!(sink.drain().remove(0).id, event);
        sink.reply(Reply::Status(500));
        post(&app, &path, &json!({})).await.ok();
        app.deliver_webhooks().await;
        post(&app, &path, &json!({})).await.ok();
        assert_eq!(app.deliver_webhooks().await, 1, "by hand there is no pause");
        let unknown = format!("/{id}/deliveries/evt_000000000000000000000000000/redeliver");
        post(&app, &unknown, &json!({})).await.refused(404, "resource_not_found");
    }

    async fn what_happened_since_is_sent_again(app: TestApp) {
        let sink = WebhookSink::start().await;
        let ada = app.user("ada@example.com").await;
        app.advance(MINUTE);
        rename(&app, &ada, "Ada").await;
        let since = app.now().as_millis();
        app.advance(MINUTE);
        let id = endpoint(&app, &sink, &["user.created", "user.updated"]).await;
        rename(&app, &ada, "Ada L").await;
        app.session(&ada).await;
        app.deliver_webhooks().await;
        assert_eq!(sink.drain().len(), 1);
        let path = format!("/{id}/replay");
        post(&app, &path, &json!({"since": since, "only_missing": true})).await.ok();
        app.deliver_webhooks().await;
        let again = sink.drain();
        assert_eq!((again.len(), &again[0].json["data"]["first_name"]), (1, &json!("Ada")), "from before the endpoint was there");
        post(&app, &path, &json!({"since": since})).await.ok();
        app.deliver_webhooks().await;
        assert_eq!(kinds(&sink.drain()), ["user.updated", "user.updated"]);
        post(&app, &path, &json!({"since": 0})).await.ok();
        app.deliver_webhooks().await;
        assert_eq!(kinds(&sink.drain()), ["user.created", "user.updated", "user.updated"]);
        post(&app, &path, &json!({})).await.refused_for(422, "form_param_missing", "since");
    }

    async fn an_answer_without_an_end_is_an_answer(app: TestApp) {
        let sink = WebhookSink::start().await;
        let id = endpoint(&app, &sink, &[]).await;
        sink.reply(Reply::Flood);
        app.user("ada@example.com").await;
        app.deliver_webhooks().await;
        assert_eq!(deliveries(&app, &id, "?status=delivered").await.len(), 1);
    }

    async fn redirects_lead_nowhere(app: TestApp) {
        let (sink, elsewhere) = (WebhookSink::start().await, WebhookSink::start().await);
        let id = endpoint(&app, &sink, &[]).await;
        sink.reply(Reply::Redirect(elsewhere.url.clone()));
        app.user("ada@example.com").await;
        app.deliver_webhooks().await;
        assert!(elsewhere.drain().is_empty());
        assert_eq!(deliveries(&app, &id, "").await[0]["response_status"], 302);
    }
}

/// Two nodes on one database send each message once, and those of one user in order.
#[test]
fn two_nodes_share_the_work() {
    beadle_testkit::run(Engine::Postgres, "", async |app| {
        let other = app.join(2).await;
        let sink = WebhookSink::start().await;
        endpoint(&app, &sink, &[]).await;
        let mut users = Vec::new();
        for n in 0..30 {
            users.push(app.user(&format!("user{n}@example.com")).await);
        }
        for user in &users {
            rename(&app, user, "One").await;
        }
        tokio::join!(app.deliver_webhooks(), other.deliver_webhooks());
        tokio::join!(app.deliver_webhooks(), other.deliver_webhooks());
        let messages = sink.drain();
        assert_eq!(messages.len(), 60);
        for user in &users {
            let theirs: Vec<_> = messages.iter().filter(|message| message.about() == user).collect();
            assert_eq!(
                theirs.iter().map(|message| message.kind()).collect::<Vec<_>>(),
                ["user.created", "user.updated"]
            );
        }
    });
}
