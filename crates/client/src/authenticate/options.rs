//! What a session token is held against.

use std::time::Duration;

/// What to accept. The default accepts any origin and issuer; set [`AuthenticateOptions::authorized_party`] in
/// production, so that another site on a shared domain cannot hand its visitors' tokens on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticateOptions {
    pub(crate) authorized_parties: Vec<String>,
    pub(crate) issuer: Option<String>,
    pub(crate) clock_skew: Duration,
    pub(crate) accept_pending: bool,
}

impl Default for AuthenticateOptions {
    fn default() -> Self {
        Self {
            authorized_parties: Vec::new(),
            issuer: None,
            clock_skew: beadle_token::DEFAULT_SKEW,
            accept_pending: false,
        }
    }
}

impl AuthenticateOptions {
    /// The default options.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an origin, like `https://app.example.com`, whose pages may send tokens. Once there is one, a token
    /// made for another origin, or for none, is refused.
    #[must_use]
    pub fn authorized_party(mut self, origin: impl Into<String>) -> Self {
        self.authorized_parties.push(origin.into());
        self
    }

    /// Refuses tokens that do not name exactly this issuer: `https://` and the host inside the publishable key.
    #[must_use]
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// By how much this machine's clock may differ from the server's; 5 s if not set.
    #[must_use]
    pub fn clock_skew(mut self, skew: Duration) -> Self {
        self.clock_skew = skew;
        self
    }

    /// Whether a session that still waits for a task of the user, such as choosing an organisation, counts as
    /// signed in. If not set, it does not.
    #[must_use]
    pub fn accept_pending(mut self, accept: bool) -> Self {
        self.accept_pending = accept;
        self
    }
}
