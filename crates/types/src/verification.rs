//! How an identifier or a factor was, or is to be, proven.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{error::ClerkError, timestamp::Timestamp};

/// How far a verification has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum VerificationStatus {
    /// Begun and not proven yet.
    Unverified,
    /// Proven.
    Verified,
    /// Given up after too many wrong answers.
    Failed,
    /// Not proven in time.
    Expired,
    /// Proven, but the account belongs to the other flow (sign-in against sign-up).
    Transferable,
}

impl VerificationStatus {
    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unverified => "unverified",
            Self::Verified => "verified",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Transferable => "transferable",
        }
    }
}

/// One verification. A single shape covers every strategy; fields that a strategy does not have stay `None` and
/// are then left out, as the schemas of both APIs demand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Verification {
    /// Which schema this is, for example `verification_otp` for codes or `verification_admin`.
    #[serde(default)]
    pub object: Cow<'static, str>,
    /// How far it has come.
    pub status: VerificationStatus,
    /// The means of proof, for example `email_code`, `password` or `admin`.
    pub strategy: Cow<'static, str>,
    /// Wrong answers so far; null where nothing is counted.
    #[serde(default)]
    pub attempts: Option<i64>,
    /// When an unproven verification ends; null if it does not.
    #[serde(default)]
    pub expire_at: Option<Timestamp>,
    /// Why it failed, where the answer cannot be an error of the request itself (OAuth, e-mail links).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ClerkError>,
    /// The text to sign, for wallets and passkeys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// The readable message to sign, for wallets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// How a phone code was delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Where the browser continues, for OAuth and SAML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_verification_redirect_url: Option<String>,
    /// The id of the client on which the proof was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_at_client: Option<String>,
}

impl Verification {
    /// A verification with no attempts, no end and none of the strategy's own fields.
    pub fn new(
        object: impl Into<Cow<'static, str>>,
        status: VerificationStatus,
        strategy: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            object: object.into(),
            status,
            strategy: strategy.into(),
            attempts: None,
            expire_at: None,
            error: None,
            nonce: None,
            message: None,
            channel: None,
            external_verification_redirect_url: None,
            verified_at_client: None,
        }
    }

    /// What an identifier has that was created, and so vouched for, through the Backend API.
    pub fn by_admin() -> Self {
        Self::new("verification_admin", VerificationStatus::Verified, "admin")
    }
}

/// A code that the Backend API has sent, and how it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CodeVerification {
    /// Always `verification`.
    #[serde(default)]
    pub object: Cow<'static, str>,
    /// What an attempt names it by.
    pub id: String,
    /// How it stands; a wrong or late code shows here.
    pub status: VerificationStatus,
    /// `email_code` or `phone_code`.
    pub strategy: Cow<'static, str>,
    /// Codes that were tried.
    #[serde(default)]
    pub attempts: Option<i64>,
    /// When the code ends.
    #[serde(default)]
    pub expire_at: Option<Timestamp>,
    /// How the code went out, for phone numbers.
    #[serde(default)]
    pub channel: Option<Cow<'static, str>>,
}

/// What the visitor must do next for a sign-up's identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum NextAction {
    /// Ask for a code or link.
    #[serde(rename = "needs_prepare")]
    NeedsPrepare,
    /// Enter the code or open the link.
    #[serde(rename = "needs_attempt")]
    NeedsAttempt,
    /// Nothing; an empty text in JSON.
    #[serde(rename = "")]
    None,
}

/// The verification of one identifier within a sign-up.
///
/// Until the visitor has asked for a code, `verification` must be `None`: the browser library takes a status
/// and strategy as a sign that a code is already out, and then never asks for one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignUpVerification {
    /// The verification proper, once one has been prepared.
    #[serde(flatten)]
    pub verification: Option<Verification>,
    /// The visitor's next step.
    pub next_action: NextAction,
    /// The strategies that may be prepared.
    pub supported_strategies: Vec<Cow<'static, str>>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_of_other_strategies_are_left_out() {
        assert_eq!(
            serde_json::to_value(Verification::by_admin()).unwrap(),
            json!({
                "object": "verification_admin", "status": "verified", "strategy": "admin",
                "attempts": null, "expire_at": null,
            })
        );
    }

    #[test]
    fn an_unprepared_sign_up_verification_names_no_strategy() {
        let before = SignUpVerification {
            verification: None,
            next_action: NextAction::NeedsPrepare,
            supported_strategies: vec!["email_code".into()],
        };
        let text = serde_json::to_value(&before).unwrap();
        assert_eq!(text, json!({"next_action": "needs_prepare", "supported_strategies": ["email_code"]}));
        assert_eq!(serde_json::from_value::<SignUpVerification>(text).unwrap(), before);

        let after = SignUpVerification {
            verification: Some(Verification::new(
                "verification_otp",
                VerificationStatus::Unverified,
                "email_code",
            )),
            next_action: NextAction::NeedsAttempt,
            ..before
        };
        let text = serde_json::to_value(&after).unwrap();
        assert_eq!(text["strategy"], "email_code");
        assert_eq!(serde_json::from_value::<SignUpVerification>(text).unwrap(), after);
    }

    #[test]
    fn status_words_match_the_json() {
        use VerificationStatus::*;
        for status in [Unverified, Verified, Failed, Expired, Transferable] {
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
    }
}
