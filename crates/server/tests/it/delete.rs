//! `DELETE /v1/users/{id}`.

use beadle_testkit::{both_engines, json};

use crate::{count, with_password};

both_engines! {
    async fn a_deleted_user_is_gone_with_everything_of_theirs(app: TestApp) {
        let id = with_password(&app, "ada@example.com").await;
        let session = app.session(&id).await;
        let path = format!("/v1/users/{id}");
        let deleted = app.backend().delete(&path).send().await.ok();
        assert_eq!(deleted, json!({"object": "user", "id": id, "deleted": true}));
        assert_eq!(count(&app).await, 0);
        for tail in ["/ban", "/unban", "/lock", "/unlock"] {
            app.backend().post(&format!("{path}{tail}")).send().await.refused(404, "resource_not_found");
        }
        app.backend().delete(&path).send().await.refused(404, "resource_not_found");
        let body = json!({"password": crate::PASSWORD});
        app.backend()
            .post(&format!("{path}/verify_password"))
            .json(&body)
            .send()
            .await
            .refused(404, "resource_not_found");
        let shown = app.backend().get(&format!("/v1/sessions/{session}")).send().await.ok();
        assert_eq!(shown["status"], "revoked");
        let listed = app.backend().get("/v1/sessions").query(&[("user_id", &id)]).send().await.ok();
        assert_eq!(listed[0]["status"], "revoked");
        let active = app.backend().get("/v1/sessions").query(&[("status", "active")]).send().await.ok();
        assert_eq!(active, json!([]));
        let token = app.backend().post(&format!("/v1/sessions/{session}/tokens")).send().await;
        assert!([401, 403].contains(&token.status.as_u16()), "{}", token.shown());
        app.backend()
            .post("/v1/sessions")
            .json(&json!({"user_id": id}))
            .send()
            .await
            .refused(404, "resource_not_found");
        app.run_sweep().await;
        let kinds = app.event_kinds(&id).await;
        assert_eq!(kinds, ["user.created", "session.created", "user.deleted", "session.revoked"]);
    }

    async fn identifiers_are_free_again(app: TestApp) {
        let body = json!({"email_address": ["ada@example.com"], "username": "ada_l", "external_id": "e-1",
            "phone_number": ["+14158675309"]});
        let id = app.create_user(&body).await;
        app.backend().delete(&format!("/v1/users/{id}")).send().await.ok();
        let next = app.create_user(&body).await;
        assert_ne!(id, next);
        app.backend().delete(&format!("/v1/users/{id}")).send().await.refused(404, "resource_not_found");
        assert_eq!(count(&app).await, 1);
    }

    async fn of_two_deletes_one_finds_the_user(app: TestApp) {
        for n in 0..10 {
            let id = app.user(&format!("user{n}@example.com")).await;
            let call = || tokio::spawn(app.backend().delete(&format!("/v1/users/{id}")).send());
            let (one, other) = (call(), call());
            let mut codes = [one.await.unwrap().status.as_u16(), other.await.unwrap().status.as_u16()];
            codes.sort_unstable();
            assert_eq!(codes, [200, 404]);
        }
    }

    async fn bulk_bans_and_deletes_at_once_end_well(app: TestApp) {
        for n in 0..10 {
            let ids =
                [app.user(&format!("a{n}@example.com")).await, app.user(&format!("b{n}@example.com")).await];
            let ban = app.backend().post("/v1/users/ban").json(&json!({"user_ids": ids}));
            let delete = app.backend().delete(&format!("/v1/users/{}", ids[1]));
            let (ban, delete) = tokio::join!(tokio::spawn(ban.send()), tokio::spawn(delete.send()));
            delete.unwrap().ok();
            let ban = ban.unwrap();
            let first = crate::show(&app, &ids[0]).await["banned"] == true;
            if first {
                ban.ok();
            } else {
                ban.refused(404, "resource_not_found");
            }
        }
    }
}
