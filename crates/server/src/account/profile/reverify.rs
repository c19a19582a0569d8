//! Proving again who one is, where a session alone is not enough.

use axum::{extract::State, response::Response};
use beadle_domain::{
    Error,
    reverification::{Level, Status},
    strategy::Strategy,
};
use beadle_types::{ClientId, SessionId};
use minijinja::context;
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    super::{
        errors::is_forms,
        next::Next,
        sign_in::factors::{offer, typed_code},
    },
    done, on_to, subpage,
};
use crate::{
    actions::reverify::{self, Reverified, Step},
    app::App,
    error::{ApiError, ApiResult},
    extract::{Acting, Form, Query},
    frontend::answer::dead,
    present,
};

const PATH: &str = "/account/reverify";
/// What is asked of everybody: as much as they have.
const LEVEL: Level = Level::MultiFactor;

/// Asks for the proof that a form was refused for.
pub(super) async fn begin(app: &App, acting: &Acting, next: &Next) -> ApiResult<Response> {
    let (client, id) = ids(acting);
    taken(reverify::begin(app, client, id, LEVEL).await?, acting)?;
    Ok(on_to(acting, next, PATH))
}

#[derive(Deserialize)]
pub(super) struct Wish {
    /// The strategy that the visitor chose, or `choose`.
    with: Option<String>,
}

#[utoipa::path(get, path = "/account/reverify", operation_id = "showAccountReverification")]
pub(super) async fn show(
    State(app): State<App>,
    acting: Acting,
    next: Next,
    Query(wish): Query<Wish>,
) -> ApiResult<Response> {
    page(&app, &acting, &next, wish.with.as_deref(), None).await
}

#[derive(Deserialize)]
pub(super) struct PrepareForm {
    strategy: Option<String>,
    identification: Option<String>,
}

#[utoipa::path(post, path = "/account/reverify/prepare", operation_id = "prepareAccountReverification")]
pub(super) async fn prepare(
    State(app): State<App>,
    acting: Acting,
    next: Next,
    Form(form): Form<PrepareForm>,
) -> ApiResult<Response> {
    match send(&app, &acting, &form).await {
        Ok(_) => Ok(on_to(&acting, &next, PATH)),
        Err(error) => again(&app, &acting, &next, form.strategy.as_deref(), error).await,
    }
}

async fn send(app: &App, acting: &Acting, form: &PrepareForm) -> ApiResult<Box<Reverified>> {
    let status = current(app, acting).await?.reverification.status;
    let (client, id) = ids(acting);
    let details = (strategy(form.strategy.as_deref())?, form.identification.as_deref());
    taken(reverify::prepare(app, client, id, details, status).await?, acting)
}

#[derive(Deserialize)]
pub(super) struct AttemptForm {
    strategy: Option<String>,
    password: Option<SecretString>,
    code: Option<String>,
}

#[utoipa::path(post, path = "/account/reverify", operation_id = "attemptAccountReverification")]
pub(super) async fn attempt(
    State(app): State<App>,
    acting: Acting,
    next: Next,
    Form(form): Form<AttemptForm>,
) -> ApiResult<Response> {
    let chosen = form.strategy.clone();
    match prove(&app, &acting, form).await {
        Ok(_) => Ok(on_to(&acting, &next, PATH)),
        Err(error) => again(&app, &acting, &next, chosen.as_deref(), error).await,
    }
}

async fn prove(app: &App, acting: &Acting, form: AttemptForm) -> ApiResult<Box<Reverified>> {
    let strategy = strategy(form.strategy.as_deref())?;
    let given = match strategy {
        Strategy::Password => form.password.ok_or_else(|| Error::param_missing("password"))?,
        _ => typed_code(form.code)?.into(),
    };
    let status = current(app, acting).await?.reverification.status;
    let (client, id) = ids(acting);
    let step = match status {
        Status::NeedsSecondFactor => reverify::attempt_second(app, client, id, strategy, given).await?,
        _ => reverify::attempt_first(app, client, id, strategy, given).await?,
    };
    taken(step, acting)
}

fn strategy(given: Option<&str>) -> Result<Strategy, Error> {
    Strategy::parse(given.ok_or_else(|| Error::param_missing("strategy"))?)
}

fn ids(acting: &Acting) -> (ClientId, SessionId) {
    (acting.client.id.clone(), acting.session.session().id.clone())
}

/// How far it has come.
async fn current(app: &App, acting: &Acting) -> ApiResult<Box<Reverified>> {
    let (client, id) = ids(acting);
    taken(reverify::current(app, client, id).await?, acting)
}

fn taken(step: Step, acting: &Acting) -> ApiResult<Box<Reverified>> {
    match step {
        Step::Taken(reverified) => Ok(reverified),
        Step::Refused(error) => Err(error.into()),
        Step::Dead(found) => Err(dead(&found, &acting.session.session().id)),
    }
}

/// The page once more, with what was wrong.
async fn again(
    app: &App,
    acting: &Acting,
    next: &Next,
    with: Option<&str>,
    error: ApiError,
) -> ApiResult<Response> {
    if !is_forms(&error) {
        return Err(error);
    }
    page(app, acting, next, with, Some(&error)).await
}

async fn page(
    app: &App,
    acting: &Acting,
    next: &Next,
    with: Option<&str>,
    error: Option<&ApiError>,
) -> ApiResult<Response> {
    let reverified = match current(app, acting).await {
        Ok(reverified) => reverified,
        // Nothing was asked for.
        Err(error) if is_forms(&error) => return Ok(on_to(acting, next, "/account")),
        Err(error) => return Err(error),
    };
    let reverification = &reverified.reverification;
    let shown = present::reverification::reverification(app, &reverified);
    let (factors, under_way, is_second) = match reverification.status {
        Status::Complete => return Ok(done(acting, next, "reverified")),
        Status::NeedsFirstFactor => (shown.supported_first_factors, &reverification.first_factor, false),
        Status::NeedsSecondFactor => (shown.supported_second_factors, &reverification.second_factor, true),
    };
    let offered = offer(factors.as_deref().unwrap_or_default(), under_way.as_ref(), with);
    let values = context! {
        path => PATH,
        is_second,
        identifier => acting.user.best_known_as(),
        ..offered
    };
    subpage(app, acting, next, (error, &["password", "code"]), ("reverify.html", values))
}
