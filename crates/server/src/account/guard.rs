//! What holds for every page: whose forms are taken, which headers go out, how a refusal looks.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next as Rest,
    response::{IntoResponse, Redirect, Response},
};
use beadle_types::code;
use minijinja::context;
use url::Url;

use super::{foreign_form, next::Next, page::Page};
use crate::{
    app::App,
    error::{ApiError, ApiResult},
    extract::{OwnPage, origin},
    trace::Rendered,
};

const SEC_FETCH_SITE: &str = "sec-fetch-site";
const HEADERS: [(HeaderName, &str); 5] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    // With less, browsers would send forms without their origin.
    (header::REFERRER_POLICY, "same-origin"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'self'; frame-ancestors 'none'"),
];

/// Applies all of it around a request.
pub(super) async fn guard(State(app): State<App>, mut request: Request, rest: Rest) -> Response {
    request.extensions_mut().insert(OwnPage);
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let response = if reads || is_own_form(request.headers()) {
        rest.run(request).await
    } else {
        foreign_form().into_response()
    };
    let mut response = with_page(&app, response);
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Whether the form was sent from a page of this origin, by the browser's word. Browsers say so in one of two
/// headers; who says neither is no browser of this decade.
fn is_own_form(headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get(SEC_FETCH_SITE) {
        return site == "same-origin" || site == "none";
    }
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    origin.and_then(|origin| Url::parse(origin).ok()).is_some_and(|url| origin::is_same_host(&url, headers))
}

/// Gives a refusal its page. The refusal stays with it, for the log.
fn with_page(app: &App, mut response: Response) -> Response {
    let Some(refusal) = response.extensions().get::<Arc<ApiError>>().cloned() else { return response };
    match page_of(app, &refusal) {
        Ok(page) => {
            let (parts, body) = page.into_parts();
            *response.body_mut() = body;
            response.headers_mut().remove(header::CONTENT_LENGTH);
            response.headers_mut().extend(parts.headers);
            response.extensions_mut().insert(Rendered);
            response
        }
        Err(failed) => failed.into_response(),
    }
}

fn page_of(app: &App, refusal: &ApiError) -> ApiResult<Response> {
    let next = Next::default();
    let page = Page::new(app, &next).status(refusal.status());
    if refusal.code() == code::USER_BANNED {
        // Only the answer to a proven credential says so: this page has no address.
        return page.show("banned.html", context! {});
    }
    let (title, text) = match refusal.status() {
        StatusCode::NOT_FOUND if refusal.code() == code::RESOURCE_NOT_FOUND => {
            ("Nothing here", "This page does not exist, or what it was about has ended.")
        }
        StatusCode::UNAUTHORIZED => {
            ("Please sign in again", "What you were doing has ended in the meantime.")
        }
        status if status.is_server_error() => {
            ("Something went wrong", "The fault is on our side. Please try again in a moment.")
        }
        _ => {
            let text = refusal.errors().first().map_or("", |error| &error.long_message);
            return page.show("notice.html", context! { title => "That did not work", text });
        }
    };
    page.show("notice.html", context! { title, text })
}

/// Who reloads the address of a form that was answered with its page gets the page that the form is on.
pub(super) async fn back_to_page(method: Method, uri: Uri) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let page = uri.path().rsplit_once('/').map_or("/account", |(page, _)| page);
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    Redirect::to(&format!("{page}{query}")).into_response()
}
