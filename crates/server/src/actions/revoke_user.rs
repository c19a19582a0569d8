//! What follows from a user's new generation: every credential of an earlier one is dead, and has to be told and
//! settled. Shared by the ban, the sign-out everywhere and the deletion.

use beadle_domain::credential::Generation;
use beadle_store::{Conn, Result, outbox, sweeps};
use beadle_types::{Timestamp, UserId};

/// Adds the entry for local verifiers and the request to settle the dead sessions. Whoever commits this wakes the
/// sweep.
pub(crate) async fn revoke(
    conn: &mut Conn,
    id: &UserId,
    generation: Generation,
    now: Timestamp,
) -> Result<()> {
    outbox::add_revocation(conn, &outbox::Revocation::User(id.clone(), generation), now).await?;
    sweeps::request(conn, id, generation, now).await
}
