//! `beadle sessions`.

use beadle_client::{Clerk, Session};

use crate::{
    api,
    args::{ListSessions, SessionsArgs, SessionsCommand},
    output::{self, Table, time},
    runtime,
};

pub(crate) fn run(args: SessionsArgs) -> anyhow::Result<()> {
    runtime::for_command()?.block_on(async {
        let json = args.api.json;
        let clerk = api::connect(args.api).await?;
        match args.command {
            SessionsCommand::List(filter) => {
                output::show(json, &list(&clerk, filter).await?, |sessions| table(sessions))
            }
            SessionsCommand::Revoke { ids } => {
                for id in ids {
                    let session = clerk.sessions().revoke(&id).await?;
                    output::show(json, &session, |session| format!("{} {}\n", session.status, session.id))?;
                }
                Ok(())
            }
        }
    })
}

async fn list(clerk: &Clerk, filter: ListSessions) -> Result<Vec<Session>, beadle_client::Error> {
    let mut list = clerk.sessions().list().limit(filter.limit).offset(filter.offset);
    if let Some(id) = &filter.user {
        list = list.user_id(id);
    }
    if let Some(id) = &filter.client {
        list = list.client_id(id);
    }
    if let Some(status) = filter.status {
        list = list.status(status);
    }
    list.send().await
}

fn table(sessions: &[Session]) -> String {
    let mut table = Table::new(["ID", "USER", "STATE", "LAST ACTIVE", "EXPIRES"]);
    for session in sessions {
        table.row([
            session.id.to_string(),
            session.user_id.to_string(),
            session.status.to_string(),
            time(session.last_active_at),
            time(session.expire_at),
        ]);
    }
    table.render()
}
