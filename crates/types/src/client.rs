//! The browser or device, and the envelope that keeps its view up to date.

use serde::{Deserialize, Serialize};

use crate::{
    ids::{ClientId, SessionId, SignInId, SignUpId},
    object::ClientObject,
    session::{ClientSession, Session},
    sign_in::SignIn,
    sign_up::SignUp,
    timestamp::Timestamp,
};

/// A browser or device as the Frontend API shows it to itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Client {
    /// Always `client`.
    pub object: ClientObject,
    /// The id.
    pub id: ClientId,
    /// The live sessions only: a revoked one must not appear, so that the browser signs out.
    pub sessions: Vec<ClientSession>,
    /// The sign-in under way; null once it is complete.
    pub sign_in: Option<SignIn>,
    /// The sign-up under way; null once it is complete.
    pub sign_up: Option<SignUp>,
    /// Which of `sessions` was used last; must name one of them.
    pub last_active_session_id: Option<SessionId>,
    /// How the user signed in last, to offer that first.
    pub last_authentication_strategy: Option<String>,
    /// When the client's cookie ends. Within eight days of it the browser library reloads pages through the
    /// server to renew it; null switches that off.
    pub cookie_expires_at: Option<Timestamp>,
    /// True if the client need not solve a captcha.
    pub captcha_bypass: bool,
    /// When the client was first seen.
    pub created_at: Timestamp,
    /// When the client last changed.
    pub updated_at: Timestamp,
}

/// A browser or device as the Backend API shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KnownClient {
    /// Always `client`.
    pub object: ClientObject,
    /// The id.
    pub id: ClientId,
    /// The ids of `sessions`.
    pub session_ids: Vec<SessionId>,
    /// The live sessions only.
    pub sessions: Vec<Session>,
    /// The sign-in under way.
    pub sign_in_id: Option<SignInId>,
    /// The sign-up under way.
    pub sign_up_id: Option<SignUpId>,
    /// Which of `sessions` was used last.
    pub last_active_session_id: Option<SessionId>,
    /// How the user signed in last.
    pub last_authentication_strategy: Option<String>,
    /// When the client last changed.
    pub updated_at: Timestamp,
    /// When the client was first seen.
    pub created_at: Timestamp,
}

/// The Frontend API's answer: what was asked for, and with it the caller's client as it now is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Envelope<T> {
    /// The resource that was asked for or changed.
    pub response: T,
    /// The client after the request; the browser library replaces its own state with it. Null after reads.
    pub client: Option<Client>,
}
