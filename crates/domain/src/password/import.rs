//! Taking over password digests that another system has made.

use super::{
    foreign,
    hash::{PasswordDigest, UnknownDigest, parse_argon2},
};
use crate::error::{Error, Result};

/// Hashers that Clerk's SDKs name beside those of the Backend API's description. What they do is not
/// published, or is no digest at all; they are refused by name, so that an import does not end in users who can
/// never sign in.
const NOT_SUPPORTED: [&str; 5] =
    ["awscognito", "bcrypt_peppered", "hmac_sha256_utf16_b64", "md5_salted", "sha256_salted"];

/// Checks the parameters `password_digest` and `password_hasher` of a request.
///
/// The digest must have the format of the named hasher and must not ask for more work than a sign-in may
/// cost.
pub fn import(hasher: &str, digest: &str) -> Result<PasswordDigest> {
    let taken = match hasher {
        "argon2id" => argon2("$argon2id$", digest),
        "argon2i" => argon2("$argon2i$", digest),
        _ => match foreign::parse(hasher, digest) {
            Some(parsed) => parsed.map(|_| PasswordDigest::foreign(hasher, digest)),
            None => return Err(unknown_hasher(hasher)),
        },
    };
    taken.map_err(|unknown| Error::password_digest_invalid(unknown.0))
}

/// Argon2 digests may leave the version out; then it is 19.
fn argon2(prefix: &str, digest: &str) -> std::result::Result<PasswordDigest, UnknownDigest> {
    let rest = digest.strip_prefix(prefix).ok_or(UnknownDigest("it is one of another hasher"))?;
    let digest = if rest.starts_with("v=") { digest.to_owned() } else { format!("{prefix}v=19${rest}") };
    parse_argon2(&digest)?;
    Ok(PasswordDigest::from_stored(digest))
}

fn unknown_hasher(hasher: &str) -> Error {
    if NOT_SUPPORTED.contains(&hasher) {
        Error::param_rule_broken("password_hasher", format!("Digests of {hasher} cannot be imported."))
    } else {
        Error::param_value_invalid("password_hasher", hasher)
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;
    use crate::password::{Verification, verify};

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
    fn digests_of_other_systems_keep_their_hashers_name() {
        const MD5: &str = "5f4dcc3b5aa765d61d8327deb882cf99";
        let digest = import("md5", MD5).unwrap();
        assert_eq!(digest.as_str(), format!("md5:{MD5}"));
        assert_eq!(digest.hasher_and_digest(), ("md5", MD5));
        let fits = |password: &str| verify(&SecretString::from(password), &digest).unwrap();
        assert_eq!(fits("password"), Verification::Match { rehash_due: true });
        assert_eq!(fits("passwort"), Verification::Mismatch);
    }

    /// From the documentation of Clerk's SDK.
    #[test]
    fn documented_argon2_digests_are_taken() {
        for (hasher, digest) in [
            (
                "argon2i",
                "$argon2i$v=19$m=4096,t=3,p=1$4t6CL3P7YiHBtwESXawI8Hm20zJj4cs7/4/G3c187e0$m7RQFczcKr5bIR0IIxbpO2P0tyrLjf3eUW3M3QSwnLc",
            ),
            (
                "argon2id",
                "$argon2id$v=19$m=64,t=4,p=8$Z2liZXJyaXNo$iGXEpMBTDYQ8G/71tF0qGjxRHEmR3gpGULcE93zUJVU",
            ),
        ] {
            assert!(import(hasher, digest).is_ok(), "{hasher}");
        }
    }

    /// passlib 1.7.4: `passlib.hash.argon2.using(type=…, memory_cost=1024, rounds=2, parallelism=2).hash(…)`.
    #[test]
    fn argon2_digests_of_passlib_fit() {
        for (hasher, digest) in [
            (
                "argon2i",
                "$argon2i$v=19$m=1024,t=2,p=2$cu59L6W0FgKgtNZaa82ZUw$oue+eKb84LZO/toZyGr1K7kq17RkGc639Xxmguu208M",
            ),
            (
                "argon2id",
                "$argon2id$v=19$m=1024,t=2,p=2$MgZASImRci6lVKqVMmYs5Q$8wzOEXelSxlKD8VfFjDDUucMpLe+gnZP1bsIPyX25Bo",
            ),
        ] {
            let digest = import(hasher, digest).unwrap();
            let password = SecretString::from("pässword-ΩΩ 42");
            assert_eq!(verify(&password, &digest), Ok(Verification::Match { rehash_due: true }));
        }
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
            ("m=102400,t=2,p=8", true),
            ("m=131072,t=10,p=8", true),
            ("m=131073,t=1,p=1", false),
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
        let error = import("awscognito", "x").unwrap_err();
        assert_eq!((error.code(), error.param_name()), ("form_param_value_invalid", Some("password_hasher")));
        assert!(error.long_message().contains("cannot be imported"));
        let error = import("rot13", "x").unwrap_err();
        assert_eq!((error.code(), error.param_name()), ("form_param_value_invalid", Some("password_hasher")));
        assert!(error.long_message().contains("rot13"));
    }
}
