//! Templates of tokens that the Backend API makes, changes and takes away.

use beadle_domain::{
    Error, Findings,
    jwt_template::{JwtTemplate, LIFETIME, MAX_SKEW, RESERVED},
};
use beadle_store::{
    Conn, UnitOfWork,
    jwt_templates::{self, JwtTemplateRow},
};
use beadle_types::{JwtTemplateId, params::WriteJwtTemplate};

use crate::{
    app::App,
    error::{ApiError, ApiResult},
    template_key::{self, DEFAULT_ALGORITHM},
};

/// The longest key: an RSA key of 8192 bits in PEM has six thousand characters.
const MAX_KEY: usize = 16 * 1024;

/// Makes one.
///
/// # Errors
/// 422 for what is missing or cannot be taken, 400 for claims that only the server sets.
pub(crate) async fn create(app: &App, params: WriteJwtTemplate) -> ApiResult<JwtTemplateRow> {
    let now = app.now();
    let mut findings = Findings::default();
    for (param, is_given) in [("name", params.name.is_some()), ("claims", params.claims.is_some())] {
        if !is_given {
            findings.push(Error::param_missing(param));
        }
    }
    findings.finish()?;
    let plain = JwtTemplate::default();
    let mut row = JwtTemplateRow {
        id: app.new_id(JwtTemplateId::from_parts),
        name: String::new(),
        claims: plain.claims,
        lifetime: plain.lifetime_seconds.into(),
        allowed_clock_skew: plain.allowed_clock_skew_seconds.into(),
        signing_algorithm: DEFAULT_ALGORITHM.to_owned(),
        signing_key: None,
        created_at: now,
        updated_at: now,
    };
    apply(app, &mut row, &params)?;
    app.store.write(Create(row.clone())).await?;
    Ok(row)
}

/// Lays what was given over a template, and checks all of it.
fn apply(app: &App, row: &mut JwtTemplateRow, params: &WriteJwtTemplate) -> ApiResult<()> {
    let mut findings = Findings::default();
    if let Some(name) = &params.name {
        name.trim().clone_into(&mut row.name);
    }
    if let Some(claims) = &params.claims {
        if let Some(claim) = claims.keys().find(|claim| RESERVED.contains(&claim.as_str())) {
            return Err(Error::reserved_claim(claim).into());
        }
        row.claims.clone_from(claims);
    }
    if let Some(lifetime) = params.lifetime {
        row.lifetime = lifetime;
        if !u32::try_from(lifetime).is_ok_and(|lifetime| LIFETIME.contains(&lifetime)) {
            let rule = format!("must be from {} to {}", LIFETIME.start(), LIFETIME.end());
            findings.push(Error::param_rule_broken("lifetime", rule));
        }
    }
    if let Some(skew) = params.allowed_clock_skew {
        row.allowed_clock_skew = skew;
        if !(0..=i64::from(MAX_SKEW)).contains(&skew) {
            let rule = format!("must be from 0 to {MAX_SKEW}");
            findings.push(Error::param_rule_broken("allowed_clock_skew", rule));
        }
    }
    let template = JwtTemplate { claims: row.claims.clone(), ..JwtTemplate::default() };
    if let Some((place, problem)) = template.problem(&row.name) {
        findings.push(Error::param_rule_broken(if place.is_empty() { "name" } else { "claims" }, problem));
    }
    apply_key(app, row, params, &mut findings);
    Ok(findings.finish()?)
}

/// The key and its algorithm, which come together; `custom_signing_key: false` takes them away.
fn apply_key(app: &App, row: &mut JwtTemplateRow, params: &WriteJwtTemplate, findings: &mut Findings) {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let (algorithm, key) = (given(&params.signing_algorithm), given(&params.signing_key));
    match params.custom_signing_key {
        Some(false) => {
            row.signing_key = None;
            DEFAULT_ALGORITHM.clone_into(&mut row.signing_algorithm);
            return;
        }
        None if key.is_none() && algorithm.is_none() => return,
        // The instance's key, whose algorithm may be named.
        None if key.is_none() && row.signing_key.is_none() => {
            if algorithm.as_deref() != Some(DEFAULT_ALGORITHM) {
                findings.push(Error::param_rule_broken(
                    "signing_algorithm",
                    "must be RS256 where the template has no key of its own",
                ));
            }
            return;
        }
        None | Some(true) => {}
    }
    let is_new = row.signing_key.is_none();
    for (param, is_missing) in
        [("signing_algorithm", is_new && algorithm.is_none()), ("signing_key", key.is_none() && is_new)]
    {
        if is_missing {
            return findings.push(Error::param_missing(param));
        }
    }
    let name = algorithm.unwrap_or_else(|| row.signing_algorithm.clone());
    let Some(algorithm) = template_key::algorithm(&name) else {
        return findings.push(Error::param_value_invalid("signing_algorithm", name));
    };
    let sealed = row.signing_key.as_deref().and_then(|sealed| app.instance.unseal(sealed).ok());
    let Some(key) = key.map(String::into_bytes).or(sealed) else {
        return findings.push(Error::param_missing("signing_key"));
    };
    if key.len() > MAX_KEY || template_key::sign(algorithm, &key, &row.claims).is_err() {
        return findings.push(Error::param_rule_broken(
            "signing_key",
            format!("must be a key for {name}: a secret, or a private key in PEM (PKCS#8)"),
        ));
    }
    row.signing_algorithm = name;
    row.signing_key = Some(app.instance.seal(&key, &*app.rng));
}

struct Create(JwtTemplateRow);

impl UnitOfWork for Create {
    type Output = ();
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<()> {
        if jwt_templates::insert(conn, &self.0).await? {
            return Ok(());
        }
        Err(Error::template_exists().into())
    }
}

/// Changes what was given.
///
/// # Errors
/// As [`create`]; 404 without the template.
pub(crate) async fn update(
    app: &App,
    id: JwtTemplateId,
    params: WriteJwtTemplate,
) -> ApiResult<JwtTemplateRow> {
    app.store.write(Update { app: app.clone(), id, params }).await
}

struct Update {
    app: App,
    id: JwtTemplateId,
    params: WriteJwtTemplate,
}

impl UnitOfWork for Update {
    type Output = JwtTemplateRow;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<JwtTemplateRow> {
        let row = jwt_templates::find_for_update(conn, &self.id).await?;
        let mut row = row.ok_or_else(|| Error::not_found("JWT_template", &self.id))?;
        apply(&self.app, &mut row, &self.params)?;
        let holder = jwt_templates::find_by_name(conn, &row.name).await?;
        if holder.is_some_and(|holder| holder.id != row.id) {
            return Err(Error::template_exists().into());
        }
        row.updated_at = self.app.now();
        jwt_templates::update(conn, &row).await?;
        Ok(row)
    }
}

/// Takes one away.
///
/// # Errors
/// 404 without the template.
pub(crate) async fn delete(app: &App, id: JwtTemplateId) -> ApiResult<()> {
    if app.store.write(Delete(id.clone())).await? {
        return Ok(());
    }
    Err(Error::not_found("JWT_template", id).into())
}

struct Delete(JwtTemplateId);

impl UnitOfWork for Delete {
    type Output = bool;
    type Error = beadle_store::Error;

    async fn run(&self, conn: &mut Conn) -> Result<bool, Self::Error> {
        jwt_templates::delete(conn, &self.0).await
    }
}
