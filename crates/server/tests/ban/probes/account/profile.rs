//! The pages on which users look after their account: what stands behind a live session, and nothing else.

use beadle_domain::totp::TotpSecret;
use beadle_testkit::{Authenticator, TestResponse};
use http::{Method, StatusCode};

use super::{changed, led_to, open, post, refused};
use crate::{
    answers::hands_out_nothing,
    scene::{CODE, ORIGIN, PASSWORD, Phase, Scene, text},
};

/// An id that nothing has: who may not ask does not learn that.
const NOTHING: &str = "idn_38HzI1ntXxeWeS4fFGnCCbxKfaZ";

fn url(scene: &Scene<'_>, what: &str) -> String {
    format!("/account/{what}?_clerk_session_id={}", scene.session)
}

/// Opens a page in the name of the session: `live` is told whether it says what it should.
async fn shown(scene: &Scene<'_>, phase: Phase, what: &str, live: impl FnOnce(&str) -> bool) {
    let answer = open(&scene.holder, &url(scene, what)).await;
    if phase.is_live() {
        assert!(answer.status == StatusCode::OK && live(&answer.text()), "{}", answer.shown());
        hands_out_nothing(&answer);
    } else {
        refused(&answer, if phase.is_banned() { 403 } else { 401 });
    }
}

/// As [`changed`], for a form that is answered with a page.
async fn answered(scene: &Scene<'_>, phase: Phase, what: &str, form: &[(&str, &str)]) -> TestResponse {
    let answer = post(&scene.holder, &url(scene, what), form).await;
    if phase.is_live() {
        assert_eq!(answer.status, 200, "{}", answer.shown());
        hands_out_nothing(&answer);
    } else {
        refused(&answer, if phase.is_banned() { 403 } else { 401 });
    }
    answer
}

fn address(scene: &Scene<'_>) -> String {
    format!("second_{}", scene.email)
}

/// Of those for tests, by the number of the scene's user.
fn number(scene: &Scene<'_>) -> String {
    let digits: String = scene.username.chars().filter(char::is_ascii_digit).collect();
    format!("+1202555{:04}", 100 + digits.parse::<u32>().expect("a number") % 100)
}

/// Adds one in the session, and sends its code.
async fn added(scene: &Scene<'_>, phase: Phase, what: &str) -> String {
    let (param, value) = match what {
        "phone-numbers" => ("phone_number", number(scene)),
        _ => ("email_address", address(scene)),
    };
    let answer = changed(scene, phase, what, &[(param, &value)]).await;
    let location = answer.header("location").unwrap_or_default();
    let id = location.strip_prefix("/account/identifications/").and_then(|rest| rest.split('?').next());
    format!("identifications/{}", id.unwrap_or(NOTHING))
}

/// As [`added`], and proven.
async fn proven(scene: &Scene<'_>, phase: Phase, what: &str) -> String {
    let path = added(scene, phase, what).await;
    changed(scene, phase, &path, &[("code", CODE)]).await;
    path
}

pub(crate) async fn account_address_added(scene: &Scene<'_>, phase: Phase) {
    added(scene, phase, "email-addresses").await;
}

pub(crate) async fn account_number_added(scene: &Scene<'_>, phase: Phase) {
    added(scene, phase, "phone-numbers").await;
}

pub(crate) async fn account_identification_shown(scene: &Scene<'_>, phase: Phase) {
    let path = added(scene, phase, "email-addresses").await;
    let address = address(scene);
    shown(scene, phase, &path, |page| page.contains(&address)).await;
}

pub(crate) async fn account_identification_attempted(scene: &Scene<'_>, phase: Phase) {
    proven(scene, phase, "email-addresses").await;
}

pub(crate) async fn account_identification_prepared(scene: &Scene<'_>, phase: Phase) {
    let path = added(scene, phase, "email-addresses").await;
    changed(scene, phase, &format!("{path}/prepare"), &[]).await;
}

pub(crate) async fn account_identification_made_primary(scene: &Scene<'_>, phase: Phase) {
    let path = proven(scene, phase, "email-addresses").await;
    changed(scene, phase, &format!("{path}/primary"), &[]).await;
}

pub(crate) async fn account_identification_removed(scene: &Scene<'_>, phase: Phase) {
    let path = proven(scene, phase, "email-addresses").await;
    changed(scene, phase, &format!("{path}/remove"), &[]).await;
}

pub(crate) async fn account_second_factor_changed(scene: &Scene<'_>, phase: Phase) {
    let path = proven(scene, phase, "phone-numbers").await;
    let answer = answered(scene, phase, &format!("{path}/second-factor"), &[("reserved", "true")]).await;
    assert_eq!(answer.text().contains("class=\"codes\""), phase.is_live());
}

pub(crate) async fn account_totp_shown(scene: &Scene<'_>, phase: Phase) {
    changed(scene, phase, "totp/create", &[]).await;
    shown(scene, phase, "totp", |page| page.contains("<svg")).await;
}

pub(crate) async fn account_totp_made(scene: &Scene<'_>, phase: Phase) {
    changed(scene, phase, "totp/create", &[]).await;
}

pub(crate) async fn account_totp_verified(scene: &Scene<'_>, phase: Phase) {
    let code = if phase.is_live() {
        let path = format!("/me/totp?_clerk_session_id={}", scene.session);
        let made = scene.holder.post(&path, &[]).await.ok();
        let secret = TotpSecret::parse(&text(&made["response"]["secret"]), "secret").expect("a secret");
        secret.code_at(scene.app.now())
    } else {
        CODE.to_owned()
    };
    answered(scene, phase, "totp", &[("code", &code)]).await;
}

/// The session is taken, and there is nothing to remove.
pub(crate) async fn account_totp_removed(scene: &Scene<'_>, phase: Phase) {
    let answer = post(&scene.holder, &url(scene, "totp/remove"), &[]).await;
    refused(
        &answer,
        if phase.is_live() {
            404
        } else if phase.is_banned() {
            403
        } else {
            401
        },
    );
}

pub(crate) async fn account_backup_codes_made(scene: &Scene<'_>, phase: Phase) {
    let answer = answered(scene, phase, "backup-codes", &[]).await;
    assert_eq!(answer.text().contains("class=\"codes\""), phase.is_live());
}

/// The path of a passkey: while the session lives it is made for that.
async fn passkey(scene: &Scene<'_>, phase: Phase) -> String {
    if !phase.is_live() {
        return format!("passkeys/{NOTHING}");
    }
    let post = async |path: &str, form: &[(&str, &str)]| {
        let path = format!("/me/passkeys{path}?_clerk_session_id={}", scene.session);
        let call = scene.holder.call(Method::POST, &path).header("origin", ORIGIN).form(form);
        scene.holder.send(call).await.ok()
    };
    let made = post("", &[]).await;
    let credential = Authenticator::new(ORIGIN).create(&made["response"]["verification"]["nonce"]);
    let id = text(&made["response"]["id"]);
    post(&format!("/{id}/attempt_verification"), &[("public_key_credential", &credential)]).await;
    format!("passkeys/{id}")
}

pub(crate) async fn account_passkey_shown(scene: &Scene<'_>, phase: Phase) {
    let path = passkey(scene, phase).await;
    shown(scene, phase, &path, |page| page.contains("Rename a passkey")).await;
}

pub(crate) async fn account_passkey_renamed(scene: &Scene<'_>, phase: Phase) {
    let path = passkey(scene, phase).await;
    changed(scene, phase, &path, &[("name", "Key")]).await;
}

pub(crate) async fn account_passkey_removed(scene: &Scene<'_>, phase: Phase) {
    let path = passkey(scene, phase).await;
    changed(scene, phase, &format!("{path}/remove"), &[]).await;
}

async fn begin_reverification(scene: &Scene<'_>, phase: Phase) {
    if phase.is_live() {
        let path = format!("/client/sessions/{}/verify", scene.session);
        scene.holder.post(&path, &[("level", "first_factor")]).await.ok();
    }
}

pub(crate) async fn account_reverification_shown(scene: &Scene<'_>, phase: Phase) {
    begin_reverification(scene, phase).await;
    shown(scene, phase, "reverify", |page| page.contains("name=\"password\"")).await;
}

pub(crate) async fn account_reverification_attempted(scene: &Scene<'_>, phase: Phase) {
    begin_reverification(scene, phase).await;
    let form = [("strategy", "password"), ("password", PASSWORD)];
    let answer = changed(scene, phase, "reverify", &form).await;
    if phase.is_live() {
        led_to(&answer, &url(scene, "reverify"));
        hands_out_nothing(&answer);
    }
}

pub(crate) async fn account_reverification_prepared(scene: &Scene<'_>, phase: Phase) {
    begin_reverification(scene, phase).await;
    changed(scene, phase, "reverify/prepare", &[("strategy", "email_code")]).await;
}
