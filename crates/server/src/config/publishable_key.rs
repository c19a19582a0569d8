//! Publishable keys: a prefix and the base64 of the publishable host with a `$` behind it.

use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use beadle_domain::settings::InstanceSettings;

const PREFIXES: [&str; 2] = ["pk_live_", "pk_test_"];

/// Padding is optional, as the official SDKs have it.
pub(super) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The host inside a publishable key, or `None` if the SDKs would refuse the key or the instance the host.
pub fn publishable_key_host(key: &str) -> Option<String> {
    let encoded = PREFIXES.iter().find_map(|prefix| key.strip_prefix(prefix))?;
    let decoded = String::from_utf8(BASE64.decode(encoded).ok()?).ok()?;
    let host = decoded.strip_suffix('$')?.to_owned();
    let settings = InstanceSettings { publishable_host: host, ..InstanceSettings::default() };
    settings.validate().is_ok().then_some(settings.publishable_host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_carry_their_host() {
        for host in ["clerk.example.com", "127.0.0.1:4000", "clerk.beadle.localhost"] {
            for prefix in PREFIXES {
                let key = format!("{prefix}{}", BASE64.encode(format!("{host}$")));
                assert_eq!(publishable_key_host(&key).as_deref(), Some(host));
                assert_eq!(publishable_key_host(key.trim_end_matches('=')).as_deref(), Some(host));
            }
        }
    }

    #[test]
    fn what_the_sdks_refuse_is_refused() {
        let encode = |text: &str| format!("pk_live_{}", BASE64.encode(text));
        for key in [
            String::new(),
            "pk_live_".into(),
            "pk_live_!".into(),
            "pk_prod_Y2xlcmsuZXhhbXBsZS5jb20k".into(),
            encode("clerk.example.com"),
            encode("clerk.example.com$$"),
            encode("a$b.c$"),
            encode("localhost:4000$"),
            encode("https://clerk.example.com$"),
            format!("pk_live_{}", BASE64.encode([0xff, b'.', b'$'])),
        ] {
            assert_eq!(publishable_key_host(&key), None, "{key}");
        }
    }
}
