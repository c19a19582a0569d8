//! PostgreSQL refuses to run as root, and tests in containers often are.

use std::{
    fs,
    os::unix::{fs::MetadataExt, process::CommandExt},
    process::Command,
};

/// User and group of the server, or `None` to stay who we are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Account(pub(super) Option<(u32, u32)>);

impl Account {
    /// `postgres` or else `nobody` for root, nobody else for others.
    ///
    /// # Panics
    /// For root on a machine without either account.
    pub(super) fn for_server() -> Self {
        if fs::metadata("/proc/self").is_ok_and(|process| process.uid() != 0) {
            return Self(None);
        }
        let found =
            ["postgres", "nobody"].into_iter().find_map(|name| Some((id("-u", name)?, id("-g", name)?)));
        assert!(
            found.is_some(),
            "root runs the tests, and there is neither a `postgres` nor a `nobody` account"
        );
        Self(found)
    }

    /// Makes the program run as this account.
    pub(super) fn take_on(self, command: &mut Command) -> &mut Command {
        if let Some((uid, gid)) = self.0 {
            command.uid(uid).gid(gid);
        }
        command
    }
}

fn id(flag: &str, name: &str) -> Option<u32> {
    let output = Command::new("id").args([flag, name]).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
