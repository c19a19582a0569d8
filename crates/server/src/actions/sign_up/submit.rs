//! Giving values, at the start or later.

use beadle_domain::{
    Error, Findings,
    identifier::{EmailAddress, PhoneNumber, Username},
    metadata,
    name::{parse_locale, parse_name},
    secret::token_hash,
    settings::{InstanceSettings, SignUpMode},
    sign_up::SignUp,
    strategy::Strategy,
    verification::Verification,
};
use beadle_store::{
    Conn, UnitOfWork, actor_tokens,
    identifications::{self, IdentificationKind},
    invitations, sign_in_tokens, sign_ups, users,
};
use beadle_types::{Map, SignUpId, SignUpStatus, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use super::{Step, complete, find_unfinished};
use crate::{
    actions::{
        access, client::Device, events::Events, invitation, password::NewPassword, sign_in::open::NewSession,
    },
    app::App,
    error::{ApiError, ApiResult},
    extract::Caller,
};

/// What a visitor may give. `None` means not given.
#[derive(Default)]
pub(crate) struct Values {
    pub(crate) email_address: Option<String>,
    pub(crate) phone_number: Option<String>,
    pub(crate) username: Option<String>,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) locale: Option<String>,
    pub(crate) password: Option<SecretString>,
    /// JSON.
    pub(crate) unsafe_metadata: Option<String>,
    pub(crate) legal_accepted: bool,
    /// Of an invitation.
    pub(crate) ticket: Option<SecretString>,
}

/// Starts an attempt (`id` absent) or adds to one, and makes the user once nothing is missing.
///
/// # Errors
/// 403 where sign-up is restricted, 422 for every value that cannot be taken.
pub(crate) async fn submit(
    app: &App,
    caller: &Caller,
    device: &Device,
    id: Option<&SignUpId>,
    mut values: Values,
) -> ApiResult<(Step, NewSession)> {
    let now = app.now();
    let settings = app.instance.settings();
    let mut sign_up = match id {
        Some(id) => find_unfinished(&mut *app.store.reader().await?, id, &device.row.id, now).await?,
        None => SignUp::begin(app.new_id(SignUpId::from_parts), device.row.id.clone(), now),
    };
    let ticket = values.ticket.take();
    let password = apply(&mut sign_up, values, &settings, now)?;
    if let Some(ticket) = ticket {
        answer_invitation(app, &mut sign_up, &ticket).await?;
    }
    match settings.sign_up_mode {
        _ if sign_up.invitation_id.is_some() => {}
        SignUpMode::Public => {}
        SignUpMode::Restricted => return Err(Error::sign_up_mode_restricted().into()),
        SignUpMode::Waitlist => return Err(Error::sign_up_restricted_waitlist().into()),
    }
    access::sign_up(&mut *app.store.reader().await?, &settings, &sign_up, false).await??;
    refuse_taken(app, &sign_up).await?;
    if let Some(password) = password {
        let identifiers = sign_up.email_address.iter().chain(&sign_up.username).cloned().collect();
        let password = NewPassword { password, identifiers, skip_checks: false };
        sign_up.password_digest = Some(password.digest(app).await?);
    }
    let mut device = device.clone();
    device.row.sign_up_id = Some(sign_up.id.clone());
    device.row.updated_at = now;
    let new = NewSession::draw(app, caller);
    let work = Submit { device, sign_up, new: new.clone(), events: Events::new(app, 3) };
    Ok((app.store.write(work).await?, new))
}

fn apply(
    sign_up: &mut SignUp,
    values: Values,
    settings: &InstanceSettings,
    now: Timestamp,
) -> ApiResult<Option<SecretString>> {
    let mut findings = Findings::default();
    let enabled = &settings.identifiers;
    for (param, enabled, given) in [
        ("email_address", enabled.email_address.enabled, values.email_address.is_some()),
        ("phone_number", enabled.phone_number.enabled, values.phone_number.is_some()),
        ("username", enabled.username.enabled, values.username.is_some()),
    ] {
        if given && !enabled {
            findings.push(Error::param_disabled(param));
        }
    }
    if let Some(text) = &values.email_address {
        let email = findings.keep(EmailAddress::parse(text, "email_address")).map(EmailAddress::into_string);
        if email.is_some() && email != sign_up.email_address {
            // A proof belongs to the address it was given for.
            sign_up.email_verification = None;
            sign_up.invitation_id = None;
            sign_up.public_metadata = Map::new();
            sign_up.email_address = email;
        }
    }
    if let Some(text) = &values.phone_number {
        sign_up.phone_number =
            findings.keep(PhoneNumber::parse(text, "phone_number")).map(PhoneNumber::into_string);
    }
    if let Some(text) = &values.username {
        sign_up.username = findings.keep(Username::parse(text, "username")).map(|_| text.trim().to_owned());
    }
    if let Some(text) = &values.first_name {
        sign_up.first_name = findings.keep(parse_name("first_name", text)).flatten();
    }
    if let Some(text) = &values.last_name {
        sign_up.last_name = findings.keep(parse_name("last_name", text)).flatten();
    }
    if let Some(text) = &values.locale {
        // The browser library sends whatever the browser says; an odd locale is no reason to refuse a user.
        sign_up.locale = parse_locale("locale", text).ok().flatten();
    }
    if let Some(text) = &values.unsafe_metadata
        && let Some(given) = findings.keep(read_metadata(text))
    {
        sign_up.unsafe_metadata = given;
    }
    if values.legal_accepted {
        sign_up.legal_accepted_at = Some(now);
    }
    sign_up.updated_at = now;
    findings.finish().map_err(ApiError::from)?;
    Ok(values.password)
}

/// Binds the attempt to an invitation: its address is proven by the ticket that was sent there.
async fn answer_invitation(app: &App, sign_up: &mut SignUp, ticket: &SecretString) -> ApiResult<()> {
    let hash = token_hash(ticket.expose_secret());
    let mut reader = app.store.reader().await?;
    let Some(invitation) = invitations::find_by_hash(&mut reader, &hash).await? else {
        return Err(not_an_invitation(&mut reader, &hash).await?.into());
    };
    invitation::check(&invitation, app.now())?;
    let address = &invitation.email_address;
    if identifications::find(&mut reader, IdentificationKind::EmailAddress, address).await?.is_some() {
        return Err(Error::invitation_account_exists().into());
    }
    sign_up.email_address = Some(invitation.email_address);
    sign_up.email_verification = Some(Verification::verified(Strategy::Ticket));
    sign_up.public_metadata = invitation.public_metadata;
    sign_up.invitation_id = Some(invitation.id);
    Ok(())
}

/// What is wrong with a ticket that invites nobody.
async fn not_an_invitation(conn: &mut Conn, hash: &str) -> ApiResult<Error> {
    if sign_in_tokens::find_by_hash(conn, hash).await?.is_some() {
        return Ok(Error::sign_in_token_not_in_sign_in());
    }
    let token = actor_tokens::find_by_hash(conn, hash).await?;
    Ok(token.map_or_else(Error::ticket_invalid, |_| Error::actor_token_not_in_sign_in()))
}

fn read_metadata(text: &str) -> Result<Map, Error> {
    let Ok(Value::Object(given)) = serde_json::from_str(text) else {
        return Err(Error::param_type_invalid("unsafe_metadata", "a JSON object"));
    };
    metadata::check("unsafe_metadata", &given)?;
    Ok(given)
}

/// Identifiers of others are refused as soon as they are given, as Clerk does.
async fn refuse_taken(app: &App, sign_up: &SignUp) -> ApiResult<()> {
    let mut findings = Findings::default();
    let mut reader = app.store.reader().await?;
    for (kind, value) in [
        (IdentificationKind::EmailAddress, &sign_up.email_address),
        (IdentificationKind::PhoneNumber, &sign_up.phone_number),
    ] {
        if let Some(value) = value
            && identifications::find(&mut reader, kind, value).await?.is_some()
        {
            findings.push(Error::identifier_exists(kind.as_str()));
        }
    }
    if let Some(username) = &sign_up.username
        && users::find_by_username(&mut reader, &username.to_lowercase()).await?.is_some()
    {
        findings.push(Error::identifier_exists("username"));
    }
    findings.finish().map_err(ApiError::from)
}

struct Submit {
    device: Device,
    sign_up: SignUp,
    new: NewSession,
    events: Events,
}

impl UnitOfWork for Submit {
    type Output = Step;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Step> {
        let mut sign_up = self.sign_up.clone();
        // Between reading and writing lies the password hash: codes may have been tried meanwhile.
        if let Some(stored) = sign_ups::find_for_update(conn, &sign_up.id).await? {
            if stored.status == SignUpStatus::Complete {
                return Err(Error::verification_already_verified().into());
            }
            // What a ticket has just proven stays.
            if sign_up.invitation_id == stored.invitation_id {
                sign_up.email_verification =
                    stored.email_verification.filter(|_| stored.email_address == sign_up.email_address);
            }
            sign_up.phone_verification =
                stored.phone_verification.filter(|_| stored.phone_number == sign_up.phone_number);
        }
        self.device.save(conn).await?;
        let mut device = self.device.clone();
        device.stored();
        complete::complete_if_met(conn, sign_up, &device, &self.new, &self.events).await
    }
}
