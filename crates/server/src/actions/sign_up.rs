//! Signing up: from values to a user with a session.

pub(crate) mod administer;
pub(crate) mod code;
pub(crate) mod complete;
pub(crate) mod submit;

use beadle_domain::{
    Error,
    identifier::{EmailAddress, ExternalId, PhoneNumber, Username},
    sign_up::SignUp,
    verification::Verification,
};
use beadle_store::{Conn, sessions::SessionRecord, sign_ups};
use beadle_types::{ClientId, SignUpId, SignUpStatus, Timestamp};

use crate::{
    actions::{
        client::Device,
        new_user::{NewUser, Provenance},
    },
    error::ApiResult,
};

/// Where an attempt stands after a step.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) sign_up: SignUp,
    /// Set once the user and the session exist.
    pub(crate) session: Option<SessionRecord>,
    pub(crate) device: Device,
    /// A refusal whose attempt had to be kept.
    pub(crate) refused: Option<Error>,
}

/// The attempt, if it is open and the client's.
///
/// # Errors
/// 404 otherwise.
pub(crate) async fn find_open(
    conn: &mut Conn,
    id: &SignUpId,
    client_id: &ClientId,
    now: Timestamp,
) -> ApiResult<SignUp> {
    only_open(sign_ups::find(conn, id).await?, id, client_id, now)
}

/// As [`find_open`], for an attempt that is not complete either.
pub(crate) async fn find_unfinished(
    conn: &mut Conn,
    id: &SignUpId,
    client_id: &ClientId,
    now: Timestamp,
) -> ApiResult<SignUp> {
    unfinished(find_open(conn, id, client_id, now).await?)
}

/// As [`find_unfinished`], locked until the transaction ends.
pub(crate) async fn lock_unfinished(
    conn: &mut Conn,
    id: &SignUpId,
    client_id: &ClientId,
    now: Timestamp,
) -> ApiResult<SignUp> {
    unfinished(only_open(sign_ups::find_for_update(conn, id).await?, id, client_id, now)?)
}

fn only_open(
    found: Option<SignUp>,
    id: &SignUpId,
    client_id: &ClientId,
    now: Timestamp,
) -> ApiResult<SignUp> {
    let open = found.filter(|sign_up| sign_up.client_id == *client_id && sign_up.is_open(now));
    Ok(open.ok_or_else(|| Error::not_found("sign up", id))?)
}

fn unfinished(sign_up: SignUp) -> ApiResult<SignUp> {
    if sign_up.status == SignUpStatus::Complete {
        return Err(Error::verification_already_verified().into());
    }
    Ok(sign_up)
}

/// Without the instance asking for a proof, an address is taken but not proven.
fn provenance(verification: Option<&Verification>) -> Provenance {
    let proven = verification.filter(|verification| verification.is_verified());
    proven.map_or(Provenance::Reserved, |verification| Provenance::Proven(verification.strategy.clone()))
}

/// The user that the attempt's values make. They were checked when they were given.
fn new_user(sign_up: &SignUp) -> Result<NewUser, Error> {
    let email_proof = provenance(sign_up.email_verification.as_ref());
    let phone_proof = provenance(sign_up.phone_verification.as_ref());
    let email = sign_up.email_address.as_deref().map(|text| EmailAddress::parse(text, "email_address"));
    let phone = sign_up.phone_number.as_deref().map(|text| PhoneNumber::parse(text, "phone_number"));
    let username = sign_up
        .username
        .as_deref()
        .map(|text| Username::parse(text, "username").map(|canonical| (canonical, text.to_owned())));
    let external_id = sign_up.external_id.as_deref().map(|text| ExternalId::parse(text, "external_id"));
    Ok(NewUser {
        external_id: external_id.transpose()?,
        email_addresses: email.transpose()?.map(|email| (email, email_proof)).into_iter().collect(),
        phone_numbers: phone.transpose()?.map(|phone| (phone, phone_proof)).into_iter().collect(),
        username: username.transpose()?,
        first_name: sign_up.first_name.clone(),
        last_name: sign_up.last_name.clone(),
        locale: sign_up.locale.clone(),
        unsafe_metadata: sign_up.unsafe_metadata.clone(),
        public_metadata: sign_up.public_metadata.clone(),
        legal_accepted_at: sign_up.legal_accepted_at,
        external_accounts: sign_up.external.clone().into_iter().collect(),
        ..NewUser::default()
    })
}
