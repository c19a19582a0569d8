//! What browser and device say about a registration or a use.

use serde::Deserialize;

use super::cbor;

/// Bytes of a credential id at most.
const MAX_ID: usize = 1023;

/// The browser's part.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClientData {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) challenge: String,
    pub(super) origin: String,
    #[serde(default)]
    pub(super) cross_origin: bool,
}

impl ClientData {
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }
}

/// The device's part.
pub(super) struct AuthenticatorData<'a> {
    pub(super) rp_id_hash: &'a [u8],
    pub(super) user_present: bool,
    pub(super) user_verified: bool,
    pub(super) sign_count: u32,
    /// A new credential's id and its public key, as COSE.
    pub(super) credential: Option<(&'a [u8], &'a [u8])>,
}

impl<'a> AuthenticatorData<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (rp_id_hash, rest) = bytes.split_at_checked(32)?;
        let (&[flags, a, b, c, d], rest) = rest.split_first_chunk::<5>()?;
        let has_credential = flags & 0x40 != 0;
        Some(Self {
            rp_id_hash,
            user_present: flags & 0x01 != 0,
            user_verified: flags & 0x04 != 0,
            sign_count: u32::from_be_bytes([a, b, c, d]),
            credential: if has_credential { Some(credential(rest)?) } else { None },
        })
    }
}

fn credential(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (_aaguid, rest) = bytes.split_at_checked(16)?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let length = usize::from(u16::from_be_bytes(*length));
    let (id, rest) = rest.split_at_checked(length)?;
    // Extensions may follow the key.
    let mut after = rest;
    cbor::read(&mut after)?;
    let key = &rest[..rest.len() - after.len()];
    (1..=MAX_ID).contains(&length).then_some((id, key))
}
