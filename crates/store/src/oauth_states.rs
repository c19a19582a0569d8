//! Browsers that are on their way to a provider and back.

use beadle_domain::credential::Generation;
use beadle_types::{ClientId, IdentificationId, SignInId, SignUpId, Timestamp, UserId};

use crate::{
    Conn, Error, Result,
    db::{param::params, row::Row, sql::Sql},
};

macro_rules! columns {
    () => {
        concat!(
            "state_hash, client_id, strategy, purpose, subject_id, user_id, generation, verifier, nonce_hash, ",
            "redirect_uri, redirect_url, complete_url, expire_at"
        )
    };
}

pub(crate) static INSERT: Sql = Sql::new(concat!(
    "INSERT INTO oauth_states (",
    columns!(),
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
));
pub(crate) static REPLACE: Sql = Sql::new("DELETE FROM oauth_states WHERE subject_id = ?1");
/// Whoever comes with another browser's state does not use it up.
pub(crate) static TAKE: Sql = Sql::new(concat!(
    "DELETE FROM oauth_states WHERE state_hash = ?1 AND client_id = ?2 RETURNING ",
    columns!()
));
/// For browsers that show no client when they come back: the state alone is the proof that one was sent out.
pub(crate) static TAKE_ANY: Sql =
    Sql::new(concat!("DELETE FROM oauth_states WHERE state_hash = ?1 RETURNING ", columns!()));
pub(crate) static PRUNE: Sql = Sql::new(
    "DELETE FROM oauth_states WHERE state_hash IN \
     (SELECT state_hash FROM oauth_states WHERE expire_at < ?1 LIMIT ?2)",
);

/// What a browser set out for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// To sign in.
    SignIn(SignInId),
    /// To sign up.
    SignUp(SignUpId),
    /// To connect an account to a user, who was of this generation.
    Connect(IdentificationId, UserId, Generation),
}

impl Purpose {
    fn word(&self) -> &'static str {
        match self {
            Self::SignIn(_) => "sign_in",
            Self::SignUp(_) => "sign_up",
            Self::Connect(..) => "connect",
        }
    }

    fn subject(&self) -> &str {
        match self {
            Self::SignIn(id) => id.as_str(),
            Self::SignUp(id) => id.as_str(),
            Self::Connect(id, ..) => id.as_str(),
        }
    }
}

/// A row of `oauth_states`.
#[derive(Debug, Clone)]
pub struct OAuthStateRow {
    /// Hash of what the browser takes along.
    pub state_hash: String,
    /// The browser.
    pub client_id: ClientId,
    /// The provider.
    pub strategy: String,
    /// What for.
    pub purpose: Purpose,
    /// The secret behind the PKCE challenge, sealed.
    pub verifier: String,
    /// Hash of what the ID token must repeat.
    pub nonce_hash: String,
    /// The callback that the provider was told.
    pub redirect_uri: String,
    /// Where the browser goes in the end.
    pub redirect_url: String,
    /// Where it goes instead if nothing is left to do.
    pub complete_url: Option<String>,
    /// When it is too late to come back.
    pub expire_at: Timestamp,
}

fn read(row: &mut Row<'_>) -> Result<OAuthStateRow> {
    let state_hash = row.take()?;
    let client_id = row.parse()?;
    let strategy = row.take()?;
    let word: String = row.take()?;
    let subject: String = row.take()?;
    let user_id: Option<UserId> = row.parse_opt()?;
    let generation = row.take::<Option<i64>>()?.map(Generation::from_stored);
    let broken = || Error::other(format!("stored purpose {word:?} of {subject:?}"));
    let purpose = match (word.as_str(), user_id, generation) {
        ("sign_in", ..) => Purpose::SignIn(subject.parse().map_err(|_| broken())?),
        ("sign_up", ..) => Purpose::SignUp(subject.parse().map_err(|_| broken())?),
        ("connect", Some(user_id), Some(generation)) => {
            Purpose::Connect(subject.parse().map_err(|_| broken())?, user_id, generation)
        }
        _ => return Err(broken()),
    };
    Ok(OAuthStateRow {
        state_hash,
        client_id,
        strategy,
        purpose,
        verifier: row.take()?,
        nonce_hash: row.take()?,
        redirect_uri: row.take()?,
        redirect_url: row.take()?,
        complete_url: row.take()?,
        expire_at: row.take()?,
    })
}

/// Adds one, in place of an earlier one for the same attempt.
pub async fn put(conn: &mut Conn, row: &OAuthStateRow) -> Result<()> {
    conn.execute(&REPLACE, params![row.purpose.subject()]).await?;
    let (user_id, generation) = match &row.purpose {
        Purpose::Connect(_, user_id, generation) => (Some(user_id.as_str()), Some(generation.get())),
        Purpose::SignIn(_) | Purpose::SignUp(_) => (None, None),
    };
    conn.execute(
        &INSERT,
        params![
            &row.state_hash,
            &row.client_id,
            &row.strategy,
            row.purpose.word(),
            row.purpose.subject(),
            user_id,
            generation,
            &row.verifier,
            &row.nonce_hash,
            &row.redirect_uri,
            &row.redirect_url,
            &row.complete_url,
            row.expire_at,
        ],
    )
    .await?;
    Ok(())
}

/// Takes one out, so that nobody can come back with it again: that of a client, where the browser shows which it is.
pub async fn take(
    conn: &mut Conn,
    state_hash: &str,
    client_id: Option<&ClientId>,
) -> Result<Option<OAuthStateRow>> {
    match client_id {
        Some(id) => conn.query_opt(&TAKE, params![state_hash, id], read).await,
        None => conn.query_opt(&TAKE_ANY, params![state_hash], read).await,
    }
}

/// Deletes up to `limit` whose time was over before a time; says how many.
pub async fn prune(conn: &mut Conn, before: Timestamp, limit: i64) -> Result<u64> {
    conn.execute(&PRUNE, params![before, limit]).await
}
