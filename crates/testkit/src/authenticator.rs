//! A security key in software: what a browser and its device answer to WebAuthn options.

use aws_lc_rs::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// A device with a user who agrees to everything, and the page that it is used on. What it says can be changed to
/// what an honest device would not.
pub struct Authenticator {
    /// The page's origin.
    pub origin: String,
    /// The relying party's id it signs for; otherwise the one that the options name.
    pub rp_id: Option<String>,
    /// Whether it has verified its user.
    pub user_verified: bool,
    /// How often it was used; stays 0 on a device that does not count.
    pub sign_count: u32,
    passkeys: Vec<Passkey>,
}

struct Passkey {
    id: Vec<u8>,
    user_handle: Vec<u8>,
    pair: EcdsaKeyPair,
}

impl Authenticator {
    /// An empty one on this page.
    pub fn new(origin: &str) -> Self {
        Self {
            origin: origin.to_owned(),
            rp_id: None,
            user_verified: true,
            sign_count: 0,
            passkeys: Vec::new(),
        }
    }

    /// Makes a passkey for creation options; returns the credential as the browser library sends it.
    ///
    /// # Panics
    /// For what are no such options.
    pub fn create(&mut self, options: &Value) -> String {
        let options = read(options);
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("keys can be made");
        let id = sha256(pair.public_key().as_ref())[..16].to_vec();
        let point = pair.public_key().as_ref();
        // {1: 2, 3: -7, -1: 1, -2: x, -3: y}
        let key = [
            &[0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20][..],
            &point[1..33],
            &[0x22, 0x58, 0x20],
            &point[33..],
        ]
        .concat();
        let credential = [&[0; 16][..], &[0, 16], &id, &key].concat();
        let rp_id = text(&options["rp"]["id"]);
        let device = [self.device_data(&rp_id, 0x40), credential].concat();
        let length = u8::try_from(device.len()).expect("it is short");
        // {"fmt": "none", "attStmt": {}, "authData": …}
        let object = [
            &[0xA3, 0x63][..],
            b"fmt",
            &[0x64],
            b"none",
            &[0x67],
            b"attStmt",
            &[0xA0, 0x68],
            b"authData",
            &[0x58, length],
            &device,
        ]
        .concat();
        let user_handle = decode(&text(&options["user"]["id"]));
        let sent = json!({
            "type": "public-key", "id": encode(&id), "rawId": encode(&id), "authenticatorAttachment": "platform",
            "response": {
                "clientDataJSON": self.client_data("webauthn.create", &options),
                "attestationObject": encode(&object), "transports": ["internal"],
            },
        });
        self.passkeys.push(Passkey { id, user_handle, pair });
        sent.to_string()
    }

    /// Uses the passkey made last; returns the credential as the browser library sends it.
    ///
    /// # Panics
    /// For what are no request options, and without a passkey.
    pub fn get(&self, options: &Value) -> String {
        let options = read(options);
        let passkey = self.passkeys.last().expect("there is a passkey");
        let device = self.device_data(&text(&options["rpId"]), 0);
        let client = self.client_data("webauthn.get", &options);
        let signed = [&*device, &sha256(&decode(&client))].concat();
        let signature = passkey.pair.sign(&SystemRandom::new(), &signed).expect("keys can sign");
        json!({
            "type": "public-key", "id": encode(&passkey.id), "rawId": encode(&passkey.id),
            "authenticatorAttachment": "platform",
            "response": {
                "clientDataJSON": client, "authenticatorData": encode(&device),
                "signature": encode(signature.as_ref()), "userHandle": encode(&passkey.user_handle),
            },
        })
        .to_string()
    }

    fn client_data(&self, kind: &str, options: &Value) -> String {
        let data = json!({
            "type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false,
        });
        encode(data.to_string().as_bytes())
    }

    fn device_data(&self, rp_id: &str, more_flags: u8) -> Vec<u8> {
        let hash = sha256(self.rp_id.as_deref().unwrap_or(rp_id).as_bytes());
        let flags = 0x01 | if self.user_verified { 0x04 } else { 0 } | more_flags;
        [&hash[..], &[flags], &self.sign_count.to_be_bytes()].concat()
    }
}

fn read(options: &Value) -> Value {
    serde_json::from_str(&text(options)).expect("options are JSON")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

fn encode(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn decode(text: &str) -> Vec<u8> {
    BASE64_URL_SAFE_NO_PAD.decode(text).expect("base64url")
}
