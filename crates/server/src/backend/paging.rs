//! What lists are asked with: `limit` and `offset`, an order, a state, a text.

use beadle_domain::{Error, Findings};
use beadle_store::listing::Order;

use crate::error::ApiResult;

const DEFAULT_LIMIT: i64 = 10;
pub(super) const MAX_LIMIT: i64 = 500;

/// Checks both; the defaults are 10 and 0.
pub(super) fn check(limit: Option<i64>, offset: Option<i64>, findings: &mut Findings) -> (i64, i64) {
    check_up_to(MAX_LIMIT, limit, offset, findings)
}

/// As [`check`], with a limit of its own.
pub(super) fn check_up_to(
    max: i64,
    limit: Option<i64>,
    offset: Option<i64>,
    findings: &mut Findings,
) -> (i64, i64) {
    let (limit, offset) = (limit.unwrap_or(DEFAULT_LIMIT), offset.unwrap_or(0));
    if !(1..=max).contains(&limit) {
        findings.push(Error::param_rule_broken("limit", format!("must be between 1 and {max}")));
    }
    if offset < 0 {
        findings.push(Error::param_rule_broken("offset", "must not be negative"));
    }
    (limit, offset)
}

/// As [`check`], for lists that are asked nothing else.
pub(super) fn check_alone(limit: Option<i64>, offset: Option<i64>) -> ApiResult<(i64, i64)> {
    let mut findings = Findings::default();
    let part = check(limit, offset, &mut findings);
    findings.finish()?;
    Ok(part)
}

/// Reads `order_by`: one of the keys, perhaps behind `+` or `-`. Without it, largest of the first key first.
pub(super) fn order<K: Copy>(given: Option<&str>, keys: &[(&str, K)], findings: &mut Findings) -> Order<K> {
    let default = Order { key: keys[0].1, descending: true };
    let Some(given) = given else { return default };
    let (descending, name) = match given.strip_prefix('-') {
        Some(name) => (true, name),
        // An unescaped `+` arrives as a space.
        None => (false, given.strip_prefix(['+', ' ']).unwrap_or(given)),
    };
    let Some((_, key)) = keys.iter().find(|(known, _)| *known == name) else {
        findings.push(Error::param_value_invalid("order_by", given));
        return default;
    };
    Order { key: *key, descending }
}

/// One of a parameter's words.
pub(super) fn word<T: Copy>(
    param: &str,
    given: Option<&str>,
    words: &[(&str, T)],
    findings: &mut Findings,
) -> Option<T> {
    let given = given?;
    let known = words.iter().find(|(word, _)| *word == given);
    if known.is_none() {
        findings.push(Error::param_value_invalid(param, given));
    }
    known.map(|(_, value)| *value)
}

/// A text to search for, as it is compared.
pub(super) fn text(query: Option<String>) -> Option<String> {
    query.map(|query| query.trim().to_lowercase()).filter(|query| !query.is_empty())
}
