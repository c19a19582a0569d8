//! The server of the demo: one node on SQLite, or two on one PostgreSQL.

use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::{
    conformance::BINARY,
    http::Connection,
    postgres::Cluster,
    server::{Place, SECRET_KEY, Server, fresh_dir},
    step::{output, without_settings},
};

pub(super) struct Instance {
    /// Takes the bans.
    first: Server,
    /// Tells the services, if it is another.
    second: Option<Server>,
    /// The key of the revocation feed.
    pub(super) feed_key: String,
    pub(super) publishable_key: String,
    // Ends after the servers.
    _cluster: Option<Cluster>,
}

impl Instance {
    pub(super) fn start(two_nodes: bool) -> Result<Self> {
        let cluster = two_nodes.then(Cluster::start).transpose()?;
        let database_url = cluster.as_ref().map(|cluster| cluster.create_database("demo")).transpose()?;
        let place = Place { data_dir: fresh_dir("demo")?, database_url: database_url.clone() };
        let first = Server::start(&place)?;
        let second = two_nodes
            .then(|| Server::start(&Place { data_dir: fresh_dir("demo-second")?, database_url }))
            .transpose()?;
        let keys = keys(&place)?;
        let key = |name: &str| keys[name].as_str().map(str::to_owned).with_context(|| format!("no {name}"));
        Ok(Self {
            first,
            second,
            feed_key: key("feed_key")?,
            publishable_key: key("publishable_key")?,
            _cluster: cluster,
        })
    }

    /// One sentence for people.
    pub(super) fn describe(&self) -> &'static str {
        match self.second {
            None => "one node on SQLite",
            Some(_) => "two nodes on PostgreSQL: bans go to the first, services follow the second",
        }
    }

    /// To the node that takes the bans, with the secret key.
    pub(super) fn connect(&self) -> Result<Connection> {
        self.first.connect()
    }

    /// The address of the node that services follow.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.second.as_ref().unwrap_or(&self.first).address)
    }
}

fn keys(place: &Place) -> Result<Value> {
    let mut command = Command::new(BINARY);
    without_settings(&mut command);
    command.args(["keys", "show", "--json"]).env("BEADLE_DATA_DIR", &place.data_dir);
    command.env("BEADLE_SECRET_KEY", SECRET_KEY).env("BEADLE_LOG", "error");
    if let Some(url) = &place.database_url {
        command.env("BEADLE_DATABASE_URL", url);
    }
    Ok(serde_json::from_str(&output(&mut command)?)?)
}

/// A user who is signed in.
pub(super) struct Person {
    id: String,
    pub(super) token: String,
}

impl Person {
    pub(super) fn new(connection: &mut Connection, n: usize) -> Result<Self> {
        let user = json!({"email_address": [format!("person{n}@demo.example.com")], "skip_password_requirement": true});
        let id = text(&connection.json("POST", "/v1/users", Some(&user))?, "id")?;
        let session = text(&connection.json("POST", "/v1/sessions", Some(&json!({"user_id": id})))?, "id")?;
        let token = connection.json("POST", &format!("/v1/sessions/{session}/tokens"), None)?;
        Ok(Self { id, token: text(&token, "jwt")? })
    }

    pub(super) fn ban(&self, connection: &mut Connection) -> Result<()> {
        connection.json("POST", &format!("/v1/users/{}/ban", self.id), None)?;
        Ok(())
    }
}

fn text(object: &Value, key: &str) -> Result<String> {
    object[key].as_str().map(str::to_owned).with_context(|| format!("an answer without {key}"))
}
