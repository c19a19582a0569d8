//! A browser comes back from a provider.

use beadle_domain::{Error, secret::token_hash, strategy::Strategy};
use beadle_store::{
    Conn, UnitOfWork,
    clients::{self, ClientRow},
    oauth_states::{self, OAuthStateRow, Purpose},
    sessions::SessionRecord,
};
use beadle_types::{ClientId, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::{Proof, connect, handover::Handover, sign_in, sign_up};
use crate::{
    actions::{client::Device, sign_in::open::NewSession},
    app::App,
    error::{ApiError, ApiResult},
    extract::{Caller, Channel},
    oauth::Inbound,
};

/// Longest text that is looked at of what the browser brings.
const MAX_TEXT: usize = 4096;

/// What the browser brings.
pub(crate) struct Returned {
    pub(crate) state: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) issuer: Option<String>,
}

/// What became of it.
pub(crate) struct Arrival {
    /// Where the browser goes.
    pub(crate) location: String,
    /// A session that was opened in this browser.
    pub(crate) opened: Option<(SessionRecord, NewSession)>,
}

/// What one of the flows made of a proof.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) opened: Option<(SessionRecord, NewSession)>,
    /// Nothing is left for the page to do.
    pub(crate) complete: bool,
    /// Why it came to nothing; kept with the attempt as well.
    pub(crate) refused: Option<Error>,
}

/// Checks that the browser was sent out, asks the provider who signed in, and goes on with what it set out for.
///
/// # Errors
/// 400 where the state is not one that this browser was sent out with: used, too old, or somebody else's. Then there is
/// nothing that could be told apart, and no page that could be trusted to be told.
pub(crate) async fn arrive(app: &App, caller: Caller, returned: Returned) -> ApiResult<Arrival> {
    let state = returned.state.as_deref().filter(|state| state.len() <= MAX_TEXT);
    let state = state.ok_or_else(Error::oauth_callback_invalid)?;
    let channel = Channel::of_state(state);
    let handover = Handover::draw(app, channel);
    let client_id = match handover {
        Some(_) => None,
        None => Some(Device::known(&caller).map_err(|_| Error::oauth_callback_invalid())?.row.id),
    };
    let take = Take { state_hash: token_hash(state), client_id, handover: handover.clone(), now: app.now() };
    let (row, client) = app.store.write(take).await?.ok_or_else(Error::oauth_callback_invalid)?;
    let device = Device::existing(client.clone());
    let caller = &caller.for_client(client, channel);
    let proof = Box::pin(prove(app, &row, &returned)).await?;
    let strategy = Strategy::OAuth(row.strategy.as_str().into());
    let outcome = match row.purpose {
        Purpose::SignIn(id) => Box::pin(sign_in::settle(app, caller, &device, &id, strategy, proof)).await?,
        Purpose::SignUp(id) => Box::pin(sign_up::settle(app, caller, &device, &id, strategy, proof)).await?,
        Purpose::Connect(id, user_id, generation) => {
            connect::settle(app, &id, &user_id, generation, strategy, proof).await?
        }
    };
    let complete = row.complete_url.filter(|_| outcome.complete);
    let mut location = complete.unwrap_or(row.redirect_url);
    if let Some(refused) = &outcome.refused {
        location = with_failure(&location, refused);
    }
    if let Some(handover) = handover {
        let opened = outcome.opened.as_ref().map(|(record, _)| &record.session.id);
        return Ok(Arrival { location: handover.onto(&location, opened), opened: None });
    }
    Ok(Arrival { location, opened: outcome.opened })
}

/// The account that the code stands for.
async fn prove(app: &App, row: &OAuthStateRow, returned: &Returned) -> ApiResult<Proof> {
    let Some(provider) = app.oauth.enabled(&row.strategy) else {
        return Ok(Err(Error::oauth_provider_not_enabled(&row.strategy)));
    };
    let code = match (&returned.error, &returned.code) {
        (Some(error), _) if error == "access_denied" => return Ok(Err(Error::oauth_access_denied())),
        (None, Some(code)) if code.len() <= MAX_TEXT => code,
        _ => return Ok(Err(Error::oauth_token_exchange_failed())),
    };
    let verifier = app.instance.unseal(&row.verifier).map_err(ApiError::internal)?;
    let verifier = SecretString::from(String::from_utf8(verifier).map_err(ApiError::internal)?);
    let inbound = Inbound {
        code,
        issuer: returned.issuer.as_deref(),
        redirect_uri: &row.redirect_uri,
        verifier: verifier.expose_secret(),
        nonce_hash: &row.nonce_hash,
    };
    Ok(provider.profile(&inbound, app.now()).await.map_err(|problem| {
        tracing::warn!(strategy = row.strategy, %problem, "social sign-in failed at the provider");
        problem.to_refusal()
    }))
}

/// Pages without the browser library read the reason from here.
fn with_failure(location: &str, refused: &Error) -> String {
    let Ok(mut url) = Url::parse(location) else { return location.to_owned() };
    url.query_pairs_mut()
        .append_pair("__clerk_status", "failed")
        .append_pair("__clerk_error_code", refused.code());
    url.into()
}

struct Take {
    state_hash: String,
    /// The browser's client, where it shows which it is.
    client_id: Option<ClientId>,
    handover: Option<Handover>,
    now: Timestamp,
}

impl UnitOfWork for Take {
    type Output = Option<(OAuthStateRow, ClientRow)>;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Self::Output> {
        let taken = oauth_states::take(conn, &self.state_hash, self.client_id.as_ref()).await?;
        let Some(row) = taken.filter(|row| row.expire_at > self.now) else { return Ok(None) };
        let Some(client) = clients::find(conn, &row.client_id).await? else { return Ok(None) };
        if let Some(handover) = &self.handover {
            handover.rotate(conn, &client).await?;
        }
        Ok(Some((row, client)))
    }
}
