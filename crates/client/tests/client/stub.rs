//! A server that gives prepared answers in order and remembers what it was asked.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use beadle_client::{Clerk, RetryPolicy};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// One prepared answer.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// A status, extra header lines and a body.
    Reply { status: u16, headers: String, body: String },
    /// These bytes exactly.
    Raw(String),
    /// The connection is closed without an answer.
    HangUp,
    /// No answer ever comes.
    Silence,
}

pub(crate) fn ok(body: &Value) -> Answer {
    status(200, body)
}

pub(crate) fn status(status: u16, body: &Value) -> Answer {
    Answer::Reply { status, headers: String::new(), body: body.to_string() }
}

impl Answer {
    pub(crate) fn with_header(mut self, line: &str) -> Self {
        if let Self::Reply { headers, .. } = &mut self {
            headers.push_str(line);
            headers.push_str("\r\n");
        }
        self
    }
}

/// One received request.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    /// Method and target, for example `GET /v1/users?limit=1`.
    pub(crate) line: String,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

pub(crate) struct Stub {
    url: String,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Stub {
    /// Gives `answers` one after the other; the last one again and again.
    pub(crate) async fn start(answers: impl Into<Vec<Answer>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("a bound socket"));
        let received = Arc::new(Mutex::new(Vec::new()));
        let (answers, log) = (answers.into(), Arc::clone(&received));
        tokio::spawn(async move {
            let mut next = 0;
            while let Ok((stream, _)) = listener.accept().await {
                let answer = answers[next.min(answers.len() - 1)].clone();
                next += 1;
                tokio::spawn(serve(stream, answer, Arc::clone(&log)));
            }
        });
        Self { url, received }
    }

    /// A client of this server that repeats quickly.
    pub(crate) fn clerk(&self) -> Clerk {
        let quick = RetryPolicy { base_delay: Duration::from_millis(1), ..RetryPolicy::default() };
        Clerk::new("sk_test_abc").api_url(&self.url).retry(quick)
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().expect("no test panics while holding it").clone()
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.received().into_iter().map(|received| received.line).collect()
    }
}

async fn serve(mut stream: TcpStream, answer: Answer, log: Arc<Mutex<Vec<Received>>>) {
    let Some(received) = read_request(&mut stream).await else { return };
    log.lock().expect("no test panics while holding it").push(received);
    match answer {
        Answer::HangUp => {}
        Answer::Raw(bytes) => {
            let _ = stream.write_all(bytes.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
        Answer::Silence => std::future::pending().await,
        Answer::Reply { status, headers, body } => {
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n{headers}\
                 connection: close\r\n\r\n"
            );
            // The client may have hung up; then there is nobody to tell.
            let _ = stream.write_all(head.as_bytes()).await;
            let _ = stream.write_all(body.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..head_end].to_vec()).ok()?;
    let mut lines = head.split("\r\n");
    let line = lines.next()?.strip_suffix(" HTTP/1.1")?.to_owned();
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let mut received = Received { line, headers, body: String::new() };
    let length: usize = received.header("content-length").map_or(Ok(0), str::parse).ok()?;
    while bytes.len() < head_end + 4 + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    received.body = String::from_utf8(bytes[head_end + 4..].to_vec()).ok()?;
    Some(received)
}
