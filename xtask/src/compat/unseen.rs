//! Documented answers that cannot happen here, and why.

/// Of any operation.
pub(super) const ANYWHERE: &[(u64, &str)] = &[
    (402, "there is no paywall"),
    (410, "nothing that Clerk pronounced dead is refused here"),
    (500, "not on purpose; tests that break the database see them"),
];

const FOREIGN: &str = "there is one instance, and all of it is its secret key's";
const LOCKED: &str = "who changes what another changes waits for them";
const NOTHING_ASKED: &str = "takes no parameter that could be wrong";

/// Of single operations.
pub(super) const UNSEEN: &[(&str, u64, &str)] = &[
    ("AttemptEmailAddressVerification", 403, FOREIGN),
    ("AttemptPhoneNumberVerification", 403, FOREIGN),
    ("CreateEmailAddress", 403, FOREIGN),
    ("CreateEmailAddress", 409, LOCKED),
    ("createM2MToken", 409, "tokens are drawn at random, and none is made twice"),
    ("CreateMachine", 403, FOREIGN),
    ("CreatePhoneNumber", 403, FOREIGN),
    ("CreateUser", 403, "there is no end to how many users an instance may have"),
    ("DeleteEmailAddress", 403, FOREIGN),
    ("DeleteEmailAddress", 409, LOCKED),
    ("DeleteExternalAccount", 403, FOREIGN),
    ("DeleteJWTTemplate", 403, FOREIGN),
    ("DeleteMachine", 403, FOREIGN),
    ("DeleteMachine", 422, NOTHING_ASKED),
    ("DeleteMachineScope", 403, FOREIGN),
    ("DeleteMachineScope", 422, NOTHING_ASKED),
    ("DeletePhoneNumber", 403, FOREIGN),
    ("DeleteWaitlistEntry", 422, NOTHING_ASKED),
    ("getApiKeys", 404, "whoever has no keys has an empty list"),
    ("GetEmailAddress", 403, FOREIGN),
    ("GetInstanceOrganizationSettings", 404, "there is an instance"),
    ("GetInstanceOrganizationSettings", 422, NOTHING_ASKED),
    ("GetMachine", 403, FOREIGN),
    ("GetMachine", 422, NOTHING_ASKED),
    ("GetMachineSecretKey", 403, FOREIGN),
    ("GetPhoneNumber", 403, FOREIGN),
    ("GetSignUp", 403, FOREIGN),
    ("ListMachines", 403, FOREIGN),
    ("ListUserTrustedDevices", 403, FOREIGN),
    ("PrepareEmailAddressVerification", 403, FOREIGN),
    ("RejectWaitlistEntry", 422, NOTHING_ASKED),
    ("RemoveUserPassword", 403, FOREIGN),
    ("ReplaceUserEmailAddress", 403, FOREIGN),
    ("ReplaceUserPhoneNumber", 403, FOREIGN),
    ("RevokeUserTrustedDevice", 200, "nobody has a trusted device"),
    ("RevokeUserTrustedDevice", 403, FOREIGN),
    ("RotateMachineSecretKey", 403, FOREIGN),
    ("SetUserPasswordCompromised", 403, FOREIGN),
    ("UnsetUserPasswordCompromised", 403, FOREIGN),
    ("UnsetUserPasswordCompromised", 422, NOTHING_ASKED),
    ("UpdateEmailAddress", 403, FOREIGN),
    ("UpdateEmailAddress", 409, LOCKED),
    ("UpdateInstanceOrganizationSettings", 403, FOREIGN),
    ("UpdateInstanceOrganizationSettings", 404, "there is an instance"),
    ("UpdateMachine", 403, FOREIGN),
    ("UpdatePhoneNumber", 403, FOREIGN),
    ("UpdateUser", 409, LOCKED),
    ("UserPasskeyDelete", 403, FOREIGN),
    ("UsersGetOrganizationInvitations", 403, FOREIGN),
    ("UsersGetOrganizationMemberships", 403, FOREIGN),
    ("UserWeb3WalletDelete", 403, FOREIGN),
];
