//! Endpoints, as an operator manages them.

use std::time::Duration;

use beadle_testkit::{WebhookSink, both_engines, json};

use super::{ENDPOINTS, endpoint, get, post, secret, text};

const NOWHERE: &str = "/ep_000000000000000000000000000";

both_engines! {
    async fn endpoints_are_made_changed_and_deleted(app: TestApp) {
        let body = json!({"url": "https://a.example/hooks", "description": "A", "event_types": ["user.updated", "user.created", "user.updated"]});
        let made = post(&app, "", &body).await.ok();
        let id = text(&made["id"]).to_owned();
        assert!(id.starts_with("ep_"), "{id}");
        assert_eq!(
            made,
            json!({
                "object": "webhook_endpoint", "id": id, "url": "https://a.example/hooks", "description": "A",
                "event_types": ["user.created", "user.updated"], "enabled": true, "disabled_reason": null,
                "failing_since": null, "created_at": app.now().as_millis(), "updated_at": app.now().as_millis(),
            })
        );
        assert_eq!(get(&app, &format!("/{id}")).await.ok(), made);
        app.advance(Duration::from_secs(1));
        let path = format!("{ENDPOINTS}/{id}");
        let changed = app.backend().patch(&path).json(&json!({"enabled": false, "event_types": []})).send().await.ok();
        assert_eq!((&changed["enabled"], &changed["disabled_reason"]), (&json!(false), &json!("manually")));
        assert_eq!((&changed["event_types"], &changed["description"]), (&json!([]), &json!("A")));
        let second = post(&app, "", &json!({"url": "https://b.example"})).await.ok();
        let listed = get(&app, "?limit=1").await.ok();
        assert_eq!((&listed["total_count"], &listed["data"]), (&json!(2), &json!([second])));
        assert_eq!(get(&app, "?limit=1&offset=1").await.ok()["data"], json!([changed]));
        let gone = app.backend().delete(&path).send().await.ok();
        assert_eq!(gone, json!({"object": "webhook_endpoint", "id": id, "deleted": true}));
        get(&app, &format!("/{id}")).await.refused(404, "resource_not_found");
    }

    async fn what_is_no_endpoint_is_refused(app: TestApp) {
        for url in ["", "no url", "ftp://a.example", "https://", &format!("https://a.example/{}", "x".repeat(2_048))] {
            post(&app, "", &json!({"url": url})).await.refused_for(422, "form_param_format_invalid", "url");
        }
        post(&app, "", &json!({"url": "https://u:p@a.example"})).await.refused_for(422, "form_param_value_invalid", "url");
        post(&app, "", &json!({})).await.refused_for(422, "form_param_missing", "url");
        let unknown = json!({"url": "https://a.example", "event_types": ["user.gone"]});
        post(&app, "", &unknown).await.refused_for(422, "form_param_value_invalid", "event_types");
        let long = json!({"url": "https://a.example", "description": "x".repeat(501)});
        post(&app, "", &long).await.refused_for(422, "form_param_value_invalid", "description");
        get(&app, "?limit=0").await.refused_for(422, "form_param_value_invalid", "limit");
        for path in ["/secret", "/deliveries", ""] {
            get(&app, &format!("{NOWHERE}{path}")).await.refused(404, "resource_not_found");
        }
        for path in ["/rotate_secret", "/test", "/deliveries/evt_1/redeliver"] {
            post(&app, &format!("{NOWHERE}{path}"), &json!({})).await.refused(404, "resource_not_found");
        }
        post(&app, &format!("{NOWHERE}/replay"), &json!({"since": 1})).await.refused(404, "resource_not_found");
        app.backend().patch(&format!("{ENDPOINTS}{NOWHERE}")).json(&json!({})).send().await.refused(404, "resource_not_found");
        app.backend().delete(&format!("{ENDPOINTS}{NOWHERE}")).send().await.refused(404, "resource_not_found");
    }

    async fn there_are_fifty_at_most(app: TestApp) {
        for n in 0..50 {
            post(&app, "", &json!({"url": format!("https://a{n}.example")})).await.ok();
        }
        post(&app, "", &json!({"url": "https://b.example"})).await.refused(403, "quota_exceeded");
    }

    async fn for_a_day_both_secrets_sign(app: TestApp) {
        let sink = WebhookSink::start().await;
        let id = endpoint(&app, &sink, &[]).await;
        let old = secret(&app, &id).await;
        assert_eq!(old.len(), "whsec_".len() + 32);
        let rotated = post(&app, &format!("/{id}/rotate_secret"), &json!({})).await.ok();
        let new = text(&rotated["secret"]).to_owned();
        let day = Duration::from_secs(24 * 60 * 60);
        assert_eq!(rotated["old_secret_expires_at"], json!(app.now().plus(day).as_millis()));
        assert_eq!(get(&app, &format!("/{id}/secret")).await.ok(), rotated);
        app.user("ada@example.com").await;
        app.deliver_webhooks().await;
        let message = sink.drain().remove(0);
        assert_eq!(message.signature.split(' ').count(), 2);
        for secret in [&old, &new] {
            assert_eq!(message.verify(secret, app.now()), Ok(()));
        }
        app.advance(day);
        app.user("bob@example.com").await;
        app.deliver_webhooks().await;
        let message = sink.drain().remove(0);
        assert!(message.verify(&new, app.now()).is_ok() && message.verify(&old, app.now()).is_err());
        assert_eq!(get(&app, &format!("/{id}/secret")).await.ok()["old_secret_expires_at"], json!(null));
    }

    async fn a_test_message_is_sent_while_one_waits(app: TestApp) {
        let sink = WebhookSink::start().await;
        let id = endpoint(&app, &sink, &["user.deleted"]).await;
        let path = format!("/{id}/test");
        let fine = json!({"object": "webhook_test", "delivered": true, "response_status": 200, "error": null});
        assert_eq!(post(&app, &path, &json!({})).await.ok(), fine);
        let message = sink.drain().remove(0);
        assert_eq!((message.kind(), message.about()), ("beadle.test", &*id));
        assert_eq!(message.verify(&secret(&app, &id).await, app.now()), Ok(()));
        sink.reply(beadle_testkit::Reply::Status(500));
        let told = post(&app, &path, &json!({})).await.ok();
        assert_eq!((&told["delivered"], &told["response_status"]), (&json!(false), &json!(500)));
        assert_eq!(app.deliver_webhooks().await, 0, "it is tried once");
    }

    async fn the_svix_app_is_there_or_not(app: TestApp) {
        let call = async |method: &str, path: &str| {
            let method = method.parse().unwrap();
            app.backend().call(method, &format!("/v1/webhooks/{path}")).send().await
        };
        call("POST", "svix_url").await.refused(400, "svix_app_missing");
        call("DELETE", "svix").await.refused(400, "svix_app_missing");
        let made = call("POST", "svix").await.ok();
        assert!(text(&made["svix_url"]).ends_with(ENDPOINTS), "{made}");
        assert_eq!(call("POST", "svix_url").await.ok(), made);
        call("POST", "svix").await.refused(400, "svix_app_exists");
        post(&app, "", &json!({"url": "https://a.example"})).await.ok();
        assert_eq!(call("DELETE", "svix").await.status, 204);
        assert_eq!(get(&app, "").await.ok(), json!({"data": [], "total_count": 0}));
        post(&app, "", &json!({"url": "https://a.example"})).await.ok();
        assert_eq!(call("POST", "svix_url").await.ok(), made, "an endpoint makes the app");
    }
}
