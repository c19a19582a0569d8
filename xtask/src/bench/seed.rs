//! Fills a server through its own API, so that what is measured is what a user would have.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
    thread,
};

use anyhow::{Result, anyhow};
use serde_json::{Value, json};

use crate::server::Server;

/// The password of every seeded user.
pub(crate) const PASSWORD: &str = "grape-tundra-lantern-42";
/// Its argon2id digest (19 MiB, 2 passes): imported, so that seeding hashes nothing.
const DIGEST: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$cApj1OM+xik6kEqqh3pv2Q$EPk7O0gPRydOI+agt4GTshJ5cxGdGzaqA9vNtdohR3Y";
const WRITERS: usize = 32;

/// A seeded user with one of its sessions.
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) session: String,
}

/// Creates `users` users with `sessions` sessions each, over many connections at once.
pub(crate) fn seed(server: &Server, users: usize, sessions: usize) -> Result<Vec<Person>> {
    thread::scope(|scope| {
        let workers: Vec<_> = (0..WRITERS)
            .map(|worker| scope.spawn(move || seed_part(server, (worker..users).step_by(WRITERS), sessions)))
            .collect();
        let mut people = Vec::with_capacity(users);
        for worker in workers {
            people.extend(worker.join().map_err(|_| anyhow!("a seeding thread panicked"))??);
        }
        Ok(people)
    })
}

fn seed_part(server: &Server, numbers: impl Iterator<Item = usize>, sessions: usize) -> Result<Vec<Person>> {
    let mut connection = server.connect()?;
    let mut people = Vec::new();
    for number in numbers {
        let email = format!("person{number}@bench.example.com");
        let user = connection.json(
            "POST",
            "/v1/users",
            Some(&json!({
                "email_address": [email],
                "username": format!("person_{number}"),
                "external_id": format!("bench-{number}"),
                "first_name": format!("First{}", number % 997),
                "last_name": format!("Last{}", number % 1009),
                "password_digest": DIGEST,
                "password_hasher": "argon2id",
                "public_metadata": {"plan": "pro", "seat": number},
            })),
        )?;
        let id = text(&user, "id");
        let mut session = String::new();
        for _ in 0..sessions {
            let made = connection.json("POST", "/v1/sessions", Some(&json!({"user_id": id})))?;
            session = text(&made, "id");
        }
        people.push(Person { id, email, session });
    }
    Ok(people)
}

/// Writes the lines that `requests.lua` reads.
pub(crate) fn write_people(people: &[Person], path: &Path) -> Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    for Person { id, email, session } in people {
        writeln!(file, "{id} {email} {session}")?;
    }
    Ok(file.flush()?)
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}
