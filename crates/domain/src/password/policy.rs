//! Which new passwords are accepted.

use zxcvbn::{Entropy, Score, zxcvbn};

use crate::error::{Error, Errors, Findings, Result};
use crate::settings::PasswordSettings;

/// What counts as a special character, as the sign-up page spells it out.
pub const SPECIAL_CHARACTERS: &str = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/// How many bytes a password may take up, whatever characters it is made of.
const MAX_BYTES: usize = 512;

/// Measures a new password and answers with everything that is wrong with it.
///
/// `identifiers` are the user's own; `param` is the name of the parameter that carries the password.
pub fn check_policy(
    param: &str,
    password: &str,
    settings: &PasswordSettings,
    identifiers: &[&str],
) -> Result<(), Errors> {
    let mut findings = Findings::default();
    check_length(param, password, settings, &mut findings);
    check_characters(param, password, settings, &mut findings);
    if findings.is_empty() {
        // Only for passwords of a bounded length: the estimate takes time that grows with it.
        check_guessability(param, password, settings, identifiers, &mut findings);
    }
    findings.finish()
}

fn check_length(param: &str, password: &str, settings: &PasswordSettings, findings: &mut Findings) {
    let length = password.chars().count();
    if length < settings.min_length as usize {
        findings.push(Error::password_too_short(param, settings.min_length));
    }
    if length > settings.max_length as usize {
        findings.push(Error::password_too_long(param, settings.max_length));
    } else if password.len() > MAX_BYTES {
        findings.push(Error::password_too_many_bytes(param, MAX_BYTES));
    }
}

fn check_characters(param: &str, password: &str, settings: &PasswordSettings, findings: &mut Findings) {
    let has = |kind: fn(char) -> bool| password.chars().any(kind);
    if settings.require_lowercase && !has(char::is_lowercase) {
        findings.push(Error::password_no_lowercase(param));
    }
    if settings.require_uppercase && !has(char::is_uppercase) {
        findings.push(Error::password_no_uppercase(param));
    }
    if settings.require_numbers && !has(|c| c.is_ascii_digit()) {
        findings.push(Error::password_no_number(param));
    }
    if settings.require_special_char && !has(|c| SPECIAL_CHARACTERS.contains(c)) {
        findings.push(Error::password_no_special_char(param));
    }
}

fn check_guessability(
    param: &str,
    password: &str,
    settings: &PasswordSettings,
    identifiers: &[&str],
    findings: &mut Findings,
) {
    if identifiers.iter().any(|identifier| identifier.to_lowercase() == password.to_lowercase()) {
        findings.push(Error::password_matches_identifier(param));
    }
    if !settings.check_pwned_list && settings.min_zxcvbn_strength == 0 {
        return;
    }
    let estimate = zxcvbn(password, identifiers);
    if settings.check_pwned_list && is_common(&estimate) {
        findings.push(Error::password_pwned(param));
    }
    if u8::from(estimate.score()) < settings.min_zxcvbn_strength {
        findings.push(Error::password_not_strong_enough(param));
    }
}

/// Whether the password is among those that are tried first: on the built-in list, or so close to it that at
/// most a thousand guesses find it.
fn is_common(estimate: &Entropy) -> bool {
    estimate.score() == Score::Zero
}
