//! Users with sessions, banned from several connections, one by one and in groups.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::Instant,
};

use serde_json::{Value, json};

use super::{
    http::Http,
    instance::Instance,
    outcome::{Answer, Outcome},
    rng::Rng,
};

const CONNECTIONS: usize = 4;
/// Bans per connection. Every third is of several users at once.
const BANS: usize = 9;
const GROUP: usize = 3;
/// Every user's password, and its bcrypt digest of the lowest cost.
pub(crate) const PASSWORD: &str = "correct horse battery";
const DIGEST: &str = "$2b$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS";

/// One ban to make: of one user or of several.
#[derive(Debug, Clone)]
pub(crate) struct Ban(pub(crate) Vec<User>);

#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) session: String,
}

/// When the ban of each user was acknowledged.
pub(crate) type Acknowledged = Arc<Mutex<HashMap<String, Instant>>>;

/// What is to be banned, by connection.
pub(crate) struct Load {
    bans: Vec<Vec<Ban>>,
    pub(crate) acknowledged: Acknowledged,
}

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
        let bans = makers.into_iter().map(|maker| maker.join().unwrap()).collect();
        Self { bans, acknowledged: Acknowledged::default() }
    }

    pub(crate) fn users(&self) -> impl Iterator<Item = &User> {
        self.bans.iter().flatten().flat_map(|ban| &ban.0)
    }

    /// Bans them all, as fast as each connection can, in another order each time.
    pub(crate) fn start(self, instance: &Instance, rng: &mut Rng) -> Running {
        let connection = |mut bans: Vec<Ban>| {
            for n in (1..bans.len()).rev() {
                let other = usize::try_from(rng.below(n as u64 + 1)).unwrap();
                bans.swap(n, other);
            }
            let (http, acknowledged) = (Http::connect(instance), self.acknowledged.clone());
            thread::spawn(move || run(http, bans, &acknowledged))
        };
        Running(self.bans.into_iter().map(connection).collect())
    }
}

fn user(http: &mut Http) -> User {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let email = format!("user{}@example.com", NEXT.fetch_add(1, Ordering::Relaxed));
    let body = json!({"email_address": [email], "password_digest": DIGEST, "password_hasher": "bcrypt"});
    let make = |http: &mut Http, path, body| {
        let (status, made) = http.send("POST", path, &body).unwrap();
        assert_eq!(status, 200, "{made}");
        made["id"].as_str().unwrap().to_owned()
    };
    let id = make(http, "/v1/users", body);
    let session = make(http, "/v1/sessions", json!({"user_id": id}));
    User { id, email, session }
}

fn run(mut http: Http, bans: Vec<Ban>, acknowledged: &Acknowledged) -> Vec<Outcome> {
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
                    let ids = ban.0.iter().map(|user| (user.id.clone(), Instant::now()));
                    acknowledged.lock().unwrap().extend(ids);
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
