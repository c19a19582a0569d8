//! The constant `object` field that tells one kind of JSON object from another.
//!
//! Each marker has a single value, so an object can neither be built nor read with another object's word.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

macro_rules! markers {
    ($($name:ident = $word:literal;)+) => {$(
        #[doc = concat!("Always the word `", $word, "` in JSON.")]
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub struct $name;

        impl $name {
            #[doc = concat!("The word in JSON, `", $word, "`.")]
            pub const WORD: &'static str = $word;
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(Self::WORD)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = Cow::<'de, str>::deserialize(deserializer)?;
                if word == Self::WORD {
                    Ok(Self)
                } else {
                    Err(de::Error::invalid_value(de::Unexpected::Str(&word), &Self::WORD))
                }
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                crate::schema::word(Self::WORD)
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}
    )+};
}

markers! {
    AccountPortalObject = "account_portal";
    ActorTokenObject = "actor_token";
    AllowlistIdentifierObject = "allowlist_identifier";
    ApiKeyObject = "api_key";
    BackupCodeObject = "backup_code";
    BanStatusObject = "ban_status";
    BlocklistIdentifierObject = "blocklist_identifier";
    ClientObject = "client";
    CookiesObject = "cookies";
    DomainObject = "domain";
    EmailAddressObject = "email_address";
    EventObject = "event";
    ImageObject = "image";
    InstanceCommunicationObject = "instance_communication";
    InstanceObject = "instance";
    InstanceProtectObject = "instance_protect";
    InstanceRestrictionsObject = "instance_restrictions";
    InstanceSettingsObject = "instance_settings";
    InvitationObject = "invitation";
    JwtTemplateObject = "jwt_template";
    OAuthApplicationSettingsObject = "oauth_application_settings";
    OrganizationSettingsObject = "organization_settings";
    M2mTokenObject = "machine_to_machine_token";
    MachineObject = "machine";
    MachineScopeObject = "machine_scope";
    MachineSecretKeyObject = "machine_secret_key";
    PasskeyObject = "passkey";
    PhoneNumberObject = "phone_number";
    RedirectUrlObject = "redirect_url";
    RevocationReceiptObject = "revocation_receipt";
    RevocationsObject = "revocations";
    SessionObject = "session";
    SessionReverificationObject = "session_reverification";
    SignInObject = "sign_in_attempt";
    SignInTokenObject = "sign_in_token";
    SignUpObject = "sign_up_attempt";
    TestingTokenObject = "testing_token";
    TokenObject = "token";
    TotalCountObject = "total_count";
    TotpObject = "totp";
    UserObject = "user";
    WaitlistEntryObject = "waitlist_entry";
    Web3WalletObject = "web3_wallet";
    WebhookDeliveryObject = "webhook_delivery";
    WebhookEndpointObject = "webhook_endpoint";
    WebhookSecretObject = "webhook_secret";
    WebhookTestObject = "webhook_test";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_objects_word_is_refused() {
        assert_eq!(serde_json::to_string(&UserObject).unwrap(), "\"user\"");
        assert!(serde_json::from_str::<UserObject>("\"user\"").is_ok());
        assert!(serde_json::from_str::<UserObject>("\"session\"").is_err());
    }
}
