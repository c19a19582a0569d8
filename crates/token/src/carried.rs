//! Where a request carries its session token: shared by the SDK and the server's gate.

use http::{HeaderMap, header};

const COOKIE: &str = "__session";
/// Length of the part that tells the instances of one host apart: `_` and eight letters.
const SUFFIX: usize = 9;
/// How many cookies are looked at; a browser holds one or two per instance of the host.
const MAX_COOKIES: usize = 8;

/// The tokens to judge, most trustworthy first: the bearer token alone if there is one, else the cookies with a
/// suffix, then the one without. All of them, because only the signature shows which instance a cookie belongs to.
pub fn tokens(headers: &HeaderMap) -> Vec<&str> {
    if let Some(token) = headers.get(header::AUTHORIZATION).and_then(|value| bearer(value.as_bytes())) {
        return vec![token];
    }
    let cookies = headers.get_all(header::COOKIE).into_iter().flat_map(|value| {
        value.as_bytes().split(|byte| *byte == b';').filter_map(|pair| session_cookie(pair.trim_ascii()))
    });
    let mut found: Vec<_> = cookies.take(MAX_COOKIES).collect();
    found.sort_by_key(|(suffixed, _)| !suffixed);
    found.into_iter().map(|(_, token)| token).collect()
}

fn bearer(value: &[u8]) -> Option<&str> {
    let value = str::from_utf8(value).ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim_ascii();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// Whether the name has a suffix, and the value, if the pair is a session cookie.
fn session_cookie(pair: &[u8]) -> Option<(bool, &str)> {
    let (name, value) = str::from_utf8(pair).ok()?.split_once('=')?;
    let suffix = name.strip_prefix(COOKIE)?;
    let suffixed = suffix.len() == SUFFIX && suffix.starts_with('_');
    ((suffix.is_empty() || suffixed) && !value.is_empty()).then_some((suffixed, value))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn check(lines: &[(&'static str, &'static str)], expected: &[&str]) {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_bytes(value.as_bytes()).expect("a header value"));
        }
        assert_eq!(tokens(&headers), expected, "{lines:?}");
    }

    #[test]
    fn the_bearer_token_goes_before_cookies() {
        check(&[("authorization", "Bearer a.b.c"), ("cookie", "__session=d")], &["a.b.c"]);
        check(&[("authorization", "bearer  a.b.c ")], &["a.b.c"]);
        check(&[("authorization", "Basic abc"), ("cookie", "__session=d")], &["d"]);
        check(&[("authorization", "Bearer "), ("cookie", "__session=d")], &["d"]);
    }

    #[test]
    fn suffixed_cookies_go_before_the_plain_one() {
        check(&[("cookie", "x=1; __session=a; __session_Ab3-_x9Z=b")], &["b", "a"]);
        check(
            &[("cookie", "__session_AAAAAAAA=a"), ("cookie", "__session_BBBBBBBB=b;__session=c")],
            &["a", "b", "c"],
        );
    }

    #[test]
    fn other_cookies_are_not_mistaken_for_it() {
        check(
            &[("cookie", "__session_id=a; my__session=b; __session=; __sessionX=c; __session_AAAAAAAAA=d")],
            &[],
        );
        check(&[("cookie", "name=ä; __session=a")], &["a"]);
        check(&[("cookie", "__session"), ("cookie", ";;=;")], &[]);
        check(&[], &[]);
    }

    #[test]
    fn a_flood_of_cookies_is_cut_off() {
        let mut headers = HeaderMap::new();
        for _ in 0..100 {
            headers.append(header::COOKIE, HeaderValue::from_static("__session=a"));
        }
        assert_eq!(tokens(&headers).len(), MAX_COOKIES);
    }
}
