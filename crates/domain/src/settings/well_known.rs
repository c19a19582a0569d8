//! What the instance tells other parties about the sites and apps that belong to it.

use serde::{Deserialize, Serialize};

use super::{
    InvalidSetting,
    validate::{is_origin, require},
};

/// At most this many entries per list: each document is read by machines that set limits of their own.
const MAX_ENTRIES: usize = 100;

/// The sites and apps that belong to the instance, for the documents under `/.well-known`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WellKnownSettings {
    /// Other web origins that may use passkeys of this host (`https://example.co.uk`).
    pub related_origins: Vec<String>,
    /// Apple apps that share credentials with it: team id, dot, bundle id.
    pub apple_app_ids: Vec<String>,
    /// Android apps that share credentials with it and open its links.
    pub android_apps: Vec<AndroidApp>,
}

/// An Android app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AndroidApp {
    /// Its name, such as `com.example.app`.
    pub package_name: String,
    /// SHA-256 fingerprints of the certificates it is signed with, in hexadecimal with colons.
    pub sha256_cert_fingerprints: Vec<String>,
}

impl WellKnownSettings {
    pub(super) fn validate(&self) -> Result<(), InvalidSetting> {
        for (name, length) in [
            ("related_origins", self.related_origins.len()),
            ("apple_app_ids", self.apple_app_ids.len()),
            ("android_apps", self.android_apps.len()),
        ] {
            require(length <= MAX_ENTRIES, &format!("well_known.{name}"), "may have at most 100 entries")?;
        }
        for (index, origin) in self.related_origins.iter().enumerate() {
            require(
                is_origin(origin) && origin.starts_with("https://"),
                &format!("well_known.related_origins[{index}]"),
                "must be an origin such as https://example.co.uk, without a path",
            )?;
        }
        for (index, id) in self.apple_app_ids.iter().enumerate() {
            require(
                is_name(id),
                &format!("well_known.apple_app_ids[{index}]"),
                "must be a team id, a dot and a bundle id",
            )?;
        }
        for (index, app) in self.android_apps.iter().enumerate() {
            let setting = |name: &str| format!("well_known.android_apps[{index}].{name}");
            require(is_name(&app.package_name), &setting("package_name"), "must be like com.example.app")?;
            let prints = &app.sha256_cert_fingerprints;
            require(
                (1..=MAX_ENTRIES).contains(&prints.len()) && prints.iter().all(|print| is_fingerprint(print)),
                &setting("sha256_cert_fingerprints"),
                "must hold SHA-256 fingerprints such as 14:6D:E9:…, 32 pairs of digits each",
            )?;
        }
        Ok(())
    }
}

/// Dotted, of letters, digits, `-` and `_`.
fn is_name(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    text.len() <= 255 && text.contains('.') && text.split('.').all(is_part)
}

fn is_fingerprint(text: &str) -> bool {
    let is_pair = |pair: &str| pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit());
    text.split(':').count() == 32 && text.split(':').all(is_pair)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(settings: &WellKnownSettings) -> Option<String> {
        settings.validate().err().map(|error| error.setting)
    }

    #[test]
    fn origins_are_https() {
        let with = |origin: &str| {
            refused(&WellKnownSettings { related_origins: vec![origin.into()], ..Default::default() })
        };
        assert_eq!(with("https://example.co.uk"), None);
        for bad in ["http://example.co.uk", "example.co.uk", "https://example.co.uk/", ""] {
            assert_eq!(with(bad).as_deref(), Some("well_known.related_origins[0]"), "{bad}");
        }
    }

    #[test]
    fn apps_are_named_and_signed() {
        let apple =
            |id: &str| refused(&WellKnownSettings { apple_app_ids: vec![id.into()], ..Default::default() });
        assert_eq!(apple("ABCDE12345.com.example.app"), None);
        assert_eq!(apple("app").as_deref(), Some("well_known.apple_app_ids[0]"));
        assert_eq!(apple("a..b").as_deref(), Some("well_known.apple_app_ids[0]"));
        let android = |prints: Vec<String>| {
            let app = AndroidApp { package_name: "com.example.app".into(), sha256_cert_fingerprints: prints };
            refused(&WellKnownSettings { android_apps: vec![app], ..Default::default() })
        };
        let print = ["0F"; 32].join(":");
        assert_eq!(android(vec![print.clone()]), None);
        let name = Some("well_known.android_apps[0].sha256_cert_fingerprints");
        assert_eq!(android(vec![print.replace(':', "")]).as_deref(), name);
        assert_eq!(android(vec![print[3..].to_owned()]).as_deref(), name);
        assert_eq!(android(Vec::new()).as_deref(), name);
    }

    #[test]
    fn lists_are_bounded() {
        let many = vec!["https://example.co.uk".to_owned(); MAX_ENTRIES + 1];
        let setting = refused(&WellKnownSettings { related_origins: many, ..Default::default() });
        assert_eq!(setting.as_deref(), Some("well_known.related_origins"));
    }
}
