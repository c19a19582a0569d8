//! Codes of authenticator apps: RFC 6238 with SHA-1, six digits, thirty seconds, which is all that every app knows.

use std::fmt::Write as _;

use aws_lc_rs::hmac::{self, HMAC_SHA1_FOR_LEGACY_USE_ONLY};
use beadle_types::Timestamp;

use crate::{
    base32,
    error::{Error, Result},
    rng::{Rng, RngExt},
    secret::constant_time_eq,
};

/// Seconds that one code is shown.
const PERIOD: i64 = 30;
/// How many steps a clock may be off, either way.
const SKEW: i64 = 1;
const DIGITS: usize = 6;
const MODULUS: u32 = 1_000_000;
/// Bytes of a secret drawn here: the length of the hash, as RFC 4226 recommends.
const DRAWN: usize = 20;
/// Bytes of a secret brought along: RFC 4226 demands 16, but many services have handed out 10.
const BROUGHT: std::ops::RangeInclusive<usize> = 10..=64;
/// Characters of a code that are looked at.
const MAX_TYPED: usize = 16;

/// Whether a text is as long as codes are.
pub fn has_length_of_code(typed: &str) -> bool {
    characters(typed).take(MAX_TYPED).count() == DIGITS
}

/// What counts of a typed code.
fn characters(typed: &str) -> impl Iterator<Item = char> {
    typed.chars().filter(|c| !c.is_whitespace())
}

/// What an authenticator app and the server share.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret(Vec<u8>);

impl TotpSecret {
    /// A new one.
    pub fn draw(rng: &dyn Rng) -> Self {
        Self(rng.bytes::<DRAWN>().to_vec())
    }

    /// One that was in use elsewhere, as Base32.
    ///
    /// # Errors
    /// `invalid_totp_secret_code` for what no app would take.
    pub fn parse(text: &str, param: &str) -> Result<Self> {
        let text: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let bytes = base32::decode(&text).filter(|bytes| BROUGHT.contains(&bytes.len()));
        bytes.map(Self).ok_or_else(|| Error::invalid_totp_secret().param(param))
    }

    /// One read back from storage.
    pub fn from_stored(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// What to store, sealed.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// What is typed into an app.
    pub fn to_base32(&self) -> String {
        base32::encode(&self.0)
    }

    /// What an app reads from the picture.
    pub fn uri(&self, application: &str, account: &str) -> String {
        let (issuer, account) = (escape(application), escape(account));
        let secret = self.to_base32();
        format!(
            "otpauth://totp/{issuer}:{account}?algorithm=SHA1&digits={DIGITS}&issuer={issuer}&period={PERIOD}&secret={secret}"
        )
    }

    /// The step whose code this is. The caller must see to it that each is taken once.
    pub fn accept(&self, typed: &str, now: Timestamp) -> Option<Step> {
        let typed: String = characters(typed).take(MAX_TYPED).collect();
        let current = now.as_secs().div_euclid(PERIOD);
        let mut found = None;
        // All are compared, whichever fits.
        for step in current - SKEW..=current + SKEW {
            if constant_time_eq(self.code(step).as_bytes(), typed.as_bytes()) {
                found = Some(Step(step));
            }
        }
        found
    }

    /// The code that an app shows at this time.
    pub fn code_at(&self, time: Timestamp) -> String {
        self.code(time.as_secs().div_euclid(PERIOD))
    }

    fn code(&self, step: i64) -> String {
        let key = hmac::Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let tag = tag.as_ref();
        let offset = usize::from(tag[tag.len() - 1] & 15);
        let word = [tag[offset] & 0x7F, tag[offset + 1], tag[offset + 2], tag[offset + 3]];
        format!("{:0DIGITS$}", u32::from_be_bytes(word) % MODULUS)
    }
}

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(..)")
    }
}

/// Thirty seconds, counted from 1970. A code proves something once: what is stored is the last step whose code was
/// taken, and only a later one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step(i64);

impl Step {
    /// The number, for storage.
    pub fn get(self) -> i64 {
        self.0
    }
}

/// Percent-encodes everything that is not plain in every part of a URI.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            escaped.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::tests::TestRng;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_secs(seconds)
    }

    fn rfc() -> TotpSecret {
        TotpSecret::from_stored(b"12345678901234567890".to_vec())
    }

    /// RFC 6238, appendix B, the last six of eight digits.
    #[test]
    fn the_vectors_of_the_rfc() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(rfc().code_at(at(seconds)), code);
        }
    }

    #[test]
    fn a_clock_may_be_one_step_off() {
        let secret = TotpSecret::draw(&TestRng::default());
        let code = secret.code_at(at(300_000));
        for (now, accepted) in
            [(299_969, false), (299_970, true), (300_029, true), (300_059, true), (300_060, false)]
        {
            assert_eq!(secret.accept(&code, at(now)), accepted.then_some(Step(10_000)), "{now}");
        }
    }

    #[test]
    fn blanks_do_not_matter_and_odd_input_is_wrong() {
        let secret = TotpSecret::draw(&TestRng::default());
        let code = secret.code_at(at(0));
        assert!(secret.accept(&format!(" {} {}\n", &code[..3], &code[3..]), at(0)).is_some());
        for typed in ["", &code[1..], &format!("{code}0"), &format!("0{code}"), "\0", "４２４２４２"] {
            assert_eq!(secret.accept(typed, at(0)), None, "{typed:?}");
        }
    }

    #[test]
    fn secrets_can_be_brought_along() {
        let secret = TotpSecret::parse("gezd gnbv-GY3T QOJQ", "totp_secret").unwrap();
        assert_eq!(secret.as_bytes(), b"1234567890");
        assert_eq!(TotpSecret::parse(&rfc().to_base32(), "totp_secret").unwrap(), rfc());
        for text in ["", "GEZDGNBV", "0000000000000000", &"A".repeat(200)] {
            let refusal = TotpSecret::parse(text, "totp_secret").unwrap_err();
            assert_eq!(
                (refusal.code(), refusal.param_name()),
                ("invalid_totp_secret_code", Some("totp_secret"))
            );
        }
    }

    #[test]
    fn the_uri_names_application_and_account() {
        assert_eq!(
            rfc().uri("Ada & Co", "ada@example.com"),
            "otpauth://totp/Ada%20%26%20Co:ada%40example.com?algorithm=SHA1&digits=6&issuer=Ada%20%26%20Co\
             &period=30&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        );
    }

    #[test]
    fn the_secret_is_not_printed() {
        assert_eq!(format!("{:?}", rfc()), "TotpSecret(..)");
    }
}
