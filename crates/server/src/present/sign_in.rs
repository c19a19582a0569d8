//! Sign-in attempts.

use std::borrow::Cow;

use beadle_domain::sign_in::{FirstFactor, FirstFactorVerification, SignIn};
use beadle_store::{
    identifications::{IdentificationKind, IdentificationRow},
    users::UserRecord,
};
use beadle_types::{
    SignInFactor, SignInStatus, SignInUserData, Verification, VerificationStatus, object::SignInObject,
};

/// The attempt as its client sees it. The user is whom it names; nothing here depends on their being banned.
pub(crate) fn sign_in(sign_in: &SignIn, user: Option<&UserRecord>) -> beadle_types::SignIn {
    let complete = sign_in.status == SignInStatus::Complete;
    let identified = user.filter(|_| !complete);
    beadle_types::SignIn {
        object: SignInObject,
        id: sign_in.id.clone(),
        status: sign_in.status,
        supported_identifiers: ["email_address", "phone_number", "username"].map(Cow::Borrowed).to_vec(),
        supported_first_factors: identified.map(|user| factors(user, sign_in.identifier.as_deref())),
        supported_second_factors: None,
        first_factor_verification: sign_in.verification.as_ref().map(verification),
        second_factor_verification: None,
        identifier: sign_in.identifier.clone(),
        user_data: identified.map(|user| SignInUserData {
            first_name: user.user.first_name.clone(),
            last_name: user.user.last_name.clone(),
            image_url: String::new(),
            has_image: false,
            profile_image_url: Some(String::new()),
        }),
        created_session_id: sign_in.created_session_id.clone(),
        abandon_at: sign_in.abandon_at,
        client_trust_state: None,
    }
}

fn factors(user: &UserRecord, typed: Option<&str>) -> Vec<SignInFactor> {
    let mut factors = Vec::new();
    if user.user.password_digest.is_some() {
        factors.push(SignInFactor { strategy: "password".into(), ..SignInFactor::default() });
    }
    let emails = user.identifications.iter().filter(|row| row.kind == IdentificationKind::EmailAddress);
    factors.extend(emails.map(|row| SignInFactor {
        strategy: "email_code".into(),
        safe_identifier: Some(safe(row, typed)),
        email_address_id: Some(row.id.clone()),
        primary: (user.user.primary_email_address_id.as_ref() == Some(&row.id)).then_some(true),
        ..SignInFactor::default()
    }));
    factors
}

/// An address in full to who typed it, masked to everybody else.
fn safe(row: &IdentificationRow, typed: Option<&str>) -> String {
    if typed.is_some_and(|typed| typed.trim().eq_ignore_ascii_case(&row.canonical)) {
        return row.value.clone();
    }
    beadle_domain::identifier::EmailAddress::parse(&row.value, "email_address")
        .map(|email| email.masked())
        .unwrap_or_default()
}

fn verification(first: &FirstFactorVerification) -> Verification {
    let object = match first.factor {
        FirstFactor::Password => "verification_password",
        FirstFactor::EmailCode => "verification_otp",
    };
    let mut shown = Verification::new(object, first.status, first.factor.as_str());
    if let Some(code) = &first.code {
        shown.attempts = Some(code.attempts.into());
        shown.expire_at = Some(code.expire_at);
    }
    if first.status == VerificationStatus::Verified {
        shown.attempts = shown.attempts.or(Some(1));
    }
    shown
}
