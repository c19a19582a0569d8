//! A link that was out to prove an address when something happened to its user. It is no row of the matrix because asking
//! for it would change what the other probes see of the user.

use beadle_testkit::{TestApp, TestResponse, both_engines};
use http::{Method, header};

use crate::scene::{ORIGIN, Phase, Scene, text};

/// Adds an address to the scene's user; returns it, and the token of the link that proves it.
async fn ask(scene: &Scene<'_>) -> (String, String) {
    let second = format!("second_{}", scene.email);
    let added = scene.holder.post("/me/email_addresses", &[("email_address", &second)]).await.ok();
    let path = format!("/me/email_addresses/{}/prepare_verification", text(&added["response"]["id"]));
    scene.holder.post(&path, &[("strategy", "email_link"), ("redirect_url", ORIGIN)]).await.ok();
    let mail = scene.app.only_mail().await;
    (second, mail.link().split_once("token=").expect("a link has a token").1.to_owned())
}

async fn follow(app: &TestApp, token: &str) -> TestResponse {
    let stranger = app.browser();
    stranger.send(stranger.call(Method::GET, "/verify").query(&[("token", token)])).await
}

/// Who has proven an address can be found by it.
async fn proves_nothing(app: &TestApp, (second, token): (String, String)) {
    for _ in 0..2 {
        follow(app, &token).await.refused(400, "verification_link_token_invalid");
    }
    let begun = app.browser().post("/client/sign_ins", &[("identifier", &second)]).await;
    begun.refused(422, "form_identifier_not_found");
}

both_engines! {
    #[instance = "[password]\nrequired_at_sign_up = false\n[factors]\nemail_link = true"]
    async fn a_link_to_an_address_dies_with_the_generation(app: TestApp) {
        for (n, phase) in Phase::ALL.into_iter().enumerate() {
            let scene = Scene::new(&app, n).await;
            let (second, token) = ask(&scene).await;
            phase.apply(&app, &scene.user).await;
            if !phase.is_live() {
                proves_nothing(&app, (second, token)).await;
                continue;
            }
            let followed = follow(&app, &token).await;
            let there = followed.headers[header::LOCATION].to_str().unwrap();
            assert!(there.ends_with("?__clerk_status=verified"), "{there}");
            app.browser().post("/client/sign_ins", &[("identifier", &second)]).await.ok();
        }
    }

    // A thief is signed out from another device, and has a link in their mailbox.
    #[instance = "[password]\nrequired_at_sign_up = false\n[factors]\nemail_link = true"]
    async fn a_link_to_an_address_dies_with_the_session_that_asked(app: TestApp) {
        let scene = Scene::new(&app, 0).await;
        let asked = ask(&scene).await;
        app.backend().post(&format!("/v1/sessions/{}/revoke", scene.session)).send().await.ok();
        proves_nothing(&app, asked).await;
    }
}
