//! Errors as one line and an exit code.

use std::{error::Error as _, fmt::Write as _, process::ExitCode};

use anyhow::Error;

const FAILED: u8 = 1;
const NOT_FOUND: u8 = 3;

/// Prints why a command failed and gives its exit code.
pub(crate) fn report(error: &Error) -> ExitCode {
    // Not even `eprintln!`: it panics when nobody holds the other end.
    drop(std::io::Write::write_all(
        &mut std::io::stderr(),
        format!("error: {}\n", explain(error)).as_bytes(),
    ));
    ExitCode::from(code(error))
}

fn code(error: &Error) -> u8 {
    let not_found =
        error.downcast_ref::<beadle_client::Error>().is_some_and(beadle_client::Error::is_not_found);
    if not_found { NOT_FOUND } else { FAILED }
}

/// What the server said, in its own words, or the chain of causes.
fn explain(error: &Error) -> String {
    let Some(refusal) = error.downcast_ref::<beadle_client::Error>() else { return format!("{error:#}") };
    if refusal.errors().is_empty() {
        let mut text = refusal.to_string();
        let mut source = refusal.source();
        while let Some(cause) = source {
            write!(text, ": {cause}").expect("writing to a String cannot fail");
            source = cause.source();
        }
        return text;
    }
    let reasons: Vec<String> = refusal.errors().iter().map(reason).collect();
    reasons.join("; ")
}

/// What the server said of one thing.
pub(crate) fn reason(error: &beadle_client::ClerkError) -> String {
    let text = error.long_message.trim_end_matches('.');
    match error.param_name() {
        Some(param) => format!("{text} ({} in {param})", error.code),
        None => format!("{text} ({})", error.code),
    }
}
