//! Apps that are no browser: the client's secret is in the header `Authorization`, both ways.

use beadle_testkit::{Browser, TestResponse, Value, both_engines, json};
use http::Method;

use crate::visit::{ADA, PASSWORD, text, user};

pub(crate) async fn send(
    browser: &Browser,
    method: Method,
    path: &str,
    secret: &str,
    form: &[(&str, &str)],
) -> TestResponse {
    let call = browser.call(method, path).query(&[("_is_native", "1")]).header("authorization", secret);
    browser.send(call.form(form)).await
}

both_engines! {
    async fn the_secret_travels_in_a_header(app: TestApp) {
        user(&app, ADA).await;
        let phone = app.browser();
        assert_eq!(send(&phone, Method::GET, "/client", "", &[]).await.ok()["response"], Value::Null);
        let form = [("identifier", ADA), ("strategy", "password"), ("password", "wrong")];
        let wrong = send(&phone, Method::POST, "/client/sign_ins", "", &form).await;
        wrong.refused(422, "form_password_incorrect");
        // Also with a refusal: the attempt goes on.
        let secret = wrong.header("authorization").expect("a new client").to_owned();
        assert!(secret.len() >= 32 && !wrong.text().contains(&secret));
        let form = [("identifier", ADA), ("strategy", "password"), ("password", PASSWORD)];
        let done = send(&phone, Method::POST, "/client/sign_ins", &secret, &form).await;
        let session = done.ok()["response"]["created_session_id"].clone();
        assert_eq!((done.header("set-cookie"), done.header("authorization")), (None, None));
        for shown in [secret.clone(), format!("Bearer {secret}")] {
            let client = send(&phone, Method::GET, "/client", &shown, &[]).await.ok();
            assert_eq!(client["response"]["sessions"][0]["id"], session);
        }
        let path = format!("/client/sessions/{}/tokens", text(&session));
        send(&phone, Method::POST, &path, &secret, &[]).await.ok();
        let out = send(&phone, Method::POST, "/client?_method=DELETE", &secret, &[]).await;
        assert_eq!(out.ok()["response"], Value::Null);
        assert_eq!(send(&phone, Method::GET, "/client", &secret, &[]).await.ok()["response"], Value::Null);
    }

    async fn cookies_say_nothing_about_an_app(app: TestApp) {
        user(&app, ADA).await;
        let (browser, _) = crate::visit::signed_in(&app, ADA).await;
        assert_eq!(send(&browser, Method::GET, "/client", "", &[]).await.ok()["response"], Value::Null);
        let secret = browser.cookie("__client").expect("a client");
        // Without the mark the header is none of ours.
        let call = app.browser().call(Method::GET, "/client").header("authorization", &secret);
        assert_eq!(call.send().await.ok()["response"], Value::Null);
    }

    async fn a_banned_user_is_out_there_as_well(app: TestApp) {
        let id = user(&app, ADA).await;
        let phone = app.browser();
        let form = [("identifier", ADA), ("strategy", "password"), ("password", PASSWORD)];
        let done = send(&phone, Method::POST, "/client/sign_ins", "", &form).await;
        let (secret, session) = (
            done.header("authorization").expect("a new client").to_owned(),
            text(&done.ok()["response"]["created_session_id"]),
        );
        app.backend().post(&format!("/v1/users/{id}/ban")).send().await.ok();
        let refused = send(&phone, Method::POST, &format!("/client/sessions/{session}/tokens"), &secret, &[]).await;
        let body = refused.refused(403, "user_banned");
        assert_eq!(body["meta"]["client"]["sessions"], json!([]));
        assert_eq!(refused.header("set-cookie"), None);
        let again = send(&phone, Method::POST, "/client/sign_ins", &secret, &form).await;
        again.refused(403, "user_banned");
    }
}
