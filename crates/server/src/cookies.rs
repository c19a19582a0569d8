//! The cookies of the Frontend API.
//!
//! | cookie | holds | readable by scripts |
//! |---|---|---|
//! | `__client` | the client's secret | no |
//! | `__refresh_SUFFIX` | the refresh token of the active session, for server-side rendering | no |
//! | `__client_uat`, `__client_uat_SUFFIX` | when the signed-in state last changed, in seconds; 0 signed out | yes |
//! | `__session`, `__session_SUFFIX` | the session token (only set where the browser library cannot) | yes |
//! | `__clerk_handshake`, `__clerk_handshake_nonce` | the cookies for an application's server, or what fetches them | no |
//! | `__clerk_db_jwt`, `__clerk_db_jwt_SUFFIX` | the token of a development browser, on the application's pages and ours | yes |
//!
//! In production, what pages on other hosts need (`__client_uat`, the handshake) is set for the whole domain of the
//! publishable host when the request came to a host under it. Everything else stays with the host that set it.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::{
    extract::{Caller, Channel},
    instance::Instance,
};

/// The name of the client cookie.
pub(crate) const CLIENT: &str = "__client";
/// The name of the cookie that says since when somebody is signed in.
pub(crate) const CLIENT_UAT: &str = "__client_uat";
/// The name of the parameter and of the cookie that carry the token of a development browser.
pub(crate) const DEV_BROWSER: &str = "__clerk_db_jwt";
/// The name of the parameter and of the cookie that carry the answer to a handshake.
pub(crate) const HANDSHAKE: &str = "__clerk_handshake";
/// The name of the cookie that carries what the answer is fetched with.
pub(crate) const HANDSHAKE_NONCE: &str = "__clerk_handshake_nonce";
const CLERK_DB_JWT: HeaderName = HeaderName::from_static("clerk-db-jwt");
/// An application's server reads the answer with the next request.
pub(crate) const HANDSHAKE_SECONDS: u64 = 60;
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

/// The token of a development browser, in a request's cookies.
pub(crate) fn dev_browser(headers: &HeaderMap, instance: &Instance) -> Option<String> {
    let suffixed = format!("{DEV_BROWSER}_{}", instance.cookie_suffix);
    get(headers, &suffixed).or_else(|| get(headers, DEV_BROWSER)).map(str::to_owned)
}

/// Builds the headers that hand a caller its secrets: cookies, or what stands for them where there are none.
pub(crate) struct Jar<'a> {
    instance: &'a Instance,
    channel: Channel,
    on_own_page: bool,
    secure: bool,
    /// The domain for cookies that pages of other hosts need.
    domain: Option<&'a str>,
    set: Vec<(HeaderName, String)>,
}

/// Who can see a cookie.
#[derive(Clone, Copy)]
struct Reach {
    scripts: bool,
    /// All hosts of the application's domain, not just the one that set it.
    domain: bool,
}

impl<'a> Jar<'a> {
    /// For the pages of a site. `secure` if they travel over TLS.
    pub(crate) fn new(instance: &'a Instance, host: &str, secure: bool) -> Self {
        let domain = instance.cookie_domain(host);
        Self { instance, channel: Channel::Cookie, on_own_page: false, secure, domain, set: Vec::new() }
    }

    /// For the answer to this caller.
    pub(crate) fn of(instance: &'a Instance, caller: &Caller) -> Self {
        let jar = Self::new(instance, &caller.host, caller.secure);
        Self { channel: caller.channel, on_own_page: caller.on_own_page, ..jar }
    }

    /// The client's secret.
    pub(crate) fn client(&mut self, token: &str) {
        match self.channel {
            Channel::Cookie => {
                self.push(CLIENT, token, YEAR_AND_A_BIT, Reach { scripts: false, domain: false });
            }
            Channel::Native => self.set.push((header::AUTHORIZATION, token.to_owned())),
            Channel::DevBrowser if self.on_own_page => self.dev_browser(token),
            Channel::DevBrowser => self.set.push((CLERK_DB_JWT, token.to_owned())),
        }
    }

    /// Forgets the client.
    pub(crate) fn clear_client(&mut self) {
        if self.channel == Channel::Cookie {
            self.push(CLIENT, "", 0, Reach { scripts: false, domain: false });
        }
    }

    /// The refresh token of the session that is active now, for the server that the cookie comes back to.
    pub(crate) fn refresh(&mut self, token: &str, seconds: u64) {
        if self.channel == Channel::Cookie {
            let name = format!("__refresh_{}", self.instance.cookie_suffix);
            self.push(&name, token, seconds, Reach { scripts: false, domain: false });
        }
    }

    /// Forgets the refresh token.
    pub(crate) fn clear_refresh(&mut self) {
        self.refresh("", 0);
    }

    /// When the signed-in state changed, in Unix seconds; 0 for signed out.
    pub(crate) fn client_uat(&mut self, seconds: i64) {
        if self.channel == Channel::Cookie || self.on_own_page {
            let reach = Reach { scripts: true, domain: true };
            self.both(CLIENT_UAT, &seconds.to_string(), YEAR_AND_A_BIT, reach);
        }
    }

    /// A session token.
    pub(crate) fn session(&mut self, jwt: &str) {
        self.both("__session", jwt, YEAR_AND_A_BIT, Reach { scripts: true, domain: false });
    }

    /// Forgets the session token.
    pub(crate) fn clear_session(&mut self) {
        self.both("__session", "", 0, Reach { scripts: true, domain: false });
    }

    /// The token of a development browser, for the pages of the application.
    pub(crate) fn dev_browser(&mut self, token: &str) {
        self.both(DEV_BROWSER, token, YEAR_AND_A_BIT, Reach { scripts: true, domain: false });
    }

    /// The answer to a handshake, for the application's server alone.
    pub(crate) fn handshake(&mut self, name: &str, value: &str) {
        self.push(name, value, HANDSHAKE_SECONDS, Reach { scripts: false, domain: true });
    }

    /// Forgets the answer to a handshake, in whichever form it came.
    pub(crate) fn clear_handshake(&mut self) {
        for name in [HANDSHAKE, HANDSHAKE_NONCE] {
            self.push(name, "", 0, Reach { scripts: false, domain: true });
        }
    }

    fn both(&mut self, name: &str, value: &str, seconds: u64, reach: Reach) {
        self.push(name, value, seconds, reach);
        self.push(&format!("{name}_{}", self.instance.cookie_suffix), value, seconds, reach);
    }

    fn push(&mut self, name: &str, value: &str, seconds: u64, reach: Reach) {
        let domain = self.domain.filter(|_| reach.domain);
        let domain = domain.map(|domain| format!("; Domain={domain}")).unwrap_or_default();
        let http_only = if reach.scripts { "" } else { "; HttpOnly" };
        let secure = if self.secure { "; Secure" } else { "" };
        let cookie =
            format!("{name}={value}; Path=/{domain}; Max-Age={seconds}; SameSite=Lax{http_only}{secure}");
        self.set.push((header::SET_COOKIE, cookie));
    }

    /// The cookies, for answers that carry them in their body.
    pub(crate) fn into_values(self) -> Vec<String> {
        self.set.into_iter().map(|(_, value)| value).collect()
    }

    /// The headers, for answers that are made elsewhere.
    pub(crate) fn into_headers(self) -> Vec<(HeaderName, String)> {
        self.set
    }

    /// Adds the headers to an answer's.
    pub(crate) fn write(self, headers: &mut HeaderMap) {
        append(headers, &self.set);
    }
}

/// Adds headers to an answer's.
pub(crate) fn append(headers: &mut HeaderMap, set: &[(HeaderName, String)]) {
    for (name, value) in set {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.append(name, value);
        }
    }
}
