//! Giving the proof that a session is to be verified with.

use beadle_domain::{
    Error,
    reverification::{Reverification, Status},
    strategy::Strategy,
    verification::Verification,
};
use beadle_store::{
    Conn, UnitOfWork, sessions,
    users::{self, UserRow},
};
use beadle_types::{ClientId, SessionId, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};

use super::{Step, admit, taken};
use crate::{
    actions::{
        events::Events,
        factors::check::{Typed, check},
        password,
        sign_in::count_failure,
    },
    app::App,
    error::{ApiError, ApiResult},
};

/// Proves the first factor: the password, or a code that was sent.
///
/// # Errors
/// 422 for a wrong proof, 403 for a locked account, 400 out of turn.
pub(crate) async fn attempt_first(
    app: &App,
    client: ClientId,
    id: SessionId,
    strategy: Strategy,
    given: SecretString,
) -> ApiResult<Step> {
    let proof = match strategy {
        Strategy::Password => match by_password(app, &client, &id, given).await? {
            Ok(proof) => proof,
            Err(step) => return Ok(step),
        },
        Strategy::EmailCode | Strategy::PhoneCode => Proof::Code(given),
        _ => return Err(Error::verification_strategy_invalid().into()),
    };
    let status = Status::NeedsFirstFactor;
    app.store.write(Attempt { client, id, strategy, proof, status, events: Events::new(app, 1) }).await
}

/// Proves the second factor.
///
/// # Errors
/// 422 for a wrong proof, 403 for a locked account, 400 out of turn or for a user without such a factor.
pub(crate) async fn attempt_second(
    app: &App,
    client: ClientId,
    id: SessionId,
    strategy: Strategy,
    given: SecretString,
) -> ApiResult<Step> {
    let proof = match strategy {
        Strategy::PhoneCode => Proof::Code(given),
        Strategy::Totp => Proof::Factor(Typed::unread(given.expose_secret().to_owned())),
        Strategy::BackupCode => match by_backup_code(app, &client, &id, &given).await? {
            Ok(proof) => proof,
            Err(step) => return Ok(step),
        },
        _ => return Err(Error::verification_strategy_invalid().into()),
    };
    let status = Status::NeedsSecondFactor;
    app.store.write(Attempt { client, id, strategy, proof, status, events: Events::new(app, 1) }).await
}

/// Verifies the password before the transaction.
async fn by_password(
    app: &App,
    client: &ClientId,
    id: &SessionId,
    given: SecretString,
) -> ApiResult<Result<Proof, Step>> {
    let user = match may_try(app, client, id, Status::NeedsFirstFactor).await? {
        Ok(user) => user,
        Err(step) => return Ok(Err(step)),
    };
    if user.password_digest.is_none() {
        return Err(Error::strategy_for_user_invalid().into());
    }
    let right = password::verify(app, Some(&user.id), user.password_digest, given).await?;
    Ok(Ok(Proof::Password { right, set_at: user.password_updated_at }))
}

/// Finds the code before the transaction.
async fn by_backup_code(
    app: &App,
    client: &ClientId,
    id: &SessionId,
    given: &SecretString,
) -> ApiResult<Result<Proof, Step>> {
    let user = match may_try(app, client, id, Status::NeedsSecondFactor).await? {
        Ok(user) => user,
        Err(step) => return Ok(Err(step)),
    };
    let typed = Typed::read(app, &user, &Strategy::BackupCode, given.expose_secret().to_owned());
    Ok(Ok(Proof::Factor(typed.await?)))
}

/// The session's user, if the proof is worth looking at: it may be costly, and the transaction asks again.
async fn may_try(
    app: &App,
    client: &ClientId,
    id: &SessionId,
    status: Status,
) -> ApiResult<Result<UserRow, Step>> {
    let now = app.now();
    let mut reader = app.store.reader().await?;
    let user = match admit(&mut reader, client, id, now).await? {
        Ok((_, user)) => user.user,
        Err(found) => return Ok(Err(Step::Dead(found))),
    };
    user.lockout().check(now)?;
    let under_way = sessions::reverification(&mut reader, id).await?;
    under_way.ok_or_else(Error::reverification_missing)?.awaits(status)?;
    Ok(Ok(user))
}

enum Proof {
    /// Whether it was right, and when the password that it was held against was set.
    Password {
        right: bool,
        set_at: Option<Timestamp>,
    },
    Code(SecretString),
    Factor(Typed),
}

struct Attempt {
    client: ClientId,
    id: SessionId,
    strategy: Strategy,
    proof: Proof,
    status: Status,
    events: Events,
}

impl UnitOfWork for Attempt {
    /// A wrong proof is an output, not an error: that it was tried must be kept.
    type Output = Step;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Step> {
        let now = self.events.now();
        let (live, user) = match admit(conn, &self.client, &self.id, now).await? {
            Ok(found) => found,
            Err(found) => return Ok(Step::Dead(found)),
        };
        let locked = users::find_for_update(conn, &user.user.id).await?;
        let locked = locked.ok_or_else(Error::authentication_invalid)?;
        locked.lockout().check(now)?;
        let under_way = sessions::reverification(conn, &self.id).await?;
        let mut reverification = under_way.ok_or_else(Error::reverification_missing)?;
        reverification.awaits(self.status)?;
        let mut session = live.session().clone();
        if let Err((refused, counts)) = self.check(conn, &mut reverification, &locked).await? {
            sessions::set_reverification(conn, &session, &reverification, now).await?;
            let told = if counts {
                count_failure(conn, &self.events, &user.user.id, refused).await?
            } else {
                refused
            };
            return Ok(Step::Refused(told));
        }
        let proof = reverification.proof(self.status).take();
        let proof = proof.filter(|proof| proof.strategy == self.strategy);
        let proof = proof.unwrap_or_else(|| Verification::new(self.strategy.clone()));
        if self.status == Status::NeedsFirstFactor {
            reverification.first_proven(&mut session, proof, user.has_second_factor(), now);
        } else {
            reverification.second_proven(&mut session, proof, now);
        }
        sessions::set_reverification(conn, &session, &reverification, now).await?;
        taken(conn, &self.id, reverification, user).await
    }
}

impl Attempt {
    /// The refusal of a wrong proof, and whether it counts towards the lockout.
    async fn check(
        &self,
        conn: &mut Conn,
        reverification: &mut Reverification,
        user: &UserRow,
    ) -> ApiResult<Result<(), (Error, bool)>> {
        match &self.proof {
            Proof::Password { right, set_at } => {
                if !*right || *set_at != user.password_updated_at {
                    return Ok(Err((Error::password_incorrect(), true)));
                }
                let known = user.password_compromised;
                Ok(if known { Err((Error::password_compromised("password"), false)) } else { Ok(()) })
            }
            Proof::Factor(typed) => {
                let (app, now) = (self.events.app(), self.events.now());
                let right = check(conn, app, user, &self.strategy, typed, now);
                Ok(if right.await? { Ok(()) } else { Err((Error::code_incorrect(), true)) })
            }
            Proof::Code(given) => {
                let sent = reverification.proof(self.status).as_mut();
                let sent = sent.filter(|sent| sent.strategy == self.strategy);
                let sent = sent.ok_or_else(Error::verification_not_sent)?;
                let outcome = sent.attempt(self.id.as_str(), given.expose_secret(), self.events.now())?;
                let counts = outcome.is_wrong_guess();
                Ok(outcome.into_result().map_err(|refused| (refused, counts)))
            }
        }
    }
}
