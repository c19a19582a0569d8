//! Users with sessions, banned from several connections, one by one and in groups.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    thread::{self, JoinHandle},
};

use serde_json::{Value, json};

use super::{http::Http, instance::Instance};

const CONNECTIONS: usize = 4;
/// Bans per connection. Every third is of several users at once.
const BANS: usize = 9;
const GROUP: usize = 3;

/// `SplitMix64`: moments that repeat themselves from run to run.
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// One ban to make: of one user or of several.
#[derive(Debug, Clone)]
struct Ban(Vec<User>);

#[derive(Debug, Clone)]
struct User {
    id: String,
    session: String,
}

/// What is to be banned, by connection.
pub(crate) struct Load(Vec<Vec<Ban>>);

impl Load {
    /// Makes the users and a session for each.
    pub(crate) fn prepare(instance: &Instance) -> Self {
        let makers: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                let mut http = Http::connect(instance);
                thread::spawn(move || {
                    let size = |n: usize| if n % 3 == 2 { GROUP } else { 1 };
                    (0..BANS).map(|n| Ban((0..size(n)).map(|_| user(&mut http)).collect())).collect()
                })
            })
            .collect();
        Self(makers.into_iter().map(|maker| maker.join().unwrap()).collect())
    }

    pub(crate) fn users(&self) -> impl Iterator<Item = String> {
        self.0.iter().flatten().flat_map(|ban| &ban.0).map(|user| user.id.clone())
    }

    /// Bans them all, as fast as each connection can, in another order each time.
    pub(crate) fn start(self, instance: &Instance, rng: &mut Rng) -> Running {
        let connection = |mut bans: Vec<Ban>| {
            for n in (1..bans.len()).rev() {
                let other = usize::try_from(rng.below(n as u64 + 1)).unwrap();
                bans.swap(n, other);
            }
            let http = Http::connect(instance);
            thread::spawn(move || run(http, bans))
        };
        Running(self.0.into_iter().map(connection).collect())
    }
}

fn user(http: &mut Http) -> User {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let body = json!({"username": format!("user_{}", NEXT.fetch_add(1, Ordering::Relaxed))});
    let make = |http: &mut Http, path, body| {
        let (status, made) = http.send("POST", path, &body).unwrap();
        assert_eq!(status, 200, "{made}");
        made["id"].as_str().unwrap().to_owned()
    };
    let id = make(http, "/v1/users", body);
    let session = make(http, "/v1/sessions", json!({"user_id": id}));
    User { id, session }
}

fn run(mut http: Http, bans: Vec<Ban>) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    let mut cut = false;
    for ban in bans {
        let answer = if cut {
            Answer::NeverAsked
        } else {
            let sent = match &ban.0[..] {
                [user] => http.send("POST", &format!("/v1/users/{}/ban", user.id), &Value::Null),
                users => {
                    let ids: Vec<_> = users.iter().map(|user| &user.id).collect();
                    http.send("POST", "/v1/users/ban", &json!({"user_ids": ids}))
                }
            };
            match sent {
                Ok((status, body)) => {
                    assert_eq!(status, 200, "{body}");
                    Answer::Acknowledged
                }
                Err(_) => Answer::Lost,
            }
        };
        cut |= answer == Answer::Lost;
        outcomes.push(Outcome { ban, answer });
    }
    outcomes
}

/// A load under way.
pub(crate) struct Running(Vec<JoinHandle<Vec<Outcome>>>);

impl Running {
    /// What its connections have seen, once the server is gone or all is done.
    pub(crate) fn join(self) -> Vec<Outcome> {
        self.0.into_iter().flat_map(|connection| connection.join().unwrap()).collect()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// 200, received whole.
    Acknowledged,
    /// Sent, perhaps, and not answered.
    Lost,
    NeverAsked,
}

/// What became of one ban, as its caller knows it.
#[derive(Debug)]
pub(crate) struct Outcome {
    ban: Ban,
    answer: Answer,
}

impl Outcome {
    /// Whether the caller cannot know.
    pub(crate) fn is_open(&self) -> bool {
        self.answer == Answer::Lost
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
    assert_eq!(shown[0]["id"], *user.session);
    assert_eq!(shown[0]["status"], if banned { "revoked" } else { "active" }, "{user:?}");
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
