//! Whether a user was seen on a device before.

use beadle_store::{
    Conn,
    sessions::{self, Seen},
    users,
};
use beadle_types::{ClientId, SessionActivity, UserId};

use crate::{
    actions::notify::{self, Notice},
    app::App,
    error::ApiResult,
};

/// Sessions that are looked back on.
const RECENT: i64 = 20;

/// Tells the user of a session that is about to be opened where they have not been of late. Their very first one is
/// no news.
pub(super) async fn tell(
    conn: &mut Conn,
    app: &App,
    user_id: &UserId,
    client_id: &ClientId,
    activity: &SessionActivity,
) -> ApiResult<()> {
    let notice = Notice::NewDeviceSignIn(activity);
    let Some(user) = users::find(conn, user_id).await? else { return Ok(()) };
    if !notify::is_wanted(app, &user, notice) {
        return Ok(());
    }
    let seen = sessions::seen(conn, user_id, RECENT).await?;
    let is_known = |seen: &Seen| {
        seen.client_id == *client_id || seen.activity.as_ref().is_some_and(|then| is_same(then, activity))
    };
    if seen.is_empty() || seen.iter().any(is_known) {
        return Ok(());
    }
    notify::tell(conn, app, &user, notice).await
}

/// Who has signed out comes back as a new client, from the same browser at the same address.
fn is_same(one: &SessionActivity, other: &SessionActivity) -> bool {
    one.browser_name == other.browser_name
        && one.device_type == other.device_type
        && one.ip_address == other.ip_address
}
