//! Families that are not there.

use beadle_testkit::{Call, TestApp, both_engines};
use http::Method;

use crate::visit::{ADA, signed_in, user};

/// A request below the mount, with placeholders as they are: they are no ids, and need not be.
fn call(app: &TestApp, method: &str, path: &str) -> Call {
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    app.backend().call(method, &format!("/__clerk{path}")).without_header("authorization")
}

both_engines! {
    async fn each_is_refused_with_its_code(app: TestApp) {
        user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        let all = beadle_server::refused();
        assert!(all.len() > 100);
        for one in all.into_iter().filter(|one| one.api == "frontend") {
            let path = one.path.replace(['{', '}'], "");
            let answer = browser.send(call(&app, one.method, &path)).await;
            answer.refused(one.status, &one.code);
            let stranger = call(&app, one.method, &path).send().await;
            if one.needs_session {
                stranger.refused(401, "signed_out");
            } else {
                stranger.refused(one.status, &one.code);
            }
        }
    }

    async fn the_usual_ones_have_clerks_codes(app: TestApp) {
        user(&app, ADA).await;
        let (browser, id) = signed_in(&app, ADA).await;
        let form = [("name", "Analysts")];
        browser.post("/organizations", &form).await.refused(403, "organization_not_enabled_in_instance");
        browser.get("/me/billing/subscription").await.refused(403, "billing_not_enabled");
        browser.get("/billing/plans").await.refused(403, "billing_not_enabled");
        browser.delete(&format!("/me/web3_wallets/x?_clerk_session_id={id}")).await.refused(403, "feature_not_enabled");
        browser.send(call(&app, "GET", "/api_keys")).await.refused(422, "api_keys_not_enabled");
        call(&app, "POST", "/oauth/token").send().await.refused(403, "feature_not_enabled");
    }

    async fn a_large_body_is_read_before_the_refusal(app: TestApp) {
        let call = call(&app, "POST", "/oauth/register").body(vec![b'x'; 2_000_000]);
        call.send().await.refused(422, "feature_requires_dynamic_oauth_client_registration");
    }
}
