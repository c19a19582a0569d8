use std::sync::Arc;

use beadle_domain::{
    clock::{Clock, SystemClock},
    one_time_code::Outcome,
    rng::SystemRng,
};
use beadle_store::{UnitOfWork, mails::Channel};
use beadle_testkit::Scratch;

use super::*;
use crate::{config::Config, error::ApiError};

const OWNER: &str = "sia_1";
const NUMBER: &str = "+14158675309";
const TEST_NUMBER: &str = "+15555550123";

struct Queue(MailRow);

impl UnitOfWork for Queue {
    type Output = ();
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<()> {
        queue(conn, &self.0).await
    }
}

async fn app(scratch: &Scratch, instance: &str) -> App {
    let config = Config {
        data_dir: scratch.path().to_owned(),
        instance: Some(instance.parse().unwrap()),
        ..Config::default()
    };
    App::open(&config, Arc::new(SystemClock), Arc::new(SystemRng)).await.unwrap()
}

#[tokio::test]
async fn a_code_travels_by_sms_in_the_language_of_its_reader() {
    let scratch = Scratch::new();
    let app = app(&scratch, "application_name = 'Acme'").await;
    for (strategy, kind) in [
        (Strategy::PhoneCode, "verification_code"),
        (Strategy::ResetPasswordPhoneCode, "reset_password_code"),
    ] {
        let (mut state, sms) = issue_sms(&app, OWNER, NUMBER, &strategy, Some("de-CH"));
        let sms = sms.unwrap();
        assert_eq!((sms.channel, sms.kind.as_str(), sms.recipient.as_str()), (Channel::Sms, kind, NUMBER));
        assert!(sms.body.contains("Acme") && sms.body.contains("Minuten"), "{}", sms.body);
        assert!(sms.html.is_none() && sms.subject.is_empty());
        let code = crate::mail::code_in(&sms.body).unwrap();
        assert_eq!(state.attempt(OWNER, code, SystemClock.now()), Outcome::Verified);
    }
    let (_, mail) = issue_mail(&app, OWNER, "ada@b.example", &Strategy::ResetPasswordEmailCode, None);
    let mail = mail.unwrap();
    assert_eq!((mail.channel, mail.kind.as_str()), (Channel::Email, "reset_password_code"));
    assert!(mail.html.is_some());
}

#[tokio::test]
async fn test_numbers_get_no_sms_in_test_mode_only() {
    let scratch = Scratch::new();
    let test = app(&scratch, "test_mode = true").await;
    let (mut state, sms) = issue_sms(&test, OWNER, TEST_NUMBER, &Strategy::PhoneCode, None);
    assert!(sms.is_none());
    assert_eq!(state.attempt(OWNER, TEST_CODE, SystemClock.now()), Outcome::Verified);
    assert!(issue_sms(&test, OWNER, NUMBER, &Strategy::PhoneCode, None).1.is_some());

    let scratch = Scratch::new();
    let live = app(&scratch, "test_mode = false").await;
    let (mut state, sms) = issue_sms(&live, OWNER, TEST_NUMBER, &Strategy::PhoneCode, None);
    assert!(sms.is_some_and(|sms| !sms.body.contains(TEST_CODE)));
    assert_eq!(state.attempt(OWNER, TEST_CODE, SystemClock.now()), Outcome::Incorrect);
}

#[tokio::test]
async fn nobody_is_flooded_with_sms() {
    let scratch = Scratch::new();
    let app = app(&scratch, "").await;
    let draw = || issue_sms(&app, OWNER, NUMBER, &Strategy::PhoneCode, None).1.unwrap();
    for _ in 0..PER_RECIPIENT {
        app.store.write(Queue(draw())).await.unwrap();
    }
    let refused = app.store.write(Queue(draw())).await.unwrap_err();
    assert_eq!(refused.code(), Error::verification_code_too_many_requests().code());
    let (_, other) = issue_sms(&app, OWNER, "+442079460958", &Strategy::PhoneCode, None);
    app.store.write(Queue(other.unwrap())).await.unwrap();
}
