//! API keys, machines and their tokens.

use beadle_domain::credential::Standing;
use beadle_store::{api_keys::ApiKeyRow, m2m_tokens::M2mTokenRow, machines::MachineRow};
use beadle_types::{
    ApiKey, InstanceId, M2mToken, Machine, MachineSecretKey, Timestamp,
    object::{ApiKeyObject, M2mTokenObject, MachineObject, MachineSecretKeyObject},
};
use secrecy::{ExposeSecret, SecretString};

/// The key, revoked as soon as its user is banned; with the secret where it was just drawn.
pub(crate) fn api_key(
    row: ApiKeyRow,
    standing: Option<&Standing>,
    secret: Option<String>,
    now: Timestamp,
) -> ApiKey {
    ApiKey {
        object: ApiKeyObject,
        id: row.id,
        kind: row.kind,
        subject: row.subject,
        name: row.name,
        description: row.description,
        claims: row.claims,
        scopes: row.scopes,
        secret,
        revoked: row.life.is_revoked(standing),
        revocation_reason: row.revocation_reason,
        expired: row.life.is_expired(now),
        expiration: row.life.expire_at,
        created_by: row.created_by,
        last_used_at: row.last_used_at,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

/// The machine, with those it may ask unless it is one of those itself.
pub(crate) fn machine(
    row: MachineRow,
    scoped: Option<Vec<MachineRow>>,
    secret_key: Option<&SecretString>,
    instance_id: &InstanceId,
) -> Machine {
    let shown = |row| machine(row, None, None, instance_id);
    Machine {
        object: MachineObject,
        id: row.id,
        name: row.name,
        instance_id: instance_id.clone(),
        default_token_ttl: row.default_token_ttl,
        scoped_machines: scoped.map(|rows| rows.into_iter().map(shown).collect()),
        secret_key: secret_key.map(|secret| secret.expose_secret().to_owned()),
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

/// The secret key of a machine.
pub(crate) fn secret_key(secret: &SecretString) -> MachineSecretKey {
    MachineSecretKey { object: MachineSecretKeyObject, secret: secret.expose_secret().to_owned() }
}

/// The token; with what the machine shows where it was just made.
pub(crate) fn m2m_token(
    row: M2mTokenRow,
    standing: Option<&Standing>,
    token: Option<String>,
    now: Timestamp,
) -> M2mToken {
    M2mToken {
        object: M2mTokenObject,
        id: row.id,
        subject: row.machine_id,
        claims: row.claims,
        scopes: row.scopes,
        token,
        revoked: row.life.is_revoked(standing),
        revocation_reason: row.revocation_reason,
        expired: row.life.is_expired(now),
        expiration: row.life.expire_at,
        last_used_at: row.last_used_at,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}
