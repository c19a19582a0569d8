//! Sessions.

use beadle_store::{sessions::SessionRecord, users::UserRecord};
use beadle_types::{ActiveSession, ClientSession, Session, Timestamp, Token, User, object::SessionObject};

use super::user::public_user_data;

/// The session as the Backend API shows it, with its status derived.
pub(crate) fn session(record: &SessionRecord, now: Timestamp) -> Session {
    let session = &record.session;
    Session {
        object: SessionObject,
        id: session.id.clone(),
        user_id: session.user_id.clone(),
        client_id: session.client_id.clone(),
        actor: session.actor.clone(),
        status: record.status_at(now),
        last_active_organization_id: None,
        last_active_at: session.last_active_at,
        latest_activity: session.latest_activity.clone(),
        expire_at: session.expire_at,
        abandon_at: session.abandon_at,
        updated_at: session.updated_at,
        created_at: session.created_at,
        tasks: None,
    }
}

/// The session as the browser that holds it sees it.
pub(crate) fn client_session(
    record: &SessionRecord,
    owner: &UserRecord,
    user: User,
    token: Option<Token>,
    now: Timestamp,
) -> ClientSession {
    let session = &record.session;
    ClientSession {
        object: SessionObject,
        id: session.id.clone(),
        status: record.status_at(now),
        expire_at: session.expire_at,
        abandon_at: session.abandon_at,
        last_active_at: session.last_active_at,
        last_active_token: token,
        actor: session.actor.clone(),
        tasks: None,
        last_active_organization_id: None,
        public_user_data: Some(public_user_data(owner, &user.image_url)),
        user: Some(user),
        factor_verification_age: session.factor_verification_age(now).to_vec(),
        created_at: session.created_at,
        updated_at: session.updated_at,
    }
}

/// A live session as its user sees it among their devices.
pub(crate) fn active_session(record: &SessionRecord, now: Timestamp) -> ActiveSession {
    let session = &record.session;
    ActiveSession {
        object: SessionObject,
        id: session.id.clone(),
        status: record.status_at(now),
        expire_at: session.expire_at,
        abandon_at: session.abandon_at,
        last_active_at: session.last_active_at,
        latest_activity: session.latest_activity.clone(),
        actor: session.actor.clone(),
        tasks: None,
    }
}
