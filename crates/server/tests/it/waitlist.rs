//! The waitlist on the Backend API.

use std::time::Duration;

use beadle_testkit::{TestApp, TestResponse, Value, both_engines, json};

const A: &str = "ada@example.com";
const B: &str = "bob@example.com";
const C: &str = "cy@example.org";

async fn post(app: &TestApp, path: &str, body: &Value) -> TestResponse {
    app.backend().post(&format!("/v1/waitlist_entries{path}")).json(body).send().await
}

async fn on_it(app: &TestApp, address: &str) -> String {
    let made = post(app, "", &json!({"email_address": address, "notify": false})).await.ok();
    app.advance(Duration::from_secs(1));
    text(&made["id"]).to_owned()
}

async fn list(app: &TestApp, query: &[(&str, &str)]) -> TestResponse {
    app.backend().get("/v1/waitlist_entries").query(query).send().await
}

async fn listed(app: &TestApp, query: &[(&str, &str)]) -> Vec<String> {
    let page = list(app, query).await.ok();
    page["data"].as_array().unwrap().iter().map(|one| text(&one["email_address"]).to_owned()).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

both_engines! {
    async fn entries_are_made_once(app: TestApp) {
        let made = post(&app, "", &json!({"email_address": " ADA@example.com"})).await.ok();
        assert_eq!((&made["object"], &made["status"], &made["email_address"]), (&json!("waitlist_entry"), &json!("pending"), &json!(A)));
        assert_eq!((&made["is_locked"], &made["invitation"]), (&json!(false), &Value::Null));
        let mail = app.only_mail().await;
        assert_eq!((&*mail.kind, &*mail.to), ("waitlist_confirmation", A));
        let body = json!([{"email_address": B}, {"email_address": A}, {"email_address": C, "notify": false}]);
        let many = post(&app, "/bulk", &body).await.ok();
        assert_eq!((many.as_array().unwrap().len(), &many[1]), (3, &made));
        assert_eq!(app.only_mail().await.to, B);
        let kinds: Vec<_> = app.events().await.into_iter().map(|event| event.kind).collect();
        assert_eq!(kinds, ["waitlistEntry.created"; 3]);
    }

    async fn lists_are_filtered_and_sorted(app: TestApp) {
        let mut ids = Vec::new();
        for address in [A, B, C] {
            ids.push(on_it(&app, address).await);
        }
        post(&app, &format!("/{}/invite", ids[1]), &json!({})).await.ok();
        app.only_mail().await;
        post(&app, &format!("/{}/reject", ids[2]), &json!({})).await.ok();
        for (order, expected) in [
            ("created_at", [A, B, C]), ("-created_at", [C, B, A]), ("email_address", [A, B, C]),
            ("-email_address", [C, B, A]), ("-invited_at", [B, C, A]), ("invited_at", [A, C, B]),
        ] {
            assert_eq!(listed(&app, &[("order_by", order)]).await, expected, "{order}");
        }
        for (status, expected) in [("pending", vec![A]), ("invited", vec![B]), ("rejected", vec![C]), ("completed", vec![])] {
            assert_eq!(listed(&app, &[("status", status)]).await, expected, "{status}");
        }
        for (query, expected) in [("example.com", vec![B, A]), ("CY", vec![C]), (&*ids[0], vec![A]), ("nobody", vec![])] {
            assert_eq!(listed(&app, &[("query", query)]).await, expected, "{query}");
        }
        let page = list(&app, &[("limit", "1"), ("offset", "1")]).await.ok();
        assert_eq!((&page["total_count"], &page["data"][0]["email_address"]), (&json!(3), &json!(B)));
        assert_eq!(page["data"][0]["invitation"]["email_address"], B);
        for (param, value) in [("status", "open"), ("order_by", "updated_at"), ("limit", "0"), ("offset", "-1"), ("status", "")] {
            list(&app, &[(param, value)]).await.refused_for(422, "form_param_value_invalid", param);
        }
    }

    #[instance = "sign_up_mode = 'waitlist'"]
    async fn who_is_invited_signs_up(app: TestApp) {
        let id = on_it(&app, A).await;
        let invited = post(&app, &format!("/{id}/invite"), &json!({})).await.ok();
        assert_eq!((&invited["status"], &invited["invitation"]["status"]), (&json!("invited"), &json!("pending")));
        let mail = app.only_mail().await;
        assert_eq!((&*mail.kind, &*mail.to, mail.link()), ("waitlist_invitation", A, text(&invited["invitation"]["url"])));
        let ticket = mail.link().split_once("ticket=").unwrap().1;
        let form = [("strategy", "ticket"), ("ticket", ticket), ("password", "a long walk by the sea")];
        app.browser().post("/client/sign_ups", &form).await.ok();
        let entry = &list(&app, &[]).await.ok()["data"][0];
        assert_eq!((&entry["status"], &entry["invitation"]["status"]), (&json!("completed"), &json!("accepted")));
        let kinds: Vec<_> = app.events().await.into_iter().map(|event| event.kind).collect();
        let ours: Vec<_> = kinds.iter().filter(|kind| kind.starts_with("waitlist")).collect();
        assert_eq!(ours, ["waitlistEntry.created", "waitlistEntry.updated", "waitlistEntry.updated"]);
        for deed in ["invite", "reject"] {
            post(&app, &format!("/{id}/{deed}"), &json!({})).await.refused(409, "waitlist_entry_already_completed");
        }
    }

    async fn an_entry_goes_on_once(app: TestApp) {
        let (ada, bob, cy) = (on_it(&app, A).await, on_it(&app, B).await, on_it(&app, C).await);
        let invite = format!("/{ada}/invite");
        post(&app, &invite, &json!({})).await.ok();
        post(&app, &invite, &json!({})).await.refused(409, "waitlist_entry_already_invited");
        post(&app, &format!("/{ada}/reject"), &json!({})).await.refused(409, "waitlist_entry_already_invited");
        post(&app, &invite, &json!({"ignore_existing": true})).await.ok();
        assert_eq!(app.drain_mail().await.len(), 2);
        let reject = format!("/{bob}/reject");
        assert_eq!(post(&app, &reject, &json!({})).await.ok()["status"], "rejected");
        post(&app, &reject, &json!({})).await.refused(409, "waitlist_entry_already_rejected");
        let path = format!("/v1/waitlist_entries/{cy}");
        let gone = app.backend().delete(&path).send().await.ok();
        assert_eq!(gone, json!({"object": "waitlist_entry", "id": cy, "deleted": true}));
        app.backend().delete(&path).send().await.refused(404, "resource_not_found");
        assert_eq!(listed(&app, &[("query", "cy@example")]).await, Vec::<String>::new());
        app.backend().delete(&format!("/v1/waitlist_entries/{ada}")).send().await.refused(409, "waitlist_entry_already_invited");
        app.backend().delete(&format!("/v1/waitlist_entries/{bob}")).send().await.refused(409, "waitlist_entry_already_rejected");
        for deed in ["invite", "reject"] {
            post(&app, &format!("/wle_none/{deed}"), &json!({})).await.refused(404, "resource_not_found");
        }
        assert_eq!(post(&app, &format!("/{bob}/invite"), &json!({})).await.ok()["status"], "invited");
        app.only_mail().await;
    }

    async fn whoever_has_an_account_or_an_invitation_gets_none(app: TestApp) {
        app.user(A).await;
        let (ada, bob) = (on_it(&app, A).await, on_it(&app, B).await);
        post(&app, &format!("/{ada}/invite"), &json!({})).await.refused_for(422, "form_identifier_exists", "email_address");
        let body = json!({"email_address": B, "notify": false});
        app.backend().post("/v1/invitations").json(&body).send().await.ok();
        post(&app, &format!("/{bob}/invite"), &json!({})).await.refused(400, "duplicate_record");
        assert_eq!(listed(&app, &[("status", "pending")]).await, [B, A]);
        assert!(app.drain_mail().await.is_empty());
    }

    async fn bad_bodies_are_named(app: TestApp) {
        post(&app, "", &json!({})).await.refused_for(422, "form_param_missing", "email_address");
        post(&app, "", &json!({"email_address": "nobody"})).await.refused_for(422, "form_param_format_invalid", "email_address");
        post(&app, "/bulk", &json!([])).await.refused(422, "form_param_missing");
        let many: Vec<_> = (0..51).map(|n| json!({"email_address": format!("a{n}@example.com")})).collect();
        post(&app, "/bulk", &json!(many)).await.refused(400, "bulk_size_exceeded");
        let body = json!([{"email_address": A}, {"email_address": "ADA@example.com"}]);
        let more = json!([{"email_address": A, "more": 1}]);
        post(&app, "/bulk", &more).await.refused_for(422, "form_param_unknown", "more");
        let refused = post(&app, "/bulk", &body).await.refused(400, "duplicate_record");
        assert_eq!(refused["errors"][0]["meta"]["email_addresses"], json!([A]));
        assert!(listed(&app, &[]).await.is_empty());
    }
}
