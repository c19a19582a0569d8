//! What the tests of this crate share: one key, made once, and a set of claims.

use std::sync::LazyLock;

use beadle_types::Timestamp;

use crate::{SessionClaims, SigningKey};

pub(crate) const KID: &str = "ins_1";
/// The time at which [`claims`] are issued.
pub(crate) const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);
pub(crate) const ORIGIN: &str = "https://app.example.com";
pub(crate) const ISSUER: &str = "https://clerk.example.com";

pub(crate) fn key() -> &'static SigningKey {
    static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(KID).unwrap().0);
    &KEY
}

pub(crate) fn public_pem() -> String {
    key().public_pem()
}

/// The claims of a token issued at [`NOW`] for 60 seconds.
pub(crate) fn claims() -> SessionClaims {
    let iat = NOW.as_secs();
    SessionClaims {
        act: None,
        azp: Some(ORIGIN.to_owned()),
        exp: iat + 60,
        fva: [0, -1],
        r#gen: 7,
        iat,
        iss: ISSUER.to_owned(),
        jti: "1f".to_owned(),
        nbf: iat - 10,
        sid: "sess_1".to_owned(),
        sts: "active".to_owned(),
        sub: "user_1".to_owned(),
        v: 2,
    }
}
