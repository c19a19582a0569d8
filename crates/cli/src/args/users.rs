//! `beadle users …`.

use beadle_client::UserId;
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum UsersCommand {
    /// List users, newest first
    List(ListUsers),
    /// Show one user
    Get {
        /// The user
        id: UserId,
    },
    /// Create a user
    Create(CreateUser),
    /// Ban users: their sessions end at once and they cannot sign in. All of them or, on an error, none
    Ban {
        /// The users, up to 50
        #[arg(required = true, num_args = 1..=50)]
        ids: Vec<UserId>,
        /// Return once all services that verify tokens themselves refuse the users
        #[arg(long)]
        wait: bool,
        /// How long to wait for them, in seconds
        #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3600))]
        timeout: u64,
    },
    /// Show where a user's ban is in force
    BanStatus {
        /// The user
        id: UserId,
    },
    /// Let banned users sign in again; old sessions stay dead. All of them or, on an error, none
    Unban {
        /// The users, up to 50
        #[arg(required = true, num_args = 1..=50)]
        ids: Vec<UserId>,
    },
    /// Lock a user's sign-in for the instance's lockout time; sessions live on
    Lock {
        /// The user
        id: UserId,
    },
    /// Unlock a user's sign-in
    Unlock {
        /// The user
        id: UserId,
    },
    /// Delete a user for good and end their sessions
    Delete {
        /// The user
        id: UserId,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ListUsers {
    /// Only with this e-mail address; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) email: Vec<String>,
    /// Only with this text somewhere in an identifier, the id or the name
    #[arg(long, value_name = "TEXT")]
    pub(crate) query: Option<String>,
    /// Only banned users, or with `--banned=false` only others
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL")]
    pub(crate) banned: Option<bool>,
    /// How many at most
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=500))]
    pub(crate) limit: u32,
    /// How many to pass over
    #[arg(long, default_value_t = 0)]
    pub(crate) offset: u64,
    /// created_at, updated_at, email_address, first_name, last_name, phone_number, username, last_active_at or
    /// last_sign_in_at; with `-` in front, falling
    #[arg(long, value_name = "FIELD", default_value = "-created_at", allow_hyphen_values = true)]
    pub(crate) order_by: String,
}

#[derive(Debug, Args)]
pub(crate) struct CreateUser {
    /// An e-mail address, taken as verified; may be repeated, the first is primary
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) email: Vec<String>,
    /// A phone number (+12025550123), taken as verified; may be repeated, the first is primary
    #[arg(long, value_name = "NUMBER")]
    pub(crate) phone: Vec<String>,
    /// The name to sign in with
    #[arg(long)]
    pub(crate) username: Option<String>,
    /// Given name
    #[arg(long, value_name = "NAME")]
    pub(crate) first_name: Option<String>,
    /// Family name
    #[arg(long, value_name = "NAME")]
    pub(crate) last_name: Option<String>,
    /// The id in your own system
    #[arg(long, value_name = "ID")]
    pub(crate) external_id: Option<String>,
    /// Read the password from the first line of standard input; without it the user has none
    #[arg(long)]
    pub(crate) password_stdin: bool,
    /// Create the user banned
    #[arg(long)]
    pub(crate) banned: bool,
}
