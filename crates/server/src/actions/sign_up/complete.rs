//! The last step: the user, and their first session.

use beadle_domain::{credential, sign_up::SignUp};
use beadle_store::{Conn, sign_ups};

use super::{Step, new_user};
use crate::{
    actions::{
        access, client::Device, create_user, events::Events, invitation, sign_in::open::NewSession, waitlist,
    },
    error::ApiResult,
};

/// Makes the user if nothing is missing any more, else keeps the attempt as it is now.
///
/// What is missing is decided on the locked row, and so the user's rows are drawn here: what another request has
/// added since this one looked would else leave an attempt that lacks nothing and is never completed.
pub(crate) async fn complete_if_met(
    conn: &mut Conn,
    sign_up: SignUp,
    device: &Device,
    new: &NewSession,
    events: &Events,
) -> ApiResult<Step> {
    if sign_up.requirements(&events.app().instance.settings()).are_met() {
        return complete(conn, sign_up, device, new, events).await;
    }
    sign_ups::save(conn, &sign_up).await?;
    Ok(Step { sign_up, session: None, device: device.clone(), refused: None })
}

/// Inserts user and session, and completes the attempt: three events at most.
async fn complete(
    conn: &mut Conn,
    mut sign_up: SignUp,
    device: &Device,
    new: &NewSession,
    events: &Events,
) -> ApiResult<Step> {
    if let Some(id) = &sign_up.invitation_id {
        invitation::accept(conn, id, events.now()).await?;
    }
    access::sign_up(conn, &events.app().instance.settings(), &sign_up, true).await??;
    let record = new_user(&sign_up)?.into_record(events.app(), sign_up.password_digest.clone());
    create_user::insert(conn, &record, events, 0).await?;
    let user = record.user;
    let credential = credential::admit_new(&user.standing())?;
    let record = new.open(conn, &device.row.id, &credential, false, events, 1).await?;
    sign_up.complete(user.id, record.session.id.clone(), events.now());
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
