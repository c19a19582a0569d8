//! The texts of mails.

use beadle_domain::one_time_code::LIFETIME;

/// Subject and body of the mail that carries a one-time code to `recipient`.
///
/// The code is not in the subject: subjects are stored and logged by mail servers, and shown on locked screens.
pub fn verification_code(application_name: &str, code: &str, recipient: &str) -> (String, String) {
    let minutes = LIFETIME.as_secs() / 60;
    let subject = format!("Your verification code for {application_name}");
    let body = format!(
        "Your verification code for {application_name} is\n\
         \n\
         {code}\n\
         \n\
         It was asked for with the address {recipient} and works for {minutes} minutes.\n\
         Give it to nobody. If you did not ask for it, you can ignore this mail.\n"
    );
    (subject, body)
}

/// The code in the body of a mail: the first line that has nothing but digits.
pub(super) fn code_in(body: &str) -> Option<&str> {
    let is_code =
        |line: &&str| (4..=10).contains(&line.len()) && line.bytes().all(|byte| byte.is_ascii_digit());
    body.lines().map(str::trim).find(is_code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_found_again() {
        let (subject, body) = verification_code("12345", "007007", "999999@b.example");
        assert_eq!(code_in(&body), Some("007007"));
        assert!(!subject.contains("007007"));
        assert!(body.contains("999999@b.example") && body.contains("10 minutes"));
    }

    #[test]
    fn other_mails_have_no_code() {
        assert_eq!(code_in("Hello 123456.\n\n12\n"), None);
    }
}
