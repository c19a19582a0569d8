//! Social sign-in: where browsers set out from, and where they come back to.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use beadle_domain::{Error, strategy::Strategy};
use serde::Deserialize;

use super::answer::Answer;
use crate::{
    actions::oauth::{
        Request,
        arrive::{self, Returned},
    },
    app::App,
    error::{ApiError, ApiResult},
    extract::{Form, Query, Site, Visitor},
};

/// Longest of the texts that go to a provider as they are.
const MAX_HINT: usize = 320;

/// What every form may carry that sends a browser out.
#[derive(Default, Deserialize)]
pub(super) struct OAuthForm {
    pub(super) action_complete_redirect_url: Option<String>,
    pub(super) oidc_login_hint: Option<String>,
    pub(super) oidc_prompt: Option<String>,
}

impl OAuthForm {
    /// The request, if browsers may be sent where it says.
    ///
    /// # Errors
    /// 422 without a URL to come back to, or with one on an origin that is not allowed.
    pub(super) fn request(
        self,
        app: &App,
        site: &Site,
        strategy: Box<str>,
        redirect_url: Option<&str>,
    ) -> Result<Request, Error> {
        let complete = self.action_complete_redirect_url.as_deref();
        let hint = |param: &str, text: Option<String>| match text {
            Some(text) if text.len() > MAX_HINT => Err(Error::param_too_long(param, MAX_HINT)),
            text => Ok(text),
        };
        Ok(Request {
            strategy,
            redirect_url: site.page(app, "redirect_url", redirect_url)?,
            complete_url: complete
                .map(|text| site.page(app, "action_complete_redirect_url", Some(text)))
                .transpose()?,
            login_hint: hint("oidc_login_hint", self.oidc_login_hint)?,
            prompt: hint("oidc_prompt", self.oidc_prompt)?,
            additional_scopes: Vec::new(),
        })
    }
}

/// The provider that a strategy names.
pub(super) fn provider(strategy: Option<&Strategy>) -> Option<Box<str>> {
    match strategy {
        Some(Strategy::OAuth(provider)) => Some(provider.clone()),
        _ => None,
    }
}

#[derive(Deserialize)]
pub(super) struct CallbackQuery {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

#[utoipa::path(get, path = "/v1/oauth_callback", operation_id = "getOauthCallback")]
pub(super) async fn callback(
    State(app): State<App>,
    Visitor(caller): Visitor,
    Query(query): Query<CallbackQuery>,
) -> ApiResult<Response> {
    let CallbackQuery { state, code, error, iss } = query;
    let mut answer = Answer::new(&app, &caller);
    let arrival = arrive::arrive(&app, caller, Returned { state, code, error, issuer: iss }).await?;
    if let Some((record, new)) = &arrival.opened {
        answer = answer.signed_in(new, record);
    }
    Ok(answer.onto(see_other(&arrival.location)?))
}

/// Some providers post. The cookie comes along only with what the browser asks for itself.
#[utoipa::path(post, path = "/v1/oauth_callback", operation_id = "postOauthCallback")]
pub(super) async fn callback_post(Form(posted): Form<CallbackQuery>) -> ApiResult<Response> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let CallbackQuery { state, code, error, iss } = posted;
    for (key, value) in [("state", state), ("code", code), ("error", error), ("iss", iss)] {
        if let Some(value) = value {
            query.append_pair(key, &value);
        }
    }
    see_other(&format!("oauth_callback?{}", query.finish()))
}

fn see_other(location: &str) -> ApiResult<Response> {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let location = HeaderValue::from_str(location).map_err(ApiError::internal)?;
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, location);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // The address that the browser comes from holds a code.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response)
}
