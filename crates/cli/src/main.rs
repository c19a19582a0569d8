//! `beadle`: the server, and a command line for its operators.

mod api;
mod args;
mod backup;
mod export;
mod failure;
mod gate;
mod import;
mod keys;
mod output;
mod progress;
mod runtime;
mod serve;
mod sessions;
mod settings;
mod users;
mod webhooks;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use args::{Cli, Command};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        None => serve::run(cli.serve),
        Some(Command::Serve(args)) => serve::run(args),
        Some(Command::Gate(args)) => gate::run(args),
        Some(Command::Backup(args)) => backup::run(args),
        Some(Command::Keys(args)) => keys::run(args),
        Some(Command::Export(args)) => export::run(args),
        Some(Command::Import(args)) => import::run(args),
        Some(Command::Users(args)) => users::run(args),
        Some(Command::Sessions(args)) => sessions::run(args),
        Some(Command::Openapi) => output::print(&format!("{:#}\n", beadle_server::openapi::document())),
        Some(Command::Webhooks(args)) => webhooks::run(args),
        Some(Command::Completions { shell }) => completions(shell),
    };
    done.map_or_else(|error| failure::report(&error), |()| ExitCode::SUCCESS)
}

fn completions(shell: clap_complete::Shell) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "beadle", &mut script);
    output::print(&String::from_utf8_lossy(&script))
}
