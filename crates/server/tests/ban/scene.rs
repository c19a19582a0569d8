//! A user with one of everything under way, and what may have happened to them since.

use std::time::Duration;

use beadle_testkit::{Browser, TestApp, Value, json};

use crate::probes::{fresh_token, handshake_nonce};

/// The password of every user here.
pub(crate) const PASSWORD: &str = "correct horse battery";
/// Its bcrypt digest of the lowest cost.
pub(crate) const DIGEST: &str = "$2b$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS";
/// What [`Phase::PasswordChanged`] changes it to.
pub(crate) const NEW_PASSWORD: &str = "another horse battery";
/// What a reset code changes it to.
pub(crate) const RESET_PASSWORD: &str = "forgotten horse battery";
/// What test addresses are verified with.
pub(crate) const CODE: &str = "424242";
/// The page that browsers are on.
pub(crate) const ORIGIN: &str = "http://localhost:3000";

/// What happened after everything was under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Nothing: the probe must succeed, or it shows nothing in the other phases.
    Live,
    Banned,
    BannedInBulk,
    /// Banned, and the ban lifted.
    Unbanned,
    /// With `sign_out_of_other_sessions`.
    PasswordChanged,
    Deleted,
}

impl Phase {
    pub(crate) const ALL: [Self; 6] =
        [Self::Live, Self::Banned, Self::BannedInBulk, Self::Unbanned, Self::PasswordChanged, Self::Deleted];

    pub(crate) fn is_live(self) -> bool {
        self == Self::Live
    }

    /// Whether the user is banned at this moment.
    pub(crate) fn is_banned(self) -> bool {
        matches!(self, Self::Banned | Self::BannedInBulk)
    }

    /// Makes it happen.
    pub(crate) async fn apply(self, app: &TestApp, user: &str) {
        let path = format!("/v1/users/{user}");
        match self {
            Self::Live => {}
            Self::Banned => ban(app, user).await,
            Self::BannedInBulk => {
                let users =
                    app.backend().post("/v1/users/ban").json(&json!({"user_ids": [user]})).send().await;
                assert_eq!(users.ok()[0]["banned"], true);
            }
            Self::Unbanned => {
                ban(app, user).await;
                unban(app, user).await;
            }
            Self::PasswordChanged => {
                let change = json!({"password": NEW_PASSWORD, "sign_out_of_other_sessions": true});
                app.backend().patch(&path).json(&change).send().await.ok();
            }
            Self::Deleted => {
                app.backend().delete(&path).send().await.ok();
            }
        }
    }
}

pub(crate) async fn ban(app: &TestApp, user: &str) {
    let shown = app.backend().post(&format!("/v1/users/{user}/ban")).send().await.ok();
    assert_eq!(shown["banned"], true);
}

pub(crate) async fn unban(app: &TestApp, user: &str) {
    let shown = app.backend().post(&format!("/v1/users/{user}/unban")).send().await.ok();
    assert_eq!(shown["banned"], false);
}

/// A machine, and its tokens of both kinds by which it asks for a user.
pub(crate) struct Machine {
    pub(crate) id: String,
    pub(crate) secret: String,
    /// The id of the opaque one.
    pub(crate) token_id: String,
    pub(crate) opaque: String,
    pub(crate) jwt: String,
}

impl Machine {
    async fn new(app: &TestApp, user: &str) -> Self {
        let made = app.backend().post("/v1/machines").json(&json!({"name": "machine"})).send().await.ok();
        let (id, secret) = (text(&made["id"]), text(&made["secret_key"]));
        let bearer = format!("Bearer {secret}");
        let token = async |format: &str| {
            let body = json!({
                "token_format": format, "claims": {"user_id": user}, "seconds_until_expiration": 7200,
            });
            app.backend()
                .post("/v1/m2m_tokens")
                .header("authorization", &bearer)
                .json(&body)
                .send()
                .await
                .json()
        };
        let (opaque, jwt) = (token("opaque").await, token("jwt").await);
        Self {
            id,
            token_id: text(&opaque["id"]),
            opaque: text(&opaque["token"]),
            jwt: text(&jwt["token"]),
            secret,
        }
    }
}

/// A user who is signed in, and about to sign in, in every way there is.
pub(crate) struct Scene<'a> {
    pub(crate) app: &'a TestApp,
    pub(crate) user: String,
    pub(crate) email: String,
    pub(crate) username: String,
    /// Signed in with a code.
    pub(crate) holder: Browser,
    /// The sign-in that did it.
    pub(crate) sign_in: String,
    pub(crate) session: String,
    /// A session token of `session` that has expired by now.
    pub(crate) expired_token: String,
    pub(crate) refresh_token: String,
    /// Session tokens of both sessions that nothing is wrong with.
    pub(crate) fresh_tokens: Vec<String>,
    /// What an application's server fetches the cookies of `session` with.
    pub(crate) handshake_nonce: String,
    /// A session that the Backend API made.
    pub(crate) backend_session: String,
    /// A browser and its sign-in that has named the user and proven nothing.
    pub(crate) identified: (Browser, String),
    /// A browser and its sign-in that a code was sent for.
    pub(crate) code_out: (Browser, String),
    /// A browser and its sign-in that a link was sent for, and the token of the link; where the instance has links.
    pub(crate) link_out: Option<(Browser, String, String)>,
    /// A sign-in token that nobody has used: its id, and the ticket.
    pub(crate) ticket: (String, String),
    /// An actor token that nobody has used: its id, and the ticket.
    pub(crate) actor_ticket: (String, String),
    /// The ticket of an invitation of the user's address that nobody has answered.
    pub(crate) invitation: String,
    /// An API key of the user: its id, and the secret.
    pub(crate) api_key: (String, String),
    /// A machine that asks for the user.
    pub(crate) machine: Machine,
    /// A browser and its sign-in that may set a new password.
    pub(crate) resetting: (Browser, String),
    /// A browser and its sign-up with the user's address, begun before the user existed, a code sent.
    pub(crate) sign_up: (Browser, String),
}

impl<'a> Scene<'a> {
    /// The `n`th user.
    pub(crate) async fn new(app: &'a TestApp, n: usize) -> Self {
        let email = format!("user{n}+clerk_test@example.com");
        let username = format!("username{n}");
        let sign_up = begin_sign_up(app, &email).await;
        let user = app
            .create_user(&json!({
                "email_address": [email], "username": username,
                "password_digest": DIGEST, "password_hasher": "bcrypt",
            }))
            .await;
        let holder = app.browser();
        let form = [("identifier", &*email), ("strategy", "email_code")];
        let begun = holder.post("/client/sign_ins", &form).await.ok();
        let attempt = format!("/client/sign_ins/{}/attempt_first_factor", text(&begun["response"]["id"]));
        let signed_in = holder.post(&attempt, &[("strategy", "email_code"), ("code", CODE)]).await.ok();
        let sign_in = text(&signed_in["response"]["id"]);
        let session = text(&signed_in["response"]["created_session_id"]);
        let expired_token = text(&signed_in["client"]["sessions"][0]["last_active_token"]["jwt"]);
        let refresh_cookie = format!("__refresh_{}", app.app().instance.cookie_suffix);
        let refresh_token = holder.cookie(&refresh_cookie).expect("a sign-in sets a refresh token");
        let backend_session = app.session(&user).await;
        let identified = begin_sign_in(app, &[("identifier", &*email)]).await;
        let code_out = begin_sign_in(app, &[("identifier", &*email), ("strategy", "email_code")]).await;
        let has_links = app.app().instance.settings().factors.email_link;
        let link_out = if has_links { Some(send_link(app, &email).await) } else { None };
        let ticket = make_ticket(app, "sign_in_tokens", &json!({"user_id": user})).await;
        let acting = json!({"user_id": user, "actor": {"sub": "somebody"}});
        let actor_ticket = make_ticket(app, "actor_tokens", &acting).await;
        let invitation = invite(app, &email).await;
        let body = json!({"subject": user, "name": "from before"});
        let made = app.backend().post("/v1/api_keys").json(&body).send().await.ok();
        let api_key = (text(&made["id"]), text(&made["secret"]));
        let machine = Machine::new(app, &user).await;
        let resetting = begin_reset(app, &email).await;
        app.advance(Duration::from_secs(90));
        let fresh_tokens = vec![fresh_token(app, &session).await, fresh_token(app, &backend_session).await];
        let handshake_nonce = handshake_nonce(&holder).await;
        Self {
            app,
            user,
            email,
            username,
            holder,
            sign_in,
            session,
            expired_token,
            refresh_token,
            fresh_tokens,
            handshake_nonce,
            backend_session,
            identified,
            code_out,
            link_out,
            ticket,
            actor_ticket,
            invitation,
            api_key,
            machine,
            resetting,
            sign_up,
        }
    }

    /// A session as the Backend API shows it.
    pub(crate) async fn shown(&self, session: &str) -> Value {
        self.app.backend().get(&format!("/v1/sessions/{session}")).send().await.ok()
    }

    pub(crate) async fn is_banned(&self) -> bool {
        let answer = self.app.backend().get(&format!("/v1/users/{}", self.user)).send().await;
        answer.status == 200 && answer.json()["banned"] == true
    }

    /// What the Backend API lists of the user with this query.
    pub(crate) async fn listed(&self, query: &[(&str, &str)]) -> Vec<Value> {
        let list = self.app.backend().get("/v1/sessions").query(&[("user_id", &self.user)]).query(query);
        list.send().await.ok().as_array().expect("a bare array").clone()
    }
}

async fn begin_sign_in(app: &TestApp, form: &[(&str, &str)]) -> (Browser, String) {
    let browser = app.browser();
    let begun = browser.post("/client/sign_ins", form).await.ok();
    assert_eq!(begun["response"]["status"], "needs_first_factor");
    (browser, text(&begun["response"]["id"]))
}

async fn send_link(app: &TestApp, email: &str) -> (Browser, String, String) {
    let form = [("identifier", email), ("strategy", "email_link"), ("redirect_url", ORIGIN)];
    let (browser, id) = begin_sign_in(app, &form).await;
    let mail = app.only_mail().await;
    let token = mail.link().split_once("token=").expect("a link has a token").1.to_owned();
    (browser, id, token)
}

async fn make_ticket(app: &TestApp, kind: &str, body: &Value) -> (String, String) {
    let made = app.backend().post(&format!("/v1/{kind}")).json(body).send().await.ok();
    (text(&made["id"]), text(&made["token"]))
}

/// Invites somebody who has an account perhaps; returns the ticket.
pub(crate) async fn invite(app: &TestApp, email: &str) -> String {
    let body = json!({"email_address": email, "ignore_existing": true, "notify": false});
    let made = app.backend().post("/v1/invitations").json(&body).send().await.ok();
    text(&made["url"]).split_once("ticket=").expect("a link with a ticket").1.to_owned()
}

async fn begin_reset(app: &TestApp, email: &str) -> (Browser, String) {
    let strategy = ("strategy", "reset_password_email_code");
    let (browser, id) = begin_sign_in(app, &[("identifier", email), strategy]).await;
    let attempt = format!("/client/sign_ins/{id}/attempt_first_factor");
    let accepted = browser.post(&attempt, &[strategy, ("code", CODE)]).await.ok();
    assert_eq!(accepted["response"]["status"], "needs_new_password");
    (browser, id)
}

async fn begin_sign_up(app: &TestApp, email: &str) -> (Browser, String) {
    let browser = app.browser();
    let form = [("email_address", email), ("strategy", "email_code")];
    let begun = browser.post("/client/sign_ups", &form).await.ok();
    assert_eq!(begun["response"]["status"], "missing_requirements");
    (browser, text(&begun["response"]["id"]))
}

/// A string inside an answer.
#[track_caller]
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
