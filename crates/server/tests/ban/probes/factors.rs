//! Second factors: set up in a session, and asked for at sign-in.

use std::time::Duration;

use beadle_domain::totp::TotpSecret;
use beadle_testkit::{Browser, TestResponse, Value, json};

use crate::{
    answers::{self, hands_out_nothing, refused, session_refused},
    scene::{CODE, DIGEST, PASSWORD, Phase, Scene, text},
};

/// Asks in the session of the scene.
async fn ask(scene: &Scene<'_>, path: &str, form: &[(&str, &str)]) -> TestResponse {
    scene.holder.post(&format!("{path}?_clerk_session_id={}", scene.session), form).await
}

fn code(scene: &Scene<'_>, secret: &str) -> String {
    TotpSecret::parse(secret, "secret").expect("a secret").code_at(scene.app.now())
}

pub(crate) async fn totp_made(scene: &Scene<'_>, phase: Phase) {
    let answer = ask(scene, "/me/totp", &[]).await;
    if phase.is_live() {
        assert_eq!(text(&answer.ok()["response"]["secret"]).len(), 32);
    } else {
        session_refused(&answer, phase);
        assert!(!answer.text().contains("otpauth"), "{}", answer.shown());
    }
}

pub(crate) async fn totp_verified(scene: &Scene<'_>, phase: Phase) {
    let code = match phase {
        Phase::Live => code(scene, &text(&ask(scene, "/me/totp", &[]).await.ok()["response"]["secret"])),
        _ => CODE.to_owned(),
    };
    let answer = ask(scene, "/me/totp/attempt_verification", &[("code", &code)]).await;
    if phase.is_live() {
        assert_eq!(answer.ok()["response"]["verified"], true);
    } else {
        session_refused(&answer, phase);
    }
}

pub(crate) async fn totp_deleted(scene: &Scene<'_>, phase: Phase) {
    let answer = scene.holder.delete(&format!("/me/totp?_clerk_session_id={}", scene.session)).await;
    if phase.is_live() {
        // The session is taken, and there is nothing to delete.
        refused(&answer, 404, "resource_not_found");
    } else {
        session_refused(&answer, phase);
    }
}

pub(crate) async fn backup_codes_made(scene: &Scene<'_>, phase: Phase) {
    let answer = ask(scene, "/me/backup_codes", &[]).await;
    if phase.is_live() {
        assert_eq!(answer.ok()["response"]["codes"].as_array().expect("codes").len(), 10);
    } else {
        session_refused(&answer, phase);
        assert!(!answer.text().contains("codes"), "{}", answer.shown());
    }
}

/// Another user, with an authenticator app, to whom the same happens while a sign-in waits for its code.
struct Waiting {
    user: String,
    secret: String,
    backup_codes: Vec<String>,
    browser: Browser,
    sign_in: String,
}

impl Waiting {
    async fn new(scene: &Scene<'_>, phase: Phase, name: &str) -> Self {
        let app = scene.app;
        let email = scene.email.replace("user", name);
        let body = json!({"email_address": [email], "password_digest": DIGEST, "password_hasher": "bcrypt"});
        let user = app.create_user(&body).await;
        let form = [("identifier", &*email), ("strategy", "password"), ("password", PASSWORD)];
        let holder = app.browser();
        holder.post("/client/sign_ins", &form).await.ok();
        let secret = text(&holder.post("/me/totp", &[]).await.ok()["response"]["secret"]);
        let shown = code(scene, &secret);
        let verified = holder.post("/me/totp/attempt_verification", &[("code", &shown)]).await.ok();
        let codes = verified["response"]["backup_codes"].as_array().expect("codes");
        let browser = app.browser();
        let begun = browser.post("/client/sign_ins", &form).await.ok();
        assert_eq!(begun["response"]["status"], "needs_second_factor");
        app.advance(Duration::from_secs(90));
        phase.apply(app, &user).await;
        Self {
            secret,
            backup_codes: codes.iter().map(text).collect(),
            browser,
            sign_in: text(&begun["response"]["id"]),
            user,
        }
    }

    async fn attempt(&self, strategy: &str, code: &str) -> TestResponse {
        let path = format!("/client/sign_ins/{}/attempt_second_factor", self.sign_in);
        self.browser.post(&path, &[("strategy", strategy), ("code", code)]).await
    }

    /// Nobody is signed in here.
    async fn opened_nothing(&self) {
        let client = &self.browser.get("/client").await.ok()["response"];
        assert_eq!(client["sessions"], json!([]), "{client}");
    }
}

/// Nothing is sent to who has no number, whatever became of them.
pub(crate) async fn second_factor_prepared(scene: &Scene<'_>, phase: Phase) {
    let waiting = Waiting::new(scene, phase, "another").await;
    let path = format!("/client/sign_ins/{}/prepare_second_factor", waiting.sign_in);
    let answer = waiting.browser.post(&path, &[("strategy", "phone_code")]).await;
    refused(&answer, 400, "strategy_for_user_invalid");
    waiting.opened_nothing().await;
}

/// Whoever has the code is told of the ban; what was under way stays dead after it.
pub(crate) async fn second_factor_attempted(scene: &Scene<'_>, phase: Phase) {
    for strategy in ["totp", "backup_code"] {
        let waiting = Waiting::new(scene, phase, strategy).await;
        let right = match strategy {
            "totp" => code(scene, &waiting.secret),
            _ => waiting.backup_codes[0].clone(),
        };
        let wrong = waiting.attempt(strategy, "nonsense").await;
        if phase == Phase::Deleted {
            refused(&wrong, 401, "authentication_invalid");
        } else {
            refused(&wrong, 422, "form_code_incorrect");
        }
        let answer = waiting.attempt(strategy, &right).await;
        match phase {
            Phase::Live => {
                let body = answer.ok();
                assert_eq!(body["response"]["status"], "complete");
                let session = &body["client"]["sessions"][0];
                answers::token(&session["last_active_token"]["jwt"], &waiting.user, 1);
                continue;
            }
            Phase::Banned | Phase::BannedInBulk => {
                refused(&answer, 403, "user_banned");
            }
            Phase::Unbanned | Phase::PasswordChanged | Phase::Deleted => {
                refused(&answer, 401, "authentication_invalid");
            }
        }
        waiting.opened_nothing().await;
    }
}

/// Compares for the holder of the secret key, and opens nothing; so a ban does not show.
pub(crate) async fn verify_totp(scene: &Scene<'_>, phase: Phase) {
    let waiting = Waiting::new(scene, phase, "another").await;
    let path = format!("/v1/users/{}/verify_totp", waiting.user);
    for (given, kind) in
        [(code(scene, &waiting.secret), "totp"), (waiting.backup_codes[1].clone(), "backup_code")]
    {
        let verify = async || -> TestResponse {
            scene.app.backend().post(&path).json(&json!({"code": given})).send().await
        };
        let answer = verify().await;
        if phase == Phase::Deleted {
            refused(&answer, 404, "resource_not_found");
            continue;
        }
        let expected: Value = json!({"verified": true, "code_type": kind});
        assert_eq!(answer.ok(), expected);
        hands_out_nothing(&answer);
        refused(&verify().await, 422, "totp_incorrect_code");
    }
}
