//! `GET /v1/users` and `/v1/users/count`.

use std::time::Duration;

use beadle_testkit::{START, TestApp, Value, both_engines, json};

use crate::{NOBODY, people};

/// Parameters as they are sent.
type Query<'a> = Vec<(&'a str, &'a str)>;

/// The usernames that a query finds. Also checks that the count agrees.
async fn found(app: &TestApp, query: &[(&str, &str)]) -> Vec<String> {
    let users = app.backend().get("/v1/users").query(query).query(&[("limit", "500")]).send().await.ok();
    let users = users.as_array().expect("a bare array").clone();
    let count = app.backend().get("/v1/users/count").query(query).send().await.ok();
    assert_eq!(count, json!({"object": "total_count", "total_count": users.len()}), "{query:?}");
    users.iter().map(|user| user["username"].as_str().unwrap_or("-").to_owned()).collect()
}

/// Three users, the youngest first in lists: `carol`, `bob_b`, `alice`.
async fn three(app: &TestApp) -> Vec<String> {
    let mut ids = Vec::new();
    for body in [
        json!({"username": "alice", "email_address": ["alice@one.com", "a2@one.com"], "first_name": "Alice",
            "last_name": "Zander", "external_id": "e-1", "phone_number": ["+14158675309"]}),
        json!({"username": "Bob_B", "email_address": ["bob@two.com"], "first_name": "Bob", "last_name": "Young",
            "external_id": "e-2", "web3_wallet": ["0xde0b295669a9fd93d5f28d9ec85e40f4cb697bae"]}),
        json!({"username": "carol", "email_address": ["carol@one.com"], "first_name": "Carol",
            "phone_number": ["+442079460958"]}),
    ] {
        ids.push(app.create_user(&body).await);
        app.advance(Duration::from_secs(60));
    }
    ids
}

both_engines! {
    async fn lists_are_bare_arrays_newest_first(app: TestApp) {
        assert_eq!(app.backend().get("/v1/users").send().await.ok(), json!([]));
        let ids = three(&app).await;
        let users = app.backend().get("/v1/users").send().await.ok();
        let listed: Vec<_> = users.as_array().unwrap().iter().map(|user| user["id"].clone()).collect();
        assert_eq!(listed, [ids[2].clone(), ids[1].clone(), ids[0].clone()]);
        for user in users.as_array().unwrap() {
            let single =
                app.backend().get(&format!("/v1/users/{}", user["id"].as_str().unwrap())).send().await.ok();
            assert_eq!(*user, single, "a list shows the same as a single answer");
        }
    }

    async fn exact_filters(app: TestApp) {
        let ids = three(&app).await;
        let not = format!("-{}", ids[0]);
        let plus = format!("+{}", ids[1]);
        let cases: Vec<(Query, Vec<&str>)> = vec![
            (vec![("email_address", "alice@one.com")], vec!["alice"]),
            (vec![("email_address", " A2@ONE.com")], vec!["alice"]),
            (
                vec![("email_address", "alice@one.com"), ("email_address", "bob@two.com")],
                vec!["Bob_B", "alice"],
            ),
            (vec![("email_address", "nobody@one.com")], vec![]),
            (vec![("email_address", "nobody@one.com"), ("email_address", "carol@one.com")], vec!["carol"]),
            (vec![("email_address", "not an address")], vec![]),
            (vec![("phone_number", "+14158675309")], vec!["alice"]),
            (vec![("phone_number", "+1 (415) 867-5309")], vec!["alice"]),
            (
                vec![("phone_number", "+14158675309"), ("phone_number", "+442079460958")],
                vec!["carol", "alice"],
            ),
            (vec![("web3_wallet", "0xDE0B295669a9fd93d5f28d9ec85e40f4cb697bae")], vec!["Bob_B"]),
            (vec![("username", "BOB_b"), ("username", "carol")], vec!["carol", "Bob_B"]),
            (vec![("external_id", "e-1")], vec!["alice"]),
            (vec![("external_id", "+e-1"), ("external_id", "e-2")], vec!["Bob_B", "alice"]),
            (vec![("external_id", "-e-1")], vec!["carol", "Bob_B"]),
            (vec![("external_id", "E-1")], vec![]),
            (vec![("user_id", &ids[0]), ("user_id", &ids[2])], vec!["carol", "alice"]),
            (vec![("user_id", &not)], vec!["carol", "Bob_B"]),
            (vec![("user_id", &plus)], vec!["Bob_B"]),
            (vec![("user_id", &plus), ("user_id", &not)], vec!["Bob_B"]),
            (vec![("user_id", NOBODY)], vec![]),
            (vec![("user_id", "x'; DROP TABLE users; --")], vec![]),
            (vec![("organization_id", "org_1")], vec![]),
            (vec![("organization_id", "-org_1")], vec!["carol", "Bob_B", "alice"]),
            (vec![("provider", "oauth_google"), ("provider_user_id", "1")], vec![]),
            // Conditions add up.
            (vec![("email_address", "alice@one.com"), ("username", "carol")], vec![]),
            (vec![("email_address", "alice@one.com"), ("username", "alice")], vec!["alice"]),
            // What is empty or unknown is ignored.
            (vec![("email_address", ""), ("username", "")], vec!["carol", "Bob_B", "alice"]),
            (vec![("color", "red")], vec!["carol", "Bob_B", "alice"]),
        ];
        for (query, expected) in cases {
            assert_eq!(found(&app, &query).await, expected, "{query:?}");
        }
        // As curl sends it: a literal plus is a space.
        let raw = app
            .backend()
            .get("/v1/users")
            .raw_query(&format!("user_id=+{}&phone_number=+14158675309", ids[0]));
        assert_eq!(raw.send().await.ok().as_array().unwrap().len(), 1);
    }

    async fn searches(app: TestApp) {
        let ids = three(&app).await;
        let all = vec!["carol", "Bob_B", "alice"];
        let id_part = &ids[1][8..20];
        let cases: Vec<(&str, &str, Vec<&str>)> = vec![
            ("query", "one.com", vec!["carol", "alice"]),
            ("query", "ALICE", vec!["alice"]),
            ("query", "young", vec!["Bob_B"]),
            ("query", "8675309", vec!["alice"]),
            ("query", "0xde0b", vec!["Bob_B"]),
            ("query", "b_b", vec!["Bob_B"]),
            ("query", id_part, vec!["Bob_B"]),
            ("query", "alice zander", vec!["alice"]),
            ("query", "o", vec!["carol", "Bob_B", "alice"]),
            ("query", "  ", all.clone()),
            ("query", "%", vec![]),
            ("query", "nobody at all", vec![]),
            ("email_address_query", "A2@", vec!["alice"]),
            ("email_address_query", "zander", vec![]),
            ("phone_number_query", "44207", vec!["carol"]),
            ("phone_number_query", "alice", vec![]),
            ("username_query", "OB_", vec!["Bob_B"]),
            ("username_query", "young", vec![]),
            ("name_query", "zan", vec!["alice"]),
            ("name_query", "one.com", vec![]),
        ];
        for (key, value, expected) in cases {
            assert_eq!(found(&app, &[(key, value)]).await, expected, "{key}={value}");
        }
        assert_eq!(found(&app, &[("query", "one.com"), ("name_query", "carol")]).await, ["carol"]);
    }

    async fn banned_and_not_banned(app: TestApp) {
        let ids = three(&app).await;
        app.backend().post(&format!("/v1/users/{}/ban", ids[1])).send().await.ok();
        assert_eq!(found(&app, &[("banned", "true")]).await, ["Bob_B"]);
        assert_eq!(found(&app, &[("banned", "false")]).await, ["carol", "alice"]);
        assert_eq!(found(&app, &[("banned", "true"), ("username", "alice")]).await, Vec::<String>::new());
    }

    async fn times(app: TestApp) {
        let ids = three(&app).await;
        let second = (START.as_millis() + 60_000).to_string();
        assert_eq!(found(&app, &[("created_at_before", &second)]).await, ["alice"]);
        assert_eq!(found(&app, &[("created_at_after", &second)]).await, ["carol"]);
        assert_eq!(found(&app, &[("last_sign_in_at_after", "0")]).await, Vec::<String>::new());
        app.session(&ids[0]).await;
        let now = app.now().as_millis();
        assert_eq!(found(&app, &[("last_sign_in_at_after", &(now - 1).to_string())]).await, ["alice"]);
        assert_eq!(found(&app, &[("last_sign_in_at_after", &now.to_string())]).await, Vec::<String>::new());
        assert_eq!(found(&app, &[("last_sign_in_at_before", &(now + 1).to_string())]).await, ["alice"]);
        let day = app.now().start_of_day().as_millis();
        assert_eq!(found(&app, &[("last_active_at_since", &day.to_string())]).await, ["alice"]);
        assert_eq!(found(&app, &[("last_active_at_after", &(day - 1).to_string())]).await, ["alice"]);
        assert_eq!(
            found(&app, &[("last_active_at_after", &(day + 86_400_000).to_string())]).await,
            Vec::<String>::new()
        );
        assert_eq!(
            found(&app, &[("last_active_at_before", &(day + 86_400_000).to_string())]).await,
            ["alice"]
        );
        assert_eq!(found(&app, &[("last_active_at_before", &day.to_string())]).await, Vec::<String>::new());
    }

    // "Active since" counts days: who was active today was active since this morning, whatever the hour.
    async fn active_since_means_the_day(app: TestApp) {
        let ids = three(&app).await;
        app.session(&ids[0]).await;
        let noon = app.now().as_millis();
        assert_eq!(found(&app, &[("last_active_at_since", &noon.to_string())]).await, ["alice"]);
    }

    async fn orders(app: TestApp) {
        let ids = three(&app).await;
        for (n, id) in [(0, &ids[1]), (1, &ids[2]), (2, &ids[0])] {
            app.session(id).await;
            app.advance(Duration::from_secs(86_400 + n));
        }
        app.backend()
            .patch(&format!("/v1/users/{}", ids[1]))
            .json(&json!({"locale": "de"}))
            .send()
            .await
            .ok();
        let listed = async |order: &str| -> Vec<String> {
            let users = app.backend().get("/v1/users").query(&[("order_by", order)]).send().await.ok();
            let name = |user: &Value| user["username"].as_str().unwrap().to_owned();
            users.as_array().unwrap().iter().map(name).collect()
        };
        let (a, b, c) = ("alice", "Bob_B", "carol");
        for (order, ascending) in [
            ("created_at", [a, b, c]),
            ("updated_at", [c, a, b]),
            ("email_address", [a, b, c]),
            ("first_name", [a, b, c]),
            ("last_name", [c, b, a]),
            ("username", [b, a, c]),
            ("phone_number", [b, a, c]),
            ("web3wallet", [a, c, b]),
            ("last_active_at", [b, c, a]),
            ("last_sign_in_at", [b, c, a]),
        ] {
            assert_eq!(
                listed(&format!("-{order}")).await,
                ascending.into_iter().rev().collect::<Vec<_>>(),
                "-{order}"
            );
            assert_eq!(listed(&format!("+{order}")).await, listed(order).await, "{order}");
            if order == "web3wallet" || order == "phone_number" {
                continue;
            }
            assert_eq!(listed(order).await, ascending, "{order}");
        }
        // The raw plus that some SDKs send arrives as a space.
        let raw = app.backend().get("/v1/users").raw_query("order_by=+created_at").send().await.ok();
        assert_eq!(raw[0]["username"], "alice");
    }

    async fn pages(app: TestApp) {
        let mut ids = people(&app, 12).await;
        ids.reverse();
        let page = async |query: &[(&str, &str)]| -> Vec<String> {
            let users = app.backend().get("/v1/users").query(query).send().await.ok();
            users.as_array().unwrap().iter().map(|user| user["id"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(page(&[]).await, ids[..10], "ten unless told otherwise");
        assert_eq!(page(&[("limit", "5")]).await, ids[..5]);
        assert_eq!(page(&[("limit", "5"), ("offset", "10")]).await, ids[10..]);
        assert_eq!(page(&[("limit", "500")]).await, ids);
        assert_eq!(page(&[("offset", "12")]).await, ids[..0]);
        assert_eq!(page(&[("offset", &i64::MAX.to_string())]).await, ids[..0]);
        let mut walked = page(&[("limit", "5")]).await;
        while let next = page(&[("limit", "5"), ("starting_after", walked.last().unwrap())]).await
            && !next.is_empty()
        {
            walked.extend(next);
        }
        assert_eq!(walked, ids);
        let after = page(&[("order_by", "+created_at"), ("starting_after", &ids[2])]).await;
        assert_eq!(after, [ids[1].clone(), ids[0].clone()]);
        let filtered = page(&[("email_address_query", "user1"), ("starting_after", &ids[1])]).await;
        assert_eq!(filtered, [ids[10].clone()], "user11, user10 come before the cursor, user1 after it");
    }

    async fn users_of_the_same_millisecond_are_each_listed_once(app: TestApp) {
        let mut ids = Vec::new();
        for n in 0..9 {
            ids.push(app.user(&format!("user{n}@example.com")).await);
        }
        for order in ["created_at", "-created_at"] {
            let mut walked: Vec<String> = Vec::new();
            loop {
                let mut call = app.backend().get("/v1/users").query(&[("limit", "2"), ("order_by", order)]);
                if let Some(last) = walked.last() {
                    call = call.query(&[("starting_after", last)]);
                }
                let users = call.send().await.ok();
                if users.as_array().unwrap().is_empty() {
                    break;
                }
                walked.extend(
                    users.as_array().unwrap().iter().map(|user| user["id"].as_str().unwrap().to_owned()),
                );
            }
            walked.sort();
            let mut all = ids.clone();
            all.sort();
            assert_eq!(walked, all, "{order}");
        }
    }

    async fn bad_queries_name_their_parameter(app: TestApp) {
        let id = app.user("ada@example.com").await;
        let many = |param: &str| vec![format!("{param}=x"); 101].join("&");
        let mut cases = vec![
            ("limit=0".to_owned(), "form_param_value_invalid", "limit"),
            ("limit=501".to_owned(), "form_param_value_invalid", "limit"),
            ("limit=-1".to_owned(), "form_param_value_invalid", "limit"),
            ("offset=-1".to_owned(), "form_param_value_invalid", "offset"),
            ("limit=ten".to_owned(), "form_param_type_invalid", "limit"),
            ("limit=1.5".to_owned(), "form_param_type_invalid", "limit"),
            ("offset=99999999999999999999".to_owned(), "form_param_type_invalid", "offset"),
            ("order_by=password".to_owned(), "form_param_value_invalid", "order_by"),
            ("order_by=--created_at".to_owned(), "form_param_value_invalid", "order_by"),
            ("order_by=created_at%3B".to_owned(), "form_param_value_invalid", "order_by"),
            ("banned=maybe".to_owned(), "form_param_type_invalid", "banned"),
            ("created_at_after=2024-01-01".to_owned(), "form_param_type_invalid", "created_at_after"),
            (format!("starting_after={NOBODY}"), "form_param_value_invalid", "starting_after"),
            ("starting_after=nonsense".to_owned(), "form_param_value_invalid", "starting_after"),
            (format!("starting_after={id}&order_by=username"), "form_param_value_invalid", "starting_after"),
            (format!("starting_after={id}&offset=1"), "form_param_value_invalid", "starting_after"),
            ("provider=oauth_google".to_owned(), "form_param_missing", "provider_user_id"),
            ("provider_user_id=1".to_owned(), "form_param_missing", "provider"),
        ];
        for param in [
            "email_address",
            "phone_number",
            "external_id",
            "username",
            "web3_wallet",
            "user_id",
            "organization_id",
        ] {
            cases.push((many(param), "form_param_array_size_exceeded", param));
        }
        for (query, code, param) in cases {
            app.backend().get("/v1/users").raw_query(&query).send().await.refused_for(422, code, param);
        }
        for param in ["email_address", "user_id"] {
            let counted = app.backend().get("/v1/users/count").raw_query(&many(param)).send().await;
            counted.refused_for(422, "form_param_array_size_exceeded", param);
        }
        let hundred = vec!["user_id=user_x"; 100].join("&");
        app.backend().get("/v1/users").raw_query(&hundred).send().await.ok();
        // The count takes no paging and does not complain about it.
        app.backend().get("/v1/users/count").raw_query("limit=0&order_by=x").send().await.ok();
    }

    async fn odd_encodings_do_no_harm(app: TestApp) {
        three(&app).await;
        for query in [
            "query=%",
            "query=%zz",
            "query=%ff%fe",
            "=&&&==",
            "query",
            "query=a=b=c",
            "limit=5&limit=5",
            "query=%F0%9F%94%91",
            "user_id[]=x",
            "query=a;b",
            "email_address=a,b",
            "query=%22%22%22",
            "query=%5C%5C%5C",
            "query=***",
            "query=NEAR(a,b)",
        ] {
            let answer = app.backend().get("/v1/users").raw_query(query).send().await;
            assert!([200, 422].contains(&answer.status.as_u16()), "{}", answer.shown());
        }
    }
}
