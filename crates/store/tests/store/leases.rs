//! Who does the work that one node does for all.

use std::time::Duration;

use beadle_store::{
    Conn, Error, UnitOfWork,
    leases::{self, Acquire, Fence},
};
use beadle_testkit::{TestApp, both_engines};

const TERM: Duration = Duration::from_secs(60);

async fn acquire(app: &TestApp, holder: &str) -> Option<Fence> {
    let (now, holder) = (app.now(), holder.to_owned());
    let lease = Acquire { name: "work", holder, now, expire_at: now.plus(TERM) };
    app.app().store.write(lease).await.unwrap()
}

/// Work that shows its right to be done inside its own transaction.
struct Work(Fence);

impl UnitOfWork for Work {
    type Output = bool;
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<bool, Error> {
        leases::is_held(conn, self.0).await
    }
}

async fn may(app: &TestApp, fence: Fence) -> bool {
    app.app().store.write(Work(fence)).await.unwrap()
}

both_engines! {
    async fn a_lease_is_held_by_one_and_renewed_by_them(app: TestApp) {
        let first = acquire(&app, "one").await.expect("it is free");
        assert_eq!(acquire(&app, "other").await, None);
        app.advance(TERM / 2);
        assert_eq!(acquire(&app, "one").await, Some(first), "renewed under the same token");
        app.advance(TERM.saturating_sub(Duration::from_millis(1)));
        assert_eq!(acquire(&app, "other").await, None);
        assert!(may(&app, first).await);
    }

    async fn who_slept_past_its_end_writes_nothing(app: TestApp) {
        let slept = acquire(&app, "one").await.unwrap();
        app.advance(TERM);
        // Nobody has taken it yet: the work is still the first one's.
        assert!(may(&app, slept).await);
        let next = acquire(&app, "other").await.expect("it has expired");
        assert!(!may(&app, slept).await && may(&app, next).await);
        app.advance(TERM);
        let again = acquire(&app, "one").await.unwrap();
        assert!(again != slept && !may(&app, slept).await, "a token is never given twice");
    }
}
