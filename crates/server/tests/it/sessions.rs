//! Sessions: opened, listed, shown, revoked.

use std::time::Duration;

use beadle_testkit::{TestApp, Value, both_engines, json};

use crate::{NO_SESSION, NOBODY, people};

async fn list(app: &TestApp, query: &[(&str, &str)]) -> Vec<Value> {
    let bare = app.backend().get("/v1/sessions").query(query).send().await.ok().as_array().unwrap().clone();
    let page =
        app.backend().get("/v1/sessions").query(query).query(&[("paginated", "true")]).send().await.ok();
    assert_eq!(page["data"].as_array().unwrap(), &bare, "both forms show the same");
    bare
}

async fn status(app: &TestApp, id: &str) -> Value {
    app.backend().get(&format!("/v1/sessions/{id}")).send().await.ok()["status"].clone()
}

const WEEK: u64 = 7 * 24 * 3600;

both_engines! {
    async fn a_session_is_opened_and_shown(app: TestApp) {
        let user = app.user("ada@example.com").await;
        app.advance(Duration::from_secs(3));
        let opened = app.backend().post("/v1/sessions").json(&json!({"user_id": user})).send().await.ok();
        let now = app.now().as_millis();
        for key in [
            "object",
            "id",
            "client_id",
            "user_id",
            "status",
            "last_active_at",
            "expire_at",
            "abandon_at",
            "created_at",
            "updated_at",
            "actor",
            "last_active_organization_id",
        ] {
            assert!(opened.get(key).is_some(), "{key} is missing");
        }
        assert_eq!((&opened["object"], &opened["status"]), (&json!("session"), &json!("active")));
        assert_eq!((&opened["user_id"], &opened["created_at"]), (&json!(user), &json!(now)));
        assert_eq!(opened["expire_at"], now + i64::try_from(WEEK).unwrap() * 1000);
        assert!(opened["id"].as_str().unwrap().starts_with("sess_"));
        assert!(opened["client_id"].as_str().unwrap().starts_with("client_"));
        let path = format!("/v1/sessions/{}", opened["id"].as_str().unwrap());
        assert_eq!(app.backend().get(&path).send().await.ok(), opened);
        let shown = crate::show(&app, &user).await;
        assert_eq!(shown["last_sign_in_at"], now);
        assert_eq!(shown["last_active_at"], app.now().start_of_day().as_millis());
        assert_eq!(app.event_kinds(&user).await, ["user.created", "session.created"]);
    }

    async fn nobody_and_banned_users_get_none(app: TestApp) {
        let user = app.user("ada@example.com").await;
        app.backend().post(&format!("/v1/users/{user}/ban")).send().await.ok();
        let post = async |body: Value| app.backend().post("/v1/sessions").json(&body).send().await;
        post(json!({"user_id": user})).await.refused(403, "user_banned");
        post(json!({"user_id": NOBODY})).await.refused(404, "resource_not_found");
        post(json!({"user_id": "nonsense"})).await.refused(404, "resource_not_found");
        post(json!({"user_id": ""})).await.refused_for(422, "form_param_missing", "user_id");
        post(json!({})).await.refused_for(422, "form_param_missing", "user_id");
        post(json!({"user_id": null})).await.refused_for(422, "form_param_nil", "user_id");
        post(json!({"user_id": 5})).await.refused_for(422, "form_param_type_invalid", "user_id");
        post(json!({"user_id": user, "active_organization_id": "org_1"})).await.refused_for(
            422,
            "form_param_unknown",
            "active_organization_id",
        );
        assert!(list(&app, &[]).await.is_empty());
    }

    async fn lists_filter_and_page(app: TestApp) {
        let users = people(&app, 2).await;
        let mut ids = Vec::new();
        for n in 0..12 {
            ids.push(app.session(&users[n % 2]).await);
            app.advance(Duration::from_secs(1));
        }
        ids.reverse();
        let shown = |sessions: &[Value]| -> Vec<String> {
            sessions.iter().map(|session| session["id"].as_str().unwrap().to_owned()).collect()
        };
        let all = list(&app, &[("limit", "500")]).await;
        assert_eq!(shown(&all), ids, "newest first");
        assert_eq!(shown(&list(&app, &[]).await), ids[..10], "ten unless told otherwise");
        assert_eq!(shown(&list(&app, &[("limit", "3"), ("offset", "2")]).await), ids[2..5]);
        assert_eq!(list(&app, &[("user_id", &users[0])]).await.len(), 6);
        assert_eq!(list(&app, &[("user_id", NOBODY)]).await.len(), 0);
        assert_eq!(list(&app, &[("user_id", "x' OR 1=1")]).await.len(), 0);
        let client = all[4]["client_id"].as_str().unwrap();
        assert_eq!(shown(&list(&app, &[("client_id", client)]).await), ids[4..5]);
        assert_eq!(list(&app, &[("client_id", client), ("user_id", NOBODY)]).await.len(), 0);
        let page = app.backend().get("/v1/sessions").query(&[
            ("paginated", "true"),
            ("limit", "2"),
            ("offset", "11"),
        ]);
        let page = page.send().await.ok();
        assert_eq!((page["total_count"].as_i64(), page["data"].as_array().unwrap().len()), (Some(12), 1));
        let bare = app.backend().get("/v1/sessions").query(&[("paginated", "false")]).send().await.ok();
        assert!(bare.is_array());
    }

    async fn the_status_is_derived_and_so_is_its_filter(app: TestApp) {
        let user = app.user("ada@example.com").await;
        let banned = app.user("bob@example.com").await;
        let old = app.session(&user).await;
        app.advance(Duration::from_secs(WEEK / 2));
        let revoked = app.session(&user).await;
        app.backend().post(&format!("/v1/sessions/{revoked}/revoke")).send().await.ok();
        let dead = app.session(&banned).await;
        app.backend().post(&format!("/v1/users/{banned}/ban")).send().await.ok();
        let active = app.session(&user).await;
        app.advance(Duration::from_secs(WEEK / 2));
        for (id, expected) in
            [(&old, "expired"), (&revoked, "revoked"), (&dead, "revoked"), (&active, "active")]
        {
            assert_eq!(status(&app, id).await, expected);
        }
        for (word, expected) in [
            ("active", vec![&active]),
            ("revoked", vec![&revoked, &dead]),
            ("expired", vec![&old]),
            ("ended", vec![]),
            ("removed", vec![]),
            ("replaced", vec![]),
            ("abandoned", vec![]),
        ] {
            let listed = list(&app, &[("status", word)]).await;
            let mut ids: Vec<_> =
                listed.iter().map(|session| session["id"].as_str().unwrap().to_owned()).collect();
            ids.sort();
            let mut expected: Vec<_> = expected.into_iter().cloned().collect();
            expected.sort();
            assert_eq!(ids, expected, "{word}");
            assert!(listed.iter().all(|session| session["status"] == word));
        }
    }

    #[instance = "[session]\ninactivity_timeout_seconds = 3600"]
    async fn a_session_that_nobody_uses_is_abandoned(app: TestApp) {
        let user = app.user("ada@example.com").await;
        let session = app.session(&user).await;
        app.advance(Duration::from_secs(3599));
        assert_eq!(status(&app, &session).await, "active");
        app.advance(Duration::from_secs(1));
        assert_eq!(status(&app, &session).await, "abandoned");
        assert_eq!(list(&app, &[("status", "abandoned")]).await.len(), 1);
        assert_eq!(list(&app, &[("status", "active")]).await.len(), 0);
        let minted = app.backend().post(&format!("/v1/sessions/{session}/tokens")).send().await;
        minted.refused(401, "authentication_invalid");
        app.backend().post(&format!("/v1/sessions/{session}/revoke")).send().await.ok();
        assert_eq!(status(&app, &session).await, "abandoned", "it stays as it died");
    }

    async fn revoking_ends_one_session(app: TestApp) {
        let user = app.user("ada@example.com").await;
        let (one, other) = (app.session(&user).await, app.session(&user).await);
        app.advance(Duration::from_secs(5));
        let revoked = app.backend().post(&format!("/v1/sessions/{one}/revoke")).send().await.ok();
        assert_eq!(
            (&revoked["status"], &revoked["updated_at"]),
            (&json!("revoked"), &json!(app.now().as_millis()))
        );
        assert_eq!(status(&app, &one).await, "revoked");
        assert_eq!(status(&app, &other).await, "active");
        app.advance(Duration::from_secs(5));
        let again = app.backend().post(&format!("/v1/sessions/{one}/revoke")).send().await.ok();
        assert_eq!(again, revoked, "a second time changes nothing");
        let kinds = app.event_kinds(&user).await;
        assert_eq!(kinds, ["user.created", "session.created", "session.created", "session.revoked"]);
        let revocations = app.revocations().await;
        assert_eq!(revocations, [beadle_store::feed::Revocation::Session(one.parse().unwrap())]);
        app.backend()
            .post(&format!("/v1/sessions/{one}/tokens"))
            .send()
            .await
            .refused(401, "authentication_invalid");
        app.backend().post(&format!("/v1/sessions/{other}/tokens")).send().await.ok();
    }

    async fn an_unknown_session_is_not_found(app: TestApp) {
        for (method, tail) in [("GET", ""), ("POST", "/revoke"), ("POST", "/tokens")] {
            let call =
                app.backend().call(method.parse().unwrap(), &format!("/v1/sessions/{NO_SESSION}{tail}"));
            let body = call.send().await.refused(404, "resource_not_found");
            assert_eq!(body["errors"][0]["message"], "Session not found");
            assert!(body["errors"][0]["long_message"].as_str().unwrap().contains(NO_SESSION));
        }
    }

    async fn bad_queries_name_their_parameter(app: TestApp) {
        for (query, code, param) in [
            ("limit=0", "form_param_value_invalid", "limit"),
            ("limit=501", "form_param_value_invalid", "limit"),
            ("offset=-1", "form_param_value_invalid", "offset"),
            ("limit=x", "form_param_type_invalid", "limit"),
            ("status=alive", "form_param_value_invalid", "status"),
            ("status=pending", "form_param_value_invalid", "status"),
            ("status=Active", "form_param_value_invalid", "status"),
            ("status=", "form_param_value_invalid", "status"),
            ("user_id=&limit=1", "form_param_value_invalid", "user_id"),
            ("client_id=", "form_param_value_invalid", "client_id"),
            ("paginated=perhaps", "form_param_type_invalid", "paginated"),
        ] {
            app.backend().get("/v1/sessions").raw_query(query).send().await.refused_for(422, code, param);
        }
        for query in ["paginated=", "limit=500&offset=0&paginated=true", "color=red"] {
            app.backend().get("/v1/sessions").raw_query(query).send().await.ok();
        }
    }
}
