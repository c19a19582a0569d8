//! Documents under `/.well-known`.

use serde::{Deserialize, Serialize};

/// What `OpenID` Connect clients look up first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenIdConfiguration {
    /// `iss` of the tokens.
    pub issuer: String,
    /// Where a sign-in with this server would start.
    pub authorization_endpoint: String,
    /// Where codes would be exchanged.
    pub token_endpoint: String,
    /// Where tokens would be revoked.
    pub revocation_endpoint: String,
    /// Where tokens would be looked into.
    pub introspection_endpoint: String,
    /// Where a user's claims would be read.
    pub userinfo_endpoint: String,
    /// Where the keys are.
    pub jwks_uri: String,
    /// Scopes.
    pub scopes_supported: Vec<String>,
    /// Response types.
    pub response_types_supported: Vec<String>,
    /// Response modes.
    pub response_modes_supported: Vec<String>,
    /// Grants.
    pub grant_types_supported: Vec<String>,
    /// Kinds of `sub`.
    pub subject_types_supported: Vec<String>,
    /// Algorithms of signatures.
    pub id_token_signing_alg_values_supported: Vec<String>,
    /// How clients prove themselves.
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// Claims of the tokens.
    pub claims_supported: Vec<String>,
    /// Challenges of PKCE.
    pub code_challenge_methods_supported: Vec<String>,
    /// Whether clients hear of the end of sessions from this server.
    pub backchannel_logout_supported: bool,
    /// Whether they do through the browser.
    pub frontchannel_logout_supported: bool,
}

/// The same for OAuth clients (RFC 8414).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuthorizationServer {
    /// `iss` of the tokens.
    pub issuer: String,
    /// Where a sign-in with this server would start.
    pub authorization_endpoint: String,
    /// Where codes would be exchanged.
    pub token_endpoint: String,
    /// Where tokens would be revoked.
    pub revocation_endpoint: String,
    /// Where the keys are.
    pub jwks_uri: String,
    /// Response types.
    pub response_types_supported: Vec<String>,
    /// Grants.
    pub grant_types_supported: Vec<String>,
    /// How clients prove themselves.
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// Scopes.
    pub scopes_supported: Vec<String>,
    /// Kinds of `sub`.
    pub subject_types_supported: Vec<String>,
    /// Algorithms of signatures.
    pub id_token_signing_alg_values_supported: Vec<String>,
    /// Claims of the tokens.
    pub claims_supported: Vec<String>,
    /// Challenges of PKCE.
    pub code_challenge_methods_supported: Vec<String>,
}

/// Origins that may use passkeys of this host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RelatedOrigins {
    /// The origins.
    pub origins: Vec<String>,
}

/// An Android app that belongs to the site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssetLink {
    /// What the app may do.
    pub relation: Vec<String>,
    /// The app.
    pub target: AssetLinkTarget,
}

/// See [`AssetLink`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssetLinkTarget {
    /// `android_app`.
    pub namespace: String,
    /// The app's name.
    pub package_name: String,
    /// Of the certificates it is signed with.
    pub sha256_cert_fingerprints: Vec<String>,
}

/// Apple apps that belong to the site.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AppSiteAssociation {
    /// Those that share credentials with it.
    pub webcredentials: AppleApps,
}

/// See [`AppSiteAssociation`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AppleApps {
    /// Their ids.
    pub apps: Vec<String>,
}
