//! Signing in and up with an account at a provider: a button leads there, and the way back leads to [`back`].

pub(super) mod back;

use axum::{extract::State, response::Response};
use beadle_domain::{Error, strategy::Strategy, verification::Verification};
use beadle_types::SignInFactor;
use minijinja::{Value, context};
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    errors::is_forms,
    next::Next,
    page::Page,
    sessions, sign_in,
    sign_up::{self, Given},
};
use crate::{
    actions::{
        client::Device,
        oauth::{self, Request},
        sign_up::submit::{self, Values},
    },
    app::App,
    config::OAuthProvider,
    error::ApiResult,
    extract::{Caller, Form, Site},
    frontend::answer::Answer,
};

/// The providers that there are buttons for.
pub(super) fn buttons(app: &App) -> Vec<Value> {
    let enabled = app.oauth.iter().filter(|provider| provider.enabled);
    enabled.map(button).collect()
}

/// Those of them that lead a user in.
pub(super) fn buttons_for(app: &App, factors: &[SignInFactor]) -> Vec<Value> {
    let leads_in = |strategy: &str| factors.iter().any(|factor| factor.strategy == strategy);
    let usable = app.oauth.iter().filter(|provider| provider.enabled && leads_in(&provider.strategy));
    usable.map(button).collect()
}

fn button(provider: &OAuthProvider) -> Value {
    context! { strategy => &provider.strategy, name => &provider.name }
}

#[derive(Deserialize)]
pub(super) struct SocialForm {
    strategy: Option<String>,
    /// Of an invitation that the sign-up answers.
    ticket: Option<SecretString>,
}

#[utoipa::path(post, path = "/account/sign-in/social", operation_id = "signInAtProvider")]
pub(super) async fn sign_in(
    State(app): State<App>,
    caller: Caller,
    site: Site,
    next: Next,
    Form(form): Form<SocialForm>,
) -> ApiResult<Response> {
    match begin_sign_in(&app, &caller, &site, &next, &form).await {
        Err(error) if is_forms(&error) => sign_in::form(&app, &next, "", Some(&error)),
        answered => answered,
    }
}

async fn begin_sign_in(
    app: &App,
    caller: &Caller,
    site: &Site,
    next: &Next,
    form: &SocialForm,
) -> ApiResult<Response> {
    let request = form.request(back::to_sign_in(site, caller, next))?;
    if let Some(signed_in) = sessions::taken(app, caller, next).await? {
        return Ok(signed_in);
    }
    let (mut device, token) = Device::of(app, caller);
    let sign_in = oauth::sign_in::start(app, caller, site, &mut device, request).await?;
    let page = leaving(app, next, sign_in.first_factor.as_ref(), "/account/sign-in")?;
    Ok(Answer::new(app, caller).new_client(token.as_deref()).onto(page))
}

#[utoipa::path(post, path = "/account/sign-up/social", operation_id = "signUpAtProvider")]
pub(super) async fn sign_up(
    State(app): State<App>,
    caller: Caller,
    site: Site,
    next: Next,
    Form(form): Form<SocialForm>,
) -> ApiResult<Response> {
    let begun = begin_sign_up(&app, &caller, &site, &next, &form).await;
    sign_up::or_form(&app, &next, &Given::only_ticket(form.ticket), begun)
}

async fn begin_sign_up(
    app: &App,
    caller: &Caller,
    site: &Site,
    next: &Next,
    form: &SocialForm,
) -> ApiResult<Response> {
    let request = form.request(back::to_sign_up(site, caller, next))?;
    if let Some(signed_in) = sessions::taken(app, caller, next).await? {
        return Ok(signed_in);
    }
    let (device, token) = Device::of(app, caller);
    let values = Values { ticket: form.ticket.clone(), ..Values::default() };
    let (step, new) = submit::submit(app, caller, &device, None, values).await?;
    if step.session.is_some() {
        // The invitation was all that was missing.
        return sign_up::verify::go_on(app, caller, token.as_deref(), step, &new, next);
    }
    let start = oauth::sign_up::start(app, caller, site, &step.device, &step.sign_up.id, request);
    let sign_up = Box::pin(start).await?;
    let page = leaving(app, next, sign_up.external_verification.as_ref(), "/account/sign-in")?;
    Ok(Answer::new(app, caller).new_client(token.as_deref()).onto(page))
}

impl SocialForm {
    /// What it asks for; `redirect_url` is one of our pages.
    fn request(&self, redirect_url: String) -> Result<Request, Error> {
        let word = self.strategy.as_deref().ok_or_else(|| Error::param_missing("strategy"))?;
        let Strategy::OAuth(strategy) = Strategy::parse(word)? else {
            return Err(Error::verification_strategy_invalid());
        };
        Ok(Request {
            strategy,
            redirect_url,
            complete_url: None,
            login_hint: None,
            prompt: None,
            additional_scopes: Vec::new(),
        })
    }
}

/// A page that leads to the provider, and no redirect: browsers hold redirects after a form against our policy, the
/// provider's own ones too, and where those lead nobody knows here. `back` is for who has second thoughts.
pub(super) fn leaving(
    app: &App,
    next: &Next,
    under_way: Option<&Verification>,
    back: &str,
) -> ApiResult<Response> {
    let under_way = under_way.ok_or_else(Error::nothing_found)?;
    let provider = app.oauth.enabled(under_way.strategy.as_str());
    let name = provider.map(|provider| provider.config.name.as_str());
    Page::new(app, next)
        .show("leaving.html", context! { name, back, url => &under_way.external_redirect_url })
}
