//! Signing in with an account at a provider.

use beadle_domain::{
    Error,
    external_account::{ExternalIdentity, Profile},
    settings::SignUpMode,
    sign_in::SignIn,
    strategy::Strategy,
};
use beadle_store::{
    Conn, UnitOfWork,
    oauth_states::{self, Purpose},
    sign_ins, sign_ups, users,
};
use beadle_types::{IdentificationId, SignInId, SignInStatus, SignUpId, SignUpStatus};

pub(crate) use super::Request;
use super::{Departure, Proof, account, arrive::Outcome};
use crate::{
    actions::{
        client::Device,
        events::Events,
        sign_in::{
            find_open, lock_open,
            open::{NewSession, Proven, first_factor_proven},
        },
    },
    app::App,
    error::{ApiError, ApiResult},
    extract::{Caller, Site},
};

/// Starts an attempt and sends the browser out.
///
/// # Errors
/// 400 for a provider that cannot be used.
pub(crate) async fn start(
    app: &App,
    caller: &Caller,
    site: &Site,
    device: &mut Device,
    request: Request,
) -> ApiResult<SignIn> {
    let now = app.now();
    let mut sign_in = SignIn::begin(app.new_id(SignInId::from_parts), device.row.id.clone(), now);
    let purpose = Purpose::SignIn(sign_in.id.clone());
    let departure = super::depart(app, caller, site, &device.row.id, purpose, request).await?;
    sign_in.prepared(departure.verification.clone(), now);
    device.row.sign_in_id = Some(sign_in.id.clone());
    device.row.updated_at = now;
    let work = Start { device: device.clone(), sign_in: sign_in.clone(), departure };
    app.store.write(work).await?;
    device.stored();
    Ok(sign_in)
}

struct Start {
    device: Device,
    sign_in: SignIn,
    departure: Departure,
}

impl UnitOfWork for Start {
    type Output = ();
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<()> {
        self.device.save(conn).await?;
        sign_ins::save(conn, &self.sign_in).await?;
        Ok(oauth_states::put(conn, &self.departure.row).await?)
    }
}

/// Sends the browser out for an attempt that names its user already.
///
/// # Errors
/// 404 without the attempt, 400 for a provider that cannot be used.
pub(crate) async fn prepare(
    app: &App,
    caller: &Caller,
    site: &Site,
    device: &Device,
    id: &SignInId,
    request: Request,
) -> ApiResult<SignIn> {
    find_open(&mut *app.store.reader().await?, id, &device.row.id, app.now())
        .await?
        .awaiting_first_factor()?;
    let purpose = Purpose::SignIn(id.clone());
    let departure = super::depart(app, caller, site, &device.row.id, purpose, request).await?;
    app.store.write(Prepare { app: app.clone(), device: device.clone(), id: id.clone(), departure }).await
}

struct Prepare {
    app: App,
    device: Device,
    id: SignInId,
    departure: Departure,
}

impl UnitOfWork for Prepare {
    type Output = SignIn;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<SignIn> {
        let now = self.app.now();
        let mut sign_in = lock_open(conn, &self.id, &self.device.row.id, now).await?;
        sign_in.awaiting_first_factor()?;
        sign_in.prepared(self.departure.verification.clone(), now);
        sign_ins::save(conn, &sign_in).await?;
        oauth_states::put(conn, &self.departure.row).await?;
        Ok(sign_in)
    }
}

/// The browser is back.
pub(super) async fn settle(
    app: &App,
    caller: &Caller,
    device: &Device,
    id: &SignInId,
    strategy: Strategy,
    proof: Proof,
) -> ApiResult<Outcome> {
    let new = NewSession::draw(app, caller);
    let work = Settle::new(app, device, id, strategy, proof, &new);
    Ok(match app.store.write(work).await? {
        Settled::Proven(Proven::SignedIn(done)) => {
            Outcome { opened: Some((done.1, new)), complete: true, refused: None }
        }
        // The page asks for what is missing.
        Settled::Proven(Proven::Continues(_)) | Settled::Unknown => Outcome::default(),
        Settled::Proven(Proven::Refused(error)) => Outcome { refused: Some(error), ..Outcome::default() },
    })
}

/// Signs in with an account that a sign-up has proven, and that has turned out to be a user's.
///
/// # Errors
/// 400 if there is no such sign-up.
pub(crate) async fn transfer(
    app: &App,
    caller: &Caller,
    device: &Device,
    id: &SignInId,
) -> ApiResult<(Proven, NewSession)> {
    let invalid = Error::account_transfer_invalid;
    let sign_up_id = device.row.sign_up_id.clone().ok_or_else(invalid)?;
    let sign_up = sign_ups::find(&mut *app.store.reader().await?, &sign_up_id).await?;
    let sign_up = sign_up.filter(|sign_up| sign_up.is_open(app.now()) && sign_up.client_id == device.row.id);
    let verification = sign_up.as_ref().and_then(|sign_up| sign_up.external_verification.as_ref());
    let identity = verification.and_then(|verification| verification.transferable()).ok_or_else(invalid)?;
    let new = NewSession::draw(app, caller);
    let mut work =
        Settle::new(app, device, id, identity.strategy.clone(), Ok(identity.profile.clone()), &new);
    work.from = Some((sign_up_id, identity.clone()));
    match app.store.write(work).await? {
        Settled::Proven(proven) => Ok((proven, new)),
        Settled::Unknown => Err(invalid().into()),
    }
}

struct Settle {
    app: App,
    device: Device,
    id: SignInId,
    strategy: Strategy,
    proof: Proof,
    new: NewSession,
    /// Of the account, should it be connected now.
    account_id: IdentificationId,
    /// The sign-up that has proven the account.
    from: Option<(SignUpId, ExternalIdentity)>,
    events: Events,
}

enum Settled {
    Proven(Proven),
    /// The account is nobody's.
    Unknown,
}

impl Settle {
    fn new(
        app: &App,
        device: &Device,
        id: &SignInId,
        strategy: Strategy,
        proof: Proof,
        new: &NewSession,
    ) -> Self {
        Self {
            app: app.clone(),
            device: device.clone(),
            id: id.clone(),
            strategy,
            proof,
            new: new.clone(),
            account_id: app.new_id(IdentificationId::from_parts),
            from: None,
            events: Events::new(app, 2),
        }
    }
}

impl UnitOfWork for Settle {
    /// A refusal is an output, not an error: it must be kept with the attempt.
    type Output = Settled;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Settled> {
        let now = self.events.now();
        let sign_in = lock_open(conn, &self.id, &self.device.row.id, now).await?;
        if self.from.is_none() && !sign_in.awaits(&self.strategy) {
            return Err(Error::oauth_callback_invalid().into());
        }
        let profile = match &self.proof {
            Ok(profile) => profile,
            Err(refused) => return self.refuse(conn, sign_in, refused).await,
        };
        let Some(found) = account::find(conn, &self.strategy, profile).await? else {
            return self.unknown(conn, sign_in, profile).await;
        };
        self.known(conn, sign_in, profile, &found).await
    }
}

impl Settle {
    async fn known(
        &self,
        conn: &mut Conn,
        sign_in: SignIn,
        profile: &Profile,
        found: &account::Found,
    ) -> ApiResult<Settled> {
        let Some(user) = users::find_for_update(conn, &found.user_id).await? else {
            return self.unknown(conn, sign_in, profile).await;
        };
        let mut identified = sign_in.clone();
        match self.from.as_ref().map(|(_, identity)| &identity.holder) {
            None => identified.identify_by_account(&user.id, user.generation),
            // The proof is as old as the sign-up: it dies with a ban that came between.
            Some(Some(holder)) if holder.user_id == user.id => {
                identified.identify_by_account(&user.id, holder.generation());
            }
            Some(_) => return Err(Error::account_transfer_invalid().into()),
        }
        let strategy = self.strategy.clone();
        let proven =
            first_factor_proven(conn, identified, strategy, &self.device, &self.new, &self.events).await?;
        match &proven {
            Proven::Refused(refused) => return self.refuse(conn, sign_in, refused).await,
            Proven::SignedIn(_) => {
                account::keep(conn, found, &self.strategy, profile, &self.account_id, &self.events, 1)
                    .await?;
            }
            // An address opens half a door: nothing is connected before the other half is open.
            Proven::Continues(_) => {}
        }
        self.finish_sign_up(conn).await?;
        Ok(Settled::Proven(proven))
    }

    /// Nobody's account: a sign-up may go on with it, where people may sign up.
    async fn unknown(&self, conn: &mut Conn, mut sign_in: SignIn, profile: &Profile) -> ApiResult<Settled> {
        if self.app.instance.settings().sign_up_mode == SignUpMode::Restricted {
            return self.refuse(conn, sign_in, &Error::sign_up_mode_restricted()).await;
        }
        let identity =
            ExternalIdentity { strategy: self.strategy.clone(), profile: profile.clone(), holder: None };
        if let Some(first) = &mut sign_in.first_factor {
            first.transfer(identity, &Error::external_account_not_found());
        }
        sign_in.updated_at = self.events.now();
        sign_ins::save(conn, &sign_in).await?;
        Ok(Settled::Unknown)
    }

    /// Keeps the reason with the attempt, where the page looks for it. Of the user nothing is kept.
    async fn refuse(&self, conn: &mut Conn, mut sign_in: SignIn, refused: &Error) -> ApiResult<Settled> {
        if let Some(first) = &mut sign_in.first_factor {
            first.fail(refused);
        }
        sign_in.updated_at = self.events.now();
        sign_ins::save(conn, &sign_in).await?;
        Ok(Settled::Proven(Proven::Refused(refused.clone())))
    }

    /// What it was transferred from is over.
    async fn finish_sign_up(&self, conn: &mut Conn) -> ApiResult<()> {
        let Some((id, _)) = &self.from else { return Ok(()) };
        if let Some(mut sign_up) = sign_ups::find_for_update(conn, id).await? {
            sign_up.status = SignUpStatus::Abandoned;
            sign_up.updated_at = self.events.now();
            sign_ups::save(conn, &sign_up).await?;
        }
        Ok(())
    }
}

/// The account that a sign-in has proven and that is nobody's yet.
///
/// # Errors
/// 400 if there is none.
pub(super) async fn transferable(app: &App, device: &Device) -> ApiResult<(SignInId, ExternalIdentity)> {
    let invalid = Error::account_transfer_invalid;
    let id = device.row.sign_in_id.clone().ok_or_else(invalid)?;
    let sign_in = sign_ins::find(&mut *app.store.reader().await?, &id).await?;
    let sign_in = sign_in.filter(|sign_in| sign_in.is_open(app.now()) && sign_in.client_id == device.row.id);
    let first = sign_in.as_ref().and_then(|sign_in| sign_in.first_factor.as_ref());
    let identity = first.and_then(|first| first.transferable()).ok_or_else(invalid)?;
    Ok((id, identity.clone()))
}

/// What a sign-up has taken over is over here.
pub(super) async fn finish(conn: &mut Conn, id: &SignInId, events: &Events) -> ApiResult<()> {
    if let Some(mut sign_in) = sign_ins::find_for_update(conn, id).await? {
        sign_in.status = SignInStatus::Abandoned;
        sign_in.updated_at = events.now();
        sign_ins::save(conn, &sign_in).await?;
    }
    Ok(())
}
