//! Accounts at providers, with forms alone.

use beadle_testkit::{Engine, Provider, Quirks, TestApp, both_providers, json};
use http::Method;

use crate::visitor::{ADA, CODE, PASSWORD, Shown, Visitor, user};

const BUTTON: &str = "Continue with Stub";
const GRACE: &str = "grace@example.com";

/// To the provider by this page's button.
async fn set_out(visitor: &Visitor, page: &Shown) -> String {
    let leaving = visitor.submit(page, BUTTON, &[]).await.is(200, BUTTON);
    let url = leaving.link("Continue to Stub");
    // It leads there by itself, and tells the provider nothing about the page.
    let html = leaving.html();
    assert!(html.contains("<meta http-equiv=\"refresh\" content=\"0; url=http:"), "{html}");
    assert_eq!(leaving.answer.header("referrer-policy"), Some("same-origin"));
    assert!(!url.contains("dvb_") && !url.contains("redirect_url%3D"), "{url}");
    url
}

/// Back from the provider.
async fn come_back(visitor: &Visitor, provider: &Provider, url: &str) -> Shown {
    let back = provider.agree(url);
    assert_eq!((back.path(), back.port()), ("/__clerk/v1/oauth_callback", Some(3900)));
    arrive(visitor, &format!("{}?{}", back.path(), back.query().unwrap())).await
}

async fn arrive(visitor: &Visitor, callback: &str) -> Shown {
    let answer = visitor.0.send(visitor.0.call_page(Method::GET, callback)).await;
    let location = answer.header("location").expect("back on a page").to_owned();
    visitor.open(location.strip_prefix("http://127.0.0.1:3900").expect("of ours")).await
}

/// All the way from this page.
async fn travel(visitor: &Visitor, provider: &Provider, page: &str) -> Shown {
    let url = set_out(visitor, &visitor.open(page).await).await;
    come_back(visitor, provider, &url).await
}

both_providers! {
    async fn signing_up_and_in(app: TestApp, provider: Provider) {
        let visitor = Visitor::new(&app);
        let done = travel(&visitor, &provider, "/account/sign-up?redirect_url=%2Fwelcome%3Fa%3Db").await;
        assert_eq!(done.away.as_deref(), Some("/welcome?a=b"));
        assert!(visitor.0.cookie("__session").is_some());
        assert!(visitor.open("/account").await.is(200, "Your account").html().contains("Grace Hopper"));
        let again = Visitor::new(&app);
        let done = travel(&again, &provider, "/account/sign-in").await;
        assert_eq!(done.url, "/account");
        done.is(200, "Your account");
        assert!(again.0.cookie("__session").is_some_and(|token| token.starts_with("ey")));
        assert_eq!(again.sessions().await, 1);
        // Back, and once more.
        again.open("/account/sign-in/sso-callback").await.is(200, "Your account");
    }

    async fn who_types_their_address_is_offered_their_providers(app: TestApp, provider: Provider) {
        travel(&Visitor::new(&app), &provider, "/account/sign-up").await.is(200, "Your account");
        user(&app, ADA).await;
        for (identifier, is_offered) in [(GRACE, true), (ADA, false)] {
            let visitor = Visitor::new(&app);
            let page = visitor.open("/account/sign-in").await;
            let page = visitor.submit(&page, "Continue", &[("identifier", identifier)]).await;
            let path = page.url.clone();
            let page = visitor.open(&format!("{path}?with=choose")).await.is(200, "Choose how to continue");
            assert_eq!(page.html().contains(BUTTON), is_offered, "{identifier}");
            if is_offered {
                let url = set_out(&visitor, &page).await;
                come_back(&visitor, &provider, &url).await.is(200, "Your account");
            }
        }
        app.drain_mail().await;
    }

    async fn an_account_that_is_nobodys_signs_up(app: TestApp, provider: Provider) {
        let visitor = Visitor::new(&app);
        let query = "?sign_in_fallback_redirect_url=%2Fhome&sign_up_fallback_redirect_url=%2Fwelcome";
        let done = travel(&visitor, &provider, &format!("/account/sign-in{query}")).await;
        assert_eq!(done.away.as_deref(), Some("/welcome"));
        assert_eq!(visitor.sessions().await, 1);
    }

    async fn an_account_that_is_somebodys_signs_in(app: TestApp, provider: Provider) {
        let grace = user(&app, GRACE).await;
        let visitor = Visitor::new(&app);
        let done = travel(&visitor, &provider, "/account/sign-up?redirect_url=%2Fhome").await;
        assert_eq!(done.away.as_deref(), Some("/home"));
        let client = visitor.0.get("/client").await.ok();
        assert_eq!(client["response"]["sessions"][0]["user"]["id"], *grace);
    }

    async fn what_the_provider_does_not_say_is_asked_for(app: TestApp, provider: Provider) {
        provider.account(json!({"sub": "8", "given_name": "Grace"}));
        let visitor = Visitor::new(&app);
        let page = travel(&visitor, &provider, "/account/sign-in").await.is(200, "Create your account");
        assert!(!page.html().contains("name=\"password\"") && !page.html().contains(BUTTON), "{}", page.html());
        let page = visitor.submit(&page, "Continue", &[("email_address", ADA)]).await;
        let page = page.is(200, "Verify your email address");
        visitor.submit(&page, "Create account", &[("code", CODE)]).await.is(200, "Your account");
        assert_eq!(visitor.sessions().await, 1);
    }

    async fn an_address_that_the_provider_has_not_proven(app: TestApp, provider: Provider) {
        provider.account(json!({"sub": "8", "email": ADA, "email_verified": false}));
        let visitor = Visitor::new(&app);
        let page = travel(&visitor, &provider, "/account/sign-up").await.is(200, "Verify your email address");
        let page = visitor.submit(&page, "Send the code", &[]).await;
        visitor.submit(&page, "Create account", &[("code", CODE)]).await.is(200, "Your account");
    }

    async fn a_refusal_is_shown_on_the_form(app: TestApp, provider: Provider) {
        for page in ["/account/sign-in", "/account/sign-up"] {
            let visitor = Visitor::new(&app);
            let url = set_out(&visitor, &visitor.open(page).await).await;
            let back = provider.agree(&url);
            let state = back.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
            let callback = format!("/__clerk/v1/oauth_callback?error=access_denied&state={state}");
            let refused = arrive(&visitor, &callback).await;
            assert_eq!(refused.answer.status, 403);
            assert!(!refused.complaint().is_empty());
            // From there it can be tried again.
            let url = set_out(&visitor, &refused).await;
            provider.quirks(Quirks { refuses: true, ..Quirks::default() });
            let refused = come_back(&visitor, &provider, &url).await;
            assert_eq!(refused.answer.status, 400);
            provider.quirks(Quirks::default());
            assert_eq!(visitor.sessions().await, 0);
        }
    }

    async fn a_ban_is_told_to_who_has_proven_the_account(app: TestApp, provider: Provider) {
        let member = Visitor::new(&app);
        travel(&member, &provider, "/account/sign-up").await.is(200, "Your account");
        let client = member.0.get("/client").await.ok();
        let grace = client["response"]["sessions"][0]["user"]["id"].as_str().unwrap();
        app.backend().post(&format!("/v1/users/{grace}/ban")).send().await.ok();
        for page in ["/account/sign-in", "/account/sign-up"] {
            let visitor = Visitor::new(&app);
            let url = set_out(&visitor, &visitor.open(page).await).await;
            assert_eq!(visitor.0.cookie("__session"), None);
            come_back(&visitor, &provider, &url).await.is(403, "This account is banned");
            assert_eq!((visitor.sessions().await, visitor.0.cookie("__session")), (0, None));
        }
        // The address alone tells nobody.
        let eve = Visitor::new(&app);
        let forged = "/account/sign-in/sso-callback?__clerk_status=failed&__clerk_error_code=user_banned";
        eve.open(forged).await.is(401, "Please sign in again");
        let page = eve.open("/account/sign-in").await;
        eve.submit(&page, "Continue", &[("identifier", GRACE)]).await;
        assert!(!eve.open(forged).await.html().contains("banned"));
        // Of the attempt by the address alone.
        app.drain_mail().await;
    }

    async fn a_ban_on_the_way_back(app: TestApp, provider: Provider) {
        let grace = user(&app, GRACE).await;
        let visitor = Visitor::new(&app);
        let url = set_out(&visitor, &visitor.open("/account/sign-in").await).await;
        let back = provider.agree(&url);
        let callback = format!("{}?{}", back.path(), back.query().unwrap());
        let answer = visitor.0.send(visitor.0.call_page(Method::GET, &callback)).await;
        // Between the provider and the page that sets the cookies.
        app.backend().post(&format!("/v1/users/{grace}/ban")).send().await.ok();
        let location = answer.header("location").unwrap().strip_prefix("http://127.0.0.1:3900").unwrap();
        visitor.open(location).await.is(403, "This account is banned");
        assert_eq!(visitor.0.cookie("__session"), None);
        // And between a sign-up's proof and the sign-in that goes on with it.
        app.backend().post(&format!("/v1/users/{grace}/unban")).send().await.ok();
        let visitor = Visitor::new(&app);
        let url = set_out(&visitor, &visitor.open("/account/sign-up").await).await;
        let back = provider.agree(&url);
        let callback = format!("{}?{}", back.path(), back.query().unwrap());
        visitor.0.send(visitor.0.call_page(Method::GET, &callback)).await;
        app.backend().post(&format!("/v1/users/{grace}/ban")).send().await.ok();
        visitor.open("/account/sign-up/sso-callback").await.is(403, "This account is banned");
        assert_eq!((visitor.sessions().await, visitor.0.cookie("__session")), (0, None));
    }

    async fn a_second_factor_is_asked_for(app: TestApp, provider: Provider) {
        let member = Visitor::new(&app);
        travel(&member, &provider, "/account/sign-up").await.is(200, "Your account");
        let (secret, _) = crate::second_factor::add_app(&app, &member).await;
        let visitor = Visitor::new(&app);
        let page = travel(&visitor, &provider, "/account/sign-in?redirect_url=%2Fapp").await;
        let page = page.is(200, "Two-step verification");
        let code = crate::second_factor::next(&app, &secret);
        let done = visitor.submit(&page, "Continue", &[("code", &code)]).await;
        assert_eq!(done.away.as_deref(), Some("/app"));
    }

    async fn only_for_providers_that_are_enabled(app: TestApp, provider: Provider) {
        drop(provider);
        let visitor = Visitor::new(&app);
        for strategy in ["oauth_google", "password", "nonsense"] {
            for path in ["/account/sign-in/social", "/account/sign-up/social"] {
                let answer = visitor.post(path, &[("strategy", strategy)]).await;
                assert!(answer.answer.status.is_client_error(), "{strategy}");
                assert!(!answer.complaint().is_empty());
            }
        }
        let foreign = visitor.0.call_page(Method::POST, "/account/sign-in/social");
        let foreign = foreign.header("origin", "https://evil.example").form(&[("strategy", "oauth_custom_stub")]);
        assert_eq!(visitor.0.send(foreign).await.status, 400);
        visitor.open("/account/sign-in/social").await.is(200, "Sign in");
        // Nobody came back.
        visitor.open("/account/sign-in/sso-callback").await.is(401, "Please sign in again");
        let page = visitor.open("/account/sign-in").await;
        user(&app, ADA).await;
        visitor.submit(&page, "Continue", &[("identifier", ADA)]).await;
        visitor.open("/account/sign-in/sso-callback").await.is(200, "Sign in");
        visitor.open("/account/sign-in/sso-callback?transfer=true").await.is(400, "That did not work");
        visitor.open("/account/sign-up/sso-callback?transfer=true").await.is(400, "Create your account");
        assert_eq!(visitor.sessions().await, 0);
    }
}

/// Runs the test on both engines with more settings.
fn with(instance: &str, run: impl AsyncFn(TestApp, Provider)) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        runtime.unwrap().block_on(async {
            let provider = Provider::start().await;
            let builder =
                TestApp::builder(engine).instance(instance).provider(provider.oidc("oauth_custom_stub"));
            run(builder.start().await, provider).await;
        });
    }
}

#[test]
fn where_sign_up_is_closed() {
    with("sign_up_mode = \"restricted\"", async |app: TestApp, provider: Provider| {
        let visitor = Visitor::new(&app);
        let page = travel(&visitor, &provider, "/account/sign-in").await.is(403, "Sign in");
        assert!(!page.complaint().is_empty());
        visitor
            .post("/account/sign-up/social", &[("strategy", "oauth_custom_stub")])
            .await
            .is(403, "Sign-up is closed");
    });
    with("sign_up_mode = \"waitlist\"", async |app: TestApp, provider: Provider| {
        let visitor = Visitor::new(&app);
        travel(&visitor, &provider, "/account/sign-in").await.is(200, "Join the waitlist");
        assert_eq!(visitor.sessions().await, 0);
    });
}

#[test]
fn consent_is_asked_for() {
    with("legal_consent_required = true", async |app: TestApp, provider: Provider| {
        let visitor = Visitor::new(&app);
        let page = travel(&visitor, &provider, "/account/sign-in").await.is(200, "Create your account");
        visitor.submit(&page, "Continue", &[("legal_accepted", "true")]).await.is(200, "Your account");
    });
}

#[test]
fn an_invitation_is_taken_along() {
    with("sign_up_mode = \"restricted\"", async |app: TestApp, provider: Provider| {
        let body = json!({"email_address": GRACE, "notify": false, "public_metadata": {"role": "editor"}});
        let made = app.backend().post("/v1/invitations").json(&body).send().await.ok();
        let url = made["url"].as_str().unwrap();
        let ticket = url.split_once("ticket=").unwrap().1;
        let visitor = Visitor::new(&app);
        travel(&visitor, &provider, &format!("/account/sign-up?__clerk_ticket={ticket}"))
            .await
            .is(200, "Your account");
        let client = visitor.0.get("/client").await.ok();
        assert_eq!(client["response"]["sessions"][0]["user"]["public_metadata"]["role"], "editor");
    });
}

#[test]
fn one_session_per_browser() {
    with("single_session_mode = true", async |app: TestApp, provider: Provider| {
        let visitor = Visitor::new(&app);
        let other_window = visitor.open("/account/sign-in").await;
        user(&app, ADA).await;
        visitor.sign_in(ADA, PASSWORD, "").await.is(200, "Your account");
        visitor.submit(&other_window, BUTTON, &[]).await.is(200, "Choose an account");
        assert!(provider.calls().is_empty());
    });
}
