//! `beadle users`.

mod view;
mod wait;

use std::{io, time::Duration};

use anyhow::{Context as _, ensure};
use beadle_client::{Clerk, User, UserId, params};

use crate::{
    api,
    args::{CreateUser, ListUsers, UsersArgs, UsersCommand},
    output, runtime,
};

pub(crate) fn run(args: UsersArgs) -> anyhow::Result<()> {
    runtime::for_command()?.block_on(async {
        let json = args.api.json;
        let clerk = api::connect(args.api).await?;
        let users = clerk.users();
        match args.command {
            UsersCommand::List(filter) => {
                let found = list(&clerk, filter).await?;
                output::show(json, &found, |users| view::table(users))
            }
            UsersCommand::Get { id } => output::show(json, &users.get(&id).await?, view::details),
            UsersCommand::Create(user) => {
                let user = params_of(user)?;
                output::show(json, &users.create(&user).await?, view::details)
            }
            UsersCommand::Ban { ids, wait: false, .. } => changed(json, ban(&clerk, &ids).await?),
            UsersCommand::Ban { ids, timeout, .. } => {
                ban(&clerk, &ids).await?;
                let limit = Duration::from_secs(timeout);
                let statuses = wait::until_applied(&clerk, &ids, limit).await?;
                output::show(json, &statuses, |statuses| wait::text(statuses))
            }
            UsersCommand::BanStatus { id } => {
                output::show(json, &users.ban_status(&id).await?, view::ban_status)
            }
            UsersCommand::Unban { ids } => changed(json, unban(&clerk, &ids).await?),
            UsersCommand::Lock { id } => changed(json, vec![users.lock(&id).await?]),
            UsersCommand::Unlock { id } => changed(json, vec![users.unlock(&id).await?]),
            UsersCommand::Delete { id } => {
                output::show(json, &users.delete(&id).await?, |_| format!("deleted {id}\n"))
            }
        }
    })
}

async fn list(clerk: &Clerk, filter: ListUsers) -> Result<Vec<User>, beadle_client::Error> {
    let conditions = params::UserFilter {
        email_address: filter.email,
        query: filter.query,
        banned: filter.banned,
        ..params::UserFilter::default()
    };
    let list = clerk.users().list().filter(conditions);
    list.limit(filter.limit).offset(filter.offset).order_by(filter.order_by).send().await
}

async fn ban(clerk: &Clerk, ids: &[UserId]) -> Result<Vec<User>, beadle_client::Error> {
    match ids {
        [id] => Ok(vec![clerk.users().ban(id).await?]),
        ids => clerk.users().ban_many(ids).await,
    }
}

async fn unban(clerk: &Clerk, ids: &[UserId]) -> Result<Vec<User>, beadle_client::Error> {
    match ids {
        [id] => Ok(vec![clerk.users().unban(id).await?]),
        ids => clerk.users().unban_many(ids).await,
    }
}

/// One user as an object, several as a list, as the API has it.
fn changed(json: bool, mut users: Vec<User>) -> anyhow::Result<()> {
    if json && users.len() == 1 {
        return output::show(true, &users.remove(0), |_| String::new());
    }
    output::show(json, &users, |users| view::table(users))
}

fn params_of(user: CreateUser) -> anyhow::Result<params::CreateUser> {
    let password = if user.password_stdin { Some(first_line(io::stdin().lock())?) } else { None };
    Ok(params::CreateUser {
        email_address: user.email,
        phone_number: user.phone,
        username: user.username,
        first_name: user.first_name,
        last_name: user.last_name,
        external_id: user.external_id,
        skip_password_requirement: password.is_none().then_some(true),
        password,
        banned: user.banned.then_some(true),
        ..params::CreateUser::default()
    })
}

fn first_line(mut input: impl io::BufRead) -> anyhow::Result<String> {
    let mut line = String::new();
    input.by_ref().read_line(&mut line).context("read the password from standard input")?;
    let end = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(end);
    ensure!(!line.is_empty(), "standard input holds no password");
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_one_line_with_its_blanks() {
        assert_eq!(first_line(&b" pass word \r\nmore\n"[..]).unwrap(), " pass word ");
        assert_eq!(first_line(&b"x"[..]).unwrap(), "x");
        assert!(first_line(&b"\nx\n"[..]).is_err());
        assert!(first_line(&b"\xff\n"[..]).is_err());
    }
}
