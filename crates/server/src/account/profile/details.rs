//! Names.

use axum::{extract::State, response::Response};
use beadle_types::params::Patch;
use minijinja::{Value, context, value::Serde};
use serde::{Deserialize, Serialize};

use super::{super::next::Next, again, done};
use crate::{
    actions::update_own::{self, OwnChanges},
    app::App,
    error::ApiResult,
    extract::{Acting, ClearingForm},
};

/// What the form sends: a field that the page does not have is absent, one that was emptied clears.
#[derive(Deserialize, Serialize)]
pub(super) struct Details {
    first_name: Option<String>,
    last_name: Option<String>,
    username: Option<String>,
}

#[utoipa::path(post, path = "/account/profile", operation_id = "updateAccountProfile")]
pub(super) async fn update(
    State(app): State<App>,
    acting: Acting,
    next: Next,
    ClearingForm(given): ClearingForm<Details>,
) -> ApiResult<Response> {
    let typed = context! { details => Value::from(Serde(&given)) };
    let patch = |value: Option<String>| value.map_or(Patch::Absent, Patch::Value);
    let changes = OwnChanges {
        first_name: patch(given.first_name),
        last_name: patch(given.last_name),
        username: patch(given.username),
        ..OwnChanges::default()
    };
    match update_own::update(&app, acting.by(), acting.user_id().clone(), changes).await {
        Ok(_) => Ok(done(&acting, &next, "profile")),
        Err(error) => {
            let fields = ["first_name", "last_name", "username"];
            again(&app, &acting, &next, (error, &fields), Some(typed)).await
        }
    }
}
