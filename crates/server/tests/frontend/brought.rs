//! What operators say of users' ways in: second factors brought along, and passwords that others know.

use beadle_domain::totp::TotpSecret;
use beadle_testkit::{Browser, TestApp, TestResponse, Value, both_engines, json};

use crate::visit::{ADA, CODE, PASSWORD, attempt, session, shown, sign_in, signed_in, text, user};

const SECRET: &str = "JBSWY3DPEHPK3PXP";
const NEW_PASSWORD: &str = "another horse battery";
/// bcrypt digests of cost 4, of `code12345`, `code67890` and `1234`: Python's `bcrypt.hashpw`.
const DIGESTS: [&str; 3] = [
    "$2b$04$6BlNEvrIUnMWSlT5PTypuewsJOltGUk/LI.nyXPIGgOuHwssmYXI.",
    "$2b$04$lBpZM.UO2CA14yyoYn1bjuFy4bbbPqcEJbJVX3raOvEpIbLVBHL5m",
    "$2b$04$SHAj7qiI6olaZ60Q6YOhxuSIk/zt0vC7pyQWDGkp6kyrAxEhEf6ES",
];

async fn mark(app: &TestApp, user: &str, what: &str, body: Value) -> TestResponse {
    app.backend().post(&format!("/v1/users/{user}/password/{what}")).json(&body).send().await
}

async fn patch(app: &TestApp, user: &str, body: Value) -> TestResponse {
    app.backend().patch(&format!("/v1/users/{user}")).json(&body).send().await
}

/// Signs in by password and this second factor.
async fn second(app: &TestApp, strategy: &str, code: &str) -> TestResponse {
    let browser = app.browser();
    let begun = sign_in(&browser, ADA, PASSWORD).await.ok();
    assert_eq!(begun["response"]["status"], "needs_second_factor");
    let path = format!("/client/sign_ins/{}/attempt_second_factor", text(&begun["response"]["id"]));
    browser.post(&path, &[("strategy", strategy), ("code", code)]).await
}

async fn verify(app: &TestApp, user: &str, code: &str) -> TestResponse {
    app.backend().post(&format!("/v1/users/{user}/verify_totp")).json(&json!({"code": code})).send().await
}

fn code(app: &TestApp) -> String {
    TotpSecret::parse(SECRET, "totp_secret").unwrap().code_at(app.now())
}

/// Takes the way out that is left.
async fn reset(browser: &Browser) -> TestResponse {
    let strategy = ("strategy", "reset_password_email_code");
    let begun = browser.post("/client/sign_ins", &[("identifier", ADA), strategy]).await.ok();
    let id = text(&begun["response"]["id"]);
    attempt(browser, &id, &[strategy, ("code", CODE)]).await.ok();
    browser.post(&format!("/client/sign_ins/{id}/reset_password"), &[("password", NEW_PASSWORD)]).await
}

both_engines! {
    async fn a_new_user_brings_second_factors(app: TestApp) {
        let body = json!({
            "email_address": [ADA], "password": PASSWORD, "totp_secret": SECRET, "backup_codes": ["first-code", "second-code"],
        });
        let made = app.backend().post("/v1/users").json(&body).send().await;
        assert!(!made.text().contains(SECRET) && !made.text().contains("first-code"));
        let made = made.ok();
        for field in ["totp_enabled", "backup_code_enabled", "two_factor_enabled"] {
            assert_eq!(made[field], true, "{field}");
        }
        assert_eq!(made["mfa_enabled_at"], made["created_at"]);
        let done = second(&app, "totp", &code(&app)).await.ok();
        assert_eq!(done["response"]["status"], "complete");
        let done = second(&app, "backup_code", "FIRST CODE").await.ok();
        assert_eq!(done["response"]["status"], "complete");
        second(&app, "backup_code", "first-code").await.refused(422, "form_code_incorrect");
    }

    async fn a_user_is_given_second_factors(app: TestApp) {
        let ada = user(&app, ADA).await;
        app.advance(std::time::Duration::from_secs(1));
        let given = patch(&app, &ada, json!({"totp_secret": SECRET, "backup_codes": ["first-code"]})).await.ok();
        assert_eq!((&given["totp_enabled"], &given["backup_code_enabled"]), (&json!(true), &json!(true)));
        assert_eq!(given["mfa_enabled_at"], given["updated_at"]);
        // Nothing given is nothing changed.
        let same = patch(&app, &ada, json!({"totp_secret": null, "backup_codes": []})).await.ok();
        assert_eq!((&same["totp_enabled"], &same["backup_code_enabled"]), (&json!(true), &json!(true)));
        second(&app, "totp", &code(&app)).await.ok();
        second(&app, "backup_code", "first-code").await.ok();
        let many = vec!["first-code"; 51];
        patch(&app, &ada, json!({"backup_codes": many})).await.refused_for(422, "form_param_array_size_exceeded", "backup_codes");
    }

    async fn backup_codes_can_be_bcrypt_digests(app: TestApp) {
        let body = json!({
            "email_address": [ADA], "password": PASSWORD, "totp_secret": SECRET,
            "backup_codes": [DIGESTS[0], DIGESTS[1], "plain-code"],
        });
        let ada = text(&app.backend().post("/v1/users").json(&body).send().await.ok()["id"]);
        for wrong in [DIGESTS[0], "code12346"] {
            second(&app, "backup_code", wrong).await.refused(422, "form_code_incorrect");
            verify(&app, &ada, wrong).await.refused_for(422, "totp_incorrect_code", "code");
        }
        let done = second(&app, "backup_code", "code12345").await.ok();
        assert_eq!(done["response"]["status"], "complete");
        second(&app, "backup_code", "code12345").await.refused(422, "form_code_incorrect");
        let verified = verify(&app, &ada, " code67890").await.ok();
        assert_eq!(verified, json!({"verified": true, "code_type": "backup_code"}));
        verify(&app, &ada, "code67890").await.refused(422, "totp_incorrect_code");
        second(&app, "backup_code", "PLAIN CODE").await.ok();

        // Another set, to prove again inside a session.
        patch(&app, &ada, json!({"backup_codes": [DIGESTS[2]]})).await.ok();
        let browser = app.browser();
        let begun = sign_in(&browser, ADA, PASSWORD).await.ok();
        let path = format!("/client/sign_ins/{}/attempt_second_factor", text(&begun["response"]["id"]));
        let done = browser.post(&path, &[("strategy", "totp"), ("code", &code(&app))]).await.ok();
        let path = format!("/client/sessions/{}/verify", text(&done["response"]["created_session_id"]));
        let attempt = format!("{path}/attempt_second_factor");
        let proof = |code: &'static str| [("strategy", "backup_code"), ("code", code)];
        browser.post(&attempt, &proof("1234")).await.refused(400, "session_reverification_missing");
        browser.post(&path, &[("level", "second_factor")]).await.ok();
        browser.post(&attempt, &proof("1235")).await.refused(422, "form_code_incorrect");
        let done = browser.post(&attempt, &proof("1234")).await.ok();
        assert_eq!(done["response"]["status"], "complete");
        assert_eq!(shown(&app, &ada).await["backup_code_enabled"], false);
    }

    async fn bcrypt_digests_of_backup_codes_must_be_usable(app: TestApp) {
        let ada = user(&app, ADA).await;
        let costly = DIGESTS[0].replace("$04$", "$14$");
        for codes in [vec![DIGESTS[0].replace("$04$", "$15$")], vec![DIGESTS[0][..59].to_owned()], vec![costly; 5]] {
            let refused = patch(&app, &ada, json!({"backup_codes": codes})).await;
            refused.refused_for(422, "form_param_value_invalid", "backup_codes");
        }
    }

    async fn a_code_that_can_be_none_is_told_by_its_length(app: TestApp) {
        let body = json!({"email_address": [ADA], "totp_secret": SECRET});
        let ada = text(&app.backend().post("/v1/users").json(&body).send().await.ok()["id"]);
        for (code, refusal) in [
            ("123", "totp_invalid_length"),
            ("1234567", "totp_invalid_length"),
            ("abcd1234", "totp_invalid_length"),
            ("12 34 56", "totp_incorrect_code"),
        ] {
            verify(&app, &ada, code).await.refused_for(422, refusal, "code");
        }
        patch(&app, &ada, json!({"backup_codes": ["first-code"]})).await.ok();
        for (code, refusal) in [("123", "totp_invalid_length"), ("abcd1234", "totp_incorrect_code")] {
            verify(&app, &ada, code).await.refused_for(422, refusal, "code");
        }
        patch(&app, &ada, json!({"backup_codes": [DIGESTS[2]]})).await.ok();
        verify(&app, &ada, "123").await.refused(422, "totp_incorrect_code");
        verify(&app, &ada, "1234").await.ok();
        verify(&app, &ada, "1234").await.refused(422, "totp_invalid_length");
    }

    #[instance = "[factors]\nauthenticator_app = false\nbackup_code = false"]
    async fn second_factors_that_the_instance_has_not_are_refused(app: TestApp) {
        let ada = user(&app, ADA).await;
        for (param, value) in [("totp_secret", json!(SECRET)), ("backup_codes", json!(["first-code"]))] {
            patch(&app, &ada, json!({param: value})).await.refused_for(422, "form_param_unknown", param);
            let body = json!({"username": "ada_l", "password": PASSWORD, param: value});
            app.backend().post("/v1/users").json(&body).send().await.refused_for(422, "form_param_unknown", param);
        }
    }

    async fn a_compromised_password_must_be_replaced(app: TestApp) {
        let ada = user(&app, ADA).await;
        let (holder, id) = signed_in(&app, ADA).await;
        mark(&app, &ada, "set_compromised", json!({"other": 1})).await.refused_for(422, "form_param_unknown", "other");
        let marked = mark(&app, &ada, "set_compromised", json!({"revoke_all_sessions": null})).await.ok();
        assert_eq!(marked, shown(&app, &ada).await);
        assert_eq!(session(&app, &id).await["status"], "active");
        sign_in(&app.browser(), ADA, PASSWORD).await.refused_for(422, "form_password_compromised", "password");
        // Who does not know it learns nothing.
        sign_in(&app.browser(), ADA, "wrong").await.refused(422, "form_password_incorrect");
        let verify = format!("/client/sessions/{id}/verify");
        holder.post(&verify, &[("level", "first_factor")]).await.ok();
        let form = [("strategy", "password"), ("password", PASSWORD)];
        let proof = holder.post(&format!("{verify}/attempt_first_factor"), &form).await;
        proof.refused(422, "form_password_compromised");
        // There are other ways in, and a way out.
        signed_in(&app, ADA).await;
        app.advance(std::time::Duration::from_secs(1));
        reset(&app.browser()).await.ok();
        assert_eq!(sign_in(&app.browser(), ADA, NEW_PASSWORD).await.ok()["response"]["status"], "complete");
    }

    async fn the_mark_is_taken_away(app: TestApp) {
        let ada = user(&app, ADA).await;
        let (_, id) = signed_in(&app, ADA).await;
        mark(&app, &ada, "set_compromised", json!({"revoke_all_sessions": true})).await.ok();
        assert_eq!(session(&app, &id).await["status"], "revoked");
        sign_in(&app.browser(), ADA, PASSWORD).await.refused(422, "form_password_compromised");
        mark(&app, &ada, "unset_compromised", json!({})).await.ok();
        assert_eq!(sign_in(&app.browser(), ADA, PASSWORD).await.ok()["response"]["status"], "complete");
        // A new password is not marked for the old one's sake.
        mark(&app, &ada, "set_compromised", json!({})).await.ok();
        patch(&app, &ada, json!({"password": NEW_PASSWORD})).await.ok();
        assert_eq!(sign_in(&app.browser(), ADA, NEW_PASSWORD).await.ok()["response"]["status"], "complete");
        let none = app.create_user(&json!({"username": "bob_b"})).await;
        for what in ["set_compromised", "unset_compromised"] {
            mark(&app, &none, what, json!({})).await.refused(400, "no_password_set");
            mark(&app, "user_000000000000000000000000000", what, json!({})).await.refused(404, "resource_not_found");
        }
    }

    async fn an_operator_tells_of_a_new_primary_address(app: TestApp) {
        let (first, second) = ("first@example.com", "second@example.com");
        let ada = app.create_user(&json!({"email_address": [first, second]})).await;
        let addresses = shown(&app, &ada).await["email_addresses"].clone();
        let primary = |n: usize, notify: bool| {
            json!({"primary_email_address_id": addresses[n]["id"], "notify_primary_email_address_changed": notify})
        };
        patch(&app, &ada, primary(1, true)).await.ok();
        assert_eq!(app.only_mail().await.to, first);
        patch(&app, &ada, primary(0, false)).await.ok();
        assert!(app.drain_mail().await.is_empty());
    }
}
