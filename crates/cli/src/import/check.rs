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
    parsed("email_address", &user.email_address, EmailAddress::parse, EmailAddress::into_string)
        .chain(parsed("phone_number", &user.phone_number, PhoneNumber::parse, PhoneNumber::into_string))
        .chain(parsed("web3_wallet", &user.web3_wallet, Web3Wallet::parse, Web3Wallet::into_string))
        .chain(parsed("username", &user.username, Username::parse, Username::into_string))
        .chain(parsed("external_id", &user.external_id, ExternalId::parse, ExternalId::into_string))
}

fn parsed<'a, T>(
    kind: &'static str,
    given: impl IntoIterator<Item = &'a String>,
    parse: fn(&str, &str) -> Result<T, beadle_domain::Error>,
    into_string: fn(T) -> String,
) -> impl Iterator<Item = (&'static str, Result<String, beadle_domain::Error>)> {
    given.into_iter().map(move |value| (kind, parse(value, kind).map(into_string)))
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
