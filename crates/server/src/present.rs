//! Rows as wire objects.

pub(crate) mod client;
pub(crate) mod domain;
pub(crate) mod environment;
pub(crate) mod external_account;
pub(crate) mod instance;
pub(crate) mod jwt_template;
pub(crate) mod listed_identifier;
pub(crate) mod machine;
pub(crate) mod message;
pub(crate) mod picture;
pub(crate) mod reverification;
pub(crate) mod session;
pub(crate) mod sign_in;
pub(crate) mod sign_up;
pub(crate) mod template_facts;
pub(crate) mod ticket;
pub(crate) mod user;
pub(crate) mod verification;
pub(crate) mod waitlist;
pub(crate) mod webhook;
