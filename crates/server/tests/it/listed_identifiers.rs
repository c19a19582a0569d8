//! The allow-list and the block-list.

use std::time::Duration;

use beadle_testkit::{TestApp, TestResponse, Value, both_engines, json};

async fn add(app: &TestApp, list: &str, body: &Value) -> TestResponse {
    let answer = app.backend().post(&format!("/v1/{list}_identifiers")).json(body).send().await;
    app.advance(Duration::from_secs(1));
    answer
}

async fn list(app: &TestApp, list: &str, query: &[(&str, &str)]) -> TestResponse {
    app.backend().get(&format!("/v1/{list}_identifiers")).query(query).send().await
}

const WALLET: &str = "0xDe0B295669a9FD93d5F28D9Ec85E40f4cb697BAe";

both_engines! {
    async fn entries_have_one_spelling(app: TestApp) {
        for (given, identifier, kind) in [
            (" ADA@example.com", "ada@example.com", "email_address"),
            ("*@Example.com", "*@example.com", "email_address"),
            ("+1 555 555 0100", "+15555550100", "phone_number"),
            (WALLET, &WALLET.to_lowercase(), "web3_wallet"),
        ] {
            for name in ["allowlist", "blocklist"] {
                let made = add(&app, name, &json!({"identifier": given})).await.ok();
                assert_eq!(made["object"], format!("{name}_identifier"));
                assert_eq!((&made["identifier"], &made["identifier_type"]), (&json!(identifier), &json!(kind)));
                assert_eq!(made["instance_id"], json!(app.app().instance.id));
                assert_eq!((made.get("invitation_id"), &made["created_at"]), (None, &made["updated_at"]));
            }
        }
        for name in ["allowlist", "blocklist"] {
            add(&app, name, &json!({"identifier": "@EXAMPLE.com"})).await.refused(400, "duplicate_record");
            add(&app, name, &json!({"identifier": "ada"})).await.refused_for(422, "form_param_format_invalid", "identifier");
            add(&app, name, &json!({})).await.refused_for(422, "form_param_missing", "identifier");
            add(&app, name, &json!({"identifier": "a@b.example", "x": 1})).await.refused_for(422, "form_param_unknown", "x");
        }
        assert!(app.drain_mail().await.is_empty());
    }

    async fn lists_are_paged_and_apart(app: TestApp) {
        for n in 0..12 {
            add(&app, "allowlist", &json!({"identifier": format!("a{n}@example.com")})).await.ok();
        }
        add(&app, "blocklist", &json!({"identifier": "a0@example.com"})).await.ok();
        let plain = list(&app, "allowlist", &[]).await.ok();
        assert_eq!((plain.as_array().unwrap().len(), &plain[0]["identifier"]), (10, &json!("a11@example.com")));
        let page = list(&app, "allowlist", &[("paginated", "true"), ("limit", "1"), ("offset", "11")]).await.ok();
        assert_eq!((&page["total_count"], &page["data"][0]["identifier"]), (&json!(12), &json!("a0@example.com")));
        let blocked = list(&app, "blocklist", &[]).await.ok();
        assert_eq!((&blocked["total_count"], &blocked["data"][0]["identifier"]), (&json!(1), &json!("a0@example.com")));
        for (param, value) in [("limit", "0"), ("limit", "501"), ("offset", "-1")] {
            list(&app, "allowlist", &[(param, value)]).await.refused_for(422, "form_param_value_invalid", param);
        }
    }

    async fn entries_go(app: TestApp) {
        for name in ["allowlist", "blocklist"] {
            let made = add(&app, name, &json!({"identifier": "ada@example.com"})).await.ok();
            let path = format!("/v1/{name}_identifiers/{}", made["id"].as_str().unwrap());
            let gone = app.backend().delete(&path).send().await.ok();
            assert_eq!(gone, json!({"object": format!("{name}_identifier"), "id": made["id"], "deleted": true}));
            app.backend().delete(&path).send().await.refused(404, "resource_not_found");
            add(&app, name, &json!({"identifier": "ada@example.com"})).await.ok();
        }
        app.backend().delete("/v1/allowlist_identifiers/blid_1").send().await.refused(404, "resource_not_found");
    }

    async fn who_is_allowed_can_be_told(app: TestApp) {
        let made = add(&app, "allowlist", &json!({"identifier": "ada@example.com", "notify": true})).await.ok();
        let mail = app.only_mail().await;
        assert_eq!((&*mail.kind, &*mail.to), ("invitation", "ada@example.com"));
        let invitations = app.backend().get("/v1/invitations").send().await.ok();
        assert_eq!((&invitations[0]["id"], &invitations[0]["status"]), (&made["invitation_id"], &json!("pending")));
        let ticket = mail.link().split_once("ticket=").unwrap().1;
        let form = [("strategy", "ticket"), ("ticket", ticket), ("password", "a long walk by the sea")];
        app.browser().post("/client/sign_ups", &form).await.ok();
        let shown = list(&app, "allowlist", &[]).await.ok();
        assert_eq!(shown[0]["invitation_id"], made["invitation_id"]);

        add(&app, "allowlist", &json!({"identifier": "+15555550100", "notify": true})).await.ok();
        let sms = app.only_mail().await;
        assert_eq!((&*sms.kind, &*sms.to), ("invitation", "+15555550100"));
        assert!(sms.link().ends_with("/account/sign-up"), "{}", sms.link());
        // Nobody can be told of a whole domain or in a wallet.
        add(&app, "allowlist", &json!({"identifier": "*@example.com", "notify": true})).await.ok();
        add(&app, "allowlist", &json!({"identifier": WALLET, "notify": true})).await.ok();
        assert!(app.drain_mail().await.is_empty());
    }
}
