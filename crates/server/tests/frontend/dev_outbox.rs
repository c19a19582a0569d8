//! The development outbox: what it shows, and to whom.

use std::time::Duration;

use beadle_testkit::{Call, TestApp, TestResponse, both_engines};
use serde_json::Value;

use crate::visit::{begin_sign_up, prepare_sign_up};

/// For the host `clerk.beadle.localhost`.
const TEST_KEY: &str = "pk_test_Y2xlcmsuYmVhZGxlLmxvY2FsaG9zdCQ";
const LIVE_KEY: &str = "pk_live_Y2xlcmsuYmVhZGxlLmxvY2FsaG9zdCQ";
const LOCAL: ([u8; 4], u16) = ([127, 0, 0, 1], 50_000);

/// An app with test keys on the engine of another.
async fn developed(app: &TestApp) -> TestApp {
    TestApp::builder(app.engine())
        .publishable_key(TEST_KEY)
        .instance("application_name = '<b>Acme'")
        .start()
        .await
}

/// A request from this machine, as a developer's browser makes it.
fn call(app: &TestApp, path: &str) -> Call {
    app.backend().get(path).without_header("authorization").from_peer(LOCAL)
}

async fn listed(app: &TestApp, query: &str) -> Vec<Value> {
    let answer = call(app, &format!("/dev/outbox.json?{query}")).send().await.ok();
    answer["messages"].as_array().unwrap().clone()
}

/// Mails a code, as a server without SMTP keeps it.
async fn mail(app: &TestApp, address: &str) {
    let browser = app.browser();
    let path = begin_sign_up(&browser, address).await;
    prepare_sign_up(&browser, &path).await.ok();
    beadle_server::hooks::keep_messages(app.app()).await.unwrap();
    app.advance(Duration::from_secs(1));
}

fn header(response: &TestResponse, name: &str) -> String {
    response.header(name).unwrap_or_default().to_owned()
}

both_engines! {
    async fn kept_messages_are_listed_newest_first(app: TestApp) {
        let app = developed(&app).await;
        assert!(listed(&app, "").await.is_empty());
        for address in ["ada@example.com", "bob@example.com", "ada@example.com"] {
            mail(&app, address).await;
        }
        let all = listed(&app, "").await;
        let to: Vec<_> = all.iter().map(|message| message["to"].as_str().unwrap()).collect();
        assert_eq!(to, ["ada@example.com", "bob@example.com", "ada@example.com"]);
        assert!(all[0]["created_at"].as_str() > all[1]["created_at"].as_str());
        let first = &all[0];
        let code = first["code"].as_str().unwrap();
        assert_eq!((first["channel"].as_str(), first["kind"].as_str()), (Some("email"), Some("verification_code")));
        for text in ["text", "html"] {
            assert!(first[text].as_str().unwrap().contains(code), "{first}");
        }
        assert!(first["link"].is_null() && !first["subject"].as_str().unwrap().is_empty());

        assert_eq!(listed(&app, "to=ADA@example.com").await.len(), 2);
        assert_eq!(listed(&app, "to=nobody@example.com").await.len(), 0);
        let page = call(&app, "/dev/outbox.json?limit=2").send().await.ok();
        assert_eq!((page["messages"].as_array().unwrap().len(), &page["has_more"]), (2, &Value::Bool(true)));
        let rest = call(&app, "/dev/outbox.json?limit=2&offset=2").send().await.ok();
        assert_eq!(rest["messages"].as_array().unwrap(), &all[2..]);
        assert_eq!(rest["has_more"], false);
    }

    async fn pages_show_them_without_scripts(app: TestApp) {
        let app = developed(&app).await;
        mail(&app, "ada+%3Ci%3E@example.com").await;
        let shown = listed(&app, "").await.remove(0);
        let id = shown["id"].as_str().unwrap();
        let list = call(&app, "/dev/outbox?to=%3Cscript%3E").send().await;
        assert!(list.text().contains("Nothing here yet") && !list.text().contains("<script"), "{}", list.text());
        let list = call(&app, "/dev/outbox").send().await;
        assert!(list.text().contains(&format!("href=\"/dev/outbox/{id}\"")), "{}", list.text());
        let message = call(&app, &format!("/dev/outbox/{id}")).send().await;
        for page in [&list, &message] {
            assert_eq!(page.status, 200);
            assert!(page.text().contains(shown["code"].as_str().unwrap()));
            assert!(!page.text().contains("<b>Acme") && !page.text().contains("<script"), "{}", page.text());
            let policy = header(page, "content-security-policy");
            assert!(policy.contains("default-src 'none'") && !policy.contains("script"), "{policy}");
            assert_eq!(header(page, "content-type"), "text/html; charset=utf-8");
            assert_eq!(header(page, "cache-control"), "no-store");
            assert_eq!(header(page, "x-content-type-options"), "nosniff");
        }
        assert!(message.text().contains("<iframe sandbox srcdoc=\"&lt;!doctype html"), "{}", message.text());
    }

    async fn long_lists_have_pages(app: TestApp) {
        let app = developed(&app).await;
        for n in 0..3 {
            mail(&app, &format!("user{n}@example.com")).await;
        }
        let page = call(&app, "/dev/outbox?limit=1&offset=1").send().await.text();
        assert!(page.contains("user1@example.com") && !page.contains("user0@") && !page.contains("user2@"), "{page}");
        assert!(page.contains("rel=\"prev\" href=\"&#x2f;dev&#x2f;outbox?limit=1&amp;offset=0\""), "{page}");
        assert!(page.contains("rel=\"next\" href=\"&#x2f;dev&#x2f;outbox?limit=1&amp;offset=2\""), "{page}");
        for query in ["limit=0", "limit=201", "limit=x", "offset=-1", "offset=9999999999"] {
            let refused = call(&app, &format!("/dev/outbox.json?{query}")).send().await;
            assert!(refused.status == 422, "{query}: {}", refused.shown());
        }
    }

    async fn there_is_nothing_for_anybody_else(app: TestApp) {
        let test = developed(&app).await;
        mail(&test, "ada@example.com").await;
        let id = listed(&test, "").await[0]["id"].as_str().unwrap().to_owned();
        let live = TestApp::builder(app.engine()).publishable_key(LIVE_KEY).start().await;
        for path in ["/dev/outbox", "/dev/outbox.json", &format!("/dev/outbox/{id}")] {
            for host in ["localhost:3900", "clerk.beadle.localhost", "[::1]:3900", "127.0.0.1:3900"] {
                assert_eq!(call(&test, path).header("host", host).send().await.status, 200, "{path} on {host}");
                let loopback = call(&test, path).from_peer("[::ffff:127.0.0.1]:1".parse::<std::net::SocketAddr>().unwrap());
                assert_eq!(loopback.send().await.status, 200);
            }
            let strangers = [
                call(&live, path),
                call(&test, path).from_peer(([203, 0, 113, 7], 50_000)),
                call(&test, path).from_peer(([10, 0, 0, 1], 50_000)).header("x-forwarded-for", "127.0.0.1"),
                call(&test, path).header("host", "rebound.example.com:3900"),
                call(&test, path).header("host", "localhost.example.com"),
                call(&test, path).header("host", ""),
                call(&test, path).header("x-forwarded-for", "203.0.113.7"),
                call(&test, path).header("forwarded", "for=203.0.113.7"),
            ];
            for stranger in strangers {
                let refused = stranger.send().await;
                assert_eq!(refused.status, 404, "{path}: {}", refused.shown());
                assert!(!refused.text().contains("ada@example.com"));
            }
        }
        for path in ["/dev/outbox/mail_unknown", "/dev/outbox/x%22", "/dev/outbox/user_000000000000000000000000000"] {
            assert_eq!(call(&test, path).send().await.status, 404, "{path}");
        }
    }
}
