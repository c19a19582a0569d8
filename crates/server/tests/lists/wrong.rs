//! What a list cannot be asked with is refused, and never ignored.

use beadle_testkit::{Parameter, both_engines};

use crate::asked::{TURN, lists};

/// Values that the parameter does not take.
fn wrong(parameter: &Parameter) -> Vec<&'static str> {
    let Parameter { name, schema, .. } = parameter;
    if schema["enum"].is_array() {
        return vec!["bogus", "\0"];
    }
    match (schema["type"].as_str().unwrap(), name.as_str()) {
        (_, "limit") => vec!["0", "-1", "501", "ten", "1.5", "99999999999999999999"],
        (_, "offset") => vec!["-1", "ten", "1.5", "99999999999999999999"],
        (_, "order_by") => vec!["bogus", "-bogus", "+", "-", "created_at DESC", "id"],
        ("boolean", _) => vec!["maybe", "2"],
        ("integer" | "number", _) => vec!["yesterday", "1.5"],
        (_, "starting_after") => vec!["user_000000000000000000000000000", "bogus", "\0"],
        (_, "subject") => vec!["bogus", "\0"],
        _ => vec!["\0"],
    }
}

both_engines! {
    async fn a_wrong_parameter_is_refused_by_name(app: TestApp) {
        let _turn = TURN.read().await;
        for list in lists(&app).await {
            for parameter in &list.operation.query {
                for value in wrong(parameter) {
                    let answer = list.ask(&app, &parameter.name, value).await;
                    assert!([400, 422].contains(&answer.status.as_u16()), "{}", answer.shown());
                    let named = &answer.json()["errors"][0]["meta"]["param_name"];
                    assert_eq!(named, &parameter.name, "{}", answer.shown());
                }
                if parameter.schema["type"] == "array" {
                    let one = list.right(parameter).remove(0);
                    let many = vec![one; 101].join(&format!("&{}=", parameter.name));
                    let answer = list.ask_raw(&app, &format!("{}={many}", parameter.name)).await;
                    assert!([400, 422].contains(&answer.status.as_u16()), "{}", answer.status);
                }
            }
        }
    }

    async fn every_documented_parameter_is_taken(app: TestApp) {
        let _turn = TURN.read().await;
        for list in lists(&app).await {
            for parameter in &list.operation.query {
                for value in list.right(parameter) {
                    let answer = list.ask(&app, &parameter.name, &value).await;
                    // Without a provider there are no tokens of it.
                    if list.operation.operation_id != "GetOAuthAccessToken" {
                        answer.ok();
                    }
                }
            }
        }
    }
}
