//! Handshakes, by token and by nonce.

use beadle_testkit::{Browser, Value};
use http::Method;

use super::backend::backend_refresh;
use crate::{
    answers,
    scene::{ORIGIN, Phase, Scene},
};

async fn shake(browser: &Browser, format: &str) {
    let query = [("redirect_url", ORIGIN), ("format", format)];
    let answer = browser.send(browser.call(Method::GET, "/client/handshake").query(&query)).await;
    assert_eq!(answer.status, 307, "{}", answer.shown());
}

/// What an application's server would fetch the cookies with.
pub(crate) async fn handshake_nonce(browser: &Browser) -> String {
    shake(browser, "nonce").await;
    let nonce = browser.cookie("__clerk_handshake_nonce").expect("a nonce");
    browser.set_cookie("__clerk_handshake_nonce", "");
    nonce
}

/// The cookies of a live session, or those of somebody who is signed out.
fn check(directives: &Value, scene: &Scene<'_>, phase: Phase) {
    let directives: Vec<_> =
        directives.as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    let value = |name: &str| {
        let line = directives.iter().find_map(|line| line.strip_prefix(name)).expect(name);
        line.split(';').next().unwrap_or_default()
    };
    let refresh = format!("__refresh_{}=", scene.app.app().instance.cookie_suffix);
    if phase.is_live() {
        answers::token(&value("__session=").into(), &scene.user, 1);
        assert_ne!(value("__client_uat="), "0");
        assert_eq!(value(&refresh), scene.refresh_token);
    } else {
        assert_eq!((value("__session="), value("__client_uat="), value(&refresh)), ("", "0", ""));
        assert!(!directives.iter().any(|line| line.contains("rt_")), "{directives:#?}");
        assert!(!directives.iter().any(|line| line.contains("eyJ")), "{directives:#?}");
    }
}

pub(crate) async fn handshake(scene: &Scene<'_>, phase: Phase) {
    let browser = scene.holder.clone();
    shake(&browser, "token").await;
    let token = browser.cookie("__clerk_handshake").expect("an answer");
    check(&answers::claims(&token.into())["handshake"], scene, phase);
    // Where nothing is to be hidden there is no nonce either.
    shake(&browser, "nonce").await;
    assert_eq!(browser.cookie("__clerk_handshake_nonce").is_some(), phase.is_live());
    // What it handed out before renews nothing any more.
    backend_refresh(scene, phase).await;
}

pub(crate) async fn handshake_fetched(scene: &Scene<'_>, phase: Phase) {
    let path = "/v1/clients/handshake_payload";
    let fetch = || scene.app.backend().get(path).query(&[("nonce", &scene.handshake_nonce)]).send();
    check(&fetch().await.ok()["directives"], scene, phase);
    fetch().await.refused(404, "resource_not_found");
}
