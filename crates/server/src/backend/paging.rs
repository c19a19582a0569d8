//! `limit` and `offset`.

use beadle_domain::{Error, Findings};

const DEFAULT_LIMIT: i64 = 10;
const MAX_LIMIT: i64 = 500;

/// Checks both; the defaults are 10 and 0.
pub(super) fn check(limit: Option<i64>, offset: Option<i64>, findings: &mut Findings) -> (i64, i64) {
    let (limit, offset) = (limit.unwrap_or(DEFAULT_LIMIT), offset.unwrap_or(0));
    if !(1..=MAX_LIMIT).contains(&limit) {
        findings.push(Error::param_rule_broken("limit", format!("must be between 1 and {MAX_LIMIT}")));
    }
    if offset < 0 {
        findings.push(Error::param_rule_broken("offset", "must not be negative"));
    }
    (limit, offset)
}
