//! Passwords given, imported and verified.

use beadle_testkit::{TestApp, both_engines, json};

use crate::{NOBODY, PASSWORD, count, show, with_password};

/// `hunter2-correct`, hashed elsewhere.
const BCRYPT: &str = "$2b$05$abcdefghijklmnopqrstuuQn9zXJnJ.sk6cEADqkx0RFp6ClcKYuW";
const ARGON2: &str =
    "$argon2id$v=19$m=1024,t=1,p=2$c2l4dGVlbiBieXRlcyBvaw$B8ODC3WXkLtQtvtX/dq+SeFeNXScyGAsICqDjbWlDNE";
const MD5: &str = "3040f3ff723348c3c64992c16abf9449";
/// Werkzeug 3.1: `generate_password_hash("hunter2-correct", method="scrypt:1024:8:1")`.
const WERKZEUG: &str = "scrypt:1024:8:1$c0gEkTbaOtLkS8vM$8a299ec7bd577d6c3092de35e7ad72afda067928a2c6f62f846f83227a16cfe7c79576ad82e99f808e50bdd01911725b30a7353cb7336580788266d9e355f975";
/// Django 5.2: `PBKDF2PasswordHasher().encode("hunter2-correct", "0AqJzcsalt", 1000)`.
const DJANGO: &str = "pbkdf2_sha256$1000$0AqJzcsalt$9YssZhYyoVVRIBYesvPVDETIJaRT9aLrPEZ1tH6e2X0=";
const IMPORTED: &str = "hunter2-correct";

async fn verify(app: &TestApp, id: &str, password: &str) -> beadle_testkit::TestResponse {
    let body = json!({"password": password});
    app.backend().post(&format!("/v1/users/{id}/verify_password")).json(&body).send().await
}

both_engines! {
    async fn a_password_is_verified(app: TestApp) {
        let id = with_password(&app, "a@example.com").await;
        assert_eq!(verify(&app, &id, PASSWORD).await.ok(), json!({"verified": true}));
        for wrong in ["wJ8kPq3z-X", "wJ8kPq3z-x ", "x", &"x".repeat(5_000), "wJ8kPq3z-xé"] {
            verify(&app, &id, wrong).await.refused(422, "incorrect_password");
        }
        verify(&app, &id, "").await.refused_for(422, "form_param_missing", "password");
        let path = format!("/v1/users/{id}/verify_password");
        app.backend().post(&path).json(&json!({})).send().await.refused_for(
            422,
            "form_param_missing",
            "password",
        );
        app.backend().post(&path).json(&json!({"password": null})).send().await.refused_for(
            422,
            "form_param_nil",
            "password",
        );
        verify(&app, NOBODY, PASSWORD).await.refused(404, "resource_not_found");
        let user = show(&app, &id).await;
        assert_eq!(user["verification_attempts_remaining"], 10, "checking a password is no sign-in attempt");
        let none = app.user("b@example.com").await;
        verify(&app, &none, PASSWORD).await.refused(400, "no_password_set");
    }

    async fn imported_digests_are_verified_and_replaced(app: TestApp) {
        for (hasher, digest) in [
            ("bcrypt", BCRYPT),
            ("argon2id", ARGON2),
            ("md5", MD5),
            ("scrypt_werkzeug", WERKZEUG),
            ("pbkdf2_sha256_django", DJANGO),
        ] {
            let body = json!({"username": format!("from_{hasher}"), "password_digest": digest, "password_hasher": hasher});
            let id = app.create_user(&body).await;
            assert_eq!(show(&app, &id).await["password_enabled"], true);
            verify(&app, &id, "hunter2-wrong").await.refused(422, "incorrect_password");
            // The first time against the old digest, then against its replacement.
            for _ in 0..2 {
                verify(&app, &id, IMPORTED).await.ok();
            }
            verify(&app, &id, "hunter2-wrong").await.refused(422, "incorrect_password");
        }
    }

    async fn unusable_digests_are_refused(app: TestApp) {
        let post = async |digest: Option<&str>, hasher: Option<&str>| {
            let mut body = json!({"username": "ada_l"});
            if let Some(digest) = digest {
                body["password_digest"] = digest.into();
            }
            if let Some(hasher) = hasher {
                body["password_hasher"] = hasher.into();
            }
            app.backend().post("/v1/users").json(&body).send().await
        };
        let bad = "form_password_digest_invalid_code";
        for (digest, hasher) in [
            ("", "bcrypt"),
            ("", "md5"),
            (DJANGO, "pbkdf2_sha512"),
            (&DJANGO.replace("$1000$", "$4000000000$"), "pbkdf2_sha256_django"),
            (&WERKZEUG.replace("1024", "1048576"), "scrypt_werkzeug"),
            ("nonsense", "bcrypt"),
            (ARGON2, "bcrypt"),
            (BCRYPT, "argon2id"),
            (&BCRYPT[..50], "bcrypt"),
            ("$2b$31$abcdefghijklmnopqrstuuabcdefghijklmnopqrstuvwxyz01232", "bcrypt"),
            ("$argon2id$v=19$m=4294967295,t=4294967295,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA", "argon2id"),
            ("$argon2id$", "argon2id"),
        ] {
            post(Some(digest), Some(hasher)).await.refused_for(422, bad, "password_digest");
        }
        for hasher in ["awscognito", "rot13", "", "BCRYPT"] {
            post(Some(BCRYPT), Some(hasher)).await.refused_for(
                422,
                "form_param_value_invalid",
                "password_hasher",
            );
        }
        post(Some(BCRYPT), None).await.refused_for(422, "form_param_missing", "password_hasher");
        post(None, Some("bcrypt")).await.refused_for(422, "form_param_missing", "password_digest");
        let both = json!({"username": "ada_l", "password": PASSWORD, "password_digest": BCRYPT, "password_hasher": "bcrypt"});
        app.backend().post("/v1/users").json(&both).send().await.refused_for(
            422,
            "form_param_value_invalid",
            "password_digest",
        );
        assert_eq!(count(&app).await, 0);
    }

    async fn the_policy_can_be_skipped_but_not_the_limits(app: TestApp) {
        let weak = json!({"username": "ada_l", "password": "123", "skip_password_checks": true});
        let id = app.create_user(&weak).await;
        verify(&app, &id, "123").await.ok();
        for password in [String::new(), "x".repeat(73), "x".repeat(100_000)] {
            let body = json!({"username": "bob_b", "password": password, "skip_password_checks": true});
            let answer = app.backend().post("/v1/users").json(&body).send().await;
            assert_eq!(answer.status.as_u16(), 422, "{}", answer.shown());
            assert_eq!(answer.json()["errors"][0]["meta"]["param_name"], "password");
        }
    }

    async fn an_identifier_is_no_password(app: TestApp) {
        let body =
            json!({"email_address": ["ada.lovelace@example.com"], "password": "Ada.Lovelace@example.com"});
        let refused = app.backend().post("/v1/users").json(&body).send().await;
        refused.refused_for(422, "form_password_matches_identifier", "password");
        let id = app.create_user(&json!({"username": "ada_lovelace_1815"})).await;
        let body = json!({"password": "ada_lovelace_1815"});
        let refused = app.backend().patch(&format!("/v1/users/{id}")).json(&body).send().await;
        refused.refused_for(422, "form_password_matches_identifier", "password");
    }

    #[instance = "[password]\nmin_length = 12\nrequire_uppercase = true\nrequire_numbers = true"]
    async fn the_instances_policy_counts_and_all_of_it_is_told(app: TestApp) {
        let body = json!({"username": "ada_l", "password": "xkq-wvz"});
        let refused = app.backend().post("/v1/users").json(&body).send().await;
        let refused = refused.refused(422, "form_password_length_too_short");
        let codes: Vec<_> =
            refused["errors"].as_array().unwrap().iter().map(|error| error["code"].clone()).collect();
        assert_eq!(
            codes,
            ["form_password_length_too_short", "form_password_no_uppercase", "form_password_no_number"]
        );
    }

    async fn a_changed_password_replaces_the_old_one(app: TestApp) {
        let id = with_password(&app, "a@example.com").await;
        app.advance(std::time::Duration::from_secs(60));
        let path = format!("/v1/users/{id}");
        let user = app.backend().patch(&path).json(&json!({"password": "pT5-nEw-pAss"})).send().await.ok();
        assert_eq!(user["password_last_updated_at"], app.now().as_millis());
        verify(&app, &id, PASSWORD).await.refused(422, "incorrect_password");
        verify(&app, &id, "pT5-nEw-pAss").await.ok();
        let weak = app
            .backend()
            .patch(&path)
            .json(&json!({"password": "password123", "first_name": "Ada"}))
            .send()
            .await;
        weak.refused_for(422, "form_password_pwned", "password");
        verify(&app, &id, "pT5-nEw-pAss").await.ok();
        assert_eq!(show(&app, &id).await["first_name"], json!(null));
        let digest = json!({"password_digest": BCRYPT, "password_hasher": "bcrypt"});
        app.backend().patch(&path).json(&digest).send().await.ok();
        verify(&app, &id, IMPORTED).await.ok();
    }

    async fn sessions_stay_unless_they_shall_go_with_the_password(app: TestApp) {
        let id = with_password(&app, "a@example.com").await;
        let session = app.session(&id).await;
        let status = async || {
            app.backend().get(&format!("/v1/sessions/{session}")).send().await.ok()["status"].clone()
        };
        let path = format!("/v1/users/{id}");
        app.backend().patch(&path).json(&json!({"password": "pT5-nEw-pAss"})).send().await.ok();
        assert_eq!(status().await, "active");
        // Without a new password nobody is signed out.
        app.backend().patch(&path).json(&json!({"sign_out_of_other_sessions": true})).send().await.ok();
        assert_eq!(status().await, "active");
        let body = json!({"password": "pT5-nEw-pAss-2", "sign_out_of_other_sessions": true});
        app.backend().patch(&path).json(&body).send().await.ok();
        assert_eq!(status().await, "revoked");
        app.session(&id).await;
        app.run_sweep().await;
        assert!(app.event_kinds(&id).await.contains(&"session.revoked".to_owned()));
    }
}
