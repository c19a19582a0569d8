//! PostgreSQL's server programs on this machine, and a throw-away cluster made with them.

use std::{
    env, fs,
    net::TcpListener,
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

use crate::step::output;

const USER: &str = "beadle";

/// The folder that holds `initdb` and `postgres`: Debian's newest version, else one on `PATH`.
pub(crate) fn bin_dir() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin")))
        })
        .collect();
    versions.sort_unstable_by(|one, other| other.cmp(one));
    let on_path = env::var_os("PATH").unwrap_or_default();
    let candidates = versions.into_iter().map(|(_, dir)| dir).chain(env::split_paths(&on_path));
    candidates.into_iter().find(|dir| has_server(dir))
}

fn has_server(dir: &Path) -> bool {
    ["initdb", "postgres"].iter().all(|program| dir.join(program).is_file())
}

/// A running cluster with PostgreSQL's own durable settings; ended and removed when dropped.
pub(crate) struct Cluster {
    bin: PathBuf,
    home: PathBuf,
    port: u16,
    server: Child,
}

impl Cluster {
    /// Makes and starts one. PostgreSQL refuses to run as root: it then runs as `postgres` or `nobody`.
    pub(crate) fn start() -> Result<Self> {
        let bin = bin_dir().context("no PostgreSQL server programs")?;
        let account = unprivileged()?;
        let home = env::temp_dir().join(format!("beadle-xtask-pg-{}", std::process::id()));
        fs::create_dir(&home)?;
        fs::set_permissions(&home, fs::Permissions::from_mode(0o755))?;
        if let Some((uid, gid)) = account {
            chown(&home, Some(uid), Some(gid))?;
        }
        let data = home.join("data");
        let mut initdb = Command::new(bin.join("initdb"));
        initdb.arg("-D").arg(&data).args(["-U", USER, "--auth=trust", "--encoding=UTF8", "--no-sync"]);
        output(become_account(&mut initdb, account, &home))?;

        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut postgres = Command::new(bin.join("postgres"));
        postgres.arg("-D").arg(&data).args(["-h", "127.0.0.1", "-p", &port.to_string()]).arg("-k").arg(&home);
        for setting in ["shared_buffers=512MB", "max_connections=200", "max_wal_size=4GB"] {
            postgres.args(["-c", setting]);
        }
        let log = fs::File::create(home.join("log"))?;
        postgres.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let server = become_account(&mut postgres, account, &home).spawn()?;
        let cluster = Self { bin, home, port, server };
        let began = Instant::now();
        while !cluster.answers() {
            let log = cluster.home.join("log");
            ensure!(
                began.elapsed() < Duration::from_secs(30),
                "PostgreSQL did not start:\n{}",
                fs::read_to_string(log).unwrap_or_default()
            );
            thread::sleep(Duration::from_millis(20));
        }
        Ok(cluster)
    }

    fn answers(&self) -> bool {
        let mut ask = Command::new(self.program("pg_isready"));
        ask.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()]);
        ask.status().is_ok_and(|status| status.success())
    }

    /// One of PostgreSQL's programs, of the cluster's version.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }

    /// Makes an empty database and returns its URL.
    pub(crate) fn create_database(&self, name: &str) -> Result<String> {
        let port = self.port.to_string();
        output(Command::new(self.program("createdb")).args([
            "-h",
            "127.0.0.1",
            "-p",
            &port,
            "-U",
            USER,
            name,
        ]))?;
        Ok(format!("postgres://{USER}@127.0.0.1:{port}/{name}"))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // SIGINT is PostgreSQL's fast shutdown. What cannot be tidied up in a temporary folder stays there.
        let _ = Command::new("kill").args(["-INT", &self.server.id().to_string()]).status();
        let _ = self.server.wait();
        let _ = fs::remove_dir_all(&self.home);
    }
}

fn become_account<'a>(command: &'a mut Command, account: Option<(u32, u32)>, home: &Path) -> &'a mut Command {
    if let Some((uid, gid)) = account {
        command.uid(uid).gid(gid);
    }
    command.current_dir(home).env("LC_ALL", "C")
}

/// User and group to run as, or `None` to stay who we are.
fn unprivileged() -> Result<Option<(u32, u32)>> {
    if fs::metadata("/proc/self")?.uid() != 0 {
        return Ok(None);
    }
    for name in ["postgres", "nobody"] {
        let id = |flag: &str| output(Command::new("id").args([flag, name]));
        if let (Ok(uid), Ok(gid)) = (id("-u"), id("-g")) {
            return Ok(Some((uid.parse()?, gid.parse()?)));
        }
    }
    bail!("running as root and there is neither a `postgres` nor a `nobody` account")
}
