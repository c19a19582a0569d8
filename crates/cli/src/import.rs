//! `beadle import users`: one `POST /v1/users` for each row, many at a time. The server gathers their
//! transactions into one commit, so that this is as fast as batches, and a refused row harms no other.

mod check;
mod report;
mod row;
mod send;
mod source;
mod state;

use anyhow::{Context as _, bail};
use beadle_client::Clerk;
use serde_json::json;

use self::{
    report::Report,
    send::Outcome,
    source::{Row, Source},
    state::State,
};
use crate::{
    api,
    args::{ImportArgs, ImportCommand, ImportUsers},
    output,
    progress::Progress,
    runtime,
};

/// Rows between two notes of how far the import has come.
const BATCH: usize = 1000;

pub(crate) fn run(args: ImportArgs) -> anyhow::Result<()> {
    let ImportCommand::Users(users) = args.command;
    let json = args.api.json;
    runtime::for_command()?.block_on(async {
        if users.dry_run {
            return dry_run(&users, json);
        }
        let clerk = api::connect(args.api).await?;
        import(&clerk, &users, json).await
    })
}

fn dry_run(args: &ImportUsers, json: bool) -> anyhow::Result<()> {
    let mut source = Source::open(&args.file)?;
    let mut report = Report::create(&args.file)?;
    let mut progress = Progress::new(source.size());
    let mut seen = check::Seen::default();
    let (mut rows, mut refused) = (0, 0);
    while let Some(Row { line, user }) = source.next()? {
        rows += 1;
        let found = user.map_err(|reason| vec![reason]).and_then(|user| check::user(&user, line, &mut seen));
        if let Err(reasons) = found {
            refused += 1;
            report.add(line, &reasons)?;
        }
        if rows % BATCH == 0 {
            progress.show(source.position(), rows, Some(refused));
        }
    }
    progress.clear();
    report.finish()?;
    let value = json!({"rows": rows, "refused": refused});
    output::show(json, &value, |_| format!("{rows} rows checked, {refused} would be refused\n"))?;
    refusals(refused, &report)
}

async fn import(clerk: &Clerk, args: &ImportUsers, json: bool) -> anyhow::Result<()> {
    let keys = clerk.jwks().await.context("ask the server for its keys")?;
    let instance = keys.keys.into_iter().next().context("the server has no keys")?.kid;
    let mut source = Source::open(&args.file)?;
    let mut state = State::load(&args.file, source.size(), &instance)?;
    let mut report = if state.rows == 0 { Report::create(&args.file)? } else { Report::reopen(&args.file)? };
    for _ in 0..state.rows {
        source.next()?.context("the file has fewer rows than were imported of it")?;
    }
    let before = state.rows;
    let mut progress = Progress::new(source.size());
    // The rows after the last note may have been created before the import was interrupted.
    let mut may_exist = state.begun;
    loop {
        let batch = source.take(BATCH)?;
        if batch.is_empty() {
            break;
        }
        let rows = batch.len();
        state.begun = true;
        state.save()?;
        let outcomes = send::all(clerk, batch, usize::from(args.connections), may_exist).await?;
        for (line, outcome) in outcomes {
            match outcome {
                Outcome::Created => state.created += 1,
                Outcome::Exists => state.existing += 1,
                Outcome::Refused(reasons) => {
                    state.refused += 1;
                    report.add(line, &reasons)?;
                }
            }
        }
        report.finish()?;
        state.rows += rows;
        state.begun = false;
        state.save()?;
        may_exist = false;
        progress.show(source.position(), state.rows, Some(state.refused));
    }
    progress.clear();
    let State { rows, created, existing, refused, .. } = state;
    let nothing_left = before > 0 && rows == before;
    let value = json!({
        "rows": rows, "created": created, "existing": existing, "refused": refused, "nothing_left": nothing_left,
    });
    output::show(json, &value, |_| {
        let earlier = if nothing_left { "nothing was left to do; all in all " } else { "" };
        format!(
            "{earlier}{rows} rows: {created} users created, {existing} were there from an interrupted import, {refused} refused\n"
        )
    })?;
    refusals(refused, &report)
}

fn refusals(refused: usize, report: &Report) -> anyhow::Result<()> {
    if refused > 0 {
        bail!("{refused} rows were refused, see {}", report.path().display());
    }
    Ok(())
}
