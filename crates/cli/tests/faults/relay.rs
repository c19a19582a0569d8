//! A relay between two parties that can be told to hold everything back, or to cut all connections.

use std::{net::SocketAddr, path::PathBuf};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, UnixListener, UnixStream},
    sync::watch,
    task::JoinHandle,
};

/// What becomes of the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Pass,
    /// Connections stay, and nothing gets through: the cable is out.
    Hold,
    /// Connections end, and new ones end at once.
    Cut,
}

/// A relay at work; it ends with all connections when dropped.
pub(crate) struct Relay {
    mode: watch::Sender<Mode>,
    task: JoinHandle<()>,
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Relay {
    /// A relay to a server, and its own URL.
    pub(crate) async fn to(server: &str) -> (Self, String) {
        let server: SocketAddr = server.parse().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (mode, seen) = watch::channel(Mode::Pass);
        let task = tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                client.set_nodelay(true).unwrap();
                let connect = async move {
                    TcpStream::connect(server).await.inspect(|one| drop(one.set_nodelay(true)))
                };
                tokio::spawn(carry(client, connect, seen.clone()));
            }
        });
        (Self { mode, task }, url)
    }

    /// A relay between Unix sockets.
    pub(crate) fn between_sockets(own: &PathBuf, server: PathBuf) -> Self {
        let listener = UnixListener::bind(own).unwrap();
        let (mode, seen) = watch::channel(Mode::Pass);
        let task = tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let server = server.clone();
                tokio::spawn(carry(client, async move { UnixStream::connect(server).await }, seen.clone()));
            }
        });
        Self { mode, task }
    }

    pub(crate) fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }
}

/// One connection, from beginning to end.
async fn carry<S: AsyncRead + AsyncWrite>(
    client: impl AsyncRead + AsyncWrite,
    server: impl Future<Output = std::io::Result<S>>,
    mut mode: watch::Receiver<Mode>,
) {
    let mut cut = mode.clone();
    let both = async {
        let_through(&mut mode).await?;
        let (client, server) = (tokio::io::split(client), tokio::io::split(server.await.ok()?));
        tokio::select! {
            end = pump(client.0, server.1, mode.clone()) => end,
            end = pump(server.0, client.1, mode.clone()) => end,
        }
    };
    tokio::select! {
        _ = both => {}
        _ = cut.wait_for(|mode| *mode == Mode::Cut) => {}
    }
}

async fn pump(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut mode: watch::Receiver<Mode>,
) -> Option<()> {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let read = from.read(&mut buffer).await.ok().filter(|read| *read > 0)?;
        let_through(&mut mode).await?;
        to.write_all(&buffer[..read]).await.ok()?;
    }
}

/// Waits until bytes may pass; `None` once the relay is gone.
async fn let_through(mode: &mut watch::Receiver<Mode>) -> Option<()> {
    mode.wait_for(|mode| *mode == Mode::Pass).await.ok().map(drop)
}
