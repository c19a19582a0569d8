//! Accounts at other providers: what a provider says of the person who signed in there.

use beadle_types::{Map, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{credential::Generation, identifier::EmailAddress, name::parse_name, strategy::Strategy};

/// Longest id that a provider may give its accounts, as OpenID Connect has it.
const MAX_SUBJECT: usize = 255;
/// Longest of the other texts.
const MAX_TEXT: usize = 1024;

/// What a provider says of one of its accounts. Everything but the subject is somebody else's word: shown, and used
/// to fill a new user in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// The provider's own id of the account, which never changes.
    pub subject: String,
    /// The account's e-mail address.
    pub email_address: Option<String>,
    /// Whether the provider says that it has proven the address.
    pub email_address_verified: bool,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// The name that the account goes by at the provider.
    pub username: Option<String>,
    /// The account's picture.
    pub image_url: Option<String>,
    /// The scopes that were granted, separated by spaces.
    pub approved_scopes: String,
}

impl Profile {
    /// The profile with everything left out that is too long or not what it should be. `None` without a usable
    /// subject.
    pub fn cleaned(mut self) -> Option<Self> {
        if self.subject.is_empty() || self.subject.len() > MAX_SUBJECT || has_controls(&self.subject) {
            return None;
        }
        let email = self.email_address.take();
        self.email_address = email
            .and_then(|text| EmailAddress::parse(&text, "email_address").ok())
            .map(EmailAddress::into_string);
        self.email_address_verified &= self.email_address.is_some();
        self.first_name = self.first_name.and_then(|text| parse_name("first_name", &text).ok().flatten());
        self.last_name = self.last_name.and_then(|text| parse_name("last_name", &text).ok().flatten());
        self.username = self.username.filter(|text| text.len() <= MAX_TEXT && !has_controls(text));
        let is_web =
            |text: &String| text.len() <= MAX_TEXT && text.starts_with("https://") && !has_controls(text);
        self.image_url = self.image_url.filter(is_web);
        self.approved_scopes.retain(|character| !character.is_control());
        if self.approved_scopes.len() > MAX_TEXT {
            self.approved_scopes.clear();
        }
        Some(self)
    }

    /// The address, if the provider has proven it. No other may link accounts.
    pub fn verified_email(&self) -> Option<&str> {
        self.email_address.as_deref().filter(|_| self.email_address_verified)
    }

    /// The value under which the account is unique in the instance.
    pub fn canonical(&self, strategy: &str) -> String {
        format!("{strategy}:{}", self.subject)
    }

    /// As it is stored with an identification.
    pub fn to_details(&self) -> Map {
        match serde_json::to_value(self) {
            Ok(Value::Object(details)) => details,
            _ => Map::new(),
        }
    }

    /// As it was stored; what is missing is empty.
    pub fn from_details(details: &Map) -> Self {
        serde_json::from_value(Value::Object(details.clone())).unwrap_or_default()
    }
}

/// An account that somebody has proven to be theirs at a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExternalIdentity {
    /// `oauth_…`
    pub strategy: Strategy,
    /// What the provider said.
    pub profile: Profile,
    /// The user whose account it was when it was proven.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Holder>,
}

/// A user as of a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The user.
    pub user_id: UserId,
    generation: i64,
}

impl Holder {
    /// The user with their generation.
    pub fn new(user_id: UserId, generation: Generation) -> Self {
        Self { user_id, generation: generation.get() }
    }

    /// The generation that whatever is made of the proof has to record.
    pub fn generation(&self) -> Generation {
        Generation::from_stored(self.generation)
    }
}

fn has_controls(text: &str) -> bool {
    text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile() -> Profile {
        Profile {
            subject: "1".into(),
            email_address: Some("Ada@Example.com".into()),
            email_address_verified: true,
            ..Profile::default()
        }
    }

    #[test]
    fn only_a_proven_address_links() {
        let proven = profile().cleaned().unwrap();
        assert_eq!(proven.verified_email(), Some("ada@example.com"));
        let unproven = Profile { email_address_verified: false, ..profile() }.cleaned().unwrap();
        assert_eq!(unproven.verified_email(), None);
        let broken = Profile { email_address: Some("ada@".into()), ..profile() }.cleaned().unwrap();
        assert_eq!((broken.verified_email(), broken.email_address_verified), (None, false));
    }

    #[test]
    fn without_a_usable_subject_there_is_no_account() {
        for subject in [String::new(), "a\0b".into(), "a\nb".into(), "x".repeat(256)] {
            assert_eq!(Profile { subject, ..profile() }.cleaned(), None);
        }
    }

    #[test]
    fn what_does_not_fit_is_left_out() {
        let odd = Profile {
            first_name: Some("x".repeat(10_000)),
            username: Some("a\u{7}b".into()),
            image_url: Some("javascript:alert(1)".into()),
            approved_scopes: "x".repeat(10_000),
            ..profile()
        };
        let cleaned = odd.cleaned().unwrap();
        assert_eq!((cleaned.first_name, cleaned.username, cleaned.image_url), (None, None, None));
        assert_eq!(cleaned.approved_scopes, "");
    }

    #[test]
    fn details_are_read_back() {
        let profile = profile().cleaned().unwrap();
        assert_eq!(Profile::from_details(&profile.to_details()), profile);
        assert_eq!(Profile::from_details(&Map::new()), Profile::default());
    }
}
