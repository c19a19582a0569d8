//! An OpenID provider and a GitHub on loopback, for one account at a time, that do as tests say.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use aws_lc_rs::{digest, hmac};
use axum::{
    Json, Router,
    extract::{Form, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use beadle_server::config::{OAuthProvider, ProviderKind};
use beadle_token::{Category, SigningKey};
use serde_json::{Value, json};
use url::Url;

const CLIENT_ID: &str = "beadle client";
const CLIENT_SECRET: &str = "s3cret:/+ %";

/// How the provider departs from what it should do.
#[derive(Debug, Clone, Default)]
pub struct Quirks {
    /// Laid over the ID token's claims; null takes one away.
    pub claims: Value,
    /// Laid over the discovery document.
    pub metadata: Value,
    /// Signs with nothing (`none`) or with the public key as a symmetric one (`HS256`).
    pub algorithm: Option<&'static str>,
    /// Refuses every code.
    pub refuses: bool,
    /// Tells about the account at the userinfo endpoint alone.
    pub terse: bool,
}

/// A running provider; it ends with the runtime.
#[derive(Clone)]
pub struct Provider {
    url: String,
    said: Arc<Mutex<Said>>,
}

#[derive(Default)]
struct Said {
    account: Value,
    emails: Value,
    quirks: Quirks,
    codes: HashMap<String, Pending>,
    calls: Vec<&'static str>,
    drawn: usize,
    url: String,
}

struct Pending {
    nonce: Option<String>,
    challenge: String,
    redirect_uri: String,
}

fn key() -> SigningKey {
    static KEY: OnceLock<Vec<u8>> = OnceLock::new();
    let pkcs8 = KEY.get_or_init(|| SigningKey::generate("provider").expect("a key can be made").1);
    SigningKey::from_pkcs8("provider", pkcs8).expect("the key was just made")
}

impl Provider {
    /// Starts one with an account that has the subject `7` and the proven address `grace@example.com`.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let said = Arc::new(Mutex::new(Said { url: url.clone(), ..Said::default() }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/jwks", get(keys))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .route("/login/oauth/access_token", post(github_token))
            .route("/user", get(github_user))
            .route("/user/emails", get(github_emails))
            .with_state(said.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let provider = Self { url, said };
        provider.account(json!({
            "sub": "7", "email": "grace@example.com", "email_verified": true, "given_name": "Grace",
            "family_name": "Hopper", "picture": "https://pictures.example/grace.png",
        }));
        provider
    }

    /// The configuration of this provider under a strategy, as an OpenID provider.
    pub fn oidc(&self, strategy: &str) -> OAuthProvider {
        Self::configured(strategy, ProviderKind::Oidc { issuer: self.url.clone() }, &["openid", "email"])
    }

    /// The configuration of this provider under a strategy, as GitHub.
    pub fn github(&self, strategy: &str) -> OAuthProvider {
        let url = Url::parse(&self.url).expect("a URL");
        let kind = ProviderKind::GitHub { base_url: url.clone(), api_url: url };
        Self::configured(strategy, kind, &["read:user", "user:email"])
    }

    fn configured(strategy: &str, kind: ProviderKind, scopes: &[&str]) -> OAuthProvider {
        OAuthProvider {
            strategy: strategy.to_owned(),
            name: "Stub".to_owned(),
            logo_url: None,
            enabled: true,
            kind,
            client_id: CLIENT_ID.to_owned(),
            client_secret: CLIENT_SECRET.into(),
            scopes: scopes.iter().map(ToString::to_string).collect(),
            redirect_uri: None,
            allow_private_addresses: true,
        }
    }

    /// Who is signed in at the provider from now on, as claims (for GitHub: as its API shows users).
    pub fn account(&self, account: Value) {
        self.said().account = account;
    }

    /// What GitHub says of the account's addresses.
    pub fn emails(&self, emails: Value) {
        self.said().emails = emails;
    }

    /// What the provider does wrong from now on.
    pub fn quirks(&self, quirks: Quirks) {
        self.said().quirks = quirks;
    }

    /// Which endpoints were called since it was asked last.
    pub fn calls(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.said().calls)
    }

    /// What happens when a browser follows this URL and its user agrees: where they are sent, with a code.
    ///
    /// # Panics
    /// If the URL does not lead here, or lacks what it must have.
    pub fn agree(&self, authorization_url: &str) -> Url {
        assert!(authorization_url.starts_with(&self.url), "{authorization_url}");
        let url = Url::parse(authorization_url).expect("a URL");
        let asked: HashMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!(asked["client_id"], CLIENT_ID);
        assert_eq!(
            (asked["response_type"].as_str(), asked["code_challenge_method"].as_str()),
            ("code", "S256")
        );
        let mut said = self.said();
        said.drawn += 1;
        let code = format!("code-{}", said.drawn);
        let pending = Pending {
            nonce: asked.get("nonce").cloned(),
            challenge: asked["code_challenge"].clone(),
            redirect_uri: asked["redirect_uri"].clone(),
        };
        said.codes.insert(code.clone(), pending);
        let mut back = Url::parse(&asked["redirect_uri"]).expect("a URL");
        back.query_pairs_mut().append_pair("code", &code).append_pair("state", &asked["state"]);
        back
    }

    fn said(&self) -> MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type Shared = State<Arc<Mutex<Said>>>;

fn locked(said: &Mutex<Said>) -> MutexGuard<'_, Said> {
    said.lock().unwrap_or_else(PoisonError::into_inner)
}

fn lay_over(base: &mut Value, over: &Value) {
    for (name, value) in over.as_object().into_iter().flatten() {
        if value.is_null() {
            base.as_object_mut().expect("an object").remove(name);
        } else {
            base[name] = value.clone();
        }
    }
}

async fn metadata(State(said): Shared) -> Json<Value> {
    let mut said = locked(&said);
    said.calls.push("metadata");
    let url = &said.url;
    let mut metadata = json!({
        "issuer": url, "authorization_endpoint": format!("{url}/authorize"), "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/jwks"), "userinfo_endpoint": format!("{url}/userinfo"),
    });
    lay_over(&mut metadata, &said.quirks.metadata);
    Json(metadata)
}

async fn keys(State(said): Shared) -> Json<Value> {
    locked(&said).calls.push("keys");
    Json(json!({"keys": [{"kty": "OKP", "crv": "X448", "x": "AA"}, key().public_jwk()]}))
}

async fn token(
    State(said): Shared,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let mut said = locked(&said);
    said.calls.push("token");
    let posted = form.get("client_id").zip(form.get("client_secret"));
    let by_form = posted.is_some_and(|(id, secret)| id == CLIENT_ID && secret == CLIENT_SECRET);
    let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let basic = STANDARD.encode(format!("{}:{}", encoded(CLIENT_ID), encoded(CLIENT_SECRET)));
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if !by_form && given != Some(&format!("Basic {basic}")) {
        return (StatusCode::UNAUTHORIZED, Json(json!({"error": "invalid_client"}))).into_response();
    }
    let Some(pending) = said.redeem(&form).filter(|_| form["grant_type"] == "authorization_code") else {
        return (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"}))).into_response();
    };
    let id_token = said.id_token(&pending);
    Json(json!({"access_token": "at", "token_type": "Bearer", "id_token": id_token, "scope": "openid email"}))
        .into_response()
}

async fn userinfo(State(said): Shared, headers: HeaderMap) -> Response {
    let mut said = locked(&said);
    said.calls.push("userinfo");
    Said::to_bearer(&headers, said.account.clone())
}

async fn github_token(State(said): Shared, Form(form): Form<HashMap<String, String>>) -> Json<Value> {
    let mut said = locked(&said);
    said.calls.push("token");
    let known = form["client_id"] == CLIENT_ID && form["client_secret"] == CLIENT_SECRET;
    Json(match said.redeem(&form).filter(|_| known) {
        Some(_) => json!({"access_token": "at", "scope": "read:user,user:email", "token_type": "bearer"}),
        None => json!({"error": "bad_verification_code", "error_description": "The code is wrong."}),
    })
}

async fn github_user(State(said): Shared, headers: HeaderMap) -> Response {
    let said = locked(&said);
    Said::to_bearer(&headers, said.account.clone())
}

async fn github_emails(State(said): Shared, headers: HeaderMap) -> Response {
    let said = locked(&said);
    Said::to_bearer(&headers, said.emails.clone())
}

impl Said {
    /// The code's request, once, to who knows the secret behind its challenge.
    fn redeem(&mut self, form: &HashMap<String, String>) -> Option<Pending> {
        let pending = self.codes.remove(form.get("code")?)?;
        let verifier = form.get("code_verifier")?;
        let challenge = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()));
        let good = challenge == pending.challenge && form.get("redirect_uri") == Some(&pending.redirect_uri);
        (good && !self.quirks.refuses).then_some(pending)
    }

    fn id_token(&self, pending: &Pending) -> String {
        let mut claims =
            if self.quirks.terse { json!({"sub": self.account["sub"]}) } else { self.account.clone() };
        let given =
            json!({"iss": self.url, "aud": CLIENT_ID, "exp": 4_102_444_800_u64, "nonce": pending.nonce});
        lay_over(&mut claims, &given);
        lay_over(&mut claims, &self.quirks.claims);
        let Some(algorithm) = self.quirks.algorithm else { return key().sign_as(Category::None, &claims) };
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&json!({"alg": algorithm, "kid": "provider"})), part(&claims));
        let secret = hmac::Key::new(hmac::HMAC_SHA256, key().public_jwk().n.as_bytes());
        let tag = hmac::sign(&secret, message.as_bytes());
        let tag = if algorithm == "none" { String::new() } else { URL_SAFE_NO_PAD.encode(tag) };
        format!("{message}.{tag}")
    }

    fn to_bearer(headers: &HeaderMap, answer: Value) -> Response {
        if headers.get(header::AUTHORIZATION).is_none_or(|value| value != "Bearer at") {
            return StatusCode::UNAUTHORIZED.into_response();
        }
        Json(answer).into_response()
    }
}
