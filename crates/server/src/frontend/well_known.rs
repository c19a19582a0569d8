//! Documents at fixed places, for programs that know only the host.

use axum::{Json, Router, extract::State};
use beadle_domain::{Error, settings::AndroidApp};
use beadle_types::{
    Jwks,
    well_known::{
        AppSiteAssociation, AppleApps, AssetLink, AssetLinkTarget, AuthorizationServer, OpenIdConfiguration,
        RelatedOrigins,
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{app::App, error::ApiResult};

/// The claims of session tokens.
const CLAIMS: &[&str] = &["iss", "sub", "iat", "nbf", "exp", "azp", "jti", "sid", "sts", "fva", "v", "gen"];

/// The documents as operations.
pub(super) fn operations() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(jwks))
        .routes(routes!(openid_configuration))
        .routes(routes!(authorization_server))
        .routes(routes!(webauthn))
        .routes(routes!(asset_links))
        .routes(routes!(app_site_association))
}

/// The documents alone: they are the same on every host, whichever API it has.
pub(crate) fn router() -> Router<App> {
    operations().split_for_parts().0
}

#[utoipa::path(get, path = "/.well-known/jwks.json", operation_id = "getJWKS")]
async fn jwks(State(app): State<App>) -> Json<Jwks> {
    Json(Jwks { keys: vec![app.instance.jwk()] })
}

/// Read for the issuer and its keys. There is no OAuth provider behind it: its endpoints refuse, and no grant
/// is supported.
#[utoipa::path(get, path = "/.well-known/openid-configuration", operation_id = "getOpenIDConfiguration")]
async fn openid_configuration(State(app): State<App>) -> Json<OpenIdConfiguration> {
    let issuer = &app.instance.issuer;
    Json(OpenIdConfiguration {
        authorization_endpoint: format!("{issuer}/oauth/authorize"),
        token_endpoint: format!("{issuer}/oauth/token"),
        revocation_endpoint: format!("{issuer}/oauth/token/revoke"),
        introspection_endpoint: format!("{issuer}/oauth/token_info"),
        userinfo_endpoint: format!("{issuer}/oauth/userinfo"),
        jwks_uri: format!("{issuer}/.well-known/jwks.json"),
        issuer: issuer.clone(),
        subject_types_supported: texts(&["public"]),
        id_token_signing_alg_values_supported: texts(&["RS256"]),
        claims_supported: texts(CLAIMS),
        ..OpenIdConfiguration::default()
    })
}

#[utoipa::path(
    get,
    path = "/.well-known/oauth-authorization-server",
    operation_id = "getOAuth2AuthorizationServerMetadata"
)]
async fn authorization_server(State(app): State<App>) -> Json<AuthorizationServer> {
    let issuer = &app.instance.issuer;
    Json(AuthorizationServer {
        authorization_endpoint: format!("{issuer}/oauth/authorize"),
        token_endpoint: format!("{issuer}/oauth/token"),
        revocation_endpoint: format!("{issuer}/oauth/token/revoke"),
        jwks_uri: format!("{issuer}/.well-known/jwks.json"),
        issuer: issuer.clone(),
        subject_types_supported: texts(&["public"]),
        id_token_signing_alg_values_supported: texts(&["RS256"]),
        claims_supported: texts(CLAIMS),
        ..AuthorizationServer::default()
    })
}

#[utoipa::path(get, path = "/.well-known/webauthn", operation_id = "getWebAuthnRelatedOrigins")]
async fn webauthn(State(app): State<App>) -> ApiResult<Json<RelatedOrigins>> {
    let origins = app.instance.settings().well_known.related_origins.clone();
    if origins.is_empty() {
        return Err(Error::nothing_found().into());
    }
    Ok(Json(RelatedOrigins { origins }))
}

#[utoipa::path(get, path = "/.well-known/assetlinks.json", operation_id = "getAndroidAssetLinks")]
async fn asset_links(State(app): State<App>) -> Json<Vec<AssetLink>> {
    Json(app.instance.settings().well_known.android_apps.iter().map(asset_link).collect())
}

fn asset_link(app: &AndroidApp) -> AssetLink {
    AssetLink {
        relation: texts(&[
            "delegate_permission/common.handle_all_urls",
            "delegate_permission/common.get_login_creds",
        ]),
        target: AssetLinkTarget {
            namespace: "android_app".to_owned(),
            package_name: app.package_name.clone(),
            sha256_cert_fingerprints: app.sha256_cert_fingerprints.clone(),
        },
    }
}

#[utoipa::path(
    get,
    path = "/.well-known/apple-app-site-association",
    operation_id = "getAppleAppSiteAssociation"
)]
async fn app_site_association(State(app): State<App>) -> Json<AppSiteAssociation> {
    let apps = app.instance.settings().well_known.apple_app_ids.clone();
    Json(AppSiteAssociation { webcredentials: AppleApps { apps } })
}

fn texts(words: &[&str]) -> Vec<String> {
    words.iter().copied().map(str::to_owned).collect()
}
