//! Tokens of machines. Machines call these with their own key.

use std::time::Duration;

use axum::{Json, extract::State, http::StatusCode};
use beadle_domain::{Error, Findings, api_key::lifetime, m2m_token::check_claims};
use beadle_store::m2m_tokens::ListM2mTokens;
use beadle_types::{
    M2mToken, M2mTokenId, M2mTokens, MachineId, code,
    params::{self, CreateM2mToken, Revocation, VerifyM2mToken},
};
use secrecy::SecretString;

use super::{api_keys::reason, paging};
use crate::{
    actions::{
        m2m_token::{self, Known, NewToken},
        machine,
    },
    app::App,
    error::{ApiError, ApiResult},
    extract::{self, Id, MachineCaller, Query},
    present,
};

/// Tokens of one page.
const MAX_LIMIT: i64 = 100;

fn shown(app: &App, (row, standing): Known, token: Option<String>) -> M2mToken {
    present::machine::m2m_token(row, standing.as_ref(), token, app.now())
}

#[utoipa::path(
    post,
    path = "/v1/m2m_tokens",
    operation_id = "createM2MToken",
    request_body = CreateM2mToken,
    responses((status = 201, body = M2mToken))
)]
pub(super) async fn create(
    State(app): State<App>,
    caller: MachineCaller,
    extract::Json(params): extract::Json<CreateM2mToken>,
) -> ApiResult<(StatusCode, Json<M2mToken>)> {
    let MachineCaller::Machine(machine) = caller else {
        return Err(ApiError::new(
            StatusCode::UNAUTHORIZED,
            code::MACHINE_SECRET_KEY_INVALID,
            "Invalid machine secret key",
            "A token is made by a machine, with its own secret key.",
        ));
    };
    let mut findings = Findings::default();
    if let Some(claims) = &params.claims {
        findings.keep(check_claims(claims));
    }
    let usual = u64::try_from(machine.default_token_ttl).unwrap_or_default();
    let lifetime = match params.seconds_until_expiration {
        Some(seconds) => findings.keep(lifetime(seconds)),
        None => Some(Duration::from_secs(usual)),
    };
    let lifetime = lifetime.unwrap_or_default();
    let min_remaining = params.min_remaining_ttl_seconds.map(|seconds| {
        let remaining = u64::try_from(seconds).ok().map(Duration::from_secs);
        remaining.filter(|remaining| *remaining < lifetime)
    });
    if min_remaining == Some(None) {
        let rule = "min_remaining_ttl_seconds must be less than the lifetime of the token.";
        findings.push(Error::param_rule_broken("min_remaining_ttl_seconds", rule));
    }
    findings.finish()?;
    let new = NewToken {
        format: params.token_format.unwrap_or_default(),
        lifetime,
        claims: params.claims,
        min_remaining: min_remaining.flatten(),
    };
    let (known, token) = m2m_token::create(&app, *machine, new).await?;
    Ok((StatusCode::CREATED, Json(shown(&app, known, Some(token)))))
}

#[utoipa::path(
    get,
    path = "/v1/m2m_tokens",
    operation_id = "getM2MTokens",
    params(params::ListM2mTokens),
    responses((status = 200, body = M2mTokens))
)]
pub(super) async fn list(
    State(app): State<App>,
    caller: MachineCaller,
    Query(query): Query<params::ListM2mTokens>,
) -> ApiResult<Json<M2mTokens>> {
    let mut findings = Findings::default();
    let (limit, offset) = paging::check_up_to(MAX_LIMIT, query.limit, query.offset, &mut findings);
    let subject = query.subject.as_deref().ok_or_else(|| Error::param_missing("subject"));
    let invalid = || Error::param_format_invalid("subject", "the id of a machine");
    let machine_id = subject.and_then(|subject| subject.parse::<MachineId>().map_err(|_| invalid()));
    let machine_id = findings.keep(machine_id);
    findings.finish()?;
    let machine_id = machine_id.ok_or_else(|| Error::param_missing("subject"))?;
    if !caller.may_manage(&machine_id) {
        return Err(Error::authorization_invalid().into());
    }
    // 404 without it.
    machine::find(&app, &machine_id).await?;
    let now = app.now();
    let request = ListM2mTokens {
        machine_id,
        revoked: query.revoked.unwrap_or(false),
        expired: query.expired.unwrap_or(false),
        limit,
        offset,
        now,
    };
    let (rows, total_count) = app.store.scan(request).await?;
    Ok(Json(M2mTokens {
        m2m_tokens: rows.into_iter().map(|known| shown(&app, known, None)).collect(),
        total_count,
    }))
}

#[utoipa::path(
    post,
    path = "/v1/m2m_tokens/{m2m_token_id}/revoke",
    operation_id = "revokeM2MToken",
    request_body = Revocation,
    responses((status = 200, body = M2mToken))
)]
pub(super) async fn revoke(
    State(app): State<App>,
    caller: MachineCaller,
    Id(id): Id<M2mTokenId>,
    extract::Json(params): extract::Json<Revocation>,
) -> ApiResult<Json<M2mToken>> {
    let reason = reason(params)?;
    Ok(Json(shown(&app, m2m_token::revoke(&app, caller, id, reason).await?, None)))
}

#[utoipa::path(
    post,
    path = "/v1/m2m_tokens/verify",
    operation_id = "verifyM2MToken",
    request_body = VerifyM2mToken,
    responses((status = 200, body = M2mToken))
)]
pub(super) async fn verify(
    State(app): State<App>,
    caller: MachineCaller,
    extract::Json(params): extract::Json<VerifyM2mToken>,
) -> ApiResult<Json<M2mToken>> {
    let known = m2m_token::verify(&app, &caller, &SecretString::from(params.token)).await?;
    Ok(Json(shown(&app, known, None)))
}
