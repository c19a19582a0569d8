//! Checking a session token: form, purpose, signature, times, origin.

use std::borrow::Borrow;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use beadle_types::Timestamp;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::{ALGORITHM, Category, MachineClaims, VerifiedClaims, VerifyingKey};

/// How many bytes a token may have. Real ones have about 900; the limit bounds the work on garbage.
pub const MAX_TOKEN_LENGTH: usize = 16 * 1024;

/// How many bytes a frame of the revocation feed may have: 500 entries take about 120 KiB.
pub const MAX_FRAME_LENGTH: usize = 1024 * 1024;

/// By how much the clocks of issuer and verifier may differ.
pub const DEFAULT_SKEW: Duration = Duration::from_secs(5);

/// What a token is held against.
#[derive(Debug, Clone)]
pub struct Validation<'a> {
    /// The current time.
    pub now: Timestamp,
    /// By how much the clocks may differ.
    pub skew: Duration,
    /// The only issuer to accept; `None` accepts any, which is safe where the keys are the issuer's own.
    pub issuer: Option<&'a str>,
    /// The origins to accept. If there are any, a token must have been made for one of them.
    pub authorized_parties: &'a [String],
    /// Whether an expired token is refused.
    pub expiry: Expiry,
}

/// What is done about the `exp` of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Expiry {
    /// An expired token is refused.
    #[default]
    Enforced,
    /// An expired token passes if everything else is in order. Only for renewing a token by a stronger
    /// credential, never for authenticating a request.
    Ignored,
}

impl Validation<'_> {
    /// Enforces all times with the usual skew and accepts any issuer and origin.
    pub fn at(now: Timestamp) -> Self {
        Self { now, skew: DEFAULT_SKEW, issuer: None, authorized_parties: &[], expiry: Expiry::Enforced }
    }
}

/// Why a token was refused. In the order in which the checks are made, so that nothing about a token's claims
/// is believed, or told, before its signature is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Not a JWT: wrong shape, too long, broken base64 or JSON, or a claim of the wrong type.
    #[error("the token is malformed")]
    Malformed,
    /// Signed with something else than RS256, or not at all.
    #[error("the token is not signed with RS256")]
    WrongAlgorithm,
    /// A token for another purpose than authenticating a session.
    #[error("the token is not a session token")]
    WrongCategory,
    /// Signed with a key that the verifier does not know. Its keys may be out of date.
    #[error("the token is signed with an unknown key")]
    UnknownKey,
    /// The signature does not fit.
    #[error("the token's signature is wrong")]
    BadSignature,
    /// The token has ended.
    #[error("the token has expired")]
    Expired,
    /// The token is not valid yet.
    #[error("the token is not active yet")]
    NotActiveYet,
    /// The token claims to be issued later than now. One of the clocks is wrong.
    #[error("the token was issued in the future")]
    IssuedInFuture,
    /// Another issuer's token, or one without an issuer.
    #[error("the token has the wrong issuer")]
    WrongIssuer,
    /// A token made for another origin, or for none.
    #[error("the token was made for another origin")]
    WrongAuthorizedParty,
}

/// Verifies a session token and hands out its claims.
///
/// `lookup` finds the key for the id in the token's header; a token without an id asks for the empty one.
pub fn verify<K: Borrow<VerifyingKey>>(
    token: &str,
    lookup: impl FnOnce(&str) -> Option<K>,
    validation: &Validation<'_>,
) -> Result<VerifiedClaims, VerifyError> {
    let claims: VerifiedClaims =
        decode_json(signed_payload(token, MAX_TOKEN_LENGTH, Header::check, lookup)?)?;
    validation.check_times(claims.exp, claims.nbf, claims.iat)?;
    validation.check_origin(&claims)?;
    Ok(claims)
}

/// Verifies a token of a machine, which a session token does not pass for, nor the other way round.
pub fn verify_machine<K: Borrow<VerifyingKey>>(
    token: &str,
    lookup: impl FnOnce(&str) -> Option<K>,
    validation: &Validation<'_>,
) -> Result<MachineClaims, VerifyError> {
    let claims: MachineClaims =
        decode_json(signed_payload(token, MAX_TOKEN_LENGTH, Header::check_machine, lookup)?)?;
    validation.check_times(claims.exp, claims.nbf, claims.iat)?;
    validation.check_issuer(claims.iss.as_deref())?;
    Ok(claims)
}

/// Verifies the signature of a frame of the revocation feed and hands out its payload. Its times and its place in
/// the sequence are for the caller to judge.
pub fn verify_revocations<T: DeserializeOwned, K: Borrow<VerifyingKey>>(
    jws: &str,
    lookup: impl FnOnce(&str) -> Option<K>,
) -> Result<T, VerifyError> {
    decode_json(signed_payload(jws, MAX_FRAME_LENGTH, Header::check_revocations, lookup)?)
}

/// The payload, still encoded, if the header passes `check` and the signature fits.
fn signed_payload<K: Borrow<VerifyingKey>>(
    token: &str,
    limit: usize,
    check: impl FnOnce(&Header) -> Result<(), VerifyError>,
    lookup: impl FnOnce(&str) -> Option<K>,
) -> Result<&str, VerifyError> {
    if token.len() > limit {
        return Err(VerifyError::Malformed);
    }
    let (message, signature) = token.rsplit_once('.').ok_or(VerifyError::Malformed)?;
    let (header, payload) = message.split_once('.').ok_or(VerifyError::Malformed)?;
    let header: Header = decode_json(header)?;
    check(&header)?;
    let signature = decode(signature)?;
    let key = lookup(header.kid.as_deref().unwrap_or_default()).ok_or(VerifyError::UnknownKey)?;
    if !key.borrow().is_signature(message.as_bytes(), &signature) {
        return Err(VerifyError::BadSignature);
    }
    Ok(payload)
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: Option<String>,
    cat: Option<String>,
    kid: Option<String>,
    /// Extensions that a verifier must understand; none are understood here.
    crit: Option<IgnoredAny>,
}

impl Header {
    fn check_revocations(&self) -> Result<(), VerifyError> {
        if self.alg != ALGORITHM {
            return Err(VerifyError::WrongAlgorithm);
        }
        if self.crit.is_some() {
            return Err(VerifyError::Malformed);
        }
        if self.typ.as_deref() != Some(Category::Revocations.typ()) || self.cat.is_some() {
            return Err(VerifyError::WrongCategory);
        }
        Ok(())
    }

    fn check_machine(&self) -> Result<(), VerifyError> {
        self.check_form()?;
        if self.cat.as_deref() != Category::Machine.header_value() {
            return Err(VerifyError::WrongCategory);
        }
        Ok(())
    }

    fn check_form(&self) -> Result<(), VerifyError> {
        if self.alg != ALGORITHM {
            return Err(VerifyError::WrongAlgorithm);
        }
        if self.crit.is_some() || self.typ.as_deref().is_some_and(|typ| !typ.eq_ignore_ascii_case("JWT")) {
            return Err(VerifyError::Malformed);
        }
        Ok(())
    }

    fn check(&self) -> Result<(), VerifyError> {
        self.check_form()?;
        // Tokens made before categories existed have none.
        if self.cat.is_some() && self.cat.as_deref() != Category::Session.header_value() {
            return Err(VerifyError::WrongCategory);
        }
        Ok(())
    }
}

impl Validation<'_> {
    fn check_times(&self, exp: i64, nbf: Option<i64>, iat: Option<i64>) -> Result<(), VerifyError> {
        // A time that is off by no more than the skew is in order, in either direction.
        let (earliest, latest) = (self.now.minus(self.skew), self.now.plus(self.skew));
        if self.expiry == Expiry::Enforced && Timestamp::from_secs(exp) <= earliest {
            return Err(VerifyError::Expired);
        }
        if nbf.is_some_and(|nbf| Timestamp::from_secs(nbf) > latest) {
            return Err(VerifyError::NotActiveYet);
        }
        if iat.is_some_and(|iat| Timestamp::from_secs(iat) > latest) {
            return Err(VerifyError::IssuedInFuture);
        }
        Ok(())
    }

    fn check_issuer(&self, iss: Option<&str>) -> Result<(), VerifyError> {
        if self.issuer.is_some() && self.issuer != iss {
            return Err(VerifyError::WrongIssuer);
        }
        Ok(())
    }

    fn check_origin(&self, claims: &VerifiedClaims) -> Result<(), VerifyError> {
        self.check_issuer(claims.iss.as_deref())?;
        let for_us = claims
            .azp
            .as_ref()
            .is_some_and(|origin| self.authorized_parties.iter().any(|party| party == origin));
        if !self.authorized_parties.is_empty() && !for_us {
            return Err(VerifyError::WrongAuthorizedParty);
        }
        Ok(())
    }
}

fn decode(part: &str) -> Result<Vec<u8>, VerifyError> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| VerifyError::Malformed)
}

fn decode_json<T: DeserializeOwned>(part: &str) -> Result<T, VerifyError> {
    serde_json::from_slice(&decode(part)?).map_err(|_| VerifyError::Malformed)
}

#[cfg(test)]
mod tests;
