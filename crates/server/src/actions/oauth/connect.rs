//! Connecting an account at a provider to the user who is signed in, and taking it away.

use beadle_domain::{
    Error,
    credential::{self, Generation, LiveCredential},
    external_account::Profile,
    sign_in as refusals,
    strategy::Strategy,
};
use beadle_store::{
    Conn, UnitOfWork,
    identifications::{self, IdentificationKind, IdentificationRow, IdentificationStatus},
    oauth_states::{self, Purpose},
    users,
};
use beadle_types::{IdentificationId, Map, Timestamp, UserId};

use super::{Departure, Proof, Request, account, arrive::Outcome};
use crate::{
    actions::{access, by::By, events::Events},
    app::App,
    error::{ApiError, ApiResult},
    extract::{Acting, Site},
    present::external_account,
};

/// Sends the browser out for an account that the user is to have.
///
/// # Errors
/// 400 for a provider that cannot be used.
pub(crate) async fn start(
    app: &App,
    acting: &Acting,
    site: &Site,
    request: Request,
) -> ApiResult<IdentificationRow> {
    let now = app.now();
    let id = app.new_id(IdentificationId::from_parts);
    let strategy = Strategy::OAuth(request.strategy.clone());
    let departure = depart(app, acting, site, id.clone(), request).await?;
    let row = IdentificationRow {
        value: String::new(),
        canonical: id.to_string(),
        id,
        user_id: acting.user.user.id.clone(),
        kind: IdentificationKind::ExternalAccount,
        position: 0,
        status: IdentificationStatus::Unverified,
        strategy: None,
        verification: Some(departure.verification.clone()),
        details: Map::new(),
        created_at: now,
        updated_at: now,
    };
    app.store.write(Start { by: acting.by(), row, strategy, departure }).await
}

async fn depart(
    app: &App,
    acting: &Acting,
    site: &Site,
    id: IdentificationId,
    request: Request,
) -> ApiResult<Departure> {
    let session = acting.session.session();
    let purpose = Purpose::Connect(id, session.user_id.clone(), session.generation);
    super::depart(app, &acting.caller, site, &acting.client.id, purpose, request).await
}

struct Start {
    by: By,
    row: IdentificationRow,
    strategy: Strategy,
    departure: Departure,
}

impl UnitOfWork for Start {
    type Output = IdentificationRow;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<IdentificationRow> {
        let record = self.by.lock_record(conn, &self.row.user_id, self.row.created_at).await?;
        for earlier in &record.identifications {
            // One per provider at a time, so that given up ones do not pile up.
            let same = earlier.verification.as_ref().is_some_and(|it| it.strategy == self.strategy);
            let unproven = earlier.status == IdentificationStatus::Unverified;
            if earlier.kind == IdentificationKind::ExternalAccount && unproven && same {
                identifications::delete(conn, &earlier.id).await?;
            }
        }
        let row = IdentificationRow { position: record.next_position(), ..self.row.clone() };
        identifications::insert(conn, &row).await?;
        oauth_states::put(conn, &self.departure.row).await?;
        Ok(row)
    }
}

/// Sends the browser out again for an account that the user has.
///
/// # Errors
/// 404 for an account that is not theirs, 400 for a provider that cannot be used.
pub(crate) async fn reauthorize(
    app: &App,
    acting: &Acting,
    site: &Site,
    id: &IdentificationId,
    request: Request,
) -> ApiResult<IdentificationRow> {
    let departure = depart(app, acting, site, id.clone(), request).await?;
    let (by, user_id, now) = (acting.by(), acting.user_id().clone(), app.now());
    app.store.write(Reauthorize { by, id: id.clone(), user_id, departure, now }).await
}

struct Reauthorize {
    by: By,
    id: IdentificationId,
    user_id: UserId,
    departure: Departure,
    now: Timestamp,
}

impl UnitOfWork for Reauthorize {
    type Output = IdentificationRow;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<IdentificationRow> {
        self.by.lock(conn, &self.user_id, self.now).await?;
        let mut row = of_user(conn, &self.id, &self.user_id).await?;
        row.verification = Some(self.departure.verification.clone());
        row.updated_at = self.now;
        identifications::update(conn, &row).await?;
        oauth_states::put(conn, &self.departure.row).await?;
        Ok(row)
    }
}

/// The account, if it is the user's.
///
/// # Errors
/// 404 otherwise.
pub(crate) async fn of_user(
    conn: &mut Conn,
    id: &IdentificationId,
    user_id: &UserId,
) -> ApiResult<IdentificationRow> {
    let row = identifications::by_id(conn, id).await?;
    let row = row.filter(|row| row.user_id == *user_id && row.kind == IdentificationKind::ExternalAccount);
    Ok(row.ok_or_else(|| Error::not_found("external account", external_account::id(id)))?)
}

/// The browser is back. A ban since it set out has ended the errand.
pub(super) async fn settle(
    app: &App,
    id: &IdentificationId,
    user_id: &UserId,
    generation: Generation,
    strategy: Strategy,
    proof: Proof,
) -> ApiResult<Outcome> {
    let work = Settle {
        id: id.clone(),
        user_id: user_id.clone(),
        generation,
        strategy,
        proof,
        address_id: app.new_id(IdentificationId::from_parts),
        takes_addresses: app.instance.settings().identifiers.email_address.enabled,
        events: Events::new(app, 1),
    };
    let refused = app.store.write(work).await?.err();
    Ok(Outcome { opened: None, complete: refused.is_none(), refused })
}

struct Settle {
    id: IdentificationId,
    user_id: UserId,
    generation: Generation,
    strategy: Strategy,
    proof: Proof,
    address_id: IdentificationId,
    takes_addresses: bool,
    events: Events,
}

impl UnitOfWork for Settle {
    /// A refusal is an output, not an error: it must be kept with the account.
    type Output = Result<(), Error>;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Self::Output> {
        let standing = users::standing(conn, &self.user_id).await?;
        let live = match credential::admit(standing.as_ref(), self.generation) {
            Ok(live) => live,
            Err(refusal) => return Ok(Err(refusals::refusal(refusal))),
        };
        let mut row = of_user(conn, &self.id, live.user_id()).await?;
        if !row.verification.as_ref().is_some_and(|under_way| under_way.awaits(&self.strategy)) {
            return Err(Error::oauth_callback_invalid().into());
        }
        let outcome = match &self.proof {
            Ok(profile) => self.connect(conn, &row, profile, &live).await?,
            Err(refused) => Err(refused.clone()),
        };
        if let Err(refused) = &outcome {
            let mut under_way = row.verification.take();
            if let Some(under_way) = &mut under_way {
                under_way.fail(refused);
            }
            row.verification = under_way;
            row.updated_at = self.events.now();
            identifications::update(conn, &row).await?;
        }
        account::updated(conn, live.user_id(), &self.events, 0).await?;
        Ok(outcome)
    }
}

impl Settle {
    /// Whether the operator wants the address that comes with the account.
    async fn may_adopt(&self, conn: &mut Conn, profile: &Profile) -> ApiResult<bool> {
        let Some(email) = profile.verified_email() else { return Ok(false) };
        let settings = self.events.app().instance.settings();
        Ok(access::add(conn, &settings, IdentificationKind::EmailAddress, email).await?.is_ok())
    }

    /// Makes the account the user's, unless it is somebody's.
    async fn connect(
        &self,
        conn: &mut Conn,
        row: &IdentificationRow,
        profile: &Profile,
        live: &LiveCredential,
    ) -> ApiResult<Result<(), Error>> {
        let now = self.events.now();
        let canonical = profile.canonical(self.strategy.as_str());
        let proven =
            account::row(row.id.clone(), live.user_id().clone(), &self.strategy, profile, row.position, now);
        match identifications::find(conn, IdentificationKind::ExternalAccount, &canonical).await? {
            Some(same) if same.id == row.id => {
                let proven = IdentificationRow { created_at: same.created_at, ..proven };
                identifications::update(conn, &proven).await?;
                Ok(Ok(()))
            }
            Some(other) if other.user_id == *live.user_id() => {
                Ok(Err(Error::oauth_account_already_connected()))
            }
            Some(_) => Ok(Err(Error::oauth_account_claimed())),
            // Another account than the one that was to be authorised again.
            None if row.status == IdentificationStatus::Verified => {
                Ok(Err(Error::external_account_not_found()))
            }
            None => {
                // What a claim is about is known only now.
                identifications::delete(conn, &row.id).await?;
                identifications::insert(conn, &proven).await?;
                if self.takes_addresses && self.may_adopt(conn, profile).await? {
                    let (user_id, id) = (live.user_id(), &self.address_id);
                    account::adopt_address(conn, user_id, &self.strategy, profile, id, now).await?;
                }
                Ok(Ok(()))
            }
        }
    }
}

/// Takes an account away from the user.
///
/// # Errors
/// 404 for an account that is not theirs, 400 if they could not sign in any more.
pub(crate) async fn delete(app: &App, by: By, user_id: UserId, id: IdentificationId) -> ApiResult<()> {
    app.store.write(Delete { by, id, user_id, events: Events::new(app, 1) }).await
}

struct Delete {
    by: By,
    id: IdentificationId,
    user_id: UserId,
    events: Events,
}

impl UnitOfWork for Delete {
    type Output = ();
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<()> {
        // Locked, so that two at once do not take the last two ways in.
        let mut record = self.by.lock_record(conn, &self.user_id, self.events.now()).await?;
        let row = of_user(conn, &self.id, &self.user_id).await?;
        record.identifications.retain(|other| other.id != row.id);
        if row.can_sign_in() && !record.can_sign_in() {
            return Err(Error::last_identification().into());
        }
        identifications::delete(conn, &row.id).await?;
        Ok(self.events.user(conn, 0, "user.updated", &record).await?)
    }
}
