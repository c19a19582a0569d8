//! Who has not proven a credential cannot tell a banned user from any other: every answer is the same to the
//! byte, but for ids and the trace.

use beadle_testkit::{Browser, TestApp, TestResponse, both_engines, json};

use crate::scene::{DIGEST, PASSWORD, ban, text};

/// An answer as a stranger sees it: ids, secrets and the name blotted out.
fn blotted(answer: &TestResponse, name: &str) -> String {
    let mut seen = format!("{}\n", answer.status);
    for (header, value) in &answer.headers {
        if header != "x-clerk-trace-id" {
            seen.extend([header.as_str(), ": ", value.to_str().expect("headers are ASCII"), "\n"]);
        }
    }
    seen += &answer.text();
    let words = seen.split_inclusive(|c: char| !c.is_ascii_alphanumeric()).map(|word| {
        let random = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        if random.len() >= 27 { word.replace(random, "#") } else { word.to_owned() }
    });
    // The colour of a picture without a picture comes from the user's id.
    let words = words.collect::<String>();
    let mut parts = words.split("/avatars/");
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.map(|part| part.trim_start_matches(|c: char| c.is_ascii_digit()));
    rest.fold(first, |text, part| text + "/avatars/#" + part).replace(name, "NAME")
}

/// All that can be asked without knowing a credential, in order, on one device.
async fn all_answers(app: &TestApp, name: &str) -> Vec<TestResponse> {
    let mut answers = Vec::new();
    for identifier in [format!("{name}@example.com"), format!("{name}_username")] {
        let browser: Browser = app.browser();
        let named = browser.post("/client/sign_ins", &[("identifier", &identifier)]).await;
        let path = format!("/client/sign_ins/{}", text(&named.ok()["response"]["id"]));
        answers.push(named);
        answers.push(browser.get("/client").await);
        answers.push(browser.get(&path).await);
        let attempt = format!("{path}/attempt_first_factor");
        let wrong_code = [("strategy", "email_code"), ("code", "000000")];
        let wrong_password = [("strategy", "password"), ("password", "not the password")];
        answers.push(browser.post(&attempt, &wrong_code).await);
        answers.push(browser.post(&attempt, &wrong_password).await);
        answers
            .push(browser.post(&format!("{path}/prepare_first_factor"), &[("strategy", "email_code")]).await);
        answers.push(browser.get(&path).await);
        answers.push(browser.post(&attempt, &wrong_code).await);
        answers.push(browser.get("/client").await);
        answers.push(browser.post(&attempt, &[("strategy", "password")]).await);
        answers.push(browser.post(&attempt, &[("strategy", "passkey")]).await);
        let at_once =
            [("identifier", &*identifier), ("strategy", "password"), ("password", "not the password")];
        answers.push(browser.post("/client/sign_ins", &at_once).await);
        answers.push(app.browser().post("/client/sign_ins", &at_once).await);
        let sign_up = [("email_address", &*format!("{name}@example.com")), ("password", "of somebody else")];
        answers.push(app.browser().post("/client/sign_ups", &sign_up).await);
    }
    // Until the account is locked, and beyond.
    let at_once = [
        ("identifier", &*format!("{name}@example.com")),
        ("strategy", "password"),
        ("password", "wrong again"),
    ];
    for _ in 0..8 {
        answers.push(app.browser().post("/client/sign_ins", &at_once).await);
    }
    let right = [at_once[0], at_once[1], ("password", PASSWORD)];
    answers.push(app.browser().post("/client/sign_ins", &right).await);
    answers
}

both_engines! {
    async fn a_stranger_cannot_tell_who_is_banned(app: TestApp) {
        let mut users = Vec::new();
        for name in ["abq", "abe"] {
            users.push(app.create_user(&json!({
                "email_address": [format!("{name}@example.com")], "username": format!("{name}_username"),
                "first_name": "Somebody", "password_digest": DIGEST, "password_hasher": "bcrypt",
            })).await);
        }
        ban(&app, &users[1]).await;
        let abq = all_answers(&app, "abq").await;
        let abe = all_answers(&app, "abe").await;
        assert_eq!(abq.len(), abe.len());
        for (abq, abe) in abq.iter().zip(&abe) {
            assert_eq!(blotted(abq, "abq"), blotted(abe, "abe"), "{}", abe.request);
        }
        // The last ones were locked out, so that the whole way was walked.
        abq.last().unwrap().refused(403, "user_locked");
        // As many mails, to the same places.
        let mails = app.drain_mail().await;
        let to = |name: &str| mails.iter().filter(|mail| mail.to.starts_with(name)).count();
        assert!(to("abq") > 0 && to("abq") == to("abe"), "{mails:#?}");
    }
}
