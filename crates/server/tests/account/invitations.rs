//! Invitations, with forms alone.

use beadle_testkit::{TestApp, Value, both_engines, json};

use crate::visitor::{PASSWORD, Visitor};

const EMAIL: &str = "ada@example.com";

/// The page that the link of an invitation leads to.
async fn invited(app: &TestApp, query: &str) -> String {
    let body = json!({"email_address": EMAIL, "public_metadata": {"plan": "pro"}});
    app.backend().post("/v1/invitations").json(&body).send().await.ok();
    let mail = app.only_mail().await;
    let link = mail.link().strip_prefix("http://localhost:3900").expect("a link to this server").to_owned();
    let accepted = app.browser().call_page(http::Method::GET, &link).send().await;
    let location = accepted.header("location").expect("a page").to_owned();
    let page = location.strip_prefix("http://localhost:3900").expect("a page of ours");
    assert!(page.starts_with("/account/sign-up?__clerk_ticket="), "{page}");
    format!("{page}{query}")
}

async fn user(visitor: &Visitor) -> Value {
    visitor.0.get("/client").await.ok()["response"]["sessions"][0]["user"].clone()
}

both_engines! {
    #[instance = "sign_up_mode = \"restricted\""]
    async fn with_more_to_fill_in(app: TestApp) {
        let url = invited(&app, "&redirect_url=%2Fwelcome").await;
        let visitor = Visitor::new(&app);
        let page = visitor.open(&url).await.is(200, "Create your account");
        // The address is known, and proven by the invitation.
        assert!(!page.html().contains("name=\"email_address\""), "{}", page.html());
        let page = visitor.submit(&page, "Continue", &[("password", "short")]).await;
        let page = page.is(422, "Create your account");
        page.wrong("password");
        let done = visitor.submit(&page, "Continue", &[("password", PASSWORD)]).await;
        assert_eq!(done.away.as_deref(), Some("/welcome"));
        let user = user(&visitor).await;
        assert_eq!(user["email_addresses"][0]["email_address"], EMAIL);
        assert_eq!(user["email_addresses"][0]["verification"]["strategy"], "ticket");
        assert_eq!(user["public_metadata"], json!({"plan": "pro"}));
        // It works once.
        let late = Visitor::new(&app);
        let page = late.open(&url).await.is(200, "Create your account");
        let page = late.submit(&page, "Continue", &[("password", PASSWORD)]).await.is(400, "Create your account");
        assert!(!page.complaint().is_empty());
        late.open("/account/sign-up").await.is(403, "Sign-up is closed");
        assert_eq!(late.sessions().await, 0);
    }

    #[instance = "sign_up_mode = \"restricted\"\n[password]\nrequired_at_sign_up = false"]
    async fn with_nothing_more_to_fill_in(app: TestApp) {
        let url = invited(&app, "").await;
        let visitor = Visitor::new(&app);
        // To look at the link does not use it up.
        visitor.open(&url).await.is(200, "Create your account");
        let page = visitor.open(&url).await.is(200, "Create your account");
        visitor.submit(&page, "Continue", &[]).await.is(200, "Your account");
        assert_eq!(user(&visitor).await["email_addresses"][0]["email_address"], EMAIL);
    }

    async fn of_somebody_who_has_an_account(app: TestApp) {
        let url = invited(&app, "").await;
        app.user(EMAIL).await;
        let visitor = Visitor::new(&app);
        let page = visitor.open(&url).await.is(200, "Create your account");
        let page = visitor.submit(&page, "Continue", &[("password", PASSWORD)]).await.is(400, "Create your account");
        assert!(!page.complaint().is_empty());
        assert_eq!(visitor.sessions().await, 0);
    }

    async fn that_is_none(app: TestApp) {
        let visitor = Visitor::new(&app);
        let page = visitor.open("/account/sign-up?__clerk_ticket=nonsense").await.is(200, "Create your account");
        let page = visitor.submit(&page, "Continue", &[("password", PASSWORD)]).await.is(400, "Create your account");
        assert!(!page.complaint().is_empty());
    }
}
