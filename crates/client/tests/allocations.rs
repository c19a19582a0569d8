//! The ban check allocates nothing: what the verifier allocates, the bare check of the token allocates too.

use std::{hint::black_box, time::Duration};

use allocation_counter::measure;
use beadle_client::{AuthenticateOptions, Clerk, params::CreateUser};
use beadle_testkit::{LiveServer, SECRET_KEY};
use futures_util::FutureExt as _;

#[test]
fn the_ban_check_allocates_nothing() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = LiveServer::start();
    let clerk = Clerk::new(SECRET_KEY).api_url(&*server.url);
    let (token, verifier) = runtime.block_on(async {
        let user = CreateUser {
            username: Some("ada_lovelace".into()),
            skip_password_requirement: Some(true),
            ..CreateUser::default()
        };
        let user = clerk.users().create(&user).await.unwrap().id;
        let session = clerk.sessions().create(&user).await.unwrap().id;
        let token = clerk.sessions().create_token(&session).await.unwrap().jwt;
        let verifier = clerk.verifier().name("counted").start().unwrap();
        verifier.ready(Duration::from_secs(10)).await.unwrap();
        (token, verifier)
    });
    let options = AuthenticateOptions::new();
    // Both have their keys: neither waits for anything.
    let bare = || clerk.verify_token(&token, &options).now_or_never().unwrap().unwrap();
    let checked = || verifier.verify_token(&token).now_or_never().unwrap().unwrap();
    let claims = checked().claims().cloned().unwrap();
    assert!(bare().is_signed_in());

    assert_eq!(
        measure(|| {
            black_box(verifier.is_revoked(&claims));
        })
        .count_total,
        0
    );
    let (bare, checked) = (measure(|| drop(black_box(bare()))), measure(|| drop(black_box(checked()))));
    assert!(bare.count_total > 0, "the counter counts");
    assert_eq!(checked.count_total, bare.count_total);
}
