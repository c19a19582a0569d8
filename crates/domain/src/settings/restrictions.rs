//! Whose addresses and numbers are refused.

use serde::{Deserialize, Serialize};

/// Who is let in; the lists themselves are in the database.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a decision of its own")]
pub struct RestrictionSettings {
    /// Only identifiers of the allow-list get in.
    pub allowlist: bool,
    /// Identifiers of the block-list do not get in.
    pub blocklist: bool,
    /// Both lists count at sign-up only: who has an account keeps it.
    pub allowlist_blocklist_disabled_on_sign_in: bool,
    /// No new addresses such as `ada+shop@example.com`.
    pub block_email_subaddresses: bool,
    /// No new addresses of providers whose mailboxes last for minutes.
    pub block_disposable_email_domains: bool,
    /// Domains that count as such besides the built-in list.
    pub disposable_email_domains: Vec<String>,
    /// No second account for a Gmail address that differs from another's in dots alone.
    pub ignore_dots_for_gmail_addresses: bool,
}

/// What goes out, and where to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CommunicationSettings {
    /// ISO 3166-1 codes of the countries whose numbers get no SMS; they cannot be signed up with.
    pub blocked_country_codes: Vec<String>,
    /// What stands before the `@` of the sender of mails, in place of what the configured sender has there; the domain stays.
    pub from_email_address: Option<String>,
}
