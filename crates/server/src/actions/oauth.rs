//! Social sign-in: a browser is sent to a provider, comes back with a code, and the account that the code stands for is
//! worth a session, a new user, or a connection to the user who is signed in.

pub(crate) mod account;
pub(crate) mod arrive;
pub(crate) mod connect;
pub(crate) mod handover;
pub(crate) mod sign_in;
pub(crate) mod sign_up;

use std::time::Duration;

use beadle_domain::{
    Error, external_account::Profile, secret::token_hash, strategy::Strategy, verification::Verification,
};
use beadle_store::oauth_states::{OAuthStateRow, Purpose};
use beadle_types::ClientId;

use crate::{
    app::App,
    error::ApiResult,
    extract::{Caller, Site},
    oauth::Outbound,
};

/// How long a browser may stay away.
pub(crate) const LIFETIME: Duration = Duration::from_secs(10 * 60);

/// What a browser asks for when it sets out. The URLs were checked.
pub(crate) struct Request {
    pub(crate) strategy: Box<str>,
    pub(crate) redirect_url: String,
    pub(crate) complete_url: Option<String>,
    pub(crate) login_hint: Option<String>,
    pub(crate) prompt: Option<String>,
    pub(crate) additional_scopes: Vec<String>,
}

/// A browser that is about to be sent out.
pub(crate) struct Departure {
    /// What is kept here meanwhile.
    pub(crate) row: OAuthStateRow,
    /// The proof under way, with the address in it.
    pub(crate) verification: Verification,
}

/// What the provider vouched for, or why there is nothing.
pub(crate) type Proof = Result<Profile, Error>;

/// Asks the provider where to send the browser. Nothing is stored yet.
///
/// # Errors
/// 400 for a strategy that is not enabled, and for a provider that cannot be reached.
pub(crate) async fn depart(
    app: &App,
    caller: &Caller,
    site: &Site,
    client_id: &ClientId,
    purpose: Purpose,
    request: Request,
) -> ApiResult<Departure> {
    let provider = app
        .oauth
        .enabled(&request.strategy)
        .ok_or_else(|| Error::oauth_provider_not_enabled(&request.strategy))?;
    let (state, nonce) = (app.rng.token(caller.channel.state_prefix(), 32), app.rng.token("", 32));
    let verifier = app.rng.token("", 48);
    let registered = provider.config.redirect_uri.as_ref().map(url::Url::as_str).or(app.oauth.callback());
    let redirect_uri = registered.map_or_else(|| site.oauth_callback(caller), str::to_owned);
    let outbound = Outbound {
        redirect_uri: &redirect_uri,
        state: &state,
        nonce: &nonce,
        verifier: &verifier,
        login_hint: request.login_hint.as_deref(),
        prompt: request.prompt.as_deref(),
        additional_scopes: &request.additional_scopes,
    };
    let url = provider.authorization_url(&outbound, app.now()).await.map_err(|problem| {
        tracing::warn!(strategy = &*request.strategy, %problem, "social sign-in cannot begin");
        problem.to_refusal()
    })?;
    let expire_at = app.now().plus(LIFETIME);
    let strategy = Strategy::OAuth(request.strategy.clone());
    let row = OAuthStateRow {
        state_hash: token_hash(&state),
        client_id: client_id.clone(),
        strategy: request.strategy.into(),
        purpose,
        verifier: app.instance.seal(verifier.as_bytes(), &*app.rng),
        nonce_hash: token_hash(&nonce),
        redirect_uri,
        redirect_url: request.redirect_url,
        complete_url: request.complete_url,
        expire_at,
    };
    Ok(Departure { row, verification: Verification::at_provider(strategy, url.into(), expire_at) })
}
