//! Limits how often one address may try to sign in or up, or have codes sent.
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
use beadle_domain::rate_limit::Rate;
use beadle_types::Timestamp;

use crate::{app::App, error::ApiError, extract::caller};

/// Addresses remembered at most. Beyond it, new ones are let through until old ones are forgotten.
const MAX_ADDRESSES: usize = 100_000;

/// Who has tried of late.
#[derive(Debug, Default)]
pub(crate) struct RateLimits {
    /// When each address has its whole allowance again.
    full_at: Mutex<HashMap<IpAddr, Timestamp>>,
}

impl RateLimits {
    fn admit(&self, address: IpAddr, rate: Rate, now: Timestamp) -> Result<(), Duration> {
        let address = network(address);
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let next = rate.admit(full_at.get(&address).copied(), now)?;
        if full_at.len() >= MAX_ADDRESSES && !full_at.contains_key(&address) {
            full_at.retain(|_, full_at| *full_at > now);
            if full_at.len() >= MAX_ADDRESSES {
                return Ok(());
            }
        }
        full_at.insert(address, next);
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

/// Refuses whoever tries too often. What comes from this machine itself is not counted.
pub(crate) async fn limit(State(app): State<App>, request: Request, next: Next) -> Response {
    let rate = Rate::per_minute(app.instance.settings().rate_limit.attempts_per_minute);
    let address = caller::address(request.headers(), request.extensions());
    if let (Some(rate), Some(address)) = (rate, address.filter(|address| !address.is_loopback()))
        && is_attempt(request.method(), request.uri().path())
        && let Err(wait) = app.rate_limits.admit(address, rate, app.now())
    {
        return ApiError::too_many_requests_for(wait).into_response();
    }
    next.run(request).await
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
        for n in 0..MAX_ADDRESSES {
            limits.admit(nth(n), rate, now).unwrap();
        }
        // Full: who is known is still refused, who is new gets through.
        assert!(limits.admit(nth(7), rate, now).is_err());
        for _ in 0..2 {
            limits.admit(nth(MAX_ADDRESSES), rate, now).unwrap();
        }
        assert_eq!(limits.full_at.lock().unwrap().len(), MAX_ADDRESSES);
        let later = now.plus(Duration::from_secs(60));
        limits.admit(nth(MAX_ADDRESSES), rate, later).unwrap();
        assert_eq!(limits.full_at.lock().unwrap().len(), 1);
        assert!(limits.admit(nth(MAX_ADDRESSES), rate, later).is_err());
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
}
