//! The account pages. They are made of the same actions as the Frontend API; the probes show that a page lets
//! nobody past them.

mod profile;

use beadle_testkit::{Browser, TestResponse, json};
use http::Method;

use crate::{
    answers::{self, hands_out_nothing},
    scene::{CODE, NEW_PASSWORD, PASSWORD, Phase, RESET_PASSWORD, Scene},
};

pub(crate) use self::profile::*;

const BANNED: &str = "This account is banned";

async fn open(browser: &Browser, url: &str) -> TestResponse {
    browser.send(browser.call_page(Method::GET, url)).await
}

async fn post(browser: &Browser, url: &str, form: &[(&str, &str)]) -> TestResponse {
    let call = browser.call_page(Method::POST, url).header("sec-fetch-site", "same-origin").form(form);
    browser.send(call).await
}

/// Led away with a session of this user and generation.
#[track_caller]
fn signed_in(answer: &TestResponse, browser: &Browser, scene: &Scene<'_>, generation: i64) {
    led_to(answer, "/account");
    let token = browser.cookie("__session").expect("the page sets the session's cookie");
    answers::token(&json!(token), &scene.user, generation);
}

#[track_caller]
fn led_to(answer: &TestResponse, location: &str) {
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (303, Some(location)),
        "{}",
        answer.shown()
    );
}

/// Refused with a page that sets nothing: the notice for a ban, else none.
#[track_caller]
fn refused(answer: &TestResponse, status: u16) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.shown());
    assert_eq!(answer.text().contains(BANNED), status == 403, "{}", answer.shown());
    hands_out_nothing(answer);
}

/// What happens to an attempt that was under way.
#[track_caller]
fn under_way(answer: &TestResponse, browser: &Browser, scene: &Scene<'_>, phase: Phase) {
    match phase {
        Phase::Live => signed_in(answer, browser, scene, 1),
        Phase::Banned | Phase::BannedInBulk => refused(answer, 403),
        Phase::Unbanned | Phase::PasswordChanged | Phase::Deleted => refused(answer, 401),
    }
}

pub(crate) async fn account_shown(scene: &Scene<'_>, phase: Phase) {
    let answer = open(&scene.holder, "/account").await;
    if phase.is_live() {
        assert!(answer.status == 200 && answer.text().contains(&scene.email), "{}", answer.shown());
    } else {
        led_to(&answer, "/account/sign-in");
        hands_out_nothing(&answer);
    }
}

pub(crate) async fn account_chooser(scene: &Scene<'_>, phase: Phase) {
    let answer = open(&scene.holder, "/account/sign-in").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.text().contains(&scene.email), phase.is_live(), "{}", answer.shown());
    assert!(!answer.text().contains(BANNED));
}

/// The first form takes identifiers, which tell nothing, and tickets, which are a proof.
pub(crate) async fn account_ticket(scene: &Scene<'_>, phase: Phase) {
    let browser = scene.app.browser();
    let named = post(&browser, "/account/sign-in", &[("identifier", &scene.email)]).await;
    let expected = if phase == Phase::Deleted { 422 } else { 303 };
    assert_eq!(named.status, expected, "{}", named.shown());
    hands_out_nothing(&named);
    let answer = post(&browser, "/account/sign-in", &[("ticket", &scene.ticket.1)]).await;
    if phase == Phase::Deleted {
        refused(&answer, 400);
    } else {
        under_way(&answer, &browser, scene, phase);
    }
}

/// An attempt under way shows nothing; one that a link has completed elsewhere hands over its session.
pub(crate) async fn account_sign_in_shown(scene: &Scene<'_>, phase: Phase) {
    for (browser, id) in [&scene.identified, &scene.code_out] {
        let answer = open(browser, &format!("/account/sign-in/{id}")).await;
        refused(&answer, 200);
    }
    let answer = open(&scene.holder, &format!("/account/sign-in/{}", scene.sign_in)).await;
    under_way(&answer, &scene.holder, scene, phase);
}

/// The page that a link leads to shows a session to its own browser, while it lives.
pub(crate) async fn account_link_landed(scene: &Scene<'_>, phase: Phase) {
    let url = format!("/account/verify?__clerk_status=verified&__clerk_created_session={}", scene.session);
    let answer = open(&scene.holder, &url).await;
    refused(&answer, 200);
    assert_eq!(answer.text().contains(&scene.email), phase.is_live(), "{}", answer.shown());
    assert!(!open(&scene.app.browser(), &url).await.text().contains(&scene.email));
}

pub(crate) async fn account_sign_in_prepared(scene: &Scene<'_>, phase: Phase) {
    let (browser, id) = &scene.identified;
    let url = format!("/account/sign-in/{id}");
    let answer = post(browser, &format!("{url}/prepare"), &[("strategy", "email_code")]).await;
    if phase == Phase::Deleted {
        refused(&answer, 400);
    } else {
        led_to(&answer, &url);
        hands_out_nothing(&answer);
    }
}

pub(crate) async fn account_sign_in_attempted(scene: &Scene<'_>, phase: Phase) {
    let password = if phase == Phase::PasswordChanged { NEW_PASSWORD } else { PASSWORD };
    let with_password = [("strategy", "password"), ("password", password)];
    let with_code = [("strategy", "email_code"), ("code", CODE)];
    for ((browser, id), form) in [(&scene.identified, with_password), (&scene.code_out, with_code)] {
        let answer = post(browser, &format!("/account/sign-in/{id}"), &form).await;
        under_way(&answer, browser, scene, phase);
    }
}

pub(crate) async fn account_password_reset(scene: &Scene<'_>, phase: Phase) {
    let (browser, id) = &scene.resetting;
    let url = format!("/account/sign-in/{id}/new-password");
    let form = [("password", RESET_PASSWORD), ("sign_out_of_other_sessions", "true")];
    let answer = post(browser, &url, &form).await;
    if phase.is_live() {
        // It ends every other session, and so starts the next generation.
        signed_in(&answer, browser, scene, 2);
    } else {
        under_way(&answer, browser, scene, phase);
    }
}

/// Signed in, and as somebody else than the user of the scene.
#[track_caller]
fn signed_up(answer: &TestResponse, browser: &Browser, scene: &Scene<'_>) {
    led_to(answer, "/account");
    let token = browser.cookie("__session").expect("the page sets the session's cookie");
    let claims = answers::claims(&json!(token));
    assert!(claims["sub"].is_string() && claims["sub"] != *scene.user, "{claims}");
}

/// The user's identifiers stay theirs through a ban, and are free once the user is gone.
pub(crate) async fn account_sign_up(scene: &Scene<'_>, phase: Phase) {
    let browser = scene.app.browser();
    let free = format!("{}_free", scene.username);
    signed_up(&post(&browser, "/account/sign-up", &[("username", &free)]).await, &browser, scene);
    let browser = scene.app.browser();
    let taken = post(&browser, "/account/sign-up", &[("username", &scene.username)]).await;
    if phase == Phase::Deleted {
        signed_up(&taken, &browser, scene);
    } else {
        refused(&taken, 422);
    }
}

pub(crate) async fn account_sign_up_shown(scene: &Scene<'_>, _: Phase) {
    let (browser, id) = &scene.sign_up;
    refused(&open(browser, &format!("/account/sign-up/{id}")).await, 200);
}

pub(crate) async fn account_sign_up_updated(scene: &Scene<'_>, phase: Phase) {
    let (browser, id) = &scene.sign_up;
    let url = format!("/account/sign-up/{id}");
    let answer = post(browser, &url, &[("username", &scene.username)]).await;
    if phase == Phase::Deleted {
        led_to(&answer, &url);
        hands_out_nothing(&answer);
    } else {
        refused(&answer, 422);
    }
}

pub(crate) async fn account_sign_up_prepared(scene: &Scene<'_>, _: Phase) {
    let (browser, id) = &scene.sign_up;
    let url = format!("/account/sign-up/{id}");
    let answer = post(browser, &format!("{url}/prepare"), &[]).await;
    led_to(&answer, &url);
    hands_out_nothing(&answer);
}

pub(crate) async fn account_sign_up_attempted(scene: &Scene<'_>, phase: Phase) {
    let (browser, id) = &scene.sign_up;
    let answer = post(browser, &format!("/account/sign-up/{id}/code"), &[("code", CODE)]).await;
    if phase == Phase::Deleted {
        signed_up(&answer, browser, scene);
    } else {
        refused(&answer, 422);
    }
}

pub(crate) async fn account_resumed(scene: &Scene<'_>, phase: Phase) {
    let answer = post(&scene.holder, &format!("/account/sessions/{}", scene.session), &[]).await;
    match phase {
        Phase::Live => signed_in(&answer, &scene.holder, scene, 1),
        Phase::Banned | Phase::BannedInBulk => refused(&answer, 403),
        Phase::Unbanned | Phase::PasswordChanged | Phase::Deleted => refused(&answer, 401),
    }
}

pub(crate) async fn account_sign_out(scene: &Scene<'_>, phase: Phase) {
    let answer = post(&scene.holder, "/account/sign-out", &[]).await;
    led_to(&answer, "/account/sign-in");
    hands_out_nothing(&answer);
    let expected = if phase.is_live() { "removed" } else { "revoked" };
    assert_eq!(scene.shown(&scene.session).await["status"], expected);
}

/// A change in the name of the session: made and shown, or refused for what became of it.
async fn changed(scene: &Scene<'_>, phase: Phase, what: &str, form: &[(&str, &str)]) -> TestResponse {
    let url = format!("/account/{what}?_clerk_session_id={}", scene.session);
    let answer = post(&scene.holder, &url, form).await;
    match phase {
        Phase::Live => assert_eq!(answer.status, 303, "{}", answer.shown()),
        Phase::Banned | Phase::BannedInBulk => refused(&answer, 403),
        Phase::Unbanned | Phase::PasswordChanged | Phase::Deleted => refused(&answer, 401),
    }
    answer
}

pub(crate) async fn account_profile_changed(scene: &Scene<'_>, phase: Phase) {
    changed(scene, phase, "profile", &[("first_name", "Changed")]).await;
}

pub(crate) async fn account_password_changed(scene: &Scene<'_>, phase: Phase) {
    let current = if phase == Phase::PasswordChanged { NEW_PASSWORD } else { PASSWORD };
    let form = [("current_password", current), ("new_password", RESET_PASSWORD)];
    changed(scene, phase, "password", &form).await;
}

pub(crate) async fn account_device_revoked(scene: &Scene<'_>, phase: Phase) {
    changed(scene, phase, &format!("devices/{}/revoke", scene.backend_session), &[]).await;
    assert_eq!(scene.shown(&scene.backend_session).await["status"], "revoked");
}

pub(crate) async fn account_deleted(scene: &Scene<'_>, phase: Phase) {
    let answer = changed(scene, phase, "delete", &[("confirm", "true")]).await;
    if phase.is_live() {
        led_to(&answer, "/account/sign-in");
        hands_out_nothing(&answer);
    }
}
