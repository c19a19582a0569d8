//! Development browsers on the pages: the token that stands in addresses elsewhere moves into a cookie when a visitor
//! comes, and goes along when they leave for a page of the application.

use axum::{
    RequestExt as _,
    extract::{Request, State},
    http::{Method, Uri},
    middleware::Next as Rest,
    response::{IntoResponse, Redirect, Response},
};
use secrecy::ExposeSecret as _;

use crate::{
    app::App,
    cookies::{self, Jar},
    error::ApiResult,
    extract::Visitor,
};

/// Tokens in addresses, with the name that older libraries use.
const IN_ADDRESS: [&str; 2] = [cookies::DEV_BROWSER, "__dev_session"];

/// Takes a token over and out of the address bar. One that nobody has is taken out only.
pub(super) async fn adopt(State(app): State<App>, mut request: Request, rest: Rest) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let clean = without_token(request.uri()).filter(|_| reads && app.instance.has_dev_browsers());
    match clean {
        Some(address) => match kept(&app, &mut request, &address).await {
            Ok(response) => response,
            Err(failed) => failed.into_response(),
        },
        None => rest.run(request).await,
    }
}

async fn kept(app: &App, request: &mut Request, address: &str) -> ApiResult<Response> {
    let Visitor(caller) = request.extract_parts_with_state::<Visitor, _>(app).await?;
    let mut response = Redirect::to(address).into_response();
    if let Some(token) = &caller.dev_browser {
        let mut jar = Jar::of(&app.instance, &caller);
        jar.dev_browser(token.expose_secret());
        jar.write(response.headers_mut());
    }
    Ok(response)
}

/// The address without a token, if there is one in it.
fn without_token(uri: &Uri) -> Option<String> {
    let pairs = || form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let is_token = |name: &str| IN_ADDRESS.contains(&name);
    if !pairs().any(|(name, _)| is_token(&name)) {
        return None;
    }
    let rest = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs().filter(|(name, _)| !is_token(name)))
        .finish();
    let separator = if rest.is_empty() { "" } else { "?" };
    Some(format!("{}{separator}{rest}", uri.path()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_token_is_taken_out() {
        let clean = |uri: &str| without_token(&uri.parse().unwrap());
        assert_eq!(clean("/account?done=1"), None);
        assert_eq!(clean("/account?__clerk_db_jwt=dvb_x").as_deref(), Some("/account"));
        let full = "/account/sign-in?redirect_url=%2Fa%3Fb&__dev_session=dvb_x&another=";
        assert_eq!(clean(full).as_deref(), Some("/account/sign-in?redirect_url=%2Fa%3Fb&another="));
    }
}
