//! Who sent a request: finds the session token, judges it locally, says why not.

mod claims;
mod keys;
mod options;
mod state;

use beadle_token::{Expiry, Validation, VerifyError};
use beadle_types::{SessionId, SignedFrame, UserId};

use self::keys::Keys;
pub(crate) use self::keys::{KeyCache, LocalKey};
pub use self::{
    claims::SessionClaims,
    options::AuthenticateOptions,
    state::{AuthState, SignedOutReason},
};
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
    Ok(judge_all(clerk, &tokens, options, &|_| None).await?.state)
}

/// Judges one token.
pub(crate) async fn token(
    clerk: &Clerk,
    token: &str,
    options: &AuthenticateOptions,
) -> Result<AuthState, Error> {
    Ok(judge_all(clerk, &[token], options, &|_| None).await?.state)
}

/// Reads a frame of the revocation feed, signed with the keys that session tokens are signed with; or says why not.
pub(crate) async fn frame(clerk: &Clerk, jws: &str) -> Result<SignedFrame, String> {
    let text = |error: Error| error.to_string();
    let read = |keys: Keys<'_>| beadle_token::verify_revocations(jws, |kid| keys.get(kid));
    let outcome = if let Some(key) = clerk.local_key() {
        read(Keys::Local(key.map_err(text)?))
    } else {
        let set = clerk.keys().current(clerk).await.map_err(text)?;
        match read(Keys::Set(&set)) {
            Err(VerifyError::UnknownKey) => {
                let newer = clerk.keys().after_unknown_key(clerk, &set).await;
                newer.map_or(Err(VerifyError::UnknownKey), |newer| read(Keys::Set(&newer)))
            }
            outcome => outcome,
        }
    };
    outcome.map_err(|error| error.to_string())
}

/// What came of several tokens.
pub(crate) struct Verdict<'t> {
    pub(crate) state: AuthState,
    /// The token that was accepted.
    pub(crate) token: Option<&'t str>,
    /// Whether a token named a key that is not among those at hand: newer keys may then change the verdict.
    unknown_key: bool,
}

/// A reason to refuse a token whose claims are in order.
pub(crate) type Veto<'v> = &'v (dyn Fn(&SessionClaims) -> Option<SignedOutReason> + Sync);

pub(crate) async fn judge_all<'t>(
    clerk: &Clerk,
    tokens: &[&'t str],
    options: &AuthenticateOptions,
    veto: Veto<'_>,
) -> Result<Verdict<'t>, Error> {
    if let Some(key) = clerk.local_key() {
        return Ok(best(clerk, tokens, Keys::Local(key?), options, veto));
    }
    let set = clerk.keys().current(clerk).await?;
    let verdict = best(clerk, tokens, Keys::Set(&set), options, veto);
    if verdict.state.is_signed_in() || !verdict.unknown_key {
        return Ok(verdict);
    }
    let newer = clerk.keys().after_unknown_key(clerk, &set).await;
    Ok(newer.map_or(verdict, |set| best(clerk, tokens, Keys::Set(&set), options, veto)))
}

/// The verdict on the first good token, else on the first one that this instance has signed, else on the first.
fn best<'t>(
    clerk: &Clerk,
    tokens: &[&'t str],
    keys: Keys<'_>,
    options: &AuthenticateOptions,
    veto: Veto<'_>,
) -> Verdict<'t> {
    let mut best = None;
    let mut unknown_key = false;
    for token in tokens {
        let judged = judge(clerk, token, keys, &mut unknown_key, options);
        let reason = match judged.and_then(|claims| veto(&claims).map_or(Ok(claims), Err)) {
            Ok(claims) => {
                let state = AuthState::SignedIn(Box::new(claims));
                return Verdict { state, token: Some(token), unknown_key };
            }
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
    let state = AuthState::SignedOut(best.unwrap_or(SignedOutReason::NoToken));
    Verdict { state, token: None, unknown_key }
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
