//! Social sign-in: Beadle as a client of other providers, by OpenID Connect or GitHub's OAuth.
//!
//! What is here knows providers and no users: it makes the address that a browser is sent to, and turns the code that
//! it comes back with into a [`Profile`]. What that profile is worth is decided in `actions/oauth`.

mod discovery;
mod error;
mod github;
mod http;
mod id_token;
mod oidc;

use beadle_domain::external_account::Profile;
use beadle_types::Timestamp;
pub(crate) use error::ProviderError;
use url::Url;

use self::{github::GitHub, oidc::Oidc};
use crate::{
    Error,
    config::{Config, OAuthProvider, ProviderKind},
};

/// All providers of the configuration.
pub(crate) struct Providers {
    all: Vec<Provider>,
    /// Where browsers come back to, if the operator has named the address of the Frontend API.
    callback: Option<String>,
}

/// One provider.
pub(crate) struct Provider {
    /// What the configuration says.
    pub(crate) config: OAuthProvider,
    protocol: Protocol,
}

enum Protocol {
    Oidc(Oidc),
    GitHub(GitHub),
}

/// What the browser takes along to the provider.
pub(crate) struct Outbound<'a> {
    /// Where the provider sends it back to.
    pub(crate) redirect_uri: &'a str,
    /// Comes back as it is.
    pub(crate) state: &'a str,
    /// Comes back inside the ID token.
    pub(crate) nonce: &'a str,
    /// The secret behind the PKCE challenge.
    pub(crate) verifier: &'a str,
    /// Whom the provider should expect.
    pub(crate) login_hint: Option<&'a str>,
    /// How insistently the provider should ask.
    pub(crate) prompt: Option<&'a str>,
    /// Scopes beyond those of the configuration.
    pub(crate) additional_scopes: &'a [String],
}

/// What the browser came back with, and what was kept here meanwhile.
pub(crate) struct Inbound<'a> {
    pub(crate) code: &'a str,
    /// Who says that it is answering, where the provider says so.
    pub(crate) issuer: Option<&'a str>,
    pub(crate) redirect_uri: &'a str,
    pub(crate) verifier: &'a str,
    pub(crate) nonce_hash: &'a str,
}

impl Providers {
    /// Nothing is connected to: providers are looked up when they are first needed.
    pub(crate) fn new(config: &Config) -> Result<Self, Error> {
        let all = config.oauth.iter().map(Provider::new).collect::<Result<_, _>>()?;
        let callback = config.frontend_url.as_ref().map(|base| format!("{base}/v1/oauth_callback"));
        Ok(Self { all, callback })
    }

    /// The callback, where it does not depend on where the browser is.
    pub(crate) fn callback(&self) -> Option<&str> {
        self.callback.as_deref()
    }

    /// The provider that people can use now.
    pub(crate) fn enabled(&self, strategy: &str) -> Option<&Provider> {
        self.all.iter().find(|provider| provider.config.enabled && provider.config.strategy == strategy)
    }

    /// Every provider of the configuration, in its order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &OAuthProvider> {
        self.all.iter().map(|provider| &provider.config)
    }
}

impl Provider {
    fn new(config: &OAuthProvider) -> Result<Self, Error> {
        let protocol = match &config.kind {
            ProviderKind::Oidc { issuer } => Protocol::Oidc(Oidc::new(issuer, config)?),
            ProviderKind::GitHub { base_url, api_url } => {
                Protocol::GitHub(GitHub::new(base_url, api_url, config)?)
            }
        };
        Ok(Self { config: config.clone(), protocol })
    }

    /// Where the browser is sent.
    pub(crate) async fn authorization_url(
        &self,
        outbound: &Outbound<'_>,
        now: Timestamp,
    ) -> Result<Url, ProviderError> {
        match &self.protocol {
            Protocol::Oidc(oidc) => oidc.authorization_url(&self.config, outbound, now).await,
            Protocol::GitHub(github) => Ok(github.authorization_url(&self.config, outbound)),
        }
    }

    /// Who signed in there.
    pub(crate) async fn profile(
        &self,
        inbound: &Inbound<'_>,
        now: Timestamp,
    ) -> Result<Profile, ProviderError> {
        let profile = match &self.protocol {
            Protocol::Oidc(oidc) => oidc.profile(&self.config, inbound, now).await?,
            Protocol::GitHub(github) => github.profile(&self.config, inbound).await?,
        };
        profile.cleaned().ok_or_else(|| ProviderError::User("the account has no usable id".into()))
    }
}

/// The parameters that both protocols have in common.
fn authorize(mut url: Url, config: &OAuthProvider, outbound: &Outbound<'_>) -> Url {
    let mut scopes: Vec<&str> = config.scopes.iter().map(String::as_str).collect();
    for scope in outbound.additional_scopes {
        if !scopes.contains(&scope.as_str()) {
            scopes.push(scope);
        }
    }
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &config.client_id)
        .append_pair("redirect_uri", outbound.redirect_uri)
        .append_pair("scope", &scopes.join(" "))
        .append_pair("state", outbound.state)
        .append_pair("code_challenge", &challenge(outbound.verifier))
        .append_pair("code_challenge_method", "S256");
    url
}

fn challenge(verifier: &str) -> String {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes()))
}

#[cfg(test)]
mod tests;
