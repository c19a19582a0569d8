//! A browser that is signed in already.

use beadle_testkit::both_engines;

use crate::visitor::{ADA, PASSWORD, Visitor, user};

const BOB: &str = "bob+clerk_test@example.com";

both_engines! {
    async fn the_account_needs_a_session(app: TestApp) {
        let visitor = Visitor::new(&app);
        let page = visitor.open("/account?redirect_url=%2Fapp").await;
        assert_eq!(page.url, "/account/sign-in?redirect_url=%2Fapp");
        page.is(200, "Sign in");
    }

    async fn going_on_with_an_account(app: TestApp) {
        user(&app, ADA).await;
        user(&app, BOB).await;
        let visitor = Visitor::new(&app);
        visitor.sign_in(ADA, PASSWORD, "").await.is(200, "Your account");
        let page = visitor.open("/account/sign-in?redirect_url=%2Fapp").await.is(200, "Choose an account");
        let page = visitor.open(&page.link("Use another account")).await.is(200, "Sign in");
        let page = visitor.submit(&page, "Continue", &[("identifier", BOB)]).await;
        let done = visitor.submit(&page, "Sign in", &[("password", PASSWORD)]).await;
        assert_eq!(done.away.as_deref(), Some("/app"));
        assert_eq!(visitor.sessions().await, 2);
        assert!(visitor.open("/account").await.html().contains(BOB));
        let page = visitor.open("/account/sign-in?redirect_url=%2Fapp").await;
        let ada = page.html().find(ADA).unwrap();
        assert!(page.html().find(BOB).unwrap() < ada, "the last one first: {}", page.html());
        let initial = format!("A {ADA}");
        let done = visitor.submit(&page, &initial, &[]).await;
        assert_eq!(done.away.as_deref(), Some("/app"));
        let account = visitor.open("/account").await;
        assert!(account.html().contains(ADA) && !account.html().contains(BOB), "{}", account.html());
        let page = visitor.open("/account/sign-in").await;
        visitor.submit(&page, "Sign out of all accounts", &[]).await.is(200, "Sign in");
        assert_eq!(visitor.sessions().await, 0);
    }

    async fn another_browsers_session_is_not_to_be_had(app: TestApp) {
        let ada = user(&app, ADA).await;
        let session = app.session(&ada).await;
        let visitor = Visitor::new(&app);
        visitor.post(&format!("/account/sessions/{session}"), &[]).await.is(401, "Please sign in again");
        user(&app, BOB).await;
        visitor.sign_in(BOB, PASSWORD, "").await;
        visitor.post(&format!("/account/sessions/{session}"), &[]).await.is(404, "Nothing here");
    }

    async fn signing_out_without_being_signed_in(app: TestApp) {
        Visitor::new(&app).post("/account/sign-out", &[]).await.is(200, "Sign in");
    }

    #[instance = "single_session_mode = true"]
    async fn one_account_at_a_time_where_the_operator_wants_it(app: TestApp) {
        user(&app, ADA).await;
        user(&app, BOB).await;
        let visitor = Visitor::new(&app);
        // Opened before, in other windows.
        let sign_in = visitor.open("/account/sign-in").await;
        let sign_up = visitor.open("/account/sign-up").await;
        visitor.sign_in(ADA, PASSWORD, "").await.is(200, "Your account");
        for url in ["/account/sign-in", "/account/sign-in?another=1", "/account/sign-up"] {
            let page = visitor.open(url).await.is(200, "Choose an account");
            assert!(!page.html().contains("Use another account"), "{}", page.html());
        }
        visitor.submit(&sign_in, "Continue", &[("identifier", BOB)]).await.is(200, "Choose an account");
        let typed = [("email_address", "new+clerk_test@example.com"), ("password", PASSWORD)];
        visitor.submit(&sign_up, "Continue", &typed).await.is(200, "Choose an account");
        let page = visitor.open("/account").await;
        visitor.submit(&page, "Sign out", &[]).await.is(200, "Sign in");
        visitor.sign_in(BOB, PASSWORD, "").await.is(200, "Your account");
        assert_eq!(visitor.sessions().await, 1);
    }
}
