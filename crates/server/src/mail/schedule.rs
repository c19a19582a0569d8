//! When a message is tried again.

use std::time::Duration;

use beadle_domain::one_time_code;
use beadle_store::mails::{MailOutcome, MailRow};
use beadle_types::Timestamp;

use super::Delivery;

/// The pauses between attempts: eight attempts over half a day.
const PAUSES: [Duration; 7] = [
    Duration::from_secs(10),
    Duration::from_secs(60),
    Duration::from_secs(300),
    Duration::from_secs(900),
    Duration::from_secs(3_600),
    Duration::from_secs(10_800),
    Duration::from_secs(28_800),
];

/// The kinds of messages that are pointless once what they carry has expired.
const SHORT_LIVED: [&str; 5] =
    ["verification_code", "reset_password_code", "sign_in_link", "sign_up_link", "email_link"];

/// Whether nobody has a use for the message any more.
pub(super) fn is_stale(mail: &MailRow, now: Timestamp) -> bool {
    SHORT_LIVED.contains(&mail.kind.as_str()) && now >= mail.created_at.plus(one_time_code::LIFETIME)
}

/// What to record after an attempt.
pub(super) fn outcome(mail: &MailRow, delivery: Delivery, now: Timestamp) -> MailOutcome {
    match delivery {
        Delivery::Sent => MailOutcome::Sent,
        Delivery::Kept => MailOutcome::Stored,
        Delivery::Refused => MailOutcome::Failed,
        Delivery::Deferred => {
            let pause = usize::try_from(mail.attempts - 1).ok().and_then(|index| PAUSES.get(index));
            pause.map_or(MailOutcome::Failed, |pause| MailOutcome::RetryAt(now.plus(*pause)))
        }
    }
}

#[cfg(test)]
mod tests {
    use beadle_store::mails::Channel;

    use super::*;

    fn mail(kind: &str, attempts: i64) -> MailRow {
        MailRow {
            id: "mail_1".parse().unwrap(),
            channel: Channel::Email,
            kind: kind.to_owned(),
            recipient: "a@b.example".to_owned(),
            subject: String::new(),
            body: String::new(),
            html: None,
            attempts,
            created_at: Timestamp::from_secs(0),
            event: None,
        }
    }

    #[test]
    fn pauses_grow_and_the_eighth_attempt_is_the_last() {
        let now = Timestamp::from_secs(100);
        let pauses: Vec<i64> = (1..=8)
            .map_while(|attempts| match outcome(&mail("x", attempts), Delivery::Deferred, now) {
                MailOutcome::RetryAt(at) => Some(at.as_secs() - 100),
                _ => None,
            })
            .collect();
        assert_eq!(pauses, [10, 60, 300, 900, 3_600, 10_800, 28_800]);
        assert_eq!(outcome(&mail("x", 8), Delivery::Deferred, now), MailOutcome::Failed);
        assert_eq!(outcome(&mail("x", 1), Delivery::Refused, now), MailOutcome::Failed);
    }

    #[test]
    fn only_codes_and_links_go_stale() {
        let at = Timestamp::from_secs;
        for kind in SHORT_LIVED {
            assert!(!is_stale(&mail(kind, 1), at(599)));
            assert!(is_stale(&mail(kind, 1), at(600)));
        }
        assert!(!is_stale(&mail("password_changed", 1), at(100_000)));
    }
}
