//! A unit of work happens in one transaction, or not at all.

use std::{future::Future, pin::pin, sync::mpsc, task::Poll, time::Duration};

use beadle_store::{Conn, Error, UnitOfWork, WorkError, mails};
use beadle_testkit::{Engine, both_engines};

use crate::work::{End, Hold, Queue, mail, recipients};

both_engines! {
    async fn what_succeeds_is_there_at_once(app: TestApp) {
        let store = &app.app().store;
        assert_eq!(store.write(Queue::new(&["a", "b"], End::Well)).await.unwrap(), 2);
        assert_eq!(recipients(store).await, ["a", "b"]);
    }

    async fn an_error_rolls_back(app: TestApp) {
        let store = &app.app().store;
        let refused = store.write(Queue::new(&["a", "b"], End::WithError)).await;
        assert!(matches!(refused, Err(Error::NotFound)));
        assert!(recipients(store).await.is_empty());
    }

    async fn a_conflict_rolls_back_and_names_the_constraint(app: TestApp) {
        let store = &app.app().store;
        let refused = store.write(Queue::new(&["a", "b", "a"], End::Well)).await;
        let Err(Error::Conflict { constraint }) = refused else { panic!("{refused:?}") };
        assert!(constraint.contains("mails"), "{constraint}");
        assert!(recipients(store).await.is_empty());
    }

    async fn a_panic_leaves_nothing_and_harms_nobody(app: TestApp) {
        let store = &app.app().store;
        // More often than there are connections: none may stay behind in a transaction.
        for round in 0..20 {
            let panicked = store.write(Queue::new(&["a", "b"], End::WithPanic)).await;
            assert!(matches!(panicked, Err(Error::Other(_))), "{round}: {panicked:?}");
        }
        assert!(recipients(store).await.is_empty());
        store.write(Queue::new(&["c"], End::Well)).await.unwrap();
        assert_eq!(recipients(store).await, ["c"]);
    }

    // SQLite runs these in shared transactions.
    async fn neighbours_do_not_share_a_fate(app: TestApp) {
        let store = &app.app().store;
        let (go, wait) = mpsc::channel::<()>();
        let hold = tokio::spawn({
            let store = store.clone();
            async move { store.write(Hold::new(move || wait.recv().unwrap())).await }
        });
        let mut writes = Vec::new();
        for n in 0..120 {
            let end = [End::Well, End::WithError, End::WithPanic, End::Well][n % 4];
            let work = Queue { recipients: vec![format!("{n:03}x"), format!("{n:03}y")], end };
            let store = store.clone();
            writes.push(tokio::spawn(async move { (n, end, store.write(work).await) }));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        go.send(()).unwrap();
        hold.await.unwrap().unwrap();
        let mut expected = Vec::new();
        for write in writes {
            let (n, end, outcome) = write.await.unwrap();
            assert_eq!(outcome.is_ok(), end == End::Well, "{n}: {outcome:?}");
            if outcome.is_ok() {
                expected.extend([format!("{n:03}x"), format!("{n:03}y")]);
            }
        }
        expected.sort();
        assert_eq!(recipients(store).await, expected);
    }

    async fn a_caller_that_leaves_does_not_stop_the_work(app: TestApp) {
        let store = &app.app().store;
        let (go, wait) = mpsc::channel::<()>();
        let (started, has_started) = mpsc::channel::<()>();
        {
            let mut first = pin!(store.write(Hold::new(move || {
                started.send(()).unwrap();
                wait.recv().unwrap();
            })));
            poll_once(first.as_mut()).await;
            has_started.recv().unwrap();
            // On SQLite this one waits behind the first, on PostgreSQL it runs beside it.
            let mut second = pin!(store.write(Queue::new(&["a"], End::Well)));
            poll_once(second.as_mut()).await;
        }
        go.send(()).unwrap();
        for _ in 0..1_000 {
            if !recipients(store).await.is_empty() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("the work of the caller who left was never done");
    }

    async fn readers_see_what_was_acknowledged(app: TestApp) {
        let store = &app.app().store;
        // Opened before the write, and used before it, so that it could hold an older picture.
        let mut reader = store.reader().await.unwrap();
        assert!(mails::latest(&mut reader, None, 10, 0).await.unwrap().is_empty());
        store.write(Store1("a")).await.unwrap();
        assert_eq!(mails::latest(&mut reader, None, 10, 0).await.unwrap().len(), 1);
    }

    async fn a_swallowed_error_is_no_success(app: TestApp) {
        let store = &app.app().store;
        let outcome = store.write(Swallow).await;
        let there = recipients(store).await;
        // Whether the rest of such work counts is the engine's affair; that the answer is true is not.
        match outcome {
            Ok(()) => assert_eq!(there, ["a", "b"]),
            Err(_) => assert!(there.is_empty(), "{there:?}"),
        }
    }

    async fn the_reason_of_a_refusal_reaches_the_caller(app: TestApp) {
        let refused = app.app().store.write(Refuse).await;
        assert_eq!(refused, Err(Refused::Because("it is a test".into())));
    }
}

#[test]
fn on_sqlite_work_may_wait_for_nothing_but_the_database() {
    beadle_testkit::run(Engine::Sqlite, "", async |app: beadle_testkit::TestApp| {
        let refused = app.app().store.write(Sleep).await;
        assert!(matches!(refused, Err(Error::Other(_))), "{refused:?}");
        assert!(recipients(&app.app().store).await.is_empty());
    });
}

async fn poll_once(mut future: std::pin::Pin<&mut impl Future>) {
    std::future::poll_fn(|context| {
        assert!(future.as_mut().poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
}

/// Stores one mail as the development outbox has it.
struct Store1(&'static str);

impl UnitOfWork for Store1 {
    type Output = ();
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<(), Error> {
        let mail = mail(self.0);
        mails::queue(conn, &mail).await?;
        mails::settle(conn, &mail.id, mails::MailOutcome::Stored).await
    }
}

/// Goes on after a statement has failed, as no unit of work should.
struct Swallow;

impl UnitOfWork for Swallow {
    type Output = ();
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<(), Error> {
        mails::queue(conn, &mail("a")).await?;
        drop(mails::queue(conn, &mail("a")).await);
        drop(mails::queue(conn, &mail("b")).await);
        Ok(())
    }
}

struct Sleep;

impl UnitOfWork for Sleep {
    type Output = ();
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<(), Error> {
        mails::queue(conn, &mail("a")).await?;
        tokio::time::sleep(Duration::from_millis(1)).await;
        Ok(())
    }
}

#[derive(Debug, PartialEq)]
enum Refused {
    Because(String),
    ByStore,
}

impl From<Error> for Refused {
    fn from(_: Error) -> Self {
        Self::ByStore
    }
}

impl WorkError for Refused {
    fn is_transient(&self) -> bool {
        false
    }
}

struct Refuse;

impl UnitOfWork for Refuse {
    type Output = ();
    type Error = Refused;

    async fn run(&self, _: &mut Conn) -> Result<(), Refused> {
        Err(Refused::Because("it is a test".into()))
    }
}
