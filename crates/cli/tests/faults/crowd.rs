//! Users with tokens that outlive the test, and when each of them must be refused.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use beadle_client::{Clerk, UserId, params::CreateUser};

use super::instance::Instance;

/// Users to be banned, in all phases together.
const BAD: usize = 14;
/// The longest test takes a tenth of that. The feed keeps an entry as long as the user's longest token lives.
const LIFETIME: Duration = Duration::from_secs(600);

/// A user and their token.
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) token: String,
    /// No check that begins later may accept the token.
    due: OnceLock<Instant>,
}

/// Everybody on a server.
pub(crate) struct Crowd {
    clerk: Clerk,
    /// Never banned.
    pub(crate) good: Arc<Person>,
    /// Everybody else, banned or not yet.
    pub(crate) bad: Vec<Arc<Person>>,
    banned: usize,
}

impl Person {
    async fn make(clerk: &Clerk) -> Arc<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("person_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let user = CreateUser { username: Some(name), ..CreateUser::default() };
        let id = clerk.users().create(&user).await.unwrap().id;
        let session = clerk.sessions().create(&id).await.unwrap().id;
        let token = clerk.sessions().create_token(&session).expires_in(LIFETIME).await.unwrap().jwt;
        Arc::new(Self { id, token, due: OnceLock::new() })
    }

    /// By how much a check that began then was too late to accept the token.
    pub(crate) fn overdue(&self, begun: Instant) -> Option<Duration> {
        self.due.get().and_then(|due| begun.checked_duration_since(*due)).filter(|late| !late.is_zero())
    }

    /// From now on nobody may accept the token.
    pub(crate) fn falls_due(&self, due: Instant) {
        self.due.set(due).unwrap();
    }
}

impl Crowd {
    pub(crate) async fn gather(instance: &Instance) -> Self {
        let clerk = Clerk::new(&instance.secret_key).api_url(&instance.url);
        let good = Person::make(&clerk).await;
        let mut bad = Vec::new();
        for _ in 0..BAD {
            bad.push(Person::make(&clerk).await);
        }
        Self { clerk, good, bad, banned: 0 }
    }

    pub(crate) fn everybody(&self) -> impl Iterator<Item = &Arc<Person>> {
        self.bad.iter().chain([&self.good])
    }

    pub(crate) fn banned(&self) -> &[Arc<Person>] {
        &self.bad[..self.banned]
    }

    /// Bans the next one. They must be refused so long after the answer.
    pub(crate) async fn ban(&mut self, within: Duration) {
        let acknowledged = self.ban_without_term().await;
        self.banned().last().unwrap().falls_due(acknowledged + within);
    }

    /// Bans the next one, who may be accepted until somebody says otherwise; gives the time of the answer.
    pub(crate) async fn ban_without_term(&mut self) -> Instant {
        let next = &self.bad[self.banned];
        let user = self.clerk.users().ban(&next.id).await.unwrap();
        assert!(user.banned);
        self.banned += 1;
        Instant::now()
    }
}
