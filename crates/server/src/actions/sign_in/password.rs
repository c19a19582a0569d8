//! Proving the password.

use beadle_domain::{Error, sign_in::SignIn, strategy::Strategy};
use beadle_store::{Conn, UnitOfWork, users};
use beadle_types::{SignInId, Timestamp};
use secrecy::SecretString;

use super::{
    count_failure, find_open, lock_open,
    open::{self, NewSession, Proven},
};
use crate::{
    actions::{client::Device, events::Events, password},
    app::App,
    error::{ApiError, ApiResult},
    extract::Caller,
};

/// Verifies the password and opens a session.
///
/// # Errors
/// 422 for a wrong password and for one that others know, 403 for a locked account, and for a banned user only once the password was right.
pub(crate) async fn attempt(
    app: &App,
    caller: &Caller,
    device: &Device,
    id: &SignInId,
    given: SecretString,
) -> ApiResult<(Proven, NewSession)> {
    let now = app.now();
    let (sign_in, user) = {
        let mut reader = app.store.reader().await?;
        let sign_in = find_open(&mut reader, id, &device.row.id, now).await?;
        let user_id = sign_in.awaiting_first_factor()?.clone();
        (sign_in, users::find(&mut reader, &user_id).await?)
    };
    let user = user.ok_or_else(Error::authentication_invalid)?;
    user.lockout().check(now)?;
    if user.password_digest.is_none() {
        return Err(Error::strategy_for_user_invalid().into());
    }
    if !password::verify(app, Some(&user.id), user.password_digest, given).await? {
        let work = Fail { sign_in, events: Events::new(app, 1) };
        return Err(app.store.write(work).await?.into());
    }
    let new = NewSession::draw(app, caller);
    let work = Succeed {
        id: id.clone(),
        device: device.clone(),
        password_updated_at: user.password_updated_at,
        new: new.clone(),
        events: Events::new(app, 1),
    };
    Ok((app.store.write(work).await?, new))
}

struct Fail {
    sign_in: SignIn,
    events: Events,
}

impl UnitOfWork for Fail {
    type Output = Error;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Error> {
        let user_id = self.sign_in.awaiting_first_factor()?;
        count_failure(conn, &self.events, user_id, Error::password_incorrect()).await
    }
}

struct Succeed {
    id: SignInId,
    device: Device,
    /// The password that was verified is the one set then.
    password_updated_at: Option<Timestamp>,
    new: NewSession,
    events: Events,
}

impl UnitOfWork for Succeed {
    type Output = Proven;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Proven> {
        let now = self.events.now();
        let sign_in = lock_open(conn, &self.id, &self.device.row.id, now).await?;
        let user_id = sign_in.awaiting_first_factor()?;
        if let Some(user) = users::find(conn, user_id).await? {
            if user.password_updated_at != self.password_updated_at {
                return Err(Error::password_incorrect().into());
            }
            if user.password_compromised {
                return Err(Error::password_compromised("password").into());
            }
        }
        open::first_factor_proven(conn, sign_in, Strategy::Password, &self.device, &self.new, &self.events)
            .await
    }
}
