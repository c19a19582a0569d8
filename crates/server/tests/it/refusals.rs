//! Documented refusals that no story tells.

use beadle_testkit::{TestApp, TestResponse, Value, both_engines, json};
use http::Method;

use crate::NOBODY;

async fn ask(app: &TestApp, line: &str, body: &Value) -> TestResponse {
    let (method, path) = line.split_once(' ').unwrap();
    let call = app.backend().call(Method::from_bytes(method.as_bytes()).unwrap(), path);
    if body.is_null() { call.send().await } else { call.json(body).send().await }
}

both_engines! {
    async fn nobody_has_nothing(app: TestApp) {
        let of_nobody = format!("/v1/users/{NOBODY}");
        let number = "+12015550101";
        for (line, body) in [
            ("POST /v1/phone_numbers".to_owned(), json!({"user_id": NOBODY, "phone_number": number})),
            (format!("PUT {of_nobody}/email_address"), json!({"email_address": "a@example.com"})),
            (format!("PUT {of_nobody}/phone_number"), json!({"phone_number": number})),
            (format!("POST {of_nobody}/verify_totp"), json!({"code": "123456"})),
            (format!("DELETE {of_nobody}/totp"), Value::Null),
            (format!("DELETE {of_nobody}/backup_code"), Value::Null),
        ] {
            ask(&app, &line, &body).await.refused(404, "resource_not_found");
        }
    }

    async fn a_phone_number_lives_and_goes(app: TestApp) {
        let ada = app.user("ada@example.com").await;
        let body = json!({"user_id": ada, "phone_number": "+12015550101"});
        let added = ask(&app, "POST /v1/phone_numbers", &body).await.ok();
        let path = format!("/v1/phone_numbers/{}", added["id"].as_str().unwrap());
        assert_eq!(ask(&app, &format!("GET {path}"), &Value::Null).await.ok(), added);
        let gone = ask(&app, &format!("DELETE {path}"), &Value::Null).await.ok();
        assert_eq!(gone, json!({"object": "phone_number", "id": added["id"], "deleted": true}));
        ask(&app, &format!("GET {path}"), &Value::Null).await.refused(404, "resource_not_found");
    }

    async fn a_number_gets_ten_codes_and_no_more(app: TestApp) {
        let ada = app.user("ada@example.com").await;
        let body = json!({"user_id": ada, "phone_number": "+14155552671"});
        let added = ask(&app, "POST /v1/phone_numbers", &body).await.ok();
        let prepare = format!("POST /v1/phone_numbers/{}/prepare_verification", added["id"].as_str().unwrap());
        for _ in 0..10 {
            ask(&app, &prepare, &json!({})).await.ok();
        }
        ask(&app, &prepare, &json!({})).await.refused(429, "verification_code_too_many_requests");
        assert_eq!(app.drain_mail().await.len(), 10);
    }

    async fn a_name_is_a_text(app: TestApp) {
        let machine = ask(&app, "POST /v1/machines", &json!({"name": "robot"})).await.ok();
        let domains = ask(&app, "GET /v1/domains", &Value::Null).await.ok();
        for (kind, id) in [("machines", &machine["id"]), ("domains", &domains["data"][0]["id"])] {
            let line = format!("PATCH /v1/{kind}/{}", id.as_str().unwrap());
            ask(&app, &line, &json!({"name": 5})).await.refused_for(422, "form_param_type_invalid", "name");
        }
    }
}
