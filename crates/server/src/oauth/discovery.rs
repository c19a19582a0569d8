//! An OpenID provider's description and keys: looked up when they are needed, kept for a while.

use std::{sync::Arc, time::Duration};

use beadle_types::Timestamp;
use jsonwebtoken::jwk::Jwk;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;
use url::Url;

use super::{error::ProviderError, http::Http};

/// How long they are believed.
const FRESH: Duration = Duration::from_secs(60 * 60);
/// How long nothing is asked after an answer that did not help, and keys are not asked for again.
const PAUSE: Duration = Duration::from_secs(10);
/// Keys of a provider at most.
const MAX_KEYS: usize = 100;

/// What the provider says of itself.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Metadata {
    pub(super) issuer: String,
    pub(super) authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
    pub(super) jwks_uri: Url,
    pub(super) userinfo_endpoint: Option<Url>,
    pub(super) token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

/// What is known of one provider.
pub(super) struct Discovery {
    issuer: String,
    address: Url,
    http: Http,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    metadata: Option<(Arc<Metadata>, Timestamp)>,
    keys: Option<(Arc<Vec<Jwk>>, Timestamp)>,
    failed_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

impl Discovery {
    /// `None` if the issuer is not a URL.
    pub(super) fn new(issuer: &str, http: Http) -> Option<Self> {
        let address =
            Url::parse(&format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))).ok()?;
        Some(Self { issuer: issuer.to_owned(), address, http, known: Mutex::default() })
    }

    /// The description. Callers who need it at the same time wait for one look-up.
    pub(super) async fn metadata(&self, now: Timestamp) -> Result<Arc<Metadata>, ProviderError> {
        self.locked_metadata(&mut *self.known.lock().await, now).await
    }

    /// The keys; `anew` if those known have not got the one that is looked for.
    pub(super) async fn keys(&self, now: Timestamp, anew: bool) -> Result<Arc<Vec<Jwk>>, ProviderError> {
        let mut known = self.known.lock().await;
        let age = if anew { PAUSE } else { FRESH };
        if let Some((keys, at)) = &known.keys
            && now.saturating_since(*at) < age
        {
            return Ok(keys.clone());
        }
        let metadata = self.locked_metadata(&mut known, now).await?;
        let set: Result<KeySet, _> = self.http.json(self.http.get(&metadata.jwks_uri)).await;
        let set = set.map_err(|problem| ProviderError::Provider(format!("its keys: {problem}")))?;
        // Keys of kinds that are not known here are no reason to refuse the others.
        let keys = set.keys.into_iter().take(MAX_KEYS).filter_map(|key| serde_json::from_value(key).ok());
        let keys: Arc<Vec<Jwk>> = Arc::new(keys.collect());
        known.keys = Some((keys.clone(), now));
        Ok(keys)
    }

    async fn locked_metadata(
        &self,
        known: &mut Known,
        now: Timestamp,
    ) -> Result<Arc<Metadata>, ProviderError> {
        let recent = |at: Timestamp, age: Duration| now.saturating_since(at) < age;
        if let Some((metadata, at)) = &known.metadata
            && recent(*at, FRESH)
        {
            return Ok(metadata.clone());
        }
        // Whatever is wrong with it now, an hour ago it was right.
        let stale = known.metadata.as_ref().map(|(metadata, _)| metadata.clone());
        if known.failed_at.is_some_and(|at| recent(at, PAUSE)) {
            let failed = || ProviderError::Provider("its description could not be read a moment ago".into());
            return stale.ok_or_else(failed);
        }
        match self.look_up().await {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                *known = Known { metadata: Some((metadata.clone(), now)), keys: None, failed_at: None };
                Ok(metadata)
            }
            Err(problem) => {
                known.failed_at = Some(now);
                stale.ok_or(ProviderError::Provider(format!("its description: {problem}")))
            }
        }
    }

    async fn look_up(&self) -> Result<Metadata, String> {
        let metadata: Metadata = self.http.json(self.http.get(&self.address)).await?;
        if metadata.issuer != self.issuer {
            return Err(format!("calls itself {}, not {}", metadata.issuer, self.issuer));
        }
        let endpoints = [&metadata.authorization_endpoint, &metadata.token_endpoint, &metadata.jwks_uri];
        let odd =
            endpoints.into_iter().chain(&metadata.userinfo_endpoint).find(|url| !self.http.may_use(url));
        match odd.map(|url| format!("names an endpoint that is not to be used: {url}")) {
            Some(problem) => Err(problem),
            None => Ok(metadata),
        }
    }
}
