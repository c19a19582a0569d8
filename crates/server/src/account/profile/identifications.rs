//! E-mail addresses and phone numbers: added, proven, made primary, removed.

use axum::{extract::State, response::Response};
use beadle_domain::{Error, strategy::Strategy};
use beadle_store::identifications::{IdentificationKind, IdentificationRow, IdentificationStatus};
use beadle_types::{IdentificationId, VerificationStatus};
use minijinja::context;
use serde::Deserialize;

use super::{
    super::{errors::is_forms, next::Next, sign_in::factors::typed_code},
    again, backup_codes, done, on_to, subpage,
};
use crate::{
    actions::{
        identifications::{
            Own, add, remove,
            verify::{self, Attempted},
        },
        update_own::{self, OwnChanges},
    },
    app::App,
    error::{ApiError, ApiResult},
    extract::{Acting, Form, Id},
};

#[derive(Deserialize)]
pub(super) struct EmailForm {
    email_address: Option<String>,
}

#[utoipa::path(post, path = "/account/email-addresses", operation_id = "addAccountEmailAddress")]
pub(super) async fn add_email_address(
    State(app): State<App>,
    acting: Acting,
    next: Next,
    Form(given): Form<EmailForm>,
) -> ApiResult<Response> {
    let typed = given.email_address.unwrap_or_default();
    create(&app, &acting, &next, IdentificationKind::EmailAddress, typed).await
}

#[derive(Deserialize)]
pub(super) struct NumberForm {
    phone_number: Option<String>,
}

#[utoipa::path(post, path = "/account/phone-numbers", operation_id = "addAccountPhoneNumber")]
pub(super) async fn add_phone_number(
    State(app): State<App>,
    acting: Acting,
    next: Next,
    Form(given): Form<NumberForm>,
) -> ApiResult<Response> {
    let typed = given.phone_number.unwrap_or_default();
    create(&app, &acting, &next, IdentificationKind::PhoneNumber, typed).await
}

async fn create(
    app: &App,
    acting: &Acting,
    next: &Next,
    kind: IdentificationKind,
    typed: String,
) -> ApiResult<Response> {
    let row = match add(app, acting, kind, &typed).await {
        Ok(row) => row,
        Err(error) => {
            let form = (error, &["email_address", "phone_number"][..]);
            let typed = if kind == IdentificationKind::PhoneNumber {
                context! { phone_number => typed }
            } else {
                context! { email_address => typed }
            };
            return again(app, acting, next, form, Some(typed)).await;
        }
    };
    let path = path(&row);
    match send(app, acting, row).await {
        // Too many codes: the page offers to try again.
        Err(error) if !is_forms(&error) => Err(error),
        _ => Ok(on_to(acting, next, &path)),
    }
}

async fn add(
    app: &App,
    acting: &Acting,
    kind: IdentificationKind,
    typed: &str,
) -> ApiResult<IdentificationRow> {
    acting.require_fresh_proof(app)?;
    if typed.is_empty() {
        return Err(Error::param_missing(kind.as_str()).into());
    }
    add::add(app, own(acting, kind), typed, false).await
}

/// Sends what proves it: a code, or a link where the instance has only links.
async fn send(app: &App, acting: &Acting, row: IdentificationRow) -> ApiResult<IdentificationRow> {
    let strategy = strategy(app, row.kind);
    let mut user = acting.user.clone();
    let id = row.id.clone();
    if user.identifications.iter().all(|known| known.id != id) {
        user.identifications.push(row.clone());
    }
    verify::prepare(app, own(acting, row.kind), &user, id, (strategy.as_str(), None)).await
}

fn strategy(app: &App, kind: IdentificationKind) -> Strategy {
    let factors = &app.instance.settings().factors;
    match kind {
        IdentificationKind::PhoneNumber => Strategy::PhoneCode,
        _ if factors.email_link && !factors.email_code => Strategy::EmailLink,
        _ => Strategy::EmailCode,
    }
}

#[utoipa::path(
    get,
    path = "/account/identifications/{identification_id}",
    operation_id = "showAccountIdentification"
)]
pub(super) async fn show(
    State(app): State<App>,
    acting: Acting,
    next: Next,
    Id(id): Id<IdentificationId>,
) -> ApiResult<Response> {
    page(&app, &acting, &next, find(&acting, &id)?, None)
}

#[derive(Deserialize)]
pub(super) struct CodeForm {
    code: Option<String>,
}

#[utoipa::path(
    post,
    path = "/account/identifications/{identification_id}",
    operation_id = "verifyAccountIdentification"
)]
pub(super) async fn attempt(
    State(app): State<App>,
    acting: Acting,
    next: Next,
    Id(id): Id<IdentificationId>,
    Form(form): Form<CodeForm>,
) -> ApiResult<Response> {
    let row = find(&acting, &id)?;
    let tried = match typed_code(form.code) {
        Ok(code) => verify::attempt(&app, own(&acting, row.kind), id, code).await,
        Err(error) => Err(error.into()),
    };
    match tried {
        Ok(Attempted::Verified(_, Some(codes))) => backup_codes::page(&app, &acting, &next, &codes),
        Ok(Attempted::Verified(row, None)) => Ok(done(&acting, &next, said(row.kind, "verified"))),
        Ok(Attempted::Refused(error)) => refused(&app, &acting, &next, &row.id, error.into()).await,
        Err(error) => refused(&app, &acting, &next, &row.id, error).await,
    }
}

#[utoipa::path(
    post,
    path = "/account/identifications/{identification_id}/prepare",
    operation_id = "prepareAccountIdentification"
)]
pub(super) async fn prepare(
    State(app): State<App>,
    acting: Acting,
    next: Next,
    Id(id): Id<IdentificationId>,
) -> ApiResult<Response> {
    match send(&app, &acting, find(&acting, &id)?.clone()).await {
        Ok(row) => Ok(on_to(&acting, &next, &path(&row))),
        Err(error) => refused(&app, &acting, &next, &id, error).await,
    }
}

#[utoipa::path(
    post,
    path = "/account/identifications/{identification_id}/primary",
    operation_id = "makeAccountIdentificationPrimary"
)]
pub(super) async fn make_primary(
    State(app): State<App>,
    acting: Acting,
    next: Next,
    Id(id): Id<IdentificationId>,
) -> ApiResult<Response> {
    let kind = find(&acting, &id)?.kind;
    let chosen = Some(id.to_string());
    let changes = match kind {
        IdentificationKind::PhoneNumber => {
            OwnChanges { primary_phone_number_id: chosen, ..OwnChanges::default() }
        }
        _ => OwnChanges { primary_email_address_id: chosen, ..OwnChanges::default() },
    };
    match update_own::update(&app, acting.by(), acting.user_id().clone(), changes).await {
        Ok(_) => Ok(done(&acting, &next, said(kind, "primary"))),
        Err(error) => again(&app, &acting, &next, (error, &[]), None).await,
    }
}

#[utoipa::path(
    post,
    path = "/account/identifications/{identification_id}/remove",
    operation_id = "removeAccountIdentification"
)]
pub(super) async fn delete(
    State(app): State<App>,
    acting: Acting,
    next: Next,
    Id(id): Id<IdentificationId>,
) -> ApiResult<Response> {
    let kind = find(&acting, &id)?.kind;
    let removed = match acting.require_fresh_proof(&app) {
        Ok(()) => remove::remove(&app, own(&acting, kind), id).await,
        Err(error) => Err(error.into()),
    };
    match removed {
        Ok(_) => Ok(done(&acting, &next, said(kind, "removed"))),
        Err(error) => again(&app, &acting, &next, (error, &[]), None).await,
    }
}

pub(super) fn own(acting: &Acting, kind: IdentificationKind) -> Own {
    Own { by: acting.by(), user_id: acting.user_id().clone(), kind }
}

/// One of the user's own addresses or numbers.
pub(super) fn find<'a>(acting: &'a Acting, id: &IdentificationId) -> Result<&'a IdentificationRow, Error> {
    acting
        .identification(IdentificationKind::EmailAddress, id)
        .or_else(|_| acting.identification(IdentificationKind::PhoneNumber, id))
}

fn path(row: &IdentificationRow) -> String {
    format!("/account/identifications/{}", row.id)
}

/// What the profile says about it.
fn said(kind: IdentificationKind, what: &str) -> &'static str {
    match (kind, what) {
        (IdentificationKind::PhoneNumber, "verified") => "phone_verified",
        (IdentificationKind::PhoneNumber, "primary") => "phone_primary",
        (IdentificationKind::PhoneNumber, _) => "phone_removed",
        (_, "verified") => "email_verified",
        (_, "primary") => "email_primary",
        _ => "email_removed",
    }
}

/// The page once more, with what was wrong: as it is after the attempt.
async fn refused(
    app: &App,
    acting: &Acting,
    next: &Next,
    id: &IdentificationId,
    error: ApiError,
) -> ApiResult<Response> {
    if !is_forms(&error) {
        return Err(error);
    }
    let row = beadle_store::identifications::by_id(&mut *app.store.reader().await?, id).await?;
    let row = row.filter(|row| row.user_id == *acting.user_id());
    let row = row.ok_or_else(|| Error::not_found("identification", id))?;
    page(app, acting, next, &row, Some(&error))
}

fn page(
    app: &App,
    acting: &Acting,
    next: &Next,
    row: &IdentificationRow,
    error: Option<&ApiError>,
) -> ApiResult<Response> {
    if row.status == IdentificationStatus::Verified {
        // Proven meanwhile: by a link, or in another window.
        return Ok(done(acting, next, said(row.kind, "verified")));
    }
    let sent = row.verification.as_ref().filter(|sent| {
        let in_time = sent.code.as_ref().is_some_and(|code| code.expire_at > app.now());
        sent.status == VerificationStatus::Unverified && in_time
    });
    let values = context! {
        path => path(row),
        to => row.value.as_str(),
        is_phone => row.kind == IdentificationKind::PhoneNumber,
        is_sent => sent.is_some(),
        is_link => sent.map_or_else(|| strategy(app, row.kind), |sent| sent.strategy.clone()) == Strategy::EmailLink,
    };
    subpage(app, acting, next, (error, &["code"]), ("identification.html", values))
}
