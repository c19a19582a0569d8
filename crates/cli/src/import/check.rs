//! What can be said of a row without a server.

use std::collections::HashMap;

use beadle_client::params::CreateUser;
use beadle_domain::{
    identifier::{EmailAddress, ExternalId, PhoneNumber, Username},
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

/// Whether the server would take the user, as far as that shows in the file.
pub(super) fn user(user: &CreateUser, line: u64, seen: &mut Seen) -> Result<(), Vec<String>> {
    let mut reasons = Vec::new();
    let mut one = |kind: &'static str, parsed: Result<String, beadle_domain::Error>| match parsed {
        Ok(value) => seen.add(kind, value, line, &mut reasons),
        Err(error) => reasons.push(error.long_message().to_owned()),
    };
    for address in &user.email_address {
        one("email_address", EmailAddress::parse(address, "email_address").map(EmailAddress::into_string));
    }
    for number in &user.phone_number {
        one("phone_number", PhoneNumber::parse(number, "phone_number").map(PhoneNumber::into_string));
    }
    if let Some(name) = &user.username {
        one("username", Username::parse(name, "username").map(Username::into_string));
    }
    if let Some(id) = &user.external_id {
        one("external_id", ExternalId::parse(id, "external_id").map(ExternalId::into_string));
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
