//! Every answer of the Backend API that a test sees is compared with what Clerk documents for the operation, and written
//! down for `cargo xtask check-compat`.

use std::{
    collections::HashSet,
    fs::{self, File, OpenOptions},
    io::Write as _,
    path::Path,
    sync::{LazyLock, Mutex, PoisonError},
};

use http::{HeaderMap, Method, Uri, header};
use serde_json::{Value, json};

use super::{Operation, Published, exceptions, resolve, schema};
use crate::TestResponse;

/// Fails unless the answer is one that Clerk documents. Paths that Clerk has not, and requests for older versions of the
/// API, are let pass.
pub(crate) fn check(method: &Method, uri: &Uri, request: &HeaderMap, answer: &TestResponse) {
    let Some(published) = Published::backend() else { return };
    let version =
        request.get("clerk-api-version").map_or("2026-05-12", |value| value.to_str().unwrap_or_default());
    // Clerk's SDKs ask for some without the prefix.
    let operation = published.find(method, uri.path());
    let operation = operation.or_else(|| published.find(method, &format!("/v1{}", uri.path())));
    let Some(operation) = operation.filter(|_| version >= "2026-05-12") else { return };
    let faults = faults(published, operation, uri, answer);
    assert!(
        faults.is_empty(),
        "not an answer that Clerk documents for {}:\n{}\n{}",
        operation.operation_id,
        faults.join("\n"),
        answer.shown()
    );
    record(operation, answer);
}

fn faults(published: &Published, operation: &Operation, uri: &Uri, answer: &TestResponse) -> Vec<String> {
    let status = answer.status.as_u16();
    let code = code(answer);
    let schema = match operation.answers.get(&status) {
        Some(Some(schema)) => schema.clone(),
        // The descriptions of some refusals leave out the body that all have.
        Some(None) if status >= 400 => errors(),
        Some(None) if answer.body.is_empty() => return Vec::new(),
        Some(None) => return vec!["there is a body".to_owned()],
        None if exceptions::is_answered_undocumented(&operation.operation_id, status, &code) => errors(),
        None => return vec![format!("{status} {code} is not documented")],
    };
    // Clerk's own SDK parses nothing else.
    if answer.header(header::CONTENT_TYPE.as_str()) != Some("application/json") {
        return vec![format!("the content type is {:?}", answer.header(header::CONTENT_TYPE.as_str()))];
    }
    let Ok(body) = serde_json::from_slice(&answer.body) else {
        return vec!["the body is no JSON".to_owned()];
    };
    let schema = if is_paginated(uri) { page_of(published, schema) } else { schema };
    let mut faults = schema::faults(&published.document, &schema, &body);
    faults.retain(|fault| !exceptions::is_known(fault));
    faults
}

fn errors() -> Value {
    json!({"$ref": "#/components/schemas/ClerkErrors"})
}

/// Lists that are plain arrays become pages for who asks for it; Clerk says so in words and has no schema for it.
fn page_of(published: &Published, schema: Value) -> Value {
    if resolve(&published.document, &schema)["type"] != "array" {
        return schema;
    }
    json!({
        "type": "object",
        "properties": {"data": schema, "total_count": {"type": "integer"}},
        "required": ["data", "total_count"],
        "additionalProperties": false,
    })
}

fn is_paginated(uri: &Uri) -> bool {
    let mut pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    pairs.any(|(name, value)| name == "paginated" && value == "true")
}

/// The code of the first error, if there is one.
fn code(answer: &TestResponse) -> String {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    body["errors"][0]["code"].as_str().unwrap_or_default().to_owned()
}

/// Adds a line to this program's file in `target/compat/answers`, once for each operation, status and code.
fn record(operation: &Operation, answer: &TestResponse) {
    static SEEN: LazyLock<Mutex<(HashSet<String>, File)>> = LazyLock::new(|| {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/compat/answers"));
        fs::create_dir_all(folder).expect("the target directory can be written");
        let program = std::env::current_exe().expect("the program is a file");
        let file = folder.join(program.file_name().expect("a name")).with_extension("jsonl");
        let lines = fs::read_to_string(&file).unwrap_or_default().lines().map(str::to_owned).collect();
        let file = OpenOptions::new().create(true).append(true).open(file).expect("a file");
        Mutex::new((lines, file))
    });
    let (status, code) = (answer.status.as_u16(), code(answer));
    let line = json!({"operation": operation.operation_id, "status": status, "code": code}).to_string();
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    if seen.0.insert(line.clone()) {
        writeln!(seen.1, "{line}").expect("the file can be written");
    }
}
