//! Machines: services of the application that ask one another.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    ids::{InstanceId, MachineId},
    object::{MachineObject, MachineScopeObject, MachineSecretKeyObject},
    timestamp::Timestamp,
};

/// A machine. `Debug` hides the secret.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Machine {
    /// `machine`.
    pub object: MachineObject,
    /// Its id.
    pub id: MachineId,
    /// What it is called.
    pub name: String,
    /// The instance that it belongs to.
    pub instance_id: InstanceId,
    /// How many seconds its tokens live unless it says otherwise.
    pub default_token_ttl: i64,
    /// Which machines it may ask; absent for a machine in another one's list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(no_recursion))]
    pub scoped_machines: Option<Vec<Machine>>,
    /// By which it shows who it is; told when it is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_key: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl fmt::Debug for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Machine").field("id", &self.id).field("name", &self.name).finish_non_exhaustive()
    }
}

/// The secret key of a machine. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MachineSecretKey {
    /// `machine_secret_key`.
    pub object: MachineSecretKeyObject,
    /// By which the machine shows who it is.
    pub secret: String,
}

impl fmt::Debug for MachineSecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MachineSecretKey").finish_non_exhaustive()
    }
}

/// That one machine may ask another, or may no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MachineScope {
    /// `machine_scope`.
    pub object: MachineScopeObject,
    /// Which machine asks.
    pub from_machine_id: MachineId,
    /// Which machine is asked.
    pub to_machine_id: MachineId,
    /// Since when it may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// True once it may no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted: Option<bool>,
}
