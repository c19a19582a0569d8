//! Figures, for people and for programs.

use std::{fmt::Write as _, time::Duration};

use anyhow::{Result, ensure};
use serde_json::{Value, json};

/// What one ban came to at one service.
pub(super) struct Outcome {
    /// From the ban's answer to the first refusal.
    pub(super) ms: f64,
    /// Requests begun after the ban's answer and accepted.
    pub(super) accepted: usize,
}

/// All bans at one service.
pub(super) struct Figures {
    name: &'static str,
    outcomes: Vec<Outcome>,
}

impl Figures {
    pub(super) fn new(name: &'static str) -> Self {
        Self { name, outcomes: Vec::new() }
    }

    pub(super) fn add(&mut self, outcome: Outcome) {
        self.outcomes.push(outcome);
    }

    /// The milliseconds below which this part of the bans lies.
    fn quantile(&self, part: f64) -> f64 {
        let mut sorted: Vec<f64> = self.outcomes.iter().map(|outcome| outcome.ms).collect();
        sorted.sort_by(f64::total_cmp);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "an index"
        )]
        let index = (part * sorted.len() as f64).ceil() as usize;
        let value = sorted.get(index.saturating_sub(1)).copied().unwrap_or_default();
        (value * 100.0).round() / 100.0
    }

    fn accepted(&self) -> usize {
        self.outcomes.iter().map(|outcome| outcome.accepted).sum()
    }

    /// Fails unless all of so many bans were felt within a time.
    pub(super) fn refused_all_within(&self, limit: Duration, bans: usize) -> Result<()> {
        let (name, slowest) = (self.name, self.quantile(1.0));
        ensure!(self.outcomes.len() == bans, "{name} has seen {} of {bans} bans", self.outcomes.len());
        ensure!(slowest < limit.as_secs_f64() * 1e3, "{name} took {slowest} ms to refuse");
        Ok(())
    }

    fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "bans": self.outcomes.len(),
            "p50_ms": self.quantile(0.5),
            "p99_ms": self.quantile(0.99),
            "max_ms": self.quantile(1.0),
            "accepted_after_ban": self.accepted(),
        })
    }
}

pub(super) fn json(figures: &[Figures]) -> Value {
    json!({"services": figures.iter().map(Figures::to_json).collect::<Vec<_>>()})
}

pub(super) fn text(figures: &[Figures]) -> String {
    let mut text = format!(
        "\n{:<28} {:>5} {:>10} {:>10} {:>10} {:>19}\n",
        "from the ban's 200 to the", "bans", "p50 ms", "p99 ms", "max ms", "accepted afterwards"
    );
    text.push_str("first refusal\n");
    for one in figures {
        let (p50, p99, max) = (one.quantile(0.5), one.quantile(0.99), one.quantile(1.0));
        let (bans, accepted) = (one.outcomes.len(), one.accepted());
        writeln!(text, "{:<28} {bans:>5} {p50:>10.2} {p99:>10.2} {max:>10.2} {accepted:>19}", one.name)
            .expect("writing to a String cannot fail");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_of_the_outcomes() {
        let mut figures = Figures::new("one");
        for n in 1..=100 {
            figures.add(Outcome { ms: f64::from(101 - n), accepted: 1 });
        }
        let json = figures.to_json();
        assert_eq!(
            (&json["p50_ms"], &json["p99_ms"], &json["max_ms"]),
            (&json!(50.0), &json!(99.0), &json!(100.0))
        );
        assert_eq!((&json["bans"], &json["accepted_after_ban"]), (&json!(100), &json!(100)));
    }
}
