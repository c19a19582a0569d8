//! The browser libraries' files.

use std::{fs, os::unix::fs::symlink, path::Path};

use beadle_testkit::{Call, Engine, Scratch, TestApp, TestResponse};
use http::Method;

const ENTRY: &str = "@clerk/clerk-js/dist/clerk.browser.js";
const HOST: &str = "clerk.beadle.localhost";

/// A `node_modules` as npm leaves it, with the UI as pnpm links it.
fn installed() -> Scratch {
    let scratch = Scratch::new();
    let write = |path: &str, content: &str| {
        let path = scratch.path().join("node_modules").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    };
    write(ENTRY, "/* clerk-js */");
    write("@clerk/clerk-js/dist/vendors_clerk.browser_a68c22_6.40.0.js", "/* a chunk */");
    write("@clerk/clerk-js/dist/large.js", &"x".repeat(300_000));
    write("@clerk/clerk-js/dist/types/index.d.ts", "types");
    write("@clerk/clerk-js/dist/.hidden.js", "hidden");
    write("@clerk/clerk-js/package.json", "{}");
    write("@clerk/backend/dist/index.js", "not for browsers");
    write(".pnpm/ui/dist/ui.browser.js", "/* ui */");
    write(".pnpm/ui/dist/themes/dark.css", "a{}");
    write("secret.js", "secret");
    let modules = scratch.path().join("node_modules");
    symlink(modules.join(".pnpm/ui"), modules.join("@clerk/ui")).unwrap();
    symlink(modules.join("secret.js"), modules.join("@clerk/clerk-js/dist/leak.js")).unwrap();
    scratch
}

async fn app(installed: &Scratch) -> TestApp {
    let modules = installed.path().join("node_modules");
    TestApp::builder(Engine::Sqlite).npm_dir(&modules).start().await
}

fn call(app: &TestApp, method: Method, path: &str) -> Call {
    app.backend().call(method, path).without_header("authorization")
}

async fn get(app: &TestApp, path: &str) -> TestResponse {
    call(app, Method::GET, path).send().await
}

fn base(package: &str, version: &str) -> String {
    format!("/__clerk/npm/@clerk/{package}@{version}/dist")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_selector_gets_what_is_installed() {
    let installed = installed();
    let app = app(&installed).await;
    for version in ["6", "6.40.0", "latest", "canary", "^6.0.0", "6.41.0-snapshot.v1", "%3E%3D6"] {
        let script = get(&app, &format!("{}/clerk.browser.js", base("clerk-js", version))).await;
        assert_eq!((script.status.as_u16(), &*script.text()), (200, "/* clerk-js */"), "{version}");
    }
    assert_eq!(get(&app, &format!("{}/ui.browser.js", base("ui", "1"))).await.text(), "/* ui */");
    let theme = get(&app, &format!("{}/themes/dark.css", base("ui", "1"))).await;
    assert_eq!(theme.header("content-type"), Some("text/css; charset=utf-8"));
    let large = get(&app, &format!("{}/large.js", base("clerk-js", "6"))).await;
    assert_eq!((large.text().len(), large.header("content-length")), (300_000, Some("300000")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_publishable_host_and_doubled_slashes_lead_there_too() {
    let installed = installed();
    let app = app(&installed).await;
    let path = "/npm/@clerk/clerk-js@6/dist/clerk.browser.js";
    for (host, path) in [
        (HOST, path.to_owned()),
        (HOST, format!("/{path}")),
        (HOST, format!("/__clerk/{path}")),
        ("app.example", format!("/__clerk{path}")),
        ("app.example", format!("/__clerk/{path}")),
    ] {
        let script = call(&app, Method::GET, &path).header("host", host).send().await;
        assert_eq!((script.status.as_u16(), &*script.text()), (200, "/* clerk-js */"), "{host} {path}");
    }
    let elsewhere = call(&app, Method::GET, path).header("host", "app.example").send().await;
    assert_ne!(elsewhere.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn any_page_may_load_and_keep_them() {
    let installed = installed();
    let app = app(&installed).await;
    let entry = format!("{}/clerk.browser.js", base("clerk-js", "6"));
    let ask = || call(&app, Method::GET, &entry).header("origin", "https://anyone.example");
    let script = ask().send().await;
    for (name, value) in [
        ("access-control-allow-origin", "*"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("content-type", "text/javascript; charset=utf-8"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "public, max-age=600"),
    ] {
        assert_eq!(script.header(name), Some(value), "{}", script.shown());
    }
    // `*` and credentials exclude each other.
    assert_eq!(script.header("access-control-allow-credentials"), None);
    assert_eq!(script.header("set-cookie"), None);

    let etag = script.header("etag").unwrap().to_owned();
    for known in [etag.clone(), format!("W/{etag}"), format!("\"other\", {etag}")] {
        let again = ask().header("if-none-match", &known).send().await;
        assert_eq!((again.status.as_u16(), &*again.text()), (304, ""), "{known}");
        assert_eq!(again.header("etag"), Some(&*etag));
        assert_eq!(again.header("access-control-allow-origin"), Some("*"));
    }
    assert_eq!(ask().header("if-none-match", "\"other\"").send().await.status, 200);
    let modules = installed.path().join("node_modules");
    replace(&modules.join(ENTRY), "/* clerk-j2 */");
    let upgraded = ask().header("if-none-match", &etag).send().await;
    assert_eq!((upgraded.status.as_u16(), &*upgraded.text()), (200, "/* clerk-j2 */"));

    let head = call(&app, Method::HEAD, &entry).send().await;
    assert_eq!((head.status.as_u16(), head.header("content-length"), &*head.text()), (200, Some("14"), ""));
    let chunk = format!("{}/vendors_clerk.browser_a68c22_6.40.0.js", base("clerk-js", "6.40.0"));
    let chunk = get(&app, &chunk).await;
    assert_eq!(chunk.header("cache-control"), Some("public, max-age=31536000, immutable"));
}

/// As package managers do: a new file of the same size and date.
fn replace(path: &Path, content: &str) {
    let modified = fs::metadata(path).unwrap().modified().unwrap();
    let new = path.with_extension("new");
    fs::write(&new, content).unwrap();
    fs::File::options().write(true).open(&new).unwrap().set_modified(modified).unwrap();
    fs::rename(new, path).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_else_can_be_read() {
    let installed = installed();
    let app = app(&installed).await;
    let dist = base("clerk-js", "6");
    for path in [
        format!("{dist}/unknown.js"),
        dist.clone(),
        format!("{dist}/"),
        format!("{dist}/types"),
        format!("{dist}/types/index.d.ts"),
        format!("{dist}/clerk.browser.js/"),
        format!("{dist}/clerk.browser.js/x.js"),
        format!("{dist}/.hidden.js"),
        format!("{dist}/leak.js"),
        format!("{dist}/../package.json"),
        format!("{dist}/../../../secret.js"),
        format!("{dist}/types/../../package.json"),
        format!("{dist}/%2e%2e/package.json"),
        format!("{dist}/%2E%2E%2Fpackage.json"),
        format!("{dist}/..%2fpackage.json"),
        format!("{dist}/..%5cpackage.json"),
        format!("{dist}/..\\package.json"),
        format!("{dist}/clerk.browser.js%00.js"),
        "/__clerk/npm/@clerk/clerk-js@6/package.json".to_owned(),
        "/__clerk/npm/@clerk/clerk-js@6/../../secret.js".to_owned(),
        "/__clerk/npm/@clerk/clerk-js/dist/clerk.browser.js".to_owned(),
        "/__clerk/npm/@clerk/backend@3/dist/index.js".to_owned(),
        "/__clerk/npm/clerk-js@6/dist/clerk.browser.js".to_owned(),
        "/__clerk/npm/secret.js".to_owned(),
        "/__clerk/npm".to_owned(),
    ] {
        let answer = get(&app, &path).await;
        assert_eq!((answer.status.as_u16(), &*answer.text()), (404, "404 page not found"), "{path}");
    }
    let posted = call(&app, Method::POST, &format!("{dist}/clerk.browser.js")).send().await;
    assert_eq!(posted.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_directory_there_are_none() {
    let app = TestApp::builder(Engine::Sqlite).start().await;
    let script = get(&app, &format!("{}/clerk.browser.js", base("clerk-js", "6"))).await;
    assert_eq!((script.status.as_u16(), &*script.text()), (404, "404 page not found"));
}
