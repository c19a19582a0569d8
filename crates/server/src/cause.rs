//! The request that is being answered, for whatever is written on its behalf.
//!
//! Events say which request caused them. Handing it down to each of them would add a parameter to every action for
//! the sake of two texts; it is kept beside the task instead, which is the same one from the outermost layer to
//! where an action draws the ids of its events.

use std::net::IpAddr;

use axum::{extract::Request, http::HeaderValue, http::header};
use beadle_types::HttpRequest;

use crate::extract::caller;

tokio::task_local! {
    static CAUSE: Cause;
}

/// Characters of a `User-Agent` that are kept.
const MAX_USER_AGENT: usize = 512;

/// Where a request comes from.
pub(crate) struct Cause {
    address: Option<IpAddr>,
    user_agent: Option<HeaderValue>,
}

impl Cause {
    pub(crate) fn of(request: &Request) -> Self {
        Self {
            address: caller::address(request.headers(), request.extensions()),
            user_agent: request.headers().get(header::USER_AGENT).cloned(),
        }
    }

    /// Answers the request.
    pub(crate) async fn during<T>(self, answering: impl Future<Output = T>) -> T {
        CAUSE.scope(self, answering).await
    }

    fn shown(&self) -> HttpRequest {
        let user_agent = self.user_agent.as_ref().and_then(|value| value.to_str().ok()).unwrap_or_default();
        HttpRequest {
            client_ip: self.address.map(|address| address.to_string()).unwrap_or_default(),
            user_agent: user_agent.chars().take(MAX_USER_AGENT).collect(),
        }
    }
}

/// The request that is being answered, as events have it; none in background tasks.
pub(crate) fn current() -> Option<HttpRequest> {
    CAUSE.try_with(Cause::shown).ok()
}
