//! The whole server on a real socket, with its background tasks and the machine's clock, on SQLite.

use std::thread::JoinHandle;

use beadle_server::{Server, config::Config};
use secrecy::ExposeSecret as _;
use tokio::sync::oneshot;

use crate::{SECRET_KEY, Scratch};

/// A running server; stopped in order when dropped.
pub struct LiveServer {
    /// Where it listens, without a slash at the end.
    pub url: String,
    /// What opens its revocation feed.
    pub feed_key: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl LiveServer {
    /// Starts one on an empty database and a free port, on threads of its own.
    pub fn start() -> Self {
        let (started, start) = std::sync::mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
            runtime.expect("a runtime can be made").block_on(async {
                let scratch = Scratch::new();
                let config = Config {
                    listen: "127.0.0.1:0".parse().expect("an address"),
                    data_dir: scratch.path().to_owned(),
                    secret_key: Some(SECRET_KEY.into()),
                    ..Config::default()
                };
                let server = Server::start(config).await.expect("the server starts");
                let url = format!("http://{}", server.local_addr().expect("an address"));
                let feed_key = server.keys().feed_key.expose_secret().to_owned();
                started.send((url, feed_key)).expect("somebody waits for the start");
                server.serve(async { drop(stopped.await) }).await.expect("the server stops in order");
            });
        });
        let (url, feed_key) = start.recv().expect("the server starts");
        Self { url, feed_key, stop: Some(stop), thread: Some(thread) }
    }

    /// Host and port.
    pub fn address(&self) -> &str {
        self.url.trim_start_matches("http://")
    }
}

impl Drop for LiveServer {
    fn drop(&mut self) {
        drop(self.stop.take());
        let ended = self.thread.take().map(JoinHandle::join);
        assert!(std::thread::panicking() || matches!(ended, Some(Ok(()))), "the server failed");
    }
}
