//! What frames say, and that it is signed.

use beadle_domain::credential::Generation;
use beadle_store::feed::Revocation;
use beadle_testkit::{TestApp, Value, both_engines, json};
use beadle_token::{VerifyingKey, verify_revocations};
use beadle_types::{SignedFrame, WireFrame};

use crate::{after, banned, entries, snapshot};

/// The signed form of a frame; it must say the same as the readable one.
fn open(app: &TestApp, frame: &Value) -> SignedFrame {
    let wire: WireFrame = serde_json::from_value(frame.clone()).unwrap();
    let jwk = app.app().instance.jwk();
    let key = VerifyingKey::from_jwk(&jwk).unwrap();
    let signed: SignedFrame =
        verify_revocations(&wire.jws, |kid| (kid == jwk.kid).then_some(&key)).expect("a good signature");
    assert_eq!(signed.frame, wire.frame);
    signed
}

both_engines! {
    async fn a_ban_is_told_with_its_generation_and_times(app: TestApp) {
        let user = banned(&app, "ada").await;
        let frame = snapshot(&app).await;
        let now = app.now().as_millis();
        assert_eq!(entries(&frame), &[json!({
            "seq": 1, "user_id": user, "generation": 2, "created_at": now, "expires_at": now + 60_000,
        })]);
        assert_eq!((&frame["seq"], &frame["head"], &frame["time"]), (&json!(1), &json!(1), &json!(now)));
        let signed = open(&app, &frame);
        assert_eq!(signed.iss, "https://clerk.beadle.localhost");
    }

    async fn every_way_to_end_credentials_is_told(app: TestApp) {
        let (ada, bob) = (app.user("ada@example.com").await, app.user("bob@example.com").await);
        let session = app.session(&ada).await;
        app.backend().post(&format!("/v1/sessions/{session}/revoke")).send().await.ok();
        let change = json!({"password": "a long walk by the sea", "sign_out_of_other_sessions": true});
        app.backend().patch(&format!("/v1/users/{ada}")).json(&change).send().await.ok();
        app.backend().post("/v1/users/ban").json(&json!({"user_ids": [ada, bob]})).send().await.ok();
        app.backend().post(&format!("/v1/users/{ada}/unban")).send().await.ok();
        app.backend().delete(&format!("/v1/users/{bob}")).send().await.ok();
        let told = app.revocations().await;
        let user = |id: &str, generation| {
            Revocation::User(id.parse().unwrap(), Generation::from_stored(generation))
        };
        let mut both = [user(&ada, 3), user(&bob, 2)];
        both.sort_by_key(|revocation| format!("{revocation:?}"));
        let [first, second] = both;
        let expected =
            [Revocation::Session(session.parse().unwrap()), user(&ada, 2), first, second, user(&bob, 3)];
        let mut sorted = told.clone();
        sorted[2..4].sort_by_key(|revocation| format!("{revocation:?}"));
        assert_eq!(sorted, expected);
        // A second ban of the same user is none.
        app.backend().post(&format!("/v1/users/{ada}/ban")).send().await.ok();
        app.backend().post(&format!("/v1/users/{ada}/ban")).send().await.ok();
        assert_eq!(app.revocations().await.len(), told.len() + 1);
    }

    async fn frames_continue_each_other_in_order(app: TestApp) {
        let mut users = Vec::new();
        for name in ["ada", "bob", "eve"] {
            users.push(banned(&app, name).await);
        }
        app.advance_feed().await;
        let mut position = 1;
        for user in &users[1..] {
            let frame = after(&app, position).await;
            open(&app, &frame);
            assert_eq!(frame["after"], position);
            assert_eq!(entries(&frame)[0]["user_id"], **user);
            position += 1;
        }
        let heartbeat = after(&app, position).await;
        assert_eq!((&heartbeat["after"], &heartbeat["seq"], &heartbeat["head"]), (&json!(3), &json!(3), &json!(3)));
        assert!(entries(&heartbeat).is_empty() && heartbeat["snapshot"] == false);
        open(&app, &heartbeat);
    }

    async fn what_a_relay_changes_is_not_signed(app: TestApp) {
        banned(&app, "ada").await;
        let mut frame = snapshot(&app).await;
        let jwk = app.app().instance.jwk();
        let key = VerifyingKey::from_jwk(&jwk).unwrap();
        let jws = frame["jws"].as_str().unwrap().to_owned();
        let (head, rest) = jws.split_once('.').unwrap();
        let (_, signature) = rest.split_once('.').unwrap();
        let other = after(&app, 1).await["jws"].as_str().unwrap().to_owned();
        let payload = other.split('.').nth(1).unwrap();
        frame["jws"] = format!("{head}.{payload}.{signature}").into();
        let wire: WireFrame = serde_json::from_value(frame).unwrap();
        assert!(verify_revocations::<SignedFrame, _>(&wire.jws, |_| Some(&key)).is_err());
    }
}
