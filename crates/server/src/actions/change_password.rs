//! Users changing or removing their own password.

use beadle_domain::{Error, session::LiveSession};
use beadle_store::{
    Conn, UnitOfWork, identifications, sessions,
    users::{self, UserRecord, UserRow},
};
use beadle_types::{Timestamp, UserId};
use secrecy::{ExposeSecret, SecretString};

use super::{
    by::By,
    events::Events,
    notify::{self, Notice},
    password::{self, NewPassword},
    revoke, sign_in,
};
use crate::{
    app::App,
    error::{ApiError, ApiResult},
};

/// What a user asks for.
pub(crate) struct Change {
    /// The password that they have, if they have one.
    pub(crate) current: Option<SecretString>,
    /// The one to set.
    pub(crate) new: SecretString,
    /// Ends every session but the one that acts.
    pub(crate) sign_out: bool,
}

/// The user afterwards, and the session that made the change.
pub(crate) struct Changed {
    pub(crate) record: UserRecord,
    pub(crate) session: Option<LiveSession>,
}

/// Sets the password. With `sign_out` the user goes into their next generation, and takes the session that acts
/// along.
///
/// # Errors
/// 422 for a wrong or unfit password, 403 for a locked account; for a session that has died, why it did.
pub(crate) async fn change(app: &App, by: By, record: UserRecord, change: Change) -> ApiResult<Changed> {
    let UserRecord { user, .. } = &record;
    let proven = match (&user.password_digest, change.current) {
        (Some(_), None) => return Err(Error::param_missing("current_password").into()),
        (Some(_), Some(current)) => Some(current),
        (None, _) => None,
    };
    if let Some(current) = proven {
        let unchanged = current.expose_secret() == change.new.expose_secret();
        prove(app, &by, user, current).await?;
        if unchanged {
            return Err(Error::new_password_matches_current("new_password").into());
        }
    }
    let identifiers = record.texts();
    let new = NewPassword { password: change.new, identifiers, skip_checks: false };
    let digest = new.digest_as(app, "new_password").await?;
    let set = Set {
        by,
        user_id: user.id.clone(),
        proven_at: user.password_updated_at,
        digest: Some(digest),
        sign_out: change.sign_out,
        needs_password: false,
        events: Events::new(app, 1),
    };
    let changed = app.store.write(set).await?;
    if change.sign_out {
        app.has_revoked();
    }
    Ok(changed)
}

/// Removes the password.
///
/// # Errors
/// 400 without one, or where it is needed; else as [`change`].
pub(crate) async fn remove(
    app: &App,
    by: By,
    record: UserRecord,
    current: Option<SecretString>,
) -> ApiResult<Changed> {
    let UserRecord { user, .. } = &record;
    if user.password_digest.is_none() {
        return Err(Error::no_password_set().into());
    }
    let current = current.ok_or_else(|| Error::param_missing("current_password"))?;
    prove(app, &by, user, current).await?;
    let set = Set {
        by,
        user_id: user.id.clone(),
        proven_at: user.password_updated_at,
        digest: None,
        sign_out: false,
        needs_password: app.instance.settings().password.required_at_sign_up,
        events: Events::new(app, 1),
    };
    app.store.write(set).await
}

/// Checks the current password. Failures count towards the lockout: who got hold of a session must not guess.
async fn prove(app: &App, by: &By, user: &UserRow, given: SecretString) -> ApiResult<()> {
    user.lockout().check(app.now())?;
    if password::verify(app, Some(&user.id), user.password_digest.clone(), given).await? {
        return Ok(());
    }
    let fail = Fail { by: by.clone(), user_id: user.id.clone(), events: Events::new(app, 1) };
    Err(app.store.write(fail).await?.into())
}

struct Fail {
    by: By,
    user_id: UserId,
    events: Events,
}

impl UnitOfWork for Fail {
    type Output = Error;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Error> {
        self.by.lock(conn, &self.user_id, self.events.now()).await?;
        let wrong = Error::current_password_incorrect();
        sign_in::count_failure(conn, &self.events, &self.user_id, wrong).await
    }
}

struct Set {
    by: By,
    user_id: UserId,
    /// The password that was proven is the one set then.
    proven_at: Option<Timestamp>,
    /// `None` removes it.
    digest: Option<String>,
    sign_out: bool,
    /// Whether the instance asks every user for a password.
    needs_password: bool,
    events: Events,
}

impl UnitOfWork for Set {
    type Output = Changed;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Changed> {
        let now = self.events.now();
        let locked = self.by.lock(conn, &self.user_id, now).await?;
        let identifications = identifications::of_user(conn, &self.user_id).await?;
        let mut record = UserRecord { user: locked.user, identifications };
        record.user.lockout().check(now)?;
        if record.user.password_updated_at != self.proven_at {
            return Err(Error::current_password_incorrect().into());
        }
        if self.digest.is_none() && (self.needs_password || !record.can_do_without_password()) {
            return Err(Error::password_required().into());
        }
        record.user.set_password(self.digest.clone(), now);
        record.user.updated_at = now;
        users::update(conn, &record).await?;
        let mut session = locked.session;
        if self.sign_out {
            revoke::everywhere(conn, &self.events, &mut record.user).await?;
            session = match session {
                Some(session) => Some(carry_over(conn, session, &record.user, now).await?),
                None => None,
            };
        }
        if self.digest.is_some() {
            notify::tell(conn, self.events.app(), &record.user, Notice::PasswordChanged).await?;
        }
        self.events.user(conn, 0, "user.updated", &record).await?;
        Ok(Changed { record, session })
    }
}

/// Takes the session that acts into the generation that the user is in now.
async fn carry_over(
    conn: &mut Conn,
    session: LiveSession,
    user: &UserRow,
    now: Timestamp,
) -> ApiResult<LiveSession> {
    let session = session.carried_over(&user.standing())?;
    if !sessions::carry_over(conn, session.session(), now).await? {
        return Err(Error::authentication_invalid().into());
    }
    Ok(session)
}
