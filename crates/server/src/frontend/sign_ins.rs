//! Sign-ins.

use axum::{extract::State, response::Response};
use beadle_domain::{
    Error,
    sign_in::{FirstFactor, SignIn},
};
use beadle_store::users;
use beadle_types::SignInId;
use secrecy::SecretString;
use serde::Deserialize;

use super::answer::Answer;
use crate::{
    actions::{
        client::Device,
        sign_in::{
            begin, email_code, find_open,
            open::{NewSession, Proven},
            password,
        },
    },
    app::App,
    error::ApiResult,
    extract::{Caller, Form, Id},
    present,
};

#[derive(Deserialize)]
pub(super) struct CreateForm {
    strategy: Option<String>,
    identifier: Option<String>,
    password: Option<SecretString>,
}

#[utoipa::path(post, path = "/v1/client/sign_ins", operation_id = "createSignIn")]
pub(super) async fn create(
    State(app): State<App>,
    caller: Caller,
    Form(form): Form<CreateForm>,
) -> ApiResult<Response> {
    let factor = form.strategy.as_deref().map(FirstFactor::parse).transpose()?;
    let identifier = form.identifier.as_deref().map(str::trim).filter(|text| !text.is_empty());
    if factor.is_some() && identifier.is_none() {
        return Err(Error::param_missing("identifier").into());
    }
    // A password manager may have filled the password in beside the identifier.
    let password = form.password.filter(|_| identifier.is_some() && factor != Some(FirstFactor::EmailCode));
    if factor == Some(FirstFactor::Password) && password.is_none() {
        return Err(Error::param_missing("password").into());
    }
    let (mut device, token) = Device::of(&app, &caller);
    let sign_in = begin::begin(&app, &mut device, identifier).await?;
    let answer = Answer::new(&app, &caller).new_client(token.as_deref());
    if let Some(given) = password {
        return match password::attempt(&app, &caller, &device, &sign_in.id, given).await {
            Ok(proven) => finish(&app, &caller, answer, proven).await,
            Err(error) => Err(answer.refuse(error)),
        };
    }
    let sign_in = match factor {
        Some(FirstFactor::EmailCode) => match email_code::prepare(&app, &device, &sign_in.id, None).await {
            Ok(sign_in) => sign_in,
            Err(error) => return Err(answer.refuse(error)),
        },
        _ => sign_in,
    };
    show(&app, answer, &device, &sign_in).await
}

#[utoipa::path(get, path = "/v1/client/sign_ins/{sign_in_id}", operation_id = "getSignIn")]
pub(super) async fn get(State(app): State<App>, caller: Caller, Id(id): Id<SignInId>) -> ApiResult<Response> {
    let device = Device::known(&caller)?;
    let sign_in = find_open(&mut *app.store.reader().await?, &id, &device.row.id, app.now()).await?;
    show(&app, Answer::new(&app, &caller), &device, &sign_in).await
}

#[derive(Deserialize)]
pub(super) struct PrepareForm {
    strategy: Option<String>,
    email_address_id: Option<String>,
}

#[utoipa::path(
    post,
    path = "/v1/client/sign_ins/{sign_in_id}/prepare_first_factor",
    operation_id = "prepareSignInFactorOne"
)]
pub(super) async fn prepare_first_factor(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<SignInId>,
    Form(form): Form<PrepareForm>,
) -> ApiResult<Response> {
    let device = Device::known(&caller)?;
    match strategy(form.strategy)? {
        FirstFactor::Password => Err(Error::verification_strategy_invalid().into()),
        FirstFactor::EmailCode => {
            let sign_in = email_code::prepare(&app, &device, &id, form.email_address_id.as_deref()).await?;
            show(&app, Answer::new(&app, &caller), &device, &sign_in).await
        }
    }
}

#[derive(Deserialize)]
pub(super) struct AttemptForm {
    strategy: Option<String>,
    password: Option<SecretString>,
    code: Option<String>,
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
        FirstFactor::Password => {
            let given = form.password.ok_or_else(|| Error::param_missing("password"))?;
            password::attempt(&app, &caller, &device, &id, given).await?
        }
        FirstFactor::EmailCode => {
            let given = form.code.ok_or_else(|| Error::param_missing("code"))?;
            email_code::attempt(&app, &caller, &device, &id, given).await?
        }
    };
    finish(&app, &caller, Answer::new(&app, &caller), proven).await
}

fn strategy(given: Option<String>) -> Result<FirstFactor, Error> {
    FirstFactor::parse(&given.ok_or_else(|| Error::param_missing("strategy"))?)
}

/// An attempt that is not finished.
async fn show(app: &App, answer: Answer<'_>, device: &Device, sign_in: &SignIn) -> ApiResult<Response> {
    let user = match &sign_in.subject {
        Some((user_id, _)) => users::load(&mut *app.store.reader().await?, user_id).await?,
        None => None,
    };
    let shown = present::sign_in::sign_in(sign_in, user.as_ref());
    let client = answer.client(&device.row, None).await?;
    Ok(answer.send(shown, Some(client)))
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
        Proven::Refused(error) => return Err(answer.refuse(error.into())),
    };
    let answer = answer.signed_in(&new, &record);
    let token = app.instance.mint_first(&record, caller.origin.as_deref(), app.now(), &*app.rng);
    let fresh = token.as_ref().map(|token| (&record.session.id, token));
    let client = answer.client(&device.row, fresh).await?;
    Ok(answer.send(present::sign_in::sign_in(&sign_in, None), Some(client)))
}
