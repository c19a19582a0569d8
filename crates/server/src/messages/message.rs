//! The kinds of messages, and what each has to say.

use serde::Serialize;

/// A message with its values, which are what its templates can use besides `application_name`, `recipient`, `locale`
/// and `kind`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Message {
    /// A code that proves an address or number.
    VerificationCode {
        /// The digits.
        code: String,
        /// How long they work.
        minutes: u64,
    },
    /// A code that lets a new password be set.
    ResetPasswordCode {
        /// The digits.
        code: String,
        /// How long they work.
        minutes: u64,
    },
    /// A link that signs in.
    SignInLink {
        /// Where to go.
        link: String,
        /// How long it works.
        minutes: u64,
    },
    /// A link that proves the address of a sign-up.
    SignUpLink {
        /// Where to go.
        link: String,
        /// How long it works.
        minutes: u64,
    },
    /// A link that proves an address of a user.
    EmailLink {
        /// Where to go.
        link: String,
        /// How long it works.
        minutes: u64,
    },
    /// An invitation to create an account.
    Invitation {
        /// Where to go.
        link: String,
        /// Who invites, if that is to be told.
        inviter: Option<String>,
        /// How long it works; `None` is for ever.
        expires_in_days: Option<u64>,
    },
    /// An invitation to somebody who has waited for it.
    WaitlistInvitation {
        /// Where to go.
        link: String,
        /// How long it works; `None` is for ever.
        expires_in_days: Option<u64>,
    },
    /// An address is on the waitlist.
    WaitlistConfirmation,
    /// The password was changed.
    PasswordChanged {
        /// When; see [`Message::time`].
        at: String,
    },
    /// Another address is the primary one. Goes to the old one.
    PrimaryEmailAddressChanged {
        /// The new one.
        new_address: String,
        /// When.
        at: String,
    },
    /// Somebody signed in on a device that the user was not seen on before.
    NewDeviceSignIn {
        /// For example `Firefox on Linux`.
        device: Option<String>,
        /// Where from.
        ip_address: Option<String>,
        /// When.
        at: String,
    },
    /// Too many attempts to sign in have failed.
    AccountLocked {
        /// How long it lasts; `None` is until an operator unlocks.
        minutes: Option<u64>,
        /// When.
        at: String,
    },
    /// A passkey can now sign the user in.
    PasskeyAdded {
        /// What the user calls it.
        name: String,
        /// When.
        at: String,
    },
    /// A passkey can no longer sign the user in.
    PasskeyRemoved {
        /// What the user called it.
        name: String,
        /// When.
        at: String,
    },
}

/// Every kind, which is also the name of its directory of templates.
pub(super) const KINDS: [&str; 14] = [
    "verification_code",
    "reset_password_code",
    "sign_in_link",
    "sign_up_link",
    "email_link",
    "invitation",
    "waitlist_invitation",
    "waitlist_confirmation",
    "password_changed",
    "primary_email_address_changed",
    "new_device_sign_in",
    "account_locked",
    "passkey_added",
    "passkey_removed",
];

impl Message {
    /// The kind's name.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::VerificationCode { .. } => "verification_code",
            Self::ResetPasswordCode { .. } => "reset_password_code",
            Self::SignInLink { .. } => "sign_in_link",
            Self::SignUpLink { .. } => "sign_up_link",
            Self::EmailLink { .. } => "email_link",
            Self::Invitation { .. } => "invitation",
            Self::WaitlistInvitation { .. } => "waitlist_invitation",
            Self::WaitlistConfirmation => "waitlist_confirmation",
            Self::PasswordChanged { .. } => "password_changed",
            Self::PrimaryEmailAddressChanged { .. } => "primary_email_address_changed",
            Self::NewDeviceSignIn { .. } => "new_device_sign_in",
            Self::AccountLocked { .. } => "account_locked",
            Self::PasskeyAdded { .. } => "passkey_added",
            Self::PasskeyRemoved { .. } => "passkey_removed",
        }
    }

    /// A time as messages tell it: without a language, in UTC.
    pub fn time(at: beadle_types::Timestamp) -> String {
        jiff::Timestamp::from_millisecond(at.as_millis())
            .map(|time| time.strftime("%Y-%m-%d %H:%M UTC").to_string())
            .unwrap_or_default()
    }

    /// The code to show on its own.
    pub(super) fn code(&self) -> Option<&str> {
        match self {
            Self::VerificationCode { code, .. } | Self::ResetPasswordCode { code, .. } => Some(code),
            _ => None,
        }
    }

    /// The link to make a button of.
    pub(super) fn link(&self) -> Option<&str> {
        match self {
            Self::SignInLink { link, .. }
            | Self::SignUpLink { link, .. }
            | Self::EmailLink { link, .. }
            | Self::Invitation { link, .. }
            | Self::WaitlistInvitation { link, .. } => Some(link),
            _ => None,
        }
    }

    /// Each kind with values of every shape, for the check of templates.
    pub(super) fn samples() -> Vec<Self> {
        let code = || "123456".to_owned();
        let link = || "https://example.com/v?t=1&u=2".to_owned();
        let at = || "2026-01-02 03:04 UTC".to_owned();
        let (some, name) = (|text: &str| Some(text.to_owned()), || "Phone".to_owned());
        vec![
            Self::VerificationCode { code: code(), minutes: 10 },
            Self::ResetPasswordCode { code: code(), minutes: 10 },
            Self::SignInLink { link: link(), minutes: 10 },
            Self::SignUpLink { link: link(), minutes: 10 },
            Self::EmailLink { link: link(), minutes: 10 },
            Self::Invitation { link: link(), inviter: None, expires_in_days: None },
            Self::Invitation { link: link(), inviter: some("Ada"), expires_in_days: Some(30) },
            Self::WaitlistInvitation { link: link(), expires_in_days: None },
            Self::WaitlistInvitation { link: link(), expires_in_days: Some(30) },
            Self::WaitlistConfirmation,
            Self::PasswordChanged { at: at() },
            Self::PrimaryEmailAddressChanged { new_address: "new@example.com".to_owned(), at: at() },
            Self::NewDeviceSignIn { device: None, ip_address: None, at: at() },
            Self::NewDeviceSignIn { device: some("Firefox"), ip_address: some("192.0.2.1"), at: at() },
            Self::AccountLocked { minutes: None, at: at() },
            Self::AccountLocked { minutes: Some(60), at: at() },
            Self::PasskeyAdded { name: name(), at: at() },
            Self::PasskeyRemoved { name: name(), at: at() },
        ]
    }
}
