//! Users about their e-mail addresses and phone numbers.

use beadle_testkit::{TestResponse, Value};
use http::Method;

use crate::{
    answers::session_refused,
    scene::{CODE, Phase, Scene, text},
};

/// An id that nothing has: who may not ask does not learn that.
const NOTHING: &str = "idn_38HzI1ntXxeWeS4fFGnCCbxKfaZ";

async fn ask(scene: &Scene<'_>, method: Method, path: &str, form: &[(&str, &str)]) -> TestResponse {
    let path = format!("{path}?_clerk_session_id={}", scene.session);
    scene.holder.send(scene.holder.call(method, &path).form(form)).await
}

/// A new address or number of the scene's user, in its own name.
fn value(scene: &Scene<'_>, what: &str) -> (&'static str, String) {
    if what == "email_addresses" {
        return ("email_address", format!("second_{}", scene.email));
    }
    // Of those for tests, by the number of the scene's user.
    let digits: String = scene.username.chars().filter(char::is_ascii_digit).collect();
    ("phone_number", format!("+1202555{:04}", 100 + digits.parse::<u32>().expect("a number") % 100))
}

async fn add(scene: &Scene<'_>, what: &str) -> TestResponse {
    let (param, value) = value(scene, what);
    ask(scene, Method::POST, &format!("/me/{what}"), &[(param, &value)]).await
}

fn strategy(what: &str) -> &'static str {
    if what == "email_addresses" { "email_code" } else { "phone_code" }
}

/// The path of one to work on: while the session lives it is made for that, else there is none.
async fn path(scene: &Scene<'_>, phase: Phase, what: &str) -> String {
    let id = match phase {
        Phase::Live => text(&add(scene, what).await.ok()["response"]["id"]),
        _ => NOTHING.to_owned(),
    };
    format!("/me/{what}/{id}")
}

/// The answer of a live session, else nothing: then the refusal was checked.
fn served(answer: &TestResponse, phase: Phase) -> Option<Value> {
    if phase.is_live() {
        return Some(answer.ok());
    }
    session_refused(answer, phase);
    None
}

async fn listed(scene: &Scene<'_>, phase: Phase, what: &str, count: usize) {
    let answer = ask(scene, Method::GET, &format!("/me/{what}"), &[]).await;
    if let Some(list) = served(&answer, phase) {
        assert_eq!(list.as_array().expect("a bare array").len(), count);
    }
}

async fn added(scene: &Scene<'_>, phase: Phase, what: &str) {
    if let Some(shown) = served(&add(scene, what).await, phase) {
        let (param, value) = value(scene, what);
        assert_eq!(shown["response"][param], value);
        assert_eq!(shown["response"]["verification"], Value::Null);
    }
}

async fn shown(scene: &Scene<'_>, phase: Phase, what: &str) {
    let path = path(scene, phase, what).await;
    let answer = ask(scene, Method::GET, &path, &[]).await;
    if let Some(shown) = served(&answer, phase) {
        assert!(path.ends_with(shown["response"]["id"].as_str().expect("an id")));
    }
}

async fn prepared(scene: &Scene<'_>, phase: Phase, what: &str) -> String {
    let path = path(scene, phase, what).await;
    let form = [("strategy", strategy(what))];
    let answer = ask(scene, Method::POST, &format!("{path}/prepare_verification"), &form).await;
    if let Some(shown) = served(&answer, phase) {
        assert_eq!(shown["response"]["verification"]["status"], "unverified");
    }
    path
}

async fn attempted(scene: &Scene<'_>, phase: Phase, what: &str) -> String {
    let path = prepared(scene, phase, what).await;
    let answer = ask(scene, Method::POST, &format!("{path}/attempt_verification"), &[("code", CODE)]).await;
    if let Some(shown) = served(&answer, phase) {
        assert_eq!(shown["response"]["verification"]["status"], "verified");
    }
    path
}

async fn deleted(scene: &Scene<'_>, phase: Phase, what: &str) {
    let path = attempted(scene, phase, what).await;
    let answer = ask(scene, Method::DELETE, &path, &[]).await;
    if let Some(shown) = served(&answer, phase) {
        assert_eq!(shown["response"]["deleted"], true);
    }
}

macro_rules! probes {
    ($what:literal: $listed:ident $count:literal, $added:ident, $shown:ident, $prepared:ident, $attempted:ident, $deleted:ident) => {
        pub(crate) async fn $listed(scene: &Scene<'_>, phase: Phase) {
            listed(scene, phase, $what, $count).await;
        }

        pub(crate) async fn $added(scene: &Scene<'_>, phase: Phase) {
            added(scene, phase, $what).await;
        }

        pub(crate) async fn $shown(scene: &Scene<'_>, phase: Phase) {
            shown(scene, phase, $what).await;
        }

        pub(crate) async fn $prepared(scene: &Scene<'_>, phase: Phase) {
            prepared(scene, phase, $what).await;
        }

        pub(crate) async fn $attempted(scene: &Scene<'_>, phase: Phase) {
            attempted(scene, phase, $what).await;
        }

        pub(crate) async fn $deleted(scene: &Scene<'_>, phase: Phase) {
            deleted(scene, phase, $what).await;
        }
    };
}
probes!("email_addresses": addresses 1, address_added, address, address_prepared, address_attempted, address_deleted);
probes!("phone_numbers": numbers 0, number_added, number, number_prepared, number_attempted, number_deleted);

pub(crate) async fn number_updated(scene: &Scene<'_>, phase: Phase) {
    let what = "phone_numbers";
    let path =
        if phase.is_live() { attempted(scene, phase, what).await } else { path(scene, phase, what).await };
    let answer = ask(scene, Method::PATCH, &path, &[("reserved_for_second_factor", "true")]).await;
    if let Some(shown) = served(&answer, phase) {
        assert_eq!(shown["response"]["reserved_for_second_factor"], true);
    }
}
