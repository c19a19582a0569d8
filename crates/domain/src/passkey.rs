//! Passkeys: the relying party's side of WebAuthn, as much of it as passkeys need.
//!
//! No attestation is asked for, and none is believed. What counts is that the page, the domain and the challenge are
//! ours, that the device has verified its user, and that the signature is by the key of the registration.

mod cbor;
mod data;
mod key;
mod site;

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use beadle_types::{Map, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub use self::site::Site;
use self::{
    data::{AuthenticatorData, ClientData},
    key::PublicKey,
};
use crate::{
    error::{Error, Result},
    one_time_code,
    rng::{Rng, RngExt},
    secret::constant_time_eq,
};

/// Passkeys of one user at most.
pub const MAX_PER_USER: usize = 10;
/// Bytes of what a browser sends for one passkey at most.
const MAX_CREDENTIAL: usize = 64 * 1024;
/// What a browser is told to wait, in milliseconds.
const TIMEOUT: u32 = 300_000;

/// What an answer is held against: stored with what it is for, used once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Challenge {
    /// What the browser is handed.
    pub options: Value,
    /// The random part of it.
    nonce: String,
    /// Where the passkey belongs.
    site: Site,
    /// When it is too late.
    pub expire_at: Timestamp,
}

/// A passkey that exists, as options name it.
#[derive(Debug, Clone)]
pub struct Known {
    /// The credential id, base64url.
    pub id: String,
    /// How browsers reach it.
    pub transports: Vec<String>,
}

impl Known {
    fn shown(&self) -> Value {
        json!({"type": "public-key", "id": self.id, "transports": self.transports})
    }
}

/// Whom a passkey is made for.
#[derive(Debug, Clone, Copy)]
pub struct Holder<'a> {
    /// The user's id; comes back with every use.
    pub id: &'a str,
    /// What the account is listed under.
    pub account: &'a str,
    /// The person's name.
    pub name: &'a str,
}

impl Challenge {
    /// To make a passkey on a device that holds none of `existing`.
    pub fn to_create(
        rng: &dyn Rng,
        site: Site,
        application: &str,
        holder: Holder<'_>,
        existing: &[Known],
        now: Timestamp,
    ) -> Self {
        let nonce = encode(&rng.bytes::<32>());
        let algorithms = key::ALGORITHMS.map(|alg| json!({"type": "public-key", "alg": alg}));
        let options = json!({
            "rp": {"id": site.id, "name": application},
            "user": {
                "id": encode(holder.id.as_bytes()), "name": holder.account, "displayName": holder.name,
            },
            "challenge": nonce,
            "pubKeyCredParams": algorithms,
            "timeout": TIMEOUT,
            "excludeCredentials": existing.iter().map(Known::shown).collect::<Vec<_>>(),
            "authenticatorSelection": {
                "residentKey": "required", "requireResidentKey": true, "userVerification": "required",
            },
            "attestation": "none",
        });
        Self { options, nonce, site, expire_at: now.plus(one_time_code::LIFETIME) }
    }

    /// To use one of these passkeys; without any, whichever the device has.
    pub fn to_use(rng: &dyn Rng, site: Site, allowed: &[Known], now: Timestamp) -> Self {
        let nonce = encode(&rng.bytes::<32>());
        let options = json!({
            "challenge": nonce,
            "rpId": site.id,
            "timeout": TIMEOUT,
            "allowCredentials": allowed.iter().map(Known::shown).collect::<Vec<_>>(),
            "userVerification": "required",
        });
        Self { options, nonce, site, expire_at: now.plus(one_time_code::LIFETIME) }
    }

    /// One read back from a verification.
    pub fn from_stored(stored: Value) -> Result<Self> {
        serde_json::from_value(stored).map_err(|_| Error::verification_not_sent())
    }

    /// What a verification stores.
    pub fn to_stored(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Whether browser and device answered this challenge, on this site, with their user's consent.
    fn is_answered(&self, kind: &str, client: &ClientData, device: &AuthenticatorData<'_>) -> bool {
        client.kind == kind
            && constant_time_eq(client.challenge.as_bytes(), self.nonce.as_bytes())
            && client.origin == self.site.origin
            && !client.cross_origin
            && device.rp_id_hash == digest(&SHA256, self.site.id.as_bytes()).as_ref()
            && device.user_present
            && device.user_verified
    }

    fn in_time(&self, now: Timestamp) -> Result<()> {
        if now < self.expire_at { Ok(()) } else { Err(Error::verification_expired()) }
    }
}

/// A passkey as stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stored {
    /// COSE, base64url.
    pub public_key: String,
    /// How often the device says that it was used; stays 0 on devices that do not count.
    pub sign_count: u32,
    /// How browsers reach it.
    #[serde(default)]
    pub transports: Vec<String>,
    /// The last sign-in with it.
    #[serde(default)]
    pub last_used_at: Option<Timestamp>,
}

impl Stored {
    /// One read back from an identification.
    pub fn from_details(details: &Map) -> Option<Self> {
        serde_json::from_value(Value::Object(details.clone())).ok()
    }

    /// What an identification stores.
    pub fn to_details(&self) -> Map {
        match serde_json::to_value(self) {
            Ok(Value::Object(map)) => map,
            _ => Map::new(),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Credential<R> {
    raw_id: String,
    response: R,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AttestationResponse {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    attestation_object: String,
    #[serde(default)]
    transports: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssertionResponse {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    authenticator_data: String,
    signature: String,
    #[serde(default)]
    user_handle: Option<String>,
}

/// Reads what a browser made for a challenge. Returns the credential id and what to store.
///
/// # Errors
/// 422 for what is no such answer, 400 for one that came too late or does not fit the challenge.
pub fn register(challenge: &Challenge, credential: &str, now: Timestamp) -> Result<(String, Stored)> {
    challenge.in_time(now)?;
    let given: Credential<AttestationResponse> = parse(credential)?;
    let client = bytes(&given.response.client_data)?;
    let client = ClientData::parse(&client).ok_or_else(Error::passkey_invalid_credential)?;
    let object = bytes(&given.response.attestation_object)?;
    let device = cbor::read_whole(&object).ok_or_else(Error::passkey_invalid_credential)?;
    let device = device.text_key("authData").and_then(cbor::Value::as_bytes);
    let device = device.and_then(AuthenticatorData::parse).ok_or_else(Error::passkey_invalid_credential)?;
    if !challenge.is_answered("webauthn.create", &client, &device) {
        return Err(Error::passkey_registration_failure());
    }
    let (id, key) = device.credential.ok_or_else(Error::passkey_invalid_credential)?;
    if PublicKey::parse(key).is_none() || encode(id) != given.raw_id.trim_end_matches('=') {
        return Err(Error::passkey_registration_failure());
    }
    let mut transports = given.response.transports;
    transports.retain(|word| word.len() <= 32 && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'));
    transports.truncate(8);
    let stored =
        Stored { public_key: encode(key), sign_count: device.sign_count, transports, last_used_at: None };
    Ok((encode(id), stored))
}

/// The use of a passkey, read and not checked.
pub struct Assertion {
    /// The credential id, base64url.
    pub credential_id: String,
    /// Whose passkey the device says that it is.
    pub user_id: Option<String>,
    client_data: Vec<u8>,
    device_data: Vec<u8>,
    signature: Vec<u8>,
}

impl Assertion {
    /// Reads what a browser sends.
    ///
    /// # Errors
    /// 422 for what is no such thing.
    pub fn parse(credential: &str) -> Result<Self> {
        let given: Credential<AssertionResponse> = parse(credential)?;
        let user_id = given.response.user_handle.filter(|handle| !handle.is_empty());
        let user_id = user_id.map(|handle| bytes(&handle)).transpose()?.map(String::from_utf8);
        Ok(Self {
            credential_id: encode(&bytes(&given.raw_id)?),
            user_id: user_id.transpose().map_err(|_| Error::passkey_invalid_credential())?,
            client_data: bytes(&given.response.client_data)?,
            device_data: bytes(&given.response.authenticator_data)?,
            signature: bytes(&given.response.signature)?,
        })
    }

    /// Holds it against the challenge and the key of the registration. Returns what to store from now on.
    ///
    /// # Errors
    /// 400 for one that came too late, does not fit, or comes from a copy of the device.
    pub fn verify(&self, challenge: &Challenge, stored: &Stored, now: Timestamp) -> Result<Stored> {
        challenge.in_time(now)?;
        let client = ClientData::parse(&self.client_data).ok_or_else(Error::passkey_invalid_credential)?;
        let device =
            AuthenticatorData::parse(&self.device_data).ok_or_else(Error::passkey_invalid_credential)?;
        let failed = Error::passkey_authentication_failure;
        let key = bytes(&stored.public_key)?;
        let key = PublicKey::parse(&key).ok_or_else(failed)?;
        let client_hash = digest(&SHA256, &self.client_data);
        let signed = [&*self.device_data, client_hash.as_ref()].concat();
        if !challenge.is_answered("webauthn.get", &client, &device) || !key.verify(&signed, &self.signature) {
            return Err(failed());
        }
        // A device that counts never counts back; one that does not stays at 0.
        let counts = device.sign_count > 0 || stored.sign_count > 0;
        if counts && device.sign_count <= stored.sign_count {
            return Err(failed());
        }
        Ok(Stored { sign_count: device.sign_count, last_used_at: Some(now), ..stored.clone() })
    }
}

fn parse<'a, T: Deserialize<'a>>(credential: &'a str) -> Result<T> {
    let fits = Some(credential).filter(|text| text.len() <= MAX_CREDENTIAL);
    fits.and_then(|text| serde_json::from_str(text).ok()).ok_or_else(Error::passkey_invalid_credential)
}

fn encode(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn bytes(text: &str) -> Result<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).map_err(|_| Error::passkey_invalid_credential())
}
