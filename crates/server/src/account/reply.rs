//! Answers that lead on: redirects, and the cookies of a session that was opened.

use axum::response::{IntoResponse, Redirect, Response};
use beadle_store::sessions::SessionRecord;

use super::next::Next;
use crate::{actions::sign_in::open::NewSession, app::App, extract::Caller, frontend::answer::Answer};

/// To a page of ours; the visitor's `redirect_url` goes along.
pub(super) fn on_to(path: &str, next: &Next) -> Response {
    Redirect::to(&next.carried_by(path)).into_response()
}

/// To where the visitor was going.
pub(super) fn away(next: &Next) -> Response {
    Redirect::to(next.destination()).into_response()
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
    answer.on_own_page(token.as_ref()).onto(away(next))
}
