//! The outbox as HTML. Nothing in it runs, and a mail's own HTML is kept in a frame that may do nothing.

use axum::{
    http::{HeaderName, header},
    response::{Html, IntoResponse, Response},
};
use minijinja::{Environment, UndefinedBehavior, Value, context, value::Serde};

use super::{Filter, Listing, Shown};
use crate::error::{ApiError, ApiResult};

/// Mails carry their style inside, and a frame with `srcdoc` has the policy of its page.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

pub(super) const HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

const TEMPLATES: [(&str, &str); 3] = [
    ("page.html", include_str!("../../templates/dev_outbox/page.html")),
    ("list.html", include_str!("../../templates/dev_outbox/list.html")),
    ("message.html", include_str!("../../templates/dev_outbox/message.html")),
];

pub(super) fn list(filter: &Filter, listing: &Listing) -> ApiResult<Response> {
    let (limit, offset) = (filter.limit(), filter.offset());
    let newer = (offset > 0).then(|| link(filter, (offset - limit).max(0)));
    let older = listing.has_more.then(|| link(filter, offset + limit));
    let messages = Value::from(Serde(&listing.messages));
    render("list.html", context! { messages, to => &filter.to, offset, newer, older })
}

pub(super) fn message(shown: &Shown) -> ApiResult<Response> {
    render("message.html", Value::from(Serde(shown)))
}

/// The same list, from another place on.
fn link(filter: &Filter, offset: i64) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(to) = &filter.to {
        query.append_pair("to", to);
    }
    if let Some(limit) = filter.limit {
        query.append_pair("limit", &limit.to_string());
    }
    format!("/dev/outbox?{}", query.append_pair("offset", &offset.to_string()).finish())
}

fn render(name: &str, values: Value) -> ApiResult<Response> {
    let rendered = || {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        for (name, source) in TEMPLATES {
            environment.add_template(name, source)?;
        }
        environment.get_template(name)?.render(values)
    };
    let html = rendered().map_err(ApiError::internal)?;
    Ok((HEADERS, Html(html)).into_response())
}
