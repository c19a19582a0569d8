//! Substring search: every text means itself, on both engines.

use beadle_store::users::{ListUsers, UserFilter};
use beadle_testkit::{TestApp, both_engines, json};

/// Who has the text, by first name.
async fn found(app: &TestApp, query: &str) -> Vec<String> {
    let filter = UserFilter { name_query: Some(query.to_lowercase()), ..UserFilter::default() };
    named(app, filter).await
}

async fn named(app: &TestApp, filter: UserFilter) -> Vec<String> {
    let request = ListUsers { filter: filter.clone(), limit: 500, ..ListUsers::default() };
    let records = app.app().store.scan(request).await.unwrap();
    let count = app.app().store.scan(filter).await.unwrap();
    assert_eq!(count, i64::try_from(records.len()).unwrap(), "the count agrees with the list");
    let mut names: Vec<String> = records.into_iter().filter_map(|record| record.user.first_name).collect();
    names.sort();
    names
}

async fn people(app: &TestApp, names: &[&str]) {
    for (n, name) in names.iter().enumerate() {
        app.create_user(&json!({"first_name": name, "email_address": [format!("p{n}@example.com")]})).await;
    }
}

both_engines! {
    async fn wildcards_and_quotes_mean_themselves(app: TestApp) {
        let names = [
            "100% real",
            "100x real",
            "snake_case",
            "snakeXcase",
            "it's",
            "say \"hi\" now",
            "back\\slash",
            "a*b*c",
            "col:umn",
            "(paren)",
            "{brace}",
            "x OR y",
            "x AND NOT y",
            "NEAR(a b)",
            "-minus",
            "^caret",
            "semi;colon",
            "$1 ?1 %s",
        ];
        people(&app, &names).await;
        for name in names {
            assert_eq!(found(&app, name).await, [name], "{name}");
        }
        assert_eq!(found(&app, "0% r").await, ["100% real"]);
        assert_eq!(found(&app, "e_c").await, ["snake_case"]);
        assert_eq!(found(&app, "\"hi\"").await, ["say \"hi\" now"]);
        assert_eq!(found(&app, "k\\s").await, ["back\\slash"]);
        assert!(found(&app, "%%%").await.is_empty());
        assert!(found(&app, "___").await.is_empty());
        assert!(found(&app, "\"\"\"").await.is_empty());
        assert!(found(&app, "' OR '1'='1").await.is_empty());
    }

    async fn one_and_two_characters_are_found_too(app: TestApp) {
        people(&app, &["Ada", "Bo", "C%", "D_", "E'", "F\"", "G\\", "Ü"]).await;
        assert_eq!(found(&app, "a").await, ["Ada"]);
        assert_eq!(found(&app, "da").await, ["Ada"]);
        assert_eq!(found(&app, "bo").await, ["Bo"]);
        assert_eq!(found(&app, "%").await, ["C%"]);
        assert_eq!(found(&app, "_").await, ["D_"]);
        assert_eq!(found(&app, "'").await, ["E'"]);
        assert_eq!(found(&app, "\"").await, ["F\""]);
        assert_eq!(found(&app, "\\").await, ["G\\"]);
        assert_eq!(found(&app, "ü").await, ["Ü"]);
        assert!(found(&app, "zz").await.is_empty());
    }

    async fn case_and_script_do_not_matter(app: TestApp) {
        people(&app, &["Åse Ørsted", "Żółć", "Дмитрий", "山田太郎", "José", "Ada 🔑 Key", "İpek"]).await;
        assert_eq!(found(&app, "ÅSE").await, ["Åse Ørsted"]);
        assert_eq!(found(&app, "ørs").await, ["Åse Ørsted"]);
        assert_eq!(found(&app, "ŻÓŁ").await, ["Żółć"]);
        assert_eq!(found(&app, "МИТ").await, ["Дмитрий"]);
        assert_eq!(found(&app, "山田").await, ["山田太郎"]);
        assert_eq!(found(&app, "田太郎").await, ["山田太郎"]);
        assert_eq!(found(&app, "josé").await, ["José"]);
        assert!(found(&app, "jose").await.is_empty(), "an accent is a difference");
        assert_eq!(found(&app, "🔑").await, ["Ada 🔑 Key"]);
        assert_eq!(found(&app, "a 🔑 k").await, ["Ada 🔑 Key"]);
    }

    async fn a_text_does_not_run_over_two_values(app: TestApp) {
        let body = json!({"first_name": "Ada", "email_address": ["ada@one.com", "bob@two.com"], "username": "zed_z"});
        app.create_user(&body).await;
        let any = |text: &str| UserFilter { query: Some(text.into()), ..UserFilter::default() };
        assert_eq!(named(&app, any("one.com")).await, ["Ada"]);
        assert_eq!(named(&app, any("bob@two")).await, ["Ada"]);
        assert_eq!(named(&app, any("zed_z")).await, ["Ada"]);
        assert!(named(&app, any("one.combob")).await.is_empty());
        assert!(named(&app, any("combob")).await.is_empty());
        assert!(named(&app, any("zedada")).await.is_empty());
    }

    async fn the_index_follows_changes(app: TestApp) {
        let id = app.create_user(&json!({"first_name": "Before", "email_address": ["a@example.com"]})).await;
        let path = format!("/v1/users/{id}");
        app.backend().patch(&path).json(&json!({"first_name": "After"})).send().await.ok();
        assert!(found(&app, "before").await.is_empty());
        assert_eq!(found(&app, "after").await, ["After"]);
        app.backend().delete(&path).send().await.ok();
        assert!(found(&app, "after").await.is_empty());
        // The row id of a deleted user may be used again.
        people(&app, &["Other"]).await;
        assert!(found(&app, "after").await.is_empty());
        assert_eq!(found(&app, "other").await, ["Other"]);
    }
}
