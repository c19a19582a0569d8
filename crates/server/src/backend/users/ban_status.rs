//! `GET /v1/users/{user_id}/ban_status`, Beadle's own: where a ban is in force.

use std::time::Duration;

use axum::{Json, extract::State};
use beadle_domain::Error;
use beadle_store::{
    Conn, UnitOfWork,
    feed::{self, Position},
    users, verifiers,
};
use beadle_types::{Applied, BanStatus, Timestamp, UserId, VerifierStatus, object::BanStatusObject};

use crate::{
    app::App,
    error::{ApiError, ApiResult},
    extract::Id,
    revocation::GONE_AFTER,
    tasks::maintenance::RECEIPT_RETENTION,
};

/// Verifiers that have not been seen for so long are left out.
const SHOWN: Duration = Duration::from_secs(24 * 60 * 60);
/// Verifiers shown at most.
const LIMIT: i64 = 1_000;

#[utoipa::path(
    get,
    path = "/v1/users/{user_id}/ban_status",
    operation_id = "GetUserBanStatus",
    responses((status = 200, body = BanStatus))
)]
pub(in crate::backend) async fn ban_status(
    State(app): State<App>,
    Id(user_id): Id<UserId>,
) -> ApiResult<Json<BanStatus>> {
    Ok(Json(app.store.scan(Look { user_id, now: app.now() }).await?))
}

struct Look {
    user_id: UserId,
    now: Timestamp,
}

impl UnitOfWork for Look {
    type Output = BanStatus;
    type Error = ApiError;

    fn is_bounded(&self) -> bool {
        true
    }

    async fn run(&self, conn: &mut Conn) -> ApiResult<BanStatus> {
        let user = users::find(conn, &self.user_id).await?;
        let user = user.ok_or_else(|| Error::not_found("user", &self.user_id))?;
        // Who was created banned never had a credential.
        let banned_at = users::banned_at(conn, &self.user_id).await?.unwrap_or(user.created_at);
        let accepted_at = user.banned.then_some(banned_at);
        let place = feed::position_of(conn, &self.user_id, user.generation).await?;
        let from = match place {
            Position::At(seq) => seq,
            Position::Waiting | Position::Gone => i64::MAX,
        };
        let rows = verifiers::seen_since(conn, self.now.minus(SHOWN), from, LIMIT).await?;
        let mut verifiers: Vec<_> =
            rows.into_iter().map(|row| status(row, place, accepted_at, self.now)).collect();
        verifiers.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(BanStatus {
            object: BanStatusObject,
            user_id: user.id,
            banned: user.banned,
            generation: user.generation.get(),
            accepted_at,
            seq: if let Position::At(seq) = place { Some(seq) } else { None },
            verifiers,
        })
    }
}

fn status(
    row: verifiers::VerifierRow,
    place: Position,
    accepted_at: Option<Timestamp>,
    now: Timestamp,
) -> VerifierStatus {
    let has_applied = match place {
        Position::At(seq) => row.seq >= seq,
        Position::Waiting => false,
        // No token it concerns is left.
        Position::Gone => true,
    };
    // Of an older ban the first receipt is gone, and the ones after it tell nothing.
    let is_recent = accepted_at.is_some_and(|accepted| accepted.plus(RECEIPT_RETENTION) > now);
    let applied_at = row.received_at.filter(|_| has_applied && is_recent);
    let after = applied_at.zip(accepted_at).map(|(at, accepted)| at.as_millis() - accepted.as_millis());
    VerifierStatus {
        name: row.name,
        connected: row.connected && row.seen_at.plus(GONE_AFTER) > now,
        status: if has_applied { Applied::Applied } else { Applied::Lagging },
        seq: row.seq,
        applied_at,
        applied_after_ms: after,
    }
}
