//! What the benchmark holds the server against, measured on the same machine in the same run:
//!
//! - `limits serve ADDRESS FILE`: a bare axum handler that answers every request with the bytes of FILE;
//! - `limits rsa SECONDS`: RSA-2048 signatures per second on all cores;
//! - `limits argon2id SECONDS`: password hashes per second on all cores.

use std::{
    env,
    hint::black_box,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::{
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::RSA_PKCS1_SHA256,
};
use axum::{Router, http::header, response::IntoResponse, routing::any};
use bytes::Bytes;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["serve", address, file] => serve(address, file),
        ["rsa", seconds] => println!("{:.1}", signatures(duration(seconds))),
        ["argon2id", seconds] => println!("{:.1}", hashes(duration(seconds))),
        _ => panic!("limits serve ADDRESS FILE | limits rsa SECONDS | limits argon2id SECONDS"),
    }
}

fn duration(seconds: &str) -> Duration {
    Duration::from_secs_f64(seconds.parse().expect("seconds"))
}

#[tokio::main]
async fn serve(address: &str, file: &str) {
    let body = Bytes::from(std::fs::read(file).expect("the answer's bytes"));
    let handler = move || {
        let answer = ([(header::CONTENT_TYPE, "application/json")], body.clone()).into_response();
        async move { answer }
    };
    let app = Router::new().fallback(any(handler));
    let listener = tokio::net::TcpListener::bind(address).await.expect("a free port");
    axum::serve(listener, app).await.expect("serving");
}

/// RS256 signatures per second.
fn signatures(limit: Duration) -> f64 {
    let key = Arc::new(KeyPair::generate(KeySize::Rsa2048).expect("a key"));
    let message = [b'x'; 480]; // about a session token's header and claims
    rate(limit, move || {
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), &message, &mut signature).expect("a signature");
        black_box(signature);
    })
}

/// Hashes per second with the parameters that the server hashes passwords with.
fn hashes(limit: Duration) -> f64 {
    let params = Params::new(19 * 1024, 2, 1, None).expect("parameters");
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    rate(limit, move || {
        let mut hash = [0; 32];
        argon2
            .hash_password_into(b"grape-tundra-lantern-42", b"0123456789abcdef", &mut hash)
            .expect("a hash");
        black_box(hash);
    })
}

/// Runs `work` on all cores for the time given.
fn rate(limit: Duration, work: impl Fn() + Send + Sync + 'static) -> f64 {
    let work = Arc::new(work);
    let done = Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let threads: Vec<_> = (0..cores)
        .map(|_| {
            let (work, done) = (Arc::clone(&work), Arc::clone(&done));
            thread::spawn(move || {
                while began.elapsed() < limit {
                    work();
                    done.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("a worker");
    }
    let count = u32::try_from(done.load(Ordering::Relaxed)).unwrap_or(u32::MAX);
    f64::from(count) / began.elapsed().as_secs_f64()
}
