use std::borrow::Borrow;

use serde_json::{Value, json};

use super::{KEYWORDS, faults};
use crate::Published;

fn document() -> Value {
    json!({"components": {"schemas": {
        "cat": {
            "type": "object",
            "properties": {"object": {"type": "string", "enum": ["cat"]}, "lives": {"type": "integer", "minimum": 1, "maximum": 9}},
            "required": ["object", "lives"],
            "additionalProperties": false,
        },
        "dog": {
            "type": "object",
            "properties": {"object": {"type": "string"}, "name": {"type": "string", "nullable": true, "maxLength": 3}},
            "required": ["name"],
        },
    }}})
}

#[track_caller]
fn check(schema: impl Borrow<Value>, value: impl Borrow<Value>, expected: &[&str]) {
    let (schema, value) = (schema.borrow(), value.borrow());
    assert_eq!(faults(&document(), schema, value), expected, "{value} by {schema}");
}

fn cat() -> Value {
    json!({"$ref": "#/components/schemas/cat"})
}

fn dog() -> Value {
    json!({"$ref": "#/components/schemas/dog"})
}

#[test]
fn members() {
    check(cat(), json!({"object": "cat", "lives": 9}), &[]);
    check(cat(), json!({"object": "cat", "lives": 0}), &["/lives: 0 is not within 1.0..=9.0"]);
    check(
        cat(),
        json!({"object": "cow", "lives": 9.5}),
        &["/lives: 9.5 is no integer", "/object: \"cow\" is none of [\"cat\"]"],
    );
    check(
        cat(),
        json!({"object": "cat", "lives": 9, "owner": null}),
        &["/owner: is not described, and nothing may be added"],
    );
    check(cat(), json!({"object": "cat"}), &["/: lives is missing"]);
    check(cat(), Value::Null, &["/: null is no object"]);
    check(dog(), json!({"name": null, "owner": "Ada"}), &[]);
    check(dog(), json!({"name": "Fido"}), &["/name: 4 characters"]);
    let counts = json!({"type": "object", "additionalProperties": {"type": "integer"}});
    check(counts, json!({"a": 1, "b": "2"}), &["/b: \"2\" is no integer"]);
}

#[test]
fn items() {
    let cats = json!({"type": "array", "items": cat()});
    check(cats, json!([{"object": "cat", "lives": 9}, 1]), &["/1: 1 is no object"]);
    let set = json!({"type": "array", "uniqueItems": true});
    check(set, json!([1, 2, 1]), &["/: 1 is there twice"]);
}

#[test]
fn one_of_several() {
    let pet = json!({"nullable": true, "oneOf": [cat(), dog()], "discriminator": {"propertyName": "object"}});
    check(pet.clone(), Value::Null, &[]);
    check(pet.clone(), json!({"object": "cat", "lives": 9}), &[]);
    check(pet.clone(), json!({"object": "dog", "lives": 9}), &["/: name is missing"]);
    check(pet, json!({"object": "cow"}), &["/: no object is \"cow\""]);
    let unnamed = json!({"oneOf": [cat(), dog()]});
    check(unnamed.clone(), json!({"object": "cat", "lives": 9}), &[]);
    check(unnamed, json!({"lives": 9}), &["/: {\"lives\":9} fits 0 of oneOf"]);
    check(json!({"anyOf": [cat(), dog()]}), json!({}), &["/: {} is none of anyOf"]);
}

#[test]
fn parts_may_add_to_each_other() {
    let named = json!({"type": "object", "properties": {"tag": {"type": "string"}}, "required": ["tag"]});
    let tagged = json!({"allOf": [cat(), named]});
    check(tagged.clone(), json!({"object": "cat", "lives": 9, "tag": "a"}), &[]);
    check(
        tagged,
        json!({"object": "cat", "lives": 9, "owner": 1}),
        &["/owner: is not described, and nothing may be added", "/: tag is missing"],
    );
}

#[test]
fn patterns() {
    let strategy = json!({"type": "string", "pattern": "^oauth_[a-z]+$"});
    check(strategy.clone(), json!("oauth_github"), &[]);
    check(strategy, json!("github"), &["/: \"github\" does not match ^oauth_[a-z]+$"]);
}

#[test]
fn every_keyword_of_clerks_is_known() {
    for published in [Published::backend(), Published::frontend()] {
        let Some(published) = published else {
            println!("NOT CHECKED: {} is not there", Published::folder().display());
            return;
        };
        let mut seen = 0;
        for operation in published.operations() {
            for schema in operation.answers.values().flatten() {
                walk(&published.document, schema, &mut seen, 0);
            }
        }
        assert!(seen > 1000);
    }
}

/// Ten levels reach every schema: others are reached by way of shallower ones.
fn walk(document: &Value, schema: &Value, seen: &mut usize, depth: usize) {
    let schema = super::resolve(document, schema);
    let Some(members) = schema.as_object().filter(|_| depth < 10) else { return };
    *seen += 1;
    for (keyword, value) in members {
        assert!(KEYWORDS.contains(&keyword.as_str()), "{keyword} in {schema}");
        match keyword.as_str() {
            "properties" => {
                value.as_object().unwrap().values().for_each(|it| walk(document, it, seen, depth + 1));
            }
            "allOf" | "anyOf" | "oneOf" => {
                super::list(value).for_each(|it| walk(document, it, seen, depth + 1));
            }
            "items" | "additionalProperties" => walk(document, value, seen, depth + 1),
            _ => {}
        }
    }
}
