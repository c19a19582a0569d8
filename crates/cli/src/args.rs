//! What can be typed.

mod export;
mod gate;
mod import;
mod sessions;
mod users;
mod webhooks;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use secrecy::SecretString;

pub(crate) use self::{
    export::ExportCommand,
    gate::{GateArgs, Stale},
    import::{ImportCommand, ImportUsers},
    sessions::{ListSessions, SessionsCommand},
    users::{CreateUser, ListUsers, UsersCommand},
    webhooks::{Status as WebhookStatus, WebhooksArgs, WebhooksCommand},
};

const EXIT_CODES: &str = "\
Exit codes: 0 done; 1 refused or failed; 2 not understood (usage); 3 there is no such user, session or endpoint.
An option that names a variable in [brackets] may be given by that environment variable instead.";

/// A self-hosted user and session server that speaks Clerk's APIs, and a command line for its operators.
/// Without a command it serves.
#[derive(Debug, Parser)]
#[command(name = "beadle", version, args_conflicts_with_subcommands = true, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) serve: ServeArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start the server
    ///
    /// More settings by environment variable: BEADLE_SECRET_KEY, BEADLE_PUBLISHABLE_KEY, BEADLE_ENCRYPTION_KEY,
    /// BEADLE_SMTP_URL, BEADLE_MAIL_FROM, BEADLE_LOG (as RUST_LOG) and BEADLE_LOG_FORMAT (text or json).
    Serve(ServeArgs),
    /// Answer a reverse proxy whether a request comes from a signed-in user, and refuse banned ones at once
    ///
    /// For nginx (auth_request), Caddy (forward_auth), Traefik (ForwardAuth) and Envoy (ext_authz). Checks tokens
    /// itself and follows the server's revocation feed. /healthz, /readyz and /metrics are its own.
    Gate(GateArgs),
    /// Copy the SQLite database to a file; the server may be running
    Backup(BackupArgs),
    /// The keys that applications need
    Keys(KeysArgs),
    /// Bring users of another system into a running server
    Import(ImportArgs),
    /// Write the users of this machine's instance to a file; the server may be running
    Export(ExportArgs),
    /// Users of a running server
    Users(UsersArgs),
    /// Sessions of a running server
    Sessions(SessionsArgs),
    /// Print the description of the Backend API, OpenAPI 3.1; a running server has it at /openapi.json
    Openapi,
    /// Who a running server tells of events
    Webhooks(WebhooksArgs),
    /// Print a completion script for a shell
    Completions {
        /// Which shell
        shell: Shell,
    },
}

/// Where an instance's data lives: what the server and `keys show` need to know.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct LocationArgs {
    /// Read settings from a TOML file [BEADLE_CONFIG]
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) config: Option<PathBuf>,
    /// The directory of the SQLite database and the key file; ./beadle-data if not given [BEADLE_DATA_DIR]
    #[arg(long, value_name = "DIRECTORY", global = true)]
    pub(crate) data_dir: Option<PathBuf>,
    /// Use PostgreSQL: postgres://user:password@host/database [BEADLE_DATABASE_URL]
    #[arg(long, value_name = "URL", global = true)]
    pub(crate) database_url: Option<SecretString>,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Address and port to listen on; 127.0.0.1:3900 if not given [BEADLE_LISTEN]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) listen: Option<String>,
    /// Serve browsers the files of @clerk/clerk-js and @clerk/ui that are installed here, for example an
    /// application's node_modules [BEADLE_NPM_DIR]
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) npm_dir: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) location: LocationArgs,
}

#[derive(Debug, Args)]
pub(crate) struct BackupArgs {
    /// The file to make; it must not exist
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) location: LocationArgs,
}

#[derive(Debug, Args)]
pub(crate) struct KeysArgs {
    #[command(flatten)]
    pub(crate) location: LocationArgs,
    /// Print JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: KeysCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Print the secret key, the feed key and the publishable key; the server may be running
    Show,
}

/// How to reach a running server.
#[derive(Debug, Args)]
pub(crate) struct ApiArgs {
    /// The server's address; if not given, where this machine's server listens [BEADLE_API_URL]
    #[arg(long, value_name = "URL", global = true)]
    pub(crate) api_url: Option<String>,
    /// The secret key; if not given, the one in this machine's data directory [BEADLE_SECRET_KEY]
    #[arg(long, value_name = "KEY", global = true)]
    pub(crate) secret_key: Option<SecretString>,
    /// Print JSON, in the form of the Backend API
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) location: LocationArgs,
}

#[derive(Debug, Args)]
pub(crate) struct UsersArgs {
    #[command(flatten)]
    pub(crate) api: ApiArgs,
    #[command(subcommand)]
    pub(crate) command: UsersCommand,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    pub(crate) location: LocationArgs,
    #[command(subcommand)]
    pub(crate) command: ExportCommand,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    #[command(flatten)]
    pub(crate) api: ApiArgs,
    #[command(subcommand)]
    pub(crate) command: ImportCommand,
}

#[derive(Debug, Args)]
pub(crate) struct SessionsArgs {
    #[command(flatten)]
    pub(crate) api: ApiArgs,
    #[command(subcommand)]
    pub(crate) command: SessionsCommand,
}

#[cfg(test)]
mod tests;
