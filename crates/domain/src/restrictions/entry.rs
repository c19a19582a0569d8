//! Entries of the allow-list and the block-list.

use crate::{
    error::{Error, Result},
    identifier::{EmailAddress, PhoneNumber, Web3Wallet},
};

/// What an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// An address, or all addresses of a domain.
    EmailAddress,
    /// A number.
    PhoneNumber,
    /// A wallet.
    Web3Wallet,
}

impl EntryKind {
    /// The word of the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EmailAddress => "email_address",
            Self::PhoneNumber => "phone_number",
            Self::Web3Wallet => "web3_wallet",
        }
    }

    /// The kind that the wire names so.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::EmailAddress, Self::PhoneNumber, Self::Web3Wallet]
            .into_iter()
            .find(|kind| kind.as_str() == word)
    }
}

/// What an entry names, in canonical form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub kind: EntryKind,
    /// An address, `*@` and a domain, a number or a wallet.
    pub identifier: String,
    /// Whether it stands for all addresses of a domain.
    pub is_wildcard: bool,
}

impl Entry {
    /// Reads what an operator wrote. All addresses of a domain are `*@example.com`; `@example.com` and
    /// `example.com` are taken for the same.
    ///
    /// # Errors
    /// What is none of these.
    pub fn parse(text: &str, param: &str) -> Result<Self> {
        let text = text.trim();
        let invalid = || {
            Error::param_format_invalid(param, "an email address, a domain, a phone number or a web3 wallet")
        };
        let entry = |kind, identifier| Self { kind, identifier, is_wildcard: false };
        if text.starts_with('+') {
            let number = PhoneNumber::parse(text, param).map_err(|_| invalid())?;
            return Ok(entry(EntryKind::PhoneNumber, number.into_string()));
        }
        if let Ok(wallet) = Web3Wallet::parse(text, param) {
            return Ok(entry(EntryKind::Web3Wallet, wallet.into_string()));
        }
        let domain = match text.split_once('@') {
            None => Some(text),
            Some(("" | "*", domain)) => Some(domain),
            // Meant as another wildcard, which there is not.
            Some((local, _)) if local.contains('*') => return Err(invalid()),
            Some(_) => None,
        };
        let Some(domain) = domain else {
            let address = EmailAddress::parse(text, param).map_err(|_| invalid())?;
            return Ok(entry(EntryKind::EmailAddress, address.into_string()));
        };
        // Whatever is a domain makes an address behind any name.
        let address = EmailAddress::parse(&format!("x@{domain}"), param).map_err(|_| invalid())?;
        let identifier = format!("*@{}", address.domain());
        Ok(Self { kind: EntryKind::EmailAddress, identifier, is_wildcard: true })
    }
}

/// The entry that stands for all addresses of an address's domain.
pub fn wildcard_of(address: &str) -> Option<String> {
    address.rsplit_once('@').map(|(_, domain)| format!("*@{domain}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_have_one_spelling() {
        let read =
            |text: &str| Entry::parse(text, "identifier").ok().map(|entry| (entry.kind, entry.identifier));
        let email = |text: &str| Some((EntryKind::EmailAddress, text.to_owned()));
        assert_eq!(read(" Ada@Example.com "), email("ada@example.com"));
        for domain in ["*@Example.com", "@example.com", "example.com"] {
            assert_eq!(read(domain), email("*@example.com"), "{domain}");
        }
        assert_eq!(read("+1 555 555 0100"), Some((EntryKind::PhoneNumber, "+15555550100".to_owned())));
        let wallet = "0xDe0B295669a9FD93d5F28D9Ec85E40f4cb697BAe";
        assert_eq!(read(wallet), Some((EntryKind::Web3Wallet, wallet.to_lowercase())));
        for text in [
            "",
            "*",
            "@",
            "a@",
            "*@",
            "**@example.com",
            "a*@example.com",
            "+1",
            "localhost",
            "0x12",
            "a b@c.d",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn an_address_belongs_to_its_domain_alone() {
        assert_eq!(wildcard_of("ada@mail.example.com").as_deref(), Some("*@mail.example.com"));
        assert_eq!(wildcard_of("+15555550100"), None);
    }
}
