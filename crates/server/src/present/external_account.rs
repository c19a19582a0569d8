//! Accounts at other providers.

use beadle_domain::{external_account::Profile, strategy::Strategy, verification};
use beadle_store::identifications::{IdentificationRow, IdentificationStatus};
use beadle_types::{
    EmailAddress, ExternalAccountId, IdentificationId, IdentificationLink, VerificationStatus,
};
use serde_json::{Value, json};

use crate::actions::oauth;

/// The account with its proof.
pub(crate) fn external_account(row: &IdentificationRow) -> Value {
    let profile = Profile::from_details(&row.details);
    let provider = provider(row);
    json!({
        "object": "external_account",
        "id": id(&row.id),
        "provider": provider,
        "identification_id": row.id,
        "provider_user_id": profile.subject,
        "approved_scopes": profile.approved_scopes,
        "email_address": profile.email_address.unwrap_or_default(),
        "email_address_verified": is_proven(row).then_some(profile.email_address_verified),
        "first_name": profile.first_name.unwrap_or_default(),
        "last_name": profile.last_name.unwrap_or_default(),
        "avatar_url": profile.image_url.clone().unwrap_or_default(),
        "image_url": profile.image_url,
        "username": profile.username,
        "phone_number": null,
        "public_metadata": {},
        "label": null,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "verification": shown(row, provider),
    })
}

/// The id that the account goes by.
pub(crate) fn id(id: &IdentificationId) -> String {
    id.as_str().replacen(IdentificationId::PREFIX, ExternalAccountId::PREFIX, 1)
}

/// The identification behind the id of an account.
pub(crate) fn identification(id: &ExternalAccountId) -> Option<IdentificationId> {
    id.as_str().replacen(ExternalAccountId::PREFIX, IdentificationId::PREFIX, 1).parse().ok()
}

/// Says of each address which accounts have proven it.
pub(crate) fn link(addresses: &mut [EmailAddress], accounts: &[IdentificationRow]) {
    for row in accounts.iter().filter(|row| is_proven(row)) {
        let profile = Profile::from_details(&row.details);
        let proven = profile.verified_email();
        for address in addresses.iter_mut().filter(|address| Some(address.email_address.as_str()) == proven) {
            let link = IdentificationLink { kind: provider(row).to_owned(), id: row.id.to_string() };
            address.linked_to.push(link);
        }
    }
}

fn is_proven(row: &IdentificationRow) -> bool {
    row.status == IdentificationStatus::Verified
}

fn provider(row: &IdentificationRow) -> &str {
    let under_way = row.verification.as_ref().map(|verification| verification.strategy.as_str());
    row.strategy.as_deref().or(under_way).unwrap_or_default()
}

/// The proof under way if there is one: its address is where the browser goes next.
fn shown(row: &IdentificationRow, provider: &str) -> beadle_types::Verification {
    let strategy = Strategy::OAuth(provider.into());
    let under_way =
        row.verification.clone().unwrap_or_else(|| verification::Verification::verified(strategy));
    let mut shown = super::verification::verification(&under_way);
    if is_proven(row) && shown.external_verification_redirect_url.is_none() {
        shown.status = VerificationStatus::Verified;
    }
    shown.expire_at = shown.expire_at.or_else(|| Some(row.created_at.plus(oauth::LIFETIME)));
    shown
}
