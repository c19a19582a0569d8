//! What became of the bans, and what the server says about it.

use serde_json::{Value, json};

use super::{
    http::Http,
    load::{Ban, User},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// 200, received whole.
    Acknowledged,
    /// Sent, perhaps, and not answered.
    Lost,
    NeverAsked,
}

/// What became of one ban, as its caller knows it.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) ban: Ban,
    pub(crate) answer: Answer,
}

impl Outcome {
    /// Whether the caller cannot know.
    pub(crate) fn is_open(&self) -> bool {
        self.answer == Answer::Lost
    }

    /// A ban that was acknowledged by a node that is dead now holds on another one.
    pub(crate) fn holds(&self, http: &mut Http, kill: usize) {
        for user in self.ban.0.iter().filter(|_| self.answer == Answer::Acknowledged) {
            assert!(is_banned(http, &user.id), "not held by the other node at kill {kill}: {user:?}");
            check_session(http, user, true);
        }
    }

    /// Holds what the server says now against it; returns who is banned.
    pub(crate) fn check(&self, http: &mut Http, kill: usize) -> Vec<String> {
        let ids: Vec<_> = self.ban.0.iter().map(|user| user.id.clone()).collect();
        let banned: Vec<_> = ids.iter().map(|id| is_banned(http, id)).collect();
        let happened = banned[0];
        assert!(banned.iter().all(|one| *one == happened), "half of a ban after kill {kill}: {self:?}");
        match self.answer {
            Answer::Acknowledged => assert!(happened, "lost by kill {kill}: {self:?}"),
            Answer::Lost => {}
            Answer::NeverAsked => assert!(!happened, "banned by nobody before kill {kill}: {self:?}"),
        }
        for user in &self.ban.0 {
            check_session(http, user, happened);
        }
        if happened { ids } else { Vec::new() }
    }
}

fn is_banned(http: &mut Http, user: &str) -> bool {
    let (status, shown) = http.get(&format!("/v1/users/{user}"));
    assert_eq!(status, 200, "{shown}");
    shown["banned"].as_bool().unwrap()
}

/// The session is dead or alive, together with the mark.
fn check_session(http: &mut Http, user: &User, banned: bool) {
    let (_, shown) = http.get(&format!("/v1/sessions?user_id={}", user.id));
    // Sign-ins meanwhile may have made more, which share its fate.
    let sessions = shown.as_array().unwrap();
    assert!(sessions.iter().any(|session| session["id"] == *user.session), "{user:?}: {shown}");
    let status = if banned { "revoked" } else { "active" };
    assert!(sessions.iter().all(|session| session["status"] == status), "{user:?} banned {banned}: {shown}");
    let path = format!("/v1/sessions/{}/tokens", user.session);
    let (status, answer) = http.send("POST", &path, &Value::Null).unwrap();
    let expected = if banned { (403, &json!("user_banned")) } else { (200, &Value::Null) };
    assert_eq!((status, &answer["errors"][0]["code"]), expected, "{user:?}");
}

/// Each of them is banned, and nobody else.
pub(crate) fn check_all(http: &mut Http, expected: &[String]) {
    let mut banned = Vec::new();
    loop {
        let (_, page) = http.get(&format!("/v1/users?banned=true&limit=500&offset={}", banned.len()));
        let page = page.as_array().unwrap().clone();
        if page.is_empty() {
            break;
        }
        banned.extend(page.into_iter().map(|user| user["id"].as_str().unwrap().to_owned()));
    }
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    banned.sort_unstable();
    assert_eq!(banned, expected);
}
