//! Links in mails, with forms alone: the page that waits, and the page that the link leads to.

use std::time::Duration;

use beadle_testkit::{Engine, TestApp, both_engines};

use crate::visitor::{PASSWORD, Shown, Visitor, user};

const EMAIL: &str = "ada@example.com";

/// Links are the only messages that prove an address.
fn only_links(more: &str, run: impl AsyncFn(TestApp)) {
    let factors = format!("[factors]\nemail_code = false\nemail_link = true\n{more}");
    let instance =
        format!("identifiers.phone_number.offered = true\npassword.required_at_sign_up = false\n{factors}");
    for engine in [Engine::Sqlite, Engine::Postgres] {
        beadle_testkit::run(engine, &instance, async |app: TestApp| run(app).await);
    }
}

/// Follows the link of the only mail, to the page that it leads to.
async fn follow(app: &TestApp, visitor: &Visitor) -> Shown {
    let mail = app.only_mail().await;
    let path = mail.link().strip_prefix("http://localhost:3900").expect("a link to this server").to_owned();
    follow_again(visitor, &path).await
}

async fn follow_again(visitor: &Visitor, path: &str) -> Shown {
    let answer = visitor.0.send(visitor.0.call_page(http::Method::GET, path)).await;
    let location = answer.header("location").unwrap_or_else(|| panic!("{}", answer.shown())).to_owned();
    visitor.open(location.strip_prefix("http://localhost:3900").expect("a page of ours")).await
}

async fn ask(visitor: &Visitor, query: &str) -> Shown {
    let page = visitor.open(&format!("/account/sign-in{query}")).await;
    visitor.submit(&page, "Continue", &[("identifier", EMAIL)]).await.is(200, "Check your email")
}

#[test]
fn the_page_goes_on_once_the_link_was_followed() {
    only_links("", async |app: TestApp| {
        app.user(EMAIL).await;
        let (asking, reading) = (Visitor::new(&app), Visitor::new(&app));
        let page = ask(&asking, "?redirect_url=%2Fapp").await;
        assert!(page.html().contains(EMAIL) && !page.html().contains("name=\"code\""), "{}", page.html());
        // Pages without scripts can look again by themselves; who does so by hand is left alone.
        assert_eq!(page.answer.header("refresh"), Some("5"));
        let page = asking.open(&page.link("Continue")).await.is(200, "Check your email");
        assert!(page.html().contains("not been followed yet"), "{}", page.html());
        assert_eq!(page.answer.header("refresh"), None);
        let landed = follow(&app, &reading).await.is(200, "You can go back now");
        assert!(landed.html().contains("where you started"), "{}", landed.html());
        assert_eq!(reading.sessions().await, 0);
        let done = asking.open(&page.url).await;
        assert_eq!(done.away.as_deref(), Some("/app"));
        assert!(asking.0.cookie("__session").is_some_and(|token| token.starts_with("ey")));
        assert_eq!(asking.sessions().await, 1);
    });
}

#[test]
fn in_the_same_browser_it_goes_on_from_the_link() {
    only_links("", async |app: TestApp| {
        app.user(EMAIL).await;
        let visitor = Visitor::new(&app);
        ask(&visitor, "?redirect_url=%2Fapp").await;
        let landed = follow(&app, &visitor).await.is(200, "You are signed in");
        let done = visitor.submit(&landed, "Continue", &[]).await;
        assert_eq!(done.away.as_deref(), Some("/app"));
        assert!(visitor.0.cookie("__session").is_some());
    });
}

#[test]
fn a_new_link_after_the_old_one_has_ended() {
    only_links("", async |app: TestApp| {
        app.user(EMAIL).await;
        let visitor = Visitor::new(&app);
        let page = ask(&visitor, "").await;
        let old = app.only_mail().await.link().strip_prefix("http://localhost:3900").unwrap().to_owned();
        app.advance(Duration::from_secs(601));
        follow_again(&visitor, &old).await.is(200, "This link has expired");
        let page = visitor.open(&page.url).await.is(200, "Check your email");
        assert_eq!(page.answer.header("refresh"), None);
        assert!(page.html().contains("has expired"), "{}", page.html());
        let page = visitor.submit(&page, "Send a new link", &[]).await.is(200, "Check your email");
        assert_eq!(page.answer.header("refresh"), Some("5"));
        follow(&app, &Visitor::new(&app)).await.is(200, "You can go back now");
        visitor.open(&page.url).await.is(200, "Your account");
    });
}

#[test]
fn only_in_the_browser_that_asked_where_the_operator_wants_it() {
    only_links("email_link_same_browser = true", async |app: TestApp| {
        app.user(EMAIL).await;
        let visitor = Visitor::new(&app);
        ask(&visitor, "").await;
        let link = app.only_mail().await.link().strip_prefix("http://localhost:3900").unwrap().to_owned();
        let landed =
            follow_again(&Visitor::new(&app), &link).await.is(200, "Open the link where you started");
        assert!(landed.html().contains("in which you asked for it"), "{}", landed.html());
        follow_again(&visitor, &link).await.is(200, "You are signed in");
    });
}

#[test]
fn signing_up() {
    only_links("", async |app: TestApp| {
        let visitor = Visitor::new(&app);
        let page = visitor.open("/account/sign-up?redirect_url=%2Fwelcome").await;
        let page = visitor.submit(&page, "Continue", &[("email_address", EMAIL)]).await;
        let page = page.is(200, "Verify your email address");
        assert_eq!(page.answer.header("refresh"), Some("5"));
        assert!(page.html().contains(EMAIL) && !page.html().contains("name=\"code\""), "{}", page.html());
        app.only_mail().await;
        let page = visitor.submit(&page, "Send a new link", &[]).await.is(200, "Verify your email address");
        let page = visitor.open(&page.link("Continue")).await.is(200, "Verify your email address");
        assert!(page.html().contains("not been followed yet"), "{}", page.html());
        follow(&app, &Visitor::new(&app)).await.is(200, "You can go back now");
        let done = visitor.open(&page.url).await;
        assert_eq!(done.away.as_deref(), Some("/welcome"));
        assert!(visitor.0.cookie("__session").is_some());
        assert_eq!(visitor.sessions().await, 1);
    });
}

#[test]
fn signing_up_with_more_to_prove() {
    only_links("", async |app: TestApp| {
        let visitor = Visitor::new(&app);
        let page = visitor.open("/account/sign-up").await;
        let typed = [("email_address", EMAIL), ("phone_number", "+15555550100")];
        let page = visitor.submit(&page, "Continue", &typed).await.is(200, "Verify your email address");
        follow(&app, &visitor).await.is(200, "You can go back now");
        let page = visitor.open(&page.url).await.is(200, "Verify your phone number");
        let page = visitor.submit(&page, "Send the code", &[]).await;
        visitor.submit(&page, "Create account", &[("code", "424242")]).await.is(200, "Your account");
    });
}

#[test]
fn a_ban_is_told_where_the_link_was_asked_for() {
    only_links("", async |app: TestApp| {
        let user = app.user(EMAIL).await;
        let visitor = Visitor::new(&app);
        let page = ask(&visitor, "").await;
        app.backend().post(&format!("/v1/users/{user}/ban")).send().await.ok();
        // Without the proof nothing is told.
        visitor.open(&page.url).await.is(200, "Check your email");
        let landed = follow(&app, &Visitor::new(&app)).await.is(200, "This link did not sign you in");
        assert!(!landed.html().contains("banned"));
        visitor.open(&page.url).await.is(403, "This account is banned");
        assert_eq!((visitor.sessions().await, visitor.0.cookie("__session")), (0, None));
        // Nor on the way from the link to the page.
        app.backend().post(&format!("/v1/users/{user}/unban")).send().await.ok();
        let visitor = Visitor::new(&app);
        let page = ask(&visitor, "").await;
        follow(&app, &Visitor::new(&app)).await.is(200, "You can go back now");
        app.backend().post(&format!("/v1/users/{user}/ban")).send().await.ok();
        visitor.open(&page.url).await.is(403, "This account is banned");
        assert_eq!((visitor.sessions().await, visitor.0.cookie("__session")), (0, None));
    });
}

both_engines! {
    #[instance = "factors = { email_link = true }"]
    async fn beside_other_ways(app: TestApp) {
        user(&app, EMAIL).await;
        let visitor = Visitor::new(&app);
        let page = visitor.open("/account/sign-in").await;
        let page = visitor.submit(&page, "Continue", &[("identifier", EMAIL)]).await.is(200, "Enter your password");
        let page = visitor.open(&page.link("Forgot your password? Use another way")).await;
        let page = visitor.submit(&page, &format!("Email a link to {EMAIL}"), &[]).await;
        let page = page.is(200, "Check your email");
        // Another way is still open.
        let other = visitor.open(&page.link("Use another way")).await.is(200, "Choose how to continue");
        let other = visitor.open(&other.link("Use your password")).await.is(200, "Enter your password");
        visitor.submit(&other, "Sign in", &[("password", PASSWORD)]).await.is(200, "Your account");
        app.only_mail().await;
    }

    // The address of the page is nobody's proof.
    async fn the_page_of_a_link_tells_nothing(app: TestApp) {
        let visitor = Visitor::new(&app);
        for status in ["", "?__clerk_status=verified&__clerk_created_session=sess_38HzI1ntXxeWeS4fFGnCCbxKfaZ"] {
            visitor.open(&format!("/account/verify{status}")).await.is(200, "You can go back now");
        }
        visitor.open("/account/verify?__clerk_status=nonsense").await.is(200, "This link did not sign you in");
    }
}
