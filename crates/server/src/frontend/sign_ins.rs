//! Sign-ins.

pub(super) mod second_factor;

use axum::{extract::State, response::Response};
use beadle_domain::{Error, sign_in::SignIn, strategy::Strategy};
use beadle_store::users;
use beadle_types::{SignInId, SignInStatus};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::{
    answer::Answer,
    oauth::{self, OAuthForm},
};
use crate::{
    actions::{
        self,
        client::{Device, refuse_second_session},
        oauth::sign_in as social,
        passkeys,
        sign_in::{
            begin, code, find_open,
            open::{NewSession, Proven},
            passkey, password, reset_password, ticket,
        },
    },
    app::App,
    error::ApiResult,
    extract::{Caller, Form, Id, Site},
    present,
};

#[derive(Deserialize)]
pub(super) struct CreateForm {
    strategy: Option<String>,
    identifier: Option<String>,
    password: Option<SecretString>,
    ticket: Option<SecretString>,
    redirect_url: Option<String>,
    transfer: Option<bool>,
    #[serde(flatten)]
    oauth: OAuthForm,
}

#[utoipa::path(post, path = "/v1/client/sign_ins", operation_id = "createSignIn")]
pub(super) async fn create(
    State(app): State<App>,
    caller: Caller,
    site: Site,
    Form(form): Form<CreateForm>,
) -> ApiResult<Response> {
    let factor = form.strategy.as_deref().map(Strategy::parse).transpose()?;
    refuse_second_session(&app, &caller).await?;
    if factor == Some(Strategy::Ticket) || (factor.is_none() && form.ticket.is_some()) {
        return with_ticket(&app, &caller, form.ticket).await;
    }
    if form.transfer == Some(true) {
        return transfer(&app, &caller).await;
    }
    if let Some(provider) = oauth::provider(factor.as_ref()) {
        return set_out(
            &app,
            &caller,
            &site,
            form.oauth.request(&app, &site, provider, form.redirect_url.as_deref())?,
        )
        .await;
    }
    let identifier = form.identifier.as_deref().map(str::trim).filter(|text| !text.is_empty());
    // A passkey names its user itself.
    if identifier.is_none() && factor.as_ref().is_some_and(|factor| *factor != Strategy::Passkey) {
        return Err(Error::param_missing("identifier").into());
    }
    // A password manager may have filled the password in beside the identifier.
    let password =
        form.password.filter(|_| identifier.is_some() && matches!(factor, None | Some(Strategy::Password)));
    if factor == Some(Strategy::Password) && password.is_none() {
        return Err(Error::param_missing("password").into());
    }
    let (mut device, token) = Device::of(&app, &caller);
    let begun = begin::begin(&app, &mut device, identifier).await;
    if let (Err(_), Some(given)) = (&begun, &password) {
        // Whether there is such an account is told, as Clerk does; how long that took is to tell nothing more.
        actions::password::verify(&app, None, None, given.clone()).await?;
    }
    let sign_in = begun?;
    let answer = Answer::new(&app, &caller).new_client(token.as_deref());
    if let Some(given) = password {
        return match password::attempt(&app, &caller, &device, &sign_in.id, given).await {
            Ok(proven) => finish(&app, &caller, answer, proven).await,
            Err(error) => Err(answer.refuse(error)),
        };
    }
    let sign_in = match factor {
        None => sign_in,
        Some(factor) => {
            match prepare(&app, &caller, &device, &sign_in.id, factor, (None, form.redirect_url)).await {
                Ok(sign_in) => sign_in,
                Err(error) => return Err(answer.refuse(error)),
            }
        }
    };
    show(&app, answer, &device, &sign_in).await
}

async fn with_ticket(app: &App, caller: &Caller, ticket: Option<SecretString>) -> ApiResult<Response> {
    let ticket = ticket.ok_or_else(|| Error::param_missing("ticket"))?;
    let (device, token) = Device::of(app, caller);
    let proven = ticket::sign_in(app, caller, &device, ticket.expose_secret()).await?;
    finish(app, caller, Answer::new(app, caller).new_client(token.as_deref()), proven).await
}

/// Begins with a way to a provider.
async fn set_out(app: &App, caller: &Caller, site: &Site, request: social::Request) -> ApiResult<Response> {
    let (mut device, token) = Device::of(app, caller);
    let sign_in = social::start(app, caller, site, &mut device, request).await?;
    show(app, Answer::new(app, caller).new_client(token.as_deref()), &device, &sign_in).await
}

/// Goes on with the account that a sign-up has proven.
async fn transfer(app: &App, caller: &Caller) -> ApiResult<Response> {
    let mut device = Device::known(caller)?;
    let sign_in = begin::begin(app, &mut device, None).await?;
    let proven = social::transfer(app, caller, &device, &sign_in.id).await?;
    finish(app, caller, Answer::new(app, caller), proven).await
}

#[utoipa::path(get, path = "/v1/client/sign_ins/{sign_in_id}", operation_id = "getSignIn")]
pub(super) async fn get(State(app): State<App>, caller: Caller, Id(id): Id<SignInId>) -> ApiResult<Response> {
    let device = Device::known(&caller)?;
    let sign_in = find_open(&mut *app.store.reader().await?, &id, &device.row.id, app.now()).await?;
    let answer = Answer::new(&app, &caller);
    // The browser library asks for the attempt until the link was followed, and shows an error only if it is the answer.
    if let Some(refused) = sign_in.refused_at_link() {
        return Err(answer.refuse(refused.into()));
    }
    show(&app, answer, &device, &sign_in).await
}

#[derive(Deserialize)]
pub(super) struct PrepareForm {
    strategy: Option<String>,
    email_address_id: Option<String>,
    phone_number_id: Option<String>,
    redirect_url: Option<String>,
    #[serde(flatten)]
    oauth: OAuthForm,
}

#[utoipa::path(
    post,
    path = "/v1/client/sign_ins/{sign_in_id}/prepare_first_factor",
    operation_id = "prepareSignInFactorOne"
)]
pub(super) async fn prepare_first_factor(
    State(app): State<App>,
    caller: Caller,
    site: Site,
    Id(id): Id<SignInId>,
    Form(form): Form<PrepareForm>,
) -> ApiResult<Response> {
    let device = Device::known(&caller)?;
    let factor = strategy(form.strategy)?;
    if let Some(provider) = oauth::provider(Some(&factor)) {
        let request = form.oauth.request(&app, &site, provider, form.redirect_url.as_deref())?;
        let sign_in = social::prepare(&app, &caller, &site, &device, &id, request).await?;
        return show(&app, Answer::new(&app, &caller), &device, &sign_in).await;
    }
    let named = form.email_address_id.or(form.phone_number_id);
    let details = (named.as_deref(), form.redirect_url);
    let sign_in = prepare(&app, &caller, &device, &id, factor, details).await?;
    show(&app, Answer::new(&app, &caller), &device, &sign_in).await
}

async fn prepare(
    app: &App,
    caller: &Caller,
    device: &Device,
    id: &SignInId,
    strategy: Strategy,
    (named, redirect_url): (Option<&str>, Option<String>),
) -> ApiResult<SignIn> {
    match strategy {
        Strategy::EmailCode
        | Strategy::EmailLink
        | Strategy::PhoneCode
        | Strategy::ResetPasswordEmailCode
        | Strategy::ResetPasswordPhoneCode => {
            code::prepare(app, device, id, strategy, named, redirect_url).await
        }
        Strategy::Passkey => passkey::prepare(app, device, id, passkeys::site(app, caller)?).await,
        _ => Err(Error::verification_strategy_invalid().into()),
    }
}

#[derive(Deserialize)]
pub(super) struct AttemptForm {
    strategy: Option<String>,
    password: Option<SecretString>,
    code: Option<String>,
    public_key_credential: Option<String>,
}

#[utoipa::path(
    post,
    path = "/v1/client/sign_ins/{sign_in_id}/attempt_first_factor",
    operation_id = "attemptSignInFactorOne"
)]
pub(super) async fn attempt_first_factor(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<SignInId>,
    Form(form): Form<AttemptForm>,
) -> ApiResult<Response> {
    let device = Device::known(&caller)?;
    let proven = match strategy(form.strategy)? {
        Strategy::Password => {
            let given = form.password.ok_or_else(|| Error::param_missing("password"))?;
            password::attempt(&app, &caller, &device, &id, given).await?
        }
        strategy @ (Strategy::EmailCode
        | Strategy::PhoneCode
        | Strategy::ResetPasswordEmailCode
        | Strategy::ResetPasswordPhoneCode) => {
            let given = form.code.ok_or_else(|| Error::param_missing("code"))?;
            code::attempt(&app, &caller, &device, &id, strategy, given).await?
        }
        Strategy::Passkey => {
            let given = form.public_key_credential;
            let given = given.ok_or_else(|| Error::param_missing("public_key_credential"))?;
            passkey::attempt(&app, &caller, &device, &id, &given).await?
        }
        _ => return Err(Error::verification_strategy_invalid().into()),
    };
    finish(&app, &caller, Answer::new(&app, &caller), proven).await
}

#[derive(Deserialize)]
pub(super) struct ResetForm {
    password: Option<SecretString>,
    sign_out_of_other_sessions: Option<bool>,
}

#[utoipa::path(
    post,
    path = "/v1/client/sign_ins/{sign_in_id}/reset_password",
    operation_id = "resetPassword"
)]
pub(super) async fn reset_password(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<SignInId>,
    Form(form): Form<ResetForm>,
) -> ApiResult<Response> {
    let device = Device::known(&caller)?;
    let password = form.password.ok_or_else(|| Error::param_missing("password"))?;
    let sign_out = form.sign_out_of_other_sessions.unwrap_or(false);
    let proven = reset_password::reset(&app, &caller, &device, &id, password, sign_out).await?;
    finish(&app, &caller, Answer::new(&app, &caller), proven).await
}

fn strategy(given: Option<String>) -> Result<Strategy, Error> {
    Strategy::parse(&given.ok_or_else(|| Error::param_missing("strategy"))?)
}

/// An attempt that is not finished.
async fn show(app: &App, answer: Answer<'_>, device: &Device, sign_in: &SignIn) -> ApiResult<Response> {
    let user = match &sign_in.subject {
        Some((user_id, _)) => users::load(&mut *app.store.reader().await?, user_id).await?,
        None => None,
    };
    let shown = present::sign_in::sign_in(sign_in, user.as_ref(), app);
    let mut client = answer.client(&device.row, None).await?;
    if sign_in.status != SignInStatus::Complete || client.sessions.is_empty() {
        return Ok(answer.send(shown, Some(client)));
    }
    // A link completed it elsewhere: this page learns it here, and draws what it says from the attempt.
    client.sign_in = Some(shown.clone());
    Ok(answer.signed_in_since(sign_in.updated_at).send(shown, Some(client)))
}

/// A proven attempt: a session with its first token, or the refusal.
async fn finish(
    app: &App,
    caller: &Caller,
    answer: Answer<'_>,
    (proven, new): (Proven, NewSession),
) -> ApiResult<Response> {
    let (sign_in, record, device) = match proven {
        Proven::SignedIn(done) => *done,
        Proven::Continues(going_on) => {
            let (sign_in, device) = *going_on;
            return show(app, answer, &device, &sign_in).await;
        }
        Proven::Refused(error) => return Err(answer.refuse(error.into())),
    };
    let answer = answer.signed_in(&new, &record);
    let token = app.instance.mint_first(&record, caller.origin.as_deref(), app.now(), &*app.rng);
    let fresh = token.as_ref().map(|token| (&record.session.id, token));
    let client = answer.client(&device.row, fresh).await?;
    Ok(answer.send(present::sign_in::sign_in(&sign_in, None, app), Some(client)))
}
