//! Which new passwords are accepted.

use zxcvbn::{Entropy, zxcvbn};

use crate::error::{Error, Errors, Findings, Result};
use crate::settings::PasswordSettings;

/// What counts as a special character, as the sign-up page spells it out.
pub const SPECIAL_CHARACTERS: &str = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/// How many bytes a password may take up, whatever characters it is made of.
const MAX_BYTES: usize = 512;

/// How many guesses a password must withstand to pass as unknown: everything on zxcvbn's list of common
/// passwords, and those with a capital, a digit or two and a punctuation mark added, fall well below.
const COMMON_GUESSES_LOG10: f64 = 5.0;

/// How many characters are estimated at once. The estimate tries all readings of `4@8({[<` and the like and
/// takes most of a second for 72 of them; 18 is the longest common password on the list.
const WINDOW: usize = 18;

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
    let needed = settings.min_zxcvbn_strength;
    let suffices = |estimate: &Entropy| !is_common(estimate) && u8::from(estimate.score()) >= needed;
    let estimate = strongest_window(password, identifiers, suffices);
    if settings.check_pwned_list && is_common(&estimate) {
        findings.push(Error::password_pwned(param));
    }
    if u8::from(estimate.score()) < needed {
        findings.push(Error::password_not_strong_enough(param));
    }
}

/// The estimate for a part of the password, which is a lower bound for the whole: the first part that
/// suffices, else the strongest one.
fn strongest_window(password: &str, identifiers: &[&str], suffices: impl Fn(&Entropy) -> bool) -> Entropy {
    let characters: Vec<char> = password.chars().collect();
    // Said over and over, a word gets no better, and windows would cut it into less common pieces.
    let once = &characters[..period(&characters)];
    let mut best = zxcvbn("", &[]);
    for window in once.chunks(WINDOW) {
        let estimate = zxcvbn(&window.iter().collect::<String>(), identifiers);
        if estimate.guesses() >= best.guesses() {
            best = estimate;
        }
        if suffices(&best) {
            break;
        }
    }
    best
}

/// The length of the shortest beginning whose repetition makes the whole text, possibly cut at its end.
fn period(text: &[char]) -> usize {
    (1..text.len()).find(|&length| text[length..] == text[..text.len() - length]).unwrap_or(text.len())
}

/// Whether the password is among those that are tried first.
fn is_common(estimate: &Entropy) -> bool {
    estimate.guesses_log10() < COMMON_GUESSES_LOG10
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn codes(password: &str, settings: &PasswordSettings, identifiers: &[&str]) -> Vec<&'static str> {
        match check_policy("password", password, settings, identifiers) {
            Ok(()) => Vec::new(),
            Err(errors) => errors.iter().map(Error::code).collect(),
        }
    }

    fn by_default(password: &str) -> Vec<&'static str> {
        codes(password, &PasswordSettings::default(), &[])
    }

    /// Without the estimate, to look at the other rules alone.
    fn lax() -> PasswordSettings {
        PasswordSettings { check_pwned_list: false, ..PasswordSettings::default() }
    }

    #[test]
    fn length_limits_are_inclusive() {
        assert_eq!(by_default("wJ8kPq3"), ["form_password_length_too_short"]);
        assert!(by_default("wJ8kPq3z").is_empty());
        let long = "wJ8kPq3z+".repeat(8);
        assert!(by_default(&long).is_empty());
        assert_eq!(by_default(&format!("{long}x")), ["form_password_length_too_long"]);
        assert_eq!(by_default(""), ["form_password_length_too_short"]);
    }

    #[test]
    fn length_counts_characters_and_bytes_have_their_own_limit() {
        assert!(codes("пароль-ü", &lax(), &[]).is_empty());
        let settings = PasswordSettings { max_length: 256, ..lax() };
        assert!(codes(&"🔑".repeat(128), &settings, &[]).is_empty());
        assert_eq!(codes(&"🔑".repeat(129), &settings, &[]), ["form_password_size_in_bytes_exceeded"]);
        assert_eq!(codes(&"🔑".repeat(257), &settings, &[]), ["form_password_length_too_long"]);
    }

    #[test]
    fn all_missing_kinds_are_told_at_once() {
        let strict = PasswordSettings {
            require_lowercase: true,
            require_uppercase: true,
            require_numbers: true,
            require_special_char: true,
            ..lax()
        };
        assert_eq!(
            codes("漢字", &strict, &[]),
            [
                "form_password_length_too_short",
                "form_password_no_lowercase",
                "form_password_no_uppercase",
                "form_password_no_number",
                "form_password_no_special_char",
            ]
        );
        assert!(codes("aB3-aB3-", &strict, &[]).is_empty());
        assert_eq!(codes("aB3 aB3 ", &strict, &[]), ["form_password_no_special_char"]);
    }

    #[test]
    fn common_passwords_are_refused() {
        for password in [
            "password123",
            "qwertyuiop",
            "12345678",
            "Passw0rd!",
            "Password123!",
            "P@ssw0rd",
            "changeme123",
            "aaaaaaaa",
            "drowssap",
            "passwordpassword",
            "adminadmin",
            "1q2w3e4r5t",
            "letmein123",
            "iloveyou1",
            "123456789987654321",
            &"a".repeat(72),
            &"password".repeat(9),
            &"12345678".repeat(9),
        ] {
            assert_eq!(by_default(password), ["form_password_pwned"], "{password}");
        }
    }

    #[test]
    fn others_are_accepted() {
        for password in [
            "xK9#mQ2$vL",
            "correct horse battery staple",
            "secret-password",
            "wJ8kPq3z",
            "пингвин-на-крыше",
            &format!("{}wJ8kPq3z", "a".repeat(64)),
        ] {
            assert!(by_default(password).is_empty(), "{password}");
        }
    }

    #[test]
    fn the_period_is_the_shortest() {
        let period_of = |text: &str| period(&text.chars().collect::<Vec<_>>());
        assert_eq!(["", "a", "aaaa", "abab", "ababa", "abcd", "abca"].map(period_of), [0, 1, 1, 2, 2, 4, 3]);
    }

    #[test]
    fn the_list_can_be_switched_off() {
        assert!(codes("password123", &lax(), &[]).is_empty());
    }

    #[test]
    fn strength_can_be_asked_for() {
        let strong = |min_zxcvbn_strength| PasswordSettings { min_zxcvbn_strength, ..lax() };
        assert_eq!(codes("password123", &strong(1), &[]), ["form_password_not_strong_enough"]);
        assert!(codes("secret-password", &strong(3), &[]).is_empty());
        assert_eq!(codes("secret-password", &strong(4), &[]), ["form_password_not_strong_enough"]);
        assert!(codes("correct horse battery staple", &strong(4), &[]).is_empty());
        let both = PasswordSettings { check_pwned_list: true, ..strong(4) };
        assert_eq!(
            codes("password123", &both, &[]),
            ["form_password_pwned", "form_password_not_strong_enough"]
        );
    }

    #[test]
    fn identifiers_are_no_passwords() {
        let identifiers = ["Ada.Lovelace@example.com", "ada_lovelace"];
        assert_eq!(
            codes("ADA.lovelace@example.com", &lax(), &identifiers),
            ["form_password_matches_identifier"]
        );
        assert!(
            codes("ada_lovelace", &PasswordSettings::default(), &identifiers)
                .contains(&"form_password_matches_identifier")
        );
        assert!(codes("ada_lovelace-wJ8kPq", &PasswordSettings::default(), &identifiers).is_empty());
    }

    #[test]
    fn errors_name_the_parameter() {
        let errors = check_policy("new_password", "short", &lax(), &[]).unwrap_err();
        assert_eq!(errors.first().param_name(), Some("new_password"));
    }

    proptest! {
        #[test]
        fn no_password_panics(password in ".{0,90}", identifier in ".{0,20}") {
            let _ = codes(&password, &PasswordSettings::default(), &[&identifier]);
        }

        #[test]
        fn random_passwords_are_accepted(password in "[a-zA-Z0-9]{16}") {
            prop_assert!(by_default(&password).is_empty());
        }
    }
}
