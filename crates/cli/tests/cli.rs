//! The real binary: a server, and the commands beside it.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic too")]

#[path = "cli/backup.rs"]
mod backup;
#[path = "cli/gate.rs"]
mod gate;
#[path = "cli/gate_process.rs"]
mod gate_process;
#[path = "cli/import.rs"]
mod import;
#[path = "cli/instance.rs"]
mod instance;

use std::{fs, io::Read as _, process::Stdio};

use instance::{Directory, Instance};
use serde_json::Value;

#[test]
fn a_server_prints_what_a_first_try_needs_and_stops_cleanly() {
    let instance = Instance::start(&[]);
    assert!(instance.url.starts_with("http://127.0.0.1:"));
    assert!(instance.secret_key.starts_with("sk_live_") || instance.secret_key.starts_with("sk_test_"));
    assert!(instance.publishable_key.starts_with("pk_live_"));
    let (code, stdout, stderr) = instance.stop();
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stdout.contains("/v1/users") && stdout.contains("/ban") && stdout.contains("createClerkClient"));
    assert!(stderr.contains("stopped"), "{stderr}");
}

#[test]
fn keys_are_shown_beside_the_running_server_and_kept() {
    let instance = Instance::start(&[]);
    let shown = instance.run(&["keys", "show", "--json"]).succeeded();
    let keys: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(keys["secret_key"], instance.secret_key.as_str());
    assert_eq!(keys["publishable_key"], instance.publishable_key.as_str());
    assert!(keys["feed_key"].as_str().unwrap().starts_with("fk_"), "{keys}");
    assert!(instance.run(&["keys", "show"]).succeeded().contains(&instance.secret_key));

    let (secret_key, directory) = (instance.secret_key.clone(), instance.directory.clone());
    instance.stop();
    let again = Instance::start_in(directory, &[]);
    assert_eq!(again.secret_key, secret_key);
}

#[test]
fn looking_for_keys_makes_no_instance() {
    let directory = Directory::new();
    let refused = directory.run(&["keys", "show"]).refused(1);
    assert!(refused.contains("no instance"), "{refused}");
    assert!(!directory.data().exists());
}

#[test]
fn a_key_of_the_operators_choice_is_not_printed_into_a_log() {
    let key = "sk_test_0123456789abcdefghijklmnopqrst";
    let instance = Instance::start(&[("BEADLE_SECRET_KEY", key)]);
    instance.run_with(&["users", "list"], &[("BEADLE_SECRET_KEY", key)]).succeeded();
    instance.run_with(&["users", "list"], &[("BEADLE_SECRET_KEY", "sk_test_wrong")]).refused(1);
    let (code, stdout, stderr) = instance.stop();
    assert_eq!(code, Some(0), "{stderr}");
    assert!(!stdout.contains(key) && !stderr.contains(key));
}

#[test]
fn one_directory_has_one_server() {
    let instance = Instance::start(&[]);
    let refused = instance.run(&["serve", "--listen", "127.0.0.1:0"]).refused(1);
    assert!(refused.contains("in use"), "{refused}");
    assert_eq!(refused.trim_end().lines().count(), 1, "{refused}");
    instance.run(&["users", "list"]).succeeded();
}

#[test]
fn bad_settings_stop_the_start_with_one_line_that_names_them() {
    let directory = Directory::new();
    let file = directory.path().join("beadle.toml");
    for (text, named) in [
        ("lissten = 'x'", "lissten"),
        ("[instance]\ntest_mod = true", "test_mod"),
        ("[instance.lockout]\nmax_attempts = 1", "lockout.max_attempts"),
        ("log_format = 'xml'", "log_format"),
        ("secret_key = 'hunter2'", "secret_key"),
        ("feed_key = 'fk_hunter2'", "feed_key"),
    ] {
        fs::write(&file, text).unwrap();
        let refused =
            directory.run(&["--listen", "127.0.0.1:0", "--config", file.to_str().unwrap()]).refused(1);
        let lines: Vec<&str> = refused.lines().filter(|line| line.starts_with("error: ")).collect();
        assert!(lines.len() == 1 && lines[0].contains(named) && !refused.contains("hunter2"), "{refused}");
    }
    let refused = directory.run(&["--listen", "nonsense"]).refused(1);
    assert!(refused.contains("--listen"), "{refused}");
    directory.run(&["--lissten", "x"]).refused(2);
}

#[test]
fn users_are_made_listed_banned_and_deleted() {
    let instance = Instance::start(&[]);
    let user: Value = serde_json::from_str(
        &instance
            .run_typing(
                &[
                    "users",
                    "create",
                    "--json",
                    "--email",
                    "ada@example.com",
                    "--first-name",
                    "Ada",
                    "--password-stdin",
                ],
                "a long walk by the sea\n",
            )
            .succeeded(),
    )
    .unwrap();
    assert_eq!((&user["banned"], &user["password_enabled"]), (&Value::from(false), &Value::from(true)));
    let id = user["id"].as_str().unwrap().to_owned();
    let other = instance.run(&["users", "create", "--username", "grace", "--banned", "--json"]).succeeded();
    let other: Value = serde_json::from_str(&other).unwrap();
    assert_eq!(other["banned"], true);
    let other = other["id"].as_str().unwrap().to_owned();

    let table = instance.run(&["users", "list", "--order-by", "-created_at"]).succeeded();
    assert!(
        table.starts_with("ID ") && table.contains("ada@example.com") && table.contains(&other),
        "{table}"
    );
    let banned: Value =
        serde_json::from_str(&instance.run(&["users", "list", "--banned", "--json"]).succeeded()).unwrap();
    assert_eq!((banned.as_array().unwrap().len(), banned[0]["id"].as_str()), (1, Some(other.as_str())));
    assert!(instance.run(&["users", "list", "--email", "ada@example.com"]).succeeded().contains(&id));
    assert!(instance.run(&["users", "list", "--query", "grace"]).succeeded().contains(&other));
    assert!(instance.run(&["users", "get", &id]).succeeded().contains("Ada"));

    assert!(instance.run(&["users", "ban", &id]).succeeded().contains("banned"));
    let both: Value =
        serde_json::from_str(&instance.run(&["users", "unban", &id, &other, "--json"]).succeeded()).unwrap();
    assert!(both.as_array().unwrap().iter().all(|user| user["banned"] == false), "{both}");
    assert!(instance.run(&["users", "lock", &id]).succeeded().contains("locked"));
    assert!(instance.run(&["users", "unlock", &id]).succeeded().contains("active"));

    assert!(instance.run(&["users", "delete", &id]).succeeded().contains(&id));
    let refused = instance.run(&["users", "get", &id]).refused(3);
    assert!(refused.contains("resource_not_found"), "{refused}");
    instance.run(&["users", "ban", &other, &id]).refused(3);
    let other = instance.run(&["users", "get", &other, "--json"]).succeeded();
    assert!(other.contains("\"banned\": false"), "all or nothing: {other}");
}

#[test]
fn sessions_are_listed_and_revoked() {
    let instance = Instance::start(&[]);
    let user: Value = serde_json::from_str(
        &instance.run(&["users", "create", "--username", "lovelace", "--json"]).succeeded(),
    )
    .unwrap();
    let user = user["id"].as_str().unwrap();
    let session = instance.create_session(user);
    let table = instance.run(&["sessions", "list", "--user", user, "--status", "active"]).succeeded();
    assert!(table.contains(&session), "{table}");
    let revoked = instance.run(&["sessions", "revoke", &session]).succeeded();
    assert_eq!(revoked, format!("revoked {session}\n"));
    let table = instance.run(&["sessions", "list", "--user", user, "--status", "active"]).succeeded();
    assert!(!table.contains(&session), "{table}");
    instance.run(&["sessions", "revoke", "sess_000000000000000000000000000"]).refused(3);
}

#[test]
fn a_refused_request_tells_the_servers_reason() {
    let instance = Instance::start(&[]);
    let refused = instance.run(&["users", "create", "--email", "nonsense"]).refused(1);
    assert!(refused.contains("email_address"), "{refused}");
    let refused = instance.run(&["users", "list", "--order-by", "shoe_size"]).refused(1);
    assert!(refused.contains("order_by"), "{refused}");
    let refused = instance.run(&["users", "list", "--api-url", "http://127.0.0.1:1"]).refused(1);
    assert!(refused.contains("connect"), "{refused}");
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let directory = Directory::new();
    let mut child = directory.command(&["completions", "bash"]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!((child.wait().unwrap().code(), stderr.as_str()), (Some(0), ""));
}

#[test]
fn completions_are_printed_for_each_shell() {
    let directory = Directory::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = directory.run(&["completions", shell]).succeeded();
        assert!(script.contains("unban"), "{shell}");
    }
}

#[test]
fn webhook_endpoints_are_managed() {
    let instance = Instance::start(&[]);
    let run = |arguments: &[&str]| instance.run(&[&["webhooks"], arguments].concat());
    let json = |arguments: &[&str]| -> Value {
        serde_json::from_str(&run(&[arguments, &["--json"]].concat()).succeeded()).unwrap()
    };
    // A name that leads nowhere, by its standard.
    let url = "https://hooks.invalid/x";
    let made = run(&["create", url, "--event", "user.updated", "--description", "CRM"]).succeeded();
    assert!(made.contains("whsec_") && made.contains("user.updated"), "{made}");
    let listed = json(&["list"]);
    let id = listed["data"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!((&listed["total_count"], listed["data"][0]["url"].as_str()), (&Value::from(1), Some(url)));
    assert!(run(&["list"]).succeeded().contains("enabled"));
    assert!(run(&["get", &id]).succeeded().contains("CRM"));

    assert!(run(&["update", &id, "--all-events"]).succeeded().contains("all"));
    assert!(run(&["disable", &id]).succeeded().contains("disabled (manually)"));
    assert_eq!(json(&["enable", &id])["enabled"], true);
    let secret = json(&["secret", &id])["secret"].clone();
    assert!(made.contains(secret.as_str().unwrap()));
    let other = json(&["create", "https://hooks.invalid/y"]);
    assert!(other["secret"].as_str().unwrap().starts_with("whsec_"), "{other}");
    run(&["delete", other["id"].as_str().unwrap()]).succeeded();
    let rotated = json(&["rotate-secret", &id]);
    assert!(rotated["secret"] != secret && rotated["old_secret_expires_at"].is_i64(), "{rotated}");

    let told = run(&["test", &id]).failed();
    assert!(told.contains("delivered  no") && told.contains("error"), "{told}");
    assert_eq!(json(&["deliveries", &id, "--status", "failed"])["total_count"], 0);
    run(&["replay", &id, "--since", "2026-01-31T12:00:00Z", "--only-missing"]).succeeded();
    run(&["redeliver", &id, "evt_000000000000000000000000000"]).refused(3);
    run(&["create", "https://127.0.0.1/x"]).refused(1);

    assert!(run(&["delete", &id]).succeeded().contains(&id));
    run(&["get", &id]).refused(3);
}
