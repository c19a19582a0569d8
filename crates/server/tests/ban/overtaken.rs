//! Changes that users were about to make when they were banned: the request has come, its session was live, and
//! only then the ban. Nothing of it may happen.

use std::convert::Infallible;

use axum::body::Body;
use beadle_testkit::{TestResponse, Value, both_engines};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::{Method, header};
use http_body_util::BodyExt as _;
use tokio::sync::oneshot;
use tower::ServiceExt as _;

use crate::{
    answers::session_refused,
    probes,
    scene::{NEW_PASSWORD, PASSWORD, Phase, Scene},
};

/// Sends a request whose body begins to arrive only when `meanwhile` is over, which starts once the server waits for
/// it: the session has been let through by then.
async fn overtaken(
    scene: &Scene<'_>,
    method: Method,
    path: &str,
    form: &[(&str, &str)],
    meanwhile: impl Future<Output = ()>,
) -> TestResponse {
    let path = format!("{path}?_clerk_session_id={}", scene.session);
    let client = scene.holder.cookie("__client").expect("a browser that is signed in");
    let call =
        scene.holder.call(method, &path).header(header::COOKIE.as_str(), &format!("__client={client}"));
    let (parts, form) = call.form(form).into_request().into_parts();
    let (asked, is_asked) = oneshot::channel::<()>();
    let (over, is_over) = oneshot::channel::<()>();
    let body = stream::once(async move {
        asked.send(()).expect("the test waits");
        is_over.await.expect("the test goes on");
        Ok::<_, Infallible>(Bytes::from(form))
    });
    let request = http::Request::from_parts(parts, Body::from_stream(body.boxed()));
    let answer = tokio::spawn(scene.app.router().oneshot(request));
    is_asked.await.expect("the server reads the body");
    meanwhile.await;
    over.send(()).expect("the server still waits");
    let Ok(answer) = answer.await.expect("the server answers");
    let (parts, body) = answer.into_parts();
    let body = body.collect().await.expect("a body").to_bytes().to_vec();
    TestResponse { request: path, status: parts.status, headers: parts.headers, body }
}

async fn user(scene: &Scene<'_>) -> Value {
    scene.app.backend().get(&format!("/v1/users/{}", scene.user)).send().await.ok()
}

/// Method, path and form of a request.
type Change = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const CHANGES: &[Change] = &[
    ("PATCH", "/me", &[("first_name", "Eve")]),
    ("PATCH", "/me/metadata", &[("unsafe_metadata", "{\"a\":1}")]),
    (
        "POST",
        "/me/change_password",
        &[
            ("current_password", PASSWORD),
            ("new_password", NEW_PASSWORD),
            ("sign_out_of_other_sessions", "true"),
        ],
    ),
    ("POST", "/me/change_password", &[("current_password", "wrong"), ("new_password", NEW_PASSWORD)]),
    ("POST", "/me/remove_password", &[("current_password", PASSWORD)]),
    ("POST", "/me/totp/attempt_verification", &[("code", "000000")]),
];

both_engines! {
    #[instance = "[password]\nrequired_at_sign_up = false"]
    async fn a_ban_overtakes_every_change(app: TestApp) {
        for (n, (method, path, form)) in CHANGES.iter().enumerate() {
            let scene = Scene::new(&app, n).await;
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let ban = async { crate::scene::ban(&app, &scene.user).await };
            let answer = overtaken(&scene, method, path, form, ban).await;
            session_refused(&answer, Phase::Banned);
            let shown = user(&scene).await;
            assert_eq!(shown["first_name"], Value::Null, "{path}");
            assert_eq!(shown["unsafe_metadata"], beadle_testkit::json!({}), "{path}");
            assert_eq!(shown["password_enabled"], true, "{path}");
            probes::nothing_lives(&scene).await;
            crate::scene::unban(&app, &scene.user).await;
            probes::old_sessions_are_revoked(&scene).await;
            // The password is still the old one.
            let form = [("identifier", &*scene.email), ("strategy", "password"), ("password", PASSWORD)];
            app.browser().post("/client/sign_ins", &form).await.ok();
        }
    }

    async fn a_ban_overtakes_the_proof_of_an_address(app: TestApp) {
        const SECOND: &str = "second+clerk_test@example.com";
        let scene = Scene::new(&app, 0).await;
        let ask = |path: String| format!("{path}?_clerk_session_id={}", scene.session);
        let add = ask("/me/email_addresses".to_owned());
        let added = scene.holder.post(&add, &[("email_address", SECOND)]).await.ok();
        let path = format!("/me/email_addresses/{}", crate::scene::text(&added["response"]["id"]));
        let prepare = ask(format!("{path}/prepare_verification"));
        scene.holder.post(&prepare, &[("strategy", "email_code")]).await.ok();
        let ban = async { crate::scene::ban(&app, &scene.user).await };
        let attempt = format!("{path}/attempt_verification");
        let answer = overtaken(&scene, Method::POST, &attempt, &[("code", crate::scene::CODE)], ban).await;
        session_refused(&answer, Phase::Banned);
        assert_eq!(user(&scene).await["email_addresses"][1]["verification"]["status"], "unverified");
        let third = [("email_address", "third+clerk_test@example.com")];
        let answer = scene.holder.post(&add, &third).await;
        session_refused(&answer, Phase::Banned);
        assert_eq!(user(&scene).await["email_addresses"].as_array().unwrap().len(), 2);
        // Nobody gets in by it either, and it is free for others.
        app.browser().post("/client/sign_ins", &[("identifier", SECOND)]).await.refused(422, "form_identifier_not_found");
        app.user(SECOND).await;
    }

    // Another way to lose a session meanwhile.
    async fn a_session_that_is_revoked_meanwhile_changes_nothing(app: TestApp) {
        let changes: [Change; 2] = [
            ("PATCH", "/me", &[("first_name", "Eve")]),
            ("POST", "/me/totp/attempt_verification", &[("code", "000000")]),
        ];
        for (n, (method, path, form)) in changes.into_iter().enumerate() {
            let scene = Scene::new(&app, n).await;
            let revoke = async {
                app.backend().post(&format!("/v1/sessions/{}/revoke", scene.session)).send().await.ok();
            };
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let answer = overtaken(&scene, method, path, form, revoke).await;
            session_refused(&answer, Phase::Unbanned);
            assert_eq!(user(&scene).await["first_name"], Value::Null);
        }
    }
}
