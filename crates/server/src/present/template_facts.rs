//! What the shortcodes of token templates speak about.

use beadle_domain::session::LiveSession;
use beadle_store::users::UserRecord;
use beadle_types::{Timestamp, VerificationStatus};
use serde_json::{Value, json};

use crate::{app::App, present};

/// The user as the Frontend API shows them, and a few things that follow from it.
pub(crate) fn facts(app: &App, session: &LiveSession, record: UserRecord, now: Timestamp) -> Value {
    let row = &record.user;
    let (email, phone, wallet) = (
        row.primary_email_address.clone(),
        row.primary_phone_number.clone(),
        row.primary_web3_wallet.clone(),
    );
    let names: Vec<_> = [&row.first_name, &row.last_name].into_iter().flatten().map(String::as_str).collect();
    let full_name = (!names.is_empty()).then(|| names.join(" "));
    let user = present::user::own_user(record, &app.instance, now);
    let is_verified = |status: Option<VerificationStatus>| status == Some(VerificationStatus::Verified);
    let email_verified = user.email_addresses.iter().any(|address| {
        Some(&address.id) == user.primary_email_address_id.as_ref()
            && is_verified(address.verification.as_ref().map(|proof| proof.status))
    });
    let phone_verified = user.phone_numbers.iter().any(|number| {
        Some(&number.id) == user.primary_phone_number_id.as_ref()
            && is_verified(number.verification.as_ref().map(|proof| proof.status))
    });
    json!({
        "user": {
            "id": user.id,
            "external_id": user.external_id,
            "username": user.username,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "full_name": full_name,
            "image_url": user.image_url,
            "has_image": user.has_image,
            "primary_email_address": email,
            "email_verified": email_verified,
            "primary_phone_number": phone,
            "phone_number_verified": phone_verified,
            "primary_web3_wallet": wallet,
            "two_factor_enabled": user.two_factor_enabled,
            "created_at": user.created_at,
            "updated_at": user.updated_at,
            "last_sign_in_at": user.last_sign_in_at,
            "public_metadata": user.public_metadata,
            "unsafe_metadata": user.unsafe_metadata,
            "organizations": {},
        },
        "session": {"id": session.session().id, "actor": session.session().actor},
    })
}
