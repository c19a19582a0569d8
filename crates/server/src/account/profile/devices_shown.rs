//! The devices that a user is signed in on.

use beadle_domain::session::LiveSession;
use beadle_store::sessions::{ListSessions, SessionRecord};
use beadle_types::{ClientSession, SessionStatus, Timestamp};
use minijinja::{Value, context};

use crate::{app::App, error::ApiResult};

/// More than anybody looks through; who has more signs out by changing the password.
const LISTED: i64 = 100;

/// The live sessions of this session's user, for the template.
pub(super) async fn of(app: &App, session: &ClientSession) -> ApiResult<Vec<Value>> {
    let Some(user) = &session.user else { return Ok(Vec::new()) };
    let now = app.now();
    let request = ListSessions {
        client_id: None,
        user_id: Some(user.id.to_string()),
        status: Some(SessionStatus::Active),
        limit: LISTED,
        offset: 0,
        with_total: false,
        now,
    };
    let (records, _) = app.store.scan(request).await?;
    let is_live = |record: &&SessionRecord| {
        LiveSession::admit(record.session.clone(), record.standing.as_ref(), now).is_ok()
    };
    Ok(records.iter().filter(is_live).map(|record| device(record, session)).collect())
}

fn device(record: &SessionRecord, current: &ClientSession) -> Value {
    let activity = record.session.latest_activity.as_ref();
    context! {
        id => record.session.id.as_str(),
        is_this => record.session.id == current.id,
        browser => activity.and_then(|activity| activity.browser_name.as_deref()),
        system => activity.and_then(|activity| activity.device_type.as_deref()),
        address => activity.and_then(|activity| activity.ip_address.as_deref()),
        last_active => moment(record.session.last_active_at),
    }
}

/// As people write it, in the one zone that the server knows.
fn moment(at: Timestamp) -> Option<String> {
    let at = jiff::Timestamp::from_millisecond(at.as_millis()).ok()?;
    Some(at.strftime("%-d %B %Y, %H:%M UTC").to_string())
}
