//! What holds for every page: whose forms are taken, the headers, the page where there is none.

use beadle_testkit::both_engines;
use http::{Method, header};

use crate::visitor::{ADA, ORIGIN, PASSWORD, Visitor, user};

both_engines! {
    async fn forms_of_other_pages_are_refused(app: TestApp) {
        user(&app, ADA).await;
        let visitor = Visitor::new(&app);
        let page = visitor.open("/account/sign-in").await;
        let page = visitor.submit(&page, "Continue", &[("identifier", ADA)]).await;
        let post = async |headers: &[(&str, &str)]| {
            let form = [("strategy", "password"), ("password", PASSWORD)];
            let call = visitor.0.call_page(Method::POST, &page.url).form(&form);
            let call = headers.iter().fold(call, |call, (name, value)| call.header(name, value));
            visitor.0.send(call).await
        };
        for headers in [
            &[][..],
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
            // May use the Frontend API, but the forms here are ours.
            &[("origin", "http://localhost:3000")],
            &[("origin", "http://127.0.0.1:3901")],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site"), ("origin", ORIGIN)],
        ] {
            let answer = post(headers).await;
            assert_eq!(answer.status, 400, "{headers:?}: {}", answer.shown());
            assert!(answer.text().contains("not sent from this page"), "{}", answer.text());
            assert_eq!(visitor.sessions().await, 0, "{headers:?}");
        }
        // A proxy that names another host does not stop the page's own form.
        let answer = post(&[("sec-fetch-site", "same-origin"), ("origin", "https://app.example.com")]).await;
        assert_eq!(answer.status, 303, "{}", answer.shown());
    }

    async fn no_page_can_be_framed_or_kept_or_scripted(app: TestApp) {
        let visitor = Visitor::new(&app);
        for url in ["/account/sign-in", "/account/sign-up", "/account", "/account/nonsense", "/account/a/b/c"] {
            let shown = visitor.open(url).await;
            let of = |name: &str| shown.answer.header(name).unwrap_or_else(|| panic!("{name} of {url}"));
            for rule in ["default-src 'none'", "frame-ancestors 'none'", "style-src 'self'", "base-uri 'none'"] {
                assert!(of("content-security-policy").contains(rule), "{url}: {}", of("content-security-policy"));
            }
            assert_eq!(of("cache-control"), "no-store");
            assert_eq!(of("x-content-type-options"), "nosniff");
            assert_eq!(of("x-frame-options"), "DENY");
            assert_eq!(of("referrer-policy"), "same-origin");
            assert_eq!(of("content-type"), "text/html; charset=utf-8");
            let html = shown.html();
            assert!(html.starts_with("<!doctype html>\n<html lang=\"en\">"), "{html}");
            for foreign in ["<script", "style=\"", "onclick", "http://", "https://"] {
                assert!(!html.contains(foreign), "{foreign} in {html}");
            }
        }
    }

    async fn nothing_is_here(app: TestApp) {
        let visitor = Visitor::new(&app);
        for url in ["/account/nonsense", "/account/sign-in/nonsense", "/account/sign-in/x/y"] {
            let shown = visitor.open(url).await;
            assert!([401, 404].contains(&shown.answer.status.as_u16()), "{url}: {}", shown.html());
        }
        visitor.open("/account/nonsense").await.is(404, "Nothing here");
        let put = visitor.0.call_page(Method::PUT, "/account/sign-in").header("origin", ORIGIN);
        assert_eq!(visitor.0.send(put).await.status, 405);
    }

    async fn the_pages_are_on_every_host(app: TestApp) {
        let visitor = Visitor::new(&app);
        for host in ["clerk.beadle.localhost", "app.example.com", "127.0.0.1:3900"] {
            let call = visitor.0.call_page(Method::GET, "/account/sign-in").header("host", host);
            let answer = visitor.0.send(call).await;
            assert!(answer.status == 200 && answer.text().contains("<h1>Sign in</h1>"), "{}", answer.shown());
        }
    }

    async fn the_style_sheet_may_be_kept(app: TestApp) {
        let visitor = Visitor::new(&app);
        let html = visitor.open("/account/sign-in").await.html();
        let path = html.split("<link rel=\"stylesheet\" href=\"").nth(1).unwrap().split('"').next().unwrap();
        let style = visitor.open(&path.replace("&#x2f;", "/")).await;
        assert_eq!(style.answer.header(header::CONTENT_TYPE.as_str()), Some("text/css; charset=utf-8"));
        assert!(style.answer.header("cache-control").unwrap().contains("immutable"));
        assert!(style.html().contains("prefers-color-scheme: dark"));
        visitor.open("/account/style/other.css").await.is(404, "Nothing here");
    }

    #[instance = "rate_limit.attempts_per_minute = 3"]
    async fn who_tries_too_often_has_to_wait(app: TestApp) {
        let visitor = Visitor::new(&app);
        let typed = [("identifier", "nobody@example.com")];
        for _ in 0..3 {
            visitor.post("/account/sign-in", &typed).await.is(422, "Sign in");
        }
        let refused = visitor.post("/account/sign-in", &typed).await.is(429, "That did not work");
        assert_eq!(refused.answer.header("retry-after"), Some("20"));
        visitor.open("/account/sign-in").await.is(200, "Sign in");
    }

    async fn queries_that_cannot_be_read(app: TestApp) {
        let shown = Visitor::new(&app).open("/account/sign-in?redirect_url=%00").await;
        shown.is(422, "That did not work");
    }
}
