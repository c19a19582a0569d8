//! Following a link from a mail. The browser it is followed in need not be the one that asked for it: what is proven
//! belongs to the attempt, and a session to the attempt's own client. A link to an address that a user adds proves that
//! address and opens nothing.

use beadle_domain::{
    Error, credential, one_time_code::Outcome, session::LiveSession, strategy::Strategy,
    verification::Verification,
};
use beadle_store::{
    Conn, UnitOfWork, clients, identifications, sessions, sign_ins, sign_ups,
    users::{self, UserRecord},
};
use beadle_types::{ClientId, IdentificationId, SessionId, SignInId, SignUpId, VerificationStatus};
use secrecy::{ExposeSecret as _, SecretString};

use super::{
    authenticate_session::{self, Found},
    client::Device,
    events::Events,
    identifications::verify,
    sign_in::{
        open::{self, NewSession, Proven},
        was_sent_to_them,
    },
    sign_up::complete,
};
use crate::{
    app::App,
    error::{ApiError, ApiResult},
    extract::Caller,
};

/// How a link was received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// It proved what it was sent for.
    Verified,
    /// It came too late.
    Expired,
    /// It was followed in another browser than the instance demands.
    ClientMismatch,
    /// It proved its address, and that led to nothing: the attempt says why.
    Failed,
}

impl Status {
    /// The word that the browser library reads from the page's address.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Expired => "expired",
            Self::ClientMismatch => "client_mismatch",
            Self::Failed => "failed",
        }
    }
}

/// What became of a link.
#[derive(Debug)]
pub(crate) struct Followed {
    pub(crate) status: Status,
    /// Where the mail's sender wanted its reader to go.
    pub(crate) redirect_url: Option<String>,
    pub(crate) session_id: Option<SessionId>,
}

/// Follows the link with this token, `<attempt>.<secret>`.
///
/// # Errors
/// 400 for a token that no link has.
pub(crate) async fn follow(app: &App, caller: &Caller, token: &SecretString) -> ApiResult<Followed> {
    let (owner, secret) = token.expose_secret().split_once('.').ok_or_else(Error::link_token_invalid)?;
    let link = Link {
        app: app.clone(),
        secret: SecretString::from(secret),
        follower: caller.client.as_ref().map(|client| client.id.clone()),
        new: NewSession::draw(app, caller).for_another_browser(),
        events: Events::new(app, 3),
    };
    if let Ok(id) = owner.parse::<SignInId>() {
        return app.store.write(SignInLink { id, link }).await;
    }
    if let Ok(id) = owner.parse::<IdentificationId>() {
        return app.store.write(AddressLink { id, link }).await;
    }
    let id = owner.parse::<SignUpId>().map_err(|_| Error::link_token_invalid())?;
    app.store.write(SignUpLink { id, link }).await
}

/// What following a link needs, whatever it is of.
struct Link {
    app: App,
    secret: SecretString,
    /// The client of the browser that follows it.
    follower: Option<ClientId>,
    new: NewSession,
    events: Events,
}

impl Link {
    /// Tries the secret on a proof that may have been sent a link.
    fn attempt(
        &self,
        owner: &str,
        in_their_browser: bool,
        proof: Option<&mut Verification>,
    ) -> Result<Result<Outcome, Status>, Error> {
        let proof = proof.filter(|proof| proof.strategy == Strategy::EmailLink);
        let proof = proof.ok_or_else(Error::link_token_invalid)?;
        let code = proof.code.as_mut().ok_or_else(Error::link_token_invalid)?;
        let mut tried = code.clone();
        let outcome = tried.follow(owner, self.secret.expose_secret(), self.events.now());
        match outcome {
            Outcome::Incorrect | Outcome::TooMany => return Err(Error::link_token_invalid()),
            Outcome::Expired => return Ok(Err(Status::Expired)),
            Outcome::AlreadyVerified => return Ok(Ok(outcome)),
            Outcome::Verified => {}
        }
        if self.app.instance.settings().factors.email_link_same_browser && !in_their_browser {
            return Ok(Err(Status::ClientMismatch));
        }
        *code = tried;
        proof.status = VerificationStatus::Verified;
        proof.verified_at_client = self.follower.as_ref().map(ToString::to_string);
        Ok(Ok(outcome))
    }

    fn is_followed_by(&self, client: &ClientId) -> bool {
        self.follower.as_ref() == Some(client)
    }

    /// The device of the attempt.
    async fn device(&self, conn: &mut Conn, id: &ClientId) -> ApiResult<Device> {
        let row = clients::find(conn, id).await?.ok_or_else(Error::link_token_invalid)?;
        Ok(Device::existing(row))
    }
}

struct SignInLink {
    id: SignInId,
    link: Link,
}

impl UnitOfWork for SignInLink {
    type Output = Followed;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Followed> {
        let (link, now) = (&self.link, self.link.events.now());
        let sign_in = sign_ins::find_for_update(conn, &self.id).await?.filter(|found| found.is_open(now));
        let mut sign_in = sign_in.ok_or_else(Error::link_token_invalid)?;
        let redirect_url = sign_in.first_factor.as_ref().and_then(|first| first.redirect_url.clone());
        let told = |status, session_id| Followed { status, redirect_url: redirect_url.clone(), session_id };
        let client_id = sign_in.client_id.clone();
        if sign_in.created_session_id.is_none() && !was_sent_to_them(conn, &sign_in).await? {
            return Ok(told(Status::Expired, None));
        }
        let in_their_browser = link.is_followed_by(&client_id);
        match link.attempt(self.id.as_str(), in_their_browser, sign_in.first_factor.as_mut())? {
            Err(status) => return Ok(told(status, None)),
            Ok(Outcome::AlreadyVerified) => {
                let failed = sign_in.first_factor.as_ref().is_some_and(|first| first.error.is_some());
                let status = if failed { Status::Failed } else { Status::Verified };
                return Ok(told(status, sign_in.created_session_id));
            }
            Ok(_) => {}
        }
        sign_in.awaiting_first_factor()?;
        let device = link.device(conn, &client_id).await?;
        let strategy = Strategy::EmailLink;
        match open::first_factor_proven(conn, sign_in, strategy, &device, &link.new, &link.events).await? {
            Proven::SignedIn(done) => Ok(told(Status::Verified, Some(done.1.session.id.clone()))),
            Proven::Continues(_) => Ok(told(Status::Verified, None)),
            Proven::Refused(error) => {
                // The browser that waits for the link learns it from the attempt.
                let mut sign_in =
                    sign_ins::find(conn, &self.id).await?.ok_or(beadle_store::Error::NotFound)?;
                if let Some(first) = &mut sign_in.first_factor {
                    first.fail(&error);
                }
                sign_ins::save(conn, &sign_in).await?;
                Ok(told(Status::Failed, None))
            }
        }
    }
}

struct SignUpLink {
    id: SignUpId,
    link: Link,
}

impl UnitOfWork for SignUpLink {
    type Output = Followed;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Followed> {
        let (link, id) = (&self.link, &self.id);
        let now = link.events.now();
        let sign_up = sign_ups::find_for_update(conn, id).await?.filter(|found| found.is_open(now));
        let mut sign_up = sign_up.ok_or_else(Error::link_token_invalid)?;
        let redirect_url = sign_up.email_verification.as_ref().and_then(|proof| proof.redirect_url.clone());
        let told = |status, session_id| Followed { status, redirect_url: redirect_url.clone(), session_id };
        let client_id = sign_up.client_id.clone();
        let in_their_browser = link.is_followed_by(&client_id);
        match link.attempt(id.as_str(), in_their_browser, sign_up.email_verification.as_mut())? {
            Err(status) => return Ok(told(status, None)),
            Ok(Outcome::AlreadyVerified) => return Ok(told(Status::Verified, sign_up.created_session_id)),
            Ok(_) => {}
        }
        sign_up.updated_at = now;
        let device = link.device(conn, &client_id).await?;
        let step = complete::complete_if_met(conn, sign_up, &device, &link.new, &link.events);
        let session_id = step.await?.session.map(|record| record.session.id);
        Ok(told(Status::Verified, session_id))
    }
}

struct AddressLink {
    id: IdentificationId,
    link: Link,
}

impl UnitOfWork for AddressLink {
    type Output = Followed;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Followed> {
        let invalid = Error::link_token_invalid;
        let claimed = identifications::by_id(conn, &self.id).await?.ok_or_else(invalid)?;
        let user = users::find_for_update(conn, &claimed.user_id).await?.ok_or_else(invalid)?;
        credential::admit_new(&user.standing()).map_err(|_| invalid())?;
        let identifications = identifications::of_user(conn, &user.id).await?;
        let mut record = UserRecord { user, identifications };
        let position = record.identifications.iter().position(|row| row.id == self.id);
        let position = position.ok_or_else(invalid)?;
        let mut verification = record.identifications[position].verification.clone().ok_or_else(invalid)?;
        let redirect_url = verification.redirect_url.clone();
        let told = |status| Followed { status, redirect_url: redirect_url.clone(), session_id: None };
        let owner = verify::bound_to(&self.id, &record.user);
        let in_their_browser = self.is_in_browser_of(conn, &record).await?;
        match self.link.attempt(&owner, in_their_browser, Some(&mut verification))? {
            Err(status) => return Ok(told(status)),
            Ok(Outcome::AlreadyVerified) => return Ok(told(Status::Verified)),
            Ok(_) => {}
        }
        // As for a code: who was signed out of the account, by themself or from another device, adds nothing to it.
        let (session, client) = verification.asked_by.clone().ok_or_else(invalid)?;
        let asked = authenticate_session::find_of_client(conn, &session, &client, self.link.events.now());
        if !matches!(asked.await?, Found::Live(_)) {
            return Err(invalid().into());
        }
        let proven =
            verify::proven_by_link(conn, &mut record, position, verification, &self.link.events).await?;
        Ok(told(if proven.is_ok() { Status::Verified } else { Status::Failed }))
    }
}

impl AddressLink {
    /// Whether the user is signed in in the browser that follows the link.
    async fn is_in_browser_of(&self, conn: &mut Conn, record: &UserRecord) -> ApiResult<bool> {
        let Some(client) = &self.link.follower else { return Ok(false) };
        let now = self.link.events.now();
        let sessions = sessions::of_client(conn, client, now).await?;
        Ok(sessions
            .into_iter()
            .filter(|found| found.session.user_id == record.user.id)
            .any(|found| LiveSession::admit(found.session, found.standing.as_ref(), now).is_ok()))
    }
}
