//! What is in a message.

use beadle_testkit::{WebhookSink, both_engines, json};

use super::{endpoint, kinds, secret};
use crate::show;

both_engines! {
    async fn a_message_is_the_event_in_clerks_envelope(app: TestApp) {
        let sink = WebhookSink::start().await;
        let id = endpoint(&app, &sink, &[]).await;
        let made = app.backend().post("/v1/users").header("user-agent", "back/1").json(&json!({"username": "lovelace"}));
        let ada = made.send().await.ok();
        assert_eq!(app.deliver_webhooks().await, 1);
        let message = sink.drain().remove(0);
        assert_eq!(message.verify(&secret(&app, &id).await, app.now()), Ok(()));
        assert!(message.id.starts_with("evt_") && message.timestamp == app.now().as_secs().to_string());
        let instance_id = message.json["instance_id"].as_str().unwrap();
        assert!(instance_id.starts_with("ins_"), "{instance_id}");
        assert_eq!(
            message.json,
            json!({
                "object": "event", "type": "user.created", "timestamp": app.now().as_millis(), "instance_id": instance_id,
                "event_attributes": {"http_request": {"client_ip": "203.0.113.7", "user_agent": "back/1"}},
                "data": ada,
            })
        );
    }

    async fn events_of_sessions_carry_the_user(app: TestApp) {
        let sink = WebhookSink::start().await;
        let ada = app.user("ada@example.com").await;
        endpoint(&app, &sink, &[]).await;
        let (first, second) = (app.session(&ada).await, app.session(&ada).await);
        app.backend().post(&format!("/v1/sessions/{first}/revoke")).send().await.ok();
        app.backend().post(&format!("/v1/users/{ada}/ban")).send().await.ok();
        app.run_sweep().await;
        app.deliver_webhooks().await;
        let messages = sink.drain();
        let told = ["session.created", "session.created", "session.revoked", "user.updated", "session.revoked"];
        assert_eq!(kinds(&messages), told);
        for message in messages.iter().filter(|message| message.kind() != "user.updated") {
            assert_eq!(message.json["data"]["object"], "session");
            assert_eq!(message.json["data"].get("tasks"), None, "Clerk's events know no such field");
            assert_eq!(message.json["data"]["user"]["id"], json!(ada), "{}", message.json);
        }
        let last = &messages[4].json;
        assert_eq!((&last["data"]["id"], &last["data"]["status"]), (&json!(second), &json!("revoked")));
        assert_eq!(last["data"]["user"], show(&app, &ada).await);
        let nobody = json!({"http_request": {"client_ip": "", "user_agent": ""}});
        assert_eq!(last["event_attributes"], nobody, "the sweep is nobody's request");
    }

    async fn sessions_of_a_deleted_user_have_none(app: TestApp) {
        let sink = WebhookSink::start().await;
        let ada = app.create_user(&json!({"email_address": ["ada@example.com"], "external_id": "crm-7"})).await;
        app.session(&ada).await;
        endpoint(&app, &sink, &[]).await;
        app.backend().delete(&format!("/v1/users/{ada}")).send().await.ok();
        app.run_sweep().await;
        app.deliver_webhooks().await;
        let messages = sink.drain();
        assert_eq!(kinds(&messages), ["user.deleted", "session.revoked"]);
        assert_eq!(messages[0].json["data"], json!({"object": "user", "id": ada, "deleted": true, "external_id": "crm-7"}));
        assert_eq!(messages[1].json["data"]["user"], json!(null));
    }

    async fn a_ban_is_told_by_name_to_who_asked(app: TestApp) {
        let (all, asked) = (WebhookSink::start().await, WebhookSink::start().await);
        let ada = app.user("ada@example.com").await;
        endpoint(&app, &all, &[]).await;
        endpoint(&app, &asked, &["user.banned", "user.unbanned"]).await;
        for verb in ["ban", "ban", "unban"] {
            app.backend().post(&format!("/v1/users/{ada}/{verb}")).send().await.ok();
        }
        app.deliver_webhooks().await;
        assert_eq!(kinds(&all.drain()), ["user.updated", "user.updated"]);
        let told = asked.drain();
        assert_eq!(kinds(&told), ["user.banned", "user.unbanned"]);
        assert_eq!((&told[0].json["data"]["id"], &told[0].json["data"]["banned"]), (&json!(ada), &json!(true)));
    }

    async fn a_lock_by_wrong_passwords_is_told(app: TestApp) {
        let ada = crate::with_password(&app, "ada@example.com").await;
        let browser = app.browser();
        let body = [("identifier", "ada@example.com")];
        let begun = browser.post("/client/sign_ins", &body).await.ok();
        let path = format!("/client/sign_ins/{}/attempt_first_factor", begun["response"]["id"].as_str().unwrap());
        for _ in 0..10 {
            browser.post(&path, &[("strategy", "password"), ("password", "wrong")]).await;
        }
        let events = app.events().await;
        let last = events.last().unwrap();
        assert_eq!((&*last.kind, &last.data["locked"]), ("user.updated", &json!(true)));
        assert_eq!(last.http_request["client_ip"], "203.0.113.7");
        assert_eq!(app.event_kinds(&ada).await, ["user.created", "user.updated"]);
        app.drain_mail().await;
    }
}

both_engines! {
    async fn mails_are_told_with_what_they_say(app: TestApp) {
        let sink = WebhookSink::start().await;
        endpoint(&app, &sink, &["email.created", "sms.created"]).await;
        let ada = app.create_user(&json!({"email_address": ["ada@example.com"], "phone_number": ["+14158675309"]})).await;
        let user = show(&app, &ada).await;
        for (kind, member) in [("email_addresses", "email_addresses"), ("phone_numbers", "phone_numbers")] {
            let id = user[member][0]["id"].as_str().unwrap().to_owned();
            app.backend().post(&format!("/v1/{kind}/{id}/prepare_verification")).send().await.ok();
        }
        app.deliver_webhooks().await;
        let told = sink.drain();
        assert_eq!(kinds(&told), ["email.created", "sms.created"]);
        let mut mails = app.drain_mail().await;
        mails.sort_by_key(|mail| mail.channel);
        let (email, sms) = (&told[0].json["data"], &told[1].json["data"]);
        assert_eq!((&email["to_email_address"], &email["body_plain"]), (&json!("ada@example.com"), &json!(mails[0].body)));
        assert_eq!((&email["object"], &email["slug"]), (&json!("email"), &json!("verification_code")));
        assert_eq!((&email["user_id"], &email["email_address_id"]), (&json!(ada), &user["email_addresses"][0]["id"]));
        assert_eq!(email["data"]["otp_code"], json!(mails[0].code()));
        assert_eq!((&sms["to_phone_number"], &sms["message"]), (&json!("+14158675309"), &json!(mails[1].body)));
        let stored = app.all_events().await;
        let stored = stored.iter().filter(|event| event.kind.ends_with(".created") && event.data.get("sealed").is_some());
        assert_eq!(stored.count(), 2, "codes are not stored in the open");
    }
}
