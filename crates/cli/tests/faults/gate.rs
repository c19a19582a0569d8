//! `beadle gate`, the verifier as a process of its own, which can be paused.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{
    BOUND, FAULT, TOLERANCE,
    checker::{Subject, Verdict},
    gate_process::GateProcess,
    instance::{self, Instance},
    run::{Fault, Run},
};

/// Asks about one token, on a connection of its own.
pub(crate) async fn ask(address: &str, token: &str) -> Verdict {
    let request =
        format!("GET / HTTP/1.1\r\nHost: gate\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\r\n");
    let exchange = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    };
    let answer = match tokio::time::timeout(Duration::from_secs(20), exchange).await {
        Ok(Ok(answer)) => answer.to_ascii_lowercase(),
        // Verdicts too, of a kind that no fault excuses.
        Ok(Err(error)) => return Err(error.to_string()),
        Err(_) => return Err("no answer".to_owned()),
    };
    if answer.starts_with("http/1.1 200 ") {
        return Ok(());
    }
    let reason = answer.lines().find_map(|line| line.strip_prefix("x-beadle-auth-reason: "));
    Err(reason.unwrap_or(&answer).to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gate_that_was_paused_accepts_nobody_by_old_knowledge() {
    let instance = Instance::start(&[]);
    let gate = GateProcess::start(&instance.directory, &instance.url, &["--name", "gate"]);
    let mut run = Run::prepare(&instance).await;
    run.watch(Subject::Gate(gate.address.clone())).await;
    run.begin().await;
    let fault = Fault::begin();
    instance::signal(&gate.child, "STOP");
    // Requests that come from now on wait in the gate's queue. When it goes on, they are the first thing it sees, long
    // before it has read what the feed has brought meanwhile: a gate that took its knowledge for as young as when it was
    // paused would let the banned in.
    run.ban(4, BOUND + TOLERANCE).await;
    tokio::time::sleep(FAULT).await;
    let fault = fault.ends();
    instance::signal(&gate.child, "CONT");
    run.recover(fault).await;
    run.end().refused_good_only_in_faults();
}
