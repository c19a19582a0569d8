//! YAML as JSON.

use saphyr::{LoadableYamlNode as _, Scalar, Yaml};
use serde_json::Value;

/// The only document of the text. Also gives, in the order of the text, the names below `paths` with the names
/// below each, which JSON does not keep.
pub(super) fn read(text: &str) -> (Value, Vec<(String, Vec<String>)>) {
    let documents =
        Yaml::load_from_str(text).unwrap_or_else(|error| panic!("the description is YAML: {error}"));
    let [document] = &documents[..] else { panic!("the description is one document") };
    let paths = names(document, "paths").into_iter().map(|(path, item)| {
        let methods = item.as_mapping().into_iter().flatten().map(|(method, _)| key(method));
        (path, methods.collect())
    });
    (json(document), paths.collect())
}

fn names<'a>(document: &'a Yaml<'a>, member: &str) -> Vec<(String, &'a Yaml<'a>)> {
    let mapping = document.as_mapping_get(member).and_then(|member| member.as_mapping());
    mapping.into_iter().flatten().map(|(name, value)| (key(name), value)).collect()
}

/// Names of members are sometimes numbers: `200:`.
fn key(yaml: &Yaml<'_>) -> String {
    match json(yaml) {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

fn json(yaml: &Yaml<'_>) -> Value {
    match yaml {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(value)) => Value::from(*value),
        Yaml::Value(Scalar::Integer(value)) => Value::from(*value),
        Yaml::Value(Scalar::FloatingPoint(value)) => Value::from(value.into_inner()),
        Yaml::Value(Scalar::String(value)) => Value::from(&**value),
        Yaml::Sequence(items) => items.iter().map(json).collect(),
        Yaml::Mapping(members) => members.iter().map(|(name, value)| (key(name), json(value))).collect(),
        other => panic!("not in Clerk's descriptions: {other:?}"),
    }
}
