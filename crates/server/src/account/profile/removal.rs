//! Users who delete themselves.

use axum::{extract::State, response::Response};
use beadle_domain::Error;
use serde::Deserialize;

use super::{
    super::{next::Next, reply, sessions},
    again,
};
use crate::{
    actions::delete_user,
    app::App,
    error::ApiResult,
    extract::{Acting, Form},
    frontend::answer::Answer,
};

#[derive(Deserialize)]
pub(super) struct Confirmation {
    /// A click may be a slip; this takes two.
    confirm: Option<bool>,
}

#[utoipa::path(post, path = "/account/delete", operation_id = "deleteAccount")]
pub(super) async fn delete(
    State(app): State<App>,
    acting: Acting,
    next: Next,
    Form(given): Form<Confirmation>,
) -> ApiResult<Response> {
    match remove(&app, &acting, &given).await {
        Ok(()) => {
            let answer = Answer::new(&app, &acting.caller);
            let is_last = sessions::live(&app, Some(&acting.client)).await?.is_empty();
            let answer = if is_last { answer.signed_out().on_own_page(None) } else { answer };
            Ok(answer.onto(reply::on_to("/account/sign-in", &next)))
        }
        Err(error) => again(&app, &acting, &next, (error, &["confirm"]), None).await,
    }
}

async fn remove(app: &App, acting: &Acting, given: &Confirmation) -> ApiResult<()> {
    if given.confirm != Some(true) {
        return Err(Error::param_missing("confirm").into());
    }
    acting.require_fresh_proof(app)?;
    delete_user::delete_by(app, acting.by(), acting.user_id().clone()).await.map(drop)
}
