//! What can be said of a row without a server.

use std::collections::HashMap;

use beadle_client::params::CreateUser;
use beadle_domain::{
    backup_code,
    identifier::{EmailAddress, ExternalId, PhoneNumber, Username, Web3Wallet},
    password,
    totp::TotpSecret,
};

/// The identifiers of earlier rows, with the line of each.
#[derive(Default)]
pub(super) struct Seen(HashMap<(&'static str, String), u64>);

impl Seen {
    fn add(&mut self, kind: &'static str, value: String, line: u64, reasons: &mut Vec<String>) {
        if let Some(earlier) = self.0.insert((kind, value), line) {
            reasons.push(format!("{kind} is that of line {earlier}, too"));
        }
    }
}

/// What nobody else may have: its kind, and the value as the server compares it, or why it would not be taken.
pub(super) fn identifiers(
    user: &CreateUser,
) -> impl Iterator<Item = (&'static str, Result<String, beadle_domain::Error>)> {
    let email = user.email_address.iter().map(|address| {
        let kind = "email_address";
        (kind, EmailAddress::parse(address, kind).map(EmailAddress::into_string))
    });
    let phone = user.phone_number.iter().map(|number| {
        let kind = "phone_number";
        (kind, PhoneNumber::parse(number, kind).map(PhoneNumber::into_string))
    });
    let wallet = user.web3_wallet.iter().map(|wallet| {
        let kind = "web3_wallet";
        (kind, Web3Wallet::parse(wallet, kind).map(Web3Wallet::into_string))
    });
    let name = user.username.iter().map(|name| {
        let kind = "username";
        (kind, Username::parse(name, kind).map(Username::into_string))
    });
    let id = user.external_id.iter().map(|id| {
        let kind = "external_id";
        (kind, ExternalId::parse(id, kind).map(ExternalId::into_string))
    });
    email.chain(phone).chain(wallet).chain(name).chain(id)
}

/// Whether the server would take the user, as far as that shows in the file.
pub(super) fn user(user: &CreateUser, line: u64, seen: &mut Seen) -> Result<(), Vec<String>> {
    let mut reasons = Vec::new();
    for (kind, parsed) in identifiers(user) {
        match parsed {
            Ok(value) => seen.add(kind, value, line, &mut reasons),
            Err(error) => reasons.push(error.long_message().to_owned()),
        }
    }
    if user.email_address.is_empty()
        && user.phone_number.is_empty()
        && user.username.is_none()
        && user.web3_wallet.is_empty()
    {
        reasons.push("it has no identifier".to_owned());
    }
    match (&user.password_digest, &user.password_hasher) {
        (Some(digest), Some(hasher)) => {
            if let Err(error) = password::import(hasher, digest) {
                reasons.push(error.long_message().to_owned());
            }
        }
        (None, None) => {}
        _ => reasons.push("password_digest and password_hasher need each other".to_owned()),
    }
    if let Err(error) = backup_code::check(user.backup_codes.as_deref().unwrap_or_default(), "backup_codes") {
        reasons.push(error.long_message().to_owned());
    }
    if let Some(Err(error)) =
        user.totp_secret.as_deref().map(|secret| TotpSecret::parse(secret, "totp_secret"))
    {
        reasons.push(error.long_message().to_owned());
    }
    if reasons.is_empty() { Ok(()) } else { Err(reasons) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_told() {
        let mut seen = Seen::default();
        let ada = CreateUser {
            email_address: vec!["ada@example.com".into()],
            username: Some("ada_l".into()),
            ..CreateUser::default()
        };
        assert_eq!(user(&ada, 2, &mut seen), Ok(()));
        let again = CreateUser {
            email_address: vec!["Ada@Example.com".into()],
            password_digest: Some("x".into()),
            password_hasher: Some("md5".into()),
            totp_secret: Some("x".into()),
            ..CreateUser::default()
        };
        let reasons = user(&again, 3, &mut seen).unwrap_err();
        assert_eq!(reasons.len(), 3, "{reasons:?}");
        assert_eq!(reasons[0], "email_address is that of line 2, too");
        assert_eq!(user(&CreateUser::default(), 4, &mut seen), Err(vec!["it has no identifier".to_owned()]));
    }
}
