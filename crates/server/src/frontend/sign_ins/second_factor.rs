//! The second factor of a sign-in.

use axum::{extract::State, response::Response};
use beadle_domain::{Error, strategy::Strategy};
use beadle_types::SignInId;

use super::{AttemptForm, PrepareForm, finish, show, strategy};
use crate::{
    actions::{client::Device, sign_in::second_factor},
    app::App,
    error::ApiResult,
    extract::{Caller, Form, Id},
    frontend::answer::Answer,
};

#[utoipa::path(
    post,
    path = "/v1/client/sign_ins/{sign_in_id}/prepare_second_factor",
    operation_id = "prepareSignInFactorTwo"
)]
pub(in crate::frontend) async fn prepare(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<SignInId>,
    Form(form): Form<PrepareForm>,
) -> ApiResult<Response> {
    let device = Device::known(&caller)?;
    if strategy(form.strategy)? != Strategy::PhoneCode {
        return Err(Error::verification_strategy_invalid().into());
    }
    let sign_in = second_factor::prepare(&app, &device, &id, form.phone_number_id.as_deref()).await?;
    show(&app, Answer::new(&app, &caller), &device, &sign_in).await
}

#[utoipa::path(
    post,
    path = "/v1/client/sign_ins/{sign_in_id}/attempt_second_factor",
    operation_id = "attemptSignInFactorTwo"
)]
pub(in crate::frontend) async fn attempt(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<SignInId>,
    Form(form): Form<AttemptForm>,
) -> ApiResult<Response> {
    let device = Device::known(&caller)?;
    let factor = strategy(form.strategy)?;
    if !matches!(factor, Strategy::Totp | Strategy::BackupCode | Strategy::PhoneCode) {
        return Err(Error::verification_strategy_invalid().into());
    }
    let given = form.code.ok_or_else(|| Error::param_missing("code"))?;
    let proven = second_factor::attempt(&app, &caller, &device, &id, factor, given).await?;
    finish(&app, &caller, Answer::new(&app, &caller), proven).await
}
