//! Tokens whose claims an operator has laid out.
//!
//! A claim is any JSON. A text in it that is one shortcode, such as `{{user.public_metadata.role}}`, becomes the
//! value behind it, of whatever type; shortcodes inside a longer text are written into it. `||` gives what to take
//! if nothing is there: `{{user.username || user.id || 'nobody'}}`.

mod shortcode;

use std::time::Duration;

use beadle_types::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::session::{Issue, LiveSession};

/// The claims that the server alone sets. Clerk's, and those by which a revoked token is recognised.
pub const RESERVED: [&str; 9] = ["azp", "exp", "iat", "iss", "jti", "nbf", "sub", "sid", "gen"];
/// The lifetimes that a template may give, in seconds.
pub const LIFETIME: std::ops::RangeInclusive<u32> = 30..=315_360_000;
/// By how much the clocks of verifiers may be behind at most, in seconds.
pub const MAX_SKEW: u32 = 300;
/// Bytes of the claims as JSON: tokens travel in headers.
const MAX_SIZE: usize = 8 * 1024;
const MAX_NAME_LENGTH: usize = 64;

/// How tokens of one kind are made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JwtTemplate {
    /// The claims besides [`RESERVED`], with shortcodes.
    pub claims: Map<String, Value>,
    /// From issue to expiry.
    pub lifetime_seconds: u32,
    /// By how much the clocks of those who verify may be behind.
    pub allowed_clock_skew_seconds: u32,
}

impl Default for JwtTemplate {
    fn default() -> Self {
        Self { claims: Map::new(), lifetime_seconds: 60, allowed_clock_skew_seconds: 5 }
    }
}

impl JwtTemplate {
    /// What is wrong with a template of this name: where in it, and what.
    pub fn problem(&self, name: &str) -> Option<(&'static str, String)> {
        let is_name = (1..=MAX_NAME_LENGTH).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if !is_name {
            return Some(("", "must be named by 1 to 64 letters, digits, `-` or `_`".to_owned()));
        }
        if let Some(claim) = self.claims.keys().find(|claim| RESERVED.contains(&claim.as_str())) {
            return Some((".claims", format!("must not set {claim}, which the server sets")));
        }
        if serde_json::to_string(&self.claims).map_or(usize::MAX, |text| text.len()) > MAX_SIZE {
            return Some((".claims", format!("may take up at most {MAX_SIZE} bytes")));
        }
        if let Some(code) = self.claims.values().find_map(shortcode::unknown) {
            return Some((".claims", format!("has the unknown shortcode {code}")));
        }
        if !LIFETIME.contains(&self.lifetime_seconds) {
            return Some((".lifetime_seconds", "must be from 30 to ten years".to_owned()));
        }
        (self.allowed_clock_skew_seconds > MAX_SKEW)
            .then(|| (".allowed_clock_skew_seconds", "must be at most 300".to_owned()))
    }

    /// From issue to expiry.
    pub fn lifetime(&self) -> Duration {
        Duration::from_secs(self.lifetime_seconds.into())
    }

    /// The claims of a token made now. `facts` is what shortcodes speak about: `{"user": …, "session": …}`.
    ///
    /// Like session tokens it carries the session and the user's generation, so that whoever follows the
    /// revocation feed can refuse it.
    pub fn claims(
        &self,
        session: &LiveSession,
        issue: &Issue<'_>,
        facts: &Value,
        now: Timestamp,
    ) -> Map<String, Value> {
        let mut claims: Map<String, Value> =
            self.claims.iter().map(|(name, value)| (name.clone(), shortcode::fill(value, facts))).collect();
        let session = session.session();
        let reserved = [
            ("exp", json!(now.plus(issue.lifetime).as_secs())),
            ("iat", json!(now.as_secs())),
            ("iss", json!(issue.issuer)),
            ("jti", json!(issue.jti)),
            ("nbf", json!(now.as_secs() - i64::from(self.allowed_clock_skew_seconds))),
            ("sub", json!(session.user_id)),
            ("sid", json!(session.id)),
            ("gen", json!(session.generation.get())),
        ];
        claims.extend(reserved.map(|(name, value)| (name.to_owned(), value)));
        if let Some(origin) = issue.authorized_party {
            claims.insert("azp".to_owned(), json!(origin));
        }
        claims
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(claims: &Value) -> JwtTemplate {
        JwtTemplate { claims: claims.as_object().unwrap().clone(), ..JwtTemplate::default() }
    }

    #[test]
    fn reserved_claims_cannot_be_set() {
        for name in RESERVED {
            let (place, problem) = template(&json!({name: "x"})).problem("t").unwrap();
            assert!(place == ".claims" && problem.contains(name), "{problem}");
        }
        // Inside a claim they are names like any other.
        assert_eq!(template(&json!({"aud": "x", "nested": {"sub": "{{user.id}}"}})).problem("t"), None);
    }

    #[test]
    fn names_sizes_and_times_are_bounded() {
        let good = template(&json!({"a": "{{user.id}}"}));
        assert_eq!(good.problem("hasura-1_x"), None);
        for name in ["", "a/b", "a b", &"a".repeat(65)] {
            assert!(good.problem(name).is_some(), "{name}");
        }
        let large = template(&json!({"a": "x".repeat(MAX_SIZE)}));
        assert_eq!(large.problem("t").unwrap().0, ".claims");
        let lifetime =
            |lifetime_seconds| JwtTemplate { lifetime_seconds, ..good.clone() }.problem("t").is_none();
        assert_eq!([29, 30, 315_360_000, 315_360_001].map(lifetime), [false, true, true, false]);
        let skew = |seconds| JwtTemplate { allowed_clock_skew_seconds: seconds, ..good.clone() }.problem("t");
        assert_eq!([300, 301].map(|seconds| skew(seconds).is_none()), [true, false]);
    }

    #[test]
    fn unknown_shortcodes_are_named_wherever_they_are() {
        for claims in [
            json!({"a": "{{user.secret}}"}),
            json!({"a": {"b": ["x {{ user.private_metadata.x }} y"]}}),
            json!({"a": "{{user.id || user.password_digest}}"}),
            json!({"a": "{{}}"}),
            json!({"a": "{{user.id.more}}"}),
        ] {
            let (place, problem) = template(&claims).problem("t").unwrap();
            assert!(place == ".claims" && problem.contains("shortcode"), "{claims}: {problem}");
        }
    }
}
