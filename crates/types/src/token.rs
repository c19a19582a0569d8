//! Answers that carry a token or the cookies that hold one.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::object::{CookiesObject, TokenObject};

/// A signed token. `Debug` hides it, as whoever holds it acts as the user until it expires.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Token {
    /// Always `token`.
    pub object: TokenObject,
    /// The token in compact form.
    pub jwt: String,
}

impl Token {
    /// Wraps a token in compact form.
    pub fn new(jwt: impl Into<String>) -> Self {
        Self { object: TokenObject, jwt: jwt.into() }
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").finish_non_exhaustive()
    }
}

/// `Set-Cookie` lines that a server library passes on to the browser. `Debug` hides them, as they hold tokens.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cookies {
    /// Always `cookies`.
    pub object: CookiesObject,
    /// The values of `Set-Cookie` headers.
    pub cookies: Vec<String>,
}

impl Cookies {
    /// Wraps the values of `Set-Cookie` headers.
    pub fn new(cookies: Vec<String>) -> Self {
        Self { object: CookiesObject, cookies }
    }
}

impl fmt::Debug for Cookies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cookies").field("count", &self.cookies.len()).finish_non_exhaustive()
    }
}

/// The answer to a refresh, in the format that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum RefreshedSession {
    /// Just the token.
    Token(Token),
    /// Cookies to pass on.
    Cookies(Cookies),
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn refreshed_sessions_are_told_apart_by_their_object() {
        let token: RefreshedSession =
            serde_json::from_value(json!({"object": "token", "jwt": "a.b.c"})).unwrap();
        assert_eq!(token, RefreshedSession::Token(Token::new("a.b.c")));
        let cookies: RefreshedSession =
            serde_json::from_value(json!({"object": "cookies", "cookies": ["a=b"]})).unwrap();
        assert_eq!(cookies, RefreshedSession::Cookies(Cookies::new(vec!["a=b".into()])));
    }

    #[test]
    fn debug_output_holds_no_secret() {
        assert!(
            !format!("{:?} {:?}", Token::new("s3cret"), Cookies::new(vec!["s3cret".into()]))
                .contains("s3cret")
        );
    }
}
