//! Documents for programs that know only the host.

use beadle_testkit::{TestApp, TestResponse, both_engines, json};
use http::Method;

const APPS: &str = r#"
    publishable_host = "clerk.example.com"
    [well_known]
    related_origins = ["https://example.co.uk"]
    apple_app_ids = ["ABCDE12345.com.example.app"]
    [[well_known.android_apps]]
    package_name = "com.example.app"
    sha256_cert_fingerprints = ["00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF"]
"#;

/// The document, which is the same at the mount and at the root of every host.
async fn document(app: &TestApp, name: &str) -> TestResponse {
    let at = async |path: String| {
        app.backend().call(Method::GET, &path).without_header("authorization").send().await
    };
    let mounted = at(format!("/__clerk/.well-known/{name}")).await;
    let root = at(format!("/.well-known/{name}")).await;
    assert_eq!(root.status, mounted.status);
    if root.status == 200 {
        assert_eq!(root.json(), mounted.json());
    }
    mounted
}

both_engines! {
    async fn nothing_is_announced_that_is_not_set(app: TestApp) {
        assert_eq!(document(&app, "assetlinks.json").await.ok(), json!([]));
        let apple = document(&app, "apple-app-site-association").await.ok();
        assert_eq!(apple, json!({"webcredentials": {"apps": []}}));
        document(&app, "webauthn").await.refused(404, "resource_not_found");
    }

    #[instance = crate::well_known::APPS]
    async fn sites_and_apps_are_announced_as_set(app: TestApp) {
        assert_eq!(document(&app, "webauthn").await.ok(), json!({"origins": ["https://example.co.uk"]}));
        let apple = document(&app, "apple-app-site-association").await.ok();
        assert_eq!(apple, json!({"webcredentials": {"apps": ["ABCDE12345.com.example.app"]}}));
        let links = document(&app, "assetlinks.json").await.ok();
        assert_eq!(links[0]["target"]["namespace"], "android_app");
        assert_eq!(links[0]["target"]["package_name"], "com.example.app");
        assert_eq!(links[0]["target"]["sha256_cert_fingerprints"].as_array().unwrap().len(), 1);
        assert_eq!(links[0]["relation"][1], "delegate_permission/common.get_login_creds");
    }

    #[instance = crate::well_known::APPS]
    async fn the_issuer_is_that_of_session_tokens(app: TestApp) {
        for name in ["openid-configuration", "oauth-authorization-server"] {
            let about = document(&app, name).await.ok();
            assert_eq!(about["issuer"], "https://clerk.example.com");
            assert_eq!(about["jwks_uri"], "https://clerk.example.com/.well-known/jwks.json");
            assert_eq!(about["id_token_signing_alg_values_supported"], json!(["RS256"]));
            assert_eq!(about["grant_types_supported"], json!([]));
            assert_eq!(about["end_session_endpoint"], json!(null));
        }
    }

    async fn the_account_pages_are_described(app: TestApp) {
        let portal = app.browser().get("/account_portal").await.ok();
        assert_eq!((&portal["object"], &portal["enabled"]), (&json!("account_portal"), &json!(true)));
        assert_eq!(portal["customization"]["appearance"], json!(null));
        assert_eq!(portal["after_sign_in_url"], "");
    }
}
