//! How often one address may try.

use std::{net::SocketAddr, time::Duration};

use axum::{body::Body, extract::ConnectInfo};
use beadle_testkit::{TestApp, both_engines};
use http::{Request, Response};
use tower::ServiceExt as _;

use crate::visit::{ADA, signed_in, user};

/// Begins a sign-in from an address, perhaps through a proxy.
async fn attempt(app: &TestApp, peer: &str, forwarded_for: Option<&str>) -> Response<Body> {
    let peer: SocketAddr = peer.parse().unwrap();
    let mut request = Request::post("/__clerk/v1/client/sign_ins").extension(ConnectInfo(peer));
    if let Some(list) = forwarded_for {
        request = request.header("x-forwarded-for", list);
    }
    let request = request.header("host", "127.0.0.1:3900").header("origin", "http://localhost:3000");
    app.router().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

async fn statuses<const N: usize>(app: &TestApp, peer: &str, forwarded_for: Option<&str>) -> [u16; N] {
    let mut all = [0; N];
    for status in &mut all {
        *status = attempt(app, peer, forwarded_for).await.status().as_u16();
    }
    all
}

both_engines! {
    #[instance = "[rate_limits]\nenabled = true"]
    async fn the_documented_limits_are_per_kind(app: TestApp) {
        let browser = app.browser();
        let mut seen = Vec::new();
        for _ in 0..6 {
            seen.push(browser.post("/client/sign_ins", &[("identifier", "ada@example.com")]).await);
        }
        assert!(seen[..5].iter().all(|answer| answer.status != 429));
        seen[5].refused(429, "too_many_requests");
        assert_eq!(seen[5].header("retry-after"), Some("2"));
        // Sign-ups have an allowance of their own, and so have attempts.
        assert_ne!(browser.post("/client/sign_ups", &[]).await.status, 429);
        let attempt = "/client/sign_ins/sia_none/attempt_first_factor";
        for allowed in [true, true, true, false] {
            assert_eq!(browser.post(attempt, &[]).await.status != 429, allowed);
        }
        app.advance(Duration::from_secs(10));
        assert_ne!(browser.post(attempt, &[]).await.status, 429);
    }

    #[instance = "rate_limit.attempts_per_minute = 3"]
    async fn who_tries_too_often_has_to_wait(app: TestApp) {
        assert_eq!(statuses(&app, "198.51.100.1:1", None).await, [200, 200, 200, 429, 429]);
        let refused = attempt(&app, "198.51.100.1:1", None).await;
        assert_eq!(refused.headers()["retry-after"], "20");
        // A page may read the refusal.
        assert_eq!(refused.headers()["access-control-allow-origin"], "http://localhost:3000");
        assert_eq!(statuses(&app, "198.51.100.2:1", None).await, [200]);
        app.advance(Duration::from_secs(20));
        assert_eq!(statuses(&app, "198.51.100.1:1", None).await, [200, 429]);
    }

    #[instance = "rate_limit.attempts_per_minute = 1"]
    async fn only_a_proxy_on_this_machine_names_the_address(app: TestApp) {
        assert_eq!(statuses(&app, "127.0.0.1:1", Some("203.0.113.1, 198.51.100.1")).await, [200, 429]);
        assert_eq!(statuses(&app, "127.0.0.1:1", Some("198.51.100.2")).await, [200, 429]);
        assert_eq!(statuses(&app, "192.0.2.1:1", Some("198.51.100.3")).await, [200, 429]);
        assert_eq!(statuses(&app, "192.0.2.1:1", Some("198.51.100.4")).await, [429]);
        // Programs on the machine itself are not limited.
        assert_eq!(statuses(&app, "127.0.0.1:1", None).await, [200, 200, 200]);
    }

    #[instance = "rate_limit.attempts_per_minute = 3"]
    async fn the_refusal_is_clerks_and_what_is_no_attempt_goes_on(app: TestApp) {
        user(&app, ADA).await;
        // Three attempts: begin, prepare, attempt.
        let (browser, id) = signed_in(&app, ADA).await;
        let refused = app.browser().post("/client/sign_ins", &[]).await;
        refused.refused(429, "too_many_requests");
        browser.post(&format!("/client/sessions/{id}/tokens"), &[]).await.ok();
        browser.post(&format!("/client/sessions/{id}/touch"), &[]).await.ok();
        browser.get("/client").await.ok();
    }
}
