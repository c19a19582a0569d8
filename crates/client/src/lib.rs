//! Rust SDK for [Beadle](https://example.invalid/beadle) and Clerk: the Backend API, and local verification of
//! session tokens.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use beadle_client::{Clerk, UserId};
//!
//! let clerk = Clerk::new(std::env::var("CLERK_SECRET_KEY")?).api_url("http://127.0.0.1:3900");
//!
//! let users = clerk.users().list().email_address("ada@example.com").limit(10).order_by("-created_at").await?;
//! for user in &users {
//!     clerk.users().ban(&user.id).await?;
//! }
//!
//! let nobody: UserId = "user_2abc".parse()?;
//! match clerk.users().get(&nobody).await {
//!     Ok(user) => println!("{}", user.id),
//!     Err(error) if error.is_not_found() => println!("no such user"),
//!     Err(error) => return Err(error.into()),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! - Every operation is a value that is sent when awaited, or with `.send()`; see [`Request`].
//! - Ids are typed: a [`SessionId`] does not pass for a [`UserId`].
//! - [`Error`] answers questions, such as [`Error::is_banned`], and carries Clerk's codes.
//! - Calls have a time limit, and those that do no harm when repeated are repeated; see [`RetryPolicy`].
//! - [`Clerk::authenticate_request`] judges session tokens without a call to the server.
//! - [`Verifier`] does the same and refuses banned users within milliseconds, by following Beadle's revocation feed.
//!   As a tower layer and an axum extractor with the features `tower` and `axum`, its figures for Prometheus with
//!   `metrics`.
//! - [`verify_webhook`] checks and reads webhooks; [`Clerk::webhook_endpoints`] manages who gets them.
//! - Nothing else needs Beadle: without [`Clerk::api_url`], requests go to Clerk. Needs a Tokio runtime.

mod authenticate;
mod clerk;
mod clients;
mod clock;
mod error;
mod identifications;
mod instance;
mod jwt_templates;
mod listed_identifiers;
mod machines;
mod places;
mod request;
mod resource;
mod retry;
mod sessions;
mod sign_ups;
mod tickets;
mod transport;
mod users;
mod verifier;
mod waitlist_entries;
mod webhooks;

pub use beadle_types::{
    ActorToken, ActorTokenId, AllowlistIdentifier, AllowlistIdentifierId, ApiKey, ApiKeyId, ApiKeySecret,
    Applied, BanStatus, BlocklistIdentifier, BlocklistIdentifierId, ClerkError, ClientId, CodeVerification,
    DeletedObject, Domain, DomainId, EmailAddress, Event, EventAttributes, EventId, ExternalAccountId,
    HttpRequest, IdentificationId, Instance, InstanceCommunication, InstanceId, InstanceProtect,
    InstanceRestrictions, InstanceSettings, InvalidId, Invitation, InvitationId, InvitationStatus, Jwk, Jwks,
    JwtTemplate, JwtTemplateId, KnownClient, M2mToken, M2mTokenId, M2mTokens, Machine, MachineId,
    MachineScope, MachineSecretKey, Map, OAuthApplicationSettings, OrganizationSettings, Page, PhoneNumber,
    RedirectUrl, RedirectUrlId, RefreshedSession, RemovedFactors, Session, SessionEvent, SessionId,
    SessionStatus, SignInToken, SignInTokenId, SignInTokenStatus, SignUpId, SvixUrl, TestingToken, Timestamp,
    Token, User, UserId, VerifiedCode, VerifierStatus, WaitlistEntry, WaitlistEntryId, WaitlistStatus,
    WebhookDelivery, WebhookDeliveryStatus, WebhookEndpoint, WebhookEndpointId, WebhookSecret, WebhookTest,
    code, params,
};

#[cfg(feature = "axum")]
pub use crate::verifier::SignedIn;
#[cfg(feature = "tower")]
pub use crate::verifier::{RequireSignedIn, RequireSignedInLayer};
pub use crate::{
    authenticate::{AuthState, AuthenticateOptions, SessionClaims, SignedOutReason},
    clerk::Clerk,
    clients::Clients,
    clock::{Clock, FixedClock, SystemClock},
    error::Error,
    identifications::{EmailAddresses, PhoneNumbers},
    instance::InstanceSettingsOperations,
    jwt_templates::JwtTemplates,
    listed_identifiers::{AllowlistIdentifiers, BlocklistIdentifiers},
    machines::{ApiKeys, M2m, Machines},
    places::{Domains, RedirectUrls},
    request::Request,
    retry::RetryPolicy,
    sessions::{CreateToken, ListSessions, Sessions},
    sign_ups::SignUps,
    tickets::{ActorTokens, Invitations, SignInTokens},
    users::{CountUsers, ListUsers, Users},
    verifier::{FeedStatus, OnStale, Verifier, VerifierBuilder},
    waitlist_entries::WaitlistEntries,
    webhooks::{WebhookEndpoints, WebhookError, Webhooks, verify_webhook, verify_webhook_at},
};
