//! The description that is handed out: whole, and about what is mounted.

use beadle_testkit::{Value, both_engines};

both_engines! {
    async fn anybody_may_read_the_description(app: TestApp) {
        let answer = app.backend().get("/openapi.json").without_header("authorization").send().await;
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.ok(), beadle_server::openapi::document());
    }
}

#[test]
fn every_operation_has_its_bodies_and_answers() {
    let document = beadle_server::openapi::document();
    let refused = beadle_server::refused();
    let routes = beadle_server::routes().into_iter().filter(|route| route.api == "backend");
    let mut count = 0;
    for route in routes {
        let operation = &document["paths"][&route.path][route.method.to_lowercase()];
        let is_refused = refused.iter().any(|one| {
            one.api == "backend" && (one.method, one.path) == (route.method.as_str(), route.path.as_str())
        });
        assert_eq!(operation.is_null(), is_refused, "{}", route.operation_id);
        if is_refused {
            continue;
        }
        assert_eq!(operation["operationId"], route.operation_id);
        let named: Vec<&str> = operation["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|parameter| parameter["in"] == "path")
            .filter_map(|parameter| parameter["name"].as_str())
            .collect();
        let placeholders = route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        assert_eq!(named, placeholders.collect::<Vec<_>>(), "{}", route.operation_id);
        let answer = |status: &str| &operation["responses"][status];
        for (status, answer) in operation["responses"].as_object().unwrap() {
            let described = answer["description"].as_str().is_some_and(|text| !text.is_empty());
            assert!(described || answer["$ref"].is_string(), "{}: {status}", route.operation_id);
        }
        let says_nothing = ["202", "204"].iter().any(|status| answer(status).is_object());
        let has_schema = ["200", "201"]
            .iter()
            .any(|status| answer(status)["content"]["application/json"]["schema"].is_object());
        assert_ne!(has_schema, says_nothing, "{}: the answer has no schema", route.operation_id);
        count += 1;
    }
    assert!(count > 70, "{count}");
}

#[test]
fn every_reference_leads_somewhere() {
    let document = beadle_server::openapi::document();
    let mut seen = 0;
    follow(&document, &document, &mut seen);
    assert!(seen > 100, "{seen}");
}

fn follow(value: &Value, document: &Value, seen: &mut usize) {
    match value {
        Value::Object(fields) => {
            if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
                let pointer = reference.strip_prefix('#').expect("a reference into the document");
                assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
                *seen += 1;
            }
            fields.values().for_each(|value| follow(value, document, seen));
        }
        Value::Array(items) => items.iter().for_each(|value| follow(value, document, seen)),
        _ => {}
    }
}
