//! Creating the users of one batch.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use beadle_client::{
    Clerk, Error, code,
    params::{CreateUser, UserFilter},
};
use tokio::{sync::watch, task::JoinSet, time::sleep};

use super::{check::identifiers, source::Row};
use crate::failure;

/// How long to wait where the server does not say, and how often at most.
const PAUSE: Duration = Duration::from_secs(1);
const PAUSES: u32 = 120;

pub(super) enum Outcome {
    Created,
    /// An import that was interrupted had created the user already.
    Exists,
    /// Why not.
    Refused(Vec<String>),
}

/// Sends all rows; the outcomes come in the order of the lines.
///
/// # Errors
/// Whatever is no refusal of a row: then nobody knows of the rest of the batch.
pub(super) async fn all(
    clerk: &Clerk,
    rows: Vec<Row>,
    connections: usize,
    may_exist: bool,
) -> Result<Vec<(u64, Outcome)>, Error> {
    let rows = Arc::new(Mutex::new(in_order(rows).into_iter()));
    let mut workers = JoinSet::new();
    for _ in 0..connections {
        let (clerk, rows) = (clerk.clone(), rows.clone());
        workers.spawn(async move {
            let mut outcomes = Vec::new();
            loop {
                let row = rows.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some(Turn { row: Row { line, user }, after, done }) = row else { return Ok(outcomes) };
                for mut earlier in after {
                    // Nothing is ever sent: that it is over is what the end of the channel says.
                    let _ = earlier.changed().await;
                }
                let outcome = match user {
                    Ok(user) => one(&clerk, &user, may_exist).await?,
                    Err(reason) => Outcome::Refused(vec![reason]),
                };
                outcomes.push((line, outcome));
                drop(done);
            }
        });
    }
    let mut outcomes = Vec::new();
    while let Some(worker) = workers.join_next().await {
        // A panic of a task goes on here.
        outcomes.extend(worker.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))?);
    }
    outcomes.sort_by_key(|(line, _)| *line);
    Ok(outcomes)
}

/// A row, and the earlier ones that it waits for.
struct Turn {
    row: Row,
    after: Vec<watch::Receiver<()>>,
    /// Dropped when the row is over.
    done: watch::Sender<()>,
}

/// Of rows that share an identifier, the first in the file is to get it, however long its password takes to hash. The
/// rows are taken in their order, so those that are waited for are under way.
fn in_order(rows: Vec<Row>) -> Vec<Turn> {
    let mut last: HashMap<(&'static str, String), watch::Receiver<()>> = HashMap::new();
    let turn = |row: Row| {
        let (done, ended) = watch::channel(());
        let values = row.user.iter().flat_map(identifiers);
        let shared = values.filter_map(|(kind, value)| last.insert((kind, value.ok()?), ended.clone()));
        // One that the row itself names twice is no reason to wait for itself.
        let after = shared.filter(|earlier| !earlier.same_channel(&ended)).collect();
        Turn { row, after, done }
    };
    rows.into_iter().map(turn).collect()
}

async fn one(clerk: &Clerk, user: &CreateUser, may_exist: bool) -> Result<Outcome, Error> {
    let mut pauses = 0;
    loop {
        let Err(error) = clerk.users().create(user).await else { return Ok(Outcome::Created) };
        if error.is_rate_limited() && pauses < PAUSES {
            pauses += 1;
            sleep(error.retry_after().unwrap_or(PAUSE)).await;
        } else if may_exist && error.has_code(code::FORM_IDENTIFIER_EXISTS) && exists(clerk, user).await? {
            return Ok(Outcome::Exists);
        } else if error.is_invalid_input() && !error.errors().is_empty() {
            return Ok(Outcome::Refused(error.errors().iter().map(failure::reason).collect()));
        } else {
            return Err(error);
        }
    }
}

/// Whether somebody has all identifiers of the row.
async fn exists(clerk: &Clerk, user: &CreateUser) -> Result<bool, Error> {
    let filter = UserFilter {
        external_id: user.external_id.iter().cloned().collect(),
        email_address: user.email_address.iter().take(1).cloned().collect(),
        phone_number: user.phone_number.iter().take(1).cloned().collect(),
        username: user.username.iter().cloned().collect(),
        ..UserFilter::default()
    };
    Ok(!clerk.users().list().filter(filter).limit(1).send().await?.is_empty())
}
