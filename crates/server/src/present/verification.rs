//! Proofs under way.

use beadle_domain::verification::{self, VerificationError};
use beadle_types::{ClerkError, Timestamp, Verification, VerificationStatus};

/// The proof as its browser sees it.
pub(crate) fn verification(under_way: &verification::Verification) -> Verification {
    let strategy = &under_way.strategy;
    let mut shown =
        Verification::new(strategy.verification_object(), under_way.status, strategy.as_str().to_owned());
    if let Some(code) = &under_way.code {
        shown.attempts = Some(code.attempts.into());
        shown.expire_at = Some(code.expire_at);
    }
    if let Some(challenge) = &under_way.challenge {
        shown.expire_at = challenge["expire_at"].as_i64().map(Timestamp::from_millis);
    }
    if under_way.attempts > 0 {
        shown.attempts = Some(under_way.attempts.into());
    }
    if under_way.status == VerificationStatus::Verified {
        shown.attempts = shown.attempts.or(Some(1));
    }
    shown.expire_at = shown.expire_at.or(under_way.expire_at);
    shown.external_verification_redirect_url.clone_from(&under_way.external_redirect_url);
    shown.nonce = under_way.challenge.as_ref().map(|challenge| challenge["options"].to_string());
    shown.verified_at_client.clone_from(&under_way.verified_at_client);
    shown.error = under_way.error.as_ref().map(error);
    shown
}

fn error(kept: &VerificationError) -> ClerkError {
    ClerkError {
        message: kept.message.clone(),
        long_message: kept.long_message.clone(),
        code: kept.code.clone().into(),
        meta: None,
    }
}
