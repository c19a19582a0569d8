//! What callers send: request bodies and query parameters of the Backend API.
//!
//! Bodies that Clerk closes against unknown fields refuse them here too. Values are only typed, not judged: limits
//! and formats are rules of the domain.

pub mod api_keys;
pub mod clients;
pub mod identifications;
pub mod instance;
pub mod jwt_templates;
pub mod list;
pub mod listed_identifiers;
pub mod m2m_tokens;
pub mod machines;
pub mod patch;
pub mod places;
pub mod revocations;
pub mod sessions;
pub mod sign_ups;
pub mod tickets;
pub mod users;
pub mod waitlist;
pub mod webhooks;
mod whole;

pub use api_keys::{CreateApiKey, ListApiKeys, Revocation, UpdateApiKey, VerifyApiKey};
pub use clients::VerifyClient;
pub use identifications::{
    AttemptVerification, CreateEmailAddress, CreatePhoneNumber, IdentificationState, ReplaceEmailAddress,
    ReplacePhoneNumber, UpdateEmailAddress, UpdatePhoneNumber,
};
pub use instance::{
    ChangeDomain, UpdateInstance, UpdateInstanceAuthConfig, UpdateInstanceCommunication,
    UpdateInstanceProtect, UpdateInstanceRestrictions, UpdateOAuthApplicationSettings,
    UpdateOrganizationSettings,
};
pub use jwt_templates::WriteJwtTemplate;
pub use list::{ListPage, ListSessions, ListUsers, Paging, UserFilter};
pub use listed_identifiers::{CreateAllowlistIdentifier, CreateBlocklistIdentifier};
pub use m2m_tokens::{CreateM2mToken, ListM2mTokens, TokenFormat, VerifyM2mToken};
pub use machines::{CreateMachine, CreateMachineScope, ListMachines, RotateMachineSecretKey, UpdateMachine};
pub use patch::Patch;
pub use places::{AddDomain, CreateRedirectUrl, UpdateDomain};
pub use revocations::CreateReceipt;
pub use sessions::{CreateSession, CreateSessionToken, RefreshFormat, RefreshSession, RefreshSessionQuery};
pub use sign_ups::UpdateSignUp;
pub use tickets::{CreateActorToken, CreateInvitation, CreateSignInToken, ListInvitations};
pub use users::{
    CreateUser, RemovePassword, SetPasswordCompromised, UpdateMetadata, UpdateUser, UserIds, VerifyPassword,
    VerifyTotp,
};
pub use waitlist::{BulkWaitlistEntry, CreateWaitlistEntry, InviteWaitlistEntry, ListWaitlistEntries};
pub use webhooks::{
    CreateWebhookEndpoint, ListWebhookDeliveries, ListWebhookEndpoints, ReplayWebhooks, UpdateWebhookEndpoint,
};
