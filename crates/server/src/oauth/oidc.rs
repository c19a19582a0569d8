//! OpenID Connect: the authorization code flow with PKCE.

use beadle_domain::external_account::Profile;
use beadle_types::Timestamp;
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use url::{Url, form_urlencoded};

use super::{
    Inbound, Outbound,
    discovery::{Discovery, Metadata},
    error::ProviderError,
    http::Http,
    id_token::{self, Claims, Expected, Refusal},
};
use crate::{Error, config::OAuthProvider};

pub(super) struct Oidc {
    http: Http,
    discovery: Discovery,
}

#[derive(Deserialize)]
struct TokenAnswer {
    id_token: Option<String>,
    access_token: Option<String>,
    scope: Option<String>,
}

impl Oidc {
    pub(super) fn new(issuer: &str, config: &OAuthProvider) -> Result<Self, Error> {
        let broken = || Error::Setup(format!("the issuer {issuer} is not a URL"));
        let http = Http::new(config, &Url::parse(issuer).map_err(|_| broken())?)?;
        let discovery = Discovery::new(issuer, http.clone()).ok_or_else(broken)?;
        Ok(Self { http, discovery })
    }

    pub(super) async fn authorization_url(
        &self,
        config: &OAuthProvider,
        outbound: &Outbound<'_>,
        now: Timestamp,
    ) -> Result<Url, ProviderError> {
        let metadata = self.discovery.metadata(now).await?;
        let mut url = super::authorize(metadata.authorization_endpoint.clone(), config, outbound);
        url.query_pairs_mut().append_pair("nonce", outbound.nonce);
        for (key, value) in [("login_hint", outbound.login_hint), ("prompt", outbound.prompt)] {
            if let Some(value) = value {
                url.query_pairs_mut().append_pair(key, value);
            }
        }
        Ok(url)
    }

    pub(super) async fn profile(
        &self,
        config: &OAuthProvider,
        inbound: &Inbound<'_>,
        now: Timestamp,
    ) -> Result<Profile, ProviderError> {
        let metadata = self.discovery.metadata(now).await?;
        let answers_for_other =
            inbound.issuer.map_or(metadata.authorization_response_iss_parameter_supported, |named| {
                named != metadata.issuer
            });
        if answers_for_other {
            return Err(ProviderError::Exchange("the answer is from another provider".into()));
        }
        let answer = self.exchange(config, inbound, &metadata).await?;
        let token = answer.id_token.ok_or_else(|| ProviderError::Exchange("there is no ID token".into()))?;
        let expected = Expected {
            issuer: &metadata.issuer,
            client_id: &config.client_id,
            nonce_hash: inbound.nonce_hash,
            now,
        };
        let claims = self.verify(&token, &expected, now).await?;
        let granted = answer.scope.unwrap_or_else(|| config.scopes.join(" "));
        // Many providers keep the token short and tell the rest here.
        let incomplete = claims.email.is_none() || claims.email_verified.is_none();
        match (metadata.userinfo_endpoint.as_ref().filter(|_| incomplete), answer.access_token) {
            (Some(endpoint), Some(access_token)) => {
                let more = self.userinfo(endpoint, &access_token, &claims.sub).await?;
                Ok(profile(claims, more, granted))
            }
            _ => Ok(profile(claims, Claims::default(), granted)),
        }
    }

    async fn exchange(
        &self,
        config: &OAuthProvider,
        inbound: &Inbound<'_>,
        metadata: &Metadata,
    ) -> Result<TokenAnswer, ProviderError> {
        let secret = config.client_secret.expose_secret();
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", inbound.code),
            ("redirect_uri", inbound.redirect_uri),
            ("code_verifier", inbound.verifier),
        ];
        let methods = metadata.token_endpoint_auth_methods_supported.as_deref();
        let has = |method: &str| methods.is_some_and(|methods| methods.iter().any(|named| named == method));
        let mut request = self.http.post(&metadata.token_endpoint);
        // Basic is what every provider must understand that does not say otherwise.
        if has("client_secret_post") && !has("client_secret_basic") {
            form.extend([("client_id", config.client_id.as_str()), ("client_secret", secret)]);
        } else {
            request = request.basic_auth(encoded(&config.client_id), Some(encoded(secret)));
        }
        self.http.json(request.form(&form)).await.map_err(ProviderError::Exchange)
    }

    async fn verify(
        &self,
        token: &str,
        expected: &Expected<'_>,
        now: Timestamp,
    ) -> Result<Claims, ProviderError> {
        let refused = |refusal: Refusal| ProviderError::Exchange(refusal.to_string());
        match id_token::verify(token, &self.discovery.keys(now, false).await?, expected) {
            // The provider may have changed its keys.
            Err(Refusal::UnknownKey) => {
                id_token::verify(token, &self.discovery.keys(now, true).await?, expected).map_err(refused)
            }
            verified => verified.map_err(refused),
        }
    }

    async fn userinfo(
        &self,
        endpoint: &Url,
        access_token: &str,
        subject: &str,
    ) -> Result<Claims, ProviderError> {
        let request = self.http.get(endpoint).bearer_auth(access_token);
        let claims: Claims = self.http.json(request).await.map_err(ProviderError::User)?;
        if claims.sub != subject {
            return Err(ProviderError::User("it is about another account".into()));
        }
        Ok(claims)
    }
}

/// Id and secret are form-encoded before they become a user and a password.
fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// What the token says, and what the userinfo endpoint adds. An address and its proof belong together.
fn profile(token: Claims, more: Claims, approved_scopes: String) -> Profile {
    let (email, verified) = match more.email {
        Some(email) => (Some(email), more.email_verified),
        None => (token.email, token.email_verified),
    };
    let name = token.name.or(more.name);
    let (first, last) = match name.as_deref().map(str::trim).and_then(|name| name.split_once(' ')) {
        Some((first, last)) => (Some(first.to_owned()), Some(last.trim().to_owned())),
        None => (name, None),
    };
    let (given, family) = (token.given_name.or(more.given_name), token.family_name.or(more.family_name));
    let split = given.is_none() && family.is_none();
    Profile {
        subject: token.sub,
        email_address: email,
        email_address_verified: verified.unwrap_or(false),
        first_name: if split { first } else { given },
        last_name: if split { last } else { family },
        username: token.preferred_username.or(more.preferred_username),
        image_url: token.picture.or(more.picture),
        approved_scopes,
    }
}
