//! The new password after a reset code was accepted.

use beadle_domain::{Error, sign_in::SignIn, strategy::Strategy};
use beadle_store::{
    Conn, UnitOfWork, identifications, sign_ins,
    users::{self, UserRecord},
};
use beadle_types::{SignInId, SignInStatus};
use secrecy::SecretString;

use super::{
    find_open, lock_open,
    open::{self, NewSession, Proven},
};
use crate::{
    actions::{
        client::Device,
        events::Events,
        notify::{self, Notice},
        password::NewPassword,
        revoke,
    },
    app::App,
    error::{ApiError, ApiResult},
    extract::Caller,
};

/// Sets the password and goes on to the second factor or a session. With `sign_out`, every earlier session and every
/// other attempt of the user dies.
///
/// # Errors
/// 400 without an accepted code, 422 for a password that breaks the rules, 403 for a locked account and a banned user.
pub(crate) async fn reset(
    app: &App,
    caller: &Caller,
    device: &Device,
    id: &SignInId,
    password: SecretString,
    sign_out: bool,
) -> ApiResult<(Proven, NewSession)> {
    let identifiers = {
        let mut reader = app.store.reader().await?;
        let sign_in = find_open(&mut reader, id, &device.row.id, app.now()).await?;
        let user_id = sign_in.awaiting_new_password()?;
        let user = users::load(&mut reader, user_id).await?.ok_or_else(Error::authentication_invalid)?;
        user.texts()
    };
    let digest = NewPassword { password, identifiers, skip_checks: false }.digest(app).await?;
    let new = NewSession::draw(app, caller);
    let work = Reset {
        id: id.clone(),
        device: device.clone(),
        digest,
        sign_out,
        new: new.clone(),
        events: Events::new(app, 2),
    };
    let proven = app.store.write(work).await?;
    if sign_out {
        app.has_revoked();
    }
    Ok((proven, new))
}

struct Reset {
    id: SignInId,
    device: Device,
    digest: String,
    sign_out: bool,
    new: NewSession,
    events: Events,
}

impl UnitOfWork for Reset {
    type Output = Proven;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Proven> {
        let now = self.events.now();
        let mut sign_in = lock_open(conn, &self.id, &self.device.row.id, now).await?;
        let user_id = sign_in.awaiting_new_password()?.clone();
        let user = users::find_for_update(conn, &user_id).await?.ok_or_else(Error::authentication_invalid)?;
        user.lockout().check(now)?;
        let Ok(credential) = sign_in.proven(Some(&user.standing())) else {
            // Nothing is set for a dead attempt; opening it says why it is.
            return open::open(conn, sign_in, &self.device, &self.new, &self.events).await;
        };
        let identifications = identifications::of_user(conn, &user_id).await?;
        let mut record = UserRecord { user, identifications };
        record.user.set_password(Some(self.digest.clone()), now);
        record.user.updated_at = now;
        users::update(conn, &record).await?;
        if self.sign_out {
            let dead = users::bump_generation(conn, &user_id, now).await?;
            record.user.generation = dead.generation;
            sign_in.carry_over(&credential, dead.generation);
            revoke::user(conn, &self.events, &user_id, dead).await?;
        }
        notify::tell(conn, self.events.app(), &record.user, Notice::PasswordChanged).await?;
        self.events.user(conn, 1, "user.updated", &record).await?;
        sign_in.status = SignIn::next_after(&Strategy::Password, record.has_second_factor());
        sign_in.updated_at = now;
        if sign_in.status == SignInStatus::Complete {
            return open::open(conn, sign_in, &self.device, &self.new, &self.events).await;
        }
        sign_ins::save(conn, &sign_in).await?;
        Ok(Proven::Continues(Box::new((sign_in, self.device.clone()))))
    }
}
