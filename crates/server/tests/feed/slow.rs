//! A subscriber that does not read, on a real socket.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant},
};

use beadle_server::{Server, config::Config};
use beadle_testkit::{SECRET_KEY, Scratch, Value, json};
use secrecy::ExposeSecret as _;

/// One request, one answer.
fn send(address: &str, method: &str, path: &str, body: Option<&Value>) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let body = body.map(Value::to_string).unwrap_or_default();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: x.test\r\nAuthorization: Bearer {SECRET_KEY}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn subscribers(address: &str) -> i64 {
    let metrics = send(address, "GET", "/metrics", None);
    let line = metrics.lines().find_map(|line| line.strip_prefix("beadle_feed_subscribers "));
    line.unwrap().trim().parse().unwrap()
}

#[test]
fn a_subscriber_that_does_not_read_is_cut() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let scratch = Scratch::new();
    let config = Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        data_dir: scratch.path().to_owned(),
        secret_key: Some(SECRET_KEY.into()),
        ..Config::default()
    };
    let server = runtime.block_on(Server::start(config)).unwrap();
    assert!(server.keys().feed_key.expose_secret().starts_with("fk_"));
    let address = server.local_addr().unwrap().to_string();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = runtime.spawn(server.serve(async { drop(stopped.await) }));

    let mut users = Vec::new();
    for n in 0..50 {
        let body =
            json!({"email_address": [format!("user{n}@example.com")], "skip_password_requirement": true});
        let answer = send(&address, "POST", "/v1/users", Some(&body));
        let user: Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
        users.push(user["id"].as_str().unwrap().to_owned());
    }
    let mut lazy = TcpStream::connect(&address).unwrap();
    let request = format!(
        "GET /v1/revocations HTTP/1.1\r\nHost: x.test\r\nAccept: text/event-stream\r\nAuthorization: Bearer {SECRET_KEY}\r\n\r\n"
    );
    lazy.write_all(request.as_bytes()).unwrap();
    let began = Instant::now();
    while subscribers(&address) == 0 {
        assert!(began.elapsed() < Duration::from_secs(5), "the subscriber is there");
    }
    // More than the sockets hold; the server keeps none of it for the one who does not read.
    let body = json!({"user_ids": users});
    let began = Instant::now();
    let mut rounds = 0;
    while subscribers(&address) > 0 {
        assert!(began.elapsed() < Duration::from_secs(60), "still there after {rounds} rounds");
        if rounds < 600 {
            for what in ["ban", "unban"] {
                let answer = send(&address, "POST", &format!("/v1/users/{what}"), Some(&body));
                assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
            }
            rounds += 1;
        } else {
            std::thread::sleep(Duration::from_millis(100));
        }
    }
    assert!(rounds > 20, "what the sockets hold does not count as slow");
    drop(stop);
    runtime.block_on(serving).unwrap().unwrap();
}
