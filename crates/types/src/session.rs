//! Sessions, as each of the two APIs shows them.

mod status;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::status::{SessionStatus, UnknownSessionStatus};
use crate::{
    ids::{ClientId, SessionId, UserId},
    object::SessionObject,
    public_user_data::PublicUserData,
    timestamp::Timestamp,
    token::Token,
    user::User,
};

/// A session as the Backend API shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Always `session`.
    pub object: SessionObject,
    /// The id; `sid` in session tokens.
    pub id: SessionId,
    /// Whose session it is.
    pub user_id: UserId,
    /// The browser or device that holds it.
    pub client_id: ClientId,
    /// Who acts for the user, when an administrator impersonates them.
    #[serde(default)]
    pub actor: Option<Value>,
    /// Alive or how it ended.
    pub status: SessionStatus,
    /// The organisation that was last chosen.
    #[serde(default)]
    pub last_active_organization_id: Option<String>,
    /// When the session was last used.
    pub last_active_at: Timestamp,
    /// From where the session was last used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest_activity: Option<SessionActivity>,
    /// When it ends at the latest.
    pub expire_at: Timestamp,
    /// When it ends if the user never comes back to it.
    pub abandon_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it began.
    pub created_at: Timestamp,
    /// What the user must still do before the session becomes active.
    #[serde(default)]
    pub tasks: Option<Vec<SessionTask>>,
}

/// Something that keeps a session `pending`, such as choosing an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionTask {
    /// Which task it is.
    pub key: String,
}

/// From where and with what a session was last used. Unknown facts are left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionActivity {
    /// `session_activity`.
    pub object: String,
    /// The id of the record.
    pub id: String,
    /// Operating system or kind of device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_type: Option<String>,
    /// True for phones and tablets.
    pub is_mobile: bool,
    /// The browser's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub browser_name: Option<String>,
    /// The browser's version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub browser_version: Option<String>,
    /// The address the request came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
    /// City of that address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// Country of that address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// A session as the Frontend API shows it to the browser that holds it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClientSession {
    /// Always `session`.
    pub object: SessionObject,
    /// The id.
    pub id: SessionId,
    /// Alive or how it ended.
    pub status: SessionStatus,
    /// When it ends at the latest.
    pub expire_at: Timestamp,
    /// When it ends if the user never comes back to it.
    pub abandon_at: Timestamp,
    /// When it was last used.
    pub last_active_at: Timestamp,
    /// A fresh token, which saves the browser a request after sign-in; null if none was made.
    #[serde(default)]
    pub last_active_token: Option<Token>,
    /// Who acts for the user, when an administrator impersonates them.
    #[serde(default)]
    pub actor: Option<Value>,
    /// What the user must still do before the session becomes active.
    #[serde(default)]
    pub tasks: Option<Vec<SessionTask>>,
    /// The organisation that was last chosen.
    pub last_active_organization_id: Option<String>,
    /// The whole user, without private metadata.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<User>,
    /// The user as others see them.
    pub public_user_data: Option<PublicUserData>,
    /// Minutes since the first and the second factor were proven; -1 where that never happened.
    pub factor_verification_age: Vec<i64>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A live session of a user, as the Frontend API lists it for them: which device it is on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActiveSession {
    /// Always `session`.
    pub object: SessionObject,
    /// The id.
    pub id: SessionId,
    /// `active` or `pending`.
    pub status: SessionStatus,
    /// When it ends at the latest.
    pub expire_at: Timestamp,
    /// When it ends if the user never comes back to it.
    pub abandon_at: Timestamp,
    /// When it was last used.
    pub last_active_at: Timestamp,
    /// From where it was last used; left out for one that no browser has used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest_activity: Option<SessionActivity>,
    /// Who acts for the user, when an administrator impersonates them.
    #[serde(default)]
    pub actor: Option<Value>,
    /// What the user must still do before the session becomes active.
    #[serde(default)]
    pub tasks: Option<Vec<SessionTask>>,
}
