//! The services of the demo: Rust, Node, nginx with a gate, and Node as Clerk's package is published.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

use super::instance::Instance;
use crate::{
    conformance::{self, BINARY},
    needs::NODE_PACKAGE,
    server::{SECRET_KEY, free_port, fresh_dir},
    step::{cargo, run, without_settings},
};

/// The word before the address, when a service is ready.
const READY: &str = "ready http://";

/// A running service; killed when dropped.
pub(super) struct Service {
    pub(super) name: &'static str,
    /// Host and port.
    pub(super) address: String,
    children: Vec<Child>,
}

impl Drop for Service {
    fn drop(&mut self) {
        for child in &mut self.children {
            // SIGTERM, so that nginx takes its workers along.
            let _ = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
            let _ = child.wait();
        }
    }
}

/// How the Rust service is built. The server and the gate are always as released.
#[derive(Clone, Copy)]
pub(super) enum Profile {
    /// To be measured.
    Release,
    /// To be checked: the tests have built nearly all of it.
    Debug,
}

/// Builds what the services run.
pub(super) fn build(profile: Profile) -> Result<()> {
    conformance::build()?;
    let mut service = cargo(&["build", "--locked", "--package", "xtask", "--example", "service"]);
    if let Profile::Release = profile {
        service.arg("--release");
    }
    run(&mut service)?;
    conformance::build_node_package()
}

/// The three that follow the feed.
pub(super) fn start(instance: &Instance, profile: Profile) -> Result<Vec<Service>> {
    Ok(vec![rust(instance, profile)?, node(instance, "node", true)?, nginx(instance)?])
}

/// The one that does not.
pub(super) fn unmodified(instance: &Instance) -> Result<Service> {
    node(instance, "@clerk/backend, unmodified", false)
}

fn rust(instance: &Instance, profile: Profile) -> Result<Service> {
    let mut command = Command::new(match profile {
        Profile::Release => "target/release/examples/service",
        Profile::Debug => "target/debug/examples/service",
    });
    command.env("BEADLE_URL", instance.url()).env("BEADLE_FEED_KEY", &instance.feed_key).env("PORT", "0");
    spawn("rust", command)
}

fn node(instance: &Instance, name: &'static str, with_feed: bool) -> Result<Service> {
    let mut command = Command::new("node");
    command.arg(format!("{NODE_PACKAGE}/examples/service.mjs")).env("PORT", "0");
    command.env("BEADLE_URL", instance.url()).env("BEADLE_FEED_KEY", &instance.feed_key);
    command.env("CLERK_PUBLISHABLE_KEY", &instance.publishable_key).env("CLERK_SECRET_KEY", SECRET_KEY);
    command.env("CLERK_TELEMETRY_DISABLED", "1").env("WITH_FEED", if with_feed { "1" } else { "0" });
    spawn(name, command)
}

/// Starts a program and reads its address from its first lines.
fn spawn(name: &'static str, mut command: Command) -> Result<Service> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("start {name}"))?;
    let output = child.stdout.take().context("its output")?;
    let mut service = Service { name, address: String::new(), children: vec![child] };
    for line in BufReader::new(output).lines() {
        if let Some(address) = line?.strip_prefix(READY) {
            address.trim_end_matches('/').clone_into(&mut service.address);
            return Ok(service);
        }
    }
    bail!("{name} ended before it was ready")
}

/// nginx asks `beadle gate` about each request and serves a file.
fn nginx(instance: &Instance) -> Result<Service> {
    let dir = fresh_dir("demo-nginx")?;
    let (gate_port, port) = (free_port()?, free_port()?);
    let gate_address = format!("127.0.0.1:{gate_port}");
    let mut gate = Command::new(BINARY);
    without_settings(&mut gate);
    gate.args(["gate", "--listen", &gate_address, "--api-url", &instance.url()]);
    gate.env("BEADLE_FEED_KEY", &instance.feed_key).stdout(Stdio::null()).stdin(Stdio::null());
    let mut service = Service {
        name: "nginx-gate",
        address: format!("127.0.0.1:{port}"),
        children: vec![gate.env("BEADLE_LOG", "warn").spawn().context("start the gate")?],
    };
    fs::write(dir.join("nginx.conf"), configuration(&dir, gate_port, port))?;
    fs::write(dir.join("page.json"), "{\"page\":\"behind the gate\"}\n")?;
    let mut nginx = Command::new("nginx");
    nginx.arg("-p").arg(&dir).arg("-c").arg(dir.join("nginx.conf")).arg("-e").arg(dir.join("error.log"));
    service.children.insert(0, nginx.stdin(Stdio::null()).spawn().context("start nginx")?);
    wait_for(&service.address)?;
    wait_for(&gate_address)?;
    Ok(service)
}

fn wait_for(address: &str) -> Result<()> {
    let began = Instant::now();
    while std::net::TcpStream::connect(address).is_err() {
        ensure!(began.elapsed() < Duration::from_secs(10), "nothing listens on {address}");
        thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

fn configuration(dir: &Path, gate_port: u16, port: u16) -> String {
    let dir = dir.display();
    // As root, nginx's workers would run as another account, which may not read the checkout.
    format!(
        "daemon off;
worker_processes 1;
user root;
pid {dir}/nginx.pid;
error_log {dir}/error.log warn;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {dir}/body;
  proxy_temp_path {dir}/proxy;
  fastcgi_temp_path {dir}/fastcgi;
  uwsgi_temp_path {dir}/uwsgi;
  scgi_temp_path {dir}/scgi;
  upstream gate {{ server 127.0.0.1:{gate_port}; keepalive 16; }}
  server {{
    listen 127.0.0.1:{port};
    root {dir};
    location / {{
      auth_request /gate;
      try_files /page.json =404;
    }}
    location = /gate {{
      internal;
      proxy_pass http://gate;
      proxy_http_version 1.1;
      proxy_set_header Connection \"\";
      proxy_pass_request_body off;
      proxy_set_header Content-Length \"\";
    }}
  }}
}}
"
    )
}
