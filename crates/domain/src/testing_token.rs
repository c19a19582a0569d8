//! Tokens by which an application's own tests get past the limits for robots: when one was made, and proof that the
//! instance made it. Nothing is stored.

use std::time::Duration;

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use beadle_types::Timestamp;

/// How long one works.
pub const LIFETIME: Duration = Duration::from_secs(60 * 60);

/// A token made now, and when it ends.
pub fn issue(secret: &[u8], now: Timestamp) -> (String, Timestamp) {
    let seconds = now.as_secs();
    let tag = URL_SAFE_NO_PAD.encode(hmac::sign(&key(secret), &message(seconds)));
    (format!("{seconds}-c_{tag}"), Timestamp::from_secs(seconds).plus(LIFETIME))
}

/// Whether the instance made this token within its lifetime.
pub fn is_valid(token: &str, secret: &[u8], now: Timestamp) -> bool {
    let Some((seconds, tag)) = token.split_once("-c_") else { return false };
    let (Ok(seconds), Ok(tag)) = (seconds.parse::<i64>(), URL_SAFE_NO_PAD.decode(tag)) else { return false };
    let made_at = Timestamp::from_secs(seconds);
    hmac::verify(&key(secret), &message(seconds), &tag).is_ok()
        && made_at.as_secs() <= now.as_secs() + 60
        && now < made_at.plus(LIFETIME)
}

fn key(secret: &[u8]) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, secret)
}

fn message(seconds: i64) -> Vec<u8> {
    format!("beadle testing token {seconds}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_works_for_an_hour() {
        let now = Timestamp::from_secs(1_700_000_000);
        let (token, expire_at) = issue(b"secret", now);
        assert_eq!(expire_at, Timestamp::from_secs(1_700_003_600));
        assert!(token.starts_with("1700000000-c_"));
        let at = |seconds: i64| Timestamp::from_secs(1_700_000_000 + seconds);
        assert!(is_valid(&token, b"secret", at(0)));
        assert!(is_valid(&token, b"secret", at(3_599)));
        assert!(!is_valid(&token, b"secret", at(3_600)));
        // Made by a node whose clock is far ahead, or made up.
        assert!(!is_valid(&token, b"secret", at(-61)));
        assert!(!is_valid(&token, b"another", at(0)));
        let later = token.replace("1700000000", "1700000001");
        assert!(!is_valid(&later, b"secret", at(1)));
        for text in ["", "-c_", "1700000000-c_", "x-c_aa", "1700000000"] {
            assert!(!is_valid(text, b"secret", at(0)), "{text}");
        }
    }
}
