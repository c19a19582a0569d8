//! The same thing, asked for many times at the same moment.

use std::sync::atomic::{AtomicUsize, Ordering};

use beadle_testkit::{Browser, TestResponse, both_engines, json};

use crate::visit::{
    ADA, CODE, PASSWORD, attempt, attempt_sign_up, begin, begin_sign_up, prepare_sign_up, shown, sign_in,
    user,
};

const MANY: usize = 16;

/// Asks from as many copies of the browser.
async fn at_once<F>(browser: &Browser, ask: impl Fn(Browser) -> F) -> Vec<TestResponse>
where
    F: Future<Output = TestResponse> + Send + 'static,
{
    let asked: Vec<_> = (0..MANY).map(|_| tokio::spawn(ask(browser.clone()))).collect();
    let mut answers = Vec::new();
    for asked in asked {
        answers.push(asked.await.expect("nobody falls"));
    }
    assert!(answers.iter().all(|answer| answer.status.as_u16() < 500), "{answers:#?}");
    answers
}

fn served(answers: &[TestResponse]) -> usize {
    answers.iter().filter(|answer| answer.status == 200).count()
}

async fn code_out(browser: &Browser) -> String {
    let id = begin(browser, ADA).await;
    let prepare = format!("/client/sign_ins/{id}/prepare_first_factor");
    browser.post(&prepare, &[("strategy", "email_code")]).await.ok();
    id
}

both_engines! {
    async fn a_code_opens_one_session(app: TestApp) {
        let ada = user(&app, ADA).await;
        let browser = app.browser();
        let id = code_out(&browser).await;
        let answers = at_once(&browser, move |browser| {
            let id = id.clone();
            async move { attempt(&browser, &id, &[("strategy", "email_code"), ("code", CODE)]).await }
        }).await;
        assert_eq!(served(&answers), 1);
        let sessions = app.backend().get("/v1/sessions").query(&[("user_id", &*ada)]).send().await.ok();
        assert_eq!(sessions.as_array().unwrap().len(), 1);
    }

    async fn a_code_withstands_five_guesses(app: TestApp) {
        user(&app, ADA).await;
        let browser = app.browser();
        let id = code_out(&browser).await;
        let path = format!("/client/sign_ins/{id}");
        let asked = id.clone();
        at_once(&browser, move |browser| {
            let id = asked.clone();
            async move { attempt(&browser, &id, &[("strategy", "email_code"), ("code", "000000")]).await }
        }).await;
        let verification = browser.get(&path).await.ok()["response"]["first_factor_verification"].clone();
        assert_eq!((&verification["status"], &verification["attempts"]), (&"failed".into(), &5.into()));
        let right = attempt(&browser, &id, &[("strategy", "email_code"), ("code", CODE)]).await;
        assert!(right.status.is_client_error(), "{}", right.shown());
    }

    #[instance = "[lockout]\nmax_attempts = 5"]
    async fn an_account_locks_at_its_fifth_failure(app: TestApp) {
        let id = user(&app, ADA).await;
        let answers = at_once(&app.browser(), |browser: Browser| async move { sign_in(&browser, ADA, "wrong").await }).await;
        let told = answers.iter().filter(|answer| answer.status == 422).count();
        assert_eq!(told, 4);
        assert_eq!(shown(&app, &id).await["locked"], true);
        sign_in(&app.browser(), ADA, PASSWORD).await.refused(403, "user_locked");
    }

    async fn a_sign_up_makes_one_user(app: TestApp) {
        let browser = app.browser();
        let path = begin_sign_up(&browser, ADA).await;
        prepare_sign_up(&browser, &path).await.ok();
        let answers = at_once(&browser, move |browser| {
            let path = path.clone();
            async move { attempt_sign_up(&browser, &path, CODE).await }
        }).await;
        assert_eq!(served(&answers), 1);
        assert_eq!(app.backend().get("/v1/users/count").send().await.ok()["total_count"], 1);
    }

    async fn a_code_that_is_tried_while_it_is_sent_completes_the_sign_up_or_is_refused(app: TestApp) {
        for round in 0..24 {
            let browser = app.browser();
            let path = begin_sign_up(&browser, &format!("ada{round}+clerk_test@example.com")).await;
            let turn = AtomicUsize::new(0);
            let asked = path.clone();
            at_once(&browser, move |browser| {
                let (path, first) = (asked.clone(), turn.fetch_add(1, Ordering::Relaxed) == 0);
                async move {
                    if first { prepare_sign_up(&browser, &path).await } else { attempt_sign_up(&browser, &path, CODE).await }
                }
            }).await;
            let id = path.rsplit('/').next().unwrap();
            let sign_up = app.backend().get(&format!("/v1/sign_ups/{id}")).send().await.ok();
            let open = sign_up["unverified_fields"] == json!(["email_address"]);
            assert!(open || sign_up["status"] == "complete", "lacks nothing and has no user: {sign_up:#}");
        }
    }

    #[instance = "[password]\nrequired_at_sign_up = false"]
    async fn a_name_is_given_once(app: TestApp) {
        let answers = at_once(&app.browser(), |browser: Browser| async move {
            browser.post("/client/sign_ups", &[("username", "ada_l")]).await
        }).await;
        assert_eq!(served(&answers), 1);
        for answer in answers.iter().filter(|answer| answer.status != 200) {
            answer.refused_for(422, "form_identifier_exists", "username");
        }
        assert_eq!(app.backend().get("/v1/users/count").send().await.ok()["total_count"], 1);
    }

    async fn touches_and_tokens_do_not_get_in_each_others_way(app: TestApp) {
        user(&app, ADA).await;
        let (browser, session) = crate::visit::signed_in(&app, ADA).await;
        let answers = at_once(&browser, move |browser| {
            let path = format!("/client/sessions/{session}");
            async move {
                browser.post(&format!("{path}/tokens"), &[]).await.ok();
                browser.post(&format!("{path}/touch"), &[]).await
            }
        }).await;
        assert_eq!(served(&answers), MANY);
    }
}
