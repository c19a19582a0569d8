//! No input causes a failure of ours: every answer is below 500 and has the form of an answer.

use beadle_testkit::{TestApp, Value, both_engines, json};
use proptest::{
    prelude::*,
    strategy::{Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

/// Rounds per test and engine.
const ROUNDS: usize = 400;

/// The parameters of the operations, and strangers.
const KEYS: [&str; 40] = [
    "email_address",
    "phone_number",
    "web3_wallet",
    "username",
    "external_id",
    "first_name",
    "last_name",
    "locale",
    "password",
    "password_digest",
    "password_hasher",
    "skip_password_checks",
    "public_metadata",
    "private_metadata",
    "unsafe_metadata",
    "banned",
    "locked",
    "created_at",
    "legal_accepted_at",
    "create_organizations_limit",
    "user_ids",
    "user_id",
    "expires_in_seconds",
    "expired_token",
    "refresh_token",
    "request_origin",
    "format",
    "primary_email_address_id",
    "limit",
    "offset",
    "order_by",
    "starting_after",
    "query",
    "email_address_query",
    "status",
    "paginated",
    "last_active_at_since",
    "created_at_before",
    "organization_id",
    "provider",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[ -~]{0,12}",
        2 => any::<String>(),
        1 => "[a-z]{1,8}@[a-z]{1,8}\\.(com|org)",
        1 => "\\+1415867[0-9]{4}",
        1 => "0x[0-9a-f]{40}",
        1 => "user_[0-9A-Za-z]{27}",
        1 => "-?[0-9]{1,22}",
        1 => "(true|false|null|created_at|-created_at|\\+username|active|bcrypt|argon2id|2024-01-01T00:00:00Z)",
        1 => "['\"%_\\\\*(){}:^\u{0}-\u{1f}é🔑]{1,6}",
        1 => "[a-c]{200,400}",
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(text(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn body() -> impl Strategy<Value = Value> {
    let key = prop_oneof![9 => prop::sample::select(KEYS.to_vec()).prop_map(str::to_owned), 1 => text()];
    // Often of the right type, so that not every request ends at the first check.
    let given = prop_oneof![
        2 => value(),
        2 => text().prop_map(Value::from),
        1 => prop::collection::vec(text(), 0..4).prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
    ];
    prop::collection::btree_map(key, given, 0..6).prop_map(|map| Value::Object(map.into_iter().collect()))
}

fn query() -> impl Strategy<Value = Vec<(String, String)>> {
    let key = prop_oneof![9 => prop::sample::select(KEYS.to_vec()).prop_map(str::to_owned), 1 => text()];
    prop::collection::vec((key, text()), 0..6)
}

/// The same inputs in each run and on each engine.
struct Inputs(TestRunner);

impl Inputs {
    fn new() -> Self {
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
        Self(TestRunner::new_with_rng(Config::default(), rng))
    }

    fn draw<S: Strategy>(&mut self, strategy: &S) -> S::Value {
        strategy.new_tree(&mut self.0).expect("nothing is filtered out").current()
    }
}

async fn paths(app: &TestApp) -> Vec<(&'static str, String)> {
    let user = app.create_user(&json!({"username": "target", "password": crate::PASSWORD})).await;
    let session = app.session(&user).await;
    vec![
        ("POST", "/v1/users".into()),
        ("PATCH", format!("/v1/users/{user}")),
        ("PATCH", format!("/v1/users/{user}/metadata")),
        ("PUT", format!("/v1/users/{user}/metadata")),
        ("POST", format!("/v1/users/{user}/verify_password")),
        ("POST", "/v1/users/ban".into()),
        ("POST", "/v1/users/unban".into()),
        ("POST", "/v1/sessions".into()),
        ("POST", format!("/v1/sessions/{session}/tokens")),
        ("POST", format!("/v1/sessions/{session}/refresh")),
    ]
}

#[track_caller]
fn is_an_answer(answer: &beadle_testkit::TestResponse) {
    let status = answer.status.as_u16();
    if status == 200 {
        answer.json();
        return;
    }
    assert!([400, 401, 403, 404, 413, 415, 422].contains(&status), "{}", answer.shown());
    let code = answer.json()["errors"][0]["code"].as_str().unwrap_or_default().to_owned();
    answer.refused(status, &code);
}

both_engines! {
    async fn random_bodies_are_answered(app: TestApp) {
        let paths = paths(&app).await;
        let mut inputs = Inputs::new();
        let bodies = body();
        let mut accepted = 0;
        for round in 0..ROUNDS {
            let (method, path) = &paths[round % paths.len()];
            let body = inputs.draw(&bodies);
            let answer = app.backend().call(method.parse().unwrap(), path).json(&body).send().await;
            let is_well_formed = std::panic::catch_unwind(|| is_an_answer(&answer)).is_ok();
            assert!(is_well_formed, "{method} {path} {body}\n{}", answer.shown());
            accepted += usize::from(answer.status.as_u16() == 200);
        }
        assert!(accepted > 5, "some of it makes sense: {accepted}");
        // Whatever was let in can be listed and found.
        let users = app.backend().get("/v1/users?limit=500").send().await.ok();
        assert!(!users.as_array().unwrap().is_empty());
    }

    async fn random_bytes_are_answered(app: TestApp) {
        let paths = paths(&app).await;
        let mut inputs = Inputs::new();
        let bytes = prop_oneof![
            prop::collection::vec(any::<u8>(), 0..64),
            text().prop_map(String::into_bytes),
            (body(), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(body, index, byte)| {
                let mut bytes = body.to_string().into_bytes();
                let at = index.index(bytes.len());
                bytes[at] = byte;
                bytes
            }),
        ];
        for round in 0..ROUNDS {
            let (method, path) = &paths[round % paths.len()];
            let body = inputs.draw(&bytes);
            let call =
                app.backend().call(method.parse().unwrap(), path).header("content-type", "application/json");
            is_an_answer(&call.body(body).send().await);
        }
    }

    async fn random_queries_are_answered(app: TestApp) {
        for n in 0..5 {
            app.create_user(&json!({"username": format!("user_{n}"), "first_name": "O'Neil %_\\"})).await;
        }
        let mut inputs = Inputs::new();
        let queries = query();
        let mut accepted = 0;
        for round in 0..ROUNDS {
            let path = ["/v1/users", "/v1/users/count", "/v1/sessions"][round % 3];
            let answer = app.backend().get(path).query(&inputs.draw(&queries)).send().await;
            is_an_answer(&answer);
            accepted += usize::from(answer.status.as_u16() == 200);
        }
        assert!(accepted > 20, "some of it makes sense: {accepted}");
        let raw = prop::collection::vec("[a-z_]{0,8}=?[%0-9a-fA-F&=+;.~-]{0,12}", 0..4);
        for _ in 0..ROUNDS {
            let raw = inputs.draw(&raw).join("&");
            is_an_answer(&app.backend().get("/v1/users").raw_query(&raw).send().await);
        }
    }

    async fn random_paths_are_answered(app: TestApp) {
        let mut inputs = Inputs::new();
        let segments = prop::collection::vec(
            "(v1|users|sessions|ban|count|%[0-9a-f]{2}|[A-Za-z0-9_.~%25-]{0,10}|\\.\\.)",
            0..5,
        );
        for round in 0..ROUNDS {
            let path = format!("/v1/{}", inputs.draw(&segments).join("/"));
            let method = ["GET", "POST", "PATCH", "PUT", "DELETE"][round % 5];
            let answer = app.backend().call(method.parse().unwrap(), &path).send().await;
            is_an_answer(&answer);
        }
    }
}
