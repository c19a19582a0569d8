//! Proving an e-mail address by a code.

use beadle_domain::{
    Error,
    credential::Refusal,
    one_time_code::{CodeState, Outcome},
    sign_in::{self, FirstFactor, SignIn},
};
use beadle_store::{
    Conn, UnitOfWork,
    identifications::{self, IdentificationKind, IdentificationRow},
    mails::MailRow,
    sign_ins, users,
};
use beadle_types::{SignInId, Timestamp};

use super::{
    count_failure, find_open, lock_open,
    open::{self, NewSession, Proven},
};
use crate::{
    actions::{client::Device, events::Events, one_time_code},
    app::App,
    error::{ApiError, ApiResult},
    extract::Caller,
};

/// Sends a code to one of the user's addresses: the one named, else the one that was typed, else the primary.
///
/// # Errors
/// 404 without the attempt, 422 for an address that is not the user's.
pub(crate) async fn prepare(
    app: &App,
    device: &Device,
    id: &SignInId,
    email_address_id: Option<&str>,
) -> ApiResult<SignIn> {
    let now = app.now();
    let address = {
        let mut reader = app.store.reader().await?;
        let sign_in = find_open(&mut reader, id, &device.row.id, now).await?;
        let user_id = sign_in.awaiting_first_factor()?;
        let rows = identifications::of_user(&mut reader, user_id).await?;
        choose(rows, email_address_id, sign_in.identifier.as_deref())?
    };
    let (code, mail) = one_time_code::issue(app, id.as_str(), &address.canonical);
    let queued = mail.is_some();
    let work = Prepare { id: id.clone(), device: device.clone(), address, code, mail, now };
    let sign_in = app.store.write(work).await?;
    if queued {
        app.mail.notify_one();
    }
    Ok(sign_in)
}

fn choose(
    rows: Vec<IdentificationRow>,
    named: Option<&str>,
    typed: Option<&str>,
) -> Result<IdentificationRow, Error> {
    let mut emails = rows.into_iter().filter(|row| row.kind == IdentificationKind::EmailAddress);
    if let Some(named) = named {
        let row = emails.find(|row| row.id.as_str() == named);
        return row.ok_or_else(|| Error::param_value_invalid("email_address_id", named));
    }
    let typed = typed.unwrap_or_default().trim().to_lowercase();
    let emails: Vec<_> = emails.collect();
    let position = emails.iter().position(|row| row.canonical == typed).unwrap_or(0);
    emails.into_iter().nth(position).ok_or_else(Error::strategy_for_user_invalid)
}

struct Prepare {
    id: SignInId,
    device: Device,
    address: IdentificationRow,
    code: CodeState,
    mail: Option<MailRow>,
    now: Timestamp,
}

impl UnitOfWork for Prepare {
    type Output = SignIn;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<SignIn> {
        let mut sign_in = lock_open(conn, &self.id, &self.device.row.id, self.now).await?;
        sign_in.awaiting_first_factor()?;
        sign_in.prepared(self.address.id.clone(), self.code.clone(), self.now);
        sign_ins::save(conn, &sign_in).await?;
        if let Some(mail) = &self.mail {
            one_time_code::queue(conn, mail).await?;
        }
        Ok(sign_in)
    }
}

/// Checks the code and opens a session.
///
/// # Errors
/// 422 for a wrong code, 400 for one that expired or was tried too often, 403 for a locked account, and for a
/// banned user only once the code was right.
pub(crate) async fn attempt(
    app: &App,
    caller: &Caller,
    device: &Device,
    id: &SignInId,
    given: String,
) -> ApiResult<(Proven, NewSession)> {
    let new = NewSession::draw(app, caller);
    let work = Attempt {
        app: app.clone(),
        id: id.clone(),
        device: device.clone(),
        given,
        new: new.clone(),
        events: Events::new(app, 1),
    };
    Ok((app.store.write(work).await?, new))
}

struct Attempt {
    app: App,
    id: SignInId,
    device: Device,
    given: String,
    new: NewSession,
    events: Events,
}

impl UnitOfWork for Attempt {
    /// A wrong code is an output, not an error: that it was tried must be kept.
    type Output = Proven;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Proven> {
        let now = self.events.now();
        let mut sign_in = lock_open(conn, &self.id, &self.device.row.id, now).await?;
        let user_id = sign_in.awaiting_first_factor()?.clone();
        let user = users::find(conn, &user_id).await?;
        if let Some(user) = &user {
            user.lockout().check(now)?;
        }
        let verification = sign_in.verification.as_mut().ok_or_else(Error::verification_not_sent)?;
        let code = verification.code.as_mut().ok_or_else(Error::verification_not_sent)?;
        let outcome = code.attempt(self.id.as_str(), &self.given, now);
        verification.status = outcome.status();
        if outcome == Outcome::AlreadyVerified {
            // Whoever had the right code is told of the ban each time.
            let standing = user.map(|user| user.standing());
            if let Err(banned @ Refusal::Banned) = sign_in.proven(standing.as_ref()) {
                return Ok(Proven::Refused(sign_in::refusal(banned)));
            }
        }
        if let Err(refused) = outcome.into_result() {
            sign_ins::save(conn, &sign_in).await?;
            let counts = matches!(outcome, Outcome::Incorrect | Outcome::TooMany);
            let told =
                if counts { count_failure(conn, &self.app, &user_id, refused, now).await? } else { refused };
            return Ok(Proven::Refused(told));
        }
        open::open(conn, sign_in, FirstFactor::EmailCode, &self.device, &self.new, &self.events).await
    }
}
