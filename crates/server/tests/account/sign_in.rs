//! Signing in with forms alone.

use beadle_testkit::{both_engines, json};

use crate::visitor::{ADA, CODE, PASSWORD, Visitor, user};

both_engines! {
    async fn with_a_password(app: TestApp) {
        user(&app, "ada@example.com").await;
        let visitor = Visitor::new(&app);
        let page = visitor.open("/account/sign-in").await.is(200, "Sign in");
        let page = visitor.submit(&page, "Continue", &[("identifier", " Ada@Example.com ")]).await;
        assert!(page.html().contains("Ada@Example.com"));
        let page = page.is(200, "Enter your password");
        let page = visitor.submit(&page, "Sign in", &[("password", "wrong horse")]).await;
        let page = page.is(422, "Enter your password");
        assert!(page.wrong("password").contains("password"), "{}", page.wrong("password"));
        assert_eq!(visitor.sessions().await, 0);
        let page = visitor.submit(&page, "Sign in", &[("password", PASSWORD)]).await;
        assert_eq!(page.url, "/account");
        page.is(200, "Your account");
        assert_eq!(visitor.sessions().await, 1);
    }

    // Where no browser library runs, the pages set what server-side SDKs read.
    async fn the_session_is_in_the_cookies(app: TestApp) {
        let user = user(&app, "ada@example.com").await;
        let visitor = Visitor::new(&app);
        visitor.sign_in("ada@example.com", PASSWORD, "").await.is(200, "Your account");
        let suffix = &app.app().instance.cookie_suffix;
        for name in ["__session".to_owned(), format!("__session_{suffix}")] {
            let token = visitor.0.cookie(&name).unwrap();
            let claims = app.app().instance.read_expired(&token, app.now()).unwrap();
            assert_eq!(claims.sub, user);
        }
        for name in ["__client_uat".to_owned(), format!("__client_uat_{suffix}")] {
            assert_eq!(visitor.0.cookie(&name).unwrap(), (app.now().as_millis() / 1000).to_string());
        }
        let page = visitor.open("/account").await;
        visitor.submit(&page, "Sign out", &[]).await.is(200, "Sign in");
        assert_eq!(visitor.0.cookie("__session"), None);
        assert_eq!(visitor.0.cookie("__client_uat").as_deref(), Some("0"));
        assert_eq!(visitor.sessions().await, 0);
    }

    async fn with_a_code_instead_of_the_password(app: TestApp) {
        user(&app, "ada@example.com").await;
        let visitor = Visitor::new(&app);
        let page = visitor.open("/account/sign-in").await;
        let page = visitor.submit(&page, "Continue", &[("identifier", "ada@example.com")]).await;
        let page = visitor.open(&page.link("Forgot your password? Use another way")).await;
        let page = page.is(200, "Choose how to continue");
        let page = visitor.submit(&page, "Email a code to ada@example.com", &[]).await;
        let page = page.is(200, "Check your email");
        assert!(page.html().contains("<strong>ada@example.com</strong>"));
        let first = app.only_mail().await;
        let page = visitor.submit(&page, "Send a new code", &[]).await.is(200, "Check your email");
        let mail = app.only_mail().await;
        let page = visitor.submit(&page, "Continue", &[("code", first.code())]).await;
        let page = page.is(422, "Check your email");
        page.wrong("code");
        // As people paste it.
        let spaced = format!(" {} {} ", &mail.code()[..3], &mail.code()[3..]);
        visitor.submit(&page, "Continue", &[("code", &spaced)]).await.is(200, "Your account");
    }

    async fn who_has_only_an_address_gets_the_code_at_once(app: TestApp) {
        app.user("ada@example.com").await;
        let visitor = Visitor::new(&app);
        let page = visitor.open("/account/sign-in").await;
        let page = visitor.submit(&page, "Continue", &[("identifier", "ada@example.com")]).await;
        let page = page.is(200, "Check your email");
        let mail = app.only_mail().await;
        visitor.submit(&page, "Continue", &[("code", mail.code())]).await.is(200, "Your account");
    }

    async fn a_forgotten_password(app: TestApp) {
        user(&app, ADA).await;
        let other = Visitor::new(&app);
        other.sign_in(ADA, PASSWORD, "").await.is(200, "Your account");
        let visitor = Visitor::new(&app);
        let page = visitor.open("/account/sign-in?redirect_url=%2Fapp").await;
        let page = visitor.submit(&page, "Continue", &[("identifier", ADA)]).await;
        let page = visitor.open(&page.link("Forgot your password? Use another way")).await;
        let page = visitor.submit(&page, &format!("Send a reset code to {ADA}"), &[]).await;
        let page = visitor.submit(&page, "Continue", &[("code", CODE)]).await.is(200, "Set a new password");
        let page = visitor.submit(&page, "Set password and sign in", &[("password", "short")]).await;
        let page = page.is(422, "Set a new password");
        page.wrong("password");
        let typed = [("password", "a new horse battery")];
        let done = visitor.submit(&page, "Set password and sign in", &typed).await;
        assert_eq!(done.away.as_deref(), Some("/app"));
        // The box was ticked.
        assert_eq!((other.sessions().await, visitor.sessions().await), (0, 1));
        Visitor::new(&app).sign_in(ADA, "a new horse battery", "").await.is(200, "Your account");
    }

    async fn with_a_ticket(app: TestApp) {
        let user = user(&app, ADA).await;
        let body = json!({"user_id": user});
        let ticket = app.backend().post("/v1/sign_in_tokens").json(&body).send().await.ok();
        let ticket = ticket["token"].as_str().unwrap();
        let visitor = Visitor::new(&app);
        let url = format!("/account/sign-in?__clerk_ticket={ticket}&redirect_url=%2Fapp");
        // To look at the link does not use it up.
        visitor.open(&url).await.is(200, "Sign in to Beadle");
        let page = visitor.open(&url).await.is(200, "Sign in to Beadle");
        let done = visitor.submit(&page, "Sign in", &[]).await;
        assert_eq!(done.away.as_deref(), Some("/app"));
        assert_eq!(visitor.sessions().await, 1);
        let eve = Visitor::new(&app);
        let page = eve.open(&url).await;
        let refused = eve.submit(&page, "Sign in", &[]).await.is(400, "Sign in");
        assert!(!refused.complaint().is_empty());
        assert_eq!(eve.sessions().await, 0);
    }

    async fn an_identifier_that_names_nobody(app: TestApp) {
        let visitor = Visitor::new(&app);
        let page = visitor.open("/account/sign-in").await;
        let page = visitor.submit(&page, "Continue", &[("identifier", "<b>@example.com")]).await;
        let page = page.is(422, "Sign in");
        page.wrong("identifier");
        assert!(page.html().contains("value=\"&lt;b&gt;@example.com\""), "{}", page.html());
        let page = visitor.post("/account/sign-in", &[]).await.is(422, "Sign in");
        page.wrong("identifier");
    }

    async fn another_browsers_sign_in_is_not_to_be_had(app: TestApp) {
        user(&app, ADA).await;
        let ada = Visitor::new(&app);
        let page = ada.open("/account/sign-in").await;
        let page = ada.submit(&page, "Continue", &[("identifier", ADA)]).await;
        let eve = Visitor::new(&app);
        eve.open(&page.url).await.is(401, "Please sign in again");
        let other = eve.open("/account/sign-in").await;
        eve.submit(&other, "Continue", &[("identifier", ADA)]).await;
        eve.open(&page.url).await.is(404, "Nothing here");
        let form = [("strategy", "password"), ("password", PASSWORD)];
        eve.post(&page.url, &form).await.is(404, "Nothing here");
        assert_eq!(eve.sessions().await, 0);
    }

    async fn a_locked_account_says_so_on_the_form(app: TestApp) {
        let user = user(&app, ADA).await;
        app.backend().post(&format!("/v1/users/{user}/lock")).send().await.ok();
        let visitor = Visitor::new(&app);
        let page = visitor.sign_in(ADA, PASSWORD, "").await.is(403, "Enter your password");
        assert!(page.complaint().contains("locked"), "{}", page.complaint());
    }

    async fn a_finished_sign_in_leads_on(app: TestApp) {
        user(&app, ADA).await;
        let visitor = Visitor::new(&app);
        let page = visitor.open("/account/sign-in").await;
        let page = visitor.submit(&page, "Continue", &[("identifier", ADA)]).await;
        let form = [("strategy", "password"), ("password", PASSWORD)];
        visitor.post(&page.url, &form).await.is(200, "Your account");
        // Back, and once more.
        visitor.open(&page.url).await.is(200, "Your account");
        visitor.post(&page.url, &form).await.is(200, "Your account");
        assert_eq!(visitor.sessions().await, 1);
    }

    async fn the_address_of_a_form_leads_to_its_page(app: TestApp) {
        user(&app, ADA).await;
        let visitor = Visitor::new(&app);
        let page = visitor.open("/account/sign-in").await;
        let page = visitor.submit(&page, "Continue", &[("identifier", ADA)]).await;
        let reloaded = visitor.open(&format!("{}/prepare?redirect_url=%2Fhere", page.url)).await;
        assert_eq!(reloaded.url, format!("{}?redirect_url=%2Fhere", page.url));
        reloaded.is(200, "Enter your password");
    }

    async fn strategies_that_do_not_exist(app: TestApp) {
        user(&app, ADA).await;
        let visitor = Visitor::new(&app);
        let page = visitor.open("/account/sign-in").await;
        let page = visitor.submit(&page, "Continue", &[("identifier", ADA)]).await;
        for strategy in ["nonsense", "ticket", "oauth_google", "totp"] {
            let form = [("strategy", strategy), ("code", CODE)];
            let answer = visitor.post(&page.url, &form).await;
            assert!(answer.answer.status.is_client_error(), "{strategy}: {}", answer.html());
            let answer = visitor.post(&format!("{}/prepare", page.url), &form).await;
            assert!(answer.answer.status.is_client_error(), "{strategy}: {}", answer.html());
        }
        assert_eq!(visitor.sessions().await, 0);
    }

    async fn a_name_is_escaped(app: TestApp) {
        let name = "<script>alert(1)</script>";
        app.create_user(&json!({"email_address": [ADA], "first_name": name})).await;
        let visitor = Visitor::new(&app);
        let page = visitor.open("/account/sign-in").await;
        let page = visitor.submit(&page, "Continue", &[("identifier", ADA)]).await;
        let page = visitor.submit(&page, "Continue", &[("code", CODE)]).await.is(200, "Your account");
        assert!(page.html().contains("&lt;script&gt;") && !page.html().contains("<script"), "{}", page.html());
    }
}
