//! Setting two-step verification up.

use std::time::Duration;

use beadle_domain::totp::TotpSecret;
use beadle_testkit::{TestApp, both_engines};

use crate::{
    profile::signed_in,
    visitor::{ADA, PASSWORD, Shown, Visitor, user},
};

/// The secret as the page has it for typing.
fn secret(shown: &Shown) -> TotpSecret {
    let html = shown.html();
    let (_, rest) = html.split_once("<code>").unwrap();
    let typed = rest.split_once("</code>").unwrap().0.replace(' ', "");
    TotpSecret::parse(&typed, "secret").unwrap()
}

fn codes(shown: &Shown) -> Vec<String> {
    let html = shown.html();
    let (_, rest) = html.split_once("class=\"codes\"").unwrap();
    let list = rest.split_once("</ul>").unwrap().0;
    let codes = list.split("<li>").skip(1).map(|rest| rest.split_once("</li>").unwrap().0.to_owned());
    codes.collect()
}

/// A code that no earlier one overlaps with.
fn next(app: &TestApp, secret: &TotpSecret) -> String {
    app.advance(Duration::from_secs(90));
    secret.code_at(app.now())
}

/// Ada with an app: its secret, and the page with her backup codes.
async fn with_app(app: &TestApp) -> (Visitor, TotpSecret, Shown) {
    user(app, ADA).await;
    let (visitor, page) = signed_in(app).await;
    let page = visitor.submit(&page, "Set up authenticator app", &[]).await;
    let page = page.is(200, "Set up an authenticator app");
    let secret = secret(&page);
    let code = next(app, &secret);
    let page = visitor.submit(&page, "Turn on", &[("code", &code)]).await;
    (visitor, secret, page.is(200, "Save your backup codes"))
}

both_engines! {
    async fn an_authenticator_app(app: TestApp) {
        user(&app, ADA).await;
        let (visitor, page) = signed_in(&app).await;
        assert!(page.html().contains("It is off.") && !page.html().contains("Make new backup codes"));
        visitor.open("/account/totp").await.is(200, "Your account");
        let page = visitor.submit(&page, "Set up authenticator app", &[]).await;
        let page = page.is(200, "Set up an authenticator app");
        let html = page.html();
        let squares = html.split_once("<path d=\"").unwrap().1.split_once('"').unwrap().0;
        assert!(html.contains("<svg") && squares.matches('M').count() > 200, "{html}");
        let secret = secret(&page);
        let code = next(&app, &secret);
        let wrong = if code == "135790" { "246801" } else { "135790" };
        let page = visitor.submit(&page, "Turn on", &[("code", wrong)]).await;
        let page = page.is(422, "Set up an authenticator app");
        page.wrong("code");
        // The same picture again.
        assert!(page.html().contains(squares));
        let spaced = format!("{} {}", &code[..3], &code[3..]);
        let page = visitor.submit(&page, "Turn on", &[("code", &spaced)]).await;
        let page = page.is(200, "Save your backup codes");
        assert_eq!(codes(&page).len(), 10);
        visitor.open("/account/totp").await.is(200, "Your account");
        let page = visitor.open(&page.link("I have saved them")).await.is(200, "Your account");
        assert!(page.html().contains("It is on"));
        let other = Visitor::new(&app);
        let asked = other.sign_in(ADA, PASSWORD, "").await.is(200, "Two-step verification");
        let code = next(&app, &secret);
        other.submit(&asked, "Continue", &[("code", &code)]).await.is(200, "Your account");
        let page = visitor.post(&page.action("/account/totp/remove"), &[]).await.is(200, "Your account");
        assert!(page.html().contains("The authenticator app was removed."));
        Visitor::new(&app).sign_in(ADA, PASSWORD, "").await.is(200, "Your account");
        visitor.post("/account/totp/remove", &[]).await.is(404, "Nothing here");
    }

    async fn backup_codes_are_replaced(app: TestApp) {
        let (visitor, _, page) = with_app(&app).await;
        let old = codes(&page);
        let page = visitor.open("/account").await;
        let page = visitor.submit(&page, "Make new backup codes", &[]).await;
        let new = codes(&page.is(200, "Save your backup codes"));
        assert!(new.len() == 10 && new.iter().all(|code| !old.contains(code)));
        // They have no address.
        visitor.open("/account/backup-codes").await.is(200, "Your account");
        let other = Visitor::new(&app);
        let page = other.sign_in(ADA, PASSWORD, "").await.is(200, "Two-step verification");
        let url = format!("{}?with=backup_code", page.url);
        let page = other.open(&url).await.is(200, "Enter a backup code");
        let page = other.submit(&page, "Continue", &[("code", &old[0])]).await;
        let page = page.is(422, "Enter a backup code");
        other.submit(&page, "Continue", &[("code", &new[0])]).await.is(200, "Your account");
    }

    #[instance = "[factors]\nauthenticator_app = false\nbackup_code = false\nphone_code_as_second = false"]
    async fn the_settings_decide_what_is_offered(app: TestApp) {
        user(&app, ADA).await;
        let (visitor, page) = signed_in(&app).await;
        assert!(!page.html().contains("Two-step verification"), "{}", page.html());
        for what in ["totp/create", "backup-codes"] {
            let refused = visitor.post(&format!("/account/{what}"), &[]).await;
            assert_eq!(refused.answer.status, 403, "{}", refused.html());
        }
    }

    async fn a_ban_meanwhile(app: TestApp) {
        let ada = user(&app, ADA).await;
        let (visitor, page) = signed_in(&app).await;
        let page = visitor.submit(&page, "Set up authenticator app", &[]).await;
        let code = next(&app, &secret(&page));
        app.backend().post(&format!("/v1/users/{ada}/ban")).send().await.ok();
        let refused = visitor.submit(&page, "Turn on", &[("code", &code)]).await;
        refused.is(403, "This account is banned");
        let seen = visitor.open(&page.url).await.is(403, "This account is banned");
        assert!(!seen.html().contains("<svg"));
        visitor.post("/account/backup-codes", &[]).await.is(403, "This account is banned");
        let shown = app.backend().get(&format!("/v1/users/{ada}")).send().await.ok();
        assert_eq!(shown["totp_enabled"], false);
    }
}
