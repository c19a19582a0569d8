//! What the machine can do at most: `examples/limits.rs`, built for release.

use std::{
    fs,
    fs::OpenOptions,
    io::Write,
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};

use super::load::{Cell, wrk};
use crate::{
    server::free_port,
    step::{cargo, output, run},
};

const PROGRAM: &str = "target/release/examples/limits";

/// Signatures, hashes and synced writes per second.
#[derive(Clone, Copy)]
pub(crate) struct Rates {
    pub(crate) rsa: f64,
    pub(crate) argon2id: f64,
    pub(crate) synced_writes: f64,
}

/// Builds the program.
pub(crate) fn build() -> Result<()> {
    run(&mut cargo(&["build", "--release", "--locked", "--package", "xtask", "--example", "limits"]))
}

/// Measures the machine's rates for `seconds` each.
pub(crate) fn rates(seconds: u64, dir: &Path) -> Result<Rates> {
    Ok(Rates {
        rsa: crypto_rate("rsa", seconds)?,
        argon2id: crypto_rate("argon2id", seconds)?,
        synced_writes: synced_writes(dir, Duration::from_secs(seconds))?,
    })
}

/// `rsa` signatures or `argon2id` hashes per second, on all cores.
pub(crate) fn crypto_rate(work: &str, seconds: u64) -> Result<f64> {
    Ok(output(Command::new(PROGRAM).args([work, &seconds.to_string()]))?.parse()?)
}

/// 4 KiB appended and synced, one after the other: what one commit costs at least.
fn synced_writes(dir: &Path, limit: Duration) -> Result<f64> {
    let path = dir.join("synced");
    let mut file = OpenOptions::new().create(true).write(true).truncate(true).open(&path)?;
    let page = [7; 4096];
    let began = Instant::now();
    let mut count = 0_u32;
    while began.elapsed() < limit {
        file.write_all(&page)?;
        file.sync_data()?;
        count += 1;
    }
    let rate = f64::from(count) / began.elapsed().as_secs_f64();
    fs::remove_file(path)?;
    Ok(rate)
}

/// The bare handler answering with these bytes, under the same load as the server.
pub(crate) fn bare(body: &[u8], kind: &str, people: &Path, connections: usize, seconds: u64) -> Result<Cell> {
    let file = people.with_file_name("bare-body");
    fs::write(&file, body)?;
    let handler = Bare::start(&file)?;
    wrk(&handler.address, kind, people, connections, seconds)
}

struct Bare {
    child: Child,
    address: String,
}

impl Bare {
    fn start(body: &PathBuf) -> Result<Self> {
        let address = format!("127.0.0.1:{}", free_port()?);
        let mut command = Command::new(PROGRAM);
        let child = command.arg("serve").arg(&address).arg(body).stdin(Stdio::null()).spawn()?;
        let handler = Self { child, address };
        let began = Instant::now();
        while TcpStream::connect(&handler.address).is_err() {
            ensure!(began.elapsed() < Duration::from_secs(10), "the bare handler did not start");
            thread::sleep(Duration::from_millis(5));
        }
        Ok(handler)
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        // It has no other way to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
