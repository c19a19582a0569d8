//! The release binary as a child process.

use std::{
    fs,
    fs::File,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

use crate::{conformance::BINARY, http::Connection, step::without_settings};

/// The fixed secret key of the servers started here.
pub(crate) const SECRET_KEY: &str = "sk_test_xtask0123456789abcdefghijklmnopqrstuvwxyz";

/// Where a server keeps its data: the folder, and PostgreSQL's URL unless it is SQLite.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) data_dir: PathBuf,
    pub(crate) database_url: Option<String>,
}

impl Place {
    /// SQLite's file.
    pub(crate) fn sqlite_file(&self) -> Result<PathBuf> {
        for entry in fs::read_dir(&self.data_dir)? {
            let path = entry?.path();
            if path
                .extension()
                .is_some_and(|ending| ending == "db" || ending == "sqlite" || ending == "sqlite3")
            {
                return Ok(path);
            }
        }
        bail!("no SQLite file in {}", self.data_dir.display())
    }
}

/// A running server; killed when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
    /// From starting the process to its first answer with status 200.
    pub(crate) ready_after: Duration,
}

impl Server {
    /// Starts the binary and waits for the first 200 of `/readyz`.
    pub(crate) fn start(place: &Place) -> Result<Self> {
        let address = format!("127.0.0.1:{}", free_port()?);
        fs::create_dir_all(&place.data_dir)?;
        let log = place.data_dir.join("server.log");
        let mut command = Command::new(BINARY);
        without_settings(&mut command);
        command.arg("serve").env("BEADLE_LISTEN", &address).env("BEADLE_DATA_DIR", &place.data_dir);
        command.env("BEADLE_SECRET_KEY", SECRET_KEY).env("BEADLE_LOG", "warn");
        if let Some(url) = &place.database_url {
            command.env("BEADLE_DATABASE_URL", url);
        }
        let output = File::create(&log)?;
        command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
        let began = Instant::now();
        let child = command.spawn().with_context(|| format!("cannot start {BINARY}"))?;
        let mut server = Self { child, address, ready_after: Duration::ZERO };
        while !server.answers() {
            if let Some(status) = server.child.try_wait()? {
                bail!("beadle ended with {status}:\n{}", fs::read_to_string(&log)?);
            }
            ensure!(
                began.elapsed() < Duration::from_secs(30),
                "beadle did not get ready, see {}",
                log.display()
            );
            thread::sleep(Duration::from_micros(200));
        }
        server.ready_after = began.elapsed();
        Ok(server)
    }

    fn answers(&self) -> bool {
        let answer = self.connect().and_then(|mut connection| connection.send("GET", "/readyz", None));
        answer.is_ok_and(|(status, _)| status == 200)
    }

    /// A new connection to it.
    pub(crate) fn connect(&self) -> Result<Connection> {
        Connection::open(&self.address, SECRET_KEY)
    }

    /// The process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Resident memory in bytes.
    pub(crate) fn memory(&self) -> Result<u64> {
        resident_memory(self.child.id())
    }

    /// Asks it to end as an operator would and waits for that.
    pub(crate) fn stop(mut self) -> Result<()> {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        let status = self.child.wait()?;
        ensure!(status.success(), "beadle ended with {status} on SIGTERM");
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already ended, or not wanted any more: either way there is nothing to report.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// An empty folder under `target/xtask`.
pub(crate) fn fresh_dir(name: &str) -> Result<PathBuf> {
    let dir = Path::new("target/xtask").join(name);
    if dir.exists() {
        fs::remove_dir_all(&dir)?;
    }
    fs::create_dir_all(&dir)?;
    Ok(dir.canonicalize()?)
}

/// What a process holds in memory, in bytes.
pub(crate) fn resident_memory(pid: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
}
