//! Answers that lead on: redirects, and the cookies of a session that was opened.

use axum::response::{IntoResponse, Redirect, Response};
use beadle_store::sessions::SessionRecord;
use secrecy::ExposeSecret;

use super::next::Next;
use crate::{
    actions::sign_in::open::NewSession, app::App, cookies, extract::Caller, frontend::answer::Answer,
};

/// To a page of ours; the visitor's `redirect_url` goes along.
pub(super) fn on_to(path: &str, next: &Next) -> Response {
    Redirect::to(&next.carried_by(path)).into_response()
}

/// To where the visitor was going.
pub(super) fn away(caller: &Caller, next: &Next) -> Response {
    leave(caller.dev_browser.as_ref().map(ExposeSecret::expose_secret), next)
}

/// `dev_browser` is the token of a development browser.
fn leave(dev_browser: Option<&str>, next: &Next) -> Response {
    match dev_browser {
        Some(token) => Redirect::to(&next.destination_with(cookies::DEV_BROWSER, token)).into_response(),
        None => Redirect::to(next.destination()).into_response(),
    }
}

/// A session was opened: its cookies, and away. `client` is the secret of a client that is new.
pub(super) fn signed_in(
    app: &App,
    caller: &Caller,
    client: Option<&str>,
    (new, record): (&NewSession, &SessionRecord),
    next: &Next,
) -> Response {
    let token = app.instance.mint_first(record, caller.origin.as_deref(), app.now(), &*app.rng);
    let answer = Answer::new(app, caller).new_client(client).signed_in(new, record);
    let away = match client.filter(|_| app.instance.has_dev_browsers()) {
        Some(token) => leave(Some(token), next),
        None => away(caller, next),
    };
    answer.on_own_page(token.as_ref()).onto(away)
}
