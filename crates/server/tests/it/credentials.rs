//! Which operations of the Backend API touch credentials, and what each does for a banned user. A new operation
//! fails here until it is classified.

use std::collections::BTreeSet;

use beadle_testkit::both_engines;

/// Mint, renew, accept or list a credential.
const CREDENTIALS: [&str; 8] = [
    "GetSessionList",
    "createSession",
    "GetSession",
    "RevokeSession",
    "RefreshSession",
    "CreateSessionToken",
    "VerifyPassword",
    "VerifyTOTP",
];
/// Do not.
const OTHERS: [&str; 18] = [
    "GetUserList",
    "CreateUser",
    "GetUsersCount",
    "GetUser",
    "UpdateUser",
    "DeleteUser",
    "UpdateUserMetadata",
    "ReplaceUserMetadata",
    "BanUser",
    "UnbanUser",
    "UsersBan",
    "UsersUnban",
    "LockUser",
    "UnlockUser",
    "DisableMFA",
    "DeleteTOTP",
    "DeleteBackupCode",
    "GetJWKS",
];

#[test]
fn every_operation_is_classified() {
    let routes = beadle_server::routes();
    let mounted: BTreeSet<&str> = routes
        .iter()
        .filter(|route| route.api == "backend")
        .map(|route| route.operation_id.as_str())
        .collect();
    let classified: BTreeSet<&str> = CREDENTIALS.into_iter().chain(OTHERS).collect();
    assert_eq!(mounted, classified);
}

both_engines! {
    async fn the_description_and_the_router_agree(app: TestApp) {
        for route in beadle_server::routes().into_iter().filter(|route| route.api == "backend") {
            let path =
                route.path.replace("{user_id}", crate::NOBODY).replace("{session_id}", crate::NO_SESSION);
            let call = app.backend().call(route.method.parse().unwrap(), &path);
            call.without_header("authorization")
                .send()
                .await
                .refused(401, "authorization_header_format_invalid");
            let answer = app.backend().call(route.method.parse().unwrap(), &path).send().await;
            let text = answer.text();
            assert!(!text.contains("There is nothing here"), "{route:?} is described but not mounted");
        }
    }
}
