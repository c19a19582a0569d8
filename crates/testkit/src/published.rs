//! Clerk's published descriptions of its APIs, where they are at hand.

pub(crate) mod answers;
mod exceptions;
mod schema;
mod yaml;

use std::{collections::BTreeMap, path::PathBuf, sync::OnceLock};

use http::Method;
use serde_json::Value;

/// The description of one API.
#[derive(Debug)]
pub struct Published {
    document: Value,
    /// With what is listed and has no operation.
    paths: Vec<String>,
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
    /// Whether it has a body in JSON.
    pub takes_json: bool,
    /// What its query may have.
    pub query: Vec<Parameter>,
}

/// A parameter of a query.
#[derive(Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// The schema of its value.
    pub schema: Value,
    /// The words on it.
    pub description: String,
    /// Whether it must be there.
    pub required: bool,
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
        let operations = paths.iter().flat_map(|(path, names)| {
            let methods = names.iter().filter(|name| METHODS.contains(&name.as_str()));
            let of = |method: &String| Operation::new(&document, prefix, path, method);
            methods.map(of).collect::<Vec<_>>()
        });
        let operations = operations.collect();
        let paths = paths.into_iter().map(|(path, _)| format!("{prefix}{path}")).collect();
        Some(Self { document, paths, operations })
    }

    /// All operations, in the description's order.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The operation that a request asks for. Literal paths come before those with placeholders.
    fn find(&self, method: &Method, path: &str) -> Option<&Operation> {
        let fitting = self.paths.iter().filter(|template| is_at(template, path));
        let template = fitting.min_by_key(|template| template.matches('{').count())?;
        self.operations.iter().find(|one| one.method == method.as_str() && one.path == *template)
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
        let parameters = [&operation["parameters"], &document["paths"][path]["parameters"]];
        let parameters = parameters.into_iter().flat_map(|list| list.as_array().into_iter().flatten());
        let query = parameters.map(|parameter| resolve(document, parameter)).filter(|it| it["in"] == "query");
        Self {
            query: query.map(Parameter::new).collect(),
            takes_json: resolve(document, &operation["requestBody"])["content"]["application/json"]
                .is_object(),
            method: method.to_uppercase(),
            path: format!("{prefix}{path}"),
            operation_id: operation["operationId"].as_str().unwrap_or_default().to_owned(),
            answers: answers.collect(),
        }
    }
}

impl Parameter {
    fn new(parameter: &Value) -> Self {
        let text = |member: &str| parameter[member].as_str().unwrap_or_default().to_owned();
        Self {
            name: text("name"),
            schema: parameter["schema"].clone(),
            description: text("description"),
            required: parameter["required"] == true,
        }
    }
}

fn is_at(template: &str, path: &str) -> bool {
    let (mut own, mut other) = (template.split('/'), path.split('/'));
    loop {
        match (own.next(), other.next()) {
            (None, None) => return true,
            (Some(own), Some(other)) if own.starts_with('{') && !other.is_empty() || own == other => {}
            _ => return false,
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
