//! Redirects, and what an instance without satellite domains answers.

use beadle_testkit::both_engines;
use http::Method;

both_engines! {
    #[instance = "urls = { home = 'https://acme.example/start' }\nallowed_origins = ['https://app.acme.example']"]
    async fn redirects_lead_to_our_pages_alone(app: TestApp) {
        let to = async |url: &str| app.browser().get(&format!("/redirect?redirect_url={url}")).await;
        let answer = to("https://app.acme.example/x?y=1").await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (307, Some("https://app.acme.example/x?y=1")));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        for empty in [app.browser().get("/redirect").await, to("").await] {
            assert_eq!((empty.status.as_u16(), empty.header("location")), (307, Some("https://acme.example/start")));
        }
        to("https://evil.example/").await.refused_for(422, "redirect_url_not_associated_with_instance", "redirect_url");
        to("//evil.example/").await.refused_for(422, "invalid_redirect_url", "redirect_url");
    }

    async fn there_are_no_satellites(app: TestApp) {
        let browser = app.browser();
        browser.get("/client/sync?link_domain=shop.example&redirect_url=http://localhost:3000").await
            .refused_for(422, "form_param_value_invalid", "link_domain");
        browser.get("/client/sync").await.refused_for(422, "form_param_missing", "link_domain");
        browser.get("/client/link?__clerk_token=x").await.refused(403, "sync_nonce_already_consumed");
        browser.get("/client/link").await.refused_for(422, "form_param_missing", "__clerk_token");
    }

    async fn site_data_goes_at_the_word_of_our_own_pages(app: TestApp) {
        let browser = app.browser();
        let answer = browser.get("/clear-site-data").await;
        assert_eq!((answer.status.as_u16(), answer.header("clear-site-data")), (200, Some("\"*\"")));
        let picture = browser.call(Method::GET, "/clear-site-data").header("sec-fetch-site", "cross-site");
        let answer = picture.send().await;
        assert_eq!((answer.status.as_u16(), answer.header("clear-site-data")), (200, None));
    }
}
