//! What an operator does to what users have set up themselves.

use beadle_testkit::{TestApp, TestResponse, Value, both_engines, both_providers, json};

use crate::{
    oauth::{STRATEGY, member},
    passkeys::with_passkey,
    profile_image::png,
    visit::{ADA, shown, text, user},
};

const NOBODY: &str = "user_000000000000000000000000000";
const PART: &str = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"me.png\"\r\n\r\n";

/// Sends a file as the SDKs do.
async fn send_picture(app: &TestApp, user: &str, file: &[u8]) -> TestResponse {
    let body = [PART.as_bytes(), file, b"\r\n--x--\r\n"].concat();
    let call = app.backend().post(&format!("/v1/users/{user}/profile_image"));
    call.header("content-type", "multipart/form-data; boundary=x").body(body).send().await
}

async fn delete(app: &TestApp, user: &str, what: &str) -> TestResponse {
    app.backend().delete(&format!("/v1/users/{user}/{what}")).send().await
}

both_engines! {
    async fn an_update_keeps_the_picture_that_is_theirs_or_takes_it_away(app: TestApp) {
        let ada = user(&app, ADA).await;
        let set = send_picture(&app, &ada, &png(40, 30)).await.ok();
        let url = text(&set["image_url"]);
        let image = url.rsplit('/').next().unwrap();
        let update = async |image: Value| {
            let call = app.backend().patch(&format!("/v1/users/{ada}"));
            call.json(&json!({"profile_image_id": image})).send().await
        };
        assert_eq!(update(json!(image)).await.ok()["image_url"], url);
        for other in ["img_000000000000000000000000000", "none"] {
            update(json!(other)).await.refused_for(422, "form_resource_not_found", "profile_image_id");
        }
        let gone = update(Value::Null).await.ok();
        assert_eq!(gone["has_image"], false);
        assert_eq!(update(Value::Null).await.ok()["has_image"], false);
    }

    async fn a_picture_is_set_and_taken_away(app: TestApp) {
        let ada = user(&app, ADA).await;
        let set = send_picture(&app, &ada, &png(40, 30)).await.ok();
        assert_eq!((&set["object"], &set["has_image"]), (&json!("user"), &json!(true)));
        assert!(text(&set["image_url"]).contains("/images/img_"), "{set}");
        send_picture(&app, &ada, b"no picture").await.refused(400, "request_body_invalid");
        send_picture(&app, &ada, b"").await.refused(400, "form_param_missing");
        send_picture(&app, NOBODY, &png(4, 3)).await.refused(404, "resource_not_found");
        let gone = delete(&app, &ada, "profile_image").await.ok();
        assert_eq!(gone["has_image"], false);
        assert!(text(&gone["image_url"]).contains("/avatars/"), "{gone}");
        delete(&app, &ada, "profile_image").await.refused(404, "image_not_found");
        delete(&app, NOBODY, "profile_image").await.refused(404, "resource_not_found");
        assert_eq!(app.event_kinds(&ada).await, ["user.created", "user.updated", "user.updated"]);
    }

    #[instance = "[factors]\npasskey = true"]
    async fn a_passkey_is_taken_away(app: TestApp) {
        let (ada, _, _, passkey) = with_passkey(&app, ADA).await;
        let path = format!("passkeys/{passkey}");
        delete(&app, &user(&app, "bob@example.com").await, &path).await.refused(404, "resource_not_found");
        let gone = delete(&app, &ada, &path).await.ok();
        assert_eq!(gone, json!({"object": "passkey", "id": passkey, "deleted": true}));
        assert_eq!(shown(&app, &ada).await["passkeys"], json!([]));
        delete(&app, &ada, &path).await.refused(404, "resource_not_found");
        delete(&app, NOBODY, &path).await.refused(404, "resource_not_found");
        delete(&app, &ada, "passkeys/none").await.refused(404, "resource_not_found");
    }
}

both_providers! {
    async fn a_connected_account_is_taken_away(app: TestApp, provider: Provider) {
        let (_, grace) = member(&provider, &app).await;
        let tokens = |provider: &str| app.backend().get(&format!("/v1/users/{grace}/oauth_access_tokens/{provider}"));
        tokens(STRATEGY).send().await.refused(422, "oauth_missing_access_token");
        tokens("oauth_other").send().await.refused(404, "oauth_token_provider_not_enabled");
        let account = shown(&app, &grace).await["external_accounts"][0].clone();
        let path = format!("external_accounts/{}", text(&account["id"]));
        let ada = user(&app, ADA).await;
        let refused = delete(&app, &ada, &path).await;
        refused.refused(404, "resource_not_found");
        assert!(refused.text().contains(account["id"].as_str().unwrap()), "{}", refused.shown());
        // It vouches for the address.
        let address = text(&shown(&app, &grace).await["email_addresses"][0]["id"]);
        let linked = "delete_linked_identification_disallowed";
        app.backend().delete(&format!("/v1/email_addresses/{address}")).send().await.refused(400, linked);
        let replace = app.backend().put(&format!("/v1/users/{grace}/email_address"));
        replace.json(&json!({"email_address": "new@example.com"})).send().await.refused(400, linked);
        let gone = delete(&app, &grace, &path).await.ok();
        assert_eq!(gone, json!({"object": "external_account", "id": account["id"], "deleted": true}));
        assert_eq!(shown(&app, &grace).await["external_accounts"], json!([]));
        delete(&app, &grace, &path).await.refused(404, "resource_not_found");
        delete(&app, &grace, "external_accounts/none").await.refused(404, "resource_not_found");
        assert_eq!(tokens(STRATEGY).send().await.ok(), json!([]));
        let page = tokens("custom_stub").query(&[("paginated", "true")]).send().await.ok();
        assert_eq!(page, json!({"data": [], "total_count": 0}));
        tokens(STRATEGY).query(&[("limit", "0")]).send().await.refused_for(422, "form_param_value_invalid", "limit");
    }
}
