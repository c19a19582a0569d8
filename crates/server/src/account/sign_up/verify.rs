//! Signing up, the steps after the first: what is still missing, and the proof of the address.

use axum::{extract::State, response::Response};
use beadle_domain::{sign_up::SignUp, strategy::Strategy};
use beadle_types::{SignUpId, SignUpStatus};
use minijinja::{Value, context, value::Serde};
use serde::Deserialize;

use super::{
    super::{errors::is_forms, link, next::Next, page::Page, reply, sessions, sign_in::factors::typed_code},
    Given,
    fields::{self, Field},
};
use crate::{
    actions::{
        client::Device,
        sign_in::open::NewSession,
        sign_up::{
            Step, code, find_open,
            submit::{self, Values},
        },
    },
    app::App,
    error::{ApiError, ApiResult},
    extract::{Caller, Form, Id, Query},
    frontend::answer::Answer,
};

#[derive(Deserialize)]
pub(in super::super) struct Wish {
    /// To correct what was given.
    edit: Option<String>,
    /// Whether they look by themselves if a link was followed.
    check: Option<String>,
}

#[utoipa::path(get, path = "/account/sign-up/{sign_up_id}", operation_id = "showSignUpVerification")]
pub(in super::super) async fn show(
    State(app): State<App>,
    caller: Caller,
    next: Next,
    Id(id): Id<SignUpId>,
    Query(wish): Query<Wish>,
) -> ApiResult<Response> {
    let sign_up = find(&app, &Device::known(&caller)?, &id).await?;
    let (edit, check) = (wish.edit.is_some(), wish.check.is_some());
    let shown = page(&app, &caller, &next, &sign_up, (edit, check), None).await?;
    let awaited = sign_up.email_verification.as_ref().filter(|_| !edit && !check);
    Ok(link::reloading(shown, awaited, app.now()))
}

#[utoipa::path(post, path = "/account/sign-up/{sign_up_id}", operation_id = "updateSignUp")]
pub(in super::super) async fn update(
    State(app): State<App>,
    caller: Caller,
    next: Next,
    Id(id): Id<SignUpId>,
    Form(given): Form<Given>,
) -> ApiResult<Response> {
    let device = Device::known(&caller)?;
    match give(&app, &caller, device.clone(), None, Some(&id), given.values(), &next).await {
        Err(error) => again(&app, &caller, &next, &id, true, error).await,
        answered => answered,
    }
}

/// Submits values; with all of them given, the user is made or a code is sent.
pub(super) async fn give(
    app: &App,
    caller: &Caller,
    device: Device,
    client: Option<&str>,
    id: Option<&SignUpId>,
    values: Values,
    next: &Next,
) -> ApiResult<Response> {
    let (step, new) = submit::submit(app, caller, &device, id, values).await?;
    let sign_up = &step.sign_up;
    let is_asked = sign_up.requirements(&app.instance.settings()).missing.is_empty();
    if let Some(proof) = Proof::due(app, sign_up)
        && is_asked
        && step.session.is_none()
        && !proof.is_sent(sign_up)
    {
        let sent = proof.send(app, &step.device, next, &sign_up.id).await;
        // Too many codes: the page offers to try again.
        if let Err(error) = sent
            && !is_forms(&error)
        {
            return Err(error);
        }
    }
    go_on(app, caller, client, step, &new, next)
}

#[utoipa::path(post, path = "/account/sign-up/{sign_up_id}/prepare", operation_id = "prepareSignUp")]
pub(in super::super) async fn prepare(
    State(app): State<App>,
    caller: Caller,
    next: Next,
    Id(id): Id<SignUpId>,
) -> ApiResult<Response> {
    let device = Device::known(&caller)?;
    let sign_up = find(&app, &device, &id).await?;
    let proof = Proof::due(&app, &sign_up).unwrap_or(Proof::Email);
    match proof.send(&app, &device, &next, &id).await {
        Ok(sign_up) => Ok(reply::on_to(&path(&sign_up), &next)),
        Err(error) => again(&app, &caller, &next, &id, false, error).await,
    }
}

#[derive(Deserialize)]
pub(in super::super) struct CodeForm {
    code: Option<String>,
}

#[utoipa::path(post, path = "/account/sign-up/{sign_up_id}/code", operation_id = "attemptSignUp")]
pub(in super::super) async fn attempt(
    State(app): State<App>,
    caller: Caller,
    next: Next,
    Id(id): Id<SignUpId>,
    Form(form): Form<CodeForm>,
) -> ApiResult<Response> {
    let device = Device::known(&caller)?;
    let sign_up = find(&app, &device, &id).await?;
    let strategy = Proof::due(&app, &sign_up).unwrap_or(Proof::Email).strategy(&app);
    let tried = match typed_code(form.code) {
        Ok(given) => code::attempt(&app, &caller, &device, &id, strategy, given).await,
        Err(error) => Err(error.into()),
    };
    let refused = match tried {
        Ok((Step { refused: Some(refused), .. }, _)) => refused.into(),
        Ok((mut step, new)) => {
            // With the address proven, the number may be next.
            if let Some(proof) = Proof::due(&app, &step.sign_up).filter(|_| step.session.is_none())
                && !proof.is_sent(&step.sign_up)
            {
                step.sign_up = proof.send(&app, &device, &next, &id).await?;
            }
            return go_on(&app, &caller, None, step, &new, &next);
        }
        Err(error) => error,
    };
    again(&app, &caller, &next, &id, false, refused).await
}

/// What is to be proven by a code or a link.
#[derive(Clone, Copy)]
enum Proof {
    Email,
    Phone,
}

impl Proof {
    /// The next one, if any is missing.
    fn due(app: &App, sign_up: &SignUp) -> Option<Self> {
        let unverified = sign_up.requirements(&app.instance.settings()).unverified;
        unverified.into_iter().find_map(|field| match field {
            "email_address" => Some(Self::Email),
            "phone_number" => Some(Self::Phone),
            _ => None,
        })
    }

    /// By code where the instance has both: it stays on the page.
    fn strategy(self, app: &App) -> Strategy {
        let by_code = app.instance.settings().factors.allows(&Strategy::EmailCode);
        match self {
            Self::Email if !by_code => Strategy::EmailLink,
            Self::Email => Strategy::EmailCode,
            Self::Phone => Strategy::PhoneCode,
        }
    }

    async fn send(self, app: &App, device: &Device, next: &Next, id: &SignUpId) -> ApiResult<SignUp> {
        let strategy = self.strategy(app);
        let landing = link::landing(app, &strategy, next)?;
        code::prepare(app, device, id, strategy, landing).await
    }

    fn is_sent(self, sign_up: &SignUp) -> bool {
        match self {
            Self::Email => sign_up.email_verification.is_some(),
            Self::Phone => sign_up.phone_verification.is_some(),
        }
    }

    fn target(self, sign_up: &SignUp) -> Option<&str> {
        match self {
            Self::Email => sign_up.email_address.as_deref(),
            Self::Phone => sign_up.phone_number.as_deref(),
        }
    }
}

/// Away with a session, or to the next step.
pub(in super::super) fn go_on(
    app: &App,
    caller: &Caller,
    client: Option<&str>,
    step: Step,
    new: &NewSession,
    next: &Next,
) -> ApiResult<Response> {
    match (step.refused, &step.session) {
        (Some(refused), _) => Err(refused.into()),
        (None, Some(record)) => Ok(reply::signed_in(app, caller, client, (new, record), next)),
        (None, None) => {
            let answer = Answer::new(app, caller).new_client(client);
            Ok(answer.onto(reply::on_to(&path(&step.sign_up), next)))
        }
    }
}

/// The page of an attempt.
pub(in super::super) fn path(sign_up: &SignUp) -> String {
    format!("/account/sign-up/{}", sign_up.id)
}

async fn find(app: &App, device: &Device, id: &SignUpId) -> ApiResult<SignUp> {
    find_open(&mut *app.store.reader().await?, id, &device.row.id, app.now()).await
}

/// The page once more, with what was wrong.
async fn again(
    app: &App,
    caller: &Caller,
    next: &Next,
    id: &SignUpId,
    edit: bool,
    error: ApiError,
) -> ApiResult<Response> {
    if !is_forms(&error) {
        return Err(error);
    }
    let sign_up = find(app, &Device::known(caller)?, id).await?;
    page(app, caller, next, &sign_up, (edit, false), Some(&error)).await
}

async fn page(
    app: &App,
    caller: &Caller,
    next: &Next,
    sign_up: &SignUp,
    (edit, checked): (bool, bool),
    error: Option<&ApiError>,
) -> ApiResult<Response> {
    if sign_up.status == SignUpStatus::Complete {
        return sessions::completed(app, caller, next, sign_up.created_session_id.as_ref()).await;
    }
    let settings = &app.instance.settings();
    let needs = sign_up.requirements(settings);
    if !edit && needs.missing.is_empty() {
        let proof = Proof::due(app, sign_up);
        let values = context! {
            path => path(sign_up),
            to => proof.and_then(|proof| proof.target(sign_up)),
            is_phone => matches!(proof, Some(Proof::Phone)),
            link_state => link::state(sign_up.email_verification.as_ref(), checked, app.now()),
            is_sent => proof.is_some_and(|proof| proof.is_sent(sign_up)),
        };
        return Page::new(app, next).failed(error, &["code"]).show("sign_up_verify.html", values);
    }
    let mut names = needs.missing;
    if edit {
        names.extend(needs.unverified);
    }
    let given = Given {
        email_address: sign_up.email_address.clone(),
        phone_number: sign_up.phone_number.clone(),
        ..Given::default()
    };
    let fields = fields::only(settings, &names, &given);
    let names: Vec<_> = fields.iter().map(Field::name).collect();
    let values = context! {
        path => path(sign_up),
        fields => Value::from(Serde(&fields)),
        password => fields::password_rules(settings),
        providers => (),
        ticket => (),
    };
    Page::new(app, next).failed(error, &names).show("sign_up.html", values)
}
