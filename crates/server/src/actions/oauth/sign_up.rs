//! Signing up with an account at a provider.

use beadle_domain::{
    Error,
    credential::{self, Refusal},
    external_account::{ExternalIdentity, Holder, Profile},
    identifier::Username,
    sign_in as refusals,
    sign_up::SignUp,
    strategy::Strategy,
    verification::Verification,
};
use beadle_store::{
    Conn, UnitOfWork,
    identifications::{self, IdentificationKind},
    oauth_states::{self, Purpose},
    sign_ups, users,
};
use beadle_types::{SignInId, SignUpId};

use super::{Departure, Proof, Request, account, arrive::Outcome, sign_in};
use crate::{
    actions::{
        access,
        client::Device,
        events::Events,
        sign_in::open::NewSession,
        sign_up::{Step, complete, find_unfinished, lock_unfinished},
    },
    app::App,
    error::{ApiError, ApiResult},
    extract::{Caller, Site},
};

/// Sends the browser out for an attempt.
///
/// # Errors
/// 404 without the attempt, 400 for a provider that cannot be used.
pub(crate) async fn start(
    app: &App,
    caller: &Caller,
    site: &Site,
    device: &Device,
    id: &SignUpId,
    request: Request,
) -> ApiResult<SignUp> {
    let purpose = Purpose::SignUp(id.clone());
    let departure = super::depart(app, caller, site, &device.row.id, purpose, request).await?;
    app.store.write(Start { app: app.clone(), device: device.clone(), id: id.clone(), departure }).await
}

struct Start {
    app: App,
    device: Device,
    id: SignUpId,
    departure: Departure,
}

impl UnitOfWork for Start {
    type Output = SignUp;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<SignUp> {
        let now = self.app.now();
        let mut sign_up = lock_unfinished(conn, &self.id, &self.device.row.id, now).await?;
        sign_up.external_verification = Some(self.departure.verification.clone());
        sign_up.external = None;
        sign_up.updated_at = now;
        sign_ups::save(conn, &sign_up).await?;
        oauth_states::put(conn, &self.departure.row).await?;
        Ok(sign_up)
    }
}

/// The browser is back.
pub(super) async fn settle(
    app: &App,
    caller: &Caller,
    device: &Device,
    id: &SignUpId,
    strategy: Strategy,
    proof: Proof,
) -> ApiResult<Outcome> {
    let before = find_unfinished(&mut *app.store.reader().await?, id, &device.row.id, app.now()).await?;
    let awaited = before.external_verification.as_ref().is_some_and(|under_way| under_way.awaits(&strategy));
    if !awaited {
        return Err(Error::oauth_callback_invalid().into());
    }
    let (settled, new) = go_on(app, caller, device, before, strategy, proof, None).await?;
    let complete = settled.session.is_some();
    Ok(Outcome { opened: settled.session.map(|record| (record, new)), complete, refused: settled.refused })
}

/// Goes on with an account that a sign-in has proven, and that is nobody's.
///
/// # Errors
/// 404 without the attempt, 400 without such a sign-in.
pub(crate) async fn transfer(
    app: &App,
    caller: &Caller,
    device: &Device,
    id: &SignUpId,
) -> ApiResult<(Step, NewSession)> {
    let (from, identity) = sign_in::transferable(app, device).await?;
    let before = find_unfinished(&mut *app.store.reader().await?, id, &device.row.id, app.now()).await?;
    let (mut step, new) =
        go_on(app, caller, device, before, identity.strategy, Ok(identity.profile), Some(from)).await?;
    // A page that asks is told by the attempt itself.
    step.refused = None;
    Ok((step, new))
}

async fn go_on(
    app: &App,
    caller: &Caller,
    device: &Device,
    before: SignUp,
    strategy: Strategy,
    proof: Proof,
    from: Option<SignInId>,
) -> ApiResult<(Step, NewSession)> {
    let new = NewSession::draw(app, caller);
    let after = match &proof {
        Ok(profile) => fill(app, before.clone(), &strategy, profile).await?,
        Err(_) => before.clone(),
    };
    let work = Settle {
        device: device.clone(),
        before,
        after,
        strategy,
        proof,
        from,
        new: new.clone(),
        events: Events::new(app, 3),
    };
    Ok((app.store.write(work).await?, new))
}

/// Fills in what the provider said and the visitor did not, as far as it is free and the instance takes it.
async fn fill(app: &App, mut sign_up: SignUp, strategy: &Strategy, profile: &Profile) -> ApiResult<SignUp> {
    let enabled = &app.instance.settings().identifiers;
    let mut reader = app.store.reader().await?;
    if let Some(email) = profile.email_address.as_ref().filter(|_| enabled.email_address.enabled) {
        let taken =
            identifications::find(&mut reader, IdentificationKind::EmailAddress, email).await?.is_some();
        if sign_up.email_address.is_none() && !taken {
            sign_up.email_address = Some(email.clone());
            sign_up.email_verification = None;
        }
        if sign_up.email_address.as_ref() == Some(email) && profile.email_address_verified {
            sign_up.email_verification = Some(Verification::verified(strategy.clone()));
        }
    }
    if let Some(text) = profile.username.as_ref().filter(|_| enabled.username.enabled)
        && sign_up.username.is_none()
        && let Ok(canonical) = Username::parse(text, "username")
        && users::find_by_username(&mut reader, canonical.as_str()).await?.is_none()
    {
        sign_up.username = Some(text.trim().to_owned());
    }
    if app.instance.settings().names_enabled {
        sign_up.first_name = sign_up.first_name.or_else(|| profile.first_name.clone());
        sign_up.last_name = sign_up.last_name.or_else(|| profile.last_name.clone());
    }
    sign_up.external_verification = Some(Verification::verified(strategy.clone()));
    let (strategy, profile) = (strategy.clone(), profile.clone());
    sign_up.external = Some(ExternalIdentity { strategy, profile, holder: None });
    Ok(sign_up)
}

struct Settle {
    device: Device,
    /// The attempt as it was read, and as it is with what the provider said.
    before: SignUp,
    after: SignUp,
    strategy: Strategy,
    proof: Proof,
    /// The sign-in that has proven the account.
    from: Option<SignInId>,
    new: NewSession,
    events: Events,
}

impl UnitOfWork for Settle {
    /// A refusal is an output, not an error: it must be kept with the attempt.
    type Output = Step;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Step> {
        let now = self.events.now();
        let stored = lock_unfinished(conn, &self.before.id, &self.device.row.id, now).await?;
        if stored.updated_at != self.before.updated_at || stored.email_address != self.before.email_address {
            // Changed in another window meanwhile: what was filled in may not be right any more.
            return Err(Error::oauth_callback_invalid().into());
        }
        let profile = match &self.proof {
            Ok(profile) => profile,
            Err(refused) => return self.refuse(conn, stored, refused).await,
        };
        if let Some(id) = &self.from {
            sign_in::finish(conn, id, &self.events).await?;
        }
        if let Some(found) = account::find(conn, &self.strategy, profile).await? {
            return self.exists(conn, stored, profile, &found).await;
        }
        let mut sign_up = self.after.clone();
        sign_up.updated_at = now;
        let settings = self.events.app().instance.settings();
        let is_last_step = sign_up.requirements(&settings).are_met();
        if let Err(refusal) = access::sign_up(conn, &settings, &sign_up, is_last_step).await? {
            return self.refuse(conn, stored, &refusal).await;
        }
        complete::complete_if_met(conn, sign_up, &self.device, &self.new, &self.events).await
    }
}

impl Settle {
    /// Somebody's account: a sign-in may go on with it, unless they are banned.
    async fn exists(
        &self,
        conn: &mut Conn,
        mut sign_up: SignUp,
        profile: &Profile,
        found: &account::Found,
    ) -> ApiResult<Step> {
        let standing = users::standing(conn, &found.user_id).await?;
        let live = standing.as_ref().ok_or(Refusal::UserGone).and_then(credential::admit_new);
        let live = match live {
            Ok(live) => live,
            Err(refusal) => return self.refuse(conn, sign_up, &refusals::refusal(refusal)).await,
        };
        let identity = ExternalIdentity {
            strategy: self.strategy.clone(),
            profile: profile.clone(),
            holder: Some(Holder::new(live.user_id().clone(), live.generation())),
        };
        let under_way = sign_up.external_verification.take();
        let mut verification = under_way.unwrap_or_else(|| Verification::new(self.strategy.clone()));
        verification.transfer(identity, &Error::external_account_exists());
        sign_up.external_verification = Some(verification);
        self.keep(conn, sign_up, None).await
    }

    async fn refuse(&self, conn: &mut Conn, mut sign_up: SignUp, refused: &Error) -> ApiResult<Step> {
        let under_way = sign_up.external_verification.take();
        let mut verification = under_way.unwrap_or_else(|| Verification::new(self.strategy.clone()));
        verification.fail(refused);
        sign_up.external_verification = Some(verification);
        self.keep(conn, sign_up, Some(refused.clone())).await
    }

    async fn keep(&self, conn: &mut Conn, mut sign_up: SignUp, refused: Option<Error>) -> ApiResult<Step> {
        sign_up.updated_at = self.events.now();
        sign_ups::save(conn, &sign_up).await?;
        let device = self.device.clone();
        Ok(Step { sign_up, session: None, device, refused })
    }
}
