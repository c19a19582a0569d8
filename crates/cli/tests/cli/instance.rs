//! A scratch directory and a server in it.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Output, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

/// A directory of its own, removed with the last handle to it. Commands run in it, with no settings from outside.
#[derive(Clone)]
pub(crate) struct Directory(Arc<Scratch>);

struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

impl Directory {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("beadle-cli-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(Arc::new(Scratch(path)))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0.0
    }

    /// Where an instance here keeps its data.
    pub(crate) fn data(&self) -> PathBuf {
        self.path().join("beadle-data")
    }

    fn log(&self) -> PathBuf {
        self.path().join("server.log")
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_beadle"));
        command.args(arguments).current_dir(self.path()).stdin(Stdio::null()).stderr(Stdio::piped());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("BEADLE_") || name == "RUST_LOG" {
                command.env_remove(name);
            }
        }
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran(self.command(arguments).output().unwrap())
    }
}

/// What a command left behind.
pub(crate) struct Ran(Output);

impl Ran {
    /// Its output.
    pub(crate) fn succeeded(self) -> String {
        let stderr = String::from_utf8_lossy(&self.0.stderr);
        assert_eq!(self.0.status.code(), Some(0), "{stderr}");
        String::from_utf8(self.0.stdout).unwrap()
    }

    /// Its output, where it was not content.
    pub(crate) fn failed(self) -> String {
        let stderr = String::from_utf8_lossy(&self.0.stderr);
        assert_eq!(self.0.status.code(), Some(1), "{stderr}");
        String::from_utf8(self.0.stdout).unwrap()
    }

    /// Its complaint.
    pub(crate) fn refused(self, code: i32) -> String {
        let stderr = String::from_utf8(self.0.stderr).unwrap();
        assert_eq!(self.0.status.code(), Some(code), "{stderr}");
        assert!(!stderr.contains("panicked"), "{stderr}");
        assert!(self.0.stdout.is_empty(), "{stderr}");
        stderr
    }
}

/// A running server; killed when dropped.
pub(crate) struct Instance {
    pub(crate) directory: Directory,
    pub(crate) url: String,
    pub(crate) secret_key: String,
    pub(crate) publishable_key: String,
    child: Child,
    stdout: BufReader<ChildStdout>,
    printed: String,
}

impl Drop for Instance {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the server's log:\n{}", fs::read_to_string(self.directory.log()).unwrap_or_default());
        }
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Instance {
    pub(crate) fn start(settings: &[(&str, &str)]) -> Self {
        Self::start_in(Directory::new(), settings)
    }

    pub(crate) fn start_in(directory: Directory, settings: &[(&str, &str)]) -> Self {
        Self::start_at(directory, "127.0.0.1:0", settings)
    }

    /// Starts where clients of an instance before this one will look for it.
    pub(crate) fn start_at(directory: Directory, address: &str, settings: &[(&str, &str)]) -> Self {
        let mut command = directory.command(&["--listen", address]);
        // A file: nobody empties a pipe while the server runs.
        command.envs(settings.iter().copied()).stderr(fs::File::create(directory.log()).unwrap());
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut printed = String::new();
        let mut value_of = |label: &str| {
            loop {
                let start = printed.len();
                let read = stdout.read_line(&mut printed).unwrap();
                assert!(read > 0, "the server ended early: {}", fs::read_to_string(directory.log()).unwrap());
                if let Some(value) = printed[start..].trim().strip_prefix(label) {
                    return value.trim().to_owned();
                }
            }
        };
        let (url, secret_key) = (value_of("Address"), value_of("Secret key"));
        let publishable_key = value_of("Publishable key");
        Self { directory, url, secret_key, publishable_key, child, stdout, printed }
    }

    /// The address that it listens on.
    pub(crate) fn address(&self) -> &str {
        self.url.strip_prefix("http://").unwrap()
    }

    /// Sends the process a signal: `STOP` pauses it, `CONT` has it go on.
    pub(crate) fn signal(&self, name: &str) {
        signal(&self.child, name);
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, &[])
    }

    /// Runs a command that knows the server's address; the secret key it finds in the data directory.
    pub(crate) fn run_with(&self, arguments: &[&str], settings: &[(&str, &str)]) -> Ran {
        let mut command = self.directory.command(arguments);
        command.env("BEADLE_API_URL", &self.url).envs(settings.iter().copied());
        Ran(command.output().unwrap())
    }

    /// The same, with something on standard input.
    pub(crate) fn run_typing(&self, arguments: &[&str], input: &str) -> Ran {
        let mut command = self.directory.command(arguments);
        command.env("BEADLE_API_URL", &self.url).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Ran(child.wait_with_output().unwrap())
    }

    /// Makes a session the way a test of an application would, and gives its id.
    pub(crate) fn create_session(&self, user: &str) -> String {
        let session = self.post("/v1/sessions", &format!(r#"{{"user_id":"{user}"}}"#));
        session["id"].as_str().expect("sessions have ids").to_owned()
    }

    /// A session token.
    pub(crate) fn create_token(&self, session: &str) -> String {
        let token = self.post(&format!("/v1/sessions/{session}/tokens"), "{}");
        token["jwt"].as_str().expect("tokens are texts").to_owned()
    }

    fn post(&self, path: &str, body: &str) -> serde_json::Value {
        let host = self.address();
        let mut stream = TcpStream::connect(host).unwrap();
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.secret_key,
            body.len()
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        serde_json::from_str(answer.split_once("\r\n\r\n").expect(&answer).1).expect(&answer)
    }

    /// Asks the server to stop; gives its exit code and all it has printed.
    pub(crate) fn stop(mut self) -> (Option<i32>, String, String) {
        self.signal("TERM");
        let mut stdout = std::mem::take(&mut self.printed);
        self.stdout.read_to_string(&mut stdout).unwrap();
        let code = self.child.wait().unwrap().code();
        let log = fs::read_to_string(self.directory.log()).unwrap();
        assert!(!log.contains("panicked"), "{log}");
        (code, stdout, log)
    }
}

/// Sends a process a signal.
pub(crate) fn signal(child: &Child, name: &str) {
    let (signal, pid) = (format!("-{name}"), child.id().to_string());
    assert!(Command::new("kill").args([&signal, &pid]).status().unwrap().success());
}
