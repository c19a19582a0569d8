//! Secrets at rest: AES-256-GCM under a key that is not in the database.
//!
//! The key comes from `encryption_key`; on SQLite without that setting it is a file beside the database, which
//! protects copies of the database (backups). PostgreSQL nodes share no files: there the setting is what seals,
//! and without it secrets are stored as they are, which is logged at start.

use std::{io::Write, os::unix::fs::OpenOptionsExt, path::Path};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use beadle_domain::rng::{Rng, RngExt};
use secrecy::ExposeSecret;

use crate::{Error, config::Config};

const SEALED: &str = "v1:";
const PLAIN: &str = "plain:";
const KEY_FILE: &str = "encryption.key";

/// Seals and opens the secrets of the instance.
pub(super) struct Sealer {
    key: Option<LessSafeKey>,
}

impl Sealer {
    /// With the configured key, or the key file of the data directory (made when missing).
    pub(super) fn for_config(config: &Config, rng: &dyn Rng) -> Result<Self, Error> {
        let encoded = match (&config.encryption_key, &config.database_url) {
            (Some(key), _) => Some(key.expose_secret().to_owned()),
            (None, None) => Some(key_file(&config.data_dir.join(KEY_FILE), rng)?),
            (None, Some(_)) => {
                tracing::warn!("no encryption key is set: the instance's secrets are stored unsealed");
                None
            }
        };
        let key = encoded.map(|encoded| parse(&encoded)).transpose()?;
        Ok(Self { key })
    }

    /// The text to store.
    pub(super) fn seal(&self, secret: &[u8], rng: &dyn Rng) -> String {
        let Some(key) = &self.key else {
            return format!("{PLAIN}{}", STANDARD_NO_PAD.encode(secret));
        };
        let nonce: [u8; NONCE_LEN] = rng.bytes();
        let mut sealed = secret.to_vec();
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut sealed)
            .expect("the secret is far below the cipher's limit");
        format!("{SEALED}{}", STANDARD_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// The secret behind a stored text.
    pub(super) fn open_bytes(&self, stored: &str) -> Result<Vec<u8>, Error> {
        let broken = || Error::Setup("a stored secret is damaged".into());
        if let Some(plain) = stored.strip_prefix(PLAIN) {
            return STANDARD_NO_PAD.decode(plain).map_err(|_| broken());
        }
        let encoded = stored.strip_prefix(SEALED).ok_or_else(broken)?;
        let key = self.key.as_ref().ok_or_else(|| {
            Error::Setup("the stored secrets are sealed: set encryption_key (BEADLE_ENCRYPTION_KEY)".into())
        })?;
        let bytes = STANDARD_NO_PAD.decode(encoded).map_err(|_| broken())?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_LEN).ok_or_else(broken)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| broken())?;
        let mut sealed = sealed.to_vec();
        let opened = key
            .open_in_place(nonce, Aad::empty(), &mut sealed)
            .map_err(|_| Error::Setup("the stored secrets were sealed with another encryption key".into()))?;
        Ok(opened.to_vec())
    }

    /// The secret behind a stored text, as text.
    pub(super) fn open(&self, stored: &str) -> Result<String, Error> {
        String::from_utf8(self.open_bytes(stored)?)
            .map_err(|_| Error::Setup("a stored secret is not text".into()))
    }
}

fn parse(encoded: &str) -> Result<LessSafeKey, Error> {
    let bytes = STANDARD_NO_PAD
        .decode(encoded.trim().trim_end_matches('='))
        .map_err(|_| Error::Setup("encryption_key: not base64".into()))?;
    let key = UnboundKey::new(&AES_256_GCM, &bytes)
        .map_err(|_| Error::Setup("encryption_key: must be 32 bytes".into()))?;
    Ok(LessSafeKey::new(key))
}

fn key_file(path: &Path, rng: &dyn Rng) -> Result<String, Error> {
    match std::fs::read_to_string(path) {
        Ok(encoded) => return Ok(encoded),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(Error::Setup(format!("{}: {error}", path.display()))),
    }
    let encoded = STANDARD_NO_PAD.encode(rng.bytes::<32>());
    let write = || {
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(encoded.as_bytes())?;
        file.sync_all()
    };
    write().map_err(|error| Error::Setup(format!("{}: {error}", path.display())))?;
    Ok(encoded)
}
