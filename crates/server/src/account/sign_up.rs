//! Signing up, first step: what the instance asks for.

mod fields;
pub(super) mod verify;

use axum::{extract::State, http::StatusCode, response::Response};
use beadle_domain::settings::SignUpMode;
use beadle_types::code;
use minijinja::{Value, context, value::Serde};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use self::fields::Field;
use super::{errors::is_forms, next::Next, page::Page, reply, sessions, social, waitlist};
use crate::{
    actions::{client::Device, sign_up::submit::Values},
    app::App,
    error::{ApiError, ApiResult},
    extract::{Caller, Form, Query},
};

/// How the action says that they may not.
const CLOSED: [&str; 2] = [code::SIGN_UP_MODE_RESTRICTED, code::SIGN_UP_RESTRICTED_WAITLIST];

/// Whether visitors may sign up at all.
pub(super) fn is_open(app: &App) -> bool {
    app.instance.settings().sign_up_mode == SignUpMode::Public
}

#[derive(Deserialize)]
pub(super) struct Wish {
    /// An invitation.
    #[serde(rename = "__clerk_ticket")]
    ticket: Option<SecretString>,
}

#[utoipa::path(get, path = "/account/sign-up", operation_id = "showSignUp")]
pub(super) async fn show(
    State(app): State<App>,
    caller: Caller,
    next: Next,
    Query(wish): Query<Wish>,
) -> ApiResult<Response> {
    if wish.ticket.is_none() && !is_open(&app) {
        return closed(&app, &next);
    }
    if !sessions::live(&app, caller.client.as_ref()).await?.is_empty() {
        return Ok(reply::on_to("/account/sign-in", &next));
    }
    form(&app, &next, &Given::only_ticket(wish.ticket), None)
}

/// What visitors type.
#[derive(Default, Deserialize)]
pub(super) struct Given {
    email_address: Option<String>,
    phone_number: Option<String>,
    username: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    password: Option<SecretString>,
    legal_accepted: Option<bool>,
    ticket: Option<SecretString>,
}

impl Given {
    /// Nothing, but perhaps an invitation.
    pub(super) fn only_ticket(ticket: Option<SecretString>) -> Self {
        Self { ticket, ..Self::default() }
    }

    fn values(self) -> Values {
        Values {
            email_address: self.email_address,
            phone_number: self.phone_number,
            username: self.username,
            first_name: self.first_name,
            last_name: self.last_name,
            password: self.password,
            legal_accepted: self.legal_accepted.unwrap_or(false),
            ticket: self.ticket,
            ..Values::default()
        }
    }

    /// What is shown again after a refusal; a password is not.
    fn without_password(&self) -> Self {
        Self {
            email_address: self.email_address.clone(),
            phone_number: self.phone_number.clone(),
            username: self.username.clone(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            password: None,
            legal_accepted: self.legal_accepted,
            ticket: self.ticket.clone(),
        }
    }
}

#[utoipa::path(post, path = "/account/sign-up", operation_id = "beginSignUp")]
pub(super) async fn begin(
    State(app): State<App>,
    caller: Caller,
    next: Next,
    Form(given): Form<Given>,
) -> ApiResult<Response> {
    if let Some(signed_in) = sessions::taken(&app, &caller, &next).await? {
        return Ok(signed_in);
    }
    let (device, token) = Device::of(&app, &caller);
    let typed = given.without_password();
    let given = verify::give(&app, &caller, device, token.as_deref(), None, given.values(), &next).await;
    or_form(&app, &next, &typed, given)
}

/// The answer, or the form again with what was wrong.
pub(super) fn or_form(
    app: &App,
    next: &Next,
    typed: &Given,
    answered: ApiResult<Response>,
) -> ApiResult<Response> {
    match answered {
        Err(error) if CLOSED.contains(&error.code()) => closed(app, next),
        Err(error) if is_forms(&error) => form(app, next, typed, Some(&error)),
        answered => answered,
    }
}

fn form(app: &App, next: &Next, given: &Given, error: Option<&ApiError>) -> ApiResult<Response> {
    let fields = fields::asked_for(&app.instance.settings(), given);
    let names: Vec<_> = fields.iter().map(Field::name).collect();
    let values = context! {
        path => "/account/sign-up",
        fields => Value::from(Serde(&fields)),
        password => fields::password_rules(&app.instance.settings()),
        providers => social::buttons(app),
        ticket => given.ticket.as_ref().map(ExposeSecret::expose_secret),
    };
    Page::new(app, next).failed(error, &names).show("sign_up.html", values)
}

/// What a new password must have, in a sentence.
pub(super) fn password_rules(app: &App) -> String {
    fields::password_rules(&app.instance.settings())
}

fn closed(app: &App, next: &Next) -> ApiResult<Response> {
    if waitlist::is_open(app) {
        return Ok(reply::on_to("/account/waitlist", next));
    }
    let text = "New accounts are made by invitation only. If you have an account already, sign in.";
    let values = context! { title => "Sign-up is closed", text };
    Page::new(app, next).status(StatusCode::FORBIDDEN).show("notice.html", values)
}
