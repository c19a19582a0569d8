//! Sign-up attempts.

use std::borrow::Cow;

use beadle_domain::{
    settings::InstanceSettings, sign_up::SignUp, strategy::Strategy, verification::Verification,
};
use beadle_types::{
    NextAction, SignUpStatus, SignUpVerification, SignUpVerifications, VerificationStatus,
    object::SignUpObject,
};

use super::verification::verification;

/// The attempt as its client sees it.
pub(crate) fn sign_up(sign_up: &SignUp, settings: &InstanceSettings) -> beadle_types::SignUp {
    let needs = sign_up.requirements(settings);
    let complete = sign_up.status == SignUpStatus::Complete;
    let fields = |names: Vec<&'static str>| names.into_iter().map(Cow::Borrowed).collect::<Vec<_>>();
    let open = |names: Vec<&'static str>| if complete { Vec::new() } else { fields(names) };
    let has_password = sign_up.password_digest.is_some();
    beadle_types::SignUp {
        object: SignUpObject,
        id: sign_up.id.clone(),
        status: sign_up.status,
        required_fields: fields(needs.required),
        optional_fields: fields(needs.optional),
        missing_fields: open(needs.missing),
        unverified_fields: open(needs.unverified),
        verifications: SignUpVerifications {
            email_address: email_verification(sign_up, settings),
            phone_number: phone_verification(sign_up, settings),
            external_account: sign_up.external_verification.as_ref().map(verification),
            ..SignUpVerifications::default()
        },
        username: sign_up.username.clone(),
        email_address: sign_up.email_address.clone(),
        phone_number: sign_up.phone_number.clone(),
        web3_wallet: None,
        password_enabled: has_password,
        has_password,
        first_name: sign_up.first_name.clone(),
        last_name: sign_up.last_name.clone(),
        locale: sign_up.locale.clone(),
        unsafe_metadata: sign_up.unsafe_metadata.clone(),
        public_metadata: sign_up.public_metadata.clone(),
        custom_action: sign_up.custom_action,
        external_id: sign_up.external_id.clone(),
        created_session_id: sign_up.created_session_id.clone(),
        created_user_id: sign_up.created_user_id.clone(),
        abandon_at: sign_up.abandon_at,
        legal_accepted_at: sign_up.legal_accepted_at,
    }
}

/// Without strategy and status before a code is out: the browser library takes them as a sign that one is.
fn email_verification(sign_up: &SignUp, settings: &InstanceSettings) -> Option<SignUpVerification> {
    sign_up.email_address.as_ref().filter(|_| settings.email_verification_at_sign_up)?;
    let strategies =
        [("email_code", settings.factors.email_code), ("email_link", settings.factors.email_link)];
    Some(shown(sign_up.email_verification.as_ref(), &strategies))
}

fn phone_verification(sign_up: &SignUp, settings: &InstanceSettings) -> Option<SignUpVerification> {
    sign_up.phone_number.as_ref().filter(|_| settings.factors.phone_code)?;
    Some(shown(sign_up.phone_verification.as_ref(), &[("phone_code", true)]))
}

fn shown(under_way: Option<&Verification>, strategies: &[(&'static str, bool)]) -> SignUpVerification {
    let next_action = match under_way.map(|verification| verification.status) {
        None | Some(VerificationStatus::Expired | VerificationStatus::Failed) => NextAction::NeedsPrepare,
        Some(VerificationStatus::Verified) => NextAction::None,
        Some(_) => NextAction::NeedsAttempt,
    };
    let in_use = strategies.iter().filter(|(_, in_use)| *in_use);
    SignUpVerification {
        verification: under_way.map(of_identifier),
        next_action,
        supported_strategies: in_use.map(|(strategy, _)| Cow::Borrowed(*strategy)).collect(),
    }
}

/// What a provider has proven is not proven here.
fn of_identifier(under_way: &Verification) -> beadle_types::Verification {
    let mut shown = verification(under_way);
    if matches!(under_way.strategy, Strategy::OAuth(_)) {
        shown.object = "verification_from_oauth".into();
        shown.strategy = format!("from_{}", under_way.strategy).into();
    }
    shown
}
