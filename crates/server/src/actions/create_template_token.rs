//! A token with the claims of a template.

use std::time::Duration;

use beadle_domain::{Error, jwt_template::JwtTemplate, session::LiveSession};
use beadle_store::{jwt_templates, users};
use beadle_types::{SessionId, Token};

use super::create_token;
use crate::{
    app::App,
    error::{ApiError, ApiResult},
    extract::path,
    present, template_key,
};

/// A template, and the key that it has brought along.
pub(crate) struct Template {
    rules: JwtTemplate,
    own_key: Option<(template_key::Algorithm, Vec<u8>)>,
}

/// Where templates are looked up: those of the Backend API win over those of the configuration.
///
/// # Errors
/// 404 for a name that no template has.
pub(crate) async fn find(app: &App, name: &str) -> ApiResult<Template> {
    let stored = jwt_templates::find_by_name(&mut *app.store.reader().await?, name).await?;
    let Some(row) = stored else {
        let rules = app.instance.settings().jwt_templates.get(name).cloned();
        let rules = rules.ok_or_else(|| Error::not_found("JWT_template", path::printable(name)))?;
        return Ok(Template { rules, own_key: None });
    };
    let seconds = |seconds: i64| u32::try_from(seconds).unwrap_or_default();
    let rules = JwtTemplate {
        claims: row.claims,
        lifetime_seconds: seconds(row.lifetime),
        allowed_clock_skew_seconds: seconds(row.allowed_clock_skew),
    };
    let own_key = match &row.signing_key {
        None => None,
        Some(sealed) => {
            let key = app.instance.unseal(sealed).map_err(ApiError::internal)?;
            let algorithm = template_key::algorithm(&row.signing_algorithm);
            Some((algorithm.ok_or_else(|| ApiError::internal("a stored algorithm is unknown"))?, key))
        }
    };
    Ok(Template { rules, own_key })
}

/// As [`create`], for a session that the Backend API names.
///
/// # Errors
/// 404 without the session or the template, 403 `user_banned` or 401 when the session is dead.
pub(crate) async fn create_by_id(
    app: &App,
    id: &SessionId,
    name: &str,
    lifetime: Option<Duration>,
) -> ApiResult<Token> {
    let session = create_token::live(app, id, app.now()).await?;
    if let Some(token) = create(app, &session, name, None, lifetime).await? {
        return Ok(token);
    }
    // It died between the two: of what, a second look tells.
    create_token::live(app, id, app.now()).await?;
    Err(Error::authentication_invalid().into())
}

/// Makes the token; none if the session died meanwhile. `lifetime` is the template's if not given.
///
/// # Errors
/// 404 without the template.
pub(crate) async fn create(
    app: &App,
    session: &LiveSession,
    name: &str,
    authorized_party: Option<&str>,
    lifetime: Option<Duration>,
) -> ApiResult<Option<Token>> {
    let template = find(app, name).await?;
    let lifetime = lifetime.unwrap_or_else(|| template.rules.lifetime());
    let user = users::load(&mut *app.store.reader().await?, &session.session().user_id).await?;
    let Some(user) = user else { return Ok(None) };
    let now = app.now();
    if !create_token::remember(app, session, lifetime, now).await? {
        return Ok(None);
    }
    let facts = present::template_facts::facts(app, session, user, now);
    let issue = app.instance.issue(authorized_party, lifetime, &*app.rng);
    let claims = template.rules.claims(session, &issue, &facts, now);
    Ok(Some(match &template.own_key {
        None => app.instance.mint_template(&claims),
        Some((algorithm, key)) => {
            Token::new(template_key::sign(*algorithm, key, &claims).map_err(ApiError::internal)?)
        }
    }))
}
