//! Accounts at other providers that the user who is signed in has, or is about to have.

use axum::{extract::State, response::Response};
use beadle_domain::{Error, strategy::Strategy};
use beadle_types::{DeletedObject, ExternalAccountId, IdentificationId};
use serde::Deserialize;

use super::{
    me::{reply, settle},
    oauth::{OAuthForm, provider},
};
use crate::{
    actions::oauth::connect,
    app::App,
    error::ApiResult,
    extract::{Acting, Form, Id, Site},
    present,
};

/// Scopes beyond those of the configuration that a page may ask for at once.
const MAX_SCOPES: usize = 50;

#[derive(Deserialize)]
pub(super) struct ConnectForm {
    strategy: Option<String>,
    redirect_url: Option<String>,
    action_complete_redirect_url: Option<String>,
    #[serde(default)]
    additional_scope: Vec<String>,
    oidc_login_hint: Option<String>,
    oidc_prompt: Option<String>,
}

impl ConnectForm {
    fn request(
        self,
        app: &App,
        site: &Site,
        strategy: Box<str>,
    ) -> Result<crate::actions::oauth::Request, Error> {
        let form = OAuthForm {
            action_complete_redirect_url: self.action_complete_redirect_url,
            oidc_login_hint: self.oidc_login_hint,
            oidc_prompt: self.oidc_prompt,
        };
        let scopes = self.additional_scope.iter().flat_map(|text| text.split([' ', ',']));
        let scopes: Vec<_> = scopes.filter(|scope| !scope.is_empty()).map(str::to_owned).collect();
        let fits = |scope: &String| scope.len() <= 200 && scope.bytes().all(|byte| byte.is_ascii_graphic());
        if scopes.len() > MAX_SCOPES || !scopes.iter().all(fits) {
            return Err(Error::param_format_invalid("additional_scope", "a list of scopes"));
        }
        let request = form.request(app, site, strategy, self.redirect_url.as_deref())?;
        Ok(crate::actions::oauth::Request { additional_scopes: scopes, ..request })
    }
}

#[utoipa::path(post, path = "/v1/me/external_accounts", operation_id = "postOAuthAccounts")]
pub(super) async fn create(
    State(app): State<App>,
    acting: Acting,
    site: Site,
    Form(form): Form<ConnectForm>,
) -> ApiResult<Response> {
    let word = form.strategy.as_deref().ok_or_else(|| Error::param_missing("strategy"))?;
    let named = provider(Some(&Strategy::parse(word)?));
    let named = named.ok_or_else(|| Error::param_value_invalid("strategy", word))?;
    let request = form.request(&app, &site, named)?;
    acting.require_fresh_proof(&app)?;
    let row = settle(&app, &acting, connect::start(&app, &acting, &site, request).await).await?;
    reply(&app, &acting, present::external_account::external_account(&row)).await
}

#[utoipa::path(
    patch,
    path = "/v1/me/external_accounts/{external_account_id}/reauthorize",
    operation_id = "reauthorizeExternalAccount"
)]
pub(super) async fn reauthorize(
    State(app): State<App>,
    acting: Acting,
    site: Site,
    Id(id): Id<ExternalAccountId>,
    Form(form): Form<ConnectForm>,
) -> ApiResult<Response> {
    let id = identification(&id)?;
    let row = connect::of_user(&mut *app.store.reader().await?, &id, &acting.user.user.id).await?;
    let under_way = row.verification.as_ref().map(|verification| verification.strategy.as_str());
    let strategy = row.strategy.as_deref().or(under_way).unwrap_or_default();
    let request = form.request(&app, &site, strategy.into())?;
    let outcome = connect::reauthorize(&app, &acting, &site, &id, request).await;
    let row = settle(&app, &acting, outcome).await?;
    reply(&app, &acting, present::external_account::external_account(&row)).await
}

#[utoipa::path(
    delete,
    path = "/v1/me/external_accounts/{external_account_id}",
    operation_id = "deleteExternalAccount"
)]
pub(super) async fn delete(
    State(app): State<App>,
    acting: Acting,
    Id(id): Id<ExternalAccountId>,
) -> ApiResult<Response> {
    acting.require_fresh_proof(&app)?;
    let outcome = connect::delete(&app, acting.by(), acting.user_id().clone(), identification(&id)?).await;
    settle(&app, &acting, outcome).await?;
    reply(&app, &acting, DeletedObject::new("external_account", id.as_str())).await
}

/// The provider's tokens are thrown away as soon as the account was read: there is nothing to revoke.
#[utoipa::path(
    delete,
    path = "/v1/me/external_accounts/{external_account_id}/tokens",
    operation_id = "revokeExternalAccountTokens"
)]
pub(super) async fn revoke_tokens(
    State(app): State<App>,
    acting: Acting,
    Id(id): Id<ExternalAccountId>,
) -> ApiResult<Response> {
    let id = identification(&id)?;
    connect::of_user(&mut *app.store.reader().await?, &id, &acting.user.user.id).await?;
    let user = present::user::own_user(acting.user.clone(), &app.instance, app.now());
    reply(&app, &acting, user).await
}

fn identification(id: &ExternalAccountId) -> Result<IdentificationId, Error> {
    present::external_account::identification(id).ok_or_else(|| Error::not_found("external account", id))
}
