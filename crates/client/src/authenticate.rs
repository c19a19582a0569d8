//! Who sent a request: finds the session token, judges it locally, says why not.

mod claims;
mod keys;
mod options;
mod state;

use beadle_token::{Expiry, Validation, VerifyError};
use beadle_types::{SessionId, UserId};

pub(crate) use self::keys::{KeyCache, LocalKey};
pub use self::{
    claims::SessionClaims,
    options::AuthenticateOptions,
    state::{AuthState, SignedOutReason},
};
use self::keys::Keys;
use crate::{clerk::Clerk, error::Error};

/// Judges the tokens that a request carries; the first good one counts.
pub(crate) async fn request(
    clerk: &Clerk,
    headers: &http::HeaderMap,
    options: &AuthenticateOptions,
) -> Result<AuthState, Error> {
    let tokens = beadle_token::carried::tokens(headers);
    if tokens.is_empty() {
        return Ok(AuthState::SignedOut(SignedOutReason::NoToken));
    }
    judge_all(clerk, &tokens, options).await
}

/// Judges one token.
pub(crate) async fn token(
    clerk: &Clerk,
    token: &str,
    options: &AuthenticateOptions,
) -> Result<AuthState, Error> {
    judge_all(clerk, &[token], options).await
}

async fn judge_all(
    clerk: &Clerk,
    tokens: &[&str],
    options: &AuthenticateOptions,
) -> Result<AuthState, Error> {
    if let Some(key) = clerk.local_key() {
        return Ok(best(clerk, tokens, Keys::Local(key?), options).0);
    }
    let set = clerk.keys().current(clerk).await?;
    let (state, unknown_key) = best(clerk, tokens, Keys::Set(&set), options);
    if state.is_signed_in() || !unknown_key {
        return Ok(state);
    }
    let newer = clerk.keys().after_unknown_key(clerk, &set).await;
    Ok(newer.map_or(state, |set| best(clerk, tokens, Keys::Set(&set), options).0))
}

/// The verdict on the first good token, else on the first one that this instance has signed, else on the first.
/// Also tells whether a token named a key that is not among `keys`: newer keys may then change the verdict.
fn best(clerk: &Clerk, tokens: &[&str], keys: Keys<'_>, options: &AuthenticateOptions) -> (AuthState, bool) {
    let mut best = None;
    let mut unknown_key = false;
    for token in tokens {
        let reason = match judge(clerk, token, keys, &mut unknown_key, options) {
            Ok(claims) => return (AuthState::SignedIn(Box::new(claims)), unknown_key),
            Err(reason) => reason,
        };
        best = match best {
            Some(known)
                if reason.is_signed_by_instance() <= SignedOutReason::is_signed_by_instance(known) =>
            {
                best
            }
            _ => Some(reason),
        };
    }
    (AuthState::SignedOut(best.unwrap_or(SignedOutReason::NoToken)), unknown_key)
}

fn judge(
    clerk: &Clerk,
    token: &str,
    keys: Keys<'_>,
    unknown_key: &mut bool,
    options: &AuthenticateOptions,
) -> Result<SessionClaims, SignedOutReason> {
    let validation = Validation {
        now: clerk.settings().clock.now(),
        skew: options.clock_skew,
        issuer: options.issuer.as_deref(),
        authorized_parties: &options.authorized_parties,
        expiry: Expiry::Enforced,
    };
    let lookup = |kid: &str| {
        let key = keys.get(kid);
        // A token without a key id can never be found, so newer keys are no help.
        *unknown_key |= key.is_none() && !kid.is_empty();
        key
    };
    let claims = beadle_token::verify(token, lookup, &validation)?;
    if claims.sts.as_deref() == Some("pending") && !options.accept_pending {
        return Err(SignedOutReason::Pending);
    }
    // Without a session it was made from a template, for somebody else to read.
    let sid = claims.sid.ok_or(SignedOutReason::WrongCategory)?;
    Ok(SessionClaims {
        sub: UserId::try_from(claims.sub).map_err(|_| SignedOutReason::Malformed)?,
        sid: SessionId::try_from(sid).map_err(|_| SignedOutReason::Malformed)?,
        exp: claims.exp,
        iat: claims.iat,
        nbf: claims.nbf,
        iss: claims.iss,
        azp: claims.azp,
        sts: claims.sts,
        fva: claims.fva,
        v: claims.v,
        jti: claims.jti,
        generation: claims.r#gen,
        act: claims.act,
        rest: claims.other,
    })
}

impl From<VerifyError> for SignedOutReason {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Malformed => Self::Malformed,
            VerifyError::WrongAlgorithm => Self::WrongAlgorithm,
            VerifyError::WrongCategory => Self::WrongCategory,
            VerifyError::UnknownKey => Self::UnknownKey,
            VerifyError::BadSignature => Self::BadSignature,
            VerifyError::Expired => Self::Expired,
            VerifyError::NotActiveYet => Self::NotActiveYet,
            VerifyError::IssuedInFuture => Self::IssuedInFuture,
            VerifyError::WrongIssuer => Self::WrongIssuer,
            VerifyError::WrongAuthorizedParty => Self::WrongAuthorizedParty,
        }
    }
}
