//! A relay that knows what the feed's stream looks like, and tampers with its events.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
};

use tokio::{
    io::{
        AsyncBufRead, AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _,
        BufReader,
    },
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// What becomes of the stream's events.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tampering {
    #[default]
    None,
    /// Every third with entries is left out, the others come twice, and an old heartbeat before each new one.
    DropAndRepeat,
    /// Old heartbeats take the place of everything.
    Replay,
    /// The same, and then the connection ends.
    ReplayAndEnd,
    /// Nothing comes, while other requests are answered.
    Mute,
}

/// What the relay keeps in mind.
#[derive(Default)]
pub(crate) struct Memory {
    tampering: Tampering,
    /// The newest heartbeat that came before the replay.
    heartbeat: Option<String>,
    with_entries: usize,
    /// Events with entries that were left out.
    dropped: usize,
    /// Old heartbeats sent.
    replayed: usize,
}

impl Memory {
    /// The relay has really left so much out, and sent so much again.
    pub(crate) fn has_tampered(&self, dropped: usize, replayed: usize) {
        let Self { dropped: really, replayed: again, .. } = self;
        assert!(*really >= dropped && *again >= replayed, "left out {really}, repeated {again}");
    }

    /// What is sent in an event's place.
    fn treat(&mut self, event: &str) -> Vec<String> {
        let is_heartbeat = event.starts_with("event: heartbeat\n");
        let old = self.heartbeat.clone();
        match self.tampering {
            Tampering::None => {
                if is_heartbeat {
                    self.heartbeat = Some(event.to_owned());
                }
                vec![event.to_owned()]
            }
            Tampering::DropAndRepeat if is_heartbeat => {
                // The oldest there is.
                self.heartbeat.get_or_insert_with(|| event.to_owned());
                self.replayed += old.iter().len();
                old.into_iter().chain([event.to_owned()]).collect()
            }
            Tampering::DropAndRepeat if event.starts_with("event: revocations\n") => {
                self.with_entries += 1;
                if self.with_entries.is_multiple_of(3) {
                    self.dropped += 1;
                    return Vec::new();
                }
                vec![event.to_owned(); 2]
            }
            Tampering::DropAndRepeat => vec![event.to_owned()],
            Tampering::Replay | Tampering::ReplayAndEnd => {
                self.replayed += 2 * old.iter().len();
                old.into_iter().flat_map(|old| [old.clone(), old]).collect()
            }
            Tampering::Mute => Vec::new(),
        }
    }
}

/// The relay at work; it ends when dropped.
pub(crate) struct Tamperer {
    pub(crate) url: String,
    memory: Arc<Mutex<Memory>>,
    task: JoinHandle<()>,
}

impl Drop for Tamperer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Tamperer {
    pub(crate) async fn before(server: &str) -> Self {
        let server: SocketAddr = server.parse().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let memory = Arc::new(Mutex::new(Memory::default()));
        let shared = memory.clone();
        let task = tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                tokio::spawn(carry(client, server, shared.clone()));
            }
        });
        Self { url, memory, task }
    }

    pub(crate) fn set(&self, tampering: Tampering) {
        self.memory().tampering = tampering;
    }

    pub(crate) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap()
    }
}

/// One connection with one request. Its end is the end of either side.
async fn carry(client: TcpStream, server: SocketAddr, memory: Arc<Mutex<Memory>>) -> Option<()> {
    let (from_client, mut to_client) = tokio::io::split(client);
    let mut from_client = BufReader::new(from_client);
    let head = head(&mut from_client).await?;
    let (from_server, mut to_server) = tokio::io::split(TcpStream::connect(server).await.ok()?);
    // In the older version an answer is not cut into chunks, and a connection carries a single request.
    to_server.write_all(head.replacen(" HTTP/1.1\r\n", " HTTP/1.0\r\n", 1).as_bytes()).await.ok()?;
    let answer = async {
        let mut from_server = BufReader::new(from_server);
        if head.starts_with("GET /v1/revocations?") {
            return events(&mut from_server, &mut to_client, &memory).await;
        }
        tokio::io::copy(&mut from_server, &mut to_client).await.ok().map(drop)
    };
    tokio::select! {
        end = answer => end,
        // Bodies go through; a client that leaves takes the connection to the server with it.
        end = tokio::io::copy(&mut from_client, &mut to_server) => end.ok().map(drop),
    }
}

/// Everything up to the blank line.
async fn head(from: &mut (impl AsyncBufRead + Unpin)) -> Option<String> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if from.read_line(&mut head).await.ok()? == 0 {
            return None;
        }
    }
    Some(head)
}

async fn events(
    from: &mut BufReader<impl AsyncRead + Unpin>,
    to: &mut (impl AsyncWrite + Unpin),
    memory: &Mutex<Memory>,
) -> Option<()> {
    let head = head(from).await?;
    to.write_all(head.as_bytes()).await.ok()?;
    let mut event = String::new();
    while from.read_line(&mut event).await.ok()? > 0 {
        if event.ends_with("\n\n") {
            let (instead, is_last) = {
                let mut memory = memory.lock().unwrap();
                (memory.treat(&event), memory.tampering == Tampering::ReplayAndEnd)
            };
            for one in instead {
                to.write_all(one.as_bytes()).await.ok()?;
            }
            if is_last {
                return None;
            }
            event.clear();
        }
    }
    // What a refusal has in place of events.
    from.read_to_string(&mut event).await.ok()?;
    to.write_all(event.as_bytes()).await.ok()
}
