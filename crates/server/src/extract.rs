//! Reading requests. Every extractor answers bad input with Clerk's code and the parameter's name.

pub(crate) mod acting;
pub(crate) mod body;
pub(crate) mod caller;
pub(crate) mod channel;
mod form_value;
pub(crate) mod machine_caller;
pub(crate) mod origin;
pub(crate) mod path;
pub(crate) mod query;
pub(crate) mod secret_key;
pub(crate) mod site;
pub(crate) mod time;
pub(crate) mod upload;
pub(crate) mod version;

pub(crate) use acting::Acting;
pub(crate) use body::{ClearingForm, Form, Json, JsonArray};
pub(crate) use caller::{Caller, OwnPage, Visitor};
pub(crate) use channel::Channel;
pub(crate) use machine_caller::MachineCaller;
pub(crate) use path::{Id, SubId};
pub(crate) use query::{ListQuery, Query};
pub(crate) use site::Site;
pub(crate) use upload::Upload;
pub(crate) use version::Version;
