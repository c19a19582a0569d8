//! Changes that take a fresh proof of who makes them.

use std::time::Duration;

use beadle_domain::totp::TotpSecret;
use beadle_testkit::both_engines;

use crate::{
    profile::signed_in,
    visitor::{ADA, CODE, PASSWORD, Visitor, user},
};

const OTHER: &str = "ada.other+clerk_test@example.com";
const HEADING: &str = "Confirm that it is you";

both_engines! {
    #[instance = "reverification = true"]
    async fn a_form_leads_to_the_proof_and_back(app: TestApp) {
        user(&app, ADA).await;
        let (visitor, page) = signed_in(&app).await;
        // A sign-in is a proof for ten minutes.
        let asked = visitor.submit(&page, "Add email address", &[("email_address", OTHER)]).await;
        asked.is(200, "Verify your email address");
        app.advance(Duration::from_secs(15 * 60));
        visitor.open("/account/reverify").await.is(200, "Your account");
        let asked = visitor.post(&page.action("/account/delete"), &[("confirm", "true")]).await;
        let asked = asked.is(200, HEADING);
        let asked = visitor.submit(&asked, "Continue", &[("password", "wrong horse")]).await;
        let asked = asked.is(422, HEADING);
        asked.wrong("password");
        let page = visitor.submit(&asked, "Continue", &[("password", PASSWORD)]).await;
        let page = page.is(200, "Your account");
        assert!(page.html().contains("Please do again what you wanted to do."), "{}", page.html());
        assert_eq!(visitor.sessions().await, 1);
        let page = visitor.submit(&page, "Delete account", &[("confirm", "true")]).await;
        page.is(200, "Sign in");
    }

    #[instance = "reverification = true"]
    async fn every_change_of_the_ways_in(app: TestApp) {
        user(&app, ADA).await;
        let (visitor, page) = signed_in(&app).await;
        let asked = visitor.submit(&page, "Add email address", &[("email_address", OTHER)]).await;
        let path = asked.url.split('?').next().unwrap().to_owned();
        app.advance(Duration::from_secs(15 * 60));
        for (url, form) in [
            ("/account/email-addresses", &[("email_address", "x@example.com")][..]),
            ("/account/phone-numbers", &[("phone_number", "+12025550101")]),
            (&format!("{path}/remove"), &[]),
            (&format!("{path}/second-factor"), &[("reserved", "true")]),
            ("/account/totp/create", &[]),
            ("/account/totp/remove", &[]),
            ("/account/backup-codes", &[]),
            ("/account/delete", &[("confirm", "true")]),
        ] {
            let asked = visitor.post(url, form).await;
            assert_eq!(asked.heading(), HEADING, "{url}");
        }
    }

    #[instance = "reverification = true"]
    async fn by_a_code(app: TestApp) {
        user(&app, ADA).await;
        let (visitor, page) = signed_in(&app).await;
        app.advance(Duration::from_secs(15 * 60));
        let asked = visitor.submit(&page, "Delete account", &[("confirm", "true")]).await.is(200, HEADING);
        let asked = visitor.open(&asked.link("Use another way")).await.is(200, HEADING);
        let to = asked.html().split("Email a code to ").nth(1).unwrap().split('<').next().unwrap().to_owned();
        assert!(to.contains('*'), "the page may be left open: {to}");
        let asked = visitor.submit(&asked, &format!("Email a code to {to}"), &[]).await.is(200, HEADING);
        let asked = visitor.submit(&asked, "Continue", &[("code", "000000")]).await.is(422, HEADING);
        asked.wrong("code");
        let asked = visitor.submit(&asked, "Send a new code", &[]).await.is(200, HEADING);
        visitor.submit(&asked, "Continue", &[("code", CODE)]).await.is(200, "Your account");
        // Asked again, there is nothing left to prove.
        visitor.open(&asked.url).await.is(200, "Your account");
    }

    #[instance = "reverification = true"]
    async fn with_both_factors(app: TestApp) {
        user(&app, ADA).await;
        let (visitor, page) = signed_in(&app).await;
        let made = visitor.0.post("/me/totp", &[]).await.ok();
        let secret = TotpSecret::parse(made["response"]["secret"].as_str().unwrap(), "secret").unwrap();
        let code = secret.code_at(app.now());
        visitor.0.post("/me/totp/attempt_verification", &[("code", &code)]).await.ok();
        app.advance(Duration::from_secs(15 * 60));
        let asked = visitor.submit(&page, "Delete account", &[("confirm", "true")]).await.is(200, HEADING);
        let asked = visitor.submit(&asked, "Continue", &[("password", PASSWORD)]).await.is(200, HEADING);
        assert!(asked.html().contains("One more proof"));
        let code = secret.code_at(app.now());
        let wrong = if code == "135790" { "246801" } else { "135790" };
        let asked = visitor.submit(&asked, "Continue", &[("code", wrong)]).await.is(422, HEADING);
        let page = visitor.submit(&asked, "Continue", &[("code", &code)]).await.is(200, "Your account");
        visitor.submit(&page, "Delete account", &[("confirm", "true")]).await.is(200, "Sign in");
    }

    #[instance = "reverification = true"]
    async fn a_ban_meanwhile(app: TestApp) {
        let ada = user(&app, ADA).await;
        let (visitor, page) = signed_in(&app).await;
        app.advance(Duration::from_secs(15 * 60));
        let asked = visitor.submit(&page, "Delete account", &[("confirm", "true")]).await.is(200, HEADING);
        app.backend().post(&format!("/v1/users/{ada}/ban")).send().await.ok();
        let refused = visitor.submit(&asked, "Continue", &[("password", PASSWORD)]).await;
        refused.is(403, "This account is banned");
        visitor.open(&asked.url).await.is(403, "This account is banned");
        Visitor::new(&app).open(&asked.url).await.is(401, "Please sign in again");
    }
}
