//! Every statement of the crate, so that a test can prepare all of them on both engines.

use crate::db::sql::Sql;

macro_rules! registry {
    ($($module:ident: $($name:ident),+;)+) => {
        pub(crate) static STATEMENTS: &[(&str, &Sql)] = &[
            $($((concat!(stringify!($module), "::", stringify!($name)), &crate::$module::$name),)+)+
        ];
    };
}

registry! {
    actor_tokens: BY_ID, BY_HASH, INSERT, SETTLE, PRUNE;
    factors: PENDING, SET_PENDING, TAKE_STEP, SET_BACKUP_CODES;
    clients: BY_TOKEN, BY_ID, LIST, COUNT, INSERT, UPDATE, ROTATE, RETIRE, PRUNE;
    feed: INSERT, AFTER, LIVE, HEAD, OF_USER, PRUNE, LOOK, UNPLACE, LOCK_HEAD, PLACE, MOVE_HEAD, SET_HEAD;
    handshakes: INSERT, TAKE, PRUNE;
    identifications: BY_USER, BY_USERS, BY_CANONICAL, BY_MAILBOX, BY_ID, INSERT, UPDATE, DELETE;
    images: BY_ID, INSERT, DELETE_OF_USER;
    instance: LOAD, CREATE, UPDATE, LOCK, TOKENS_EXPIRE_AT, KEEP_TOKENS, CHANGES, CHANGES_LOCKED, CHANGES_BEYOND,
        BEGIN_CHANGES, SAVE_CHANGES;
    invitations: BY_ID, BY_HASH, BY_IDS, OPEN, INSERT, SETTLE;
    leases: ACQUIRE, HELD;
    listed_identifiers: INSERT, DELETE, IS_LISTED;
    mails: INSERT, CLAIM, SENT, STORED, FAILED, RETRY, LATEST, LATEST_TO, STORED_BY_ID, RECENT, PRUNE;
    oauth_states: INSERT, REPLACE, TAKE, TAKE_ANY, PRUNE;
    outbox: INSERT_EVENT, EVENTS_AFTER, PRUNE_EVENTS;
    sessions: BY_ID, BY_CLIENT, BY_CLIENTS, SEEN, INSERT, TOUCH, CARRY_OVER, END, KEEP_TOKENS, REVERIFICATION, SET_REVERIFICATION, SETTLE,
        PRUNE;
    sign_in_tokens: BY_ID, BY_HASH, INSERT, SETTLE, PRUNE;
    sign_ins: BY_ID, BY_ID_LOCKED, UPSERT, PRUNE;
    sign_ups: BY_ID, BY_ID_LOCKED, UPSERT, PRUNE;
    sweeps: REQUEST, PENDING, FINISH;
    users: BY_ID, BY_ID_LOCKED, BY_USERNAME, ID_BY_EXTERNAL_ID, STANDING, BANNED_AT, INSERT, UPDATE, BAN, UNBAN,
        BUMP, KEEP_TOKENS, SET_LOCKOUT, SIGNED_IN, SET_LAST_ACTIVE, SET_DIGEST, SET_IMAGE, DELETE, INDEX_SEARCH, UNINDEX_SEARCH;
    verifiers: CONNECT, SEEN, REACHED, RECORD, SEEN_SINCE, PRUNE, PRUNE_RECEIPTS;
    waitlist: ID_BY_EMAIL, BY_ID, BY_ID_LOCKED, JOIN, SETTLE, COMPLETE, DELETE, COUNT_UP_TO;
}

mod tests;
