//! Invitations, from the Backend API to the account.

use std::time::Duration;

use beadle_testkit::{TestApp, TestResponse, Value, both_engines, json};
use http::{Method, header};

use crate::{
    factor::{second_factor, with_app},
    visit::{ADA, text, user},
};

const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "a long walk by the sea";

async fn invite(app: &TestApp, body: &Value) -> TestResponse {
    app.backend().post("/v1/invitations").json(body).send().await
}

fn ticket(url: &str) -> &str {
    url.split_once("ticket=").expect("a link with a ticket").1
}

async fn answer(app: &TestApp, ticket: &str) -> TestResponse {
    app.browser()
        .post("/client/sign_ups", &[("strategy", "ticket"), ("ticket", ticket), ("password", PASSWORD)])
        .await
}

async fn sign_in(app: &TestApp, ticket: &str) -> TestResponse {
    app.browser().post("/client/sign_ins", &[("strategy", "ticket"), ("ticket", ticket)]).await
}

/// Where the link leads.
async fn landing(app: &TestApp, ticket: &str) -> String {
    let browser = app.browser();
    let there = browser.send(browser.call(Method::GET, "/tickets/accept").query(&[("ticket", ticket)])).await;
    assert_eq!(there.status, 303);
    there.headers[header::LOCATION].to_str().unwrap().to_owned()
}

both_engines! {
    async fn an_invited_address_is_proven(app: TestApp) {
        let invited = invite(&app, &json!({"email_address": EMAIL, "public_metadata": {"plan": "pro"}, "redirect_url": "http://localhost:3000/join"})).await.ok();
        assert_eq!((&invited["object"], &invited["status"]), (&json!("invitation"), &json!("pending")));
        let mail = app.only_mail().await;
        assert_eq!((&*mail.kind, &*mail.to, mail.link()), ("invitation", EMAIL, &*text(&invited["url"])));
        let ticket = ticket(mail.link());

        let visitor = app.browser();
        let there = visitor.send(visitor.call(Method::GET, "/tickets/accept").query(&[("ticket", ticket)])).await;
        assert_eq!(there.status, 303);
        let expected = format!("http://localhost:3000/join?__clerk_ticket={ticket}&__clerk_status=sign_up");
        assert_eq!(there.headers[header::LOCATION].to_str().unwrap(), expected);

        let done = answer(&app, ticket).await.ok();
        assert_eq!(done["response"]["status"], "complete");
        let user = &done["client"]["sessions"][0]["user"];
        assert_eq!(user["public_metadata"], json!({"plan": "pro"}));
        assert_eq!(user["email_addresses"][0]["verification"]["strategy"], "ticket");
        answer(&app, ticket).await.refused(400, "invitation_already_accepted");
    }

    async fn an_invitation_opens_a_closed_door(app: TestApp) {
        let app = app.reopen_with("sign_up_mode = \"restricted\"", 2).await;
        app.browser().post("/client/sign_ups", &[("email_address", EMAIL)]).await.refused(403, "sign_up_mode_restricted");
        let invited = invite(&app, &json!({"email_address": EMAIL, "notify": false})).await.ok();
        let url = text(&invited["url"]);
        let browser = app.browser();
        let begun = browser.post("/client/sign_ups", &[("ticket", ticket(&url))]).await.ok();
        assert_eq!(begun["response"]["missing_fields"], json!(["password"]));
        let path = format!("/client/sign_ups/{}", text(&begun["response"]["id"]));
        // Another address was not invited.
        let other = browser.send(browser.call(Method::PATCH, &path).form(&[("email_address", "eve@example.com")])).await;
        other.refused(403, "sign_up_mode_restricted");
        let done = browser.send(browser.call(Method::PATCH, &path).form(&[("password", PASSWORD)])).await.ok();
        assert_eq!(done["response"]["status"], "complete");
    }

    async fn a_page_of_anybodys_for_who_has_the_secret_key(app: TestApp) {
        let page = "https://www.acme-landing.example/join?x=1#top";
        let invited = invite(&app, &json!({"email_address": EMAIL, "notify": false, "redirect_url": page})).await.ok();
        let url = text(&invited["url"]);
        let expected = format!(
            "https://www.acme-landing.example/join?x=1&__clerk_ticket={}&__clerk_status=sign_up#top", ticket(&url)
        );
        assert_eq!(landing(&app, ticket(&url)).await, expected);
    }

    async fn who_has_an_account_signs_in(app: TestApp) {
        let body = json!({"email_address": [EMAIL], "skip_password_requirement": true, "public_metadata": {"role": "admin"}});
        let user = app.create_user(&body).await;
        let body = json!({"email_address": EMAIL, "notify": false, "ignore_existing": true, "public_metadata": {"plan": "pro"}});
        let invited = invite(&app, &body).await.ok();
        let url = text(&invited["url"]);
        let landing = landing(&app, ticket(&url)).await;
        assert!(landing.contains("/account/sign-in?") && landing.ends_with("&__clerk_status=sign_in"), "{landing}");
        // Whoever is kept out now can use it later.
        for (deed, end, code) in [("lock", "unlock", "user_locked"), ("ban", "unban", "user_banned")] {
            let change = async |deed: &str| app.backend().post(&format!("/v1/users/{user}/{deed}")).send().await.ok();
            change(deed).await;
            sign_in(&app, ticket(&url)).await.refused(403, code);
            change(end).await;
        }
        let done = sign_in(&app, ticket(&url)).await.ok();
        assert_eq!(done["response"]["status"], "complete");
        assert_eq!(done["response"]["first_factor_verification"]["strategy"], "ticket");
        let shown = &done["client"]["sessions"][0]["user"];
        assert_eq!((&shown["id"], &shown["public_metadata"]), (&json!(user), &json!({"plan": "pro", "role": "admin"})));
        assert_eq!(app.event_kinds(&user).await.last().unwrap(), "user.updated");
        sign_in(&app, ticket(&url)).await.refused(400, "invitation_already_accepted");
        let accepted = app.backend().get("/v1/invitations").query(&[("status", "accepted")]).send().await.ok();
        assert_eq!(accepted[0]["id"], invited["id"]);
    }

    async fn it_proves_an_address_and_no_second_factor(app: TestApp) {
        user(&app, ADA).await;
        let (_, authenticator, _) = with_app(&app, ADA).await;
        let invited = invite(&app, &json!({"email_address": ADA, "notify": false, "ignore_existing": true})).await.ok();
        let browser = app.browser();
        let url = text(&invited["url"]);
        let half = browser.post("/client/sign_ins", &[("strategy", "ticket"), ("ticket", ticket(&url))]).await.ok();
        assert_eq!(half["response"]["status"], "needs_second_factor");
        assert_eq!(half["client"]["sign_in"]["id"], half["response"]["id"]);
        let id = text(&half["response"]["id"]);
        let done = second_factor(&browser, &id, "totp", &authenticator.next(&app)).await.ok();
        assert_eq!(done["response"]["status"], "complete");
    }

    async fn who_has_no_account_signs_up(app: TestApp) {
        let invited = invite(&app, &json!({"email_address": EMAIL, "notify": false})).await.ok();
        let url = text(&invited["url"]);
        sign_in(&app, ticket(&url)).await.refused(400, "invitation_account_not_exists");
        answer(&app, ticket(&url)).await.ok();
    }

    async fn one_that_is_taken_back_meanwhile_ends_a_sign_up(app: TestApp) {
        let invited = invite(&app, &json!({"email_address": EMAIL, "notify": false})).await.ok();
        let url = text(&invited["url"]);
        let browser = app.browser();
        let begun = browser.post("/client/sign_ups", &[("ticket", ticket(&url))]).await.ok();
        app.backend().post(&format!("/v1/invitations/{}/revoke", text(&invited["id"]))).send().await.ok();
        let path = format!("/client/sign_ups/{}", text(&begun["response"]["id"]));
        let late = browser.send(browser.call(Method::PATCH, &path).form(&[("password", PASSWORD)])).await;
        late.refused(400, "revoked_invitation");
    }

    async fn invitations_end(app: TestApp) {
        let first = invite(&app, &json!({"email_address": EMAIL, "notify": false, "expires_in_days": 1})).await.ok();
        invite(&app, &json!({"email_address": EMAIL, "notify": false})).await.refused(400, "duplicate_record");
        let second = invite(&app, &json!({"email_address": EMAIL, "notify": false, "ignore_existing": true})).await.ok();
        let revoke = format!("/v1/invitations/{}/revoke", text(&second["id"]));
        assert_eq!(app.backend().post(&revoke).send().await.ok()["status"], "revoked");
        app.backend().post(&revoke).send().await.refused(400, "invitation_already_revoked");
        let url = text(&second["url"]);
        answer(&app, ticket(&url)).await.refused(400, "revoked_invitation");
        app.advance(Duration::from_secs(24 * 60 * 60));
        let url = text(&first["url"]);
        answer(&app, ticket(&url)).await.refused(400, "ticket_expired_code");
        answer(&app, "it_nonsense").await.refused(400, "ticket_invalid_code");
        app.user(EMAIL).await;
        invite(&app, &json!({"email_address": EMAIL})).await.refused(422, "form_identifier_exists");
        let third = invite(&app, &json!({"email_address": EMAIL, "notify": false, "ignore_existing": true})).await.ok();
        let url = text(&third["url"]);
        answer(&app, ticket(&url)).await.refused(400, "invitation_account_exists");
    }
}
