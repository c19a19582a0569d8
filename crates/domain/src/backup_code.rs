//! Backup codes: shown once, kept on paper, each good for one sign-in without the other second factors.

use crate::{
    base32,
    error::{Error, Result},
    password::bcrypt,
    rng::{Rng, RngExt},
    secret::{bound_hash, constant_time_eq},
};

/// Codes in a set.
pub const COUNT: usize = 10;
/// Bytes of entropy of one code: too many to guess from its hash, and sixteen characters to type.
const ENTROPY: usize = 10;
const GROUP: usize = 4;
/// Characters of a typed code that are looked at.
const MAX_TYPED: usize = 128;

/// Codes that a user may bring along, and how long each may be.
const BROUGHT: usize = 50;
const LENGTH: std::ops::RangeInclusive<usize> = 6..=64;
/// What the bcrypt digests among them may cost together, since a wrong code is held against each: sixteen of cost 12
/// take about four seconds.
const MAX_WORK: u64 = 16 << 12;

/// Draws a set for a user: what to show, and what to store.
pub fn draw(rng: &dyn Rng, user_id: &str) -> (Vec<String>, Vec<String>) {
    let codes: Vec<String> = (0..COUNT).map(|_| draw_one(rng)).collect();
    let digests = codes.iter().map(|code| digest(user_id, code)).collect();
    (codes, digests)
}

/// In groups, of letters and digits that are not taken for each other: Base32 has no 0, 1 or 8.
fn draw_one(rng: &dyn Rng) -> String {
    let code = base32::encode(&rng.bytes::<ENTROPY>()).to_ascii_lowercase();
    let groups: Vec<&str> = (0..code.len()).step_by(GROUP).map(|at| &code[at..at + GROUP]).collect();
    groups.join("-")
}

/// Checks codes that were in use elsewhere, each as such or as its bcrypt digest.
///
/// # Errors
/// For too many, for one that nobody could type or anybody guess, and for a digest that cannot be used.
pub fn check(codes: &[String], param: &str) -> Result<()> {
    if codes.len() > BROUGHT {
        return Err(Error::param_array_size_exceeded(param, BROUGHT));
    }
    let refuse = |rule: String| Err(Error::param_rule_broken(param, rule));
    let mut work = 0;
    for code in codes {
        if is_bcrypt(code) {
            match bcrypt::cost(code) {
                Ok(cost) => work += 1_u64 << cost,
                Err(unknown) => return refuse(format!("A digest cannot be used: {}.", unknown.0)),
            }
        } else if !LENGTH.contains(&code.trim().len()) {
            return refuse(format!(
                "Each backup code has {} to {} characters.",
                LENGTH.start(),
                LENGTH.end()
            ));
        }
    }
    if work > MAX_WORK {
        return refuse("Together the digests ask for more than sixteen of bcrypt cost 12.".to_owned());
    }
    Ok(())
}

/// What is stored of a code that was in use elsewhere.
pub fn brought(user_id: &str, code: &str) -> String {
    if is_bcrypt(code) { code.to_owned() } else { digest(user_id, code) }
}

/// Own digests are hexadecimal.
fn is_bcrypt(text: &str) -> bool {
    matches!(text.as_bytes(), [b'$', b'2', _, b'$', ..])
}

/// What is stored of a code. Case, blanks and hyphens do not matter.
fn digest(user_id: &str, code: &str) -> String {
    let code: String = code
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .take(MAX_TYPED)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    bound_hash("backup_code", user_id, &code)
}

/// Whether looking for a code among these costs as much as passwords do.
pub fn is_costly(digests: &[String]) -> bool {
    digests.iter().any(|digest| is_bcrypt(digest))
}

/// What is stored of the code that was typed, if it is one of the set.
pub fn find(digests: &[String], user_id: &str, typed: &str) -> Option<String> {
    let own = digest(user_id, typed);
    // All are compared, whichever fits.
    if digests.iter().fold(false, |fits, known| fits | constant_time_eq(known.as_bytes(), own.as_bytes())) {
        return Some(own);
    }
    // Of a digest nobody knows what was folded before it was made.
    let typed = typed.trim().as_bytes();
    digests.iter().find(|known| is_bcrypt(known) && bcrypt::fits(typed, known)).cloned()
}

/// Takes a code that was found out of the set; says whether it was still in it.
pub fn consume(digests: &mut Vec<String>, found: &str) -> bool {
    let before = digests.len();
    digests.retain(|known| known != found);
    digests.len() < before
}

/// Whether a text is as long as a code of this set may be. How long those are that are known as digests, nobody knows.
pub fn may_be_one(digests: &[String], typed: &str) -> bool {
    is_costly(digests) || (!digests.is_empty() && LENGTH.contains(&typed.trim().len()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::rng::tests::TestRng;

    const ADA: &str = "user_ada";

    fn take(digests: &mut Vec<String>, user_id: &str, typed: &str) -> bool {
        find(digests, user_id, typed).is_some_and(|found| consume(digests, &found))
    }

    fn bcrypt(code: &str, cost: u32) -> String {
        ::bcrypt::hash_with_salt(code, cost, [7; 16]).unwrap().to_string()
    }

    #[test]
    fn each_code_works_once() {
        let (codes, mut digests) = draw(&TestRng::default(), ADA);
        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), COUNT);
        for (used, code) in codes.iter().enumerate() {
            assert_eq!(digests.len(), COUNT - used);
            assert!(take(&mut digests, ADA, code));
            assert!(!take(&mut digests, ADA, code));
        }
        assert!(digests.is_empty());
    }

    #[test]
    fn codes_are_easy_to_copy() {
        let (codes, mut digests) = draw(&TestRng::default(), ADA);
        let code = &codes[0];
        assert_eq!(code.len(), 19);
        assert!(code.bytes().all(|byte| byte == b'-' || b"abcdefghijklmnopqrstuvwxyz234567".contains(&byte)));
        let typed = format!(" {} ", code.replace('-', " ").to_uppercase());
        assert!(take(&mut digests, ADA, &typed));
    }

    #[test]
    fn codes_are_their_users() {
        let (codes, digests) = draw(&TestRng::default(), ADA);
        assert!(!take(&mut digests.clone(), "user_bob", &codes[0]));
        for typed in ["", &codes[0][1..], &format!("{}a", codes[0]), &digests[0]] {
            assert!(!take(&mut digests.clone(), ADA, typed), "{typed}");
        }
    }
    #[test]
    fn a_bcrypt_digest_is_that_of_its_code() {
        let given = bcrypt("Code-12345", 4);
        let mut digests = vec![brought(ADA, "plain-code"), brought(ADA, &given)];
        assert_eq!(digests[1], given);
        for typed in [&given, "", "code12345"] {
            assert!(!take(&mut digests, ADA, typed), "{typed}");
        }
        assert!(take(&mut digests, ADA, " Code-12345 "));
        assert!(!take(&mut digests, ADA, "Code-12345"));
        assert!(take(&mut digests, ADA, "PLAIN CODE"));
    }

    #[test]
    fn digests_may_not_cost_too_much() {
        let of_cost = |cost: &str| bcrypt("code", 4).replace("$04$", &format!("${cost}$"));
        for (cost, count, accepted) in [
            ("10", 50, true),
            ("12", 16, true),
            ("12", 17, false),
            ("14", 4, true),
            ("14", 5, false),
            ("15", 1, false),
        ] {
            assert_eq!(
                check(&vec![of_cost(cost); count], "backup_codes").is_ok(),
                accepted,
                "{count} of {cost}"
            );
        }
        for code in ["$2x$04$abc", "$2b$10$short", "short", &"x".repeat(65)] {
            let error = check(&[code.to_owned()], "backup_codes").unwrap_err();
            assert_eq!(
                (error.code(), error.param_name()),
                ("form_param_value_invalid", Some("backup_codes"))
            );
        }
        assert!(check(&vec!["a code".to_owned(); 51], "backup_codes").is_err());
    }

    #[test]
    fn some_texts_are_too_short_or_long_for_a_code() {
        let own = [brought(ADA, "plain-code")];
        assert!(
            may_be_one(&own, "123456") && !may_be_one(&own, "12345") && !may_be_one(&own, &"1".repeat(65))
        );
        assert!(may_be_one(&[bcrypt("1234", 4)], "1234") && !may_be_one(&[], "123456"));
    }
}
