//! A token with the claims of a template.

use std::time::Duration;

use beadle_domain::{Error, jwt_template::JwtTemplate, session::LiveSession};
use beadle_store::users;
use beadle_types::{SessionId, Token};

use super::create_token;
use crate::{app::App, error::ApiResult, extract::path, present};

/// Where templates are looked up.
///
/// # Errors
/// 404 for a name that no template has.
pub(crate) async fn find(app: &App, name: &str) -> ApiResult<JwtTemplate> {
    let template = app.instance.settings().jwt_templates.get(name).cloned();
    Ok(template.ok_or_else(|| Error::not_found("JWT_template", path::printable(name)))?)
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
    let lifetime = lifetime.unwrap_or_else(|| template.lifetime());
    let user = users::load(&mut *app.store.reader().await?, &session.session().user_id).await?;
    let Some(user) = user else { return Ok(None) };
    let now = app.now();
    if !create_token::remember(app, session, lifetime, now).await? {
        return Ok(None);
    }
    let facts = present::template_facts::facts(app, session, user, now);
    let issue = app.instance.issue(authorized_party, lifetime, &*app.rng);
    Ok(Some(app.instance.mint_template(&template, session, &issue, &facts, now)))
}
