//! `beadle backup`, and starting on what it made.

use std::{fs, thread};

use serde_json::Value;

use crate::instance::{Directory, Instance};

#[test]
fn a_copy_made_under_load_is_whole_and_starts() {
    let instance = Instance::start(&[]);
    let user = instance.run(&["users", "create", "--username", "ada_l", "--json"]).succeeded();
    let user = serde_json::from_str::<Value>(&user).unwrap()["id"].as_str().unwrap().to_owned();
    instance.run(&["users", "ban", &user]).succeeded();
    let copy = instance.directory.path().join("copy.db");
    let written = thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for n in 0..20 {
                instance.run(&["users", "create", "--username", &format!("more_{n}")]).succeeded();
            }
        });
        let written = instance.run(&["backup", copy.to_str().unwrap()]).succeeded();
        writer.join().unwrap();
        written
    });
    assert!(written.contains("copy.db written") && written.contains("encryption.key"), "{written}");

    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&copy).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600, "it holds digests of passwords");

    // What exists is never written over.
    let refused = instance.run(&["backup", copy.to_str().unwrap()]).refused(1);
    assert!(refused.contains("copy.db"), "{refused}");

    let restored = Directory::new();
    fs::create_dir(restored.data()).unwrap();
    fs::copy(&copy, restored.data().join("beadle.db")).unwrap();
    fs::copy(instance.directory.data().join("encryption.key"), restored.data().join("encryption.key"))
        .unwrap();
    let again = Instance::start_in(restored, &[]);
    assert_eq!(
        (&again.secret_key, &again.publishable_key),
        (&instance.secret_key, &instance.publishable_key)
    );
    let status = again.run(&["users", "ban-status", "--json", &user]).succeeded();
    let status: Value = serde_json::from_str(&status).unwrap();
    assert_eq!((&status["banned"], &status["seq"]), (&true.into(), &1.into()));
    // A verifier that has followed the original past the copy misses nothing of what the copy tells.
    let other = again.run(&["users", "create", "--username", "eve_l", "--json"]).succeeded();
    let other = serde_json::from_str::<Value>(&other).unwrap()["id"].as_str().unwrap().to_owned();
    again.run(&["users", "ban", &other]).succeeded();
    let status = again.run(&["users", "ban-status", "--json", &other]).succeeded();
    let status: Value = serde_json::from_str(&status).unwrap();
    assert!(status["seq"].as_i64().unwrap() > 1 << 40, "{status}");
}

#[test]
fn what_cannot_be_copied_is_refused_and_leaves_nothing() {
    let directory = Directory::new();
    let refused = directory.run(&["backup", "copy.db"]).refused(1);
    assert!(refused.contains("no instance"), "{refused}");
    let refused =
        directory.run(&["backup", "copy.db", "--database-url", "postgres://a@127.0.0.1/b"]).refused(1);
    assert!(refused.contains("pg_dump"), "{refused}");
    let instance = Instance::start(&[]);
    instance.run(&["backup", "no/such/folder/copy.db"]).refused(1);
    assert!(!directory.path().join("copy.db").exists());
    directory.run(&["backup"]).refused(2);
}
