//! Ids: a prefix that names the kind, then a KSUID of 27 letters and digits.
//!
//! The KSUID starts with the second of creation, so ids of one kind sort by age to the second; order by
//! `(created_at, id)` where more precision matters. On parsing, only the prefix and the alphabet are checked,
//! because ids imported from elsewhere need not be KSUIDs.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use svix_ksuid::{KSUID_EPOCH, Ksuid, KsuidLike as _};

use crate::timestamp::Timestamp;

/// Longest accepted text after the prefix.
const MAX_SUFFIX: usize = 64;

/// A text is not an id of the expected kind.
///
/// The text itself is not repeated: it came from a caller and may end in a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id of the form {expected}…")]
pub struct InvalidId {
    /// The prefix that the id should have had, underscore included.
    pub expected: &'static str,
}

fn checked(text: &str, prefix: &'static str, former: &[&str]) -> Result<(), InvalidId> {
    let mut prefixes = std::iter::once(&prefix).chain(former);
    let suffix = prefixes.find_map(|prefix| text.strip_prefix(*prefix));
    let suffix = suffix.ok_or(InvalidId { expected: prefix })?;
    let fits = (1..=MAX_SUFFIX).contains(&suffix.len());
    if fits && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        Ok(())
    } else {
        Err(InvalidId { expected: prefix })
    }
}

/// Seconds since the KSUID epoch (May 2014), held at the ends of the 32-bit range.
fn ksuid_seconds(at: Timestamp) -> u32 {
    u32::try_from(at.as_secs().saturating_sub(KSUID_EPOCH).max(0)).unwrap_or(u32::MAX)
}

/// A KSUID: its time of creation, then randomness.
fn ksuid(at: Timestamp, entropy: [u8; 16]) -> String {
    Ksuid::new_raw(ksuid_seconds(at), Some(&entropy)).to_base62()
}

/// Randomness alone, in hexadecimal digits: what ids of keys and tokens consist of.
fn hexadecimal(_: Timestamp, entropy: [u8; 16]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    entropy.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

macro_rules! ids {
    ($form:ident: $($(#[$doc:meta])* $name:ident = $prefix:literal $(or $former:literal)?;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// What every id of this kind starts with, underscore included.
            pub const PREFIX: &'static str = $prefix;

            /// What ids of earlier versions start with, which go on working.
            const FORMER: &'static [&'static str] = &[$($former)?];

            /// Makes an id from its time of creation (if it counts, to the second) and 16 random bytes.
            pub fn from_parts(at: Timestamp, entropy: [u8; 16]) -> Self {
                Self(format!("{}{}", Self::PREFIX, $form(at, entropy)))
            }

            /// The whole id, prefix included, as it goes over the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                checked(text, Self::PREFIX, Self::FORMER)?;
                Ok(Self(text.to_owned()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                checked(&text, Self::PREFIX, Self::FORMER)?;
                Ok(Self(text))
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::try_from(text).map_err(de::Error::custom)
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let former: String = Self::FORMER.iter().map(|former| format!("|{former}")).collect();
                let prefix = match &*former {
                    "" => Self::PREFIX.to_owned(),
                    former => format!("(?:{}{former})", Self::PREFIX),
                };
                crate::schema::pattern(format!("^{prefix}[0-9A-Za-z]{{1,{MAX_SUFFIX}}}$"))
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}
    )+};
}

ids! {
    ksuid:
    /// A person who can sign in.
    UserId = "user_";
    /// A signed-in period of one user on one client.
    SessionId = "sess_";
    /// A browser or device, which may hold several sessions.
    ClientId = "client_";
    /// An e-mail address, phone number or wallet of a user.
    IdentificationId = "idn_";
    /// An account at another provider. The same random part as its identification's.
    ExternalAccountId = "eac_";
    /// A sign-in that is under way or done.
    SignInId = "sia_";
    /// A sign-up that is under way or done.
    SignUpId = "sua_";
    /// The server instance itself; also the `kid` of its signing key.
    InstanceId = "ins_";
    /// A webhook endpoint.
    WebhookEndpointId = "ep_";
    /// An event of the outbox, and so the `svix-id` of a webhook message.
    EventId = "evt_";
    /// A token by which the Backend API lets a user in.
    SignInTokenId = "sit_";
    /// A token by which the Backend API lets somebody act as a user.
    ActorTokenId = "act_";
    /// An invitation to sign up.
    InvitationId = "inv_";
    /// A mail in the outbox.
    MailId = "mail_";
    /// An address on the waitlist.
    WaitlistEntryId = "wle_";
    /// A picture.
    ImageId = "img_";
    /// An entry of the allow-list.
    AllowlistIdentifierId = "alid_";
    /// An entry of the block-list.
    BlocklistIdentifierId = "blid_";
    /// A template of tokens.
    JwtTemplateId = "jtmpl_" or "jtmp_";
    /// An address that browsers and apps may be sent to.
    RedirectUrlId = "ru_";
    /// A domain of the instance.
    DomainId = "dmn_";
    /// A machine: a service of the application that asks others.
    MachineId = "mch_";
}

ids! {
    hexadecimal:
    /// An API key. Not its secret, which begins alike.
    ApiKeyId = "ak_";
    /// A token of a machine. Not the token itself, which begins alike.
    M2mTokenId = "mt_";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_ids_parse_back_and_carry_their_second() {
        let id = UserId::from_parts(Timestamp::from_secs(1_700_000_000), [7; 16]);
        assert_eq!(id.as_str().len(), "user_".len() + 27);
        assert_eq!(id.as_str().parse::<UserId>().unwrap(), id);
        let ksuid = Ksuid::from_base62(id.as_str().strip_prefix("user_").unwrap()).unwrap();
        assert_eq!(ksuid.timestamp_seconds(), 1_700_000_000);
    }

    #[test]
    fn ids_of_keys_are_hexadecimal() {
        let id = ApiKeyId::from_parts(Timestamp::from_secs(1_700_000_000), [0xa7; 16]);
        assert_eq!(id.as_str(), format!("ak_{}", "a7".repeat(16)));
    }

    #[test]
    fn ids_of_earlier_versions_go_on_working() {
        assert!("jtmp_1".parse::<JwtTemplateId>().is_ok() && "jtmpl_1".parse::<JwtTemplateId>().is_ok());
        let refused = "jtm_1".parse::<JwtTemplateId>().unwrap_err();
        assert_eq!(refused.to_string(), "not an id of the form jtmpl_…");
    }

    #[test]
    fn later_ids_sort_after_earlier_ones() {
        let early = SessionId::from_parts(Timestamp::from_secs(1_700_000_000), [255; 16]);
        let late = SessionId::from_parts(Timestamp::from_secs(1_700_000_001), [0; 16]);
        assert!(early < late);
    }

    #[test]
    fn times_outside_the_ksuid_range_are_held_at_its_ends() {
        let first = UserId::from_parts(Timestamp::from_millis(i64::MIN), [0; 16]);
        let last = UserId::from_parts(Timestamp::from_millis(i64::MAX), [255; 16]);
        assert_eq!(first.as_str(), "user_000000000000000000000000000");
        assert_eq!(last.as_str(), "user_aWgEPTl1tmebfsQzFP4bxwgy80V");
    }

    #[test]
    fn other_prefixes_and_alphabets_are_refused() {
        let long = format!("user_{}", "a".repeat(65));
        let refused =
            ["", "user_", "sess_2abc", "2abc", "user_a b", "user_é", "user_a/../b", "USER_2abc", &long];
        for text in refused {
            assert_eq!(text.parse::<UserId>(), Err(InvalidId { expected: "user_" }), "{text:?}");
        }
        assert!(format!("user_{}", "a".repeat(64)).parse::<UserId>().is_ok());
    }

    #[test]
    fn json_is_a_checked_string() {
        let id: ClientId = serde_json::from_str("\"client_1\"").unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"client_1\"");
        let refusal = serde_json::from_str::<ClientId>("\"user_1\"").unwrap_err().to_string();
        assert!(refusal.contains("client_") && !refusal.contains("user_1"), "{refusal}");
    }
}
