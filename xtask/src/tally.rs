//! Adds up what the test runners say, so that the run can close with one line.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};

use crate::step::shown;

/// Tests that ran, over all runners.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Tally {
    /// Runs a test runner with its output shown as it comes, and adds its counts even when it fails.
    pub(crate) fn run(&mut self, command: &mut Command) -> Result<()> {
        let line = shown(command);
        println!("$ {line}");
        let mut child =
            command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start `{line}`"))?;
        let before = self.passed + self.failed;
        let stdout = child.stdout.take().context("no standard output")?;
        for text in BufReader::new(stdout).lines() {
            let text = text?;
            println!("{text}");
            self.read(&text);
        }
        let status = child.wait()?;
        ensure!(status.success(), "`{line}` ended with {status}");
        ensure!(self.passed + self.failed > before, "`{line}` ran no test");
        Ok(())
    }

    /// Counts a check that was made here and held.
    pub(crate) fn held(&mut self) {
        self.passed += 1;
    }

    /// Reads one line of `cargo test` (`test result: ok. 3 passed; 0 failed; 1 ignored; …`), of Node's spec
    /// reporter (`ℹ pass 3`) or of our own scripts (`3 passed, 0 failed`).
    fn read(&mut self, line: &str) {
        if let Some(result) = line.trim_start().strip_prefix("test result:") {
            let words: Vec<&str> = result.split_whitespace().collect();
            for pair in words.windows(2) {
                let Ok(count) = pair[0].parse::<u64>() else { continue };
                match pair[1].trim_end_matches(';') {
                    "passed" => self.passed += count,
                    "failed" => self.failed += count,
                    "ignored" => self.skipped += count,
                    _ => {}
                }
            }
        } else if let Some((passed, failed)) = plain_counts(line) {
            self.passed += passed;
            self.failed += failed;
        } else if let Some(result) = line.strip_prefix("ℹ ") {
            let Some((word, count)) = result.split_once(' ') else { return };
            let Ok(count) = count.trim().parse::<u64>() else { return };
            match word {
                "pass" => self.passed += count,
                "fail" | "cancelled" => self.failed += count,
                "skipped" | "todo" => self.skipped += count,
                _ => {}
            }
        }
    }

    /// `N passed, N failed`, with `, N skipped` when there are any: the form that CI reads.
    pub(crate) fn closing_line(&self) -> String {
        let Self { passed, failed, skipped } = self;
        if *skipped == 0 {
            format!("{passed} passed, {failed} failed")
        } else {
            format!("{passed} passed, {failed} failed, {skipped} skipped")
        }
    }
}

fn plain_counts(line: &str) -> Option<(u64, u64)> {
    let (passed, failed) = line.split_once(" passed, ")?;
    Some((passed.parse().ok()?, failed.strip_suffix(" failed")?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Tally {
        let mut tally = Tally::default();
        for line in lines {
            tally.read(line);
        }
        tally
    }

    #[test]
    fn adds_cargo_and_node() {
        let tally = read(&[
            "running 4 tests",
            "test a::b ... ok",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.01s",
            "test result: FAILED. 5 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s",
            "ℹ tests 12",
            "ℹ pass 9",
            "ℹ fail 1",
            "ℹ cancelled 2",
            "ℹ duration_ms 431.1",
            "4 passed, 3 failed",
        ]);
        assert_eq!(tally, Tally { passed: 21, failed: 8, skipped: 1 });
        assert_eq!(tally.closing_line(), "21 passed, 8 failed, 1 skipped");
    }

    #[test]
    fn other_lines_count_nothing() {
        assert_eq!(read(&["3 passed", "ℹ", "ℹ pass many", "test result: ok."]), Tally::default());
    }

    #[test]
    fn a_runner_without_tests_is_an_error() {
        let mut tally = Tally::default();
        let error = tally.run(&mut Command::new("true")).unwrap_err();
        assert!(error.to_string().contains("ran no test"), "{error}");
    }
}
