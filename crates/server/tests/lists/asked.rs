//! Which lists there are, and what they can be asked with.

use std::collections::BTreeSet;

use beadle_testkit::{Operation, Parameter, Published, TestApp, TestResponse, json};
use tokio::sync::RwLock;

/// What is watched is the process's: nothing else may ask meanwhile.
pub(crate) static TURN: RwLock<()> = RwLock::const_new(());

/// A list: a `GET` whose query is documented.
pub(crate) struct List {
    pub(crate) operation: &'static Operation,
    path: String,
    /// Whose things are listed, where that must be said.
    subject: String,
}

/// All that are mounted. Without Clerk's description nothing says what they can be asked with.
pub(crate) async fn lists(app: &TestApp) -> Vec<List> {
    let Some(published) = Published::backend() else {
        println!("NOT CHECKED: {} is not there", Published::folder().display());
        return Vec::new();
    };
    let refused = beadle_server::refused();
    let is_refused = |operation: &Operation| {
        refused.iter().any(|one| one.api == "backend" && one.operation_id == operation.operation_id)
    };
    let routes =
        beadle_server::routes().into_iter().filter(|route| route.api == "backend" && route.method == "GET");
    let mounted: BTreeSet<String> = routes.map(|route| route.operation_id).collect();
    let user = app.user("ada@example.com").await;
    let machine = app.backend().post("/v1/machines").json(&json!({"name": "robot"})).send().await.ok();
    let machine = machine["id"].as_str().unwrap();
    let operations = published.operations().iter().filter(|operation| {
        mounted.contains(&operation.operation_id) && !is_refused(operation) && !operation.query.is_empty()
    });
    let list = |operation: &'static Operation| {
        let path = operation.path.replace("{user_id}", &user).replace("{provider}", "oauth_custom_stub");
        assert!(!path.contains('{'), "say here what to put into {path}");
        let subject = if operation.operation_id == "getM2MTokens" { machine } else { &user };
        List { operation, path, subject: subject.to_owned() }
    };
    let lists: Vec<List> = operations.map(list).collect();
    assert!(lists.len() > 5);
    lists
}

impl List {
    /// Asks with this parameter, and with those that must come with it.
    pub(crate) async fn ask(&self, app: &TestApp, name: &str, value: &str) -> TestResponse {
        let mut query = vec![(name.to_owned(), value.to_owned())];
        let others = self.operation.query.iter().filter(|other| other.name != name);
        query.extend(others.filter(|other| other.required || goes_with(name, &other.name)).map(|other| {
            (
                other.name.clone(),
                self.right(other).first().unwrap_or_else(|| panic!("{}", other.name)).clone(),
            )
        }));
        app.backend().get(&self.path).query(&query).send().await
    }

    /// Asks with this query as it is.
    pub(crate) async fn ask_raw(&self, app: &TestApp, query: &str) -> TestResponse {
        app.backend().get(&self.path).raw_query(query).send().await
    }

    /// Values that the parameter takes.
    pub(crate) fn right(&self, parameter: &Parameter) -> Vec<String> {
        let Parameter { name, schema, .. } = parameter;
        if name == "order_by" {
            return keys(parameter)
                .into_iter()
                .flat_map(|key| [key.clone(), format!("-{key}"), format!("+{key}")])
                .collect();
        }
        if let Some(words) = schema["enum"].as_array() {
            return words.iter().filter_map(|word| Some(word.as_str()?.to_owned())).collect();
        }
        let values: &[&str] = match (schema["type"].as_str().unwrap(), name.as_str()) {
            ("boolean", _) => &["true", "false"],
            ("integer" | "number", _) => &["2"],
            (_, "email_address") => &["ada@example.com"],
            (_, "phone_number") => &["+12015550101"],
            (_, "web3_wallet") => &["0xde0b295669a9fd93d5f28d9ec85e40f4cb697bae"],
            (_, "subject") => &[&self.subject],
            // There is no such user to start after.
            (_, "starting_after") => &[],
            (_, "provider") => &["oauth_custom_stub"],
            (_, "user_id") => &["user_000000000000000000000000000"],
            // A substring of three characters or more has an index.
            _ => &["abcdef"],
        };
        values.iter().map(|&value| value.to_owned()).collect()
    }
}

/// Clerk says so in words.
fn goes_with(one: &str, other: &str) -> bool {
    [("provider", "provider_user_id"), ("provider_user_id", "provider")].contains(&(one, other))
}

/// The sort keys, as the description names them.
fn keys(parameter: &Parameter) -> Vec<String> {
    let quoted = parameter.description.split('`').skip(1).step_by(2);
    let is_key = |word: &&str| {
        word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
            && !["order_by", "starting_after"].contains(word)
    };
    let keys: BTreeSet<String> = quoted.filter(is_key).map(str::to_owned).collect();
    assert!(keys.len() > 1, "{}", parameter.description);
    keys.into_iter().collect()
}
