//! Bodies and queries of the operations on machines.

use serde::{Deserialize, Serialize};

/// Body of `POST /v1/machines`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateMachine {
    /// What it is called, 1 to 255 characters.
    pub name: String,
    /// Which machines it may ask, 150 at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scoped_machines: Option<Vec<String>>,
    /// How many seconds its tokens live unless it says otherwise; an hour if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_token_ttl: Option<i64>,
}

/// Body of `PATCH /v1/machines/{id}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpdateMachine {
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How many seconds its tokens live unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_token_ttl: Option<i64>,
}

/// Query of `GET /v1/machines`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
pub struct ListMachines {
    /// Only the one with this id, or those with this text in the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// `name` or `created_at`, with `+` (the default) or `-` in front; `-created_at` if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_by: Option<String>,
    /// How many at most, 1 to 500; 10 if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// How many to pass over; 0 if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
}

/// Body of `POST /v1/machines/{id}/secret_key/rotate`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RotateMachineSecretKey {
    /// How many seconds the old key is taken beside the new one, up to eight hours.
    pub previous_token_ttl: i64,
}

/// Body of `POST /v1/machines/{id}/scopes`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateMachineScope {
    /// Which machine may be asked.
    pub to_machine_id: String,
}
