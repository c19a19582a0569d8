//! Second factors: set up and removed, and their codes checked.

pub(crate) mod backup_codes;
pub(crate) mod check;
pub(crate) mod import;
pub(crate) mod totp;
pub(crate) mod verify;

use beadle_store::users::UserRecord;
use beadle_types::Timestamp;

/// Notes that the first second factor came or the last one went; backup codes only stand in for others. `had` is
/// whether there was one before the change.
pub(crate) fn settle(record: &mut UserRecord, had: bool, now: Timestamp) {
    let has = record.has_second_factor();
    if has && !had {
        record.user.mfa_enabled_at = Some(now);
    } else if had && !has {
        record.user.mfa_disabled_at = Some(now);
        record.user.backup_codes = None;
    }
    record.user.updated_at = now;
}
