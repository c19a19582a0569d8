//! Sign-ups.

use axum::{extract::State, response::Response};
use beadle_domain::{Error, strategy::Strategy};
use beadle_types::{SignUpId, SignUpStatus};
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    answer::Answer,
    oauth::{self, OAuthForm},
};
use crate::{
    actions::{
        client::{Device, refuse_second_session},
        oauth::sign_up as social,
        sign_in::open::NewSession,
        sign_up::{
            Step, code, find_open,
            submit::{self, Values},
        },
    },
    app::App,
    error::ApiResult,
    extract::{Caller, Form, Id, Site},
    present,
};

#[derive(Deserialize)]
pub(super) struct SignUpForm {
    strategy: Option<String>,
    email_address: Option<String>,
    phone_number: Option<String>,
    email_address_or_phone_number: Option<String>,
    username: Option<String>,
    password: Option<SecretString>,
    first_name: Option<String>,
    last_name: Option<String>,
    locale: Option<String>,
    unsafe_metadata: Option<String>,
    legal_accepted: Option<bool>,
    redirect_url: Option<String>,
    ticket: Option<SecretString>,
    transfer: Option<bool>,
    #[serde(flatten)]
    oauth: OAuthForm,
}

impl SignUpForm {
    fn values(self) -> Values {
        let either = self.email_address_or_phone_number;
        let (email, phone) = match either {
            Some(text) if text.contains('@') => (Some(text), None),
            other => (None, other),
        };
        Values {
            email_address: self.email_address.or(email),
            phone_number: self.phone_number.or(phone),
            username: self.username,
            first_name: self.first_name,
            last_name: self.last_name,
            locale: self.locale,
            password: self.password,
            unsafe_metadata: self.unsafe_metadata,
            legal_accepted: self.legal_accepted.unwrap_or(false),
            ticket: self.ticket,
        }
    }
}

#[utoipa::path(post, path = "/v1/client/sign_ups", operation_id = "createSignUps")]
pub(super) async fn create(
    State(app): State<App>,
    caller: Caller,
    site: Site,
    Form(form): Form<SignUpForm>,
) -> ApiResult<Response> {
    refuse_second_session(&app, &caller).await?;
    let (device, token) = Device::of(&app, &caller);
    submit_form(&app, &caller, &site, device, token, None, form).await
}

#[utoipa::path(get, path = "/v1/client/sign_ups/{sign_up_id}", operation_id = "getSignUps")]
pub(super) async fn get(State(app): State<App>, caller: Caller, Id(id): Id<SignUpId>) -> ApiResult<Response> {
    let device = Device::known(&caller)?;
    let sign_up = find_open(&mut *app.store.reader().await?, &id, &device.row.id, app.now()).await?;
    let step = Step { sign_up, session: None, device, refused: None };
    answer(&app, &caller, Answer::new(&app, &caller), step, None).await
}

#[utoipa::path(patch, path = "/v1/client/sign_ups/{sign_up_id}", operation_id = "updateSignUps")]
pub(super) async fn update(
    State(app): State<App>,
    caller: Caller,
    site: Site,
    Id(id): Id<SignUpId>,
    Form(form): Form<SignUpForm>,
) -> ApiResult<Response> {
    let device = Device::known(&caller)?;
    submit_form(&app, &caller, &site, device, None, Some(&id), form).await
}

async fn submit_form(
    app: &App,
    caller: &Caller,
    site: &Site,
    device: Device,
    token: Option<String>,
    id: Option<&SignUpId>,
    mut form: SignUpForm,
) -> ApiResult<Response> {
    let redirect_url = form.redirect_url.clone();
    let way = form.strategy.as_deref().and_then(|word| oauth::provider(Strategy::parse(word).ok().as_ref()));
    // A transfer names the strategy that was proven.
    let transfer = form.transfer == Some(true);
    let oauth = std::mem::take(&mut form.oauth);
    let request = way.filter(|_| !transfer).map(|way| oauth.request(app, site, way, redirect_url.as_deref()));
    let request = request.transpose()?;
    let word = form.strategy.as_deref().filter(|word| *word != "ticket" && !transfer && request.is_none());
    let prepare = word.map(proof).transpose()?;
    let (mut step, mut new) = submit::submit(app, caller, &device, id, form.values()).await?;
    if transfer && step.session.is_none() {
        (step, new) = Box::pin(social::transfer(app, caller, &step.device, &step.sign_up.id)).await?;
    }
    if let Some(request) = request.filter(|_| step.session.is_none()) {
        let start = social::start(app, caller, site, &step.device, &step.sign_up.id, request);
        step.sign_up = Box::pin(start).await?;
    }
    if let Some(strategy) = prepare.filter(|_| step.session.is_none()) {
        step.sign_up = code::prepare(app, &step.device, &step.sign_up.id, strategy, redirect_url).await?;
    }
    let reply = Answer::new(app, caller).new_client(token.as_deref());
    answer(app, caller, reply, step, Some(&new)).await
}

#[derive(Deserialize)]
pub(super) struct VerificationForm {
    strategy: Option<String>,
    code: Option<String>,
    redirect_url: Option<String>,
}

impl VerificationForm {
    fn strategy(&self) -> Result<Strategy, Error> {
        proof(self.strategy.as_deref().ok_or_else(|| Error::param_missing("strategy"))?)
    }
}

/// A strategy that proves an address or number of a sign-up.
fn proof(word: &str) -> Result<Strategy, Error> {
    match Strategy::parse(word)? {
        strategy @ (Strategy::EmailCode | Strategy::EmailLink | Strategy::PhoneCode) => Ok(strategy),
        _ => Err(Error::param_value_invalid("strategy", word)),
    }
}

#[utoipa::path(
    post,
    path = "/v1/client/sign_ups/{sign_up_id}/prepare_verification",
    operation_id = "prepareSignUpsVerification"
)]
pub(super) async fn prepare_verification(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<SignUpId>,
    Form(form): Form<VerificationForm>,
) -> ApiResult<Response> {
    let strategy = form.strategy()?;
    let device = Device::known(&caller)?;
    let sign_up = code::prepare(&app, &device, &id, strategy, form.redirect_url).await?;
    let step = Step { sign_up, session: None, device, refused: None };
    answer(&app, &caller, Answer::new(&app, &caller), step, None).await
}

#[utoipa::path(
    post,
    path = "/v1/client/sign_ups/{sign_up_id}/attempt_verification",
    operation_id = "attemptSignUpsVerification"
)]
pub(super) async fn attempt_verification(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<SignUpId>,
    Form(form): Form<VerificationForm>,
) -> ApiResult<Response> {
    let strategy = form.strategy()?;
    let given = form.code.ok_or_else(|| Error::param_missing("code"))?;
    let device = Device::known(&caller)?;
    let (step, new) = code::attempt(&app, &caller, &device, &id, strategy, given).await?;
    answer(&app, &caller, Answer::new(&app, &caller), step, Some(&new)).await
}

async fn answer(
    app: &App,
    caller: &Caller,
    mut answer: Answer<'_>,
    step: Step,
    new: Option<&NewSession>,
) -> ApiResult<Response> {
    if let Some(refused) = step.refused {
        return Err(answer.refuse(refused.into()));
    }
    let mut token = None;
    if let (Some(record), Some(new)) = (&step.session, new) {
        answer = answer.signed_in(new, record);
        token = app.instance.mint_first(record, caller.origin.as_deref(), app.now(), &*app.rng);
    }
    let fresh = step.session.as_ref().zip(token.as_ref()).map(|(record, token)| (&record.session.id, token));
    let shown = present::sign_up::sign_up(&step.sign_up, &app.instance.settings());
    let mut client = answer.client(&step.device.row, fresh).await?;
    if step.sign_up.status == SignUpStatus::Complete && new.is_none() && !client.sessions.is_empty() {
        // A link completed it elsewhere: this page learns it here, and draws what it says from the attempt.
        answer = answer.signed_in_since(step.sign_up.updated_at);
        client.sign_up = Some(shown.clone());
    }
    Ok(answer.send(shown, Some(client)))
}
