//! Signatures of webhook messages, by the Svix scheme: HMAC-SHA256 over `id.timestamp.body`.

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use beadle_types::Timestamp;

/// What a signing secret begins with.
pub const SECRET_PREFIX: &str = "whsec_";
/// How far the time of a message may be from the receiver's.
const TOLERANCE_SECONDS: u64 = 5 * 60;
/// Signatures of a message that are looked at.
const MAX_SIGNATURES: usize = 16;

/// A signing secret, ready for use.
pub struct WebhookKey(hmac::Key);

/// Why a message is not to be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// The secret is not `whsec_` and base64.
    #[error("the signing secret is not whsec_ and base64")]
    Secret,
    /// Its id, time or signatures are missing or malformed.
    #[error("the headers of the message are missing or malformed")]
    Headers,
    /// It is older than five minutes, or from the future.
    #[error("the message is too old or too new")]
    Time,
    /// It is signed, but no event of the kind that was asked for.
    #[error("the message is not the event that was expected")]
    Body,
    /// Nobody with the secret has signed it.
    #[error("no signature of the message fits")]
    Signature,
}

impl WebhookKey {
    /// The key of these bytes.
    pub fn new(bytes: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// Reads a secret as receivers have it: `whsec_…`.
    ///
    /// # Errors
    /// [`WebhookError::Secret`].
    pub fn parse(secret: &str) -> Result<Self, WebhookError> {
        let encoded = secret.trim().strip_prefix(SECRET_PREFIX).unwrap_or(secret.trim());
        let bytes = STANDARD.decode(encoded).map_err(|_| WebhookError::Secret)?;
        if bytes.is_empty() { Err(WebhookError::Secret) } else { Ok(Self::new(&bytes)) }
    }

    /// The signature: `v1,` and base64.
    pub fn sign(&self, id: &str, at: Timestamp, body: &[u8]) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(format!("{id}.{}.", at.as_secs()).as_bytes());
        context.update(body);
        format!("v1,{}", STANDARD.encode(context.sign()))
    }

    /// Checks a message as it arrived; `signatures` may be several, with blanks between.
    ///
    /// # Errors
    /// Why it is not to be believed.
    pub fn verify(
        &self,
        id: &str,
        timestamp: &str,
        signatures: &str,
        body: &[u8],
        now: Timestamp,
    ) -> Result<(), WebhookError> {
        let seconds: i64 = timestamp.parse().map_err(|_| WebhookError::Headers)?;
        if now.as_secs().abs_diff(seconds) > TOLERANCE_SECONDS {
            return Err(WebhookError::Time);
        }
        let signed = [id.as_bytes(), b".", timestamp.as_bytes(), b".", body].concat();
        let given = signatures.split(' ').take(MAX_SIGNATURES);
        let mut given =
            given.filter_map(|one| one.strip_prefix("v1,")).filter_map(|one| STANDARD.decode(one).ok());
        // In constant time for each.
        let fits = given.any(|one| hmac::verify(&self.0, &signed, &one).is_ok());
        if fits { Ok(()) } else { Err(WebhookError::Signature) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Svix's documentation.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    const AT: Timestamp = Timestamp::from_secs(1_614_265_330);

    #[test]
    fn signatures_are_those_of_the_published_example() {
        assert_eq!(WebhookKey::parse(SECRET).unwrap().sign(ID, AT, BODY), SIGNATURE);
    }

    #[test]
    fn only_what_was_signed_is_believed() {
        let key = WebhookKey::parse(SECRET).unwrap();
        let verify = |id: &str, timestamp: &str, signatures: &str, body: &[u8]| {
            key.verify(id, timestamp, signatures, body, AT)
        };
        assert_eq!(verify(ID, "1614265330", SIGNATURE, BODY), Ok(()));
        assert_eq!(verify(ID, "1614265330", &format!("v1,AAAA v2,x {SIGNATURE}"), BODY), Ok(()));
        assert_eq!(verify("msg_1", "1614265330", SIGNATURE, BODY), Err(WebhookError::Signature));
        assert_eq!(verify(ID, "1614265331", SIGNATURE, BODY), Err(WebhookError::Signature));
        assert_eq!(verify(ID, "1614265330", SIGNATURE, b"{}"), Err(WebhookError::Signature));
        assert_eq!(verify(ID, "1614265330", "", BODY), Err(WebhookError::Signature));
        assert_eq!(verify(ID, "soon", SIGNATURE, BODY), Err(WebhookError::Headers));
        let other = WebhookKey::parse("whsec_AAAA").unwrap();
        assert_eq!(other.verify(ID, "1614265330", SIGNATURE, BODY, AT), Err(WebhookError::Signature));
    }

    #[test]
    fn messages_are_believed_for_five_minutes() {
        let key = WebhookKey::parse(SECRET).unwrap();
        for (offset, is_fresh) in [(-301, false), (-300, true), (300, true), (301, false)] {
            let now = Timestamp::from_secs(AT.as_secs() + offset);
            let verified = key.verify(ID, "1614265330", SIGNATURE, BODY, now);
            assert_eq!(verified, if is_fresh { Ok(()) } else { Err(WebhookError::Time) }, "{offset}");
        }
    }

    #[test]
    fn secrets_are_base64() {
        for text in ["whsec_", "whsec_?", ""] {
            assert!(matches!(WebhookKey::parse(text), Err(WebhookError::Secret)), "{text:?}");
        }
    }
}
