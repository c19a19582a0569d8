//! Proving again, inside a session, who one is.

use axum::{extract::State, response::Response};
use beadle_domain::{
    Error,
    reverification::{Level, Status},
    strategy::Strategy,
};
use beadle_types::{ClientId, SessionId};
use secrecy::SecretString;
use serde::Deserialize;

use super::answer::{Answer, dead};
use crate::{
    actions::{
        client::Device,
        reverify::{self, Step},
    },
    app::App,
    error::ApiResult,
    extract::{Caller, Form, Id},
    present,
};

#[derive(Deserialize)]
pub(super) struct StartForm {
    level: Option<String>,
}

#[utoipa::path(
    post,
    path = "/v1/client/sessions/{session_id}/verify",
    operation_id = "startSessionReverification"
)]
pub(super) async fn start(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<SessionId>,
    Form(form): Form<StartForm>,
) -> ApiResult<Response> {
    let level = Level::parse(&form.level.ok_or_else(|| Error::param_missing("level"))?)?;
    let step = reverify::begin(&app, client(&caller)?, id.clone(), level).await?;
    answer(&app, &caller, &id, step).await
}

#[derive(Deserialize)]
pub(super) struct PrepareForm {
    strategy: Option<String>,
    email_address_id: Option<String>,
    phone_number_id: Option<String>,
}

#[utoipa::path(
    post,
    path = "/v1/client/sessions/{session_id}/verify/prepare_first_factor",
    operation_id = "prepareSessionReverificationFirstFactor"
)]
pub(super) async fn prepare_first(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<SessionId>,
    Form(form): Form<PrepareForm>,
) -> ApiResult<Response> {
    prepare(&app, &caller, id, form, Status::NeedsFirstFactor).await
}

#[utoipa::path(
    post,
    path = "/v1/client/sessions/{session_id}/verify/prepare_second_factor",
    operation_id = "prepareSessionReverificationSecondFactor"
)]
pub(super) async fn prepare_second(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<SessionId>,
    Form(form): Form<PrepareForm>,
) -> ApiResult<Response> {
    prepare(&app, &caller, id, form, Status::NeedsSecondFactor).await
}

async fn prepare(
    app: &App,
    caller: &Caller,
    id: SessionId,
    form: PrepareForm,
    status: Status,
) -> ApiResult<Response> {
    let strategy = strategy(form.strategy)?;
    let named = form.email_address_id.or(form.phone_number_id);
    let details = (strategy, named.as_deref());
    let step = reverify::prepare(app, client(caller)?, id.clone(), details, status).await?;
    answer(app, caller, &id, step).await
}

#[derive(Deserialize)]
pub(super) struct AttemptForm {
    strategy: Option<String>,
    password: Option<SecretString>,
    code: Option<SecretString>,
}

impl AttemptForm {
    fn read(self) -> Result<(Strategy, SecretString), Error> {
        let strategy = strategy(self.strategy)?;
        let (given, param) =
            if strategy == Strategy::Password { (self.password, "password") } else { (self.code, "code") };
        Ok((strategy, given.ok_or_else(|| Error::param_missing(param))?))
    }
}

#[utoipa::path(
    post,
    path = "/v1/client/sessions/{session_id}/verify/attempt_first_factor",
    operation_id = "attemptSessionReverificationFirstFactor"
)]
pub(super) async fn attempt_first(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<SessionId>,
    Form(form): Form<AttemptForm>,
) -> ApiResult<Response> {
    let (strategy, given) = form.read()?;
    let step = reverify::attempt_first(&app, client(&caller)?, id.clone(), strategy, given).await?;
    answer(&app, &caller, &id, step).await
}

#[utoipa::path(
    post,
    path = "/v1/client/sessions/{session_id}/verify/attempt_second_factor",
    operation_id = "attemptSessionReverificationSecondFactor"
)]
pub(super) async fn attempt_second(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<SessionId>,
    Form(form): Form<AttemptForm>,
) -> ApiResult<Response> {
    let (strategy, given) = form.read()?;
    let step = reverify::attempt_second(&app, client(&caller)?, id.clone(), strategy, given).await?;
    answer(&app, &caller, &id, step).await
}

fn strategy(given: Option<String>) -> Result<Strategy, Error> {
    Strategy::parse(&given.ok_or_else(|| Error::param_missing("strategy"))?)
}

fn client(caller: &Caller) -> Result<ClientId, Error> {
    Ok(Device::known(caller)?.row.id)
}

async fn answer(app: &App, caller: &Caller, id: &SessionId, step: Step) -> ApiResult<Response> {
    let answer = Answer::new(app, caller);
    let row = Device::known(caller)?.row;
    match step {
        Step::Refused(error) => Err(error.into()),
        Step::Dead(found) => Err(answer.refuse_with_client(dead(&found, id), Some(&row)).await),
        Step::Taken(reverified) => {
            let shown = present::reverification::reverification(app, &reverified);
            let client = answer.client(&row, None).await?;
            Ok(answer.send(shown, Some(client)))
        }
    }
}
