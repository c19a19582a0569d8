//! The session in whose name a request under `/v1/me` is made.

use axum::{extract::FromRequestParts, http::request::Parts};
use beadle_domain::{Error, session::LiveSession};
use beadle_store::{
    clients::ClientRow,
    identifications::{IdentificationKind, IdentificationRow},
    users::{self, UserRecord},
};
use beadle_types::{IdentificationId, SessionId, UserId};
use serde::Deserialize;

use super::{Caller, path, query};
use crate::{
    actions::{
        authenticate_session::{self, Found},
        by::By,
    },
    app::App,
    error::{ApiError, ApiResult},
    frontend::answer::{Answer, dead},
};

/// A live session of the caller's client and its user. Refusals carry the client, so that a browser whose
/// session has died signs out.
pub(crate) struct Acting {
    /// Who calls.
    pub(crate) caller: Caller,
    /// The caller's client.
    pub(crate) client: ClientRow,
    /// The session: the one that the query names, else the one last active.
    pub(crate) session: LiveSession,
    /// Its user.
    pub(crate) user: UserRecord,
}

impl Acting {
    /// Changes that are made in the name of this session.
    pub(crate) fn by(&self) -> By {
        By::Session { id: self.session.session().id.clone(), client_id: self.client.id.clone() }
    }

    /// Lets through what a session alone is not enough for, where the instance asks for more. Nobody else's session
    /// is enough: whoever acts as the user for a while must not leave a way in behind.
    ///
    /// # Errors
    /// 403 `session_reverification_required`: the browser then asks for the proof, and tries again.
    pub(crate) fn require_fresh_proof(&self, app: &App) -> Result<(), Error> {
        if self.session.session().actor.is_some() {
            return Err(Error::not_while_impersonating());
        }
        if !app.instance.settings().reverification {
            return Ok(());
        }
        self.session.require_fresh_proof(self.user.has_second_factor(), app.now())
    }

    /// One of the user's own addresses or numbers.
    ///
    /// # Errors
    /// 404 for what is not theirs.
    pub(crate) fn identification(
        &self,
        kind: IdentificationKind,
        id: &IdentificationId,
    ) -> Result<&IdentificationRow, Error> {
        let mut rows = self.user.identifications.iter();
        let row = rows.find(|row| row.kind == kind && row.id == *id);
        row.ok_or_else(|| Error::not_found(kind.as_str(), id))
    }

    /// Whose session it is.
    pub(crate) fn user_id(&self) -> &UserId {
        &self.session.session().user_id
    }
}

#[derive(Deserialize)]
struct Named {
    #[serde(rename = "_clerk_session_id")]
    session_id: Option<String>,
}

impl FromRequestParts<App> for Acting {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> ApiResult<Self> {
        let caller = Caller::from_request_parts(parts, app).await?;
        let named: Named = query::parse(parts.uri.query().unwrap_or_default())?;
        let client = caller.client.clone().ok_or_else(Error::signed_out)?;
        match find(app, &client, named.session_id.as_deref()).await? {
            Ok((session, user)) => Ok(Self { caller, client, session, user }),
            Err(refusal) => Err(Answer::new(app, &caller).refuse_with_client(refusal, Some(&client)).await),
        }
    }
}

/// The session with its user, or why there is none.
async fn find(
    app: &App,
    client: &ClientRow,
    named: Option<&str>,
) -> ApiResult<Result<(LiveSession, UserRecord), ApiError>> {
    let id = match named {
        Some(raw) => match raw.parse::<SessionId>() {
            Ok(id) => id,
            Err(_) => return Ok(Err(Error::not_found("session", path::printable(raw)).into())),
        },
        None => match &client.last_active_session_id {
            Some(id) => id.clone(),
            None => return Ok(Err(Error::signed_out().into())),
        },
    };
    let mut reader = app.store.reader().await?;
    match authenticate_session::find_of_client(&mut reader, &id, &client.id, app.now()).await? {
        Found::Live(session) => {
            let user = users::load(&mut reader, &session.session().user_id).await?;
            // Deleted between the two reads.
            Ok(user.map(|user| (*session, user)).ok_or_else(|| Error::authentication_invalid().into()))
        }
        found => Ok(Err(dead(&found, &id))),
    }
}
