//! Clerk's published descriptions of its APIs, where they are at hand.

mod yaml;

use std::{collections::BTreeMap, path::PathBuf, sync::OnceLock};

use serde_json::Value;

/// The description of one API.
#[derive(Debug)]
pub struct Published {
    operations: Vec<Operation>,
}

/// A published operation.
#[derive(Debug)]
pub struct Operation {
    /// Upper case.
    pub method: String,
    /// From the root, with `{placeholders}`.
    pub path: String,
    /// Its name.
    pub operation_id: String,
    /// The documented statuses, with the schema of the body where there is a body.
    pub answers: BTreeMap<u16, Option<Value>>,
}

impl Published {
    /// The Backend API's.
    pub fn backend() -> Option<&'static Self> {
        static READ: OnceLock<Option<Published>> = OnceLock::new();
        READ.get_or_init(|| Self::read("bapi-2026-05-12.yml", "/v1")).as_ref()
    }

    /// The Frontend API's.
    pub fn frontend() -> Option<&'static Self> {
        static READ: OnceLock<Option<Published>> = OnceLock::new();
        READ.get_or_init(|| Self::read("fapi-2026-05-12.yml", "")).as_ref()
    }

    /// Where the descriptions lie, if they do: beside the repository.
    pub fn folder() -> PathBuf {
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/openapi"))
    }

    fn read(file: &str, prefix: &str) -> Option<Self> {
        let file = Self::folder().join(file);
        if !file.exists() {
            return None;
        }
        let text =
            std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let (document, paths) = yaml::read(&text);
        let operations = paths.into_iter().flat_map(|(path, names)| {
            let methods = names.into_iter().filter(|name| METHODS.contains(&name.as_str()));
            let of = |method: String| Operation::new(&document, prefix, &path, &method);
            methods.map(of).collect::<Vec<_>>()
        });
        let operations = operations.collect();
        Some(Self { operations })
    }

    /// All operations, in the description's order.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }
}

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

impl Operation {
    fn new(document: &Value, prefix: &str, path: &str, method: &str) -> Self {
        let operation = &document["paths"][path][method];
        let responses = operation["responses"].as_object().into_iter().flatten();
        let answers = responses.map(|(status, response)| {
            let status = status.parse().unwrap_or_else(|_| panic!("{method} {path}: the status {status}"));
            let schema = resolve(document, response)["content"]["application/json"].get("schema");
            (status, schema.cloned())
        });
        Self {
            method: method.to_uppercase(),
            path: format!("{prefix}{path}"),
            operation_id: operation["operationId"].as_str().unwrap_or_default().to_owned(),
            answers: answers.collect(),
        }
    }
}

/// What a `$ref` stands for; anything else stands for itself.
fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        None => value,
        Some(reference) => {
            let place = reference.strip_prefix('#').and_then(|pointer| document.pointer(pointer));
            resolve(document, place.unwrap_or_else(|| panic!("{reference} leads nowhere")))
        }
    }
}
