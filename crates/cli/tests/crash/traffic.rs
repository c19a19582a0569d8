//! Sign-ins, refreshes and mints on another node, of the users who are being banned. None that begins after a ban was
//! acknowledged may succeed.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Instant,
};

use serde_json::{Value, json};

use super::{
    http::Http,
    instance::Instance,
    load::{Acknowledged, Load, PASSWORD, User},
};

const CONNECTIONS: usize = 2;
/// The page that a refresh is for.
const ORIGIN: &str = "http://localhost:3000";

/// By kind, how many requests succeeded, and how many were refused.
#[derive(Debug, Default)]
pub(crate) struct Count(Mutex<BTreeMap<&'static str, (usize, usize)>>);

impl Count {
    /// Were the requests of a kind all before the bans or all behind them, nothing would have raced.
    pub(crate) fn check(&self) {
        let kinds = self.0.lock().unwrap();
        assert_eq!(kinds.len(), 4, "{kinds:?}");
        assert!(kinds.values().all(|(served, _)| *served >= 5), "{kinds:?}");
        // A refresh needs a sign-in before it, and so is seldom too late.
        assert!(kinds.values().filter(|(_, refused)| *refused >= 5).count() >= 3, "{kinds:?}");
    }
}

/// The requests under way.
pub(crate) struct Traffic {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

struct Visitor {
    http: Http,
    acknowledged: Acknowledged,
    count: Arc<Count>,
}

impl Traffic {
    pub(crate) fn start(instance: &Instance, load: &Load, count: &Arc<Count>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let users: Vec<_> = load.users().cloned().collect();
        let connection = |n: usize| {
            let (http, acknowledged) = (Http::connect(instance), load.acknowledged.clone());
            let mut visitor = Visitor { http, acknowledged, count: count.clone() };
            let (users, stop) = (users.clone(), stop.clone());
            thread::spawn(move || {
                for user in users.iter().skip(n).step_by(CONNECTIONS).cycle() {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    visitor.visit(user);
                }
            })
        };
        let threads = (0..CONNECTIONS).map(connection).collect();
        Self { stop, threads }
    }

    pub(crate) fn join(self) {
        self.stop.store(true, Ordering::Relaxed);
        self.threads.into_iter().for_each(|thread| thread.join().unwrap());
    }
}

impl Visitor {
    fn visit(&mut self, user: &User) {
        let mint = format!("/v1/sessions/{}/tokens", user.session);
        self.ask("mint", user, |http| http.send("POST", &mint, &Value::Null));
        self.ask("session", user, |http| http.send("POST", "/v1/sessions", &json!({"user_id": user.id})));
        let form =
            format!("strategy=password&identifier={}&password={}", user.email, PASSWORD.replace(' ', "+"));
        let signed_in =
            self.ask("sign-in", user, |http| http.post_form("/__clerk/v1/client/sign_ins", &form));
        let Some(signed_in) = signed_in else { return };
        let refresh = json!({
            "expired_token": signed_in["client"]["sessions"][0]["last_active_token"]["jwt"],
            "refresh_token": self.http.cookie("__refresh_").expect("a sign-in sets a refresh token"),
            "request_origin": ORIGIN,
        });
        let session = signed_in["response"]["created_session_id"].as_str().unwrap();
        self.ask("refresh", user, |http| {
            http.send("POST", &format!("/v1/sessions/{session}/refresh"), &refresh)
        });
    }

    /// The answer, if it was none of a refusal.
    fn ask(
        &mut self,
        kind: &'static str,
        user: &User,
        request: impl FnOnce(&mut Http) -> std::io::Result<(u16, Value)>,
    ) -> Option<Value> {
        let begun = Instant::now();
        let (status, answer) = request(&mut self.http).unwrap();
        let acknowledged = self.acknowledged.lock().unwrap().get(&user.id).copied();
        if status == 200 {
            let late = acknowledged.is_some_and(|acknowledged| begun > acknowledged);
            assert!(!late, "served after the ban of {user:?}: {answer}");
            self.count.0.lock().unwrap().entry(kind).or_default().0 += 1;
            return Some(answer);
        }
        // Anything else would be no refusal but a mistake of this test or of the server.
        assert!(matches!(status, 401 | 403), "{status} {answer}");
        self.count.0.lock().unwrap().entry(kind).or_default().1 += 1;
        None
    }
}
