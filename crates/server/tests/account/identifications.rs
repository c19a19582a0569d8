//! The user's own e-mail addresses and phone numbers.

use beadle_testkit::{TestApp, both_engines};

use crate::{
    profile::signed_in,
    visitor::{ADA, CODE, PASSWORD, Shown, Visitor, user},
};

const EVE: &str = "eve+clerk_test@example.com";
const OTHER: &str = "ada@other.example";
const NUMBER: &str = "+12025550101";

/// The address of the page of this address or number, as the profile links to it.
fn page_of(shown: &Shown) -> String {
    shown.url.split('?').next().unwrap().to_owned()
}

/// Ada with a number that is proven, and her profile.
async fn with_number(app: &TestApp) -> (Visitor, Shown) {
    user(app, ADA).await;
    let (visitor, page) = signed_in(app).await;
    let page = visitor.submit(&page, "Add phone number", &[("phone_number", NUMBER)]).await;
    let page = page.is(200, "Verify your phone number");
    let page = visitor.submit(&page, "Verify", &[("code", CODE)]).await.is(200, "Your account");
    (visitor, page)
}

async fn delete(visitor: &Visitor, page: &Shown, nth: usize) -> Shown {
    let html = page.html();
    let actions = html.split("action=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let removals: Vec<_> = actions.filter(|action| action.contains("remove")).collect();
    visitor.post(&removals[nth].replace("&#x2f;", "/").replace("&amp;", "&"), &[]).await
}

both_engines! {
    async fn an_address_is_added_and_proven(app: TestApp) {
        user(&app, ADA).await;
        let (visitor, page) = signed_in(&app).await;
        let page = visitor.submit(&page, "Add email address", &[("email_address", "nonsense")]).await;
        let page = page.is(422, "Your account");
        page.wrong("email_address");
        assert!(page.html().contains("value=\"nonsense\""));
        let page = visitor.submit(&page, "Add email address", &[("email_address", ADA)]).await;
        page.is(422, "Your account").wrong("email_address");
        let page = visitor.open("/account").await;
        let page = visitor.submit(&page, "Add email address", &[("email_address", OTHER)]).await;
        let page = page.is(200, "Verify your email address");
        assert!(page.html().contains(OTHER));
        app.only_mail().await;
        let page = visitor.submit(&page, "Verify", &[("code", "000000")]).await;
        let page = page.is(422, "Verify your email address");
        page.wrong("code");
        let page = visitor.submit(&page, "Send a new code", &[]).await.is(200, "Verify your email address");
        let mail = app.only_mail().await;
        assert_eq!(mail.to, OTHER);
        let page = visitor.submit(&page, "Verify", &[("code", mail.code())]).await.is(200, "Your account");
        assert!(page.html().contains("Your email address is verified."), "{}", page.html());
        // It signs in, and can take the place of the first one.
        Visitor::new(&app).sign_in(OTHER, PASSWORD, "").await.is(200, "Your account");
        let page = visitor.submit(&page, "Make primary", &[]).await.is(200, "Your account");
        let html = page.html();
        let (first, second) = html.split_once(OTHER).unwrap();
        assert!(!first.contains("Primary</span>") && second.contains("Primary</span>"), "{html}");
        app.drain_mail().await;
        let page = delete(&visitor, &page, 0).await.is(200, "Your account");
        assert!(page.html().contains("The email address was removed.") && !page.html().contains(ADA));
        // The last way in stays.
        let page = delete(&visitor, &page, 0).await.is(400, "Your account");
        page.complaint();
        assert!(page.html().contains(OTHER));
    }

    async fn an_address_may_wait_to_be_proven(app: TestApp) {
        user(&app, ADA).await;
        let (visitor, page) = signed_in(&app).await;
        let page = visitor.submit(&page, "Add email address", &[("email_address", OTHER)]).await;
        app.only_mail().await;
        let profile = visitor.open(&page.link("Back to your account")).await.is(200, "Your account");
        assert!(profile.html().contains("Unverified"));
        // The code is out still; later there is a new one to ask for.
        let page = visitor.open(&profile.link("Verify")).await.is(200, "Verify your email address");
        assert!(page.html().contains("name=\"code\""));
        app.advance(std::time::Duration::from_secs(601));
        let page = visitor.open(&profile.link("Verify")).await;
        assert!(!page.html().contains("name=\"code\""));
        let page = visitor.submit(&page, "Send the code", &[]).await;
        app.only_mail().await;
        let profile = visitor.submit(&page, "Remove this address", &[]).await.is(200, "Your account");
        assert!(!profile.html().contains(OTHER));
        visitor.open(&page.url).await.is(404, "Nothing here");
    }

    async fn a_number_is_added_and_proven(app: TestApp) {
        let (visitor, page) = with_number(&app).await;
        assert!(page.html().contains("Your phone number is verified."));
        let page = visitor.submit(&page, "Add phone number", &[("phone_number", "12")]).await;
        page.is(422, "Your account").wrong("phone_number");
        Visitor::new(&app).sign_in(NUMBER, PASSWORD, "").await.is(200, "Your account");
    }

    async fn a_number_as_second_factor(app: TestApp) {
        let (visitor, page) = with_number(&app).await;
        assert!(page.html().contains("It is off."));
        let codes = visitor.submit(&page, "Turn on", &[]).await.is(200, "Save your backup codes");
        let page = visitor.open(&codes.link("I have saved them")).await.is(200, "Your account");
        assert!(page.html().contains("It is on") && page.html().contains("Default"));
        let other = Visitor::new(&app).sign_in(ADA, PASSWORD, "").await;
        other.is(200, "Choose how to continue");
        let page = visitor.submit(&page, "Turn off", &[]).await.is(200, "Your account");
        assert!(page.html().contains("It is off."));
        Visitor::new(&app).sign_in(ADA, PASSWORD, "").await.is(200, "Your account");
    }

    async fn what_is_somebody_elses(app: TestApp) {
        user(&app, EVE).await;
        let (visitor, page) = with_number(&app).await;
        let page = visitor.submit(&page, "Add email address", &[("email_address", OTHER)]).await;
        app.only_mail().await;
        let path = page_of(&page);
        let eve = Visitor::new(&app);
        eve.sign_in(EVE, PASSWORD, "").await.is(200, "Your account");
        eve.open(&path).await.is(404, "Nothing here");
        for part in ["", "/prepare", "/primary", "/remove", "/second-factor"] {
            let form = [("code", CODE), ("reserved", "true")];
            eve.post(&format!("{path}{part}"), &form).await.is(404, "Nothing here");
        }
        let stranger = Visitor::new(&app).open(&path).await;
        stranger.is(401, "Please sign in again");
        visitor.open(&path).await.is(200, "Verify your email address");
    }

    async fn what_a_ban_overtook(app: TestApp) {
        let ada = user(&app, ADA).await;
        let (visitor, page) = signed_in(&app).await;
        let page = visitor.submit(&page, "Add email address", &[("email_address", OTHER)]).await;
        let mail = app.only_mail().await;
        app.backend().post(&format!("/v1/users/{ada}/ban")).send().await.ok();
        let refused = visitor.submit(&page, "Verify", &[("code", mail.code())]).await;
        refused.is(403, "This account is banned");
        let shown = app.backend().get(&format!("/v1/users/{ada}")).send().await.ok();
        assert_ne!(shown["email_addresses"][1]["verification"]["status"], "verified");
    }

    #[instance = "[identifiers.phone_number]\nenabled = false\n[factors]\nphone_code_as_second = false"]
    async fn numbers_only_where_there_are_any(app: TestApp) {
        user(&app, ADA).await;
        let (visitor, page) = signed_in(&app).await;
        assert!(!page.html().contains("phone"), "{}", page.html());
        let refused = visitor.post("/account/phone-numbers", &[("phone_number", NUMBER)]).await;
        refused.is(422, "Your account");
    }

    #[instance = "[factors]\nemail_code = false\nemail_link = true"]
    async fn an_address_is_proven_by_a_link(app: TestApp) {
        let ada = user(&app, ADA).await;
        let (visitor, page) = signed_in(&app).await;
        let page = visitor.submit(&page, "Add email address", &[("email_address", OTHER)]).await;
        let page = page.is(200, "Verify your email address");
        assert!(page.html().contains("A link was sent to"));
        let first = app.only_mail().await;
        let page = visitor.submit(&page, "Send a new link", &[]).await.is(200, "Verify your email address");
        let mail = app.only_mail().await;
        assert_eq!((&*mail.kind, &*mail.to), ("email_link", OTHER));
        let page = visitor.open(&page.link("I have opened the link")).await;
        let page = page.is(200, "Verify your email address");
        // It is followed where the mail is read.
        let reader = app.browser();
        let follow = async |link: &str| {
            let (_, token) = link.split_once("/v1/verify?token=").unwrap();
            let call = reader.call(http::Method::GET, "/verify").query(&[("token", token)]);
            reader.send(call).await
        };
        follow(first.link()).await.refused(400, "verification_link_token_invalid");
        for _ in 0..2 {
            let followed = follow(mail.link()).await;
            let location = followed.header("location").unwrap().to_owned();
            assert!(location.ends_with("__clerk_status=verified"), "{location}");
        }
        assert_eq!(reader.cookie("__session"), None);
        let page = visitor.open(&page.link("I have opened the link")).await.is(200, "Your account");
        assert!(page.html().contains("Your email address is verified."));
        let shown = app.backend().get(&format!("/v1/users/{ada}")).send().await.ok();
        assert_eq!(shown["email_addresses"][1]["verification"]["strategy"], "email_link");
        // Links that are out end with a ban, and stay ended.
        let page = visitor.submit(&page, "Add email address", &[("email_address", "b@other.example")]).await;
        page.is(200, "Verify your email address");
        let mail = app.only_mail().await;
        app.backend().post(&format!("/v1/users/{ada}/ban")).send().await.ok();
        follow(mail.link()).await.refused(400, "verification_link_token_invalid");
        app.backend().post(&format!("/v1/users/{ada}/unban")).send().await.ok();
        follow(mail.link()).await.refused(400, "verification_link_token_invalid");
    }

    #[instance = "[factors]\nemail_link = true\nemail_link_same_browser = true\nemail_code = false"]
    async fn a_link_may_have_to_stay_in_its_browser(app: TestApp) {
        user(&app, ADA).await;
        let (visitor, page) = signed_in(&app).await;
        visitor.submit(&page, "Add email address", &[("email_address", OTHER)]).await;
        let mail = app.only_mail().await;
        let (_, token) = mail.link().split_once("/v1/verify?token=").unwrap();
        for (browser, status) in [(&app.browser(), "client_mismatch"), (&visitor.0, "verified")] {
            let call = browser.call(http::Method::GET, "/verify").query(&[("token", token)]);
            let followed = browser.send(call).await;
            let location = followed.header("location").unwrap().to_owned();
            assert!(location.ends_with(&format!("__clerk_status={status}")), "{location}");
        }
    }
}
