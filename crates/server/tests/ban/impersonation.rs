//! Acting as somebody else: a session that is two people's, and dies with the credentials of either.

use beadle_store::feed::Revocation;
use beadle_testkit::{Browser, TestApp, Value, both_engines, json};

use crate::{
    answers::{session_refused, signed_out},
    scene::{Phase, ban, text, unban},
};

/// Ada's session, opened for the agent: the browser that holds it, and its id.
struct Acted {
    ada: String,
    agent: String,
    browser: Browser,
    session: String,
}

async fn act(app: &TestApp) -> Acted {
    let (ada, agent) = (app.user("ada@example.com").await, app.user("agent@example.com").await);
    let body = json!({"user_id": ada, "actor": {"sub": agent}});
    let ticket = text(&app.backend().post("/v1/actor_tokens").json(&body).send().await.ok()["token"]);
    let browser = app.browser();
    let form = [("strategy", "ticket"), ("ticket", &*ticket)];
    let done = browser.post("/client/sign_ins", &form).await.ok();
    let session = text(&done["response"]["created_session_id"]);
    Acted { ada, agent, browser, session }
}

impl Acted {
    async fn status(&self, app: &TestApp) -> Value {
        app.backend().get(&format!("/v1/sessions/{}", self.session)).send().await.ok()["status"].clone()
    }

    async fn listed(&self, app: &TestApp, status: &str) -> usize {
        let query = [("user_id", &*self.ada), ("status", status)];
        let listed = app.backend().get("/v1/sessions").query(&query).send().await.ok();
        listed.as_array().map_or(0, Vec::len)
    }

    async fn refused(&self, phase: Phase) {
        for call in ["tokens", "touch"] {
            let path = format!("/client/sessions/{}/{call}", self.session);
            session_refused(&self.browser.post(&path, &[]).await, phase);
        }
        signed_out(&self.browser.get("/client").await.ok()["response"]);
    }
}

both_engines! {
    async fn who_is_banned_acts_as_nobody_else(app: TestApp) {
        let acted = act(&app).await;
        let own = json!({"user_id": acted.ada});
        let own = text(&app.backend().post("/v1/sessions").json(&own).send().await.ok()["id"]);
        let path = format!("/client/sessions/{}/tokens", acted.session);
        acted.browser.post(&path, &[]).await.ok();
        assert_eq!((acted.listed(&app, "active").await, acted.listed(&app, "revoked").await), (2, 0));

        ban(&app, &acted.agent).await;
        acted.refused(Phase::Banned).await;
        assert_eq!(acted.status(&app).await, "revoked");
        assert_eq!((acted.listed(&app, "active").await, acted.listed(&app, "revoked").await), (1, 1));
        // Who was acted as has lost nothing.
        app.backend().post(&format!("/v1/sessions/{own}/tokens")).send().await.ok();

        unban(&app, &acted.agent).await;
        acted.refused(Phase::Unbanned).await;
        assert!(app.run_sweep().await > 0);
        assert_eq!(acted.status(&app).await, "revoked");
        acted.refused(Phase::Unbanned).await;
    }

    async fn verifiers_are_told_of_the_session_with_the_ban(app: TestApp) {
        let acted = act(&app).await;
        ban(&app, &acted.agent).await;
        let told = app.revocations().await;
        let [Revocation::User(user, _), Revocation::Session(session)] = &told[..] else { panic!("{told:?}") };
        assert_eq!((user.as_str(), session.as_str()), (&*acted.agent, &*acted.session));
    }

    async fn whoever_acts_as_a_banned_user_is_cut_off(app: TestApp) {
        let acted = act(&app).await;
        ban(&app, &acted.ada).await;
        acted.refused(Phase::Banned).await;
        unban(&app, &acted.ada).await;
        acted.refused(Phase::Unbanned).await;
    }
}
