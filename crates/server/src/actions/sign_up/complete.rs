//! The last step: the user, and their first session.

use beadle_domain::{credential, sign_up::SignUp};
use beadle_store::{Conn, sign_ups, users::UserRecord};
use beadle_types::VerificationStatus;

use super::{Step, new_user};
use crate::{
    actions::{client::Device, create_user, events::Events, sign_in::open::NewSession},
    app::App,
    error::ApiResult,
};

/// The rows of the user-to-be.
#[derive(Debug, Clone)]
pub(crate) struct Completion(UserRecord);

/// The rows to insert, if nothing is missing.
pub(crate) fn record(app: &App, sign_up: &SignUp) -> ApiResult<Option<Completion>> {
    if !sign_up.requirements(&app.instance.settings).are_met() {
        return Ok(None);
    }
    record_once_verified(app, sign_up)
}

/// The rows to insert if a verified address is all that is missing.
pub(crate) fn record_once_verified(app: &App, sign_up: &SignUp) -> ApiResult<Option<Completion>> {
    let needs = sign_up.requirements(&app.instance.settings);
    if !needs.missing.is_empty() {
        return Ok(None);
    }
    let mut sign_up = sign_up.clone();
    let proofs = [&mut sign_up.email_verification, &mut sign_up.phone_verification];
    for proof in proofs.into_iter().flatten() {
        proof.status = VerificationStatus::Verified;
    }
    let record = new_user(&sign_up)?.into_record(app, sign_up.password_digest.clone());
    Ok(Some(Completion(record)))
}

/// Inserts user and session, and completes the attempt.
pub(crate) async fn complete(
    conn: &mut Conn,
    mut sign_up: SignUp,
    user: &Completion,
    device: &Device,
    new: &NewSession,
    events: &Events,
) -> ApiResult<Step> {
    create_user::insert(conn, &user.0, events, 0).await?;
    let credential = credential::admit_new(&user.0.user.standing())?;
    let record = new.open(conn, &device.row.id, &credential, false, events, 1).await?;
    sign_up.complete(user.0.user.id.clone(), record.session.id.clone(), events.now());
    sign_ups::save(conn, &sign_up).await?;
    let mut device = device.clone();
    device.row.sign_up_id = None;
    device.row.last_active_session_id = Some(record.session.id.clone());
    device.row.updated_at = events.now();
    device.save(conn).await?;
    Ok(Step { sign_up, session: Some(record), device, refused: None })
}
