//! Beadle's wire contract: ids, objects, request parameters and error bodies.
//!
//! The shapes are those of Clerk's Backend API (BAPI) and Frontend API (FAPI), version 2026-05-12. Nothing here
//! does I/O, reads the clock or draws randomness, so the server, the Rust SDK and the tests share one definition.
//! Each object has its own file; request bodies and queries are in [`params`].

pub mod account_portal;
pub mod actor_token;
pub mod api_key;
pub mod backup_codes;
pub mod client;
pub mod deleted;
pub mod domain;
pub mod email_address;
pub mod error;
pub mod gate;
pub mod ids;
pub mod image;
pub mod instance;
pub mod invitation;
pub mod jwks;
pub mod jwt_template;
pub mod listed_identifier;
pub mod m2m_token;
pub mod machine;
pub mod object;
pub mod page;
pub mod params;
pub mod passkey;
pub mod phone_number;
pub mod public_user_data;
pub mod redirect_url;
pub mod removed_factors;
pub mod revocation;
#[cfg(feature = "openapi")]
mod schema;
pub mod session;
pub mod session_reverification;
pub mod sign_in;
pub mod sign_in_token;
pub mod sign_up;
pub mod testing_token;
pub mod timestamp;
pub mod token;
pub mod total_count;
pub mod totp;
pub mod user;
pub mod verification;
pub mod verified_code;
pub mod verified_password;
pub mod version;
pub mod versions;
pub mod waitlist;
pub mod web3_wallet;
pub mod webhook;
pub mod webhook_endpoint;
pub mod well_known;

pub use actor_token::ActorToken;
pub use api_key::{ApiKey, ApiKeySecret};
pub use backup_codes::BackupCodes;
pub use client::{Client, Envelope, KnownClient};
pub use deleted::DeletedObject;
pub use domain::{CnameTarget, Domain};
pub use email_address::{EmailAddress, IdentificationLink};
pub use error::{ClerkError, ErrorBody, code};
pub use ids::ImageId;
pub use ids::{
    ActorTokenId, AllowlistIdentifierId, ApiKeyId, BlocklistIdentifierId, ClientId, DomainId, EventId,
    ExternalAccountId, IdentificationId, InstanceId, InvalidId, InvitationId, JwtTemplateId, M2mTokenId,
    MachineId, MailId, RedirectUrlId, SessionId, SignInId, SignInTokenId, SignUpId, UserId, WaitlistEntryId,
    WebhookEndpointId,
};
pub use image::Image;
pub use instance::{
    Instance, InstanceCommunication, InstanceProtect, InstanceRestrictions, InstanceSettings,
    OAuthApplicationSettings, OrganizationSettings,
};
pub use invitation::{Invitation, InvitationStatus};
pub use jwks::{Jwk, Jwks};
pub use jwt_template::JwtTemplate;
pub use listed_identifier::{AllowlistIdentifier, BlocklistIdentifier};
pub use m2m_token::{M2mToken, M2mTokens};
pub use machine::{Machine, MachineScope, MachineSecretKey};
pub use page::{Listed, Page};
pub use passkey::Passkey;
pub use phone_number::PhoneNumber;
pub use public_user_data::PublicUserData;
pub use redirect_url::RedirectUrl;
pub use removed_factors::RemovedFactors;
pub use revocation::{
    Applied, BanStatus, Revocation, RevocationEntry, RevocationFrame, RevocationReceipt, SignedFrame,
    VerifierStatus, WireFrame, is_verifier_name,
};
pub use session::{ActiveSession, ClientSession, Session, SessionActivity, SessionStatus, SessionTask};
pub use session_reverification::SessionReverification;
pub use sign_in::{SignIn, SignInFactor, SignInStatus, SignInUserData};
pub use sign_in_token::{SignInToken, SignInTokenStatus};
pub use sign_up::{SignUp, SignUpStatus, SignUpVerifications};
pub use testing_token::TestingToken;
pub use timestamp::Timestamp;
pub use token::{Cookies, RefreshedSession, Token};
pub use total_count::TotalCount;
pub use totp::Totp;
pub use user::User;
pub use verification::{CodeVerification, NextAction, SignUpVerification, Verification, VerificationStatus};
pub use verified_code::VerifiedCode;
pub use verified_password::VerifiedPassword;
pub use version::ApiVersion;
pub use waitlist::{WaitlistEntry, WaitlistStatus};
pub use web3_wallet::Web3Wallet;
pub use webhook::{Event, EventAttributes, HttpRequest, SessionEvent};
pub use webhook_endpoint::{
    SvixUrl, WebhookDelivery, WebhookDeliveryStatus, WebhookEndpoint, WebhookSecret, WebhookTest,
};

/// A JSON object whose keys the application chooses, such as the three metadata fields of a user.
pub type Map = serde_json::Map<String, serde_json::Value>;
