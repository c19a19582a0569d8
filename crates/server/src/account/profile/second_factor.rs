//! Phone numbers as second factors.

use axum::{extract::State, response::Response};
use beadle_domain::Error;
use beadle_store::identifications::IdentificationKind;
use beadle_types::IdentificationId;
use serde::Deserialize;

use super::{
    super::next::Next,
    again, backup_codes, done,
    identifications::{find, own},
};
use crate::{
    actions::identifications::second_factor::{self, Change},
    app::App,
    error::ApiResult,
    extract::{Acting, Form, Id},
};

#[derive(Deserialize)]
pub(super) struct UseForm {
    reserved: Option<bool>,
    default: Option<bool>,
}

#[utoipa::path(
    post,
    path = "/account/identifications/{identification_id}/second-factor",
    operation_id = "useAccountPhoneNumberAsSecondFactor"
)]
pub(super) async fn update(
    State(app): State<App>,
    acting: Acting,
    next: Next,
    Id(id): Id<IdentificationId>,
    Form(form): Form<UseForm>,
) -> ApiResult<Response> {
    find(&acting, &id)?;
    match change(&app, &acting, id, &form).await {
        Ok(Some(codes)) => backup_codes::page(&app, &acting, &next, &codes),
        Ok(None) => Ok(done(&acting, &next, "second_factor")),
        Err(error) => again(&app, &acting, &next, (error, &[]), None).await,
    }
}

async fn change(
    app: &App,
    acting: &Acting,
    id: IdentificationId,
    form: &UseForm,
) -> ApiResult<Option<Vec<String>>> {
    acting.require_fresh_proof(app)?;
    // What is in use goes on where the operator has switched it off; it protects its user.
    if form.reserved != Some(false) && !app.instance.settings().factors.phone_code_as_second {
        return Err(Error::feature_not_enabled().into());
    }
    let change = Change { reserved: form.reserved, default: form.default };
    let own = own(acting, IdentificationKind::PhoneNumber);
    Ok(second_factor::update(app, own, id, change).await?.1)
}
