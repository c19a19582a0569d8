//! Where nobody may sign up yet: taking addresses of those who would like to.

use axum::{extract::State, response::Response};
use beadle_domain::{Error, settings::SignUpMode};
use minijinja::context;
use serde::Deserialize;

use super::{errors::is_forms, next::Next, page::Page, reply};
use crate::{
    actions::join_waitlist,
    app::App,
    error::{ApiError, ApiResult},
    extract::{Form, Query},
};

/// Whether there is one.
pub(super) fn is_open(app: &App) -> bool {
    app.instance.settings().sign_up_mode == SignUpMode::Waitlist
}

#[derive(Deserialize)]
pub(super) struct Wish {
    done: Option<String>,
}

#[utoipa::path(get, path = "/account/waitlist", operation_id = "showWaitlist")]
pub(super) async fn show(
    State(app): State<App>,
    next: Next,
    Query(wish): Query<Wish>,
) -> ApiResult<Response> {
    if !is_open(&app) {
        return Ok(reply::on_to("/account/sign-up", &next));
    }
    form(&app, &next, "", wish.done.is_some(), None)
}

#[derive(Deserialize)]
pub(super) struct JoinForm {
    email_address: Option<String>,
}

#[utoipa::path(post, path = "/account/waitlist", operation_id = "joinWaitlistOnPage")]
pub(super) async fn join(
    State(app): State<App>,
    next: Next,
    Form(given): Form<JoinForm>,
) -> ApiResult<Response> {
    let typed = given.email_address.unwrap_or_default();
    let joined = match &*typed {
        "" => Err(Error::param_missing("email_address").into()),
        address => join_waitlist::join(&app, address).await,
    };
    match joined {
        Ok(_) => Ok(reply::on_to("/account/waitlist?done=1", &next)),
        Err(error) if is_forms(&error) => form(&app, &next, &typed, false, Some(&error)),
        Err(error) => Err(error),
    }
}

fn form(
    app: &App,
    next: &Next,
    email_address: &str,
    is_done: bool,
    error: Option<&ApiError>,
) -> ApiResult<Response> {
    let page = Page::new(app, next).failed(error, &["email_address"]);
    page.show("waitlist.html", context! { email_address, is_done })
}
