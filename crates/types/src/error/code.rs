//! The code words of error bodies, by what they speak about.
//!
//! Only the words: the server decides the status of each answer. The usual one is noted beside each word because
//! it is what the official libraries expect.

macro_rules! codes {
    ($($($status:literal)+: $name:ident = $word:literal;)+) => {
        $(
            #[doc = concat!("`", $word, "`, usually sent with status", $(" ", $status,)+ ".")]
            pub const $name: &str = $word;
        )+

        /// Every word of this module, for tests that compare the list with its source.
        pub const ALL: &[&str] = &[$($name),+];
    };
}

codes! {
    // Authentication of the caller.
    401: AUTHENTICATION_INVALID = "authentication_invalid";
    401: AUTHORIZATION_HEADER_FORMAT_INVALID = "authorization_header_format_invalid";
    403: AUTHORIZATION_INVALID = "authorization_invalid";
    403: AUTHORIZATION_MISSING_SCOPES = "authorization_missing_scopes";
    401: CLERK_KEY_INVALID = "clerk_key_invalid";
    401: COULD_NOT_AUTHENTICATE_REQUEST = "could_not_authenticate_request";
    403: CSRF_TOKEN_INVALID = "csrf_token_invalid";
    401: DEV_BROWSER_UNAUTHENTICATED = "dev_browser_unauthenticated";
    400: HOST_INVALID = "host_invalid";
    400: INVALID_HANDSHAKE = "invalid_handshake";
    400: MULTIPLE_AUTHORIZATION_HEADER_VALUES_FORBIDDEN = "multiple_authorization_header_values_forbidden";
    400: MULTIPLE_ORIGIN_HEADER_VALUES_FORBIDDEN = "multiple_origin_header_values_forbidden";
    400: NATIVE_API_DISABLED = "native_api_disabled";
    403: NOT_ALLOWED_ACCESS = "not_allowed_access";
    400: ORIGIN_AUTHORIZATION_HEADERS_CONFLICT = "origin_authorization_headers_conflict";
    400: ORIGIN_INVALID = "origin_invalid";
    400: REQUEST_HEADER_MISSING = "request_header_missing";
    400: REQUEST_INVALID_FOR_ENVIRONMENT = "request_invalid_for_environment";
    400: REQUEST_INVALID_FOR_INSTANCE = "request_invalid_for_instance";
    401: SIGNED_OUT = "signed_out";
    403: SUBDOMAIN_NOT_ALLOWED = "subdomain_not_allowed";
    403: UNSUPPORTED_COUNTRY_CODE = "unsupported_country_code";
    400: URL_BASED_SESSION_SYNCING_DISABLED = "url_based_session_syncing_disabled";
    409: USER_SETTINGS_INVALID = "user_settings_invalid";
    // The request as a whole.
    400: API_VERSION_INVALID = "api_version_invalid";
    400: BULK_SIZE_EXCEEDED = "bulk_size_exceeded";
    422: FORM_PARAM_VALUE_INVALID = "form_param_value_invalid";
    400: INFINITE_REDIRECT_LOOP = "infinite_redirect_loop";
    400: INVALID_QUERY_PARAMETER_VALUE = "invalid_query_parameter_value";
    400: MALFORMED_PUBLISHABLE_KEY = "malformed_publishable_key";
    400: MALFORMED_REQUEST_PARAMETERS = "malformed_request_parameters";
    400: MISSING_QUERY_PARAMETER = "missing_query_parameter";
    400: ORIGIN_MISSING = "origin_missing";
    401: PROXY_REQUEST_INVALID_SECRET_KEY = "proxy_request_invalid_secret_key";
    400: PROXY_REQUEST_MISSING_SECRET_KEY = "proxy_request_missing_secret_key";
    400: REQUEST_BODY_INVALID = "request_body_invalid";
    413: REQUEST_BODY_TOO_LARGE = "request_body_too_large";
    415: UNSUPPORTED_CONTENT_TYPE = "unsupported_content_type";
    // Pages that browsers are sent to.
    422: INVALID_REDIRECT_URL = "invalid_redirect_url";
    422: REDIRECT_URL_NOT_ASSOCIATED_WITH_INSTANCE = "redirect_url_not_associated_with_instance";
    403: SYNC_NONCE_ALREADY_CONSUMED = "sync_nonce_already_consumed";
    // Limits, conflicts and failures.
    400: BAD_REQUEST = "bad_request";
    503: CANNOT_DETECT_IP = "cannot_detect_ip";
    409: CONFLICT = "conflict";
    500: INTERNAL_CLERK_ERROR = "internal_clerk_error";
    403: QUOTA_EXCEEDED = "quota_exceeded";
    409: RESOURCE_LOCKED = "resource_locked";
    503: SERVICE_UNAVAILABLE = "service_unavailable";
    429: TOO_MANY_REQUESTS = "too_many_requests";
    // Parameters.
    422: FORM_ALREADY_EXISTS = "form_already_exists";
    422: FORM_CODE_INCORRECT = "form_code_incorrect";
    422: FORM_CONDITIONAL_PARAM_DISALLOWED = "form_conditional_param_disallowed";
    422: FORM_CONDITIONAL_PARAM_MISSING = "form_conditional_param_missing";
    422: FORM_CONDITIONAL_PARAM_VALUE_DISALLOWED = "form_conditional_param_value_disallowed";
    422: FORM_DISABLE_DEFAULT_SECOND_FACTOR_NOT_ALLOWED = "form_disable_default_second_factor_not_allowed";
    422: FORM_DISALLOW_FUTURE_DATE = "form_disallow_future_date";
    403: FORM_EMAIL_ADDRESS_BLOCKED = "form_email_address_blocked";
    422: FORM_IDENTIFIER_EXISTS = "form_identifier_exists";
    422: FORM_IDENTIFIER_NOT_FOUND = "form_identifier_not_found";
    422: FORM_INCORRECT_SIGNATURE = "form_incorrect_signature";
    422: FORM_INVALID_ORIGIN = "form_invalid_origin";
    422: FORM_NEW_PASSWORD_MATCHES_CURRENT = "form_new_password_matches_current";
    422: FORM_PARAM_ARRAY_LENGTH_MISMATCH = "form_param_array_length_mismatch";
    422: FORM_PARAM_ARRAY_SIZE_EXCEEDED = "form_param_array_size_exceeded";
    422: FORM_PARAM_DEPRECATED = "form_param_deprecated";
    422: FORM_PARAM_DUPLICATE = "form_param_duplicate";
    422: FORM_PARAM_EXCEEDS_ALLOWED_SIZE = "form_param_exceeds_allowed_size";
    422: FORM_PARAM_FORMAT_INVALID = "form_param_format_invalid";
    422: FORM_PARAM_INVALID_DATE = "form_param_invalid_date";
    422: FORM_PARAM_INVALID_TIME = "form_param_invalid_time";
    422: FORM_PARAM_MAX_LENGTH_EXCEEDED = "form_param_max_length_exceeded";
    422: FORM_PARAM_MIN_LENGTH_EXCEEDED = "form_param_min_length_exceeded";
    422: FORM_PARAM_MISSING = "form_param_missing";
    422: FORM_PARAM_NIL = "form_param_nil";
    422: FORM_PARAM_TYPE_INVALID = "form_param_type_invalid";
    422: FORM_PARAM_UNKNOWN = "form_param_unknown";
    422: FORM_PARAM_VALUE_CONFLICT = "form_param_value_conflict";
    400: FORM_PARAM_VALUE_DISABLED = "form_param_value_disabled";
    422: FORM_PARAM_VALUE_TOO_LARGE = "form_param_value_too_large";
    422: FORM_PASSWORD_COMPROMISED = "form_password_compromised";
    422: FORM_PASSWORD_DIGEST_INVALID_CODE = "form_password_digest_invalid_code";
    422: FORM_PASSWORD_INCORRECT = "form_password_incorrect";
    422: FORM_PASSWORD_LENGTH_TOO_LONG = "form_password_length_too_long";
    422: FORM_PASSWORD_LENGTH_TOO_SHORT = "form_password_length_too_short";
    422: FORM_PASSWORD_MATCHES_IDENTIFIER = "form_password_matches_identifier";
    422: FORM_PASSWORD_NO_LOWERCASE = "form_password_no_lowercase";
    422: FORM_PASSWORD_NO_NUMBER = "form_password_no_number";
    422: FORM_PASSWORD_NO_SPECIAL_CHAR = "form_password_no_special_char";
    422: FORM_PASSWORD_NO_UPPERCASE = "form_password_no_uppercase";
    422: FORM_PASSWORD_NOT_STRONG_ENOUGH = "form_password_not_strong_enough";
    422: FORM_PASSWORD_OR_IDENTIFIER_INCORRECT = "form_password_or_identifier_incorrect";
    422: FORM_PASSWORD_PWNED = "form_password_pwned";
    422: FORM_PASSWORD_SIZE_IN_BYTES_EXCEEDED = "form_password_size_in_bytes_exceeded";
    422: FORM_PASSWORD_VALIDATION_FAILED = "form_password_validation_failed";
    422: FORM_PUBLIC_CLIENT_REQUIRES_PKCE = "form_public_client_requires_pkce";
    422: FORM_RESOURCE_NOT_FOUND = "form_resource_not_found";
    422: FORM_SESSION_INACTIVITY_TIMEOUT_INVALID = "form_session_inactivity_timeout_invalid";
    422: FORM_USERNAME_CANNOT_BE_PHONE_NUMBER = "form_username_cannot_be_phone_number";
    422: FORM_USERNAME_INVALID_CHARACTER = "form_username_invalid_character";
    422: FORM_USERNAME_INVALID_LENGTH = "form_username_invalid_length";
    422: FORM_USERNAME_NEEDS_NON_NUMBER_CHAR = "form_username_needs_non_number_char";
    422: FORM_VERIFICATION_NEEDED = "form_verification_needed";
    422: LEGAL_NOT_ACCEPTED = "legal_not_accepted";
    // Users.
    400: DELETE_LINKED_IDENTIFICATION_DISALLOWED = "delete_linked_identification_disallowed";
    422: FORM_DATA_MISSING = "form_data_missing";
    422: INCORRECT_PASSWORD = "incorrect_password";
    400: NO_PASSWORD_SET = "no_password_set";
    403: PASSWORD_DISABLED = "password_disabled";
    400: PASSWORD_REQUIRED = "password_required";
    422: PASSWORD_RESET_REQUIRED = "password_reset_required";
    422: PASSWORD_TOO_LONG_NEEDS_RESET = "password_too_long_needs_reset";
    404: RESOURCE_NOT_FOUND = "resource_not_found";
    400: TOTP_ALREADY_ENABLED = "totp_already_enabled";
    400: TOTP_DISABLED = "totp_disabled";
    422: TOTP_INCORRECT_CODE = "totp_incorrect_code";
    422: TOTP_INVALID_LENGTH = "totp_invalid_length";
    403: UPDATING_USER_PASSWORD_DEPRECATED = "updating_user_password_deprecated";
    403: USER_BANNED = "user_banned";
    403: USER_CREATE_ORGANIZATION_NOT_ENABLED = "user_create_organization_not_enabled";
    403: USER_DEACTIVATED = "user_deactivated";
    403: USER_DELETE_SELF_NOT_ENABLED = "user_delete_self_not_enabled";
    409: USER_MANAGED_BY_SCIM = "user_managed_by_scim";
    403: USER_QUOTA_EXCEEDED = "user_quota_exceeded";
    // Lockout.
    403: USER_LOCKED = "user_locked";
    // Clients.
    400: CLIENT_NOT_FOUND = "client_not_found";
    // Sessions.
    401: ACTION_FOR_SESSION_NOT_AUTHORIZED = "action_for_session_not_authorized";
    400 401: DEPROVISIONED = "deprovisioned";
    400: INVALID_ACTION_FOR_SESSION = "invalid_action_for_session";
    400: INVALID_ACTION_FOR_SESSION_REVERIFICATION = "invalid_action_for_session_reverification";
    400: INVALID_SESSION_TOKEN = "invalid_session_token";
    409: SESSION_CREATION_NOT_ALLOWED = "session_creation_not_allowed";
    422: SESSION_LIFETIME_SETTING_MISSING = "session_lifetime_setting_missing";
    400: SESSION_REVERIFICATION_MISSING = "session_reverification_missing";
    403: SESSION_REVERIFICATION_REQUIRED = "session_reverification_required";
    // Refresh of a session token.
    401: EXPIRED_SESSION_TOKEN_INVALID = "expired_session_token_invalid";
    401: EXPIRED_SESSION_TOKEN_MISSING_AZP = "expired_session_token_missing_azp";
    401: EXPIRED_SESSION_TOKEN_MISSING_SID = "expired_session_token_missing_sid";
    401: REFRESH_REQUEST_ORIGIN_AZP_MISMATCH = "refresh_request_origin_azp_mismatch";
    401: REFRESH_REQUEST_ORIGIN_INVALID = "refresh_request_origin_invalid";
    401: REFRESH_SID_MISMATCH = "refresh_sid_mismatch";
    401: REFRESH_TOKEN_NOT_FOUND = "refresh_token_not_found";
    401: SESSION_REFRESH_CANNOT_DETERMINE_SESSION_TOKEN_AGE = "session_refresh_cannot_determine_session_token_age";
    401: SESSION_REFRESH_EXPIRED_SESSION_TOKEN_CONSUMED = "session_refresh_expired_session_token_consumed";
    401: SESSION_REFRESH_EXPIRED_SESSION_TOKEN_MISSING_IAT = "session_refresh_expired_session_token_missing_iat";
    401: SESSION_REFRESH_EXPIRED_SESSION_TOKEN_TOO_OLD = "session_refresh_expired_session_token_too_old";
    401: SESSION_REFRESH_INACTIVE_SESSION = "session_refresh_inactive_session";
    401: SESSION_REFRESH_SESSION_NOT_FOUND = "session_refresh_session_not_found";
    401: SESSION_REFRESH_SESSION_TOKEN_INELIGIBLE = "session_refresh_session_token_ineligible";
    401: SESSION_REFRESH_USER_NOT_FOUND = "session_refresh_user_not_found";
    // Cookies.
    400: COOKIE_INVALID = "cookie_invalid";
    // Identifications.
    400: IDENTIFICATION_CREATE_SECOND_FACTOR_UNVERIFIED = "identification_create_second_factor_unverified";
    400: IDENTIFICATION_DELETION_FAILED = "identification_deletion_failed";
    400: IDENTIFICATION_UPDATE_FAILED = "identification_update_failed";
    400: IDENTIFICATION_UPDATE_SECOND_FACTOR_UNVERIFIED = "identification_update_second_factor_unverified";
    403: IMMUTABLE_ATTRIBUTE_MODIFICATION_NOT_ALLOWED = "immutable_attribute_modification_not_allowed";
    400: LAST_REQUIRED_IDENTIFICATION_DELETION_FAILED = "last_required_identification_deletion_failed";
    403: OAUTH_CONNECTION_BLOCKED_BY_IMMUTABLE_ATTRIBUTE = "oauth_connection_blocked_by_immutable_attribute";
    404: PRIMARY_IDENTIFICATION_NOT_FOUND = "primary_identification_not_found";
    400: SECOND_FACTOR_DELETION_NOT_ALLOWED = "second_factor_deletion_not_allowed";
    400: TOO_MANY_UNVERIFIED_IDENTIFICATIONS = "too_many_unverified_identifications";
    // Verification.
    400: VERIFICATION_ALREADY_VERIFIED = "verification_already_verified";
    429: VERIFICATION_CODE_RATE_LIMIT_EXCEEDED = "verification_code_rate_limit_exceeded";
    429: VERIFICATION_CODE_TOO_MANY_REQUESTS = "verification_code_too_many_requests";
    400: VERIFICATION_EXPIRED = "verification_expired";
    400: VERIFICATION_FAILED = "verification_failed";
    400: VERIFICATION_LINK_TOKEN_EXPIRED = "verification_link_token_expired";
    400: VERIFICATION_LINK_TOKEN_INVALID = "verification_link_token_invalid";
    400: VERIFICATION_LINK_TOKEN_SOURCE_INVALID = "verification_link_token_source_invalid";
    400: VERIFICATION_LINK_TOKEN_STALE = "verification_link_token_stale";
    400: VERIFICATION_MISSING = "verification_missing";
    400: VERIFICATION_NOT_SENT = "verification_not_sent";
    500: VERIFICATION_STATUS_UNKNOWN = "verification_status_unknown";
    400: VERIFICATION_STRATEGY_INVALID = "verification_strategy_invalid";
    // Sign-in.
    422: ACCOUNT_LOCKOUT_WARNING = "account_lockout_warning";
    400: ACCOUNT_TRANSFER_INVALID = "account_transfer_invalid";
    400: CLIENT_STATE_INVALID = "client_state_invalid";
    400: IDENTIFICATION_CLAIMED = "identification_claimed";
    400: IDENTIFIER_ALREADY_SIGNED_IN = "identifier_already_signed_in";
    422: INVALID_TOTP_SECRET_CODE = "invalid_totp_secret_code";
    400: NO_SECOND_FACTORS = "no_second_factors";
    403: RESOURCE_FORBIDDEN = "resource_forbidden";
    400: SESSION_EXISTS = "session_exists";
    403: SIGN_IN_EMAIL_LINK_NOT_SAME_CLIENT = "sign_in_email_link_not_same_client";
    400: SIGN_IN_IDENTIFICATION_OR_USER_DELETED = "sign_in_identification_or_user_deleted";
    422: SIGN_IN_MUST_USE_ENTERPRISE_CONNECTION_IDENTIFIER = "sign_in_must_use_enterprise_connection_identifier";
    404: SIGN_IN_NO_IDENTIFICATION_FOR_USER = "sign_in_no_identification_for_user";
    422: SIGN_UP_IF_MISSING_NOT_ALLOWED = "sign_up_if_missing_not_allowed";
    422: SIGN_UP_IF_MISSING_STRATEGY_NOT_SUPPORTED = "sign_up_if_missing_strategy_not_supported";
    404: SIGN_UP_IF_MISSING_TRANSFER = "sign_up_if_missing_transfer";
    400: STRATEGY_FOR_USER_INVALID = "strategy_for_user_invalid";
    // Passkeys.
    400: NO_PASSKEYS_FOUND_FOR_USER = "no_passkeys_found_for_user";
    400: PASSKEY_AUTHENTICATION_FAILURE = "passkey_authentication_failure";
    422: PASSKEY_INVALID_PUBLIC_KEY_CREDENTIAL = "passkey_invalid_public_key_credential";
    404: PASSKEY_NOT_REGISTERED = "passkey_not_registered";
    403: PASSKEY_QUOTA_EXCEEDED = "passkey_quota_exceeded";
    400: PASSKEY_REGISTRATION_FAILURE = "passkey_registration_failure";
    // Sign-up.
    400: CAPTCHA_INVALID = "captcha_invalid";
    400: CAPTCHA_MISSING_TOKEN = "captcha_missing_token";
    400: CAPTCHA_NOT_ENABLED = "captcha_not_enabled";
    403: SIGN_UP_CANNOT_BE_UPDATED = "sign_up_cannot_be_updated";
    403: SIGN_UP_EMAIL_LINK_NOT_SAME_CLIENT = "sign_up_email_link_not_same_client";
    422: SIGN_UP_MODE_INVALID = "sign_up_mode_invalid";
    403: SIGN_UP_MODE_RESTRICTED = "sign_up_mode_restricted";
    422: SIGN_UP_MODE_RESTRICTED_INVALID_VALUE = "sign_up_mode_restricted_invalid_value";
    410: SIGN_UP_OUTDATED_VERIFICATION = "sign_up_outdated_verification";
    403: SIGN_UP_RESTRICTED_WAITLIST = "sign_up_restricted_waitlist";
    403: WAITLIST_NOT_ACCEPTING_ENTRIES = "waitlist_not_accepting_entries";
    409: WAITLIST_ENTRY_ALREADY_COMPLETED = "waitlist_entry_already_completed";
    409: WAITLIST_ENTRY_ALREADY_INVITED = "waitlist_entry_already_invited";
    409: WAITLIST_ENTRY_ALREADY_REJECTED = "waitlist_entry_already_rejected";
    // Webhooks.
    400: SVIX_APP_EXISTS = "svix_app_exists";
    400: SVIX_APP_MISSING = "svix_app_missing";
    // Social sign-in.
    404: EXTERNAL_ACCOUNT_NOT_FOUND = "external_account_not_found";
    400: MISCONFIGURED_OAUTH_PROVIDER = "misconfigured_oauth_provider";
    403: OAUTH_ACCESS_DENIED = "oauth_access_denied";
    400: OAUTH_ACCOUNT_ALREADY_CONNECTED = "oauth_account_already_connected";
    400: OAUTH_CALLBACK_INVALID = "oauth_callback_invalid";
    400: OAUTH_FETCH_USER_ERROR = "oauth_fetch_user_error";
    400: OAUTH_IDENTIFICATION_CLAIMED = "oauth_identification_claimed";
    400: OAUTH_PROVIDER_NOT_ENABLED = "oauth_provider_not_enabled";
    400: OAUTH_TOKEN_EXCHANGE_ERROR = "oauth_token_exchange_error";
    404: OAUTH_TOKEN_PROVIDER_NOT_ENABLED = "oauth_token_provider_not_enabled";
    422: OAUTH_MISSING_ACCESS_TOKEN = "oauth_missing_access_token";
    // Sign-in tokens.
    400: SIGN_IN_TOKEN_ALREADY_USED_CODE = "sign_in_token_already_used_code";
    400: SIGN_IN_TOKEN_CANNOT_BE_REVOKED_CODE = "sign_in_token_cannot_be_revoked_code";
    400: SIGN_IN_TOKEN_CANNOT_BE_USED_CODE = "sign_in_token_cannot_be_used_code";
    400: SIGN_IN_TOKEN_NOT_IN_SIGN_IN_CODE = "sign_in_token_not_in_sign_in_code";
    400: SIGN_IN_TOKEN_REVOKED_CODE = "sign_in_token_revoked_code";
    // Tickets and invitations.
    400: DUPLICATE_RECORD = "duplicate_record";
    400: INVITATION_ACCOUNT_EXISTS = "invitation_account_exists";
    400: INVITATION_ACCOUNT_NOT_EXISTS = "invitation_account_not_exists";
    400: INVITATION_ALREADY_ACCEPTED = "invitation_already_accepted";
    400: INVITATION_ALREADY_REVOKED = "invitation_already_revoked";
    400: REVOKED_INVITATION = "revoked_invitation";
    400: TICKET_EXPIRED_CODE = "ticket_expired_code";
    400: TICKET_INVALID_CODE = "ticket_invalid_code";
    // Actor tokens.
    400: ACTOR_TOKEN_ALREADY_USED_CODE = "actor_token_already_used_code";
    400: ACTOR_TOKEN_CANNOT_BE_REVOKED_CODE = "actor_token_cannot_be_revoked_code";
    400: ACTOR_TOKEN_CANNOT_BE_USED_CODE = "actor_token_cannot_be_used_code";
    400: ACTOR_TOKEN_NOT_IN_SIGN_IN_CODE = "actor_token_not_in_sign_in_code";
    400: ACTOR_TOKEN_REVOKED_CODE = "actor_token_revoked_code";
    404: ACTOR_TOKEN_SUBJECT_NOT_FOUND = "actor_token_subject_not_found";
    // Machines.
    404: MACHINE_NOT_FOUND = "machine_not_found";
    400: MACHINE_TOKEN_RESERVED_CLAIM = "machine_token_reserved_claim";
    // What an instance has switched off.
    422: API_KEYS_NOT_ENABLED = "api_keys_not_enabled";
    403: BILLING_NOT_ENABLED = "billing_not_enabled";
    403: FEATURE_NOT_ENABLED = "feature_not_enabled";
    422: FEATURE_REQUIRES_DYNAMIC_OAUTH_CLIENT_REGISTRATION = "feature_requires_dynamic_oauth_client_registration";
    403: ORGANIZATION_NOT_ENABLED_IN_INSTANCE = "organization_not_enabled_in_instance";
    404: SAML_CONNECTION_ACTIVE_NOT_FOUND = "saml_connection_active_not_found";
    403: SELF_SERVE_SSO_DISABLED = "self_serve_sso_disabled";
    // The instance.
    400: BREAKS_INSTANCE_INVARIANT = "breaks_instance_invariant";
    400: DOMAIN_UPDATE_FORBIDDEN = "domain_update_forbidden";
    422: HOME_URL_TAKEN = "home_url_taken";
    422: INVALID_PROXY_CONFIGURATION = "invalid_proxy_configuration";
    400: JWT_TEMPLATE_RESERVED_CLAIM = "jwt_template_reserved_claim";
    403: OPERATION_NOT_ALLOWED_ON_PRIMARY_DOMAIN = "operation_not_allowed_on_primary_domain";
    422: PRIMARY_DOMAIN_ALREADY_EXISTS = "primary_domain_already_exists";
    // Images.
    404: IMAGE_NOT_FOUND = "image_not_found";
    413: IMAGE_TOO_LARGE = "image_too_large";
    // Payment.
    402: UNSUPPORTED_SUBSCRIPTION_PLAN_FEATURES = "unsupported_subscription_plan_features";
}

/// `api_key_name_already_exists`, status 409. Not among Clerk's published definitions, but its components know it.
pub const API_KEY_NAME_ALREADY_EXISTS: &str = "api_key_name_already_exists";
/// `machine_secret_key_invalid`, status 401. Not among Clerk's published definitions, but its libraries know it.
pub const MACHINE_SECRET_KEY_INVALID: &str = "machine_secret_key_invalid";

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs};

    use super::ALL;

    const LIST: &str = "/work/shared/contract/error-codes.tsv";

    #[test]
    fn every_code_is_one_of_clerks() {
        let Ok(list) = fs::read_to_string(LIST) else {
            eprintln!("not checked: {LIST} is not on this machine");
            return;
        };
        let known: BTreeSet<_> = list.lines().filter_map(|line| line.split('\t').next()).collect();
        let unknown: Vec<_> = ALL.iter().filter(|code| !known.contains(*code)).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }

    #[test]
    fn no_code_is_listed_twice() {
        assert_eq!(ALL.iter().collect::<BTreeSet<_>>().len(), ALL.len());
    }
}
