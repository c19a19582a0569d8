//! Argon2id for every new password; the digests of other systems only to verify what was imported.

use std::fmt;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{Error as HashError, PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret as _, SecretString};

use super::foreign::{self, Foreign};

/// Memory in KiB, passes and lanes of a new digest. Raising any of them makes older digests due for a rehash.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// What imported digests may ask for: each sign-in pays this much memory and time, and whoever imports
/// decides how much. Django's default is 100 MiB.
const MAX_MEMORY_KIB: u32 = 128 * 1024;
const MAX_PASSES: u32 = 10;
const MAX_LANES: u32 = 8;

/// A digest of nothing: random salt and random output, so no password is known to match it.
const DUMMY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$2JLtnINxFpZ2lDjHPVtDig$Pfa+vqusv7pwUdmCt65xEJsNPhWksaLY/45nImQWfrs";

/// The stored form of a password: a PHC string of argon2, a bcrypt string, or what another hasher made with
/// that hasher's name and a colon in front.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordDigest(String);

impl PasswordDigest {
    /// A digest that was checked when it was written.
    pub fn from_stored(digest: String) -> Self {
        Self(digest)
    }

    /// The text to store.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Takes the text out.
    pub fn into_string(self) -> String {
        self.0
    }

    /// A digest of another system, which was found to be usable.
    pub(super) fn foreign(hasher: &str, digest: &str) -> Self {
        if hasher == BCRYPT { Self(digest.to_owned()) } else { Self(format!("{hasher}:{digest}")) }
    }

    /// The name of the hasher, and the digest as that hasher wrote it: the Backend API's `password_hasher`
    /// and `password_digest`.
    pub fn hasher_and_digest(&self) -> (&str, &str) {
        let digest = self.0.as_str();
        if digest.starts_with("$argon2id$") {
            ("argon2id", digest)
        } else if digest.starts_with("$argon2i$") {
            ("argon2i", digest)
        } else if digest.starts_with('$') {
            (BCRYPT, digest)
        } else {
            digest.split_once(':').unwrap_or(("", digest))
        }
    }
}

const BCRYPT: &str = "bcrypt";

impl fmt::Debug for PasswordDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordDigest(…)")
    }
}

/// A stored digest that cannot be verified with; a defect of the data, not of the password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the password digest cannot be used: {0}")]
pub struct UnknownDigest(pub(crate) &'static str);

/// Whether a password fits a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Verification {
    /// It fits.
    Match {
        /// The digest is weaker than, or of another kind than, what [`hash`] makes now: the caller should
        /// hash the password again and store that.
        rehash_due: bool,
    },
    /// It does not.
    Mismatch,
}

impl Verification {
    /// Whether the password fits.
    pub fn is_match(self) -> bool {
        matches!(self, Self::Match { .. })
    }
}

/// The digest of a new password. `salt` comes from [`crate::rng::Rng::entropy16`].
pub fn hash(password: &SecretString, salt: [u8; 16]) -> PasswordDigest {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("constants within argon2's limits");
    let digest = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_with_salt(password.expose_secret().as_bytes(), &salt)
        .expect("a password far below 4 GiB and a salt of 16 bytes are always accepted");
    PasswordDigest(digest.to_string())
}

/// Compares a password with a digest, in the digest's own format.
///
/// The right password for a weak digest is hashed once more, for the new digest. A wrong one does as much
/// work, and so does one for nobody at all: how long the answer takes tells neither.
pub fn verify(password: &SecretString, digest: &PasswordDigest) -> Result<Verification, UnknownDigest> {
    let bytes = password.expose_secret().as_bytes();
    let (fits, rehash_due) = match Format::of(digest)? {
        Format::Argon2(parsed) => (fits_argon2(bytes, &parsed)?, is_outdated(&parsed)),
        Format::Foreign(parsed) => (foreign::matches(&*parsed, bytes), true),
    };
    if fits {
        return Ok(Verification::Match { rehash_due });
    }
    if rehash_due {
        fits_argon2(bytes, &parse_argon2(DUMMY)?)?;
    }
    Ok(Verification::Mismatch)
}

fn fits_argon2(password: &[u8], digest: &PasswordHash) -> Result<bool, UnknownDigest> {
    match Argon2::default().verify_password(password, digest) {
        Ok(()) => Ok(true),
        Err(HashError::PasswordInvalid) => Ok(false),
        Err(_) => Err(UnknownDigest("argon2 refuses its parameters")),
    }
}

/// A digest to verify against when there is no user or no password, so that the answer takes as long as for
/// a wrong password.
pub fn dummy_digest() -> PasswordDigest {
    PasswordDigest(DUMMY.to_owned())
}

/// A digest that was found to be usable.
enum Format {
    Argon2(Box<PasswordHash>),
    Foreign(Box<dyn Foreign>),
}

impl Format {
    fn of(digest: &PasswordDigest) -> Result<Self, UnknownDigest> {
        let (hasher, digest) = digest.hasher_and_digest();
        if hasher.starts_with("argon2") {
            return parse_argon2(digest).map(|parsed| Self::Argon2(Box::new(parsed)));
        }
        let parsed = foreign::parse(hasher, digest).ok_or(UnknownDigest("its format is not known"))?;
        parsed.map(Self::Foreign)
    }
}

/// Reads a digest strictly: format, lengths, and the work it asks for.
pub(super) fn parse_argon2(digest: &str) -> Result<PasswordHash, UnknownDigest> {
    let parsed = PasswordHash::new(digest).map_err(|_| UnknownDigest("it is not a PHC string"))?;
    if !matches!(parsed.algorithm.as_str(), "argon2id" | "argon2i") {
        return Err(UnknownDigest("only argon2id and argon2i are accepted"));
    }
    if !matches!(parsed.version, Some(16 | 19)) {
        return Err(UnknownDigest("the argon2 version must be 16 or 19"));
    }
    if parsed.salt.as_ref().is_none_or(|salt| salt.len() < 8) {
        return Err(UnknownDigest("it has no salt of at least 8 bytes"));
    }
    if parsed.hash.as_ref().is_none_or(|output| output.len() < 16) {
        return Err(UnknownDigest("it has no hash of at least 16 bytes"));
    }
    let params = Params::try_from(&parsed).map_err(|_| UnknownDigest("its parameters are not argon2's"))?;
    if params.m_cost() > MAX_MEMORY_KIB || params.t_cost() > MAX_PASSES || params.p_cost() > MAX_LANES {
        return Err(UnknownDigest("it asks for more than 128 MiB, 10 passes or 8 lanes"));
    }
    if params.m_cost() < 8 * params.p_cost() {
        return Err(UnknownDigest("it has less than 8 KiB of memory for each lane"));
    }
    Ok(parsed)
}

fn is_outdated(digest: &PasswordHash) -> bool {
    digest.algorithm.as_str() != "argon2id"
        || digest.version != Some(19)
        || Params::try_from(digest).is_ok_and(|params| {
            params.m_cost() < MEMORY_KIB || params.t_cost() < PASSES || params.p_cost() < LANES
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SALT: [u8; 16] = [7; 16];

    fn secret(password: &str) -> SecretString {
        SecretString::from(password)
    }

    fn verified(password: &str, digest: &str) -> Result<Verification, UnknownDigest> {
        verify(&secret(password), &PasswordDigest::from_stored(digest.to_owned()))
    }

    #[test]
    fn new_digests_verify_and_are_up_to_date() {
        let digest = hash(&secret("correct horse"), SALT);
        assert!(digest.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", digest.as_str());
        assert_eq!(verify(&secret("correct horse"), &digest), Ok(Verification::Match { rehash_due: false }));
        assert_eq!(verify(&secret("correct horsf"), &digest), Ok(Verification::Mismatch));
        assert_ne!(hash(&secret("correct horse"), [8; 16]), digest);
    }

    #[test]
    fn the_dummy_costs_what_a_new_digest_costs() {
        let dummy = dummy_digest();
        let parameters = |digest: &str| digest.split('$').nth(3).map(str::to_owned);
        assert_eq!(parameters(dummy.as_str()), parameters(hash(&secret("x"), SALT).as_str()));
        assert_eq!(verify(&secret("x"), &dummy), Ok(Verification::Mismatch));
    }

    #[test]
    fn weaker_argon2_is_due_for_a_rehash() {
        for (algorithm, m, t) in [
            (Algorithm::Argon2id, 4096, 3),
            (Algorithm::Argon2id, MEMORY_KIB, 1),
            (Algorithm::Argon2i, MEMORY_KIB, 2),
        ] {
            let params = Params::new(m, t, 1, None).unwrap();
            let weak =
                Argon2::new(algorithm, Version::V0x13, params).hash_password_with_salt(b"pw", &SALT).unwrap();
            assert_eq!(verified("pw", &weak.to_string()), Ok(Verification::Match { rehash_due: true }));
        }
    }

    #[test]
    fn bcrypt_is_verified_and_due_for_a_rehash() {
        let parts = bcrypt::hash_with_salt("pässword", 4, SALT).unwrap();
        for version in [bcrypt::Version::TwoA, bcrypt::Version::TwoB, bcrypt::Version::TwoY] {
            let digest = parts.format_for_version(version);
            assert_eq!(verified("pässword", &digest), Ok(Verification::Match { rehash_due: true }));
            assert_eq!(verified("passwort", &digest), Ok(Verification::Mismatch));
        }
        assert!(verified("pässword", &parts.format_for_version(bcrypt::Version::TwoX)).is_err());
    }

    #[test]
    fn bcrypt_ignores_what_follows_72_bytes() {
        let long = "a".repeat(80);
        let digest = bcrypt::hash_with_salt(&long, 4, SALT).unwrap().to_string();
        assert!(verified(&long, &digest).unwrap().is_match());
        assert!(verified(&long[..72], &digest).unwrap().is_match());
        assert!(!verified(&long[..71], &digest).unwrap().is_match());
    }

    #[test]
    fn unusable_digests_are_errors() {
        for digest in [
            "",
            "$",
            "plain",
            "$2a$",
            "$argon2",
            "$argon2id$",
            "$1$abc$def",
            "$scrypt$ln=1$YWJj$YWJj",
            "\0",
            "md5:",
            "rot13:x",
            ":",
        ] {
            assert!(verified("pw", digest).is_err(), "{digest:?}");
        }
    }

    #[test]
    fn hasher_and_digest_are_found_in_the_stored_text() {
        for (stored, hasher, digest) in [
            ("$argon2id$v=19$", "argon2id", "$argon2id$v=19$"),
            ("$argon2i$v=19$", "argon2i", "$argon2i$v=19$"),
            ("$2b$10$", "bcrypt", "$2b$10$"),
            ("phpass:$P$", "phpass", "$P$"),
            ("scrypt_werkzeug:scrypt:2:1:1$", "scrypt_werkzeug", "scrypt:2:1:1$"),
            ("", "", ""),
        ] {
            let found = PasswordDigest::from_stored(stored.to_owned());
            assert_eq!(found.hasher_and_digest(), (hasher, digest));
        }
    }

    #[test]
    fn debug_output_hides_the_digest() {
        assert_eq!(format!("{:?}", dummy_digest()), "PasswordDigest(…)");
    }
}
