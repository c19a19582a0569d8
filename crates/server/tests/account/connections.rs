//! Accounts at providers on the profile.

use beadle_testkit::{Provider, Quirks, both_providers};
use http::Method;

use crate::{
    profile::signed_in,
    visitor::{ADA, ORIGIN, PASSWORD, Shown, Visitor, user},
};

/// All the way from the profile to the provider and back.
async fn connect(visitor: &Visitor, provider: &Provider, page: &Shown) -> Shown {
    let leaving = visitor.submit(page, "Connect Stub", &[]).await.is(200, "Continue with Stub");
    visitor.open(&leaving.link("Back to your account")).await.is(200, "Your account");
    let back = provider.agree(&leaving.link("Continue to Stub"));
    let callback = format!("{}?{}", back.path(), back.query().unwrap());
    let answer = visitor.0.send(visitor.0.call_page(Method::GET, &callback)).await;
    let location = answer.header("location").expect("back on a page").to_owned();
    visitor.open(location.strip_prefix(ORIGIN).expect("of ours")).await
}

both_providers! {
    async fn an_account_is_connected_and_taken_away(app: TestApp, provider: Provider) {
        user(&app, ADA).await;
        let (visitor, _) = signed_in(&app).await;
        let page = visitor.open("/account?redirect_url=%2Fapp").await;
        let page = connect(&visitor, &provider, &page).await.is(200, "Your account");
        assert!(page.url.contains("redirect_url=%2Fapp"), "{}", page.url);
        assert!(page.html().contains("The account is connected."), "{}", page.html());
        assert!(page.html().contains("<p>Stub: grace@example.com</p>"), "{}", page.html());
        assert!(!page.html().contains("Connect Stub"));
        let removal = page.action("/connections/");
        let eve = Visitor::new(&app);
        user(&app, "eve+clerk_test@example.com").await;
        eve.sign_in("eve+clerk_test@example.com", PASSWORD, "").await.is(200, "Your account");
        eve.post(removal.split('?').next().unwrap(), &[]).await.is(404, "Nothing here");
        let page = visitor.post(&removal, &[]).await.is(200, "Your account");
        assert!(page.html().contains("is not connected any more") && page.html().contains("Connect Stub"));
    }

    async fn what_the_provider_refuses_is_told(app: TestApp, provider: Provider) {
        user(&app, ADA).await;
        let (visitor, page) = signed_in(&app).await;
        provider.quirks(Quirks { refuses: true, ..Quirks::default() });
        let page = connect(&visitor, &provider, &page).await.is(200, "Your account");
        assert!(!page.complaint().is_empty() && page.html().contains("Connect Stub"));
        let again = visitor.open("/account").await;
        assert!(!again.html().contains("role=\"alert\""));
        let refused = visitor.post("/account/connections", &[("strategy", "oauth_unknown")]).await;
        refused.is(400, "Your account").complaint();
    }

    async fn a_ban_meanwhile(app: TestApp, provider: Provider) {
        let ada = user(&app, ADA).await;
        let (visitor, page) = signed_in(&app).await;
        app.backend().post(&format!("/v1/users/{ada}/ban")).send().await.ok();
        visitor.submit(&page, "Connect Stub", &[]).await.is(403, "This account is banned");
        assert!(provider.calls().is_empty());
    }
}
