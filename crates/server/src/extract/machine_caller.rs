//! Who calls the operations that machines call themselves.

use axum::{extract::FromRequestParts, http::request::Parts};
use beadle_store::machines::MachineRow;
use beadle_types::MachineId;

use crate::{app::App, error::ApiError};

/// Whose key the caller has shown.
#[derive(Debug, Clone)]
pub(crate) enum MachineCaller {
    /// The instance's, with which everything may be done but what only a machine can.
    Instance,
    /// A machine's own.
    Machine(Box<MachineRow>),
}

impl MachineCaller {
    /// Whether the tokens of this machine are the caller's business.
    pub(crate) fn may_manage(&self, id: &MachineId) -> bool {
        match self {
            Self::Instance => true,
            Self::Machine(machine) => machine.id == *id,
        }
    }
}

impl FromRequestParts<App> for MachineCaller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, ApiError> {
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or_else(|| ApiError::internal("the route is not behind `secret_key::require_machine`"))
    }
}
