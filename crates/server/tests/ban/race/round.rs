//! One round: a user, eleven contestants, one ban.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use beadle_domain::rng::Rng as _;
use beadle_testkit::{Browser, SeededRng, TestApp, TestResponse, Value, json};
use tokio::sync::Barrier;

use super::{
    Scores,
    contestant::{Contestant, Kind, refresh_body},
};
use crate::{
    answers::{claims, refused, signed_out},
    scene::{self, CODE, DIGEST, text},
};

/// Every so many rounds the ban is lifted, to see that nothing comes back.
pub(super) const AFTERLIFE: usize = 50;
/// Every so many rounds one sign-in is by password: a success re-hashes it, which costs 20 ms.
const PASSWORDS: usize = 8;
/// How long the last sign-in by password took, in milliseconds: about as long a ban must wait to meet the next.
static PASSWORD_MILLIS: AtomicU64 = AtomicU64::new(40);
/// How often the quick kinds ask at most, after the first time and until they are refused.
const REPEATS: usize = 1;
/// The longest head start, in turns of the scheduler.
const HEAD_START: usize = 24;

pub(super) struct Round {
    app: Arc<TestApp>,
    /// The node that is asked for the ban.
    other: Arc<TestApp>,
    n: usize,
    user: String,
    holder: Browser,
    session: String,
    refresh: Value,
    contestants: Vec<Contestant>,
    /// These begin once the ban is acknowledged.
    latecomers: Vec<Contestant>,
}

impl Round {
    pub(super) async fn prepare(app: &Arc<TestApp>, other: &Arc<TestApp>, n: usize) -> Self {
        let email = format!("user{n}+clerk_test@example.com");
        let user = app
            .create_user(&json!({
                "email_address": [email], "password_digest": DIGEST, "password_hasher": "bcrypt",
            }))
            .await;
        let (holder, sign_in) = code_out(app, &email).await;
        let attempt = format!("/client/sign_ins/{sign_in}/attempt_first_factor");
        let done = holder.post(&attempt, &[("strategy", "email_code"), ("code", CODE)]).await.ok();
        let session = text(&done["response"]["created_session_id"]);
        let token = text(&done["client"]["sessions"][0]["last_active_token"]["jwt"]);
        let refresh_token = holder.cookie(&format!("__refresh_{}", app.app().instance.cookie_suffix));
        let refresh = refresh_body(&token, &refresh_token.expect("a sign-in sets a refresh token"));
        let mut round = Self {
            app: app.clone(),
            other: other.clone(),
            n,
            user,
            holder,
            session,
            refresh,
            contestants: Vec::new(),
            latecomers: Vec::new(),
        };
        let third = if n.is_multiple_of(PASSWORDS) { Kind::Password } else { Kind::Code };
        for kind in [
            Kind::Code,
            Kind::Code,
            third,
            Kind::Session,
            Kind::Tokens,
            Kind::Touch,
            Kind::BackendTokens,
            Kind::Refresh,
            Kind::ActorTicket,
            Kind::ApiKey,
            Kind::NewApiKey,
        ] {
            let contestant = round.contestant(kind, &email).await;
            round.contestants.push(contestant);
        }
        for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Password) {
            let contestant = round.contestant(kind, &email).await;
            round.latecomers.push(contestant);
        }
        round
    }

    async fn contestant(&self, kind: Kind, email: &str) -> Contestant {
        let name = format!("key {}", self.contestants.len());
        let (browser, subject) = match kind {
            Kind::Code | Kind::Password => code_out(&self.app, email).await,
            Kind::Session | Kind::NewApiKey => (self.app.browser(), self.user.clone()),
            Kind::ApiKey => {
                (self.app.browser(), api_key(&self.app, &self.user, &format!("old {name}")).await)
            }
            Kind::ActorTicket => (self.app.browser(), actor_ticket(&self.app, &self.user).await),
            Kind::Tokens | Kind::Touch | Kind::BackendTokens | Kind::Refresh => {
                (self.holder.clone(), self.session.clone())
            }
        };
        Contestant { kind, browser, backend: self.app.backend(), subject, name, tokens: self.refresh.clone() }
    }

    pub(super) async fn run(self, scores: &mut Scores) {
        let Self { app, other, n, user, holder, contestants, latecomers, .. } = self;
        let acknowledged = Arc::new(AtomicBool::new(false));
        let start = Arc::new(Barrier::new(contestants.len() + 1));
        let mut head_starts = vec![0_u8; contestants.len() + 1];
        SeededRng::new(n as u64 + 1).fill(&mut head_starts);
        let ban_start = head_starts.pop().unwrap_or_default();
        let mut running = Vec::new();
        for (contestant, head_start) in contestants.into_iter().zip(head_starts) {
            let (start, acknowledged) = (start.clone(), acknowledged.clone());
            running.push(tokio::spawn(async move {
                wait(&start, head_start).await;
                let mut answers = Vec::new();
                loop {
                    let late = acknowledged.load(Ordering::SeqCst);
                    let began = Instant::now();
                    let answer = contestant.ask().await;
                    if contestant.kind == Kind::Password {
                        let millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
                        PASSWORD_MILLIS.store(millis, Ordering::Relaxed);
                    }
                    let again = contestant.kind.repeats() && answer.status == 200 && answers.len() < REPEATS;
                    answers.push((late, answer));
                    if !again {
                        return (contestant, answers);
                    }
                }
            }));
        }
        wait(&start, ban_start).await;
        if n.is_multiple_of(PASSWORDS) {
            // From nothing to twice that long.
            let wait = PASSWORD_MILLIS.load(Ordering::Relaxed) * u64::from(ban_start) / 128;
            tokio::time::sleep(Duration::from_millis(wait)).await;
        }
        scene::ban(&other, &user).await;
        acknowledged.store(true, Ordering::SeqCst);
        let latecomers = latecomers.into_iter().map(|latecomer| {
            tokio::spawn(async move {
                let answer = latecomer.ask().await;
                (latecomer, vec![(true, answer)])
            })
        });
        running.extend(latecomers.collect::<Vec<_>>());
        // As the server does once a ban is acknowledged.
        beadle_server::hooks::settle_batch(app.app()).await.expect("the sweep works");

        let mut browsers = vec![holder];
        let mut keys = Vec::new();
        for running in running {
            let (contestant, answers) = running.await.expect("nobody falls");
            for (late, answer) in answers {
                check(&contestant, late, &answer, &user);
                if contestant.kind == Kind::NewApiKey && answer.status == 200 {
                    keys.push(text(&answer.json()["secret"]));
                }
                if !late {
                    let score = scores.entry(contestant.kind).or_default();
                    let count = if answer.status == 200 { &mut score.served } else { &mut score.refused };
                    *count += 1;
                }
            }
            if contestant.kind == Kind::ApiKey {
                keys.push(contestant.subject.clone());
            }
            // Whom the ban overtook at a ticket has nothing, not even a client.
            let has_client = contestant.browser.cookie("__client").is_some();
            if has_client && matches!(contestant.kind, Kind::Code | Kind::Password | Kind::ActorTicket) {
                browsers.push(contestant.browser);
            }
        }
        let sessions = aftermath(&app, &user, &browsers).await;
        keys_are_dead(&app, &keys).await;
        if n.is_multiple_of(AFTERLIFE) {
            afterlife(&app, &user, &browsers, &sessions).await;
            keys_are_dead(&app, &keys).await;
        }
    }
}

async fn wait(start: &Barrier, head_start: u8) {
    start.wait().await;
    for _ in 0..usize::from(head_start) % HEAD_START {
        tokio::task::yield_now().await;
    }
}

async fn code_out(app: &TestApp, email: &str) -> (Browser, String) {
    let browser = app.browser();
    let form = [("identifier", email), ("strategy", "email_code")];
    let begun = browser.post("/client/sign_ins", &form).await.ok();
    (browser, text(&begun["response"]["id"]))
}

async fn actor_ticket(app: &TestApp, user: &str) -> String {
    let body = json!({"user_id": user, "actor": {"sub": "somebody"}});
    text(&app.backend().post("/v1/actor_tokens").json(&body).send().await.ok()["token"])
}

async fn api_key(app: &TestApp, user: &str, name: &str) -> String {
    let body = json!({"subject": user, "name": name});
    text(&app.backend().post("/v1/api_keys").json(&body).send().await.ok()["secret"])
}

async fn keys_are_dead(app: &TestApp, secrets: &[String]) {
    for secret in secrets {
        let answer = app.backend().post("/v1/api_keys/verify").json(&json!({"secret": secret})).send().await;
        refused(&answer, 404, "resource_not_found");
    }
}

/// Whoever was served was before the ban, and holds what it has ended.
fn check(contestant: &Contestant, late: bool, answer: &TestResponse, user: &str) {
    if answer.status == 200 {
        assert!(!late, "served after the ban was acknowledged: {}", answer.shown());
        let mut tokens = Vec::new();
        find_tokens(&answer.json(), &mut tokens);
        for token in tokens {
            let claims = claims(&token);
            assert_eq!((&claims["gen"], &claims["sub"]), (&json!(1), &json!(user)), "{}", answer.shown());
        }
        return;
    }
    match contestant.kind {
        Kind::Refresh => refused(answer, 401, "session_refresh_inactive_session"),
        Kind::ApiKey => refused(answer, 404, "resource_not_found"),
        _ => refused(answer, 403, "user_banned"),
    };
}

fn find_tokens(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::String(text) if text.starts_with("eyJ") => found.push(value.clone()),
        Value::Array(values) => values.iter().for_each(|value| find_tokens(value, found)),
        Value::Object(members) => members.values().for_each(|value| find_tokens(value, found)),
        _ => {}
    }
}

/// Nothing is live: in no list, for no cookie. Returns all sessions there ever were.
async fn aftermath(app: &TestApp, user: &str, browsers: &[Browser]) -> Vec<String> {
    let list = async |status: &str| {
        let query = [("user_id", user), ("status", status), ("limit", "100")];
        let listed = app.backend().get("/v1/sessions").query(&query).send().await.ok();
        listed.as_array().expect("a bare array").clone()
    };
    assert!(list("active").await.is_empty());
    let revoked = list("revoked").await;
    let sessions: Vec<_> = revoked.iter().map(|session| text(&session["id"])).collect();
    for browser in browsers {
        let shown = browser.get("/client").await.ok();
        signed_out(&shown["response"]);
        let client = &shown["response"]["id"];
        let own = revoked.iter().filter(|session| session["client_id"] == *client);
        for session in own {
            let id = text(&session["id"]);
            for call in ["tokens", "touch"] {
                let answer = browser.post(&format!("/client/sessions/{id}/{call}"), &[]).await;
                signed_out(&refused(&answer, 403, "user_banned")["meta"]["client"]);
            }
        }
    }
    sessions
}

/// Once the ban is lifted the user can come back, and their old sessions cannot.
async fn afterlife(app: &TestApp, user: &str, browsers: &[Browser], sessions: &[String]) {
    scene::unban(app, user).await;
    for browser in browsers {
        let shown = browser.get("/client").await.ok();
        signed_out(&shown["response"]);
    }
    for session in sessions {
        let answer = app.backend().post(&format!("/v1/sessions/{session}/tokens")).send().await;
        refused(&answer, 401, "authentication_invalid");
    }
    let session = app.session(user).await;
    let token = app.backend().post(&format!("/v1/sessions/{session}/tokens")).send().await.ok();
    assert_eq!(claims(&token["jwt"])["gen"], 2);
}
