//! `beadle import users` against a server, and `beadle export users` back.

use std::fs;

use beadle_testkit::{json, postgres};
use serde_json::Value;

use crate::instance::Instance;

const HEADER: &str = "id,first_name,last_name,username,primary_email_address,primary_phone_number,\
    verified_email_addresses,unverified_email_addresses,verified_phone_numbers,unverified_phone_numbers,\
    totp_secret,password_digest,password_hasher";
const MD5: &str = "5f4dcc3b5aa765d61d8327deb882cf99";

fn write(instance: &Instance, name: &str, text: &str) -> String {
    let path = instance.directory.path().join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn read_json(path: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn users(instance: &Instance) -> Vec<Value> {
    let listed = instance.run(&["users", "list", "--limit", "500", "--order-by", "created_at", "--json"]);
    serde_json::from_str(&listed.succeeded()).unwrap()
}

#[test]
fn an_export_is_taken_over_and_what_is_refused_is_reported() {
    let instance = Instance::start(&[]);
    let csv = format!(
        "{HEADER}\n\
         user_1,Ada,\"Lovelace, Countess\",ada_l,ada@example.com,,\"ada@example.com,old@example.com\",new@example.com,,,,{MD5},md5\n\
         user_2,,,,no address,,,,,,,,\n\
         user_3,,,,bob@example.com,,bob@example.com,,,,,{MD5},sha256\n\
         user_4,,,,eve@example.com,,eve@example.com,,,,JBSWY3DPEHPK3PXP,,\n\
         user_5,,\n\
         user_6,Carl,,,carl@example.com,+12025550123,carl@example.com,,+12025550123,,,,\n"
    );
    let file = write(&instance, "users.csv", &csv);

    let checked = instance.run(&["import", "users", &file, "--dry-run"]).failed();
    assert!(checked.contains("6 rows checked, 3 would be refused"), "{checked}");
    assert_eq!(users(&instance).len(), 0);
    assert!(!fs::exists(format!("{file}.import-state.json")).unwrap());

    let done = instance.run(&["import", "users", &file]).failed();
    assert!(
        done.contains("6 rows: 3 users created, 0 were there from an interrupted import, 3 refused"),
        "{done}"
    );
    let report = fs::read_to_string(format!("{file}.rejected.jsonl")).unwrap();
    let lines: Vec<Value> = report.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let refused: Vec<_> = lines.iter().map(|line| line["line"].as_u64().unwrap()).collect();
    assert_eq!(refused, [3, 4, 6]);
    assert!(
        lines[1]["reasons"][0].as_str().unwrap().contains("form_password_digest_invalid_code"),
        "{report}"
    );
    assert!(!report.contains(MD5) && !report.contains("JBSWY3DP"), "{report}");

    let made = users(&instance);
    let eve = made.iter().find(|user| user["external_id"] == "user_4").unwrap();
    assert_eq!((&eve["totp_enabled"], &eve["two_factor_enabled"]), (&json!(true), &json!(true)));
    let ada = made.iter().find(|user| user["external_id"] == "user_1").unwrap();
    assert_eq!((&ada["last_name"], &ada["username"]), (&json!("Lovelace, Countess"), &json!("ada_l")));
    assert_eq!(ada["password_enabled"], true);
    let addresses = ada["email_addresses"].as_array().unwrap();
    let statuses: Vec<_> = addresses
        .iter()
        .map(|address| (address["email_address"].as_str().unwrap(), address["reserved"].as_bool().unwrap()))
        .collect();
    assert_eq!(statuses, [("ada@example.com", false), ("old@example.com", false), ("new@example.com", true)]);

    // It is over: nobody is made twice.
    let again = instance.run(&["import", "users", &file]).failed();
    assert!(again.contains("nothing was left to do; all in all 6 rows: 3 users created"), "{again}");
    let again = instance.run(&["import", "users", &file, "--json"]).failed();
    let expected = json!({"rows": 6, "created": 3, "existing": 0, "refused": 3, "nothing_left": true});
    assert_eq!(serde_json::from_str::<Value>(&again).unwrap(), expected);
    assert_eq!(users(&instance).len(), 3);
}

#[test]
fn the_first_of_two_rows_gets_what_both_want() {
    let instance = Instance::start(&[]);
    let mut lines = Vec::new();
    for n in 0..8 {
        let address = format!("u{n}@example.com");
        // The password of the first takes time to hash, and the second has none.
        let password = "correct horse battery 9";
        lines.push(
            json!({"email_address": [address], "password": password, "first_name": "First", "banned": true}),
        );
        lines.push(json!({"email_address": [address.to_uppercase()], "first_name": "Second"}));
    }
    let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    let file = write(&instance, "users.jsonl", &lines.join("\n"));
    let done = instance.run(&["import", "users", &file]).failed();
    assert!(
        done.contains("16 rows: 8 users created, 0 were there from an interrupted import, 8 refused"),
        "{done}"
    );
    for user in users(&instance) {
        assert_eq!((&user["first_name"], &user["banned"]), (&json!("First"), &json!(true)));
    }
    let report = fs::read_to_string(format!("{file}.rejected.jsonl")).unwrap();
    let lines =
        report.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["line"].as_u64().unwrap());
    assert_eq!(lines.collect::<Vec<_>>(), [2, 4, 6, 8, 10, 12, 14, 16]);
}

#[test]
fn an_interrupted_import_goes_on_where_it_stopped() {
    let instance = Instance::start(&[]);
    let lines: Vec<String> = (0..1200)
        .map(|n| json!({"external_id": format!("e{n}"), "username": format!("user_{n}")}).to_string())
        .collect();
    let lines = lines.join("\n");
    let file = write(&instance, "users.jsonl", &lines);
    let state = format!("{file}.import-state.json");

    // As after a crash within the second batch: all but one of its rows are there.
    instance.run(&["import", "users", &file]).succeeded();
    let mut noted = read_json(&state);
    assert_eq!((&noted["rows"], &noted["created"]), (&json!(1200), &json!(1200)));
    noted["rows"] = 1000.into();
    noted["created"] = 1000.into();
    noted["begun"] = true.into();
    fs::write(&state, noted.to_string()).unwrap();
    let found = instance.run(&["users", "list", "--query", "user_1199", "--json"]).succeeded();
    let found: Value = serde_json::from_str(&found).unwrap();
    instance.run(&["users", "delete", found[0]["id"].as_str().unwrap()]).succeeded();

    let done = instance.run(&["import", "users", &file]).succeeded();
    assert!(
        done.contains("1200 rows: 1001 users created, 199 were there from an interrupted import, 0 refused"),
        "{done}"
    );

    // The state of one file and instance is no other's.
    fs::write(&file, format!("{lines}\n")).unwrap();
    let refused = instance.run(&["import", "users", &file]).refused(1);
    assert!(refused.contains("another file"), "{refused}");
}

#[test]
fn files_that_cannot_be_imported_are_refused_whole() {
    let instance = Instance::start(&[]);
    let file = write(&instance, "users.csv", "id,shoe_size\nuser_1,43\n");
    let refused = instance.run(&["import", "users", &file]).refused(1);
    assert!(refused.contains("shoe_size"), "{refused}");
    instance.run(&["import", "users", "missing.jsonl"]).refused(1);

    // A server that is out of reach is no refusal of a row.
    let file = write(&instance, "ok.jsonl", "{\"username\": \"ada_l\"}\n");
    instance.run(&["import", "users", &file, "--api-url", "http://127.0.0.1:9"]).refused(1);
    assert!(!fs::exists(format!("{file}.rejected.jsonl")).unwrap());
}

#[test]
fn an_export_makes_the_same_users_elsewhere() {
    let instance = Instance::start(&[]);
    let row = json!({
        "external_id": "e1", "first_name": "Ada", "last_name": "Lovelace, \"Countess\"", "username": "Ada_L",
        "email_address": ["ada@example.com", "set.aside@example.com"],
        "email_address_identification_status": ["verified", "reserved"],
        "phone_number": ["+12025550123"], "password_digest": MD5, "password_hasher": "md5",
        "public_metadata": {"plan": "pro", "list": [1, "two"]}, "private_metadata": {"note": "line\nbreak"},
        "created_at": "2020-01-02T03:04:05.678Z", "banned": true, "locale": "de-AT",
        "legal_accepted_at": "2020-01-02T03:04:05Z", "create_organizations_limit": 3,
        "totp_secret": "JBSWY3DPEHPK3PXP",
    });
    let file = write(&instance, "users.jsonl", &format!("{row}\n{}\n", json!({"username": "plain"})));
    instance.run(&["import", "users", &file]).succeeded();

    let same = |user: &Value| {
        let mut user = user.clone();
        for generated in [
            "id",
            "updated_at",
            "mfa_enabled_at",
            "password_last_updated_at",
            "primary_email_address_id",
            "primary_phone_number_id",
            "image_url",
            "profile_image_url",
        ] {
            user.as_object_mut().unwrap().remove(generated);
        }
        for list in ["email_addresses", "phone_numbers"] {
            for address in user[list].as_array_mut().unwrap() {
                for generated in ["id", "created_at", "updated_at"] {
                    address.as_object_mut().unwrap().remove(generated);
                }
            }
        }
        user
    };
    let before: Vec<Value> = users(&instance);
    for name in ["out.jsonl", "out.csv"] {
        let out = instance.directory.path().join(name);
        let out = out.to_str().unwrap();
        let done = instance.run(&["export", "users", out]).succeeded();
        assert!(done.contains("2 users written"), "{done}");
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(out).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600, "it holds digests of passwords");
        assert!(!fs::exists(format!("{out}.copy")).unwrap());
        instance.run(&["export", "users", out]).refused(1);

        let other = Instance::start(&[]);
        other.run(&["import", "users", out]).succeeded();
        let after = users(&other);
        assert_eq!(after.len(), 2);
        let [ada, plain] = [0, 1].map(|n| same(&after[n]));
        assert_eq!(ada, same(&before[0]), "{name}");
        assert_eq!(plain["external_id"], before[1]["id"], "whoever had none of their own has their old id");
        // The digest came along, under its hasher's name.
        let again = other.directory.path().join("again.jsonl");
        other.run(&["export", "users", again.to_str().unwrap()]).succeeded();
        let again = fs::read_to_string(again).unwrap();
        let first: Value = serde_json::from_str(again.lines().next().unwrap()).unwrap();
        assert_eq!((&first["password_digest"], &first["password_hasher"]), (&json!(MD5), &json!("md5")));
        assert_eq!(first["totp_secret"], "JBSWY3DPEHPK3PXP");
    }
}

#[test]
fn an_instance_on_postgresql_is_exported_as_well() {
    let url = postgres::database();
    let instance = Instance::start(&[("BEADLE_DATABASE_URL", &url)]);
    let rows: Vec<String> = (0..1100).map(|n| json!({"username": format!("user_{n}")}).to_string()).collect();
    let file = write(&instance, "users.jsonl", &rows.join("\n"));
    let connected = [("BEADLE_DATABASE_URL", url.as_str())];
    instance.run_with(&["import", "users", &file], &connected).succeeded();
    let out = instance.directory.path().join("out.csv");
    let out = out.to_str().unwrap();
    let done = instance.run_with(&["export", "users", out], &connected).succeeded();
    assert!(done.contains("1100 users written"), "{done}");
    let names: std::collections::HashSet<String> = fs::read_to_string(out)
        .unwrap()
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(3).unwrap().to_owned())
        .collect();
    assert_eq!(names.len(), 1100, "every user once");
}
