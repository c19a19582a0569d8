//! `beadle gate` as a process.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Stdio},
};

use crate::instance::Directory;

/// A running gate; killed when dropped.
pub(crate) struct GateProcess {
    pub(crate) child: Child,
    /// Host and port.
    pub(crate) address: String,
}

impl Drop for GateProcess {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl GateProcess {
    /// Starts one on a free port for the server at `api_url`. Without a feed key among the arguments it takes the one of
    /// the directory's instance.
    pub(crate) fn start(directory: &Directory, api_url: &str, arguments: &[&str]) -> Self {
        let mut command = directory.command(&["gate", "--listen", "127.0.0.1:0", "--api-url", api_url]);
        let mut child = command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().rsplit('/').next().unwrap().to_owned();
        Self { child, address }
    }
}
