//! Work behind the requests.

pub(crate) mod maintenance;
pub(crate) mod sweep;
