//! Signing in, the steps after the first: proving who it is.

use axum::{extract::State, response::Response};
use beadle_domain::{Error, sign_in::SignIn, strategy::Strategy};
use beadle_store::users;
use beadle_types::{SignInId, SignInStatus};
use minijinja::context;
use secrecy::SecretString;
use serde::Deserialize;

use super::super::{errors::is_forms, link, next::Next, page::Page, reply, sessions, social};
use crate::{
    actions::{
        client::Device,
        sign_in::{
            code, find_open,
            open::{NewSession, Proven},
            password, reset_password, second_factor,
        },
    },
    app::App,
    error::{ApiError, ApiResult},
    extract::{Caller, Form, Id, Query},
    frontend::answer::Answer,
    present,
};

mod step;
pub(in super::super) use step::offer;

/// The page of an attempt.
pub(in super::super) fn path(sign_in: &SignIn) -> String {
    format!("/account/sign-in/{}", sign_in.id)
}

#[derive(Deserialize)]
pub(in super::super) struct Wish {
    /// The strategy that the visitor chose, or `choose`.
    with: Option<String>,
    /// Whether they look by themselves if a link was followed.
    check: Option<String>,
}

#[utoipa::path(get, path = "/account/sign-in/{sign_in_id}", operation_id = "showSignInFactors")]
pub(in super::super) async fn show(
    State(app): State<App>,
    caller: Caller,
    next: Next,
    Id(id): Id<SignInId>,
    Query(wish): Query<Wish>,
) -> ApiResult<Response> {
    let sign_in = find(&app, &Device::known(&caller)?, &id).await?;
    let with = wish.with.as_deref();
    if let Some(refused) = link::refusal(sign_in.first_factor.as_ref()).filter(|_| with.is_none()) {
        return again(&app, &caller, &next, &id, Some("choose"), refused).await;
    }
    let shown = page(&app, &caller, &next, &sign_in, (with, wish.check.is_some()), None).await?;
    let awaits = sign_in.awaiting_first_factor().is_ok() && with != Some("choose");
    Ok(link::reloading(
        shown,
        sign_in.first_factor.as_ref().filter(|_| awaits && wish.check.is_none()),
        app.now(),
    ))
}

#[derive(Deserialize)]
pub(in super::super) struct PrepareForm {
    strategy: Option<String>,
    identification: Option<String>,
}

#[utoipa::path(post, path = "/account/sign-in/{sign_in_id}/prepare", operation_id = "prepareSignIn")]
pub(in super::super) async fn prepare(
    State(app): State<App>,
    caller: Caller,
    next: Next,
    Id(id): Id<SignInId>,
    Form(form): Form<PrepareForm>,
) -> ApiResult<Response> {
    let device = Device::known(&caller)?;
    let strategy = strategy(form.strategy.as_deref())?;
    let named = form.identification.as_deref();
    match send(&app, &device, &next, &id, strategy, named).await {
        Ok(sign_in) => Ok(reply::on_to(&path(&sign_in), &next)),
        Err(error) => again(&app, &caller, &next, &id, form.strategy.as_deref(), error).await,
    }
}

async fn send(
    app: &App,
    device: &Device,
    next: &Next,
    id: &SignInId,
    strategy: Strategy,
    named: Option<&str>,
) -> ApiResult<SignIn> {
    let is_second = awaits_second(app, device, id).await?;
    match strategy {
        Strategy::PhoneCode if is_second => second_factor::prepare(app, device, id, named).await,
        Strategy::EmailCode
        | Strategy::EmailLink
        | Strategy::PhoneCode
        | Strategy::ResetPasswordEmailCode
        | Strategy::ResetPasswordPhoneCode => {
            let landing = link::landing(app, &strategy, next)?;
            code::prepare(app, device, id, strategy, named, landing).await
        }
        _ => Err(Error::verification_strategy_invalid().into()),
    }
}

async fn awaits_second(app: &App, device: &Device, id: &SignInId) -> ApiResult<bool> {
    Ok(find(app, device, id).await?.status == SignInStatus::NeedsSecondFactor)
}

/// Who has nothing but one address or number to prove need not choose: the code or link is sent at once.
pub(super) async fn send_only_message(
    app: &App,
    device: &Device,
    next: &Next,
    sign_in: &SignIn,
) -> ApiResult<()> {
    let user = subject(app, sign_in).await?;
    let factors = present::sign_in::sign_in(sign_in, user.as_ref(), app).supported_first_factors;
    let factors = factors.unwrap_or_default();
    let [only] = factors.as_slice() else { return Ok(()) };
    let strategy = Strategy::parse(&only.strategy)?;
    if matches!(strategy, Strategy::EmailCode | Strategy::EmailLink | Strategy::PhoneCode) {
        match send(app, device, next, &sign_in.id, strategy, None).await {
            // Too many: the page offers to try again.
            Err(error) if !is_forms(&error) => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

#[derive(Deserialize)]
pub(in super::super) struct AttemptForm {
    strategy: Option<String>,
    password: Option<SecretString>,
    code: Option<String>,
}

#[utoipa::path(post, path = "/account/sign-in/{sign_in_id}", operation_id = "attemptSignIn")]
pub(in super::super) async fn attempt(
    State(app): State<App>,
    caller: Caller,
    next: Next,
    Id(id): Id<SignInId>,
    Form(form): Form<AttemptForm>,
) -> ApiResult<Response> {
    let device = Device::known(&caller)?;
    let chosen = form.strategy.clone();
    let proven = prove(&app, &caller, &device, &id, form).await;
    match proven.and_then(|proven| finish(&app, &caller, None, proven, &next)) {
        Err(error) => again(&app, &caller, &next, &id, chosen.as_deref(), error).await,
        answered => answered,
    }
}

/// Away with a session, or to the next step. `client` is the secret of a client that is new.
pub(in super::super) fn finish(
    app: &App,
    caller: &Caller,
    client: Option<&str>,
    (proven, new): (Proven, NewSession),
    next: &Next,
) -> ApiResult<Response> {
    match proven {
        Proven::SignedIn(done) => Ok(reply::signed_in(app, caller, client, (&new, &done.1), next)),
        Proven::Continues(going_on) => {
            let answer = Answer::new(app, caller).new_client(client);
            Ok(answer.onto(reply::on_to(&path(&going_on.0), next)))
        }
        Proven::Refused(error) => Err(error.into()),
    }
}

#[derive(Deserialize)]
pub(in super::super) struct PasswordForm {
    password: Option<SecretString>,
    sign_out_of_other_sessions: Option<bool>,
}

#[utoipa::path(
    post,
    path = "/account/sign-in/{sign_in_id}/new-password",
    operation_id = "setPasswordAtSignIn"
)]
pub(in super::super) async fn new_password(
    State(app): State<App>,
    caller: Caller,
    next: Next,
    Id(id): Id<SignInId>,
    Form(form): Form<PasswordForm>,
) -> ApiResult<Response> {
    let device = Device::known(&caller)?;
    let sign_out = form.sign_out_of_other_sessions.unwrap_or(false);
    let reset = match form.password {
        Some(password) => reset_password::reset(&app, &caller, &device, &id, password, sign_out).await,
        None => Err(Error::param_missing("password").into()),
    };
    match reset.and_then(|proven| finish(&app, &caller, None, proven, &next)) {
        Err(error) => again(&app, &caller, &next, &id, None, error).await,
        answered => answered,
    }
}

async fn prove(
    app: &App,
    caller: &Caller,
    device: &Device,
    id: &SignInId,
    form: AttemptForm,
) -> ApiResult<(Proven, NewSession)> {
    let is_second = awaits_second(app, device, id).await?;
    match strategy(form.strategy.as_deref())? {
        strategy @ (Strategy::Totp | Strategy::BackupCode | Strategy::PhoneCode) if is_second => {
            let given = typed_code(form.code)?;
            second_factor::attempt(app, caller, device, id, strategy, given).await
        }
        Strategy::Password => {
            let given = form.password.ok_or_else(|| Error::param_missing("password"))?;
            password::attempt(app, caller, device, id, given).await
        }
        strategy @ (Strategy::EmailCode
        | Strategy::PhoneCode
        | Strategy::ResetPasswordEmailCode
        | Strategy::ResetPasswordPhoneCode) => {
            let given = typed_code(form.code)?;
            code::attempt(app, caller, device, id, strategy, given).await
        }
        _ => Err(Error::verification_strategy_invalid().into()),
    }
}

fn strategy(given: Option<&str>) -> Result<Strategy, Error> {
    Strategy::parse(given.ok_or_else(|| Error::param_missing("strategy"))?)
}

/// A code as people type and paste it: with blanks between the digits.
pub(in super::super) fn typed_code(given: Option<String>) -> Result<String, Error> {
    let code: String = given.unwrap_or_default().split_whitespace().collect();
    if code.is_empty() { Err(Error::param_missing("code")) } else { Ok(code) }
}

async fn find(app: &App, device: &Device, id: &SignInId) -> ApiResult<SignIn> {
    find_open(&mut *app.store.reader().await?, id, &device.row.id, app.now()).await
}

async fn subject(app: &App, sign_in: &SignIn) -> ApiResult<Option<users::UserRecord>> {
    match &sign_in.subject {
        Some((user_id, _)) => Ok(users::load(&mut *app.store.reader().await?, user_id).await?),
        None => Ok(None),
    }
}

/// The page once more, with what was wrong.
async fn again(
    app: &App,
    caller: &Caller,
    next: &Next,
    id: &SignInId,
    with: Option<&str>,
    error: ApiError,
) -> ApiResult<Response> {
    if !is_forms(&error) {
        return Err(error);
    }
    let sign_in = find(app, &Device::known(caller)?, id).await?;
    page(app, caller, next, &sign_in, (with, false), Some(&error)).await
}

async fn page(
    app: &App,
    caller: &Caller,
    next: &Next,
    sign_in: &SignIn,
    (with, checked): (Option<&str>, bool),
    error: Option<&ApiError>,
) -> ApiResult<Response> {
    if sign_in.status == SignInStatus::Complete {
        return sessions::completed(app, caller, next, sign_in.created_session_id.as_ref()).await;
    }
    let user = subject(app, sign_in).await?;
    let shown = present::sign_in::sign_in(sign_in, user.as_ref(), app);
    let link = link::state(sign_in.first_factor.as_ref(), checked, app.now());
    let offered = shown.supported_first_factors.as_deref().unwrap_or_default();
    let providers = match sign_in.status {
        SignInStatus::NeedsFirstFactor => social::buttons_for(app, offered),
        _ => Vec::new(),
    };
    let values = context! { link_state => link, providers, ..step::of(sign_in, &shown, with) };
    Page::new(app, next).failed(error, &["password", "code"]).show("factor.html", values)
}
