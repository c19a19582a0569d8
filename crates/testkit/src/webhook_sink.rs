//! A receiver of webhooks on loopback that does as tests say.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use beadle_token::webhook::{WebhookError, WebhookKey};
use beadle_types::Timestamp;
use serde_json::Value;
use tokio::sync::Notify;

/// What the receiver does with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Answers with this status.
    Status(u16),
    /// Answers nothing until [`WebhookSink::let_go`].
    Hang,
    /// Sends the sender elsewhere.
    Redirect(String),
    /// Answers 200 and a body without an end.
    Flood,
}

/// A message as it came.
#[derive(Debug, Clone)]
pub struct Message {
    /// `svix-id`.
    pub id: String,
    /// `svix-timestamp`.
    pub timestamp: String,
    /// `svix-signature`.
    pub signature: String,
    /// The body's bytes.
    pub body: Vec<u8>,
    /// The body.
    pub json: Value,
    /// Whether it was answered with success.
    pub taken: bool,
}

impl Message {
    /// The event's name.
    pub fn kind(&self) -> &str {
        self.json["type"].as_str().unwrap_or_default()
    }

    /// The id of what the event is about.
    pub fn about(&self) -> &str {
        self.json["data"]["id"].as_str().unwrap_or_default()
    }

    /// Checks the signature.
    ///
    /// # Errors
    /// Why it does not fit.
    pub fn verify(&self, secret: &str, now: Timestamp) -> Result<(), WebhookError> {
        WebhookKey::parse(secret)?.verify(&self.id, &self.timestamp, &self.signature, &self.body, now)
    }
}

type Decide = Box<dyn Fn(&Value) -> Reply + Send>;

struct Shared {
    received: Mutex<VecDeque<Message>>,
    decide: Mutex<Decide>,
    arrived: Notify,
    released: Notify,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A running receiver; it ends with the runtime.
#[derive(Clone)]
pub struct WebhookSink {
    /// Where it listens.
    pub url: String,
    shared: Arc<Shared>,
}

impl WebhookSink {
    /// Starts one that takes everything.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/hooks", listener.local_addr().expect("an address"));
        let shared = Arc::new(Shared {
            received: Mutex::default(),
            decide: Mutex::new(Box::new(|_| Reply::Status(200))),
            arrived: Notify::new(),
            released: Notify::new(),
        });
        let router = Router::new().fallback(receive).with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, shared }
    }

    /// Does this with every message from now on.
    pub fn reply(&self, reply: Reply) {
        self.decide(move |_| reply.clone());
    }

    /// Decides so for every message from now on.
    pub fn decide(&self, decide: impl Fn(&Value) -> Reply + Send + 'static) {
        *locked(&self.shared.decide) = Box::new(decide);
    }

    /// Answers 200 to all who hang.
    pub fn let_go(&self) {
        self.shared.released.notify_waiters();
    }

    /// Takes the messages that have come, oldest first.
    pub fn drain(&self) -> Vec<Message> {
        locked(&self.shared.received).drain(..).collect()
    }

    /// Waits until so many have come and not been taken.
    pub async fn wait_for(&self, count: usize) {
        loop {
            let arrived = self.shared.arrived.notified();
            if locked(&self.shared.received).len() >= count {
                return;
            }
            arrived.await;
        }
    }
}

async fn receive(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    let text =
        |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    assert_eq!(text(header::CONTENT_TYPE.as_str()), "application/json");
    let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let reply = (locked(&shared.decide))(&json);
    let message = Message {
        id: text("svix-id"),
        timestamp: text("svix-timestamp"),
        signature: text("svix-signature"),
        body: body.to_vec(),
        json,
        taken: matches!(reply, Reply::Status(200..300) | Reply::Flood),
    };
    let released = shared.released.notified();
    locked(&shared.received).push_back(message);
    shared.arrived.notify_waiters();
    match reply {
        Reply::Status(status) => StatusCode::from_u16(status).expect("a status").into_response(),
        Reply::Redirect(to) => (StatusCode::FOUND, [(header::LOCATION, to)]).into_response(),
        Reply::Flood => {
            let endless = futures_util::stream::repeat(Ok::<_, std::convert::Infallible>(
                Bytes::from_static(&[b'x'; 4096]),
            ));
            Body::from_stream(endless).into_response()
        }
        Reply::Hang => {
            released.await;
            StatusCode::OK.into_response()
        }
    }
}
