//! Accounts at providers: connected and taken away.

use axum::{extract::State, response::Response};
use beadle_domain::{Error, strategy::Strategy};
use beadle_store::identifications::IdentificationRow;
use beadle_types::ExternalAccountId;
use minijinja::{Value, context};
use serde::Deserialize;

use super::{super::next::Next, again, done, in_session};
use crate::{
    account::social,
    actions::oauth::{Request, connect},
    app::App,
    error::ApiResult,
    extract::{Acting, Form, Id, Site},
    present,
};

/// The providers: those that accounts can be connected at, and those that only have a name for accounts of before.
pub(super) fn providers(app: &App) -> Vec<Value> {
    let all = app.oauth.iter();
    all.map(|provider| {
        context! { strategy => &provider.strategy, name => &provider.name, enabled => provider.enabled }
    })
    .collect()
}

#[derive(Deserialize)]
pub(super) struct ConnectForm {
    strategy: Option<String>,
}

#[utoipa::path(post, path = "/account/connections", operation_id = "connectAccountAtProvider")]
pub(super) async fn create(
    State(app): State<App>,
    acting: Acting,
    site: Site,
    next: Next,
    Form(form): Form<ConnectForm>,
) -> ApiResult<Response> {
    match start(&app, &acting, &site, &next, &form).await {
        Ok(row) => social::leaving(&app, &next, row.verification.as_ref(), "/account"),
        Err(error) => again(&app, &acting, &next, (error, &[]), None).await,
    }
}

/// Comes back to the profile, which tells how it went.
async fn start(
    app: &App,
    acting: &Acting,
    site: &Site,
    next: &Next,
    form: &ConnectForm,
) -> ApiResult<IdentificationRow> {
    acting.require_fresh_proof(app)?;
    let word = form.strategy.as_deref().ok_or_else(|| Error::param_missing("strategy"))?;
    let Strategy::OAuth(strategy) = Strategy::parse(word)? else {
        return Err(Error::verification_strategy_invalid().into());
    };
    let back = |path: &str| {
        let path = in_session(path, &acting.session.session().id);
        site.own_page(&acting.caller, &next.carried_by(&path))
    };
    let request = Request {
        strategy,
        redirect_url: back("/account"),
        complete_url: Some(back("/account?done=connected")),
        login_hint: None,
        prompt: None,
        additional_scopes: Vec::new(),
    };
    connect::start(app, acting, site, request).await
}

#[utoipa::path(
    post,
    path = "/account/connections/{external_account_id}/remove",
    operation_id = "removeAccountConnection"
)]
pub(super) async fn remove(
    State(app): State<App>,
    acting: Acting,
    next: Next,
    Id(id): Id<ExternalAccountId>,
) -> ApiResult<Response> {
    match delete(&app, &acting, &id).await {
        Ok(()) => Ok(done(&acting, &next, "disconnected")),
        Err(error) => again(&app, &acting, &next, (error, &[]), None).await,
    }
}

async fn delete(app: &App, acting: &Acting, id: &ExternalAccountId) -> ApiResult<()> {
    acting.require_fresh_proof(app)?;
    let row = present::external_account::identification(id);
    let row = row.ok_or_else(|| Error::not_found("external account", id))?;
    connect::delete(app, acting.by(), acting.user_id().clone(), row).await
}
