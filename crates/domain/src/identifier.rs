//! What people are found by: email address, phone number, username, wallet address.
//!
//! Each kind has one canonical spelling, which is what is stored and compared.

mod email;
mod external_id;
mod phone;
mod room;
mod username;
mod web3;

pub use email::EmailAddress;
pub use external_id::ExternalId;
pub use phone::PhoneNumber;
pub use room::check_room;
pub use username::Username;
pub use web3::Web3Wallet;

/// An identifier in canonical form, together with its kind.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Identifier {
    /// An email address.
    Email(EmailAddress),
    /// A phone number.
    Phone(PhoneNumber),
    /// A username.
    Username(Username),
    /// The address of an Ethereum wallet.
    Web3(Web3Wallet),
}

impl Identifier {
    /// Reads what somebody typed into the one identifier field of a sign-in.
    ///
    /// The kinds do not overlap: only an email address has an `@`, only a phone number starts with `+`,
    /// and a wallet address, which could pass for a username, wins. `None` means that nobody can have
    /// this identifier.
    pub fn guess(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        if typed.contains('@') {
            EmailAddress::parse(typed, "identifier").ok().map(Self::Email)
        } else if typed.starts_with('+') {
            PhoneNumber::parse(typed, "identifier").ok().map(Self::Phone)
        } else if let Ok(wallet) = Web3Wallet::parse(typed, "identifier") {
            Some(Self::Web3(wallet))
        } else {
            Username::parse(typed, "identifier").ok().map(Self::Username)
        }
    }

    /// The canonical spelling.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Email(email) => email.as_str(),
            Self::Phone(phone) => phone.as_str(),
            Self::Username(username) => username.as_str(),
            Self::Web3(wallet) => wallet.as_str(),
        }
    }

    /// The name of the request parameter and of the instance setting for this kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Email(_) => "email_address",
            Self::Phone(_) => "phone_number",
            Self::Username(_) => "username",
            Self::Web3(_) => "web3_wallet",
        }
    }
}

/// What the canonical string types have in common.
macro_rules! canonical_string {
    ($name:ident) => {
        impl $name {
            /// The canonical spelling.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Takes the canonical spelling out.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}
use canonical_string;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn guessed(typed: &str) -> Option<(&'static str, String)> {
        Identifier::guess(typed).map(|found| (found.kind(), found.as_str().to_owned()))
    }

    #[test]
    fn each_kind_is_told_apart() {
        let wallet = "0xDe0B295669a9FD93d5F28D9Ec85E40f4cb697BAe";
        assert_eq!(guessed(" Ada@Example.com "), Some(("email_address", "ada@example.com".into())));
        assert_eq!(guessed("+1 (415) 555-0123"), Some(("phone_number", "+14155550123".into())));
        assert_eq!(guessed("Ada_L"), Some(("username", "ada_l".into())));
        assert_eq!(guessed(wallet), Some(("web3_wallet", wallet.to_lowercase())));
    }

    #[test]
    fn what_nobody_can_have_is_nothing() {
        for typed in ["", "   ", "@", "a@b", "+", "+12", "4155550123", "ad", "ada lovelace", "ada\0lovelace"]
        {
            assert_eq!(guessed(typed), None, "{typed:?}");
        }
    }

    proptest! {
        #[test]
        fn guess_never_panics_and_is_stable(typed in ".{0,80}") {
            if let Some(found) = Identifier::guess(&typed) {
                prop_assert!(!found.as_str().contains('\0'));
                prop_assert_eq!(Identifier::guess(found.as_str()), Some(found));
            }
        }

        #[test]
        fn phone_like_input_never_panics(typed in r"\+[0-9 ().;ext=-]{0,30}") {
            if let Some(found) = Identifier::guess(&typed) {
                prop_assert_eq!(Identifier::guess(found.as_str()), Some(found));
            }
        }

        #[test]
        fn email_like_input_is_stable(typed in r"[a-zA-Z0-9.+_-]{1,10}@[a-zA-Z0-9.-]{1,20}") {
            if let Some(found) = Identifier::guess(&typed) {
                prop_assert_eq!(Identifier::guess(found.as_str()), Some(found));
            }
        }
    }
}
