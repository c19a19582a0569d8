//! The client and its settings.

use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use beadle_types::{Jwks, TestingToken};
use http::Method;
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    authenticate::{self, AuthState, AuthenticateOptions, KeyCache, LocalKey},
    clients::Clients,
    clock::{Clock, SystemClock},
    error::Error,
    identifications::{EmailAddresses, PhoneNumbers},
    instance::InstanceSettingsOperations,
    jwt_templates::JwtTemplates,
    listed_identifiers::{AllowlistIdentifiers, BlocklistIdentifiers},
    machines::{ApiKeys, M2m, Machines},
    places::{Domains, RedirectUrls},
    request::Request,
    retry::RetryPolicy,
    sessions::Sessions,
    sign_ups::SignUps,
    tickets::{ActorTokens, Invitations, SignInTokens},
    transport::Transport,
    users::Users,
    verifier::VerifierBuilder,
    waitlist_entries::WaitlistEntries,
    webhooks::{WebhookEndpoints, Webhooks},
};

/// Where requests go if nothing else is said.
const CLERK_API: &str = "https://api.clerk.com";

/// A client of the Backend API of a Beadle or Clerk instance.
///
/// Clones share connections and cached keys, so make one and clone it. A mistake in the settings is reported by
/// the first call, with [`Error::is_config`].
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use beadle_client::{Clerk, UserId};
///
/// let clerk = Clerk::new(std::env::var("CLERK_SECRET_KEY")?).api_url("http://127.0.0.1:3900");
/// let user_id: UserId = "user_2abc".parse()?;
/// let user = clerk.users().ban(&user_id).await?;
/// assert!(user.banned);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Clerk(Arc<Shared>);

struct Shared {
    settings: Settings,
    transport: OnceLock<Result<Transport, Error>>,
    local_key: OnceLock<Result<LocalKey, Error>>,
    keys: KeyCache,
}

#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) secret_key: SecretString,
    pub(crate) api_url: String,
    pub(crate) timeout: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) max_response_bytes: usize,
    pub(crate) retry: RetryPolicy,
    pub(crate) jwt_key: Option<String>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Clerk {
    /// A client that shows this secret key (`sk_test_…` or `sk_live_…`) and talks to Clerk's own API until
    /// [`Clerk::api_url`] says otherwise.
    pub fn new(secret_key: impl Into<String>) -> Self {
        Self::with(Settings {
            secret_key: SecretString::from(secret_key.into()),
            api_url: CLERK_API.to_owned(),
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(5),
            max_response_bytes: 32 * 1024 * 1024,
            retry: RetryPolicy::default(),
            jwt_key: None,
            clock: Arc::new(SystemClock),
        })
    }

    fn with(settings: Settings) -> Self {
        Self(Arc::new(Shared {
            settings,
            transport: OnceLock::new(),
            local_key: OnceLock::new(),
            keys: KeyCache::default(),
        }))
    }

    fn change(self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = self.0.settings.clone();
        change(&mut settings);
        Self::with(settings)
    }

    /// The server's origin without `/v1`, for example `http://127.0.0.1:3900`; a path before `/v1` is kept.
    #[must_use]
    pub fn api_url(self, origin: impl Into<String>) -> Self {
        self.change(|settings| settings.api_url = origin.into())
    }

    /// The longest that a call may take, repetitions included; 30 s if not set. [`Request::timeout`] sets it for
    /// a single call.
    #[must_use]
    pub fn timeout(self, limit: Duration) -> Self {
        self.change(|settings| settings.timeout = limit)
    }

    /// The longest that making a connection may take; 5 s if not set.
    #[must_use]
    pub fn connect_timeout(self, limit: Duration) -> Self {
        self.change(|settings| settings.connect_timeout = limit)
    }

    /// The largest answer to read, in bytes; 32 MiB if not set, more than twice what 500 users take with all their
    /// metadata at the limit.
    #[must_use]
    pub fn max_response_bytes(self, limit: usize) -> Self {
        self.change(|settings| settings.max_response_bytes = limit)
    }

    /// How harmless calls are repeated after a passing failure.
    #[must_use]
    pub fn retry(self, policy: RetryPolicy) -> Self {
        self.change(|settings| settings.retry = policy)
    }

    /// The public key of session tokens, as PEM (`BEGIN PUBLIC KEY`) or as a JWK in JSON. With it,
    /// [`Clerk::authenticate_request`] never uses the network, and does not follow a change of the instance's key.
    #[must_use]
    pub fn jwt_key(self, key: impl Into<String>) -> Self {
        self.change(|settings| settings.jwt_key = Some(key.into()))
    }

    /// Replaces the clock by which tokens are judged; for tests.
    #[must_use]
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        self.change(|settings| settings.clock = Arc::new(clock))
    }

    /// Operations on users.
    pub fn users(&self) -> Users<'_> {
        Users::new(self)
    }

    /// Operations on sessions.
    pub fn sessions(&self) -> Sessions<'_> {
        Sessions::new(self)
    }

    /// Operations on e-mail addresses.
    pub fn email_addresses(&self) -> EmailAddresses<'_> {
        EmailAddresses::new(self)
    }

    /// Operations on phone numbers.
    pub fn phone_numbers(&self) -> PhoneNumbers<'_> {
        PhoneNumbers::new(self)
    }

    /// Operations on sign-in tokens.
    pub fn sign_in_tokens(&self) -> SignInTokens<'_> {
        SignInTokens::new(self)
    }

    /// Operations on actor tokens.
    pub fn actor_tokens(&self) -> ActorTokens<'_> {
        ActorTokens::new(self)
    }

    /// Operations on invitations to sign up.
    pub fn invitations(&self) -> Invitations<'_> {
        Invitations::new(self)
    }

    /// Operations on the waitlist.
    pub fn waitlist_entries(&self) -> WaitlistEntries<'_> {
        WaitlistEntries::new(self)
    }

    /// Operations on clients: browsers and devices.
    pub fn clients(&self) -> Clients<'_> {
        Clients::new(self)
    }

    /// Operations on sign-ups.
    pub fn sign_ups(&self) -> SignUps<'_> {
        SignUps::new(self)
    }

    /// Operations on webhook endpoints, which only Beadle has.
    pub fn webhook_endpoints(&self) -> WebhookEndpoints<'_> {
        WebhookEndpoints::new(self)
    }

    /// Clerk's operations on webhooks.
    pub fn webhooks(&self) -> Webhooks<'_> {
        Webhooks::new(self)
    }

    /// Operations on API keys.
    pub fn api_keys(&self) -> ApiKeys<'_> {
        ApiKeys::new(self)
    }

    /// Operations on machines.
    pub fn machines(&self) -> Machines<'_> {
        Machines::new(self)
    }

    /// Operations on tokens of machines.
    pub fn m2m(&self) -> M2m<'_> {
        M2m::new(self)
    }

    /// Operations on the instance and its settings.
    pub fn instance(&self) -> InstanceSettingsOperations<'_> {
        InstanceSettingsOperations::new(self)
    }

    /// Operations on the allow-list.
    pub fn allowlist_identifiers(&self) -> AllowlistIdentifiers<'_> {
        AllowlistIdentifiers::new(self)
    }

    /// Operations on the block-list.
    pub fn blocklist_identifiers(&self) -> BlocklistIdentifiers<'_> {
        BlocklistIdentifiers::new(self)
    }

    /// Operations on templates of tokens.
    pub fn jwt_templates(&self) -> JwtTemplates<'_> {
        JwtTemplates::new(self)
    }

    /// Operations on addresses that browsers and apps may be sent to.
    pub fn redirect_urls(&self) -> RedirectUrls<'_> {
        RedirectUrls::new(self)
    }

    /// Operations on the instance's domains.
    pub fn domains(&self) -> Domains<'_> {
        Domains::new(self)
    }

    /// A token by which the application's own tests get past the limits for robots, for an hour.
    pub fn create_testing_token(&self) -> Request<TestingToken> {
        Request::new(self, Method::POST, "/v1/testing_tokens")
    }

    /// The public keys of the instance's session tokens.
    pub fn jwks(&self) -> Request<Jwks> {
        // The well-known document is the same for everybody, those with a feed key included; Clerk has it elsewhere.
        let has_feed_key = self.settings().secret_key.expose_secret().starts_with("fk_");
        let path = if has_feed_key { "/.well-known/jwks.json" } else { "/v1/jwks" };
        Request::new(self, Method::GET, path)
    }

    /// A verifier that follows the server's revocation feed, to be set up and started. The secret key will do; the feed
    /// key (`fk_…`), given to [`Clerk::new`] in its place, can do nothing else.
    pub fn verifier(&self) -> VerifierBuilder {
        VerifierBuilder::new(self)
    }

    /// Decides from a request's headers who sent it, without a call to the server once the keys are cached.
    ///
    /// The token is taken from `Authorization: Bearer`, else from the `__session` cookie. That the visitor is not
    /// signed in, for whatever reason, is an [`AuthState`]; an error means that the keys could not be had. Keys
    /// are fetched at first use, again in the background after five minutes, and when a token names an unknown
    /// key, then at most once in ten seconds.
    ///
    /// A token that was made before a ban is accepted until it expires, 60 seconds at most by default; a
    /// [`crate::Verifier`] refuses it at once.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), beadle_client::Error> {
    /// use beadle_client::{AuthenticateOptions, Clerk, FixedClock, SignedOutReason, Timestamp};
    /// use http::{HeaderMap, HeaderValue, header};
    ///
    /// # const PUBLIC_KEY: &str = include_str!("../testdata/session-public-key.pem");
    /// # const SESSION_TOKEN: &str = include_str!("../testdata/session-token.txt");
    /// let clerk = Clerk::new("sk_test_…")
    ///     .jwt_key(PUBLIC_KEY) // leave this out to fetch the keys from the server
    ///     .clock(FixedClock(Timestamp::from_secs(1_767_225_600)));
    /// let options = AuthenticateOptions::new()
    ///     .authorized_party("https://app.example.com")
    ///     .issuer("https://clerk.example.com");
    ///
    /// let mut headers = HeaderMap::new();
    /// headers.insert(header::COOKIE, HeaderValue::from_str(&format!("__session={SESSION_TOKEN}")).unwrap());
    /// let state = clerk.authenticate_request(&headers, &options).await?;
    /// let claims = state.claims().expect("signed in");
    /// assert_eq!(claims.sub.as_str(), "user_2x9Kd3T0yBvQmNfLrJp8sWcHaEg");
    /// assert_eq!(claims.sid.as_str(), "sess_2x9KeAq5VtRzXbYhMn6uGjPkDfS");
    ///
    /// let state = clerk.authenticate_request(&HeaderMap::new(), &options).await?;
    /// assert_eq!(state.reason(), Some(SignedOutReason::NoToken));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn authenticate_request(
        &self,
        headers: &http::HeaderMap,
        options: &AuthenticateOptions,
    ) -> Result<AuthState, Error> {
        authenticate::request(self, headers, options).await
    }

    /// Judges one session token, as [`Clerk::authenticate_request`] does with the token it finds.
    pub async fn verify_token(&self, token: &str, options: &AuthenticateOptions) -> Result<AuthState, Error> {
        authenticate::token(self, token, options).await
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The connections, made at first use.
    pub(crate) fn transport(&self) -> Result<&Transport, Error> {
        self.0.transport.get_or_init(|| Transport::new(&self.0.settings)).as_ref().map_err(Clone::clone)
    }

    /// The fixed key, if one was set, parsed at first use.
    pub(crate) fn local_key(&self) -> Option<Result<&LocalKey, Error>> {
        let text = self.0.settings.jwt_key.as_deref()?;
        Some(self.0.local_key.get_or_init(|| LocalKey::parse(text)).as_ref().map_err(Clone::clone))
    }

    pub(crate) fn keys(&self) -> &KeyCache {
        &self.0.keys
    }
}

impl fmt::Debug for Clerk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clerk").field("api_url", &self.0.settings.api_url).finish_non_exhaustive()
    }
}
