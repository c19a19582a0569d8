//! Ids in paths. What is no id names nothing, so it is answered like an unknown one.

use std::str::FromStr;

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};
use beadle_domain::Error;

use crate::{
    app::App,
    error::{ApiError, ApiResult},
};

/// The first id in the path.
pub(crate) struct Id<T>(pub(crate) T);

/// The first part of the path that is a placeholder, as text.
pub(crate) struct First(pub(crate) String);

impl FromRequestParts<App> for First {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &App) -> ApiResult<Self> {
        let params =
            RawPathParams::from_request_parts(parts, state).await.map_err(|_| Error::nothing_found())?;
        let (_, raw) = params.iter().next().ok_or_else(Error::nothing_found)?;
        Ok(Self(raw.to_owned()))
    }
}

/// The word for the object in "not found" answers.
pub(crate) trait Named {
    const OBJECT: &'static str;
}

macro_rules! named {
    ($($id:ident: $object:literal),* $(,)?) => {$(
        impl Named for beadle_types::$id {
            const OBJECT: &'static str = $object;
        }
    )*};
}
named!(
    UserId: "user",
    SessionId: "session",
    ClientId: "client",
    SignInId: "sign in",
    SignUpId: "sign up",
    SignInTokenId: "sign in token",
    ActorTokenId: "actor token",
    InvitationId: "invitation",
    ApiKeyId: "API key",
    MachineId: "machine",
    M2mTokenId: "M2M token",
    WaitlistEntryId: "waitlist entry",
    IdentificationId: "identification",
    ImageId: "image",
    ExternalAccountId: "external account",
    AllowlistIdentifierId: "allowlist identifier",
    BlocklistIdentifierId: "blocklist identifier",
    JwtTemplateId: "JWT template",
    RedirectUrlId: "redirect URL",
    DomainId: "domain",
    WebhookEndpointId: "webhook endpoint",
    EventId: "event",
);

impl<T: FromStr + Named> FromRequestParts<App> for Id<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &App) -> ApiResult<Self> {
        nth(parts, state, 0).await.map(Self)
    }
}

/// The second id in the path: what belongs to the first.
pub(crate) struct SubId<T>(pub(crate) T);

impl<T: FromStr + Named> FromRequestParts<App> for SubId<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &App) -> ApiResult<Self> {
        nth(parts, state, 1).await.map(Self)
    }
}

async fn nth<T: FromStr + Named>(parts: &mut Parts, state: &App, n: usize) -> ApiResult<T> {
    let params = RawPathParams::from_request_parts(parts, state).await.map_err(|_| Error::nothing_found())?;
    let (_, raw) = params.iter().nth(n).ok_or_else(Error::nothing_found)?;
    Ok(raw.parse().map_err(|_| Error::not_found(T::OBJECT, printable(raw)))?)
}

/// An id is echoed in the answer: only what an id can consist of, and not at any length.
pub(crate) fn printable(raw: &str) -> String {
    raw.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-').take(64).collect()
}
