//! Limits how often one address may try to sign in or up, or have codes sent; and, where that is switched on, how often
//! the APIs may be called at all.
//!
//! In memory and per node: it keeps guessing and flooding in bounds, and lets everybody in again when it forgets.
//! The lock of an account and the limit of codes per address are in the database and hold on all nodes.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use axum::{
    extract::{Request, State},
    http::Method,
    middleware::Next,
    response::{IntoResponse, Response},
};
use beadle_domain::{rate_limit::Rate, settings::ApiRateLimits};
use beadle_types::{Timestamp, UserId};

use crate::{app::App, error::ApiError, extract::caller};

/// Allowances remembered at most. Beyond it, new ones are let through until old ones are forgotten.
const MAX_ALLOWANCES: usize = 100_000;
/// The time that most of Clerk's limits are about.
const TEN_SECONDS: Duration = Duration::from_secs(10);
const HOUR: Duration = Duration::from_secs(3600);
/// Calls of the Backend API in ten seconds, in production and in development.
const REQUESTS: [u32; 2] = [1000, 100];

/// What an allowance is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    /// All that an address tries.
    Tries(IpAddr),
    SignIns(IpAddr),
    SignUps(IpAddr),
    Attempts(IpAddr),
    /// The whole Backend API.
    Requests,
    UserUpdates(UserId),
    Invitations,
    BulkInvitations,
}

/// The parameter in which tests show that the application lets them.
const TESTING_TOKEN: &str = "__clerk_testing_token";

/// Who has tried of late.
#[derive(Debug, Default)]
pub(crate) struct RateLimits {
    /// When each allowance is whole again.
    full_at: Mutex<HashMap<Key, Timestamp>>,
}

impl RateLimits {
    fn admit(&self, key: Key, rate: Rate, now: Timestamp) -> Result<(), Duration> {
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let next = rate.admit(full_at.get(&key).copied(), now)?;
        if full_at.len() >= MAX_ALLOWANCES && !full_at.contains_key(&key) {
            full_at.retain(|_, full_at| *full_at > now);
            if full_at.len() >= MAX_ALLOWANCES {
                return Ok(());
            }
        }
        full_at.insert(key, next);
        Ok(())
    }
}

/// A household has a whole /64 of IPv6, so that is what counts.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address @ IpAddr::V4(_) => address,
    }
}

/// Refuses whoever tries too often. What comes from this machine itself is not counted, but by the limits that have to be
/// switched on.
pub(crate) async fn limit(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(address) = caller::address(request.headers(), request.extensions()).map(network) else {
        return next.run(request).await;
    };
    if is_test(&app, &request) {
        return next.run(request).await;
    }
    let (method, path) = (request.method(), request.uri().path());
    let settings = app.instance.settings();
    let tries = Rate::per_minute(settings.rate_limit.attempts_per_minute);
    let tries = tries.filter(|_| !address.is_loopback() && is_attempt(method, path));
    let mut allowances: Vec<_> = tries.map(|rate| (Key::Tries(address), rate)).into_iter().collect();
    if settings.rate_limits.enabled {
        allowances.extend(of_step(method, path, address, &settings.rate_limits));
    }
    for (key, rate) in allowances {
        if let Err(wait) = app.rate_limits.admit(key, rate, app.now()) {
            return ApiError::too_many_requests_for(wait).into_response();
        }
    }
    next.run(request).await
}

/// Whether an application's own test makes the request.
fn is_test(app: &App, request: &Request) -> bool {
    let pairs = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
    pairs
        .filter(|(name, _)| name == TESTING_TOKEN)
        .any(|(_, token)| app.instance.is_testing_token(&token, app.now()))
}

/// The allowance that a step of a sign-in or sign-up uses, of those that Clerk documents.
fn of_step(method: &Method, path: &str, address: IpAddr, limits: &ApiRateLimits) -> Option<(Key, Rate)> {
    if method != Method::POST {
        return None;
    }
    let (key, tries) = match path {
        "/v1/client/sign_ins" => (Key::SignIns(address), limits.sign_ins),
        "/v1/client/sign_ups" => (Key::SignUps(address), limits.sign_ups),
        path if path.starts_with("/v1/client/sign_") && path.contains("/attempt_") => {
            (Key::Attempts(address), limits.attempts)
        }
        _ => return None,
    };
    Some((key, Rate::new(tries, TEN_SECONDS)?))
}

/// Refuses calls of the Backend API beyond what is allowed. Behind the check of the key, so that nobody else uses it up.
pub(crate) async fn limit_backend(State(app): State<App>, request: Request, next: Next) -> Response {
    let limits = app.instance.settings().rate_limits.clone();
    if limits.enabled {
        let [production, development] = REQUESTS;
        let usual = if app.instance.is_development() { development } else { production };
        let allowances = of_call(request.method(), request.uri().path(), &limits, usual);
        for (key, rate) in allowances {
            if let Err(wait) = app.rate_limits.admit(key, rate, app.now()) {
                return ApiError::too_many_requests_for(wait).into_response();
            }
        }
    }
    next.run(request).await
}

/// The allowances that a call uses, narrowest first.
fn of_call(method: &Method, path: &str, limits: &ApiRateLimits, usual: u32) -> Vec<(Key, Rate)> {
    // Whoever verifies tokens has to have the keys.
    if path == "/v1/jwks" {
        return Vec::new();
    }
    let narrow = match (method.as_str(), path) {
        ("POST", "/v1/invitations") => Some((Key::Invitations, limits.invitations, HOUR)),
        ("POST", "/v1/invitations/bulk") => Some((Key::BulkInvitations, limits.bulk_invitations, HOUR)),
        ("PATCH" | "PUT", path) => {
            updated_user(path).map(|id| (Key::UserUpdates(id), limits.user_updates, TEN_SECONDS))
        }
        _ => None,
    };
    let all = (Key::Requests, limits.requests.unwrap_or(usual), TEN_SECONDS);
    let allowances = narrow.into_iter().chain([all]);
    allowances.filter_map(|(key, tries, window)| Some((key, Rate::new(tries, window)?))).collect()
}

/// Whom the path changes: a user, or their metadata.
fn updated_user(path: &str) -> Option<UserId> {
    let rest = path.strip_prefix("/v1/users/")?;
    rest.strip_suffix("/metadata").unwrap_or(rest).parse().ok()
}

/// Whether the request proves something, has something sent, or leaves something behind without a session.
fn is_attempt(method: &Method, path: &str) -> bool {
    let begins =
        ["/account/", "/v1/client/sign_ins", "/v1/client/sign_ups", "/v1/waitlist", "/v1/dev_browser"];
    !matches!(*method, Method::GET | Method::HEAD)
        && (begins.iter().any(|begin| path.starts_with(begin))
            || ["/prepare_", "/attempt_", "/verify", "/change_password"]
                .iter()
                .any(|part| path.contains(part)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_network_is_one_caller() {
        assert_eq!(network(address("2001:db8:1:2::1")), network(address("2001:db8:1:2:ffff::2")));
        assert_ne!(network(address("2001:db8:1:2::1")), network(address("2001:db8:1:3::1")));
        assert_eq!(network(address("::ffff:192.0.2.1")), address("192.0.2.1"));
    }

    #[test]
    fn memory_is_bounded_and_old_callers_are_forgotten() {
        let limits = RateLimits::default();
        let rate = Rate::per_minute(1).unwrap();
        let now = Timestamp::from_millis(1_000_000);
        let nth = |n: usize| IpAddr::from(u32::try_from(n).unwrap().to_be_bytes());
        for n in 0..MAX_ALLOWANCES {
            limits.admit(Key::Tries(nth(n)), rate, now).unwrap();
        }
        // Full: who is known is still refused, who is new gets through.
        assert!(limits.admit(Key::Tries(nth(7)), rate, now).is_err());
        for _ in 0..2 {
            limits.admit(Key::Tries(nth(MAX_ALLOWANCES)), rate, now).unwrap();
        }
        assert_eq!(limits.full_at.lock().unwrap().len(), MAX_ALLOWANCES);
        let later = now.plus(Duration::from_secs(60));
        limits.admit(Key::Tries(nth(MAX_ALLOWANCES)), rate, later).unwrap();
        assert_eq!(limits.full_at.lock().unwrap().len(), 1);
        assert!(limits.admit(Key::Tries(nth(MAX_ALLOWANCES)), rate, later).is_err());
    }

    #[test]
    fn reading_is_no_attempt() {
        assert!(is_attempt(&Method::POST, "/v1/client/sign_ins"));
        assert!(is_attempt(&Method::POST, "/account/sign-in"));
        assert!(!is_attempt(&Method::GET, "/account/sign-in"));
        assert!(is_attempt(&Method::PATCH, "/v1/client/sign_ups/sua_1"));
        assert!(is_attempt(&Method::POST, "/v1/me/email_addresses/idn_1/prepare_verification"));
        assert!(!is_attempt(&Method::GET, "/v1/client/sign_ins/sia_1"));
        assert!(!is_attempt(&Method::POST, "/v1/client/sessions/sess_1/tokens"));
        assert!(!is_attempt(&Method::POST, "/v1/client/sessions/sess_1/touch"));
    }

    #[test]
    fn calls_use_what_they_are_about() {
        let limits = ApiRateLimits::default();
        let keys = |method, path| {
            of_call(&method, path, &limits, 1000).into_iter().map(|(key, _)| key).collect::<Vec<_>>()
        };
        let ada = Key::UserUpdates("user_1".parse().unwrap());
        assert_eq!(keys(Method::GET, "/v1/jwks"), []);
        assert_eq!(keys(Method::GET, "/v1/users/user_1"), [Key::Requests]);
        assert_eq!(keys(Method::PATCH, "/v1/users/user_1"), [ada.clone(), Key::Requests]);
        assert_eq!(keys(Method::PUT, "/v1/users/user_1/metadata"), [ada, Key::Requests]);
        assert_eq!(keys(Method::PUT, "/v1/users/user_1/email_address"), [Key::Requests]);
        assert_eq!(keys(Method::POST, "/v1/invitations"), [Key::Invitations, Key::Requests]);
        assert_eq!(keys(Method::POST, "/v1/invitations/bulk"), [Key::BulkInvitations, Key::Requests]);
        assert_eq!(of_call(&Method::GET, "/v1/users", &limits, 0), []);
    }
}
