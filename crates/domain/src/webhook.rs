//! Webhooks: which events there are, who is told of them, and when a message is sent again.

use std::time::Duration;

use beadle_types::Timestamp;

use crate::rng::{Rng, RngExt as _};

/// Endpoints of an instance at most.
pub const MAX_ENDPOINTS: i64 = 50;
/// Names that the filter of an endpoint may hold.
pub const MAX_EVENT_TYPES: usize = 100;
/// Bytes of a signing secret.
pub const SECRET_BYTES: usize = 24;
/// How long the secret before a rotation signs as well.
pub const OLD_SECRET_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// Clerk's events. An endpoint may name those too that nothing here causes.
pub const CATALOGUE: [&str; 45] = [
    "email.created",
    "organization.created",
    "organization.deleted",
    "organization.updated",
    "organizationDomain.created",
    "organizationDomain.deleted",
    "organizationDomain.updated",
    "organizationInvitation.accepted",
    "organizationInvitation.created",
    "organizationInvitation.revoked",
    "organizationMembership.created",
    "organizationMembership.deleted",
    "organizationMembership.updated",
    "paymentAttempt.created",
    "paymentAttempt.updated",
    "permission.created",
    "permission.deleted",
    "permission.updated",
    "role.created",
    "role.deleted",
    "role.updated",
    "session.created",
    "session.ended",
    "session.pending",
    "session.removed",
    "session.revoked",
    "sms.created",
    "subscription.active",
    "subscription.created",
    "subscription.pastDue",
    "subscription.updated",
    "subscriptionItem.abandoned",
    "subscriptionItem.active",
    "subscriptionItem.canceled",
    "subscriptionItem.ended",
    "subscriptionItem.freeTrialEnding",
    "subscriptionItem.incomplete",
    "subscriptionItem.pastDue",
    "subscriptionItem.upcoming",
    "subscriptionItem.updated",
    "user.created",
    "user.deleted",
    "user.updated",
    "waitlistEntry.created",
    "waitlistEntry.updated",
];

/// Beadle's own, for endpoints that name them.
pub const OPT_IN: [&str; 2] = ["user.banned", "user.unbanned"];

/// Whether there is such an event.
pub fn is_event_type(name: &str) -> bool {
    CATALOGUE.contains(&name) || OPT_IN.contains(&name)
}

/// Whether an endpoint with this filter is told of such an event. Without a filter it is told of all of Clerk's.
pub fn is_wanted(filter: &[String], kind: &str) -> bool {
    if filter.is_empty() { CATALOGUE.contains(&kind) } else { filter.iter().any(|name| name == kind) }
}

/// The pauses between attempts: eight attempts within 28 hours.
const PAUSES: [Duration; 7] = [
    Duration::from_secs(5),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(2 * 60 * 60),
    Duration::from_secs(5 * 60 * 60),
    Duration::from_secs(10 * 60 * 60),
    Duration::from_secs(10 * 60 * 60),
];

/// How long to wait after so many attempts that failed; none after the last. Up to a tenth is taken off at random, so
/// that what failed together does not come back together.
pub fn pause(attempts: i64, rng: &dyn Rng) -> Option<Duration> {
    let pause = usize::try_from(attempts - 1).ok().and_then(|index| PAUSES.get(index))?;
    let [byte] = rng.bytes::<1>();
    Some(pause.saturating_sub(*pause / 10 * u32::from(byte) / 255))
}

/// For how long nothing may have worked before an endpoint is disabled, and how many attempts that must have been.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(5 * 24 * 60 * 60);
const GIVEN_UP_FAILURES: i64 = 10;

/// Whether an endpoint at which every attempt has failed since then is to be disabled.
pub fn is_given_up(failing_since: Timestamp, failures: i64, now: Timestamp) -> bool {
    failures >= GIVEN_UP_FAILURES && now.saturating_since(failing_since) >= GIVEN_UP_AFTER
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::SystemRng;

    #[test]
    fn without_a_filter_everything_of_clerks_is_wanted() {
        assert!(is_wanted(&[], "user.updated"));
        assert!(!is_wanted(&[], "user.banned"));
        let filter = ["user.banned".to_owned()];
        assert!(is_wanted(&filter, "user.banned"));
        assert!(!is_wanted(&filter, "user.updated"));
    }

    #[test]
    fn eight_attempts_take_no_more_than_28_hours() {
        let pauses: Vec<_> = (1..).map_while(|attempts| pause(attempts, &SystemRng)).collect();
        assert_eq!(pauses.len(), 7);
        for (taken, most) in pauses.iter().zip(PAUSES) {
            assert!(*taken <= most && *taken >= most * 9 / 10, "{taken:?} of {most:?}");
        }
        let longest: Duration = PAUSES.iter().sum();
        assert!(longest < Duration::from_secs(28 * 60 * 60));
        assert!(longest > Duration::from_secs(27 * 60 * 60));
    }

    #[test]
    fn one_bad_day_gives_nobody_up() {
        let (then, day) = (Timestamp::from_secs(0), 24 * 60 * 60);
        assert!(!is_given_up(then, 1_000, Timestamp::from_secs(day)));
        assert!(!is_given_up(then, 9, Timestamp::from_secs(6 * day)));
        assert!(is_given_up(then, 10, Timestamp::from_secs(5 * day)));
    }
}
