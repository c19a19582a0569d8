//! `cargo xtask demo`: how soon a banned user is refused by services that verify session tokens themselves.

mod hammer;
mod instance;
mod services;
mod table;

use std::{
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

use self::{
    hammer::{Answers, Hammer},
    instance::{Instance, Person},
    services::{Profile, Service},
    table::{Figures, Outcome},
};
use crate::{needs, tally::Tally};

/// Between two requests of a client to one service.
const PACE: Duration = Duration::from_millis(1);
/// Bans that the unmodified service is watched for, until the last token has expired.
const COMPARED: usize = 10;
/// Between two requests to the unmodified service.
const COMPARED_PACE: Duration = Duration::from_millis(50);
/// How long a service may take to refuse before the demo gives up: longer than a token lives.
const LIMIT: Duration = Duration::from_secs(90);

struct Options {
    bans: usize,
    json: bool,
    two_nodes: bool,
    compare: bool,
}

impl Options {
    fn parse(words: &[&str]) -> Result<Self> {
        let mut options = Self { bans: 1, json: false, two_nodes: false, compare: true };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--json" => options.json = true,
                "--no-comparison" => options.compare = false,
                "--bans" => {
                    let number = words.next().and_then(|number| number.parse().ok()).filter(|bans| *bans > 0);
                    options.bans = number.context("--bans takes a number from 1 on")?;
                }
                "sqlite" => options.two_nodes = false,
                "postgres" => options.two_nodes = true,
                other => bail!(
                    "unknown argument `{other}`: [--bans N] [--json] [--no-comparison] [sqlite|postgres]"
                ),
            }
        }
        Ok(options)
    }
}

/// Runs everything and prints the figures.
pub(crate) fn run(words: &[&str]) -> Result<()> {
    let options = Options::parse(words)?;
    needs::for_demo(options.two_nodes)?;
    services::build(Profile::Release)?;
    let instance = Instance::start(options.two_nodes)?;
    eprintln!("{}", instance.describe());
    let services = services::start(&instance, Profile::Release)?;
    let unmodified = options.compare.then(|| services::unmodified(&instance)).transpose()?;
    let figures = measure(&instance, &services, unmodified.as_ref(), options.bans)?;
    if options.json {
        println!("{}", table::json(&figures));
    } else {
        print!("{}", table::text(&figures));
    }
    Ok(())
}

/// Runs a few bans, and fails if a service is slow to refuse. How slow is measured where nothing else runs; this only
/// has to tell milliseconds from the minute that a token lives.
pub(crate) fn check(engine: &str, tally: &mut Tally) -> Result<()> {
    const BANS: usize = 5;
    services::build(Profile::Debug)?;
    let instance = Instance::start(engine == "postgres")?;
    let services = services::start(&instance, Profile::Debug)?;
    let figures = measure(&instance, &services, None, BANS)?;
    print!("{}", table::text(&figures));
    for one in &figures {
        one.refused_all_within(Duration::from_secs(2), BANS)?;
        tally.held();
    }
    Ok(())
}

fn measure(
    instance: &Instance,
    services: &[Service],
    unmodified: Option<&Service>,
    bans: usize,
) -> Result<Vec<Figures>> {
    let mut figures: Vec<Figures> = services.iter().map(|service| Figures::new(service.name)).collect();
    let mut compared = Vec::new();
    let mut connection = instance.connect()?;
    // The first requests of a service are slower than the rest: one round that does not count.
    for round in 0..=bans {
        let person = Person::new(&mut connection, round)?;
        let (report, reports) = mpsc::channel();
        let hammers: Vec<Hammer> = services
            .iter()
            .map(|service| Hammer::start(service, &person.token, PACE, LIMIT, &report))
            .collect();
        let watched = unmodified.filter(|_| round > 0 && compared.len() < COMPARED);
        let watched =
            watched.map(|service| Hammer::start(service, &person.token, COMPARED_PACE, LIMIT, &report));
        for _ in 0..hammers.len() + usize::from(watched.is_some()) {
            // Each says once that it is let in.
            reports
                .recv_timeout(Duration::from_secs(20))
                .context("a service does not let a signed-in user in")?;
        }
        person.ban(&mut connection)?;
        let answered = Instant::now();
        for (hammer, figures) in hammers.into_iter().zip(&mut figures) {
            let outcome = outcome(&hammer.join()?, answered)?;
            if round > 0 {
                figures.add(outcome);
            }
        }
        compared.extend(watched.map(|hammer| (hammer, answered)));
        if round > 0 && round % 50 == 0 {
            eprintln!("{round} bans");
        }
        thread::sleep(Duration::from_millis(2));
    }
    if let Some(service) = unmodified {
        eprintln!("waiting for the tokens that {} still accepts to expire", service.name);
        let mut last = Figures::new(service.name);
        for (hammer, answered) in compared {
            last.add(outcome(&hammer.join()?, answered)?);
        }
        figures.push(last);
    }
    Ok(figures)
}

/// What came after the ban was answered.
fn outcome(answers: &Answers, answered: Instant) -> Result<Outcome> {
    ensure!(answers.status == 401, "the last answer had status {}", answers.status);
    Ok(Outcome {
        ms: answers.refused_at.saturating_duration_since(answered).as_secs_f64() * 1e3,
        accepted: answers.accepted.iter().filter(|begun| **begun > answered).count(),
    })
}
