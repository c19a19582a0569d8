use beadle_domain::secret::token_hash;
use serde_json::{Value, json};

use super::*;

/// Answers as OpenID provider whatever the test wants; see `beadle_testkit::Provider` for one that signs in.
async fn stub(answer: impl Fn(&str) -> (u16, String) + Clone + Send + Sync + 'static) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let base = url.clone();
    let router = axum::Router::new().fallback(move || {
        let (status, body) = answer(&base);
        async move {
            (axum::http::StatusCode::from_u16(status).unwrap(), [("location", "http://127.0.0.1:9/")], body)
        }
    });
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

fn provider(issuer: &str, private: bool) -> Provider {
    Provider::new(&OAuthProvider {
        strategy: "oauth_custom_acme".into(),
        name: "Acme".into(),
        logo_url: None,
        enabled: true,
        kind: ProviderKind::Oidc { issuer: issuer.into() },
        client_id: "c".into(),
        client_secret: "s".into(),
        scopes: vec!["openid".into()],
        redirect_uri: None,
        allow_private_addresses: private,
    })
    .unwrap()
}

const OUTBOUND: Outbound<'static> = Outbound {
    redirect_uri: "https://app.example/cb",
    state: "st",
    nonce: "n",
    verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    login_hint: Some("a&b"),
    prompt: None,
    additional_scopes: &[],
};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_secs(1_700_000_000 + seconds)
}

fn description(base: &str) -> Value {
    json!({
        "issuer": base, "authorization_endpoint": format!("{base}/authorize?tenant=1"),
        "token_endpoint": format!("{base}/token"), "jwks_uri": format!("{base}/jwks"),
    })
}

async fn begin(provider: &Provider, now: Timestamp) -> Result<Url, ProviderError> {
    provider.authorization_url(&OUTBOUND, now).await
}

#[tokio::test]
async fn the_address_carries_state_nonce_and_challenge() {
    let url = stub(|base| (200, description(base).to_string())).await;
    let sent = begin(&provider(&url, true), at(0)).await.unwrap();
    let pairs: std::collections::HashMap<_, _> = sent.query_pairs().into_owned().collect();
    let get = |key: &str| pairs[key].as_str();
    assert_eq!((get("tenant"), get("state"), get("nonce"), get("login_hint")), ("1", "st", "n", "a&b"));
    // RFC 7636, appendix B.
    assert_eq!(get("code_challenge"), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    assert_eq!((get("response_type"), get("code_challenge_method")), ("code", "S256"));
    assert_eq!((get("scope"), get("redirect_uri")), ("openid", "https://app.example/cb"));
    assert!(!pairs.contains_key("prompt"));
}

#[tokio::test]
async fn a_description_of_somebody_else_is_refused() {
    for change in [
        json!({"issuer": "https://other.example"}),
        json!({"token_endpoint": "http://169.254.169.254/token"}),
        json!({"jwks_uri": "http://elsewhere.example/jwks"}),
        json!({"authorization_endpoint": "javascript:alert(1)"}),
        json!({"jwks_uri": null}),
    ] {
        let changed = change.clone();
        let url = stub(move |base| {
            let mut description = description(base);
            for (key, value) in changed.as_object().unwrap() {
                description[key] = value.clone();
            }
            (200, description.to_string())
        })
        .await;
        let refused = begin(&provider(&url, true), at(0)).await;
        assert!(matches!(refused, Err(ProviderError::Provider(_))), "{change}");
    }
}

#[tokio::test]
async fn answers_are_bounded_and_redirects_are_not_followed() {
    let endless = stub(|_| (200, " ".repeat(300 * 1024))).await;
    let refused = begin(&provider(&endless, true), at(0)).await.unwrap_err();
    assert!(refused.to_string().contains("more than"), "{refused}");
    let elsewhere = stub(|_| (302, String::new())).await;
    let refused = begin(&provider(&elsewhere, true), at(0)).await.unwrap_err();
    assert!(refused.to_string().contains("302"), "{refused}");
}

#[tokio::test]
async fn a_provider_that_fails_is_left_alone_for_a_while_and_a_known_one_goes_on() {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    let url = stub(move |base| match counted.fetch_add(1, Ordering::SeqCst) {
        1 => (200, description(base).to_string()),
        _ => (500, String::new()),
    })
    .await;
    let provider = provider(&url, true);
    begin(&provider, at(0)).await.unwrap_err();
    begin(&provider, at(9)).await.unwrap_err();
    assert_eq!(calls.load(Ordering::SeqCst), 1, "no second look within ten seconds");
    begin(&provider, at(10)).await.unwrap();
    begin(&provider, at(3_600)).await.unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 2, "known for an hour");
    begin(&provider, at(3_700)).await.unwrap();
    begin(&provider, at(3_701)).await.unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 3, "looked for again, and still known");
}

#[tokio::test]
async fn private_addresses_are_not_connected_to() {
    // By name: the resolver drops what is not public. The name is loopback by definition.
    let by_name = begin(&provider("https://localhost:1", false), at(0)).await.unwrap_err().to_string();
    assert!(by_name.contains("no public address"), "{by_name}");
    for address in
        ["https://127.0.0.1:1", "https://[::1]:1", "https://169.254.169.254", "https://[::ffff:10.0.0.1]"]
    {
        let refused = begin(&provider(address, false), at(0)).await.unwrap_err().to_string();
        assert!(refused.contains("not to be connected to"), "{address}: {refused}");
    }
}

#[tokio::test]
async fn an_answer_of_another_provider_is_not_exchanged() {
    let url = stub(|base| {
        let mut description = description(base);
        description["authorization_response_iss_parameter_supported"] = json!(true);
        (200, description.to_string())
    })
    .await;
    let provider = provider(&url, true);
    for issuer in [None, Some("https://other.example")] {
        let nonce_hash = token_hash("n");
        let inbound =
            Inbound { code: "c", issuer, redirect_uri: "https://a", verifier: "v", nonce_hash: &nonce_hash };
        let refused = provider.profile(&inbound, at(0)).await.unwrap_err();
        assert!(refused.to_string().contains("another provider"), "{refused}");
    }
}
