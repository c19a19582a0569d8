//! Work behind the requests.

pub(crate) mod maintenance;
pub(crate) mod settings;
pub(crate) mod sweep;
