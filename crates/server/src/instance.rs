//! The instance: its keys and settings, made at first start and kept in the database.

mod keys;
mod live;
mod places;
mod seal;

use std::sync::Arc;

use beadle_domain::{
    clock::Clock,
    rng::Rng,
    session::{Issue, Lifetimes, LiveSession},
    settings::{DEFAULT_PUBLISHABLE_HOST, InstanceSettings, SettingsError},
    testing_token,
};
use beadle_store::{
    Conn, Store, UnitOfWork,
    instance::{Changes, InstanceRow},
    sessions::SessionRecord,
};
use beadle_token::{Category, Expiry, SigningKey, Validation, VerifyingKey};
use beadle_types::{InstanceId, Jwk, SignedFrame, Timestamp, Token};
pub(crate) use keys::domain_of;
pub use keys::{Keys, Unsealer, read_keys};
use live::LiveSettings;
pub(crate) use places::{MAX_DOMAINS, MAX_REDIRECT_URLS, Places};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;

use crate::{Error, config::Config};

/// Secret keys below this length get a warning; generated ones have 51 characters.
const GUESSABLE: usize = 28;

/// The ends of publishable hosts for which the browser libraries use dev browsers.
const DEV_BROWSER_SUFFIXES: [&str; 9] = [
    ".lcl.dev",
    ".stg.dev",
    ".lclstage.dev",
    ".stgstage.dev",
    ".dev.lclclerk.com",
    ".stg.lclclerk.com",
    ".accounts.lclclerk.com",
    "accountsstage.dev",
    "accounts.dev",
];

/// Everything that is the same for every request.
pub struct Instance {
    /// Its id, and the `kid` of its signing key.
    pub id: InstanceId,
    /// What the operator decided, and callers of the Backend API since.
    live: LiveSettings,
    /// The keys that callers hold.
    pub keys: Keys,
    /// `iss` of session tokens.
    pub issuer: String,
    /// Where browsers reach the Frontend API, without a slash at the end: links in mails and pictures begin with it.
    pub frontend_url: String,
    /// First eight characters of base64url(SHA-1(publishable key)): the suffix of the browser's cookies.
    pub cookie_suffix: String,
    /// The domain that the publishable host belongs to; none in development.
    cookie_domain: Option<String>,
    /// The host inside the publishable key.
    publishable_host: String,
    /// Whether the configuration says where browsers reach the Frontend API.
    pub(crate) frontend_url_is_configured: bool,
    /// Whether the publishable host is fixed by the configuration.
    pub(crate) host_is_configured: bool,
    /// Whether mails or SMS really go out.
    sends_messages: bool,
    /// When the last token ends that was made under an earlier, longer lifetime.
    old_tokens_expire_at: Option<Timestamp>,
    sealer: seal::Sealer,
    signing_key: SigningKey,
    verifying_key: VerifyingKey,
}

/// Without a word from the operator: the publishable host, or while that is the made-up default, this machine.
fn frontend_url(config: &Config, settings: &InstanceSettings) -> String {
    match config.frontend_url.as_ref().or(settings.proxy_url.as_ref()) {
        Some(url) => url.clone(),
        None if settings.publishable_host == DEFAULT_PUBLISHABLE_HOST => {
            format!("http://localhost:{}/__clerk", config.listen.port())
        }
        None => settings.issuer(),
    }
}

impl Instance {
    /// Loads the instance or makes it, and lays the configuration over what is stored.
    pub async fn open(
        store: &Store,
        config: &Config,
        clock: &dyn Clock,
        rng: &dyn Rng,
    ) -> Result<Self, Error> {
        let sealer = seal::Sealer::for_config(config, rng)?;
        let stored = beadle_store::instance::load(&mut *store.reader().await?).await?;
        let row = match stored {
            Some(row) => row,
            None => create(store, config, &sealer, clock.now(), rng).await?,
        };
        let stored_settings: InstanceSettings = serde_json::from_str(&row.settings)
            .map_err(|error| Error::Setup(format!("stored instance settings: {error}")))?;
        let mut settings = config.overlaid(&stored_settings)?;
        let changes = beadle_store::instance::changes(&mut *store.reader().await?, &row.id).await?;
        let moved_to = changes.changes.get("publishable_host").and_then(Value::as_str);
        if let Some(host) = moved_to.filter(|_| !config.names_host()) {
            host.clone_into(&mut settings.publishable_host);
        }
        let secret_key = match &config.secret_key {
            Some(fixed) => fixed.clone(),
            None => SecretString::from(sealer.open(&row.secret_key)?),
        };
        if secret_key.expose_secret().len() < GUESSABLE {
            tracing::warn!("the secret key is short enough to be guessed: use it for tests only");
        }
        let publishable_key =
            keys::publishable(config, &mut settings, &stored_settings, &row.publishable_key);
        settings.validate().map_err(|error| Error::Setup(error.to_string()))?;
        let pkcs8 = sealer.open_bytes(&row.signing_key)?;
        let signing_key = SigningKey::from_pkcs8(row.id.as_str(), &pkcs8)
            .map_err(|error| Error::Setup(format!("stored signing key: {error}")))?;
        let updated = InstanceRow {
            settings: serde_json::to_string(&settings).unwrap_or_default(),
            secret_key: sealer.seal(secret_key.expose_secret().as_bytes(), rng),
            publishable_key: publishable_key.clone(),
            ..row.clone()
        };
        let (old, new) = (stored_settings.session.token_lifetime(), settings.session.token_lifetime());
        let old_tokens_expire_at = (old > new).then(|| clock.now().plus(old));
        let old_tokens_expire_at =
            store.write(UpdateInstance { row: updated, tokens_expire_at: old_tokens_expire_at }).await?;
        let places = Places::load(&mut *store.reader().await?).await?;
        let live = LiveSettings::open(settings.clone(), &changes, places)?;
        Ok(Self {
            id: row.id,
            issuer: settings.issuer(),
            frontend_url: frontend_url(config, &live.settings()),
            frontend_url_is_configured: config.frontend_url.is_some(),
            publishable_host: settings.publishable_host.clone(),
            cookie_suffix: keys::cookie_suffix(&publishable_key),
            host_is_configured: config.names_host(),
            sends_messages: config.mail.is_some() || config.sms.is_some(),
            cookie_domain: keys::cookie_domain(&publishable_key, &settings.publishable_host),
            live,
            old_tokens_expire_at,
            keys: Keys { feed_key: keys::feed_key(config, &secret_key), secret_key, publishable_key },
            sealer,
            verifying_key: signing_key.verifying_key(),
            signing_key,
        })
    }

    /// The settings as they are now. They change while the server runs: what must hold together, such as the checks
    /// of one request, asks once.
    pub fn settings(&self) -> Arc<InstanceSettings> {
        self.live.settings()
    }

    /// Whether test addresses take the test code.
    pub fn test_mode(&self) -> bool {
        self.settings().is_test_mode(self.sends_messages)
    }

    /// The settings as they would be with these changes laid over those of the configuration.
    ///
    /// # Errors
    /// Settings that no instance can run with.
    pub(crate) fn settings_with(&self, changes: &Value) -> Result<InstanceSettings, SettingsError> {
        self.live.with(changes)
    }

    /// From now on these changes count, unless newer ones do already.
    ///
    /// # Errors
    /// Settings that this node cannot run with; it goes on with those it has.
    pub(crate) fn adopt(&self, changes: &Changes, places: Places) -> Result<(), SettingsError> {
        self.live.adopt(changes, places)
    }

    /// Where browsers and apps may be sent to, besides the application's own origins.
    pub(crate) fn places(&self) -> Arc<Places> {
        self.live.places()
    }

    /// The domain of the publishable host.
    pub(crate) fn domain(&self) -> &str {
        let host = self.publishable_host.split(':').next().unwrap_or_default();
        host.strip_prefix("clerk.").unwrap_or(host)
    }

    /// A token by which tests get past the limits for robots, and when it ends.
    pub(crate) fn issue_testing_token(&self, now: Timestamp) -> (String, Timestamp) {
        testing_token::issue(self.keys.secret_key.expose_secret().as_bytes(), now)
    }

    /// Whether this instance made the token, and it has not ended.
    pub(crate) fn is_testing_token(&self, token: &str, now: Timestamp) -> bool {
        testing_token::is_valid(token, self.keys.secret_key.expose_secret().as_bytes(), now)
    }

    /// The version of the changes that count.
    pub(crate) fn settings_version(&self) -> i64 {
        self.live.version()
    }

    /// A secret as it may be stored.
    pub(crate) fn seal(&self, secret: &[u8], rng: &dyn Rng) -> String {
        self.sealer.seal(secret, rng)
    }

    /// The secret behind a stored text.
    pub(crate) fn unseal(&self, stored: &str) -> Result<Vec<u8>, Error> {
        self.sealer.open_bytes(stored)
    }

    /// An account page, `/sign-in` for example: on the origin where browsers reach the Frontend API.
    ///
    /// # Errors
    /// Never, since the setting was checked at start.
    pub fn account_url(&self, page: &str) -> Result<Url, beadle_domain::Error> {
        let origin = Url::parse(&self.frontend_url).ok();
        origin
            .and_then(|url| url.join(&format!("/account{page}")).ok())
            .ok_or_else(beadle_domain::Error::nothing_found)
    }

    /// The public half of the signing key.
    pub fn jwk(&self) -> Jwk {
        self.signing_key.public_jwk()
    }

    /// How long sessions live.
    pub fn lifetimes(&self) -> Lifetimes {
        let session = &self.settings().session;
        Lifetimes { lifetime: session.lifetime(), inactivity: session.inactivity_timeout() }
    }

    /// Whether the publishable key is one for development.
    pub fn is_development(&self) -> bool {
        self.keys.publishable_key.starts_with("pk_test_")
    }

    /// The word of the wire for it.
    pub fn environment(&self) -> &'static str {
        if self.is_development() { "development" } else { "production" }
    }

    /// Whether browsers are told apart by a token in the address instead of a cookie. The libraries decide so by the
    /// host in the publishable key, and this follows them.
    pub fn has_dev_browsers(&self) -> bool {
        let settings = self.settings();
        let host = self.publishable_host.split(':').next().unwrap_or_default();
        self.is_development()
            && settings.url_based_session_syncing
            && DEV_BROWSER_SUFFIXES.iter().any(|suffix| host.ends_with(suffix))
    }

    /// The domain for cookies of a host that pages on other hosts need as well: none for a host that is not the
    /// application's.
    pub(crate) fn cookie_domain(&self, host: &str) -> Option<&str> {
        self.cookie_domain.as_deref().filter(|domain| {
            host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
    }

    /// Signs what an application's server takes as the answer to a handshake.
    pub(crate) fn sign_handshake(&self, cookies: &[String]) -> String {
        self.signing_key.sign_as(Category::None, &serde_json::json!({ "handshake": cookies }))
    }

    /// When the last token of the usual lifetime ends that can have been made until now.
    pub fn last_token_ends(&self, now: Timestamp) -> Timestamp {
        let usual = now.plus(self.settings().session.token_lifetime());
        self.old_tokens_expire_at.map_or(usual, |old| old.max(usual))
    }

    /// What the next token is issued with.
    pub(crate) fn issue<'a>(
        &'a self,
        authorized_party: Option<&'a str>,
        lifetime: std::time::Duration,
        rng: &dyn Rng,
    ) -> Issue<'a> {
        Issue { issuer: &self.issuer, authorized_party, lifetime, jti: rng.token("", 15) }
    }

    /// A token from a template, with claims that were laid out for a live session; no verifier takes it for a session
    /// token.
    pub(crate) fn mint_template(&self, claims: &serde_json::Map<String, Value>) -> Token {
        Token::new(self.signing_key.sign_as(Category::Template, claims))
    }

    /// A session token: only for a live session.
    pub fn mint(
        &self,
        session: &LiveSession,
        authorized_party: Option<&str>,
        lifetime: Option<std::time::Duration>,
        now: Timestamp,
        rng: &dyn Rng,
    ) -> Token {
        let lifetime = lifetime.unwrap_or_else(|| self.settings().session.token_lifetime());
        let issue = self.issue(authorized_party, lifetime, rng);
        Token::new(self.signing_key.sign(&session.claims(&issue, now)))
    }

    /// The first token of a session that was just opened; none if it is dead already.
    pub(crate) fn mint_first(
        &self,
        record: &SessionRecord,
        authorized_party: Option<&str>,
        now: Timestamp,
        rng: &dyn Rng,
    ) -> Option<Token> {
        let live = LiveSession::admit(record.session.clone(), record.standing.as_ref(), now).ok()?;
        Some(self.mint(&live, authorized_party, None, now, rng))
    }

    /// Signs a frame of the revocation feed.
    pub(crate) fn sign_frame(&self, frame: &SignedFrame) -> String {
        self.signing_key.sign_as(Category::Revocations, frame)
    }

    /// Reads a session token that this instance signed and that has not expired.
    pub(crate) fn read(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<beadle_token::VerifiedClaims, beadle_token::VerifyError> {
        self.verify(token, &Validation { issuer: Some(&self.issuer), ..Validation::at(now) })
    }

    /// Reads a token that this instance signed, whether or not it has expired.
    pub fn read_expired(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<beadle_token::VerifiedClaims, beadle_token::VerifyError> {
        let validation =
            Validation { issuer: Some(&self.issuer), expiry: Expiry::Ignored, ..Validation::at(now) };
        self.verify(token, &validation)
    }

    /// Signs a token of a machine.
    pub(crate) fn sign_machine_token(&self, claims: &beadle_types::Map) -> String {
        self.signing_key.sign_as(Category::Machine, claims)
    }

    /// Reads a machine's token that this instance signed and that has not expired.
    pub(crate) fn read_machine_token(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<beadle_token::MachineClaims, beadle_token::VerifyError> {
        let validation = Validation { issuer: Some(&self.issuer), ..Validation::at(now) };
        beadle_token::verify_machine(
            token,
            |kid| (kid == self.id.as_str()).then_some(&self.verifying_key),
            &validation,
        )
    }

    fn verify(
        &self,
        token: &str,
        validation: &Validation<'_>,
    ) -> Result<beadle_token::VerifiedClaims, beadle_token::VerifyError> {
        beadle_token::verify(
            token,
            |kid| (kid == self.id.as_str()).then_some(&self.verifying_key),
            validation,
        )
    }
}

async fn create(
    store: &Store,
    config: &Config,
    sealer: &seal::Sealer,
    now: Timestamp,
    rng: &dyn Rng,
) -> Result<InstanceRow, Error> {
    let id = InstanceId::from_parts(now, rng.entropy16());
    let (_, pkcs8) =
        SigningKey::generate(id.as_str()).map_err(|error| Error::Setup(format!("signing key: {error}")))?;
    let settings = config.overlaid(&InstanceSettings::default())?;
    let row = InstanceRow {
        id,
        secret_key: sealer.seal(rng.token("sk_live_", 32).as_bytes(), rng),
        publishable_key: keys::publishable_for_host(&settings.publishable_host),
        signing_key: sealer.seal(&pkcs8, rng),
        settings: serde_json::to_string(&settings).unwrap_or_default(),
        created_at: now,
    };
    store.write(CreateInstance(row)).await?;
    let stored = beadle_store::instance::load(&mut *store.reader().await?).await?;
    stored.ok_or_else(|| Error::Setup("the instance vanished after it was made".into()))
}

struct CreateInstance(InstanceRow);

impl UnitOfWork for CreateInstance {
    type Output = ();
    type Error = beadle_store::Error;

    async fn run(&self, conn: &mut Conn) -> Result<(), Self::Error> {
        beadle_store::instance::create(conn, &self.0).await
    }
}

struct UpdateInstance {
    row: InstanceRow,
    /// Set when the lifetime of tokens got shorter.
    tokens_expire_at: Option<Timestamp>,
}

impl UnitOfWork for UpdateInstance {
    type Output = Option<Timestamp>;
    type Error = beadle_store::Error;

    async fn run(&self, conn: &mut Conn) -> Result<Self::Output, Self::Error> {
        beadle_store::instance::update(conn, &self.row).await?;
        if let Some(expire_at) = self.tokens_expire_at {
            beadle_store::instance::keep_tokens(conn, &self.row.id, expire_at).await?;
        }
        beadle_store::instance::tokens_expire_at(conn, &self.row.id).await
    }
}
