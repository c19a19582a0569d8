//! Lists of invitations, and invitations by the dozen.

use std::time::Duration;

use beadle_testkit::{TestApp, TestResponse, Value, both_engines, json};

async fn invite(app: &TestApp, body: &Value) -> TestResponse {
    app.backend().post("/v1/invitations/bulk").json(body).send().await
}

async fn list(app: &TestApp, query: &[(&str, &str)]) -> TestResponse {
    app.backend().get("/v1/invitations").query(query).send().await
}

/// Whom the listed invitations went to.
async fn listed(app: &TestApp, query: &[(&str, &str)]) -> Vec<String> {
    let listed = list(app, query).await.ok();
    let listed = listed.as_array().unwrap().iter();
    listed.map(|one| one["email_address"].as_str().unwrap().to_owned()).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

const A: &str = "ada@example.com";
const B: &str = "bob@example.com";
const C: &str = "cy@example.org";

/// `A`, then `B`, then `C`, a second apart; `C` for one day.
async fn three(app: &TestApp) -> Vec<Value> {
    let mut made = Vec::new();
    for (address, days) in [(A, 30), (B, 20), (C, 1)] {
        let body = json!([{"email_address": address, "notify": false, "expires_in_days": days}]);
        made.push(invite(app, &body).await.ok()[0].clone());
        app.advance(Duration::from_secs(1));
    }
    made
}

both_engines! {
    async fn lists_are_filtered_and_sorted(app: TestApp) {
        let made = three(&app).await;
        assert_eq!(listed(&app, &[]).await, [C, B, A]);
        for (order, expected) in [
            ("created_at", [A, B, C]), ("+created_at", [A, B, C]), ("-created_at", [C, B, A]),
            ("email_address", [A, B, C]), ("-email_address", [C, B, A]),
            ("expires_at", [C, B, A]), ("-expires_at", [A, B, C]),
        ] {
            assert_eq!(listed(&app, &[("order_by", order)]).await, expected, "{order}");
        }
        let page = list(&app, &[("paginated", "true"), ("limit", "1"), ("offset", "1")]).await.ok();
        assert_eq!((&page["total_count"], page["data"].as_array().unwrap().len()), (&json!(3), 1));
        assert_eq!(page["data"][0]["email_address"], B);
        assert_eq!(page["data"][0]["url"], Value::Null);
        let b = text(&made[1]["id"]);
        for (query, expected) in
            [("EXAMPLE.COM", vec![B, A]), ("ob", vec![B]), ("cy@", vec![C]), (b, vec![B]), ("no%body", vec![]), ("\"x", vec![])]
        {
            assert_eq!(listed(&app, &[("query", query)]).await, expected, "{query}");
        }
    }

    async fn states_are_told_apart(app: TestApp) {
        let made = three(&app).await;
        app.backend().post(&format!("/v1/invitations/{}/revoke", text(&made[1]["id"]))).send().await.ok();
        let ticket = text(&made[0]["url"]).split_once("ticket=").unwrap().1.to_owned();
        let form = [("strategy", "ticket"), ("ticket", &*ticket), ("password", "a long walk by the sea")];
        app.browser().post("/client/sign_ups", &form).await.ok();
        app.advance(Duration::from_secs(24 * 60 * 60));
        assert_eq!(listed(&app, &[]).await, [C, A]);
        for (status, expected) in
            [("pending", vec![]), ("accepted", vec![A]), ("revoked", vec![B]), ("expired", vec![C])]
        {
            let query = [("status", status), ("paginated", "true")];
            let page = list(&app, &query).await.ok();
            assert_eq!(page["total_count"], expected.len());
            assert_eq!(listed(&app, &query[..1]).await, expected, "{status}");
            assert!(page["data"].as_array().unwrap().iter().all(|one| one["status"] == status));
        }
    }

    async fn bad_queries_are_named(app: TestApp) {
        for (param, value) in
            [("status", "open"), ("order_by", "updated_at"), ("limit", "0"), ("limit", "501"), ("offset", "-1")]
        {
            list(&app, &[(param, value)]).await.refused_for(422, "form_param_value_invalid", param);
        }
    }

    async fn all_or_none_are_invited(app: TestApp) {
        let body = json!([
            {"email_address": A, "public_metadata": {"n": 1}},
            {"email_address": B, "notify": false, "template_slug": "waitlist_invitation"},
            {"email_address": C, "template_slug": "waitlist_invitation"},
        ]);
        let made = invite(&app, &body).await.ok();
        assert_eq!((&made[0]["email_address"], &made[0]["public_metadata"]), (&json!(A), &json!({"n": 1})));
        let mails = app.drain_mail().await;
        let mut sent: Vec<_> = mails.iter().map(|mail| (&*mail.kind, &*mail.to, mail.link())).collect();
        sent.sort_unstable();
        let expected = [("invitation", A, text(&made[0]["url"])), ("waitlist_invitation", C, text(&made[2]["url"]))];
        assert_eq!(sent, expected);
        // One that is invited keeps the others out, and so does one that is named twice.
        let body = json!([{"email_address": "new@example.com"}, {"email_address": B}]);
        let refused = invite(&app, &body).await.refused(400, "duplicate_record");
        assert_eq!(refused["errors"][0]["meta"]["email_addresses"], json!([B]));
        let body = json!([{"email_address": "new@example.com"}, {"email_address": "new@example.com"}]);
        invite(&app, &body).await.refused(400, "duplicate_record");
        app.user("user@example.com").await;
        let body = json!([{"email_address": "new@example.com"}, {"email_address": "user@example.com"}]);
        invite(&app, &body).await.refused_for(422, "form_identifier_exists", "email_address");
        assert_eq!(listed(&app, &[]).await.len(), 3);
        assert!(app.drain_mail().await.is_empty());
        let body = json!([{"email_address": B, "notify": false, "ignore_existing": true}]);
        invite(&app, &body).await.ok();
    }

    async fn bad_bodies_are_named(app: TestApp) {
        invite(&app, &json!([])).await.refused(422, "form_param_missing");
        let many: Vec<_> = (0..11).map(|n| json!({"email_address": format!("a{n}@example.com")})).collect();
        invite(&app, &json!(many)).await.refused(400, "bulk_size_exceeded");
        invite(&app, &json!({"email_address": A})).await.refused(400, "request_body_invalid");
        invite(&app, &json!(["x"])).await.refused(400, "request_body_invalid");
        for (body, code, param) in [
            (json!([{}]), "form_param_missing", "email_address"),
            (json!([{"email_address": A}, {"email_address": "nobody"}]), "form_param_format_invalid", "email_address"),
            (json!([{"email_address": 1}]), "form_param_type_invalid", "email_address"),
            (json!([{"email_address": A, "more": 1}]), "form_param_unknown", "more"),
            (json!([{"email_address": A, "expires_in_days": 366}]), "form_param_value_invalid", "expires_in_days"),
            (json!([{"email_address": A, "redirect_url": "nowhere"}]), "form_param_format_invalid", "redirect_url"),
            (json!([{"email_address": A, "redirect_url": "javascript:alert(1)"}]), "form_param_format_invalid", "redirect_url"),
            (json!([{"email_address": A, "template_slug": "x"}]), "form_param_value_invalid", "template_slug"),
        ] {
            invite(&app, &body).await.refused_for(422, code, param);
        }
    }
}
