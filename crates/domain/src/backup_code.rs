//! Backup codes: shown once, kept on paper, each good for one sign-in without the other second factors.

use crate::{
    base32,
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

/// What is stored of a code. Case, blanks and hyphens do not matter.
pub fn digest(user_id: &str, code: &str) -> String {
    let code: String = code
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .take(MAX_TYPED)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    bound_hash("backup_code", user_id, &code)
}

/// Takes a typed code out of the set; says whether it was in it.
pub fn consume(digests: &mut Vec<String>, user_id: &str, typed: &str) -> bool {
    let typed = digest(user_id, typed);
    let before = digests.len();
    // All are compared, whichever fits.
    digests.retain(|known| !constant_time_eq(known.as_bytes(), typed.as_bytes()));
    digests.len() < before
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::rng::tests::TestRng;

    const ADA: &str = "user_ada";

    #[test]
    fn each_code_works_once() {
        let (codes, mut digests) = draw(&TestRng::default(), ADA);
        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), COUNT);
        for (used, code) in codes.iter().enumerate() {
            assert_eq!(digests.len(), COUNT - used);
            assert!(consume(&mut digests, ADA, code));
            assert!(!consume(&mut digests, ADA, code));
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
        assert!(consume(&mut digests, ADA, &typed));
    }

    #[test]
    fn codes_are_their_users() {
        let (codes, digests) = draw(&TestRng::default(), ADA);
        assert!(!consume(&mut digests.clone(), "user_bob", &codes[0]));
        for typed in ["", &codes[0][1..], &format!("{}a", codes[0]), &digests[0]] {
            assert!(!consume(&mut digests.clone(), ADA, typed), "{typed}");
        }
    }
}
