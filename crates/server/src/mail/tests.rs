//! The worker against a real store and a mail server that speaks just enough SMTP.

mod sink;

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU32, Ordering},
    },
};

use beadle_domain::clock::Clock;
use beadle_store::{
    Conn, Error, Location, Result, Store, UnitOfWork,
    mails::{self, Channel, MailRow},
};
use beadle_types::{MailId, Timestamp};
use sink::{Answers, Sink};
use tokio::sync::watch;

use super::{Bell, Deliveries, Mailer, Worker};
use crate::{
    config::{Config, Overrides},
    messages::{Message, Messages},
};

const VERIFICATION_CODE: &str = "verification_code";

const START: Timestamp = Timestamp::from_secs(1_700_000_000);

/// A store in a directory of its own, removed at the end.
pub(crate) struct Outbox {
    store: Store,
    directory: PathBuf,
    clock: Arc<TestClock>,
    pub(crate) deliveries: Deliveries,
}

struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}

impl Outbox {
    pub(crate) async fn open() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("beadle-mail-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let directory = std::env::temp_dir().join(name);
        let store = Store::open(&Location::Directory(directory.clone())).await.unwrap();
        Self {
            store,
            directory,
            clock: Arc::new(TestClock(AtomicI64::new(START.as_millis()))),
            deliveries: Deliveries::default(),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds * 1_000, Ordering::Relaxed);
    }

    async fn queue(&self, number: u8, kind: &str, recipient: &str) {
        let message = Message::VerificationCode { code: "123456".into(), minutes: 10 };
        let rendered = Messages::open(None, "Acmé").unwrap().render(&message, recipient, None);
        let mail = MailRow {
            id: MailId::from_parts(START, [number; 16]),
            channel: Channel::Email,
            kind: kind.to_owned(),
            recipient: recipient.to_owned(),
            subject: rendered.subject,
            body: rendered.text,
            html: Some(rendered.html),
            attempts: 0,
            created_at: self.clock.now(),
            event: None,
        };
        self.add(mail).await;
    }

    pub(crate) async fn add(&self, mail: MailRow) {
        self.store.write(Queue(mail)).await.unwrap();
    }

    /// A worker that has not started.
    pub(crate) fn worker(&self, mailer: Mailer) -> Worker {
        Worker {
            store: self.store.clone(),
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            mailer,
            bell: Arc::default(),
            deliveries: self.deliveries.clone(),
        }
    }

    fn count(&self, outcome: &'static str) -> u64 {
        self.deliveries.count(Channel::Email, outcome)
    }

    pub(crate) async fn stored(&self) -> Vec<MailRow> {
        mails::latest(&mut self.store.reader().await.unwrap(), None, 100, 0).await.unwrap()
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.directory));
    }
}

struct Queue(MailRow);

impl UnitOfWork for Queue {
    type Output = ();
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<()> {
        mails::queue(conn, &self.0).await
    }
}

fn smtp(url: String) -> Mailer {
    let overrides = Overrides {
        smtp_url: Some(url.into()),
        mail_from: Some("Acme <no-reply@acme.example>".into()),
        ..Overrides::default()
    };
    Mailer::new(Config::from_sources(None, overrides).unwrap().mail.as_ref()).unwrap()
}

#[tokio::test]
async fn a_mail_reaches_the_mail_server_once() {
    let (outbox, sink) = (Outbox::open().await, Sink::start(Answers::default()).await);
    let worker = outbox.worker(smtp(sink.url()));
    outbox.queue(1, VERIFICATION_CODE, "ada@b.example").await;
    assert_eq!(worker.send_due().await.unwrap(), 1);
    outbox.advance(1_000_000);
    assert_eq!(worker.send_due().await.unwrap(), 0);

    let received = sink.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].from, "no-reply@acme.example");
    assert_eq!(received[0].to, ["ada@b.example"]);
    let data = &received[0].data;
    for line in ["From: Acme <no-reply@acme.example>", "To: ada@b.example", "Message-ID: <mail_"] {
        assert!(data.contains(line), "{line} in {data}");
    }
    assert!(data.contains("Date: Tue, 14 Nov 2023"), "{data}");
    assert!(data.contains("\r\n123456\r\n"), "{data}");
    for part in ["multipart/alternative", "Content-Type: text/plain", "Content-Type: text/html"] {
        assert!(data.contains(part), "{part} in {data}");
    }
    assert!(data.contains(">123456</p>"), "the code is in the HTML as well: {data}");
    assert_eq!(outbox.count("sent"), 1);
    assert!(outbox.stored().await.is_empty(), "a sent mail keeps no body");
}

#[tokio::test]
async fn the_sender_can_have_another_name() {
    let (outbox, sink) = (Outbox::open().await, Sink::start(Answers::default()).await);
    let mut mailer = smtp(sink.url());
    mailer.name_sender(Box::new(|| Some("hello".to_owned())));
    let worker = outbox.worker(mailer);
    outbox.queue(1, VERIFICATION_CODE, "ada@b.example").await;
    assert_eq!(worker.send_due().await.unwrap(), 1);
    let received = sink.received();
    assert_eq!(received[0].from, "hello@acme.example");
    assert!(received[0].data.contains("From: Acme <hello@acme.example>"), "{}", received[0].data);
}

#[tokio::test]
async fn a_deferred_mail_is_tried_again_after_a_pause() {
    let answers = Answers { defer: 2, ..Answers::default() };
    let (outbox, sink) = (Outbox::open().await, Sink::start(answers).await);
    let worker = outbox.worker(smtp(sink.url()));
    outbox.queue(1, "notice", "ada@b.example").await;
    assert_eq!(worker.send_due().await.unwrap(), 1);
    outbox.advance(9);
    assert_eq!(worker.send_due().await.unwrap(), 0, "the first pause is ten seconds");
    outbox.advance(1);
    assert_eq!(worker.send_due().await.unwrap(), 1);
    outbox.advance(60);
    assert_eq!(worker.send_due().await.unwrap(), 1);
    assert_eq!(sink.received().len(), 1);
    outbox.advance(1_000_000);
    assert_eq!(worker.send_due().await.unwrap(), 0);
}

#[tokio::test]
async fn an_unreachable_server_gets_eight_attempts() {
    let outbox = Outbox::open().await;
    let unused = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let worker = outbox.worker(smtp(format!("smtp://{unused}")));
    outbox.queue(1, "notice", "ada@b.example").await;
    let mut attempts = 0;
    while worker.send_due().await.unwrap() == 1 {
        attempts += 1;
        outbox.advance(100_000);
    }
    assert_eq!(attempts, 8);
}

#[tokio::test]
async fn a_refused_recipient_is_not_tried_again() {
    let answers = Answers { refuse: Some("bad@b.example"), ..Answers::default() };
    let (outbox, sink) = (Outbox::open().await, Sink::start(answers).await);
    let worker = outbox.worker(smtp(sink.url()));
    outbox.queue(1, "notice", "bad@b.example").await;
    outbox.queue(2, "notice", "good@b.example").await;
    assert_eq!(worker.send_due().await.unwrap(), 2);
    outbox.advance(1_000_000);
    assert_eq!(worker.send_due().await.unwrap(), 0);
    assert_eq!(sink.received().len(), 1, "the other one went through");
    assert_eq!((outbox.count("sent"), outbox.count("failed")), (1, 1));
}

#[tokio::test]
async fn an_expired_code_is_not_sent() {
    let (outbox, sink) = (Outbox::open().await, Sink::start(Answers::default()).await);
    outbox.queue(1, VERIFICATION_CODE, "ada@b.example").await;
    outbox.advance(600);
    assert_eq!(outbox.worker(smtp(sink.url())).send_due().await.unwrap(), 1);
    assert!(sink.received().is_empty());
}

#[tokio::test]
async fn the_development_outbox_keeps_mails_readable() {
    let outbox = Outbox::open().await;
    outbox.queue(1, VERIFICATION_CODE, "ada@b.example").await;
    let worker = outbox.worker(Mailer::Development(Channel::Email));
    assert_eq!(worker.send_due().await.unwrap(), 1);
    let stored = outbox.stored().await;
    assert_eq!(stored.len(), 1);
    assert!(stored[0].body.contains("123456"));
    assert!(stored[0].html.as_ref().is_some_and(|html| html.contains("123456")));
    outbox.advance(1_000_000);
    assert_eq!(worker.send_due().await.unwrap(), 0);
}

#[tokio::test]
async fn each_channel_has_a_worker_of_its_own() {
    let outbox = Outbox::open().await;
    outbox.queue(1, "notice", "ada@b.example").await;
    let sms = outbox.worker(Mailer::Development(Channel::Sms));
    assert_eq!(sms.send_due().await.unwrap(), 0, "a mail is nothing for the SMS gateway");
    assert_eq!(outbox.worker(Mailer::Development(Channel::Email)).send_due().await.unwrap(), 1);
    assert_eq!((outbox.count("stored"), outbox.deliveries.count(Channel::Sms, "stored")), (1, 0));
}

#[tokio::test]
async fn a_password_is_not_sent_in_the_open() {
    let (outbox, sink) = (Outbox::open().await, Sink::start(Answers::default()).await);
    let url = sink.url().replace("smtp://", "smtp+starttls://user:secret@");
    outbox.queue(1, "notice", "ada@b.example").await;
    assert_eq!(outbox.worker(smtp(url)).send_due().await.unwrap(), 1);
    assert!(sink.received().is_empty(), "this server offers no STARTTLS");
    assert!(!sink.commands().iter().any(|command| command.starts_with("AUTH")), "{:?}", sink.commands());
}

#[tokio::test]
async fn the_worker_wakes_for_mail_and_stops_when_told() {
    let (outbox, sink) = (Outbox::open().await, Sink::start(Answers::default()).await);
    let (bell, (stop, stopped)) = (Arc::new(Bell::default()), watch::channel(false));
    let worker = Worker { bell: Arc::clone(&bell), ..outbox.worker(smtp(sink.url())) };
    let worker = tokio::spawn(worker.run(stopped));
    outbox.queue(1, VERIFICATION_CODE, "ada@b.example").await;
    bell.notify_one();
    sink.wait_for(1).await;
    stop.send_replace(true);
    worker.await.unwrap();
    outbox.advance(1_000);
    assert_eq!(
        outbox.worker(smtp(sink.url())).send_due().await.unwrap(),
        0,
        "the outcome was recorded before the stop"
    );
}
