//! The cookies of the Frontend API.
//!
//! | cookie | holds | readable by scripts |
//! |---|---|---|
//! | `__client` | the client's secret | no |
//! | `__refresh_SUFFIX` | the refresh token of the active session, for server-side rendering | no |
//! | `__client_uat`, `__client_uat_SUFFIX` | when the signed-in state last changed, in seconds; 0 signed out | yes |
//! | `__session`, `__session_SUFFIX` | the session token (only set where the browser library cannot) | yes |

use axum::http::{HeaderMap, HeaderValue, header};

use crate::instance::Instance;

/// The name of the client cookie.
pub(crate) const CLIENT: &str = "__client";
/// 400 days, the most that browsers keep a cookie.
const YEAR_AND_A_BIT: u64 = 400 * 24 * 60 * 60;

/// The value of a request's cookie.
pub(crate) fn get<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
        // Other applications on the host may keep bytes that are no text.
        .filter_map(|pair| std::str::from_utf8(pair).ok())
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.trim_matches('"'))
}

/// Builds `Set-Cookie` values for one answer.
pub(crate) struct Jar<'a> {
    instance: &'a Instance,
    secure: bool,
    set: Vec<String>,
}

impl<'a> Jar<'a> {
    /// `secure` for answers that travel over TLS.
    pub(crate) fn new(instance: &'a Instance, secure: bool) -> Self {
        Self { instance, secure, set: Vec::new() }
    }

    /// The client's secret.
    pub(crate) fn client(&mut self, token: &str) {
        self.push(CLIENT, token, YEAR_AND_A_BIT, true);
    }

    /// The refresh token of the session that is active now.
    pub(crate) fn refresh(&mut self, token: &str, seconds: u64) {
        self.push(&format!("__refresh_{}", self.instance.cookie_suffix), token, seconds, true);
    }

    /// Forgets the refresh token.
    pub(crate) fn clear_refresh(&mut self) {
        self.refresh("", 0);
    }

    /// When the signed-in state changed, in Unix seconds; 0 for signed out.
    pub(crate) fn client_uat(&mut self, seconds: i64) {
        self.both("__client_uat", &seconds.to_string(), YEAR_AND_A_BIT);
    }

    /// A session token.
    pub(crate) fn session(&mut self, jwt: &str) {
        self.both("__session", jwt, YEAR_AND_A_BIT);
    }

    fn both(&mut self, name: &str, value: &str, seconds: u64) {
        self.push(name, value, seconds, false);
        self.push(&format!("{name}_{}", self.instance.cookie_suffix), value, seconds, false);
    }

    fn push(&mut self, name: &str, value: &str, seconds: u64, http_only: bool) {
        let http_only = if http_only { "; HttpOnly" } else { "" };
        let secure = if self.secure { "; Secure" } else { "" };
        self.set.push(format!("{name}={value}; Path=/; Max-Age={seconds}; SameSite=Lax{http_only}{secure}"));
    }

    /// The values, for answers that carry cookies in their body.
    pub(crate) fn into_values(self) -> Vec<String> {
        self.set
    }

    /// Adds the values to an answer's headers.
    pub(crate) fn write(self, headers: &mut HeaderMap) {
        for value in self.set {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.append(header::SET_COOKIE, value);
            }
        }
    }
}
