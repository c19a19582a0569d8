use std::sync::Arc;

use axum::body::Body;
use beadle_domain::{clock::SystemClock, rng::SystemRng};
use beadle_store::{UnitOfWork, mails::Channel, users};
use beadle_testkit::{Scratch, json};
use tower::ServiceExt as _;

use super::*;
use crate::{config::Config, error::ApiError};

const SECRET_KEY: &str = "sk_test_notify0123456789abcdefghijkl";

async fn app(scratch: &Scratch, instance: &str) -> App {
    let config = Config {
        data_dir: scratch.path().to_owned(),
        secret_key: Some(SECRET_KEY.into()),
        instance: Some(instance.parse().unwrap()),
        ..Config::default()
    };
    App::open(&config, Arc::new(SystemClock), Arc::new(SystemRng)).await.unwrap()
}

async fn user(app: &App, body: beadle_testkit::Value) -> UserRow {
    let request = http::Request::post("/v1/users")
        .header("authorization", format!("Bearer {SECRET_KEY}"))
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    let response = crate::router(app).oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    let body = axum::body::to_bytes(response.into_body(), 100_000).await.unwrap();
    let body: beadle_testkit::Value = serde_json::from_slice(&body).unwrap();
    let id = body["id"].as_str().unwrap().parse().unwrap();
    users::find(&mut app.store.reader().await.unwrap(), &id).await.unwrap().unwrap()
}

fn activity(browser: Option<&str>, system: Option<&str>, address: Option<&str>) -> SessionActivity {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    SessionActivity {
        object: "session_activity".into(),
        id: "sess_activity_1".into(),
        device_type: owned(system),
        is_mobile: false,
        browser_name: owned(browser),
        browser_version: None,
        ip_address: owned(address),
        city: None,
        country: None,
    }
}

/// Tells the user; how many messages went to them so far.
struct Told(App, UserRow);

impl UnitOfWork for Told {
    type Output = i64;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<i64> {
        tell(conn, &self.0, &self.1, Notice::PasswordChanged).await?;
        let recipient = self.1.primary_email_address.as_deref().unwrap_or_default();
        Ok(mails::sent_since(conn, recipient, beadle_types::Timestamp::from_secs(0)).await?)
    }
}

#[tokio::test]
async fn a_notice_reaches_the_primary_address_in_its_readers_language() {
    let scratch = Scratch::new();
    let app = app(&scratch, "application_name = 'Acme'").await;
    let ada =
        user(&app, json!({"email_address": ["ada@example.com", "b@example.com"], "locale": "de"})).await;
    let activity = activity(Some("Firefox"), Some("Linux"), Some("192.0.2.7"));
    for (notice, kind, says) in [
        (written(&app, &ada, Notice::PasswordChanged), "password_changed", "Ihr Passwort"),
        (
            written(&app, &ada, Notice::PrimaryEmailAddressChanged("b@example.com")),
            "primary_email_address_changed",
            "b@example.com",
        ),
        (
            written(&app, &ada, Notice::NewDeviceSignIn(&activity)),
            "new_device_sign_in",
            "Gerät: Firefox, Linux\nAdresse: 192.0.2.7",
        ),
        (written(&app, &ada, Notice::AccountLocked), "account_locked", "nach 60 Minuten"),
        (written(&app, &ada, Notice::PasskeyAdded("Telefon")), "passkey_added", "Telefon"),
        (written(&app, &ada, Notice::PasskeyRemoved("Telefon")), "passkey_removed", "Telefon"),
    ] {
        let notice = notice.unwrap();
        assert_eq!((notice.kind.as_str(), notice.recipient.as_str()), (kind, "ada@example.com"));
        let text = format!("{}\n{}", notice.subject, notice.body);
        assert!(text.contains(says) && text.contains("Acme"), "{text}");
        assert!(notice.html.is_some() && notice.channel == Channel::Email);
    }
    assert_eq!(app.store.write(Told(app.clone(), ada)).await.unwrap(), 1);
}

#[tokio::test]
async fn who_has_no_address_gets_an_sms_and_who_has_nothing_gets_nothing() {
    let scratch = Scratch::new();
    let app = app(&scratch, "test_mode = true").await;
    let phone = user(&app, json!({"phone_number": ["+14158675309"]})).await;
    let notice = written(&app, &phone, Notice::PasswordChanged).unwrap();
    assert_eq!((notice.channel, notice.recipient.as_str()), (Channel::Sms, "+14158675309"));
    for body in [
        json!({"username": "ada_lovelace"}),
        json!({"email_address": ["ada+clerk_test@example.com"]}),
        json!({"phone_number": ["+15555550123"]}),
    ] {
        let user = user(&app, body.clone()).await;
        assert!(written(&app, &user, Notice::PasswordChanged).is_none(), "{body}");
    }
}

#[tokio::test]
async fn each_notice_can_be_switched_off() {
    let scratch = Scratch::new();
    let off = "[notifications]
        password_changed = false
        primary_email_address_changed = false
        new_device_sign_in = false
        account_locked = false
        passkeys_changed = false";
    let app = app(&scratch, off).await;
    let ada = user(&app, json!({"email_address": ["ada@example.com"]})).await;
    let activity = activity(None, None, None);
    for notice in [
        written(&app, &ada, Notice::PasswordChanged),
        written(&app, &ada, Notice::PrimaryEmailAddressChanged("b@example.com")),
        written(&app, &ada, Notice::NewDeviceSignIn(&activity)),
        written(&app, &ada, Notice::AccountLocked),
        written(&app, &ada, Notice::PasskeyAdded("x")),
        written(&app, &ada, Notice::PasskeyRemoved("x")),
    ] {
        assert!(notice.is_none(), "{notice:?}");
    }
}
