//! Forward authentication. That it refuses the banned is in the matrix.

use std::time::Duration;

use beadle_testkit::{Call, TestApp, both_engines};
use http::Method;

fn gate(app: &TestApp, method: Method, path: &str) -> Call {
    app.backend().call(method, path).without_header("authorization")
}

async fn token(app: &TestApp, session: &str) -> String {
    let token = app.backend().post(&format!("/v1/sessions/{session}/tokens")).send().await.ok();
    token["jwt"].as_str().unwrap().to_owned()
}

both_engines! {
    async fn a_proxy_may_ask_in_every_way(app: TestApp) {
        let user = app.user("ada@example.com").await;
        let session = app.session(&user).await;
        let token = token(&app, &session).await;
        for method in [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS] {
            for path in ["/v1/gate", "/v1/gate/", "/v1/gate/deep/path?and=query"] {
                let bearer = format!("Bearer {token}");
                let answer = gate(&app, method.clone(), path).header("authorization", &bearer).send().await;
                assert_eq!(answer.status, 200, "{method} {path}");
                assert_eq!(answer.header("x-beadle-user-id"), Some(&*user));
                assert_eq!(answer.header("x-beadle-session-id"), Some(&*session));
                assert_eq!(answer.header("cache-control"), Some("no-store"));
            }
        }
        let cookies = format!("other=1; __session_AAAAAAAA=x; __session={token}");
        let answer = gate(&app, Method::GET, "/v1/gate").header("cookie", &cookies).send().await;
        assert_eq!((answer.status.as_u16(), answer.header("x-beadle-actor")), (200, None));
    }

    async fn who_is_not_signed_in_is_told_why(app: TestApp) {
        let user = app.user("ada@example.com").await;
        let (session, ended) = (app.session(&user).await, app.session(&user).await);
        let (good, of_ended) = (token(&app, &session).await, token(&app, &ended).await);
        app.backend().post(&format!("/v1/sessions/{ended}/revoke")).send().await.ok();
        let mut forged = good.clone();
        forged.replace_range(good.len() - 4.., "AAAA");
        let ask = async |token: &str| {
            let bearer = format!("Bearer {token}");
            let answer = gate(&app, Method::GET, "/v1/gate").header("authorization", &bearer).send().await;
            answer.refused(401, "authentication_invalid");
            assert_eq!(answer.header("x-beadle-user-id"), None);
            answer.header("x-beadle-auth-reason").map(str::to_owned)
        };
        assert_eq!(ask("").await.as_deref(), Some("no-token"));
        assert_eq!(ask("x").await.as_deref(), Some("malformed"));
        assert_eq!(ask(&forged).await.as_deref(), Some("bad-signature"));
        assert_eq!(ask(&of_ended).await.as_deref(), Some("session-ended"));
        app.advance(Duration::from_secs(66));
        assert_eq!(ask(&good).await.as_deref(), Some("expired"));
    }
}
