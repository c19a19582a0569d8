//! What the tests need on the machine. As root it is installed; otherwise the exact command is named.

use std::{
    env, fs,
    os::unix::fs::MetadataExt,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Result, bail, ensure};

use crate::{
    postgres,
    step::{output, run},
};

/// The Python that the Python SDK is installed for.
pub(crate) const PYTHON: &str = "target/conformance-venv/bin/python";
const PYTHON_HOME: &str = "target/conformance-venv";
const REQUIREMENTS: &str = "conformance/python/requirements.txt";
/// Beadle's own package for Node.js.
pub(crate) const NODE_PACKAGE: &str = "packages/node";
const CONFORMANCE: &str = "conformance/js";
/// The browser tests, and the applications that they visit.
const BROWSER: [&str; 3] = ["conformance/browser", "examples/express", "examples/react-vite"];
/// Oldest Node.js that `@clerk/backend` runs on.
const NODE: (u32, u32) = (20, 9);

/// What is needed to build, and to test with `cargo`; the first thing that cannot be had ends the run.
pub(crate) fn for_cargo() -> Result<()> {
    compiler()?;
    rust_component("rustfmt", "fmt")?;
    rust_component("clippy", "clippy")?;
    postgresql()
}

/// What everything else needs. Waits for the network more than for the machine, so it can go on while `cargo` builds.
pub(crate) fn for_the_rest() -> Result<()> {
    node()?;
    node_packages(CONFORMANCE)?;
    node_packages(NODE_PACKAGE)?;
    browser()?;
    deployment()?;
    python_packages()
}

/// What the official SDK's tests need, without the rest.
pub(crate) fn for_conformance(engines: &[&str]) -> Result<()> {
    if engines.contains(&"postgres") {
        postgresql()?;
    }
    node()?;
    node_packages(CONFORMANCE)?;
    node_packages(NODE_PACKAGE)?;
    browser()?;
    nginx()?;
    python_packages()
}

/// What the benchmark needs.
pub(crate) fn for_bench(engines: &[String]) -> Result<()> {
    compiler()?;
    if engines.iter().any(|engine| engine == "postgres") {
        postgresql()?;
    }
    // wrk and sqlite3 have no flag that all versions answer with success.
    for program in ["wrk", "sqlite3"] {
        if !on_path(program) {
            apt(&[program])?;
        }
    }
    Ok(())
}

fn on_path(program: &str) -> bool {
    env::split_paths(&env::var_os("PATH").unwrap_or_default()).any(|dir| dir.join(program).is_file())
}

/// Whether the program answers to `--version` (found and runnable).
pub(crate) fn present(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Debian packages, by `apt-get` as root; else an error with the command to run.
pub(crate) fn apt(packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    let by_hand = format!("apt-get update && apt-get install -y --no-install-recommends {list}");
    if !present("apt-get", &["--version"]) {
        bail!("{list} is missing and there is no apt-get here: install it with this system's own tool");
    }
    ensure!(is_root(), "{list} is missing. Run as root: {by_hand}");
    run(Command::new("apt-get").args(["-qq", "update"]))?;
    let mut install = Command::new("apt-get");
    install.args(["-qq", "-y", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0", "install"]).args(packages);
    // RUNLEVEL=1 keeps Debian's scripts from starting a service (PostgreSQL's own cluster is not wanted).
    run(install.env("DEBIAN_FRONTEND", "noninteractive").env("RUNLEVEL", "1"))
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|this| this.uid() == 0)
}

/// aws-lc and SQLite are C.
fn compiler() -> Result<()> {
    if !present("cc", &["--version"]) {
        apt(&["gcc", "libc6-dev"])?;
    }
    ensure!(present("cc", &["--version"]), "no C compiler `cc` on PATH");
    eprintln!("C compiler: {}", first_line("cc", &["--version"])?);
    Ok(())
}

fn rust_component(component: &str, subcommand: &str) -> Result<()> {
    if !present("cargo", &[subcommand, "--version"]) {
        ensure!(
            present("rustup", &["--version"]),
            "cargo {subcommand} is missing and there is no rustup: install {component} as you installed Rust"
        );
        run(Command::new("rustup").args(["component", "add", component]))?;
    }
    eprintln!("{component}: {}", first_line("cargo", &[subcommand, "--version"])?);
    Ok(())
}

fn postgresql() -> Result<()> {
    if postgres::bin_dir().is_none() {
        apt(&["postgresql"])?;
    }
    let Some(dir) = postgres::bin_dir() else {
        bail!("no PostgreSQL server programs (initdb, postgres) on PATH or under /usr/lib/postgresql");
    };
    eprintln!("PostgreSQL: {}", output(Command::new(dir.join("postgres")).arg("--version"))?);
    Ok(())
}

fn node() -> Result<()> {
    if !present("node", &["--version"]) || !present("npm", &["--version"]) {
        apt(&["nodejs", "npm"])?;
    }
    let version = first_line("node", &["--version"])?;
    let mut numbers = version.trim_start_matches('v').split('.').map(|part| part.parse().unwrap_or(0));
    let found: (u32, u32) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    ensure!(
        found >= NODE,
        "Node.js {version} is too old: @clerk/backend needs {}.{} or newer. Install it from nodejs.org or a newer Debian",
        NODE.0,
        NODE.1
    );
    eprintln!("Node.js: {version}, npm {}", first_line("npm", &["--version"])?);
    Ok(())
}

/// `npm ci`, unless these very packages are installed already.
fn node_packages(dir: &str) -> Result<()> {
    let stamp = format!("target/{}.lock", dir.replace('/', "-"));
    let dir = Path::new(dir);
    let lock = fs::read(dir.join("package-lock.json"))?;
    // npm leaves this file when it is done.
    let installed = dir.join("node_modules/.package-lock.json").is_file();
    if installed && fs::read(&stamp).is_ok_and(|seen| seen == lock) {
        eprintln!("Node packages of {}: as locked", dir.display());
        return Ok(());
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]);
    run(npm.current_dir(dir).env_remove("NODE_ENV"))?;
    fs::create_dir_all("target")?;
    fs::write(stamp, lock)?;
    Ok(())
}

/// Chromium, what drives it and what it loads.
fn browser() -> Result<()> {
    for (program, package) in [("chromium", "chromium"), ("openssl", "openssl")] {
        if !on_path(program) {
            apt(&[package])?;
        }
    }
    BROWSER.iter().try_for_each(|dir| node_packages(dir))
}

/// nginx with `auth_request`, which Debian's packages all have.
pub(crate) fn nginx() -> Result<()> {
    // Not on the path of every account, but always there.
    if !on_path("nginx") && !Path::new("/usr/sbin/nginx").is_file() {
        apt(&["nginx"])?;
    }
    Ok(())
}

/// What checks the files of `deploy/`.
fn deployment() -> Result<()> {
    for (program, package) in
        [("systemd-analyze", "systemd"), ("openssl", "openssl"), ("curl", "curl"), ("caddy", "caddy")]
    {
        if !on_path(program) {
            apt(&[package])?;
        }
    }
    nginx()
}

/// What `cargo xtask demo` needs.
pub(crate) fn for_demo(has_postgres: bool) -> Result<()> {
    compiler()?;
    if has_postgres {
        postgresql()?;
    }
    node()?;
    node_packages(NODE_PACKAGE)?;
    nginx()
}

/// A virtual environment with the packages that `requirements.txt` pins, made anew when that file changes.
fn python_packages() -> Result<()> {
    let stamp = Path::new(PYTHON_HOME).join("requirements.txt");
    let wanted = fs::read(REQUIREMENTS)?;
    if Path::new(PYTHON).is_file() && fs::read(&stamp).is_ok_and(|seen| seen == wanted) {
        eprintln!("Python packages: as pinned");
        return Ok(());
    }
    // Debian's python3 comes without what makes environments.
    if !present("python3", &["-c", "import venv, ensurepip"]) {
        apt(&["python3", "python3-venv"])?;
    }
    run(Command::new("python3").args(["-m", "venv", "--clear", PYTHON_HOME]))?;
    let mut pip = Command::new(PYTHON);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"]);
    run(pip.args(["--requirement", REQUIREMENTS]))?;
    fs::write(stamp, wanted)?;
    Ok(())
}

fn first_line(program: &str, arguments: &[&str]) -> Result<String> {
    // Child processes of `cargo run` inherit CARGO_…; the tools asked here do not mind.
    let mut command = Command::new(program);
    command.args(arguments).env("PATH", env::var_os("PATH").unwrap_or_default());
    Ok(output(&mut command)?.lines().next().unwrap_or_default().to_owned())
}
