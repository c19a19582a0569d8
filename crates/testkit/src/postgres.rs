//! PostgreSQL for tests: the machine's own server programs on a throw-away cluster.
//!
//! Nothing here skips: a machine without the programs fails the test with the name of the package. The cluster
//! is reached through a Unix socket in its own directory. It is minded by a shell that holds the reading end
//! of a pipe: when the test process ends, in whatever way, the pipe closes, and the shell stops the server and
//! removes the directory.

mod account;
mod programs;

use std::{
    fs,
    io::Write,
    os::unix::{
        fs::{PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use account::Account;

use crate::volatile;

const USER: &str = "beadle";

/// Ends when its input does. `$1` is the cluster's directory, the rest is the server's command line.
const MINDER: &str = r#"
home=$1; shift
"$@" &
server=$!
cat >/dev/null
kill -INT "$server" 2>/dev/null
wait "$server"
rm -rf "$home"
"#;

/// Whether a cluster survives the loss of power.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// PostgreSQL's own settings.
    Full,
    /// Nothing is synced: several times faster, and enough for tests that end no server.
    None,
}

/// A running cluster; stopped and removed when dropped or when the process ends.
#[derive(Debug)]
pub struct Cluster {
    home: PathBuf,
    bin: PathBuf,
    minder: Child,
    lifeline: Option<ChildStdin>,
    next_database: AtomicU64,
}

/// The URL of a fresh, empty database on the cluster that all tests of this process share.
///
/// # Panics
/// Where the server programs are missing.
pub fn database() -> String {
    shared().database(None)
}

/// The cluster that all tests of this process share; it syncs nothing.
pub fn shared() -> &'static Cluster {
    static SHARED: OnceLock<Cluster> = OnceLock::new();
    SHARED.get_or_init(|| Cluster::start(Durability::None))
}

impl Cluster {
    /// Makes and starts one.
    ///
    /// # Panics
    /// Where the server programs are missing or the server does not start; the text says why.
    pub fn start(durability: Durability) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let bin = programs::bin_dir();
        let account = Account::for_server();
        let name = format!("beadle-pg-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let parent = match durability {
            Durability::Full => std::env::temp_dir(),
            Durability::None => volatile::directory(),
        };
        let home = parent.join(name);
        make_home(&home, account);
        initialise(&bin, &home, account);
        let mut minder = mind(&bin, &home, account, durability);
        let lifeline = minder.stdin.take();
        let cluster = Self { home, bin, minder, lifeline, next_database: AtomicU64::new(0) };
        cluster.wait_until_ready();
        cluster
    }

    /// Makes a database, empty or as a copy of another one that nobody is connected to, and returns its URL.
    pub fn database(&self, template: Option<&str>) -> String {
        let name = format!("test_{}", self.next_database.fetch_add(1, Ordering::Relaxed));
        let template = template.map_or("template0", |url| database_name(url));
        let mut create = Command::new(self.bin.join("createdb"));
        create.arg("-h").arg(&self.home).args(["-U", USER, "-T", template, &name]);
        run(&mut create);
        self.url(&name)
    }

    /// Drops a database in its own time, whoever is connected to it. Only saves space, so nobody waits for it:
    /// PostgreSQL lets a tenth of a second pass for each connection that has to go.
    pub fn discard_database(&self, url: &str) {
        let mut drop = Command::new(self.bin.join("dropdb"));
        drop.arg("-h").arg(&self.home).args(["-U", USER, "--if-exists", "--force", database_name(url)]);
        drop.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        thread::spawn(move || drop.status());
    }

    /// Runs statements on a database with `psql` and returns what they print, one row a line, columns
    /// separated by `|`.
    pub fn psql(&self, url: &str, statements: &str) -> String {
        let mut psql = Command::new(self.bin.join("psql"));
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", statements]);
        run(&mut psql)
    }

    fn url(&self, database: &str) -> String {
        let host = self.home.to_str().expect("the temporary directory has a UTF-8 name").replace('/', "%2F");
        format!("postgres://{USER}@{host}/{database}?sslmode=disable")
    }

    fn wait_until_ready(&self) {
        let began = Instant::now();
        let mut ask = Command::new(self.bin.join("pg_isready"));
        ask.arg("-q").arg("-h").arg(&self.home);
        while !ask.status().is_ok_and(|status| status.success()) {
            assert!(
                began.elapsed() < Duration::from_secs(30),
                "PostgreSQL did not start:\n{}",
                fs::read_to_string(self.home.join("log")).unwrap_or_default()
            );
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        drop(self.minder.wait());
    }
}

fn database_name(url: &str) -> &str {
    let name = url.rsplit('/').next().unwrap_or_default();
    name.split('?').next().unwrap_or_default()
}

fn make_home(home: &Path, account: Account) {
    let made = fs::create_dir(home).and_then(|()| {
        fs::set_permissions(home, fs::Permissions::from_mode(0o700))?;
        account.0.map_or(Ok(()), |(uid, gid)| chown(home, Some(uid), Some(gid)))
    });
    made.unwrap_or_else(|error| panic!("{}: {error}", home.display()));
}

fn initialise(bin: &Path, home: &Path, account: Account) {
    let mut initdb = Command::new(bin.join("initdb"));
    initdb.arg("-D").arg(home.join("data"));
    initdb.args(["-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]);
    run(account.take_on(&mut initdb).current_dir(home));
}

fn mind(bin: &Path, home: &Path, account: Account, durability: Durability) -> Child {
    let mut settings =
        vec!["listen_addresses=", "max_connections=500", "autovacuum=off", "shared_buffers=128MB"];
    if durability == Durability::None {
        settings.extend(["fsync=off", "synchronous_commit=off", "full_page_writes=off"]);
    }
    let log = fs::File::create(home.join("log")).expect("the directory was just made");
    let mut minder = Command::new("sh");
    minder.args(["-c", MINDER, "minder"]).arg(home);
    minder.arg(bin.join("postgres")).arg("-D").arg(home.join("data")).arg("-k").arg(home);
    minder.args(settings.iter().flat_map(|setting| ["-c", setting]));
    let errors = log.try_clone().expect("a file handle can be copied");
    minder.stdin(Stdio::piped()).stdout(log).stderr(errors);
    // A group of its own: Ctrl-C in a terminal ends the tests, and the minder then ends the server in order.
    account.take_on(&mut minder).current_dir(home).process_group(0);
    minder.spawn().expect("there is a shell")
}

/// Runs a program to its end and returns what it printed.
fn run(command: &mut Command) -> String {
    let output = command.env("LC_ALL", "C").output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{errors}", output.status);
    // What a program has to say although it worked is worth seeing when the test fails.
    drop(std::io::stderr().write_all(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
