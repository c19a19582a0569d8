//! What the holder of the secret key says about an attempt that is not theirs.

use beadle_domain::{Error, identifier::ExternalId, sign_up::SignUp};
use beadle_store::{Conn, UnitOfWork, sign_ups};
use beadle_types::{SignUpId, SignUpStatus, Timestamp, params::Patch};

use crate::{
    app::App,
    error::{ApiError, ApiResult},
};

/// The attempt, whosever it is and whatever became of it.
///
/// # Errors
/// 404 without it.
pub(crate) async fn find(app: &App, id: &SignUpId) -> ApiResult<SignUp> {
    let found = sign_ups::find(&mut *app.store.reader().await?, id).await?;
    Ok(found.ok_or_else(|| Error::not_found("sign up", id))?)
}

/// Notes what the user-to-be is called in the application's own system, and whose flow the attempt belongs to.
///
/// # Errors
/// 404 without the attempt, 403 for one that is over, 422 for an id that cannot be one.
pub(crate) async fn update(
    app: &App,
    id: SignUpId,
    external_id: Patch<String>,
    custom_action: Option<bool>,
) -> ApiResult<SignUp> {
    let external_id = match external_id {
        Patch::Value(text) if text.trim().is_empty() => Patch::Null,
        Patch::Value(text) => Patch::Value(ExternalId::parse(&text, "external_id")?.into_string()),
        other => other,
    };
    app.store.write(Update { id, external_id, custom_action, now: app.now() }).await
}

struct Update {
    id: SignUpId,
    external_id: Patch<String>,
    custom_action: Option<bool>,
    now: Timestamp,
}

impl UnitOfWork for Update {
    type Output = SignUp;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<SignUp> {
        let found = sign_ups::find_for_update(conn, &self.id).await?;
        let mut sign_up = found.ok_or_else(|| Error::not_found("sign up", &self.id))?;
        if sign_up.status == SignUpStatus::Complete || !sign_up.is_open(self.now) {
            return Err(Error::sign_up_cannot_be_updated().into());
        }
        sign_up.external_id = self.external_id.clone().apply(sign_up.external_id.take());
        sign_up.custom_action = self.custom_action.unwrap_or(sign_up.custom_action);
        sign_up.updated_at = self.now;
        sign_ups::save(conn, &sign_up).await?;
        Ok(sign_up)
    }
}
