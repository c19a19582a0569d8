//! Updating a user's profile.

use beadle_domain::{
    Error, Findings,
    identifier::{ExternalId, Username},
    metadata,
    name::{parse_locale, parse_name},
};
use beadle_store::{
    Conn, UnitOfWork,
    identifications::{self, IdentificationKind, IdentificationRow, IdentificationStatus},
    images,
    users::{self, UserRecord, UserRow},
};
use beadle_types::{
    IdentificationId, ImageId, Map, Timestamp, UserId,
    params::{Patch, UpdateUser},
};
use secrecy::SecretString;

use super::{
    by::By,
    create_user,
    events::Events,
    factors::{self, backup_codes, import},
    notify, password,
    password::NewPassword,
    revoke,
};
use crate::{
    app::App,
    error::{ApiError, ApiResult},
    extract::time,
};

/// Applies the changes, all or none.
///
/// # Errors
/// 404 without the user, 422 for every value that cannot be taken.
pub(crate) async fn update(app: &App, id: UserId, params: UpdateUser) -> ApiResult<UserRecord> {
    update_by(app, By::SecretKey, id, params).await
}

/// As [`update`], in anybody's name.
///
/// # Errors
/// As [`update`], and for a session that has died, why it did.
pub(super) async fn update_by(app: &App, by: By, id: UserId, params: UpdateUser) -> ApiResult<UserRecord> {
    let changes = Changes::from_params(app, &id, params).await?;
    let signs_out = changes.signs_out();
    let record = app.store.write(Update { by, id, changes, events: Events::new(app, 1) }).await?;
    if signs_out {
        app.has_revoked();
    }
    Ok(record)
}

/// Validated changes. `None` and `Absent` leave the value alone.
#[derive(Debug, Default)]
struct Changes {
    external_id: Patch<String>,
    username: Patch<(Username, String)>,
    first_name: Patch<String>,
    last_name: Patch<String>,
    locale: Patch<String>,
    image_id: Patch<ImageId>,
    primary_email_address_id: Patch<String>,
    primary_phone_number_id: Patch<String>,
    primary_web3_wallet_id: Patch<String>,
    password_digest: Option<String>,
    sign_out: bool,
    /// Sealed.
    totp_secret: Option<String>,
    /// Digests.
    backup_codes: Option<Vec<String>>,
    tells_of_primary: bool,
    delete_self_enabled: Option<bool>,
    create_organization_enabled: Option<bool>,
    create_organizations_limit: Patch<i64>,
    bypass_client_trust: Option<bool>,
    legal_accepted_at: Patch<Timestamp>,
    created_at: Option<Timestamp>,
    public_metadata: Option<Map>,
    private_metadata: Option<Map>,
    unsafe_metadata: Option<Map>,
}

impl Changes {
    async fn from_params(app: &App, id: &UserId, params: UpdateUser) -> ApiResult<Self> {
        let settings = &app.instance.settings();
        let mut findings = Findings::default();
        let mut changes = Self {
            external_id: read(&params.external_id, &mut findings, |text| {
                ExternalId::parse(text, "external_id").map(|id| Some(id.into_string()))
            }),
            username: read(&params.username, &mut findings, |text| {
                Username::parse(text, "username").map(|canonical| Some((canonical, text.trim().to_owned())))
            }),
            first_name: read(&params.first_name, &mut findings, |text| parse_name("first_name", text)),
            last_name: read(&params.last_name, &mut findings, |text| parse_name("last_name", text)),
            locale: read(&params.locale, &mut findings, |text| parse_locale("locale", text)),
            legal_accepted_at: read(&params.legal_accepted_at, &mut findings, |text| {
                time::rfc3339("legal_accepted_at", text).map(Some)
            }),
            created_at: read(&params.created_at, &mut findings, |text| {
                time::rfc3339("created_at", text).map(Some)
            })
            .value(),
            image_id: read(&params.profile_image_id, &mut findings, |text| {
                text.parse().map(Some).map_err(|_| no_such_picture())
            }),
            primary_email_address_id: params.primary_email_address_id,
            primary_phone_number_id: params.primary_phone_number_id,
            primary_web3_wallet_id: params.primary_web3_wallet_id,
            password_digest: None,
            sign_out: params.sign_out_of_other_sessions.unwrap_or(false),
            totp_secret: import::totp_secret(
                params.totp_secret.value().as_deref(),
                &settings.factors,
                &mut findings,
            )
            .map(|secret| app.instance.seal(secret.as_bytes(), &*app.rng)),
            backup_codes: import::backup_codes(params.backup_codes, &settings.factors, &mut findings)
                .map(|codes| backup_codes::brought(&codes, id)),
            tells_of_primary: params.notify_primary_email_address_changed.unwrap_or(false),
            delete_self_enabled: or_default(params.delete_self_enabled, settings.delete_self_enabled),
            create_organization_enabled: or_default(
                params.create_organization_enabled,
                settings.create_organization_enabled,
            ),
            create_organizations_limit: params.create_organizations_limit,
            bypass_client_trust: params.bypass_client_trust.value(),
            public_metadata: params.public_metadata,
            private_metadata: params.private_metadata,
            unsafe_metadata: params.unsafe_metadata,
        };
        if matches!(changes.create_organizations_limit, Patch::Value(limit) if limit < 0) {
            findings.push(Error::param_rule_broken("create_organizations_limit", "must not be negative"));
        }
        for (param, metadata) in [
            ("public_metadata", &changes.public_metadata),
            ("private_metadata", &changes.private_metadata),
            ("unsafe_metadata", &changes.unsafe_metadata),
        ] {
            if let Some(metadata) = metadata {
                findings.keep(metadata::check(param, metadata));
            }
        }
        findings.finish()?;
        let password = match params.password.value() {
            Some(text) => Some(NewPassword {
                password: SecretString::from(text),
                identifiers: identifiers_of(app, id).await?,
                skip_checks: params.skip_password_checks.unwrap_or(false),
            }),
            None => None,
        };
        changes.password_digest = password::from_params(
            app,
            password,
            params.password_digest.as_deref(),
            params.password_hasher.as_deref(),
        )
        .await?;
        Ok(changes)
    }

    /// Only a new password signs out.
    fn signs_out(&self) -> bool {
        self.sign_out && self.password_digest.is_some()
    }

    fn apply(&self, record: &mut UserRecord, now: Timestamp) -> Result<(), Error> {
        let UserRecord { user, identifications } = record;
        set(&mut user.external_id, self.external_id.clone());
        if let Patch::Value((canonical, written)) = &self.username {
            user.username_canonical = Some(canonical.to_string());
            user.username = Some(written.clone());
        } else if self.username == Patch::Null {
            (user.username_canonical, user.username) = (None, None);
        }
        set(&mut user.first_name, self.first_name.clone());
        set(&mut user.last_name, self.last_name.clone());
        set(&mut user.locale, self.locale.clone());
        set(&mut user.legal_accepted_at, self.legal_accepted_at);
        set(&mut user.create_organizations_limit, self.create_organizations_limit);
        self.choose_primaries(user, identifications)?;
        if let Some(digest) = &self.password_digest {
            user.set_password(Some(digest.clone()), now);
        }
        if self.totp_secret.is_some() {
            user.totp_secret.clone_from(&self.totp_secret);
        }
        if self.backup_codes.is_some() {
            user.backup_codes.clone_from(&self.backup_codes);
        }
        user.delete_self_enabled = self.delete_self_enabled.unwrap_or(user.delete_self_enabled);
        user.create_organization_enabled =
            self.create_organization_enabled.unwrap_or(user.create_organization_enabled);
        user.bypass_client_trust = self.bypass_client_trust.unwrap_or(user.bypass_client_trust);
        user.created_at = self.created_at.unwrap_or(user.created_at);
        for (current, change) in [
            (&mut user.public_metadata, &self.public_metadata),
            (&mut user.private_metadata, &self.private_metadata),
            (&mut user.unsafe_metadata, &self.unsafe_metadata),
        ] {
            if let Some(change) = change {
                current.clone_from(change);
            }
        }
        user.updated_at = now;
        Ok(())
    }

    fn choose_primaries(&self, user: &mut UserRow, rows: &[IdentificationRow]) -> Result<(), Error> {
        use IdentificationKind::{EmailAddress, PhoneNumber, Web3Wallet};
        choose_primary(
            "primary_email_address_id",
            &self.primary_email_address_id,
            rows.iter().filter(|row| row.kind == EmailAddress),
            (&mut user.primary_email_address_id, &mut user.primary_email_address),
        )?;
        choose_primary(
            "primary_phone_number_id",
            &self.primary_phone_number_id,
            rows.iter().filter(|row| row.kind == PhoneNumber),
            (&mut user.primary_phone_number_id, &mut user.primary_phone_number),
        )?;
        choose_primary(
            "primary_web3_wallet_id",
            &self.primary_web3_wallet_id,
            rows.iter().filter(|row| row.kind == Web3Wallet),
            (&mut user.primary_web3_wallet_id, &mut user.primary_web3_wallet),
        )
    }
}

/// Only a verified identification of the user can be primary.
fn choose_primary<'a>(
    param: &'static str,
    choice: &Patch<String>,
    mut rows: impl Iterator<Item = &'a IdentificationRow>,
    (id, value): (&mut Option<IdentificationId>, &mut Option<String>),
) -> Result<(), Error> {
    match choice {
        Patch::Absent => {}
        Patch::Null => (*id, *value) = (None, None),
        Patch::Value(chosen) => {
            let row = rows.find(|row| row.id.as_str() == chosen);
            let row = row.ok_or_else(|| Error::param_resource_not_found(param))?;
            if row.status != IdentificationStatus::Verified {
                return Err(Error::param_verification_needed(param));
            }
            (*id, *value) = (Some(row.id.clone()), Some(row.canonical.clone()));
        }
    }
    Ok(())
}

fn no_such_picture() -> Error {
    Error::param_resource_not_found("profile_image_id")
}

/// `null` goes back to what the instance has for new users.
fn or_default(change: Patch<bool>, default: bool) -> Option<bool> {
    match change {
        Patch::Absent => None,
        Patch::Null => Some(default),
        Patch::Value(value) => Some(value),
    }
}

fn set<T>(current: &mut Option<T>, change: Patch<T>) {
    *current = change.apply(current.take());
}

/// Reads a given value; an empty one clears, like `null`.
fn read<T>(
    param: &Patch<String>,
    findings: &mut Findings,
    parse: impl FnOnce(&str) -> Result<Option<T>, Error>,
) -> Patch<T> {
    match param {
        Patch::Absent => Patch::Absent,
        Patch::Null => Patch::Null,
        Patch::Value(text) if text.trim().is_empty() => Patch::Null,
        Patch::Value(text) => findings.keep(parse(text)).map_or(Patch::Absent, Patch::from),
    }
}

async fn identifiers_of(app: &App, id: &UserId) -> ApiResult<Vec<String>> {
    let record = users::load(&mut *app.store.reader().await?, id).await?;
    let record = record.ok_or_else(|| Error::not_found("user", id))?;
    Ok(record.texts())
}

struct Update {
    by: By,
    id: UserId,
    changes: Changes,
    events: Events,
}

impl UnitOfWork for Update {
    type Output = UserRecord;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<UserRecord> {
        let now = self.events.now();
        let user = self.by.lock(conn, &self.id, now).await?.user;
        let identifications = identifications::of_user(conn, &self.id).await?;
        let before = user.clone();
        let mut record = UserRecord { user, identifications };
        let (had_identifier, had_factor) = (record.has_identifier(), record.has_second_factor());
        self.changes.apply(&mut record, now)?;
        self.choose_picture(conn, &mut record).await?;
        if self.changes.totp_secret.is_some() {
            factors::settle(&mut record, had_factor, now);
        }
        if self.by.is_own() && had_identifier && !record.has_identifier() {
            return Err(Error::last_identification().into());
        }
        let mut findings = Findings::default();
        create_user::check_names(conn, &record, &mut findings).await?;
        findings.finish()?;
        users::update(conn, &record).await?;
        if self.by.is_own() || self.changes.tells_of_primary {
            notify::tell_of_primary(conn, self.events.app(), &before, &record.user).await?;
        }
        if self.changes.signs_out() {
            revoke::everywhere(conn, &self.events, &mut record.user).await?;
        }
        self.events.user(conn, 0, "user.updated", &record).await?;
        Ok(record)
    }
}

impl Update {
    /// A user has one picture, so that it can be kept or taken away.
    async fn choose_picture(&self, conn: &mut Conn, record: &mut UserRecord) -> ApiResult<()> {
        match &self.changes.image_id {
            Patch::Value(id) if record.user.image_id.as_ref() != Some(id) => Err(no_such_picture().into()),
            Patch::Null if record.user.image_id.is_some() => {
                images::delete_of_user(conn, &self.id).await?;
                users::set_image(conn, &self.id, &None, self.events.now()).await?;
                record.user.image_id = None;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}
