//! Social sign-in. What a browser set out with before something happened must have been under way already: each probe
//! has an app of its own, with a provider.

use beadle_testkit::{Browser, Provider, TestApp, TestResponse, Value, json};
use http::{Method, StatusCode};
use url::Url;

use crate::{
    answers::{claims, hands_out_nothing, refused, session_refused},
    scene::{CODE, DIGEST, Phase, Scene, text},
};

const STRATEGY: &str = "oauth_custom_stub";
const BACK: &str = "http://localhost:3000/sso-callback";
const DONE: &str = "http://localhost:3000/home";
const EMAIL: &str = "grace+clerk_test@example.com";

/// A user, and browsers that are at the provider or were there.
struct Social {
    app: TestApp,
    user: String,
    /// Signed in.
    holder: Browser,
    session: String,
    /// Of the account that `holder` is connecting.
    account: String,
    connecting: Url,
    /// About to come back to an attempt that names nobody, and to one that names the user.
    signing_in: (Browser, Url),
    identified: (Browser, Url),
    /// Has proven the account in a sign-up, which can move on to a sign-in.
    transferable: Browser,
    signing_up: (Browser, Url),
}

fn form() -> [(&'static str, &'static str); 3] {
    [("strategy", STRATEGY), ("redirect_url", BACK), ("action_complete_redirect_url", DONE)]
}

impl Social {
    async fn new(scene: &Scene<'_>) -> Self {
        let provider = Provider::start().await;
        let app = TestApp::builder(scene.app.engine()).provider(provider.oidc(STRATEGY)).start().await;
        provider.account(json!({"sub": "7", "email": EMAIL, "email_verified": true}));
        let user = app
            .create_user(&json!({
                "email_address": [EMAIL], "password_digest": DIGEST, "password_hasher": "bcrypt",
            }))
            .await;
        let holder = app.browser();
        let begun =
            holder.post("/client/sign_ins", &[("identifier", EMAIL), ("strategy", "email_code")]).await;
        let attempt =
            format!("/client/sign_ins/{}/attempt_first_factor", text(&begun.ok()["response"]["id"]));
        let done = holder.post(&attempt, &[("strategy", "email_code"), ("code", CODE)]).await.ok();
        let session = text(&done["response"]["created_session_id"]);
        let begun = holder.post("/me/external_accounts", &form()).await.ok();
        let address = &begun["response"]["verification"]["external_verification_redirect_url"];
        let connecting = provider.agree(&text(address));
        let identified = app.browser();
        let named = identified.post("/client/sign_ins", &[("identifier", EMAIL)]).await.ok();
        let prepare = format!("/client/sign_ins/{}/prepare_first_factor", text(&named["response"]["id"]));
        let prepared = identified.post(&prepare, &form()).await.ok();
        let away = provider.agree(&text(&first_factor(&prepared)["external_verification_redirect_url"]));
        let identified = (identified, away);
        let transferable = app.browser();
        let back = set_out(&provider, &transferable, "sign_ups").await;
        leads_to(&come_back(&transferable, &back).await, BACK);
        let signing_in = app.browser();
        let away = set_out(&provider, &signing_in, "sign_ins").await;
        let signing_in = (signing_in, away);
        let signing_up = app.browser();
        let away = set_out(&provider, &signing_up, "sign_ups").await;
        let signing_up = (signing_up, away);
        let account = text(&begun["response"]["id"]);
        Self {
            app,
            user,
            holder,
            session,
            account,
            connecting,
            signing_in,
            identified,
            transferable,
            signing_up,
        }
    }

    async fn after(scene: &Scene<'_>, phase: Phase) -> Self {
        let social = Self::new(scene).await;
        phase.apply(&social.app, &social.user).await;
        social
    }

    fn me(&self, rest: &str) -> String {
        format!("/me/external_accounts{rest}?_clerk_session_id={}", self.session)
    }
}

fn first_factor(answer: &Value) -> &Value {
    &answer["response"]["first_factor_verification"]
}

async fn set_out(provider: &Provider, browser: &Browser, what: &str) -> Url {
    let begun = browser.post(&format!("/client/{what}"), &form()).await.ok();
    let in_sign_up = &begun["response"]["verifications"]["external_account"];
    let verification = if what == "sign_ups" { in_sign_up } else { first_factor(&begun) };
    provider.agree(&text(&verification["external_verification_redirect_url"]))
}

async fn come_back(browser: &Browser, back: &Url) -> TestResponse {
    let query = back.query().expect("a code and a state");
    browser.send(browser.call(Method::GET, "/oauth_callback").raw_query(query)).await
}

#[track_caller]
fn leads_to(answer: &TestResponse, page: &str) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.shown());
    assert_eq!(answer.header("location"), Some(page));
}

#[track_caller]
fn failed_with(answer: &TestResponse, code: &str) {
    leads_to(answer, &format!("{BACK}?__clerk_status=failed&__clerk_error_code={code}"));
    hands_out_nothing(answer);
}

async fn is_signed_in(browser: &Browser, user: &str) -> bool {
    let client = browser.get("/client").await.ok();
    let sessions = client["response"]["sessions"].as_array().expect("a list").clone();
    sessions.iter().any(|session| session["user"]["id"] == user)
}

/// The code that a dead credential's holder is told.
fn told(phase: Phase) -> &'static str {
    if phase.is_banned() { "user_banned" } else { "authentication_invalid" }
}

pub(crate) async fn oauth_callback(scene: &Scene<'_>, phase: Phase) {
    let social = Social::after(scene, phase).await;
    // Whose account it is turns out only now: a proof of today, for the user of today.
    let (browser, back) = &social.signing_in;
    let answer = come_back(browser, back).await;
    match phase {
        Phase::Banned | Phase::BannedInBulk => failed_with(&answer, "user_banned"),
        Phase::Deleted => leads_to(&answer, BACK),
        Phase::Live | Phase::Unbanned | Phase::PasswordChanged => leads_to(&answer, DONE),
    }
    let expected = !phase.is_banned() && phase != Phase::Deleted;
    assert_eq!(is_signed_in(browser, &social.user).await, expected);
    let (browser, back) = &social.signing_up;
    let answer = come_back(browser, back).await;
    match phase {
        Phase::Banned | Phase::BannedInBulk => failed_with(&answer, "user_banned"),
        Phase::Deleted => leads_to(&answer, DONE),
        Phase::Live | Phase::Unbanned | Phase::PasswordChanged => leads_to(&answer, BACK),
    }
    assert!(!is_signed_in(browser, &social.user).await);
    // These knew their user before it happened.
    let (browser, back) = &social.identified;
    let answer = come_back(browser, back).await;
    if phase.is_live() {
        leads_to(&answer, DONE);
    } else if phase == Phase::Deleted {
        // The account belongs to somebody else by now, who signed up above.
        leads_to(&answer, DONE);
    } else {
        failed_with(&answer, told(phase));
    }
    assert_eq!(is_signed_in(browser, &social.user).await, phase.is_live());
    connecting(&social, phase).await;
}

async fn connecting(social: &Social, phase: Phase) {
    let answer = come_back(&social.holder, &social.connecting).await;
    if phase.is_live() {
        // Connected by the sign-in above.
        failed_with(&answer, "oauth_account_already_connected");
    } else {
        failed_with(&answer, told(phase));
        assert!(!is_signed_in(&social.holder, &social.user).await);
    }
}

/// A sign-up that has found its user, on its way to become a sign-in.
pub(crate) async fn oauth_transfer(scene: &Scene<'_>, phase: Phase) {
    let social = Social::after(scene, phase).await;
    let answer = social.transferable.post("/client/sign_ins", &[("transfer", "true")]).await;
    match phase {
        Phase::Live => assert_eq!(answer.ok()["response"]["status"], "complete"),
        Phase::Banned | Phase::BannedInBulk => drop(refused(&answer, 403, "user_banned")),
        Phase::Deleted => drop(refused(&answer, 400, "account_transfer_invalid")),
        Phase::Unbanned | Phase::PasswordChanged => drop(refused(&answer, 401, "authentication_invalid")),
    }
    assert_eq!(is_signed_in(&social.transferable, &social.user).await, phase.is_live());
}

pub(crate) async fn external_account_connected(scene: &Scene<'_>, phase: Phase) {
    let social = Social::after(scene, phase).await;
    let answer = social.holder.post(&social.me(""), &form()).await;
    if phase.is_live() {
        assert_eq!(answer.ok()["response"]["verification"]["status"], "unverified");
    } else {
        session_refused(&answer, phase);
    }
}

pub(crate) async fn external_account_reauthorized(scene: &Scene<'_>, phase: Phase) {
    let social = Social::after(scene, phase).await;
    let path = social.me(&format!("/{}/reauthorize", social.account));
    let call = social.holder.call(Method::PATCH, &path).form(&[("redirect_url", BACK)]);
    let answer = social.holder.send(call).await;
    if phase.is_live() {
        assert_eq!(answer.ok()["response"]["id"], *social.account);
    } else {
        session_refused(&answer, phase);
    }
}

pub(crate) async fn external_account_tokens_revoked(scene: &Scene<'_>, phase: Phase) {
    let social = Social::after(scene, phase).await;
    let path = social.me(&format!("/{}/tokens", social.account));
    let answer = social.holder.send(social.holder.call(Method::DELETE, &path)).await;
    if phase.is_live() {
        assert_eq!(answer.ok()["response"]["id"], *social.user);
    } else {
        session_refused(&answer, phase);
    }
}

pub(crate) async fn external_account_deleted(scene: &Scene<'_>, phase: Phase) {
    let social = Social::after(scene, phase).await;
    let path = social.me(&format!("/{}", social.account));
    let answer = social.holder.send(social.holder.call(Method::DELETE, &path)).await;
    if phase.is_live() {
        assert_eq!(answer.ok()["response"]["deleted"], true);
    } else {
        session_refused(&answer, phase);
    }
}

/// A browser that comes back to one of our pages, and goes on from there.
async fn on_our_page(browser: &Browser, what: &str) -> TestResponse {
    let mut url = format!("/account/{what}/sso-callback");
    loop {
        let answer = browser.send(browser.call_page(Method::GET, &url)).await;
        match answer.header("location") {
            Some(next) if next.contains("sso-callback") => next.clone_into(&mut url),
            _ => return answer,
        }
    }
}

/// With a session that was opened, or a proof that was given, before it happened.
async fn returned(scene: &Scene<'_>, phase: Phase, what: &str) {
    let social = Social::after(scene, phase).await;
    // With the user goes what a sign-up has proven of them.
    for (browser, what, once_deleted) in [(&social.holder, what, 401), (&social.transferable, "sign-up", 400)]
    {
        let answer = on_our_page(browser, what).await;
        let token = browser.cookie("__session");
        let status = answer.status.as_u16();
        if phase.is_live() {
            assert_eq!((status, answer.header("location")), (303, Some("/account")), "{}", answer.shown());
            let claims = claims(&json!(token.expect("the page sets the session's cookie")));
            assert_eq!(claims["sub"], *social.user);
            continue;
        }
        let expected = match phase {
            Phase::Banned | Phase::BannedInBulk => 403,
            Phase::Deleted => once_deleted,
            _ => 401,
        };
        assert_eq!(status, expected, "{}", answer.shown());
        assert_eq!(answer.text().contains("This account is banned"), phase.is_banned(), "{}", answer.shown());
        hands_out_nothing(&answer);
        assert_eq!(token, None);
    }
}

pub(crate) async fn account_sign_in_returned(scene: &Scene<'_>, phase: Phase) {
    returned(scene, phase, "sign-in").await;
}

pub(crate) async fn account_sign_up_returned(scene: &Scene<'_>, phase: Phase) {
    returned(scene, phase, "sign-up").await;
}

/// A form of the profile, sent in the session of the holder.
async fn from_profile(social: &Social, phase: Phase, what: &str, form: &[(&str, &str)]) -> TestResponse {
    let url = format!("/account/connections{what}?_clerk_session_id={}", social.session);
    let call = social.holder.call_page(Method::POST, &url).header("sec-fetch-site", "same-origin").form(form);
    let answer = social.holder.send(call).await;
    if !phase.is_live() {
        assert_eq!(answer.status, if phase.is_banned() { 403 } else { 401 }, "{}", answer.shown());
        hands_out_nothing(&answer);
    }
    answer
}

pub(crate) async fn account_connection_begun(scene: &Scene<'_>, phase: Phase) {
    let social = Social::after(scene, phase).await;
    let answer = from_profile(&social, phase, "", &[("strategy", STRATEGY)]).await;
    assert_eq!(answer.text().contains("http-equiv=\"refresh\""), phase.is_live(), "{}", answer.shown());
}

pub(crate) async fn account_connection_removed(scene: &Scene<'_>, phase: Phase) {
    let social = Social::after(scene, phase).await;
    let answer = from_profile(&social, phase, &format!("/{}/remove", social.account), &[]).await;
    if phase.is_live() {
        assert_eq!(answer.status, 303, "{}", answer.shown());
    }
}
