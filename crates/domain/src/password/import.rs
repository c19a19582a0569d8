//! Taking over password digests that another system has made.

use super::hash::{Format, PasswordDigest};
use crate::error::{Error, Result};

/// The hashers of the Backend API that are not built yet; they are refused by name, so that an import does not
/// end in users who can never sign in.
const NOT_SUPPORTED: [&str; 14] = [
    "bcrypt_sha256_django",
    "ldap_ssha",
    "md5",
    "md5_phpass",
    "pbkdf2_sha1",
    "pbkdf2_sha256",
    "pbkdf2_sha256_django",
    "pbkdf2_sha512",
    "pbkdf2_sha512_hex",
    "phpass",
    "scrypt_firebase",
    "scrypt_werkzeug",
    "sha256",
    "sha512_symfony",
];

/// Checks the parameters `password_digest` and `password_hasher` of a request.
///
/// The digest must have the format of the named hasher and must not ask for more work than a sign-in may
/// cost.
pub fn import(hasher: &str, digest: &str) -> Result<PasswordDigest> {
    let wanted = match hasher {
        "argon2id" => "$argon2id$",
        "argon2i" => "$argon2i$",
        "bcrypt" => "$2",
        _ => return Err(unknown_hasher(hasher)),
    };
    if !digest.starts_with(wanted) {
        return Err(Error::password_digest_invalid(&format!("it is not one of {hasher}")));
    }
    // Argon2 digests may leave the version out; then it is 19.
    let digest = match digest.strip_prefix(wanted) {
        Some(rest) if wanted.starts_with("$argon2") && !rest.starts_with("v=") => {
            format!("{wanted}v=19${rest}")
        }
        _ => digest.to_owned(),
    };
    match Format::of(&digest) {
        Ok(_) => Ok(PasswordDigest::from_stored(digest)),
        Err(unknown) => Err(Error::password_digest_invalid(unknown.0)),
    }
}

fn unknown_hasher(hasher: &str) -> Error {
    if NOT_SUPPORTED.contains(&hasher) {
        Error::param_rule_broken(
            "password_hasher",
            format!("Digests of {hasher} cannot be imported yet; use argon2id, argon2i or bcrypt."),
        )
    } else {
        Error::param_value_invalid("password_hasher", hasher)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARGON2: &str = "$argon2id$v=19$m=4096,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$";
    const HASH: &str = "GOYbR5KOdHBPmAUNPmzGLeKs2ar8vBCD5Oo5hzz8Yjk";
    const BCRYPT: &str = "$2b$10$abcdefghijklmnopqrstuuabcdefghijklmnopqrstuvwxyz01232";

    fn argon2(parameters: &str) -> String {
        format!("$argon2id$v=19${parameters}$c29tZXNhbHRzb21lc2FsdA${HASH}")
    }

    fn refusal(hasher: &str, digest: &str) -> (&'static str, Option<String>) {
        let error = import(hasher, digest).unwrap_err();
        (error.code(), error.param_name().map(str::to_owned))
    }

    fn is_bad_digest(hasher: &str, digest: &str) -> bool {
        refusal(hasher, digest) == ("form_password_digest_invalid_code", Some("password_digest".into()))
    }

    #[test]
    fn digests_of_the_named_hasher_are_kept_as_they_are() {
        let digest = format!("{ARGON2}{HASH}");
        assert_eq!(import("argon2id", &digest).unwrap().as_str(), digest);
        assert!(import("argon2i", &digest.replace("argon2id", "argon2i")).is_ok());
        for version in ["2a", "2b", "2y"] {
            assert!(import("bcrypt", &BCRYPT.replace("2b", version)).is_ok(), "{version}");
        }
    }

    #[test]
    fn an_argon2_digest_without_version_has_version_19() {
        let unversioned = format!("{ARGON2}{HASH}").replace("v=19$", "");
        assert_eq!(import("argon2id", &unversioned).unwrap().as_str(), format!("{ARGON2}{HASH}"));
    }

    #[test]
    fn digests_of_another_hasher_are_refused() {
        assert!(is_bad_digest("bcrypt", &format!("{ARGON2}{HASH}")));
        assert!(is_bad_digest("argon2id", BCRYPT));
        assert!(is_bad_digest("argon2i", &format!("{ARGON2}{HASH}")));
        assert!(is_bad_digest("bcrypt", &BCRYPT.replace("2b", "2x")));
    }

    #[test]
    fn malformed_digests_are_refused() {
        for digest in [
            "",
            "$",
            "$argon2id$",
            ARGON2,
            "$argon2id$v=19$m=4096,t=3,p=1$c2FsdA$GOYbR5KOdHBPmAUNPmzGLeKs",
            "$argon2id$v=19$m=4096,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$GOYb",
            "$argon2id$v=18$m=4096,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$GOYbR5KOdHBPmAUNPmzGLeKs2ar8vBCD5Oo5hzz8Yjk",
            "$argon2id$v=19$m=x,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$GOYbR5KOdHBPmAUNPmzGLeKs2ar8vBCD5Oo5hzz8Yjk",
        ] {
            assert!(is_bad_digest("argon2id", digest), "{digest}");
        }
        for digest in [
            String::new(),
            BCRYPT[..59].to_owned(),
            format!("{BCRYPT}a"),
            BCRYPT.replace("$10$", "$+9$"),
            BCRYPT.replace("$10$", "$1é"),
            BCRYPT.replace('z', "!"),
            BCRYPT.replace('z', "\0"),
        ] {
            assert!(is_bad_digest("bcrypt", &digest), "{digest}");
        }
    }

    #[test]
    fn work_limits_are_inclusive() {
        for (parameters, accepted) in [
            ("m=65536,t=10,p=8", true),
            ("m=65537,t=1,p=1", false),
            ("m=4096,t=11,p=1", false),
            ("m=4096,t=1,p=9", false),
            ("m=4294967295,t=4294967295,p=1", false),
            ("m=64,t=1,p=8", true),
            ("m=63,t=1,p=8", false),
        ] {
            assert_eq!(import("argon2id", &argon2(parameters)).is_ok(), accepted, "{parameters}");
        }
        for (cost, accepted) in [("03", false), ("04", true), ("14", true), ("15", false), ("31", false)] {
            let digest = BCRYPT.replace("$10$", &format!("${cost}$"));
            assert_eq!(import("bcrypt", &digest).is_ok(), accepted, "{cost}");
        }
    }

    #[test]
    fn hashers_are_told_apart_from_nonsense() {
        let error = import("scrypt_firebase", "x").unwrap_err();
        assert_eq!((error.code(), error.param_name()), ("form_param_value_invalid", Some("password_hasher")));
        assert!(error.long_message().contains("cannot be imported yet"));
        let error = import("rot13", "x").unwrap_err();
        assert_eq!((error.code(), error.param_name()), ("form_param_value_invalid", Some("password_hasher")));
        assert!(error.long_message().contains("rot13"));
    }
}
