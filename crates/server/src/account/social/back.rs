//! Back from a provider. What came of it is kept with the attempt of this browser, and read from there: what the address
//! says could be anybody's words.

use axum::{extract::State, response::Response};
use serde::Deserialize;

use super::super::{
    errors::is_forms,
    next::Next,
    reply, sessions, sign_in,
    sign_up::{self, Given},
};
use crate::{
    actions::{
        client::Device,
        oauth,
        sign_in::{begin, find_open as find_sign_in},
        sign_up::{
            find_open as find_sign_up,
            submit::{self, Values},
        },
    },
    app::App,
    error::{ApiError, ApiResult},
    extract::{Caller, Query, Site},
};

const SIGN_IN: &str = "/account/sign-in/sso-callback";
const SIGN_UP: &str = "/account/sign-up/sso-callback";

/// Where a browser that set out to sign in comes back to.
pub(super) fn to_sign_in(site: &Site, caller: &Caller, next: &Next) -> String {
    site.own_page(caller, &next.carried_by(SIGN_IN))
}

/// Where a browser that set out to sign up comes back to.
pub(super) fn to_sign_up(site: &Site, caller: &Caller, next: &Next) -> String {
    site.own_page(caller, &next.carried_by(SIGN_UP))
}

#[derive(Deserialize)]
pub(in super::super) struct Wish {
    /// Whether to go on with the account that the other flow has proven.
    transfer: Option<bool>,
}

#[utoipa::path(get, path = "/account/sign-in/sso-callback", operation_id = "continueSignInAtProvider")]
pub(in super::super) async fn sign_in(
    State(app): State<App>,
    caller: Caller,
    next: Next,
    Query(wish): Query<Wish>,
) -> ApiResult<Response> {
    let mut device = Device::known(&caller)?;
    if wish.transfer == Some(true) {
        let sign_in = begin::begin(&app, &mut device, None).await?;
        let proven = oauth::sign_in::transfer(&app, &caller, &device, &sign_in.id).await?;
        return sign_in::factors::finish(&app, &caller, None, proven, &next);
    }
    let Some(id) = &device.row.sign_in_id else {
        return sessions::completed(&app, &caller, &next, device.row.last_active_session_id.as_ref()).await;
    };
    let sign_in = find_sign_in(&mut *app.store.reader().await?, id, &device.row.id, app.now()).await?;
    let Some(first) = &sign_in.first_factor else { return Ok(reply::on_to("/account/sign-in", &next)) };
    if first.transferable().is_some() {
        return Ok(reply::on_to(&format!("{SIGN_UP}?transfer=true"), &next));
    }
    match first.error.as_ref().map(ApiError::from) {
        Some(refused) if is_forms(&refused) => sign_in::form(&app, &next, "", Some(&refused)),
        Some(refused) => Err(refused),
        None if first.is_verified() => Ok(reply::on_to(&sign_in::factors::path(&sign_in), &next)),
        None => Ok(reply::on_to("/account/sign-in", &next)),
    }
}

#[utoipa::path(get, path = "/account/sign-up/sso-callback", operation_id = "continueSignUpAtProvider")]
pub(in super::super) async fn sign_up(
    State(app): State<App>,
    caller: Caller,
    next: Next,
    Query(wish): Query<Wish>,
) -> ApiResult<Response> {
    let device = Device::known(&caller)?;
    if wish.transfer == Some(true) {
        let transferred = transfer_to_sign_up(&app, &caller, &device, &next).await;
        return sign_up::or_form(&app, &next, &Given::default(), transferred);
    }
    let Some(id) = &device.row.sign_up_id else {
        return sessions::completed(&app, &caller, &next, device.row.last_active_session_id.as_ref()).await;
    };
    let sign_up = find_sign_up(&mut *app.store.reader().await?, id, &device.row.id, app.now()).await?;
    let proof = sign_up.external_verification.as_ref();
    if proof.is_some_and(|proof| proof.transferable().is_some()) {
        return Ok(reply::on_to(&format!("{SIGN_IN}?transfer=true"), &next));
    }
    match proof.and_then(|proof| proof.error.as_ref()) {
        Some(refused) => sign_up::or_form(&app, &next, &Given::default(), Err(refused.into())),
        None => Ok(reply::on_to(&sign_up::verify::path(&sign_up), &next)),
    }
}

async fn transfer_to_sign_up(
    app: &App,
    caller: &Caller,
    device: &Device,
    next: &Next,
) -> ApiResult<Response> {
    if let Some(signed_in) = sessions::taken(app, caller, next).await? {
        return Ok(signed_in);
    }
    let (step, _) = submit::submit(app, caller, device, None, Values::default()).await?;
    let transfer = oauth::sign_up::transfer(app, caller, &step.device, &step.sign_up.id);
    let (step, new) = Box::pin(transfer).await?;
    sign_up::verify::go_on(app, caller, None, step, &new, next)
}
