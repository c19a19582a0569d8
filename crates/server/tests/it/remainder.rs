//! What else the Backend API has of a user: the password and wallets taken away, and the lists of what nobody has here.

use beadle_testkit::{TestApp, TestResponse, Value, both_engines, json};
use http::Method;

use crate::{NOBODY, PASSWORD, show, with_password};

const WALLET: &str = "0xde0b295669a9fd93d5f28d9ec85e40f4cb697bae";

async fn remove_password(app: &TestApp, id: &str, body: Value) -> TestResponse {
    app.backend().post(&format!("/v1/users/{id}/remove_password")).json(&body).send().await
}

both_engines! {
    async fn a_password_is_removed(app: TestApp) {
        let id = with_password(&app, "a@example.com").await;
        let session = app.session(&id).await;
        let status = async || app.backend().get(&format!("/v1/sessions/{session}")).send().await.ok()["status"].clone();
        remove_password(&app, &id, json!({"other": 1})).await.refused_for(422, "form_param_unknown", "other");
        app.advance(std::time::Duration::from_secs(1));
        let removed = app.backend().post(&format!("/v1/users/{id}/remove_password")).send().await.ok();
        assert_eq!(removed["password_enabled"], false);
        assert_eq!(removed, show(&app, &id).await);
        assert_eq!(status().await, "active");
        // Without one nothing happens, whatever is asked for.
        let events = app.events().await.len();
        app.advance(std::time::Duration::from_secs(1));
        assert_eq!(remove_password(&app, &id, json!({"sign_out_of_other_sessions": true})).await.ok(), removed);
        assert_eq!((app.events().await.len(), status().await), (events, json!("active")));
        app.backend().patch(&format!("/v1/users/{id}")).json(&json!({"password": PASSWORD})).send().await.ok();
        remove_password(&app, &id, json!({"sign_out_of_other_sessions": true})).await.ok();
        assert_eq!(status().await, "revoked");
        remove_password(&app, NOBODY, json!({})).await.refused(404, "resource_not_found");
    }

    async fn a_wallet_is_taken_away(app: TestApp) {
        let other = "0x00000000000000000000000000000000000000aa";
        let id = app.create_user(&json!({"username": "ada_l", "web3_wallet": [WALLET, other]})).await;
        let user = show(&app, &id).await;
        let of = |n: usize| user["web3_wallets"][n]["id"].as_str().unwrap().to_owned();
        let delete = async |user: &str, wallet: &str| {
            app.backend().delete(&format!("/v1/users/{user}/web3_wallets/{wallet}")).send().await
        };
        assert_eq!(user["primary_web3_wallet_id"], of(0));
        let gone = delete(&id, &of(0)).await.ok();
        assert_eq!(gone, json!({"object": "web3_wallet", "id": of(0), "deleted": true}));
        assert_eq!(show(&app, &id).await["primary_web3_wallet_id"], of(1));
        for (user, wallet) in [(&*id, &*of(0)), (&*id, "none"), (NOBODY, &*of(1))] {
            delete(user, wallet).await.refused(404, "resource_not_found");
        }
        // The last way in stays.
        delete(&id, &of(1)).await.refused(400, "identification_deletion_failed");
    }

    async fn nobody_is_in_an_organization(app: TestApp) {
        let id = app.user("a@example.com").await;
        for list in ["organization_memberships", "organization_invitations", "trusted_devices"] {
            let get = |id: &str| app.backend().get(&format!("/v1/users/{id}/{list}"));
            assert_eq!(get(&id).send().await.ok(), json!({"data": [], "total_count": 0}), "{list}");
            get(NOBODY).send().await.refused(404, "resource_not_found");
            if list != "trusted_devices" {
                let wrong = get(&id).query(&[("limit", "501")]).send().await;
                wrong.refused_for(422, "form_param_value_invalid", "limit");
                let wrong = get(&id).query(&[("offset", "-1")]).send().await;
                wrong.refused_for(422, "form_param_value_invalid", "offset");
            }
        }
        let get = |status: &str| {
            let path = format!("/v1/users/{id}/organization_invitations");
            app.backend().get(&path).query(&[("status", status)])
        };
        get("pending").send().await.ok();
        get("other").send().await.refused_for(422, "form_param_value_invalid", "status");
        let device = |id: &str| app.backend().delete(&format!("/v1/users/{id}/trusted_devices/td_1"));
        device(&id).send().await.refused(404, "resource_not_found");
        device(NOBODY).send().await.refused(404, "resource_not_found");
    }

    async fn families_that_are_not_there_are_refused(app: TestApp) {
        let refused: Vec<_> = beadle_server::refused().into_iter().filter(|one| one.api == "backend").collect();
        assert!(refused.len() > 100);
        for one in refused {
            let method = Method::from_bytes(one.method.as_bytes()).unwrap();
            let call = app.backend().call(method, &one.path.replace(['{', '}'], ""));
            call.clone().without_header("authorization").send().await.refused(401, "authorization_header_format_invalid");
            call.body(vec![b'x'; 300_000]).send().await.refused(one.status, &one.code);
        }
    }

    async fn second_factors_are_taken_away_one_by_one(app: TestApp) {
        let secret = "JBSWY3DPEHPK3PXP";
        let body = json!({"username": "ada_l", "password": PASSWORD, "totp_secret": secret, "backup_codes": ["a1b2c3d4e5f6a7b8"]});
        let id = app.create_user(&body).await;
        let enabled = async || {
            let user = show(&app, &id).await;
            (user["totp_enabled"].clone(), user["backup_code_enabled"].clone())
        };
        assert_eq!(enabled().await, (json!(true), json!(true)));
        let delete = async |what: &str| app.backend().delete(&format!("/v1/users/{id}/{what}")).send().await;
        assert_eq!(delete("backup_code").await.ok(), json!({"user_id": id}));
        assert_eq!(enabled().await, (json!(true), json!(false)));
        assert_eq!(delete("totp").await.ok(), json!({"user_id": id}));
        assert_eq!(enabled().await, (json!(false), json!(false)));
    }
}
