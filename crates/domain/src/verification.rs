//! A proof under way: of an identifier, of a first or of a second factor. It is stored with what it belongs to.

use beadle_types::{ClientId, IdentificationId, SessionId, Timestamp, VerificationStatus};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    error::{Error, Result},
    external_account::ExternalIdentity,
    one_time_code::{self, CodeState, Outcome},
    strategy::Strategy,
};

/// Where a proof stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verification {
    /// How it is to be proven.
    pub strategy: Strategy,
    /// Where it stands.
    pub status: VerificationStatus,
    /// The address or number that a code or link went to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identification_id: Option<IdentificationId>,
    /// The code or link that was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<CodeState>,
    /// Where the browser goes once a link was followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
    /// Where the browser is sent to give the proof, for OAuth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_redirect_url: Option<String>,
    /// Wrong answers to what has no code of its own: an authenticator app, a backup code.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub attempts: u32,
    /// What the answer of a passkey is held against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<Value>,
    /// Why it failed, where the answer cannot be an error of the request itself: code and texts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<VerificationError>,
    /// When it ends unproven, where no code says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expire_at: Option<Timestamp>,
    /// The account that was proven at a provider, where it belongs to the other flow (sign-in against sign-up).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external: Option<Box<ExternalIdentity>>,
    /// The client on which the proof was given, where that may be another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_at_client: Option<String>,
    /// The session that asked for a link, and its client. Whoever follows the link may have no session, so this one has to
    /// live.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_by: Option<(SessionId, ClientId)>,
}

/// A failure that is kept to be shown later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerificationError {
    /// Clerk's code.
    pub code: String,
    /// The short text.
    pub message: String,
    /// The full sentence.
    pub long_message: String,
}

impl From<&Error> for VerificationError {
    fn from(error: &Error) -> Self {
        Self {
            code: error.code().to_owned(),
            message: error.message().to_owned(),
            long_message: error.long_message().to_owned(),
        }
    }
}

impl Verification {
    /// One that has just begun.
    pub fn new(strategy: Strategy) -> Self {
        Self {
            strategy,
            status: VerificationStatus::Unverified,
            identification_id: None,
            code: None,
            redirect_url: None,
            external_redirect_url: None,
            attempts: 0,
            challenge: None,
            error: None,
            expire_at: None,
            external: None,
            verified_at_client: None,
            asked_by: None,
        }
    }

    /// One that needed no preparation and has been given.
    pub fn verified(strategy: Strategy) -> Self {
        Self { status: VerificationStatus::Verified, ..Self::new(strategy) }
    }

    /// A code or link is out to this identification.
    pub fn sent(strategy: Strategy, to: Option<IdentificationId>, code: CodeState) -> Self {
        Self { identification_id: to, code: Some(code), ..Self::new(strategy) }
    }

    /// The browser is on its way to a provider.
    pub fn at_provider(strategy: Strategy, url: String, expire_at: Timestamp) -> Self {
        Self { external_redirect_url: Some(url), expire_at: Some(expire_at), ..Self::new(strategy) }
    }

    /// Whether this strategy's proof is awaited.
    pub fn awaits(&self, strategy: &Strategy) -> bool {
        self.strategy == *strategy && self.status == VerificationStatus::Unverified
    }

    /// It came to nothing, and why. Where the browser was sent to does not matter any more.
    pub fn fail(&mut self, error: &Error) {
        self.status = VerificationStatus::Failed;
        self.error = Some(error.into());
        self.external_redirect_url = None;
        self.external = None;
    }

    /// The account is proven, and belongs to the other flow.
    pub fn transfer(&mut self, identity: ExternalIdentity, reason: &Error) {
        self.status = VerificationStatus::Transferable;
        self.error = Some(reason.into());
        self.external_redirect_url = None;
        self.external = Some(Box::new(identity));
    }

    /// The account that the other flow can take over.
    pub fn transferable(&self) -> Option<&ExternalIdentity> {
        self.external.as_deref().filter(|_| self.status == VerificationStatus::Transferable)
    }

    /// Whether the proof was given.
    pub fn is_verified(&self) -> bool {
        self.status == VerificationStatus::Verified
    }

    /// Tries a code typed for `owner`. The verification must be stored whatever the outcome is.
    ///
    /// # Errors
    /// `verification_not_sent` where no code is out.
    pub fn attempt(&mut self, owner: &str, given: &str, now: Timestamp) -> Result<Outcome> {
        let code = self.code.as_mut().ok_or_else(Error::verification_not_sent)?;
        let outcome = code.attempt(owner, given, now);
        self.status = outcome.status();
        Ok(outcome)
    }

    /// Whether so many answers were wrong that no more is looked at.
    pub fn is_exhausted(&self) -> bool {
        self.attempts >= one_time_code::MAX_ATTEMPTS
    }

    /// Records an answer to what has no code of its own, which the caller has checked. The verification must be stored
    /// whatever the outcome is.
    pub fn answered(&mut self, right: bool) -> Outcome {
        let outcome = if right {
            Outcome::Verified
        } else {
            self.attempts += 1;
            if self.is_exhausted() { Outcome::TooMany } else { Outcome::Incorrect }
        };
        self.status = outcome.status();
        outcome
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde asks for")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifth_wrong_answer_is_the_last() {
        let mut verification = Verification::new(Strategy::Totp);
        for _ in 1..one_time_code::MAX_ATTEMPTS {
            assert_eq!(verification.answered(false), Outcome::Incorrect);
            assert!(!verification.is_exhausted());
        }
        assert_eq!(verification.clone().answered(true), Outcome::Verified);
        assert_eq!(verification.answered(false), Outcome::TooMany);
        assert!(verification.is_exhausted());
        assert_eq!(verification.status, VerificationStatus::Failed);
    }

    #[test]
    fn a_proof_at_a_provider_is_awaited_once_and_by_its_name() {
        let strategy = Strategy::OAuth("oauth_github".into());
        let expire_at = Timestamp::from_secs(1);
        let mut under_way = Verification::at_provider(strategy.clone(), "https://a".into(), expire_at);
        assert!(under_way.awaits(&strategy));
        assert!(!under_way.awaits(&Strategy::OAuth("oauth_google".into())));
        under_way.fail(&Error::oauth_access_denied());
        assert!(!under_way.awaits(&strategy));
        assert_eq!((under_way.external_redirect_url.as_ref(), under_way.transferable()), (None, None));
    }
}
