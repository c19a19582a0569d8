//! The last step: the user, and their first session.

use beadle_domain::{Error, credential, sign_up::SignUp, strategy::Strategy};
use beadle_store::{Conn, invitations, sign_ups, users::UserRecord};
use beadle_types::{InvitationStatus, VerificationStatus};

use super::{Step, new_user};
use crate::{
    actions::{access, client::Device, create_user, events::Events, sign_in::open::NewSession, waitlist},
    app::App,
    error::ApiResult,
};

/// The rows of the user-to-be.
#[derive(Debug, Clone)]
pub(crate) struct Completion(UserRecord);

/// The rows to insert, if nothing is missing.
pub(crate) fn record(app: &App, sign_up: &SignUp) -> ApiResult<Option<Completion>> {
    if !sign_up.requirements(&app.instance.settings()).are_met() {
        return Ok(None);
    }
    let record = new_user(sign_up)?.into_record(app, sign_up.password_digest.clone());
    Ok(Some(Completion(record)))
}

/// The rows to insert once the proof by this strategy is given, if that is all that is missing.
pub(crate) fn record_once_verified(
    app: &App,
    sign_up: &SignUp,
    strategy: &Strategy,
) -> ApiResult<Option<Completion>> {
    let mut sign_up = sign_up.clone();
    if let Some(proof) = sign_up.proof_by(strategy) {
        proof.status = VerificationStatus::Verified;
    }
    record(app, &sign_up)
}

/// Makes the user if nothing is missing any more and the attempt is still the one that the rows were made from.
pub(crate) async fn complete_if_met(
    conn: &mut Conn,
    app: &App,
    (sign_up, before): (SignUp, &SignUp),
    user: Option<&Completion>,
    device: &Device,
    new: &NewSession,
    events: &Events,
) -> ApiResult<Step> {
    let unchanged = sign_up.email_address == before.email_address
        && sign_up.phone_number == before.phone_number
        && sign_up.password_digest == before.password_digest
        && sign_up.external_id == before.external_id;
    match user {
        Some(user) if unchanged && sign_up.requirements(&app.instance.settings()).are_met() => {
            complete(conn, sign_up, user, device, new, events).await
        }
        _ => {
            sign_ups::save(conn, &sign_up).await?;
            Ok(Step { sign_up, session: None, device: device.clone(), refused: None })
        }
    }
}

/// Inserts user and session, and completes the attempt: three events at most.
pub(crate) async fn complete(
    conn: &mut Conn,
    mut sign_up: SignUp,
    user: &Completion,
    device: &Device,
    new: &NewSession,
    events: &Events,
) -> ApiResult<Step> {
    if let Some(id) = &sign_up.invitation_id
        && !invitations::settle(conn, id, InvitationStatus::Accepted, events.now()).await?
    {
        return Err(Error::invitation_accepted().into());
    }
    access::sign_up(conn, &events.app().instance.settings(), &sign_up, true).await??;
    create_user::insert(conn, &user.0, events, 0).await?;
    let credential = credential::admit_new(&user.0.user.standing())?;
    let record = new.open(conn, &device.row.id, &credential, false, events, 1).await?;
    sign_up.complete(user.0.user.id.clone(), record.session.id.clone(), events.now());
    sign_ups::save(conn, &sign_up).await?;
    if let Some(address) = &sign_up.email_address {
        waitlist::complete(conn, address, events, 2).await?;
    }
    let mut device = device.clone();
    device.row.sign_up_id = None;
    device.row.last_active_session_id = Some(record.session.id.clone());
    device.row.updated_at = events.now();
    device.save(conn).await?;
    Ok(Step { sign_up, session: Some(record), device, refused: None })
}
