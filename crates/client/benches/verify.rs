//! What the ban check costs over the bare check of a session token.
//!
//! `cargo bench -p beadle-client`: the bare check (RS256 and claims), the same by the verifier, the difference of the two,
//! and the ban check alone, with 10,000 banned users in memory.
#![expect(clippy::unwrap_used, reason = "a benchmark")]

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use beadle_client::{AuthenticateOptions, Clerk, UserId, params::CreateUser};
use beadle_testkit::{LiveServer, SECRET_KEY};
use criterion::{Criterion, criterion_group, criterion_main};

/// Users who are banned before the measurement: 200 rounds of bans in bulk.
const BANNED: usize = 10_000;

/// Checks of both kinds, in turns.
const PAIRS: usize = 100_001;

async fn prepare(clerk: &Clerk) -> String {
    let new = || CreateUser { skip_password_requirement: Some(true), ..CreateUser::default() };
    let mut ids: Vec<UserId> = Vec::new();
    for n in 0..BANNED {
        let user = CreateUser { username: Some(format!("banned_{n}")), ..new() };
        ids.push(clerk.users().create(&user).await.unwrap().id);
    }
    for some in ids.chunks(50) {
        clerk.users().ban_many(some).await.unwrap();
    }
    let good = CreateUser { username: Some("good_one".into()), ..new() };
    let good = clerk.users().create(&good).await.unwrap().id;
    let session = clerk.sessions().create(&good).await.unwrap().id;
    clerk.sessions().create_token(&session).expires_in(Duration::from_secs(3600)).await.unwrap().jwt
}

fn verify(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = LiveServer::start();
    let clerk = Clerk::new(SECRET_KEY).api_url(&*server.url);
    let (token, verifier) = runtime.block_on(async {
        let token = prepare(&clerk).await;
        let verifier = clerk.verifier().name("bench").start().unwrap();
        verifier.ready(Duration::from_secs(10)).await.unwrap();
        (token, verifier)
    });
    assert!(verifier.status().entries >= BANNED);
    let options = AuthenticateOptions::new();
    let claims = runtime.block_on(verifier.verify_token(&token)).unwrap().claims().cloned().unwrap();

    let mut group = criterion.benchmark_group("session token");
    group.bench_function("bare", |bencher| {
        bencher.to_async(&runtime).iter(|| clerk.verify_token(black_box(&token), &options));
    });
    group.bench_function("with ban check", |bencher| {
        bencher.to_async(&runtime).iter(|| verifier.verify_token(black_box(&token)));
    });
    group.bench_function("ban check alone", |bencher| {
        bencher.iter(|| (verifier.is_revoked(black_box(&claims)), verifier.status().current));
    });
    group.finish();

    // In turns, and the median of the differences: the signature alone varies by more than the ban check takes, so the
    // difference of two rows above says nothing.
    let mut nanos: Vec<i128> = runtime.block_on(async {
        let mut nanos = Vec::with_capacity(PAIRS);
        for _ in 0..PAIRS {
            let begun = Instant::now();
            drop(black_box(clerk.verify_token(&token, &options).await));
            let between = Instant::now();
            drop(black_box(verifier.verify_token(&token).await));
            let (bare, checked) = (between - begun, between.elapsed());
            nanos.push(checked.as_nanos().cast_signed() - bare.as_nanos().cast_signed());
        }
        nanos
    });
    nanos.sort_unstable();
    println!("ban check over the bare check: {} ns (median of {PAIRS} differences)", nanos[PAIRS / 2]);
}

criterion_group!(benches, verify);
criterion_main!(benches);
