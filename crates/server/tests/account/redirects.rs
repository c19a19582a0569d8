//! Where visitors go when they are done: never to a place that is not the instance's.

use beadle_testkit::{Engine, TestApp, both_engines};

use crate::visitor::{ADA, CODE, PASSWORD, Visitor, user};

fn query(redirect_url: &str) -> String {
    let pair =
        form_urlencoded::Serializer::new(String::new()).append_pair("redirect_url", redirect_url).finish();
    format!("?{pair}")
}

both_engines! {
    async fn to_pages_of_the_instance(app: TestApp) {
        user(&app, ADA).await;
        for (given, followed) in [
            ("/app?x=1&y=2#z", "/app?x=1&y=2#z"),
            ("http://127.0.0.1:3900/app", "http://127.0.0.1:3900/app"),
            ("http://localhost:3000", "http://localhost:3000/"),
            ("https://clerk.beadle.localhost/x", "https://clerk.beadle.localhost/x"),
            ("/app/../other", "/other"),
        ] {
            let visitor = Visitor::new(&app);
            let done = visitor.sign_in(ADA, PASSWORD, &query(given)).await;
            assert_eq!(done.away.as_deref(), Some(followed), "{given}");
        }
    }

    async fn not_to_others(app: TestApp) {
        user(&app, ADA).await;
        let too_long = format!("/{}", "x".repeat(2048));
        for given in [
            "https://evil.example/",
            "//evil.example/",
            "///evil.example/",
            "/\\evil.example/",
            "\\\\evil.example/",
            "/x/..//evil.example/",
            "/\t/evil.example/",
            "\u{1}https://evil.example/",
            "https:evil.example",
            "https:/evil.example",
            "http://localhost@evil.example/",
            "http://evil.example\\@localhost:3000/",
            "http://user@localhost:3000/",
            "http://localhost.evil.example/",
            "http://127.0.0.1:3900.evil.example/",
            "http://evillocalhost/",
            "javascript:alert(1)",
            "data:text/html,x",
            "blob:http://localhost:3000/x",
            "ftp://localhost/",
            "http://",
            "https://localhost:x/",
            &too_long,
        ] {
            let visitor = Visitor::new(&app);
            let page = visitor.open(&format!("/account/sign-in{}", query(given))).await;
            assert!(!page.html().contains("evil") && !page.html().contains("redirect_url"), "{given}");
            let policy = page.answer.header("content-security-policy").unwrap();
            assert!(policy.contains("form-action 'self';"), "{given}: {policy}");
            let done = visitor.sign_in(ADA, PASSWORD, &query(given)).await;
            assert_eq!(done.away, None, "{given}");
            done.is(200, "Your account");
        }
    }

    // What the browser libraries and the server-side ones append, in their order.
    async fn by_more_than_one_name(app: TestApp) {
        user(&app, ADA).await;
        let (force, fallback) = ("sign_in_force_redirect_url=%2Fforce", "sign_in_fallback_redirect_url=%2Ffallback");
        let others = "sign_up_force_redirect_url=%2Fup&sign_up_fallback_redirect_url=%2Fup";
        for (given, followed) in [
            (format!("{fallback}&redirect_url=%2Fapp&{force}&{others}"), Some("/force")),
            (format!("{fallback}&{others}&redirect_url=%2Fapp"), Some("/app")),
            (format!("{fallback}&{others}"), Some("/fallback")),
            (format!("{fallback}&sign_in_force_redirect_url=https%3A%2F%2Fevil.example"), Some("/fallback")),
            (others.to_owned(), None),
        ] {
            let done = Visitor::new(&app).sign_in(ADA, PASSWORD, &format!("?{given}")).await;
            assert_eq!(done.away.as_deref(), followed, "{given}");
        }
        // They go along to the other pages.
        let visitor = Visitor::new(&app);
        let page = visitor.open(&format!("/account/sign-in?{force}&sign_up_fallback_redirect_url=%2Fup")).await;
        let page = visitor.open(&page.link("Sign up")).await.is(200, "Create your account");
        let typed = [("email_address", "new+clerk_test@example.com"), ("password", PASSWORD)];
        let page = visitor.submit(&page, "Continue", &typed).await;
        let done = visitor.submit(&page, "Create account", &[("code", CODE)]).await;
        assert_eq!(done.away.as_deref(), Some("/up"));
    }

    // The browser library puts its parameters behind the `#`, which stays in the browser.
    async fn back_to_the_page_of_the_application_that_they_came_from(app: TestApp) {
        user(&app, ADA).await;
        for (from, query, followed) in [
            ("http://localhost:3000/", "", Some("http://localhost:3000/")),
            ("http://127.0.0.1:3900/posts/5", "", Some("http://127.0.0.1:3900/posts/5")),
            ("http://localhost:3000/", "?redirect_url=%2Fapp", Some("/app")),
            ("http://127.0.0.1:3900/account", "", None),
            ("http://127.0.0.1:3900/__clerk/v1/verify?token=x", "", None),
            ("https://mail.example/", "", None),
        ] {
            let visitor = Visitor::new(&app);
            let page = visitor.open_from(from, &format!("/account/sign-in{query}")).await;
            let page = visitor.submit(&page, "Continue", &[("identifier", ADA)]).await;
            let done = visitor.submit(&page, "Sign in", &[("password", PASSWORD)]).await;
            assert_eq!(done.away.as_deref(), followed, "{from}");
        }
    }

    async fn addresses_that_the_libraries_know(app: TestApp) {
        user(&app, ADA).await;
        let visitor = Visitor::new(&app);
        let page = visitor.open("/account/sign-in/?redirect_url=%2Fapp").await;
        assert_eq!(page.url, "/account/sign-in?redirect_url=%2Fapp");
        visitor.open("/account/sign-up/").await.is(200, "Create your account");
        visitor.open("/account//evil.example/").await.is(404, "Nothing here");
        visitor.sign_in(ADA, PASSWORD, "").await.is(200, "Your account");
        for url in ["/account/user", "/account/"] {
            let page = visitor.open(url).await;
            assert_eq!(page.url, "/account");
            page.is(200, "Your account");
        }
    }

    // Browsers hold the redirect after a form against the policy of the page.
    async fn the_policy_lets_the_redirect_through(app: TestApp) {
        let visitor = Visitor::new(&app);
        let page = visitor.open(&format!("/account/sign-in{}", query("http://localhost:3000/x"))).await;
        let policy = page.answer.header("content-security-policy").unwrap();
        assert!(policy.contains("form-action 'self' http://localhost:3000;"), "{policy}");
        let sign_up = page.link("Sign up");
        assert_eq!(sign_up, "/account/sign-up?redirect_url=http%3A%2F%2Flocalhost%3A3000%2Fx");
    }
}

const LISTED: &str = r#"
allowed_origins = ["https://app.example.com"]
urls.home = "https://app.example.com/home"
urls.after_sign_up = "/welcome"
"#;

async fn with_a_list(app: TestApp) {
    user(&app, ADA).await;
    let done = Visitor::new(&app).sign_in(ADA, PASSWORD, &query("https://app.example.com/x")).await;
    assert_eq!(done.away.as_deref(), Some("https://app.example.com/x"));
    // With a list, other loopback addresses are not on it.
    for given in
        ["http://localhost:3000/", "https://app.example.com.evil.example/", "http://app.example.com/"]
    {
        let done = Visitor::new(&app).sign_in(ADA, PASSWORD, &query(given)).await;
        assert_eq!(done.away.as_deref(), Some("https://app.example.com/home"), "{given}");
    }
    let page = Visitor::new(&app).open("/account/sign-in").await;
    let policy = page.answer.header("content-security-policy").unwrap();
    assert!(policy.contains("form-action 'self' https://app.example.com;"), "{policy}");
    let visitor = Visitor::new(&app);
    let page = visitor.open("/account/sign-up").await;
    let typed = [("email_address", "new+clerk_test@example.com"), ("password", PASSWORD)];
    let page = visitor.submit(&page, "Continue", &typed).await;
    let done = visitor.submit(&page, "Create account", &[("code", "424242")]).await;
    assert_eq!(done.away.as_deref(), Some("/welcome"));
}

#[test]
fn the_operator_decides_which_and_where_to_without_one() {
    beadle_testkit::run(Engine::Sqlite, LISTED, with_a_list);
    beadle_testkit::run(Engine::Postgres, LISTED, with_a_list);
}
