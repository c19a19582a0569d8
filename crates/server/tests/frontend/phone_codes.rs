//! Phone numbers: proven at sign-up, and a way to sign in.

use beadle_testkit::{both_engines, json};

use crate::visit::text;

const TEST_NUMBER: &str = "+15555550100";
const NUMBER: &str = "+14158675309";
const PASSWORD: &str = "a long walk by the sea";

both_engines! {
    async fn a_number_is_proven_before_there_is_an_account(app: TestApp) {
        let browser = app.browser();
        let form = [("email_address", "ada+clerk_test@example.com"), ("phone_number", TEST_NUMBER), ("password", PASSWORD)];
        let begun = browser.post("/client/sign_ups", &form).await.ok();
        assert_eq!(begun["response"]["unverified_fields"], json!(["email_address", "phone_number"]));
        let path = format!("/client/sign_ups/{}", text(&begun["response"]["id"]));
        for strategy in ["email_code", "phone_code"] {
            browser.post(&format!("{path}/prepare_verification"), &[("strategy", strategy)]).await.ok();
        }
        let attempt = format!("{path}/attempt_verification");
        let half = browser.post(&attempt, &[("strategy", "phone_code"), ("code", "424242")]).await.ok();
        assert_eq!(half["response"]["unverified_fields"], json!(["email_address"]));
        let done = browser.post(&attempt, &[("strategy", "email_code"), ("code", "424242")]).await.ok();
        assert_eq!(done["response"]["status"], "complete");
        let phone = &done["client"]["sessions"][0]["user"]["phone_numbers"][0];
        assert_eq!(phone["phone_number"], TEST_NUMBER);
        assert_eq!((&phone["verification"]["status"], &phone["verification"]["strategy"]), (&json!("verified"), &json!("phone_code")));
    }

    async fn a_code_by_sms_signs_in(app: TestApp) {
        let user = app.create_user(&json!({"phone_number": [NUMBER]})).await;
        let browser = app.browser();
        let begun = browser.post("/client/sign_ins", &[("identifier", NUMBER), ("strategy", "phone_code")]).await.ok();
        let sms = app.only_mail().await;
        assert_eq!(sms.to, NUMBER);
        let path = format!("/client/sign_ins/{}/attempt_first_factor", text(&begun["response"]["id"]));
        let done = browser.post(&path, &[("strategy", "phone_code"), ("code", sms.code())]).await.ok();
        assert_eq!(done["client"]["sessions"][0]["user"]["id"], *user);
    }
}
