//! Proving a passkey, after the identifier or instead of one.

use beadle_domain::{
    Error,
    passkey::{Assertion, Challenge, Site, Stored},
    sign_in::SignIn,
    strategy::Strategy,
};
use beadle_store::{
    Conn, UnitOfWork,
    identifications::{self, IdentificationKind},
    sign_ins,
    users::{self, UserRow},
};
use beadle_types::{SignInId, Timestamp};

use super::{
    lock_open,
    open::{self, NewSession, Proven},
};
use crate::{
    actions::{
        client::Device,
        events::Events,
        passkeys::{challenged, known},
    },
    app::App,
    error::{ApiError, ApiResult},
    extract::Caller,
};

/// Asks the browser for one of the user's passkeys, or for whichever it has while the attempt names nobody.
///
/// # Errors
/// 404 without the attempt, 400 for a user without passkeys.
pub(crate) async fn prepare(app: &App, device: &Device, id: &SignInId, site: Site) -> ApiResult<SignIn> {
    let work = Prepare { app: app.clone(), id: id.clone(), device: device.clone(), site, now: app.now() };
    app.store.write(work).await
}

struct Prepare {
    app: App,
    id: SignInId,
    device: Device,
    site: Site,
    now: Timestamp,
}

impl UnitOfWork for Prepare {
    type Output = SignIn;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<SignIn> {
        let mut sign_in = lock_open(conn, &self.id, &self.device.row.id, self.now).await?;
        let allowed = match sign_in.awaiting_passkey()? {
            None => Vec::new(),
            Some(user_id) => {
                let allowed = known(&identifications::of_user(conn, user_id).await?);
                if allowed.is_empty() {
                    return Err(Error::no_passkeys_found_for_user().into());
                }
                allowed
            }
        };
        let challenge = Challenge::to_use(&*self.app.rng, self.site.clone(), &allowed, self.now);
        sign_in.prepared(challenged(&challenge), self.now);
        sign_ins::save(conn, &sign_in).await?;
        Ok(sign_in)
    }
}

/// Checks what the browser answers and opens a session.
///
/// # Errors
/// 404 for an unknown passkey, 400 for one that does not prove anything, 403 for a locked account, and for a banned
/// user only once the passkey was proven.
pub(crate) async fn attempt(
    app: &App,
    caller: &Caller,
    device: &Device,
    id: &SignInId,
    credential: &str,
) -> ApiResult<(Proven, NewSession)> {
    let new = NewSession::draw(app, caller);
    let work = Attempt {
        id: id.clone(),
        device: device.clone(),
        assertion: Assertion::parse(credential)?,
        new: new.clone(),
        events: Events::new(app, 1),
    };
    Ok((app.store.write(work).await?, new))
}

struct Attempt {
    id: SignInId,
    device: Device,
    assertion: Assertion,
    new: NewSession,
    events: Events,
}

impl UnitOfWork for Attempt {
    /// A wrong answer is an output, not an error: that the challenge was used must be kept.
    type Output = Proven;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Proven> {
        let now = self.events.now();
        let mut sign_in = lock_open(conn, &self.id, &self.device.row.id, now).await?;
        sign_in.awaiting_passkey()?;
        let under_way = sign_in.first_factor.as_mut().filter(|first| first.strategy == Strategy::Passkey);
        let challenge = under_way.and_then(|first| first.challenge.take());
        let challenge = Challenge::from_stored(challenge.ok_or_else(Error::verification_not_sent)?)?;
        match self.check(conn, &sign_in, &challenge, now).await? {
            Ok(user) => {
                sign_in.identify_by_proof(&user.standing());
                let (strategy, device) = (Strategy::Passkey, &self.device);
                open::first_factor_proven(conn, sign_in, strategy, device, &self.new, &self.events).await
            }
            Err(refused) => {
                sign_ins::save(conn, &sign_in).await?;
                Ok(Proven::Refused(refused))
            }
        }
    }
}

impl Attempt {
    /// Whose passkey it is, if it proves that; notes the use.
    async fn check(
        &self,
        conn: &mut Conn,
        sign_in: &SignIn,
        challenge: &Challenge,
        now: Timestamp,
    ) -> ApiResult<Result<UserRow, Error>> {
        let unknown = Error::passkey_not_registered;
        let id = &self.assertion.credential_id;
        let Some(found) = identifications::find(conn, IdentificationKind::Passkey, id).await? else {
            return Ok(Err(unknown()));
        };
        let is_theirs = match &sign_in.subject {
            Some((user_id, _)) => found.user_id == *user_id,
            None => self.assertion.user_id.as_deref() == Some(found.user_id.as_str()),
        };
        if !is_theirs {
            return Ok(Err(unknown()));
        }
        // Two uses at once must not both be the next one.
        let Some(user) = users::find_for_update(conn, &found.user_id).await? else {
            return Ok(Err(unknown()));
        };
        let Some(mut row) = identifications::by_id(conn, &found.id).await? else { return Ok(Err(unknown())) };
        let Some(stored) = Stored::from_details(&row.details) else { return Ok(Err(unknown())) };
        match self.assertion.verify(challenge, &stored, now) {
            Ok(used) => row.details = used.to_details(),
            Err(refused) => return Ok(Err(refused)),
        }
        row.updated_at = now;
        identifications::update(conn, &row).await?;
        Ok(Ok(user))
    }
}
