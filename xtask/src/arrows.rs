//! Which crate may depend on what (design, section 2), checked on Cargo's own picture of the workspace.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::step::{cargo, output};

/// Each crate and the workspace crates it may use. Tests may use `beadle-testkit` besides.
const LAYERS: [(&str, &[&str]); 9] = [
    ("beadle-types", &[]),
    ("beadle-token", &["beadle-types"]),
    ("beadle-domain", &["beadle-types", "beadle-token"]),
    ("beadle-store", &["beadle-types", "beadle-token", "beadle-domain"]),
    ("beadle-server", &["beadle-types", "beadle-token", "beadle-domain", "beadle-store"]),
    (
        "beadle",
        &["beadle-types", "beadle-token", "beadle-domain", "beadle-store", "beadle-server", "beadle-client"],
    ),
    ("beadle-client", &["beadle-types", "beadle-token"]),
    (
        "beadle-testkit",
        &["beadle-types", "beadle-token", "beadle-domain", "beadle-store", "beadle-server", "beadle-client"],
    ),
    ("xtask", &[]),
];

/// Outside crates that only these workspace crates may name.
const OWNED: [(&str, &[&str]); 9] = [
    ("rusqlite", &["beadle-store"]),
    ("tokio-postgres", &["beadle-store"]),
    ("deadpool-postgres", &["beadle-store"]),
    ("tokio-postgres-rustls", &["beadle-store"]),
    ("axum", &["beadle-server", "beadle-testkit", "xtask"]),
    ("utoipa-axum", &["beadle-server"]),
    ("tower-http", &["beadle-server"]),
    ("lettre", &["beadle-server"]),
    ("anyhow", &["beadle", "xtask"]),
];

/// Crates that must not be built at all: a second SQL stack, a second TLS or crypto stack, RSA with a timing
/// leak, or a second JSON Web Token signer.
const FORBIDDEN: [&str; 10] = [
    "sqlx",
    "sqlx-core",
    "diesel",
    "sea-orm",
    "openssl",
    "openssl-sys",
    "native-tls",
    "ring",
    "rsa",
    "async-std",
];

/// Fails with every broken rule, not only the first.
pub(crate) fn check() -> Result<()> {
    let metadata = output(&mut cargo(&["metadata", "--format-version=1", "--locked", "--no-deps"]))?;
    let mut broken = broken_arrows(&serde_json::from_str(&metadata)?)?;
    // What is really built here: `cargo metadata` also lists crates that no enabled feature needs.
    let tree = output(&mut cargo(&["tree", "--workspace", "--locked", "--prefix=none", "--format={p}"]))?;
    broken.extend(forbidden_crates(&tree));
    if !broken.is_empty() {
        bail!("broken rules:\n  {}", broken.join("\n  "));
    }
    println!("{} crates keep to their layers; none of {} is built", LAYERS.len(), FORBIDDEN.join(", "));
    Ok(())
}

fn broken_arrows(metadata: &Value) -> Result<Vec<String>> {
    let mut broken = Vec::new();
    for package in array(metadata, "packages")? {
        check_member(package, &mut broken)?;
    }
    Ok(broken)
}

/// Reads `name v1.2.3 …` lines.
fn forbidden_crates(tree: &str) -> Vec<String> {
    let built: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    let found = FORBIDDEN.iter().filter(|name| built.contains(*name));
    found.map(|name| format!("{name} is in the tree: see `cargo tree --workspace --invert {name}`")).collect()
}

fn check_member(package: &Value, broken: &mut Vec<String>) -> Result<()> {
    let name = string(package, "name")?;
    let Some((_, allowed)) = LAYERS.iter().find(|(layer, _)| *layer == name) else {
        broken.push(format!("{name} has no place in xtask/src/arrows.rs: give it one"));
        return Ok(());
    };
    for dependency in array(package, "dependencies")? {
        let target = string(dependency, "name")?;
        let for_tests = dependency["kind"] == "dev";
        let ours = LAYERS.iter().any(|(layer, _)| *layer == target);
        if ours && !for_tests && !allowed.contains(&target) {
            broken.push(format!("{name} must not depend on {target}"));
        }
        if ours && for_tests && target == "beadle" {
            broken.push(format!("{name}'s tests must not depend on the binary's crate"));
        }
        if let Some((_, owners)) = OWNED.iter().find(|(owned, _)| *owned == target)
            && !owners.contains(&name)
        {
            broken.push(format!("{name} must not use {target}: only {} may", owners.join(", ")));
        }
    }
    Ok(())
}

fn array<'a>(value: &'a Value, key: &str) -> Result<&'a Vec<Value>> {
    value[key].as_array().with_context(|| format!("cargo metadata has no list `{key}`"))
}

fn string<'a>(value: &'a Value, key: &str) -> Result<&'a str> {
    value[key].as_str().with_context(|| format!("cargo metadata has no text `{key}`"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn broken(name: &str, dependencies: &Value) -> Vec<String> {
        broken_arrows(&json!({"packages": [{"name": name, "dependencies": dependencies}]})).unwrap()
    }

    #[test]
    fn arrows_point_one_way() {
        let store = json!([{"name": "beadle-store", "kind": null}]);
        assert_eq!(broken("beadle-server", &store), Vec::<String>::new());
        assert_eq!(broken("beadle-domain", &store), ["beadle-domain must not depend on beadle-store"]);
        assert_eq!(broken("beadle-client", &store), ["beadle-client must not depend on beadle-store"]);
    }

    #[test]
    fn testkit_is_for_tests() {
        assert_eq!(broken("beadle-store", &json!([{"name": "beadle-testkit", "kind": "dev"}])).len(), 0);
        assert_eq!(broken("beadle-store", &json!([{"name": "beadle-testkit", "kind": null}])).len(), 1);
    }

    #[test]
    fn drivers_and_frameworks_have_owners() {
        let driver = json!([{"name": "rusqlite", "kind": "dev"}]);
        assert_eq!(broken("beadle-server", &driver).len(), 1);
        assert_eq!(broken("beadle-store", &driver).len(), 0);
        assert_eq!(broken("beadle", &json!([{"name": "axum", "kind": null}])).len(), 1);
    }

    #[test]
    fn forbidden_trees_and_strangers_are_named() {
        let rules = forbidden_crates("serde v1.0.0\n\nopenssl-sys v0.9.1 (*)\nringbuf v1.0.0");
        assert_eq!(rules.len(), 1, "{rules:?}");
        assert!(rules[0].starts_with("openssl-sys is in the tree"), "{rules:?}");
        assert_eq!(broken("beadle-novelty", &json!([])).len(), 1);
    }
}
