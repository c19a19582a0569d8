//! Joining the waitlist instead of signing up.

use beadle_testkit::{both_engines, json};

use crate::visit::{ADA, PASSWORD, signed_in, user};

both_engines! {
    #[instance = "sign_up_mode = 'waitlist'"]
    async fn an_address_is_on_it_once(app: TestApp) {
        let browser = app.browser();
        let join = async |address: &str| browser.post("/waitlist", &[("email_address", address)]).await;
        let first = join("ada@example.com").await.ok();
        assert_eq!(first["object"], "waitlist_entry");
        assert!(first["id"].as_str().unwrap().starts_with("wle_"), "{first}");
        assert_eq!(first.as_object().unwrap().len(), 2);
        assert_eq!(join(" ADA@example.com").await.ok(), first);
        let (one, other) = tokio::join!(join("bob@example.com"), join("bob@example.com"));
        assert_eq!(one.ok(), other.ok());
        assert_ne!(one.ok()["id"], first["id"]);
        join("nobody").await.refused_for(422, "form_param_format_invalid", "email_address");
        browser.post("/waitlist", &[]).await.refused_for(422, "form_param_missing", "email_address");
        // Nobody becomes a client by it.
        assert_eq!(browser.get("/client").await.ok()["response"], json!(null));
    }

    #[instance = "sign_up_mode = 'waitlist'"]
    async fn only_who_has_an_account_gets_in(app: TestApp) {
        let form = [("email_address", ADA), ("password", PASSWORD)];
        app.browser().post("/client/sign_ups", &form).await.refused(403, "sign_up_restricted_waitlist");
        user(&app, ADA).await;
        signed_in(&app, ADA).await;
    }

    async fn without_one_nobody_waits(app: TestApp) {
        let form = [("email_address", "ada@example.com")];
        app.browser().post("/waitlist", &form).await.refused(403, "waitlist_not_accepting_entries");
    }
}
