//! `beadle users ban --wait`: until every connected verifier refuses the users.

use std::time::{Duration, Instant};

use anyhow::bail;
use beadle_client::{Applied, BanStatus, Clerk, UserId, VerifierStatus};

/// Pause between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// Waits, and gives the status of each user's ban.
///
/// # Errors
/// Names the verifiers that are missing when the time is up. The ban holds all the same.
pub(super) async fn until_applied(
    clerk: &Clerk,
    ids: &[UserId],
    limit: Duration,
) -> anyhow::Result<Vec<BanStatus>> {
    let begun = Instant::now();
    let mut done = Vec::new();
    for id in ids {
        loop {
            let status = clerk.users().ban_status(id).await?;
            let missing: Vec<_> = connected(&status).filter(|one| one.status == Applied::Lagging).collect();
            if missing.is_empty() {
                done.push(status);
                break;
            }
            if begun.elapsed() >= limit {
                let names: Vec<_> = missing.iter().map(|one| one.name.as_str()).collect();
                bail!("{id} is banned, but not confirmed within {limit:?} by: {}", names.join(", "));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
    Ok(done)
}

fn connected(status: &BanStatus) -> impl Iterator<Item = &VerifierStatus> {
    status.verifiers.iter().filter(|verifier| verifier.connected)
}

/// One line per user.
pub(super) fn text(statuses: &[BanStatus]) -> String {
    let line = |status: &BanStatus| {
        let count = connected(status).count();
        let slowest = connected(status).filter_map(|verifier| verifier.applied_after_ms).max();
        match (count, slowest) {
            (0, _) => format!("{} banned; no verifier is connected\n", status.user_id),
            (1, Some(ms)) => format!("{} banned; applied by 1 verifier after {ms} ms\n", status.user_id),
            (n, Some(ms)) => {
                format!("{} banned; applied by all {n} verifiers after {ms} ms\n", status.user_id)
            }
            // Banned longer ago than receipts are kept.
            (n, None) => format!("{} banned; applied by all {n} verifiers\n", status.user_id),
        }
    };
    statuses.iter().map(line).collect()
}
