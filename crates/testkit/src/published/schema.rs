//! Whether a value is what a schema of OpenAPI 3.0 describes.

use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap},
    fmt::Display,
};

use regex::Regex;
use serde_json::Value;

use super::resolve;

thread_local! {
    /// Making one takes longer than all else that is done with an answer.
    static PATTERNS: RefCell<HashMap<String, Regex>> = RefCell::default();
}

fn matches(pattern: &str, text: &str) -> bool {
    PATTERNS.with_borrow_mut(|known| {
        if let Some(regex) = known.get(pattern) {
            return regex.is_match(text);
        }
        let made = Regex::new(pattern).unwrap_or_else(|error| panic!("{error}"));
        let fits = made.is_match(text);
        known.insert(pattern.to_owned(), made);
        fits
    })
}

/// What [`Check`] looks at, and what says nothing about values. Clerk's descriptions have no other keywords.
#[cfg(test)]
pub(super) const KEYWORDS: &[&str] = &[
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "default",
    "deprecated",
    "description",
    "discriminator",
    "enum",
    "example",
    "format",
    "items",
    "maxLength",
    "maximum",
    "minLength",
    "minimum",
    "nullable",
    "oneOf",
    "pattern",
    "properties",
    "readOnly",
    "required",
    "title",
    "type",
    "uniqueItems",
    "x-speakeasy-name-override",
    "x-speakeasy-unknown-values",
];

/// Everything in which the value is not as the schema says.
pub(super) fn faults(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut check = Check { document, faults: Vec::new() };
    check.value(schema, value, "", &BTreeSet::new());
    check.faults
}

struct Check<'a> {
    document: &'a Value,
    faults: Vec<String>,
}

impl<'a> Check<'a> {
    /// `siblings` are the names of members that other parts of the same `allOf` or `anyOf` describe: taken by the letter,
    /// two parts without additional members could never both hold, and Clerk's descriptions do not mean that.
    fn value(&mut self, schema: &'a Value, value: &Value, at: &str, siblings: &BTreeSet<&'a str>) {
        let schema = resolve(self.document, schema);
        if value.is_null() && schema["nullable"] == true {
            return;
        }
        if let Some(kind) = schema["type"].as_str()
            && !is_of(kind, value)
        {
            return self.fault(at, format!("{} is no {kind}", shown(value)));
        }
        if let Some(allowed) = schema["enum"].as_array()
            && !allowed.contains(value)
        {
            self.fault(at, format!("{} is none of {}", shown(value), schema["enum"]));
        }
        match value {
            Value::Object(_) => self.members(schema, value, at, siblings),
            Value::Array(items) => self.items(schema, items, at),
            Value::String(text) => self.text(schema, text, at),
            Value::Number(number) => {
                let number = number.as_f64().unwrap_or(f64::NAN);
                let within = schema["minimum"].as_f64().unwrap_or(f64::MIN)
                    ..=schema["maximum"].as_f64().unwrap_or(f64::MAX);
                if !within.contains(&number) {
                    self.fault(at, format!("{number} is not within {within:?}"));
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
        let mut names = siblings.clone();
        self.names(schema, &mut names);
        for part in list(&schema["allOf"]) {
            self.value(part, value, at, &names);
        }
        if schema.get("anyOf").is_some()
            && !list(&schema["anyOf"]).any(|part| self.holds(part, value, &names))
        {
            self.fault(at, format!("{} is none of anyOf", shown(value)));
        }
        if schema.get("oneOf").is_some() {
            self.one(schema, value, at);
        }
    }

    fn members(&mut self, schema: &'a Value, value: &Value, at: &str, siblings: &BTreeSet<&'a str>) {
        let described = schema["properties"].as_object();
        for name in list(&schema["required"]).filter_map(Value::as_str) {
            if value.get(name).is_none() {
                self.fault(at, format!("{name} is missing"));
            }
        }
        for (name, value) in value.as_object().into_iter().flatten() {
            let at = format!("{at}/{name}");
            match (described.and_then(|described| described.get(name)), &schema["additionalProperties"]) {
                (Some(schema), _) | (None, schema @ Value::Object(_)) => {
                    self.value(schema, value, &at, &BTreeSet::new());
                }
                (None, Value::Bool(false)) if !siblings.contains(name.as_str()) => {
                    self.fault(&at, "is not described, and nothing may be added");
                }
                (None, _) => {}
            }
        }
    }

    fn items(&mut self, schema: &'a Value, items: &[Value], at: &str) {
        for (n, item) in items.iter().enumerate() {
            if let Some(schema) = schema.get("items") {
                self.value(schema, item, &format!("{at}/{n}"), &BTreeSet::new());
            }
            if schema["uniqueItems"] == true && items[..n].contains(item) {
                self.fault(at, format!("{} is there twice", shown(item)));
            }
        }
    }

    fn text(&mut self, schema: &Value, text: &str, at: &str) {
        let length = text.chars().count() as u64;
        let (least, most) = (schema["minLength"].as_u64(), schema["maxLength"].as_u64());
        if least.is_some_and(|least| length < least) || most.is_some_and(|most| length > most) {
            self.fault(at, format!("{length} characters"));
        }
        if let Some(pattern) = schema["pattern"].as_str()
            && !matches(pattern, text)
        {
            self.fault(at, format!("{text:?} does not match {pattern}"));
        }
    }

    /// The discriminator says which; without one, exactly one must fit.
    fn one(&mut self, schema: &'a Value, value: &Value, at: &str) {
        let choices: Vec<&Value> = list(&schema["oneOf"]).collect();
        let Some(property) = schema["discriminator"]["propertyName"].as_str() else {
            if let [only] = choices[..] {
                return self.value(only, value, at, &BTreeSet::new());
            }
            let fitting = choices.iter().filter(|choice| self.holds(choice, value, &BTreeSet::new())).count();
            if fitting != 1 {
                self.fault(at, format!("{} fits {fitting} of oneOf", shown(value)));
            }
            return;
        };
        let name = value[property].as_str().unwrap_or_default();
        let mapped = schema["discriminator"]["mapping"][name].as_str();
        let named = choices.into_iter().find(|choice| {
            let reference = choice["$ref"].as_str().unwrap_or_default();
            mapped.map_or_else(|| reference.rsplit('/').next() == Some(name), |mapped| reference == mapped)
        });
        match named {
            Some(choice) => self.value(choice, value, at, &BTreeSet::new()),
            None => self.fault(at, format!("no {property} is {name:?}")),
        }
    }

    fn holds(&self, schema: &'a Value, value: &Value, siblings: &BTreeSet<&'a str>) -> bool {
        let mut check = Check { document: self.document, faults: Vec::new() };
        check.value(schema, value, "", siblings);
        check.faults.is_empty()
    }

    /// The members that the schema describes, in all its parts.
    fn names(&self, schema: &'a Value, names: &mut BTreeSet<&'a str>) {
        let schema = resolve(self.document, schema);
        names.extend(schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()));
        for part in list(&schema["allOf"]).chain(list(&schema["anyOf"])) {
            self.names(part, names);
        }
    }

    fn fault(&mut self, at: &str, what: impl Display) {
        self.faults.push(format!("{}: {what}", if at.is_empty() { "/" } else { at }));
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        _ => panic!("there is no type {kind}"),
    }
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() > 80 { text.chars().take(80).chain("…".chars()).collect() } else { text }
}

#[cfg(test)]
mod tests;
