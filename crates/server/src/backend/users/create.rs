//! Creating users.

use axum::{Json, extract::State};
use beadle_domain::{
    Error, Findings,
    identifier::{EmailAddress, ExternalId, PhoneNumber, Username, Web3Wallet},
    metadata,
    name::{parse_locale, parse_name},
    settings::InstanceSettings,
};
use beadle_types::{Map, User, code, params::CreateUser};
use secrecy::SecretString;

use super::shown;
use crate::{
    actions::{
        create_user,
        factors::import,
        new_user::{NewUser, Provenance},
        password::{self, NewPassword},
    },
    app::App,
    error::{ApiError, ApiResult},
    extract::{self, time},
};

/// Identifiers of one kind at most.
const IDENTIFIERS: usize = 100;

#[utoipa::path(
    post,
    path = "/v1/users",
    operation_id = "CreateUser",
    request_body = CreateUser,
    responses((status = 200, body = User))
)]
pub(in crate::backend) async fn create(
    State(app): State<App>,
    extract::Json(mut params): extract::Json<CreateUser>,
) -> ApiResult<Json<User>> {
    let (password, digest, hasher) =
        (params.password.take(), params.password_digest.take(), params.password_hasher.take());
    let skip_checks = params.skip_password_checks.unwrap_or(false);
    let new = validate(params, &app.instance.settings())?;
    let password = password.map(|text| NewPassword {
        password: SecretString::from(text),
        identifiers: new.identifiers(),
        skip_checks,
    });
    let digest = password::from_params(&app, password, digest.as_deref(), hasher.as_deref()).await?;
    let record = create_user::create(&app, new.into_record(&app, digest)).await?;
    Ok(shown(&app, record))
}

fn validate(params: CreateUser, settings: &InstanceSettings) -> ApiResult<NewUser> {
    let mut findings = Findings::default();
    let filled = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let new = NewUser {
        external_id: filled(&params.external_id)
            .and_then(|text| findings.keep(ExternalId::parse(&text, "external_id"))),
        username: filled(&params.username).and_then(|text| {
            let canonical = findings.keep(Username::parse(&text, "username"))?;
            Some((canonical, text.trim().to_owned()))
        }),
        first_name: filled(&params.first_name)
            .and_then(|text| findings.keep(parse_name("first_name", &text)).flatten()),
        last_name: filled(&params.last_name)
            .and_then(|text| findings.keep(parse_name("last_name", &text)).flatten()),
        locale: filled(&params.locale)
            .and_then(|text| findings.keep(parse_locale("locale", &text)).flatten()),
        email_addresses: identifiers(
            "email_address",
            &params.email_address,
            &params.email_address_identification_status,
            &mut findings,
            EmailAddress::parse,
        ),
        phone_numbers: identifiers(
            "phone_number",
            &params.phone_number,
            &params.phone_number_identification_status,
            &mut findings,
            PhoneNumber::parse,
        ),
        external_accounts: Vec::new(),
        web3_wallets: identifiers("web3_wallet", &params.web3_wallet, &[], &mut findings, Web3Wallet::parse)
            .into_iter()
            .map(|(wallet, _)| wallet)
            .collect(),
        public_metadata: checked("public_metadata", params.public_metadata, &mut findings),
        private_metadata: checked("private_metadata", params.private_metadata, &mut findings),
        unsafe_metadata: checked("unsafe_metadata", params.unsafe_metadata, &mut findings),
        totp_secret: import::totp_secret(params.totp_secret.as_deref(), &settings.factors, &mut findings),
        backup_codes: import::backup_codes(params.backup_codes, &settings.factors, &mut findings),
        delete_self_enabled: params.delete_self_enabled,
        create_organization_enabled: params.create_organization_enabled,
        create_organizations_limit: params.create_organizations_limit,
        bypass_client_trust: params.bypass_client_trust.unwrap_or(false),
        legal_accepted_at: filled(&params.legal_accepted_at)
            .and_then(|text| findings.keep(time::rfc3339("legal_accepted_at", &text))),
        created_at: filled(&params.created_at)
            .and_then(|text| findings.keep(time::rfc3339("created_at", &text))),
        banned: params.banned.unwrap_or(false),
        locked: params.locked.unwrap_or(false),
    };
    if new.create_organizations_limit.is_some_and(|limit| limit < 0) {
        findings.push(Error::param_rule_broken("create_organizations_limit", "must not be negative"));
    }
    if new.locked && !settings.lockout.enabled {
        findings.push(Error::param_disabled("locked"));
    }
    if findings.is_empty() {
        let skip_user = params.skip_user_requirement.unwrap_or(false);
        let missing = missing(&new, settings, skip_user);
        if !missing.is_empty() {
            findings.push(Error::data_missing(&missing));
        }
    }
    findings.finish().map_err(ApiError::from)?;
    Ok(new)
}

/// What the instance insists on and was not given. Whatever the settings, a user needs one identifier.
fn missing(new: &NewUser, settings: &InstanceSettings, skip: bool) -> Vec<&'static str> {
    let given = [
        ("email_address", settings.identifiers.email_address.required, !new.email_addresses.is_empty()),
        ("phone_number", settings.identifiers.phone_number.required, !new.phone_numbers.is_empty()),
        ("username", settings.identifiers.username.required, new.username.is_some()),
        ("web3_wallet", false, !new.web3_wallets.is_empty()),
    ];
    if given.iter().all(|(_, _, given)| !given) {
        return vec!["email_address", "phone_number", "username"];
    }
    if skip {
        return Vec::new();
    }
    given.iter().filter(|(_, required, given)| *required && !given).map(|(name, _, _)| *name).collect()
}

fn checked(param: &str, metadata: Option<Map>, findings: &mut Findings) -> Map {
    let metadata = metadata.unwrap_or_default();
    findings.keep(metadata::check(param, &metadata));
    metadata
}

/// Parses identifiers and their optional, parallel list of statuses.
fn identifiers<T: PartialEq>(
    param: &str,
    values: &[String],
    statuses: &[String],
    findings: &mut Findings,
    parse: impl Fn(&str, &str) -> Result<T, Error>,
) -> Vec<(T, Provenance)> {
    let status_param = format!("{param}_identification_status");
    if values.len() > IDENTIFIERS {
        findings.push(Error::param_array_size_exceeded(param, IDENTIFIERS));
        return Vec::new();
    }
    if !statuses.is_empty() && statuses.len() != values.len() {
        findings.push(
            Error::new(
                code::FORM_PARAM_ARRAY_LENGTH_MISMATCH,
                "has another length",
                format!("{status_param} needs exactly one item for each of {param}."),
            )
            .param(status_param),
        );
        return Vec::new();
    }
    let mut parsed: Vec<(T, Provenance)> = Vec::with_capacity(values.len());
    for (n, value) in values.iter().enumerate() {
        let provenance = match statuses.get(n).map(String::as_str) {
            None | Some("verified") => Provenance::Admin,
            Some("reserved") => Provenance::Reserved,
            Some(other) => {
                findings.push(Error::param_value_invalid(&status_param, other));
                continue;
            }
        };
        let Some(value) = findings.keep(parse(value, param)) else { continue };
        if parsed.iter().any(|(known, _)| *known == value) {
            findings.push(Error::param_duplicate(param));
        } else {
            parsed.push((value, provenance));
        }
    }
    parsed
}
