//! GitHub, which speaks OAuth with an API of its own instead of OpenID Connect.

use beadle_domain::external_account::Profile;
use secrecy::ExposeSecret as _;
use serde::{Deserialize, de::DeserializeOwned};
use url::Url;

use super::{Inbound, Outbound, error::ProviderError, http::Http};
use crate::{Error, config::OAuthProvider};

pub(super) struct GitHub {
    http: Http,
    authorize: Url,
    token: Url,
    user: Url,
    emails: Url,
}

/// A refusal comes with status 200 as well.
#[derive(Deserialize)]
struct TokenAnswer {
    access_token: Option<String>,
    scope: Option<String>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct User {
    id: i64,
    login: Option<String>,
    name: Option<String>,
    avatar_url: Option<String>,
}

#[derive(Deserialize)]
struct Email {
    #[serde(rename = "email")]
    address: String,
    #[serde(default)]
    primary: bool,
    #[serde(default)]
    verified: bool,
}

impl GitHub {
    pub(super) fn new(base_url: &Url, api_url: &Url, config: &OAuthProvider) -> Result<Self, Error> {
        let at = |base: &Url, path: &str| {
            Url::parse(&format!("{}/{path}", base.as_str().trim_end_matches('/')))
                .map_err(|error| Error::Setup(format!("{base}: {error}")))
        };
        Ok(Self {
            http: Http::new(config, base_url)?,
            authorize: at(base_url, "login/oauth/authorize")?,
            token: at(base_url, "login/oauth/access_token")?,
            user: at(api_url, "user")?,
            emails: at(api_url, "user/emails?per_page=100")?,
        })
    }

    pub(super) fn authorization_url(&self, config: &OAuthProvider, outbound: &Outbound<'_>) -> Url {
        let mut url = super::authorize(self.authorize.clone(), config, outbound);
        if let Some(login) = outbound.login_hint {
            url.query_pairs_mut().append_pair("login", login);
        }
        if let Some(prompt) = outbound.prompt {
            url.query_pairs_mut().append_pair("prompt", prompt);
        }
        url
    }

    pub(super) async fn profile(
        &self,
        config: &OAuthProvider,
        inbound: &Inbound<'_>,
    ) -> Result<Profile, ProviderError> {
        let form = [
            ("client_id", config.client_id.as_str()),
            ("client_secret", config.client_secret.expose_secret()),
            ("code", inbound.code),
            ("redirect_uri", inbound.redirect_uri),
            ("code_verifier", inbound.verifier),
        ];
        let answer: TokenAnswer =
            self.http.json(self.http.post(&self.token).form(&form)).await.map_err(ProviderError::Exchange)?;
        let token = answer.access_token.ok_or_else(|| {
            ProviderError::Exchange(answer.error.unwrap_or_else(|| "there is no access token".into()))
        })?;
        let user: User = self.read(&self.user, &token).await?;
        let emails: Vec<Email> = self.read(&self.emails, &token).await?;
        let email = choose(emails);
        let (first_name, last_name) = match user.name.as_deref().and_then(|name| name.split_once(' ')) {
            Some((first, last)) => (Some(first.to_owned()), Some(last.to_owned())),
            None => (user.name, None),
        };
        Ok(Profile {
            subject: user.id.to_string(),
            email_address_verified: email.as_ref().is_some_and(|email| email.verified),
            email_address: email.map(|email| email.address),
            first_name,
            last_name,
            username: user.login,
            image_url: user.avatar_url,
            approved_scopes: answer.scope.unwrap_or_default().replace(',', " "),
        })
    }

    async fn read<T: DeserializeOwned>(&self, url: &Url, token: &str) -> Result<T, ProviderError> {
        let request = self.http.get(url).bearer_auth(token).header("x-github-api-version", "2022-11-28");
        self.http.json(request).await.map_err(ProviderError::User)
    }
}

/// The primary address if it is proven, else one that is, else the primary.
fn choose(emails: Vec<Email>) -> Option<Email> {
    emails.into_iter().max_by_key(|email| (email.verified, email.primary))
}
