//! Sign-in attempts.

use std::{borrow::Cow, collections::BTreeSet};

use beadle_domain::{
    identifier::{EmailAddress, Identifier, PhoneNumber},
    settings::FactorSettings,
    sign_in::SignIn,
    strategy::Strategy,
};
use beadle_store::{
    identifications::{IdentificationKind, IdentificationRow, IdentificationStatus},
    users::UserRecord,
};
use beadle_types::{SignInFactor, SignInStatus, SignInUserData, object::SignInObject};

use super::{picture, verification::verification};
use crate::app::App;

/// The attempt as its client sees it. The user is whom it names; nothing here depends on their being banned.
pub(crate) fn sign_in(sign_in: &SignIn, user: Option<&UserRecord>, app: &App) -> beadle_types::SignIn {
    let instance = &app.instance;
    let complete = sign_in.status == SignInStatus::Complete;
    let wants_second = sign_in.status == SignInStatus::NeedsSecondFactor;
    let identified = user.filter(|_| !complete);
    beadle_types::SignIn {
        object: SignInObject,
        id: sign_in.id.clone(),
        status: sign_in.status,
        supported_identifiers: ["email_address", "phone_number", "username"].map(Cow::Borrowed).to_vec(),
        supported_first_factors: identified.map(|user| {
            let mut factors =
                first_factors(user, sign_in.identifier.as_deref(), &instance.settings().factors);
            factors.extend(providers(user, app));
            factors
        }),
        supported_second_factors: identified.filter(|_| wants_second).map(second_factors),
        first_factor_verification: sign_in.first_factor.as_ref().map(verification),
        second_factor_verification: sign_in.second_factor.as_ref().map(verification),
        identifier: sign_in.identifier.clone(),
        user_data: identified.map(|user| SignInUserData {
            first_name: user.user.first_name.clone(),
            last_name: user.user.last_name.clone(),
            image_url: picture::of_user(instance, &user.user),
            has_image: user.user.image_id.is_some(),
            profile_image_url: Some(picture::of_user(instance, &user.user)),
        }),
        created_session_id: sign_in.created_session_id.clone(),
        abandon_at: sign_in.abandon_at,
        client_trust_state: None,
    }
}

/// How the user can sign in, as far as the instance lets them.
pub(super) fn first_factors(
    user: &UserRecord,
    typed: Option<&str>,
    settings: &FactorSettings,
) -> Vec<SignInFactor> {
    let mut factors = Vec::new();
    let has_password = user.user.password_digest.is_some();
    if has_password {
        factors.push(SignInFactor { strategy: "password".into(), ..SignInFactor::default() });
    }
    for row in user.identifications.iter().filter(|row| row.is_first_factor()) {
        let strategies: &[Strategy] = match row.kind {
            IdentificationKind::EmailAddress => {
                &[Strategy::EmailCode, Strategy::EmailLink, Strategy::ResetPasswordEmailCode]
            }
            IdentificationKind::PhoneNumber => &[Strategy::PhoneCode, Strategy::ResetPasswordPhoneCode],
            _ => continue,
        };
        let in_use =
            |strategy: &&Strategy| settings.allows(strategy) && (has_password || !strategy.is_reset());
        factors.extend(strategies.iter().filter(in_use).map(|strategy| factor(user, row, strategy, typed)));
    }
    let mut rows = user.identifications.iter();
    if rows.any(|row| row.kind == IdentificationKind::Passkey && row.can_sign_in()) {
        factors.push(SignInFactor { strategy: "passkey".into(), ..SignInFactor::default() });
    }
    factors
}

/// The providers that the user has an account with.
fn providers(user: &UserRecord, app: &App) -> impl Iterator<Item = SignInFactor> {
    let accounts = user.identifications.iter().filter(|row| {
        row.kind == IdentificationKind::ExternalAccount && row.status == IdentificationStatus::Verified
    });
    let strategies: BTreeSet<_> = accounts.filter_map(|row| row.strategy.as_deref()).collect();
    let usable = strategies.into_iter().filter(|strategy| app.oauth.enabled(strategy).is_some());
    usable.map(|strategy| SignInFactor { strategy: strategy.to_owned().into(), ..SignInFactor::default() })
}

/// What the user can add to a first factor.
pub(super) fn second_factors(user: &UserRecord) -> Vec<SignInFactor> {
    let mut factors = Vec::new();
    if user.user.totp_secret.is_some() {
        factors.push(SignInFactor { strategy: "totp".into(), ..SignInFactor::default() });
    }
    let phones = user.identifications.iter().filter(|row| row.is_second_factor());
    factors.extend(phones.map(|row| SignInFactor {
        default: Some(row.is_default_second_factor()),
        ..factor(user, row, &Strategy::PhoneCode, None)
    }));
    if user.user.backup_codes.as_ref().is_some_and(|codes| !codes.is_empty()) {
        factors.push(SignInFactor { strategy: "backup_code".into(), ..SignInFactor::default() });
    }
    factors
}

fn factor(
    user: &UserRecord,
    row: &IdentificationRow,
    strategy: &Strategy,
    typed: Option<&str>,
) -> SignInFactor {
    let is_email = row.kind == IdentificationKind::EmailAddress;
    let primary =
        if is_email { &user.user.primary_email_address_id } else { &user.user.primary_phone_number_id };
    SignInFactor {
        strategy: strategy.as_str().to_owned().into(),
        safe_identifier: Some(safe(row, typed)),
        email_address_id: is_email.then(|| row.id.clone()),
        phone_number_id: (!is_email).then(|| row.id.clone()),
        primary: (primary.as_ref() == Some(&row.id)).then_some(true),
        ..SignInFactor::default()
    }
}

/// An address or number in full to who typed it, masked to everybody else.
fn safe(row: &IdentificationRow, typed: Option<&str>) -> String {
    let typed = typed.and_then(Identifier::guess);
    if typed.is_some_and(|typed| typed.as_str() == row.canonical) {
        return row.value.clone();
    }
    match row.kind {
        IdentificationKind::EmailAddress => {
            EmailAddress::parse(&row.value, "email_address").map(|email| email.masked())
        }
        _ => PhoneNumber::parse(&row.value, "phone_number").map(|phone| phone.masked()),
    }
    .unwrap_or_default()
}
