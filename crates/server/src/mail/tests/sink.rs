//! A mail server for tests: takes mail, remembers it, and refuses on demand.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::Notify,
};

/// When to say no.
#[derive(Default)]
pub(super) struct Answers {
    /// How many first mails get `451` at the end of the data.
    pub(super) defer: usize,
    /// The recipient that gets `550`.
    pub(super) refuse: Option<&'static str>,
}

/// A mail as it came in.
#[derive(Debug, Clone, Default)]
pub(super) struct Received {
    pub(super) from: String,
    pub(super) to: Vec<String>,
    pub(super) data: String,
}

pub(super) struct Sink {
    address: std::net::SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    answers: Mutex<Answers>,
    received: Mutex<Vec<Received>>,
    commands: Mutex<Vec<String>>,
    arrived: Notify,
}

impl Sink {
    pub(super) async fn start(answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared { answers: Mutex::new(answers), ..Shared::default() });
        let state = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, Arc::clone(&state)));
            }
        });
        Self { address, shared }
    }

    pub(super) fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    pub(super) fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap().clone()
    }

    pub(super) fn commands(&self) -> Vec<String> {
        self.shared.commands.lock().unwrap().clone()
    }

    pub(super) async fn wait_for(&self, count: usize) {
        while self.received().len() < count {
            self.shared.arrived.notified().await;
        }
    }
}

async fn converse(stream: TcpStream, shared: Arc<Shared>) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut mail = Received::default();
    write.write_all(b"220 sink\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        shared.commands.lock().unwrap().push(line.clone());
        let verb = line.split(' ').next().unwrap_or_default().to_ascii_uppercase();
        let answer = match verb.as_str() {
            "EHLO" => "250-sink\r\n250 8BITMIME\r\n",
            "MAIL" => {
                mail = Received { from: address(&line), ..Received::default() };
                "250 ok\r\n"
            }
            "RCPT" if shared.answers.lock().unwrap().refuse == Some(address(&line).as_str()) => {
                "550 no such mailbox\r\n"
            }
            "RCPT" => {
                mail.to.push(address(&line));
                "250 ok\r\n"
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    mail.data.push_str(&line);
                    mail.data.push_str("\r\n");
                }
                take(&shared, &mail)
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "250 ok\r\n",
        };
        write.write_all(answer.as_bytes()).await?;
    }
    Ok(())
}

fn take(shared: &Shared, mail: &Received) -> &'static str {
    let mut answers = shared.answers.lock().unwrap();
    if answers.defer > 0 {
        answers.defer -= 1;
        return "451 later\r\n";
    }
    shared.received.lock().unwrap().push(mail.clone());
    shared.arrived.notify_one();
    "250 taken\r\n"
}

fn address(line: &str) -> String {
    line.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}
