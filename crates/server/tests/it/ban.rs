//! Banning and unbanning, one or many.

use std::time::Duration;

use beadle_store::feed::Revocation;
use beadle_testkit::{TestApp, TestResponse, Value, both_engines, json};

use crate::{NOBODY, people, show};

async fn bulk(app: &TestApp, what: &str, ids: &[String]) -> TestResponse {
    app.backend().post(&format!("/v1/users/{what}")).json(&json!({"user_ids": ids})).send().await
}

async fn generation(app: &TestApp, id: &str) -> i64 {
    let mut reader = app.app().store.reader().await.unwrap();
    let standing = beadle_store::users::standing(&mut reader, &id.parse().unwrap()).await.unwrap().unwrap();
    standing.generation.get()
}

async fn banned(app: &TestApp, ids: &[String]) -> Vec<bool> {
    let mut found = Vec::new();
    for id in ids {
        found.push(show(app, id).await["banned"].as_bool().unwrap());
    }
    found
}

async fn statuses(app: &TestApp, id: &str, filter: &str) -> Vec<String> {
    let call =
        app.backend().get("/v1/sessions").query(&[("user_id", id), ("limit", "500")]).raw_query(filter);
    let sessions = call.send().await.ok();
    sessions
        .as_array()
        .unwrap()
        .iter()
        .map(|session| session["status"].as_str().unwrap().to_owned())
        .collect()
}

both_engines! {
    async fn a_ban_marks_the_user_and_ends_every_session_at_once(app: TestApp) {
        let id = app.user("ada@example.com").await;
        let other = app.user("bob@example.com").await;
        for _ in 0..3 {
            app.session(&id).await;
        }
        app.session(&other).await;
        app.advance(Duration::from_secs(5));
        let user = app.backend().post(&format!("/v1/users/{id}/ban")).send().await.ok();
        assert_eq!((&user["banned"], &user["id"]), (&json!(true), &json!(id)));
        assert_eq!(user["updated_at"], app.now().as_millis());
        assert_eq!(show(&app, &id).await, user);
        assert_eq!(statuses(&app, &id, "").await, ["revoked"; 3]);
        assert!(statuses(&app, &id, "status=active").await.is_empty());
        assert_eq!(statuses(&app, &id, "status=revoked").await.len(), 3);
        assert_eq!(statuses(&app, &other, "status=active").await.len(), 1);
        assert_eq!(show(&app, &other).await["banned"], false);
        assert_eq!(generation(&app, &id).await, 2);
    }

    async fn the_ban_tells_of_itself_first_and_of_the_sessions_after_the_sweep(app: TestApp) {
        let id = app.user("ada@example.com").await;
        let sessions = [app.session(&id).await, app.session(&id).await];
        app.backend().post(&format!("/v1/users/{id}/ban")).send().await.ok();
        let kinds = ["user.created", "session.created", "session.created", "user.updated"];
        assert_eq!(app.event_kinds(&id).await, kinds);
        assert_eq!(app.events().await[3].data, show(&app, &id).await);
        let revocation =
            Revocation::User(id.parse().unwrap(), beadle_domain::credential::Generation::FIRST.next());
        assert_eq!(app.revocations().await, [revocation]);
        app.run_sweep().await;
        let events = app.events().await;
        let revoked: Vec<_> = events.iter().filter(|event| event.kind == "session.revoked").collect();
        assert_eq!(revoked.len(), 2);
        for event in &revoked {
            assert_eq!((event.subject.as_str(), &event.data["status"]), (id.as_str(), &json!("revoked")));
            assert!(sessions.iter().any(|session| event.data["id"] == session.as_str()));
        }
        assert_eq!(app.run_sweep().await, 0);
        assert_eq!(app.events().await.len(), 6);
        assert_eq!(statuses(&app, &id, "status=revoked").await.len(), 2);
    }

    async fn the_sweep_settles_more_sessions_than_fit_a_batch(app: TestApp) {
        let id = app.user("ada@example.com").await;
        for _ in 0..120 {
            app.session(&id).await;
        }
        app.backend().post(&format!("/v1/users/{id}/ban")).send().await.ok();
        assert!(app.run_sweep().await >= 3);
        let kinds = app.event_kinds(&id).await;
        assert_eq!(kinds.iter().filter(|kind| *kind == "session.revoked").count(), 120);
        assert_eq!(statuses(&app, &id, "status=revoked").await.len(), 120);
    }

    async fn a_second_ban_changes_nothing_and_says_so_kindly(app: TestApp) {
        let id = app.user("ada@example.com").await;
        let path = format!("/v1/users/{id}/ban");
        let first = app.backend().post(&path).send().await.ok();
        app.advance(Duration::from_secs(60));
        for _ in 0..3 {
            assert_eq!(app.backend().post(&path).send().await.ok(), first);
        }
        assert_eq!(generation(&app, &id).await, 2);
        assert_eq!(app.event_kinds(&id).await, ["user.created", "user.updated"]);
        assert_eq!(app.revocations().await.len(), 1);
    }

    async fn an_unban_lifts_the_mark_and_revives_nothing(app: TestApp) {
        let id = app.user("ada@example.com").await;
        let old = app.session(&id).await;
        app.backend().post(&format!("/v1/users/{id}/ban")).send().await.ok();
        let user = app.backend().post(&format!("/v1/users/{id}/unban")).send().await.ok();
        assert_eq!(user["banned"], false);
        assert_eq!(statuses(&app, &id, "").await, ["revoked"]);
        app.backend()
            .post(&format!("/v1/sessions/{old}/tokens"))
            .send()
            .await
            .refused(401, "authentication_invalid");
        let new = app.session(&id).await;
        app.backend().post(&format!("/v1/sessions/{new}/tokens")).send().await.ok();
        assert_eq!(statuses(&app, &id, "status=active").await.len(), 1);
        // Swept late, the old one goes and the new one stays.
        app.run_sweep().await;
        assert_eq!(statuses(&app, &id, "status=active").await.len(), 1);
        assert_eq!(statuses(&app, &id, "status=revoked").await.len(), 1);
        app.backend().post(&format!("/v1/users/{id}/ban")).send().await.ok();
        assert_eq!(statuses(&app, &id, "").await, ["revoked", "revoked"]);
        assert_eq!(generation(&app, &id).await, 3);
    }

    async fn an_unban_of_nobody_banned_changes_nothing(app: TestApp) {
        let id = app.user("ada@example.com").await;
        let session = app.session(&id).await;
        let before = show(&app, &id).await;
        app.advance(Duration::from_secs(60));
        assert_eq!(app.backend().post(&format!("/v1/users/{id}/unban")).send().await.ok(), before);
        assert_eq!(generation(&app, &id).await, 1);
        app.backend().post(&format!("/v1/sessions/{session}/tokens")).send().await.ok();
        assert_eq!(app.event_kinds(&id).await, ["user.created", "session.created"]);
    }

    async fn many_at_once_are_answered_in_order(app: TestApp) {
        let mut ids = people(&app, 5).await;
        ids.swap(0, 3);
        let users = bulk(&app, "ban", &ids[..4]).await.ok();
        let answered: Vec<_> = users.as_array().unwrap().iter().map(|user| user["id"].clone()).collect();
        assert_eq!(answered, ids[..4]);
        assert!(users.as_array().unwrap().iter().all(|user| user["banned"] == true));
        assert_eq!(banned(&app, &ids).await, [true, true, true, true, false]);
        let users = bulk(&app, "unban", &ids[1..]).await.ok();
        assert!(users.as_array().unwrap().iter().all(|user| user["banned"] == false));
        assert_eq!(banned(&app, &ids).await, [true, false, false, false, false]);
        for (id, updates) in ids.iter().zip([1, 2, 2, 2, 0]) {
            assert_eq!(
                app.event_kinds(id).await.len(),
                1 + updates,
                "who was not banned is not told of an unban"
            );
        }
    }

    async fn all_or_nobody(app: TestApp) {
        let ids = people(&app, 3).await;
        for stranger in [NOBODY, "nonsense", "", "sess_1", "user_'"] {
            for at in 0..=3 {
                let mut list = ids.clone();
                list.insert(at, stranger.to_owned());
                for what in ["ban", "unban"] {
                    let body = bulk(&app, what, &list).await.refused(404, "resource_not_found");
                    if stranger == NOBODY {
                        assert!(
                            body["errors"][0]["long_message"].as_str().unwrap().contains(NOBODY),
                            "{body}"
                        );
                    }
                }
            }
        }
        assert_eq!(banned(&app, &ids).await, [false; 3]);
        assert_eq!(generation(&app, &ids[0]).await, 1);
        assert!(app.revocations().await.is_empty());
        assert_eq!(app.events().await.len(), 3);
        // An unban that fails lifts nothing either.
        bulk(&app, "ban", &ids).await.ok();
        bulk(&app, "unban", &[ids[0].clone(), NOBODY.to_owned()]).await.refused(404, "resource_not_found");
        assert_eq!(banned(&app, &ids).await, [true; 3]);
    }

    async fn one_to_fifty(app: TestApp) {
        let ids = people(&app, 51).await;
        for what in ["ban", "unban"] {
            bulk(&app, what, &[]).await.refused_for(422, "form_param_missing", "user_ids");
            bulk(&app, what, &ids).await.refused(400, "bulk_size_exceeded");
            // The size comes before what is in it.
            bulk(&app, what, &vec![NOBODY.to_owned(); 51]).await.refused(400, "bulk_size_exceeded");
        }
        assert!(app.revocations().await.is_empty());
        assert_eq!(bulk(&app, "ban", &ids[..50]).await.ok().as_array().unwrap().len(), 50);
        assert_eq!(app.revocations().await.len(), 50);
        let null = app.backend().post("/v1/users/ban").json(&json!({"user_ids": null})).send().await;
        null.refused_for(422, "form_param_nil", "user_ids");
    }

    async fn who_is_named_twice_is_banned_once(app: TestApp) {
        let ids = people(&app, 1).await;
        let users = bulk(&app, "ban", &[ids[0].clone(), ids[0].clone()]).await.ok();
        assert!(
            users
                .as_array()
                .unwrap()
                .iter()
                .all(|user| user["id"] == ids[0].as_str() && user["banned"] == true)
        );
        assert_eq!(generation(&app, &ids[0]).await, 2);
        assert_eq!(app.event_kinds(&ids[0]).await, ["user.created", "user.updated"]);
        assert_eq!(app.revocations().await.len(), 1);
    }

    // In opposite orders these would wait for each other's rows.
    async fn crossing_bulk_bans_all_succeed(app: TestApp) {
        let ids = people(&app, 30).await;
        let mut reversed = ids.clone();
        reversed.reverse();
        for round in 0..6 {
            let what = ["ban", "unban"][round % 2];
            let calls: Vec<_> = [&ids, &reversed, &ids, &reversed]
                .into_iter()
                .map(|list| {
                    let call =
                        app.backend().post(&format!("/v1/users/{what}")).json(&json!({"user_ids": list}));
                    tokio::spawn(call.send())
                })
                .collect();
            for call in calls {
                call.await.unwrap().ok();
            }
        }
        for id in &ids {
            assert_eq!(generation(&app, id).await, 4, "three times banned, whoever came first");
        }
    }

    async fn a_ban_at_the_same_time_as_a_profile_update_stands(app: TestApp) {
        let id = app.user("ada@example.com").await;
        for round in 0..20 {
            let update = app
                .backend()
                .patch(&format!("/v1/users/{id}"))
                .json(&json!({"first_name": format!("A{round}")}));
            let ban = app.backend().post(&format!("/v1/users/{id}/ban"));
            let (update, ban) = tokio::join!(tokio::spawn(update.send()), tokio::spawn(ban.send()));
            update.unwrap().ok();
            ban.unwrap().ok();
            let user = show(&app, &id).await;
            assert_eq!((&user["banned"], &user["first_name"]), (&json!(true), &json!(format!("A{round}"))));
            app.backend().post(&format!("/v1/users/{id}/unban")).send().await.ok();
        }
    }

    async fn a_session_opened_beside_a_ban_is_refused_or_dead(app: TestApp) {
        let id = app.user("ada@example.com").await;
        for _ in 0..20 {
            let open = app.backend().post("/v1/sessions").json(&json!({"user_id": id}));
            let ban = app.backend().post(&format!("/v1/users/{id}/ban"));
            let (open, ban) = tokio::join!(tokio::spawn(open.send()), tokio::spawn(ban.send()));
            ban.unwrap().ok();
            let open = open.unwrap();
            if open.status.as_u16() != 200 {
                open.refused(403, "user_banned");
            }
            assert!(statuses(&app, &id, "status=active").await.is_empty());
            app.backend().post(&format!("/v1/users/{id}/unban")).send().await.ok();
            assert!(statuses(&app, &id, "status=active").await.is_empty());
        }
    }

    async fn a_banned_user_is_otherwise_an_ordinary_user(app: TestApp) {
        let id = app.user("ada@example.com").await;
        app.backend().post(&format!("/v1/users/{id}/ban")).send().await.ok();
        let path = format!("/v1/users/{id}");
        app.backend().patch(&path).json(&json!({"first_name": "Ada"})).send().await.ok();
        app.backend()
            .patch(&format!("{path}/metadata"))
            .json(&json!({"public_metadata": {"why": "spam"}}))
            .send()
            .await
            .ok();
        app.backend().post(&format!("{path}/lock")).send().await.ok();
        let user: Value = app.backend().post(&format!("{path}/unlock")).send().await.ok();
        assert_eq!((&user["banned"], &user["first_name"]), (&json!(true), &json!("Ada")));
        // The address stays taken.
        let again =
            app.backend().post("/v1/users").json(&json!({"email_address": ["ada@example.com"]})).send().await;
        again.refused_for(422, "form_identifier_exists", "email_address");
    }

    async fn a_ban_outlives_a_restart(app: TestApp) {
        let id = app.user("ada@example.com").await;
        let session = app.session(&id).await;
        app.backend().post(&format!("/v1/users/{id}/ban")).send().await.ok();
        let app = app.reopen(2).await;
        assert_eq!(show(&app, &id).await["banned"], true);
        app.backend()
            .post(&format!("/v1/sessions/{session}/tokens"))
            .send()
            .await
            .refused(403, "user_banned");
        assert!(app.run_sweep().await > 0, "what the sweep had not settled is still to do");
        assert_eq!(app.event_kinds(&id).await.last().unwrap(), "session.revoked");
    }
}
