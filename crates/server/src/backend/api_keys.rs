//! API keys.

use axum::{Json, extract::State};
use beadle_domain::{Error, Findings, api_key::lifetime, metadata};
use beadle_store::api_keys::{ApiKeyRow, ListApiKeys};
use beadle_types::{
    ApiKey, ApiKeyId, ApiKeySecret, DeletedObject, Map, Page, Timestamp,
    params::{self, CreateApiKey, Revocation, UpdateApiKey, VerifyApiKey},
};
use secrecy::{ExposeSecret, SecretString};

use super::paging;
use crate::{
    actions::api_key::{self, Changes, Known, NewApiKey, Subject},
    app::App,
    error::ApiResult,
    extract::{self, Id, Query},
    present,
};

/// The kind of keys that say nothing else.
const KIND: &str = "api_key";
/// Keys of one page.
const MAX_LIMIT: i64 = 100;
const MAX_DESCRIPTION: usize = 255;
const MAX_NAME: usize = 255;
const MAX_SCOPES: usize = 100;
const MAX_SCOPE: usize = 255;
const MAX_REASON: usize = 1024;

fn shown(app: &App, (row, standing): Known) -> ApiKey {
    present::machine::api_key(row, standing.as_ref(), None, app.now())
}

#[utoipa::path(
    post,
    path = "/v1/api_keys",
    operation_id = "createApiKey",
    request_body = CreateApiKey,
    responses((status = 200, body = ApiKey))
)]
pub(super) async fn create(
    State(app): State<App>,
    extract::Json(params): extract::Json<CreateApiKey>,
) -> ApiResult<Json<ApiKey>> {
    let mut findings = Findings::default();
    let now = app.now();
    let subject = findings.keep(Subject::parse(&params.subject));
    let created_by = params.created_by.map(|id| {
        let user = id.parse().map_err(|_| Error::param_format_invalid("created_by", "the id of a user"));
        findings.keep::<beadle_types::UserId>(user)
    });
    let kind = params.kind.unwrap_or_else(|| KIND.into());
    check_length("type", &kind, 3, 25, &mut findings);
    check_length("name", &params.name, 3, MAX_NAME, &mut findings);
    if params.name.trim() != params.name {
        findings.push(Error::param_rule_broken("name", "name must not begin or end with blanks."));
    }
    check_contents(
        params.description.as_deref(),
        params.claims.as_ref(),
        params.scopes.as_deref(),
        &mut findings,
    );
    let expire_at = params.seconds_until_expiration.and_then(|seconds| findings.keep(lifetime(seconds)));
    findings.finish()?;
    let new = NewApiKey {
        kind,
        name: params.name,
        description: params.description,
        subject: subject.ok_or_else(|| Error::param_missing("subject"))?,
        claims: params.claims,
        scopes: params.scopes.unwrap_or_default(),
        created_by: created_by.flatten(),
        expire_at: expire_at.map(|lifetime| now.plus(lifetime)),
    };
    let (row, secret) = api_key::create(&app, new).await?;
    Ok(Json(ApiKey { secret: Some(secret), ..live(row, now) }))
}

/// Texts are counted in characters.
fn check_length(param: &str, text: &str, min: usize, max: usize, findings: &mut Findings) {
    let length = text.chars().count();
    if length < min {
        findings.push(Error::param_too_short(param, min));
    } else if length > max {
        findings.push(Error::param_too_long(param, max));
    }
}

fn check_contents(
    description: Option<&str>,
    claims: Option<&Map>,
    scopes: Option<&[String]>,
    findings: &mut Findings,
) {
    check_length("description", description.unwrap_or_default(), 0, MAX_DESCRIPTION, findings);
    if let Some(claims) = claims {
        findings.keep(metadata::check("claims", claims));
    }
    let scopes = scopes.unwrap_or_default();
    if scopes.len() > MAX_SCOPES {
        findings.push(Error::param_array_size_exceeded("scopes", MAX_SCOPES));
    }
    for scope in scopes {
        check_length("scopes", scope, 0, MAX_SCOPE, findings);
    }
}

#[utoipa::path(
    get,
    path = "/v1/api_keys",
    operation_id = "getApiKeys",
    params(params::ListApiKeys),
    responses((status = 200, body = Page<ApiKey>))
)]
pub(super) async fn list(
    State(app): State<App>,
    Query(query): Query<params::ListApiKeys>,
) -> ApiResult<Json<Page<ApiKey>>> {
    let mut findings = Findings::default();
    let (limit, offset) = paging::check_up_to(MAX_LIMIT, query.limit, query.offset, &mut findings);
    let subject = query.subject.as_deref().ok_or_else(|| Error::param_missing("subject"));
    let subject = findings.keep(subject.and_then(Subject::parse));
    let kind = query.kind.unwrap_or_else(|| KIND.into());
    check_length("type", &kind, 3, MAX_NAME, &mut findings);
    findings.finish()?;
    let now = app.now();
    let request = ListApiKeys {
        kind,
        subject: subject.map(Subject::into_string).unwrap_or_default(),
        include_invalid: query.include_invalid.unwrap_or(false),
        query: paging::text(query.query),
        limit,
        offset,
        now,
    };
    let (rows, total_count, standing) = app.store.scan(request).await?;
    let shown = |row| present::machine::api_key(row, standing.as_ref(), None, now);
    Ok(Json(Page { data: rows.into_iter().map(shown).collect(), total_count }))
}

#[utoipa::path(
    get,
    path = "/v1/api_keys/{apiKeyID}",
    operation_id = "getApiKey",
    responses((status = 200, body = ApiKey))
)]
pub(super) async fn get(State(app): State<App>, Id(id): Id<ApiKeyId>) -> ApiResult<Json<ApiKey>> {
    Ok(Json(shown(&app, api_key::find(&app, &id).await?)))
}

#[utoipa::path(
    patch,
    path = "/v1/api_keys/{apiKeyID}",
    operation_id = "updateApiKey",
    request_body = UpdateApiKey,
    responses((status = 200, body = ApiKey))
)]
pub(super) async fn update(
    State(app): State<App>,
    Id(id): Id<ApiKeyId>,
    extract::Json(params): extract::Json<UpdateApiKey>,
) -> ApiResult<Json<ApiKey>> {
    let mut findings = Findings::default();
    let description = params.description.as_ref().value().map(String::as_str);
    let claims = params.claims.as_ref().value();
    check_contents(description, claims, params.scopes.as_deref(), &mut findings);
    let subject = params.subject.as_deref().and_then(|subject| findings.keep(Subject::parse(subject)));
    let now = app.now();
    let expire_at = params.seconds_until_expiration.map(|seconds| {
        findings.keep(lifetime(seconds)).map_or(now, |lifetime: std::time::Duration| now.plus(lifetime))
    });
    findings.finish()?;
    let changes = Changes {
        claims: params.claims,
        scopes: params.scopes,
        description: params.description,
        subject,
        expire_at,
    };
    Ok(Json(shown(&app, api_key::update(&app, id, changes).await?)))
}

#[utoipa::path(
    delete,
    path = "/v1/api_keys/{apiKeyID}",
    operation_id = "deleteApiKey",
    responses((status = 200, body = DeletedObject))
)]
pub(super) async fn delete(State(app): State<App>, Id(id): Id<ApiKeyId>) -> ApiResult<Json<DeletedObject>> {
    Ok(Json(api_key::delete(&app, id).await?))
}

#[utoipa::path(
    get,
    path = "/v1/api_keys/{apiKeyID}/secret",
    operation_id = "getApiKeySecret",
    responses((status = 200, body = ApiKeySecret))
)]
pub(super) async fn secret(State(app): State<App>, Id(id): Id<ApiKeyId>) -> ApiResult<Json<ApiKeySecret>> {
    let secret = api_key::secret(&app, &id).await?;
    Ok(Json(ApiKeySecret { secret: secret.expose_secret().to_owned() }))
}

#[utoipa::path(
    post,
    path = "/v1/api_keys/{apiKeyID}/revoke",
    operation_id = "revokeApiKey",
    request_body = Revocation,
    responses((status = 200, body = ApiKey))
)]
pub(super) async fn revoke(
    State(app): State<App>,
    Id(id): Id<ApiKeyId>,
    extract::Json(params): extract::Json<Revocation>,
) -> ApiResult<Json<ApiKey>> {
    let reason = reason(params)?;
    Ok(Json(shown(&app, api_key::revoke(&app, id, reason).await?)))
}

/// Why something is taken back.
pub(super) fn reason(params: Revocation) -> ApiResult<Option<String>> {
    let mut findings = Findings::default();
    let given = params.revocation_reason;
    check_length("revocation_reason", given.as_deref().unwrap_or_default(), 0, MAX_REASON, &mut findings);
    findings.finish()?;
    Ok(given)
}

#[utoipa::path(
    post,
    path = "/v1/api_keys/verify",
    operation_id = "verifyApiKey",
    request_body = VerifyApiKey,
    responses((status = 200, body = ApiKey))
)]
pub(super) async fn verify(
    State(app): State<App>,
    extract::Json(params): extract::Json<VerifyApiKey>,
) -> ApiResult<Json<ApiKey>> {
    let row = api_key::verify(&app, &SecretString::from(params.secret)).await?;
    Ok(Json(live(row, app.now())))
}

/// A key that was just found live, or made.
fn live(row: ApiKeyRow, now: Timestamp) -> ApiKey {
    ApiKey { revoked: false, ..present::machine::api_key(row, None, None, now) }
}
