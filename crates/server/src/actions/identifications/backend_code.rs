//! Codes that an operator's own server asks for, to find out whether somebody holds an address or number. They stand
//! beside whatever the user has under way, and never lead to a session.

use beadle_domain::{Error, one_time_code::CodeState, strategy::Strategy};
use beadle_store::{
    Conn, UnitOfWork,
    identifications::{self, IdentificationKind, IdentificationRow, IdentificationStatus},
    mails::MailRow,
    users,
};
use beadle_types::IdentificationId;
use serde::{Deserialize, Serialize};

use super::{Own, administer, choose_primary, is_taken, save};
use crate::{
    actions::{events::Events, one_time_code},
    app::App,
    error::{ApiError, ApiResult},
};

/// Where the identification keeps it.
const KEY: &str = "backend_verification";

/// A code that is out. The one before it is forgotten.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct BackendCode {
    /// What it goes by.
    pub(crate) id: String,
    /// The code.
    pub(crate) code: CodeState,
    /// How it stands.
    #[serde(skip, default = "unverified")]
    pub(crate) status: beadle_types::VerificationStatus,
}

fn unverified() -> beadle_types::VerificationStatus {
    beadle_types::VerificationStatus::Unverified
}

impl BackendCode {
    fn of(row: &IdentificationRow) -> Option<Self> {
        serde_json::from_value(row.details.get(KEY)?.clone()).ok()
    }

    fn keep(&self, row: &mut IdentificationRow) -> ApiResult<()> {
        row.details.insert(KEY.into(), serde_json::to_value(self).map_err(ApiError::internal)?);
        Ok(())
    }
}

/// Sends a code to the address or number.
///
/// # Errors
/// 404 without it, 429 when too much was sent there of late.
pub(crate) async fn prepare(
    app: &App,
    kind: IdentificationKind,
    id: IdentificationId,
) -> ApiResult<BackendCode> {
    let row = administer::find(app, kind, &id).await?;
    let user = users::find(&mut *app.store.reader().await?, &row.user_id).await?;
    let locale = user.and_then(|user| user.locale);
    let verification_id = app.rng.token("ver_", 16);
    let (code, message) =
        one_time_code::issue(app, &verification_id, &row, &strategy(kind), locale.as_deref())?;
    let sent = BackendCode { id: verification_id, code, status: unverified() };
    let is_queued = message.is_some();
    let own = administer::owner(&row);
    app.store.write(Prepare { own, id, sent: sent.clone(), message, events: Events::new(app, 0) }).await?;
    if is_queued {
        app.mail.notify_one();
    }
    Ok(sent)
}

/// The strategy by which a code proves one of this kind.
pub(crate) fn strategy(kind: IdentificationKind) -> Strategy {
    match kind {
        IdentificationKind::PhoneNumber => Strategy::PhoneCode,
        _ => Strategy::EmailCode,
    }
}

struct Prepare {
    own: Own,
    id: IdentificationId,
    sent: BackendCode,
    message: Option<MailRow>,
    events: Events,
}

impl UnitOfWork for Prepare {
    type Output = ();
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<()> {
        let mut record = self.own.lock(conn, self.events.now()).await?;
        let position = self.own.position(&record, &self.id)?;
        let row = &mut record.identifications[position];
        self.sent.keep(row)?;
        identifications::update(conn, row).await?;
        match &self.message {
            Some(message) => one_time_code::queue(conn, message).await,
            None => Ok(()),
        }
    }
}

/// Checks a code. What is wrong with it is in the answer, not an error. The right one also proves what was not proven
/// yet.
///
/// # Errors
/// 404 without the identification or for another verification, 400 for a code that was taken before, 422 where
/// somebody else has proven the same in the meantime.
pub(crate) async fn attempt(
    app: &App,
    kind: IdentificationKind,
    id: IdentificationId,
    verification_id: String,
    given: String,
) -> ApiResult<BackendCode> {
    let own = administer::own(app, kind, &id).await?;
    app.store.write(Attempt { own, id, verification_id, given, events: Events::new(app, 1) }).await
}

struct Attempt {
    own: Own,
    id: IdentificationId,
    verification_id: String,
    given: String,
    events: Events,
}

impl UnitOfWork for Attempt {
    type Output = BackendCode;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<BackendCode> {
        let now = self.events.now();
        let mut record = self.own.lock(conn, now).await?;
        let position = self.own.position(&record, &self.id)?;
        let row = &mut record.identifications[position];
        let sent = BackendCode::of(row).filter(|sent| sent.id == self.verification_id);
        let mut sent = sent.ok_or_else(|| Error::not_found("verification", &self.verification_id))?;
        if sent.code.verified {
            return Err(Error::verification_already_verified().into());
        }
        sent.status = sent.code.attempt(&self.verification_id, &self.given, now).status();
        sent.keep(row)?;
        let proves = sent.code.verified && row.status != IdentificationStatus::Verified;
        if !proves {
            identifications::update(conn, row).await?;
            return Ok(sent);
        }
        if is_taken(conn, row).await? {
            return Err(Error::identifier_exists(row.kind.as_str()).into());
        }
        row.prove(strategy(row.kind).as_str(), now);
        identifications::update(conn, row).await?;
        choose_primary(&mut record, self.own.kind);
        save(conn, &mut record, &self.events).await?;
        Ok(sent)
    }
}
