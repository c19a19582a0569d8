//! From each version to the next, with the version before still at work.

use beadle_testkit::{Scratch, postgres};
use beadle_types::Timestamp;

use super::*;
use crate::{
    Location, PostgresOptions, Store, UnitOfWork, feed,
    mails::{self, Channel, MailRow},
};

/// What a node of version 1 writes when it bans, signs out, revokes a session, mails and changes its settings. The
/// texts are those of that version and must never follow a change of the repositories.
const VERSION_1: [&str; 7] = [
    "INSERT INTO instance (id, settings, secret_key, publishable_key, signing_key, created_at) \
     SELECT 'ins_1', '{}', '', '', '', 1 WHERE NOT EXISTS (SELECT 1 FROM instance)",
    "UPDATE instance SET settings = '{}', secret_key = 's', publishable_key = 'p' WHERE id = 'ins_1'",
    "UPDATE users SET banned = TRUE, generation = generation + 1, updated_at = 2 WHERE id = 'user_1' AND NOT banned",
    "UPDATE sessions SET status = 'revoked', updated_at = 2 WHERE id = 'sess_1' AND status IN ('active', 'pending')",
    "INSERT INTO revocations (user_id, generation, session_id, created_at) VALUES ('user_1', 2, NULL, 1700000000000)",
    "DELETE FROM revocations WHERE seq IN \
     (SELECT seq FROM revocations WHERE created_at < 5 ORDER BY created_at LIMIT 10)",
    "INSERT INTO mails (id, kind, recipient, subject, body, status, attempts, next_attempt_at, created_at) \
     SELECT 'mail_' || COUNT(*), 'verification_code', 'a@b.example', 's', 'b', 'queued', 0, 1, 1 FROM mails",
];

/// The first migration, and the ledger that says so.
fn version_1(text: &str) -> String {
    let checksum = beadle_domain::secret::token_hash(text);
    format!(
        "{CREATE_LEDGER}; {text}; INSERT INTO schema_migrations (version, checksum) VALUES (1, '{checksum}');"
    )
}

/// The revocations are told, as long as a token of version 1 can live.
async fn check(store: &Store, count: usize) {
    let mut conn = store.reader().await.unwrap();
    feed::place(&mut conn, Timestamp::from_millis(1_700_000_000_000)).await.unwrap();
    let told = feed::after(&mut conn, 0, 10).await.unwrap();
    let seqs: Vec<_> = told.iter().map(|row| row.seq).collect();
    assert_eq!(seqs, [1, 2][..count]);
    assert!(told.iter().all(|row| row.expire_at == Timestamp::from_millis(1_700_003_600_000)), "{told:?}");
    drop(conn);
    let sms = store.write(Claim(Channel::Sms)).await.unwrap();
    let mail = store.write(Claim(Channel::Email)).await.unwrap();
    assert_eq!((sms.len(), mail.len()), (0, 1), "a mail of version 1 is a mail");
}

struct Claim(Channel);

impl UnitOfWork for Claim {
    type Output = Vec<MailRow>;
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<Vec<MailRow>> {
        let (now, retry_at) = (Timestamp::from_millis(5), Timestamp::from_millis(1_000));
        mails::claim(conn, self.0, now, retry_at, 10).await
    }
}

#[tokio::test]
async fn postgres_is_upgraded_under_nodes_of_the_version_before() {
    let url = postgres::database();
    let psql = |statements: &[&str]| postgres::shared().psql(&url, &statements.join(";\n"));
    psql(&[&version_1(MIGRATIONS[0].postgres)]);
    psql(&VERSION_1);
    let location = Location::Postgres(Box::new(PostgresOptions::from_url(&url).unwrap()));
    let store = Store::open(&location).await.unwrap();
    check(&store, 1).await;
    // Nodes are restarted one after the other: those of the version before go on.
    psql(&VERSION_1);
    check(&store, 2).await;
    // A second node of the new version finds nothing to do.
    Store::open(&location).await.unwrap();
}

#[tokio::test]
async fn sqlite_keeps_what_it_had() {
    let scratch = Scratch::new();
    let old = rusqlite::Connection::open(scratch.path().join("beadle.db")).unwrap();
    old.execute_batch(&version_1(MIGRATIONS[0].sqlite)).unwrap();
    for statement in VERSION_1 {
        old.execute_batch(statement).unwrap();
    }
    drop(old);
    let store = Store::open(&Location::Directory(scratch.path().to_owned())).await.unwrap();
    check(&store, 1).await;
}
