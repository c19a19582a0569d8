//! Digests that other systems have made: which hashers there are, and how their digests are read.
//!
//! Each family has a file. It reads a digest strictly when it is imported, bounds the work that the digest
//! asks for (whoever imports decides what each sign-in pays), and compares in constant time.

use base64::{
    Engine as _,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::{bcrypt, hash::UnknownDigest, message_digest, pbkdf2, phpass, scrypt};

/// Longest digest that is read at all. Those of argon2 and Firebase, the longest, have about 250 characters.
const MAX_DIGEST_LEN: usize = 1024;

/// Longest password that is compared with a foreign digest. Some formats work through the whole password in
/// every round, so its length multiplies what they cost.
const MAX_PASSWORD_LEN: usize = 1024;

/// Longest salt or key inside a digest.
const MAX_SALT_LEN: usize = 256;

/// A digest that was read.
pub(super) trait Foreign {
    fn matches(&self, password: &[u8]) -> bool;
}

pub(super) type Parsed = Result<Box<dyn Foreign>, UnknownDigest>;

type Parse = fn(&str) -> Parsed;

/// The hashers of the Backend API beside argon2, and who reads their digests.
const HASHERS: [(&str, Parse); 15] = [
    ("bcrypt", bcrypt::parse),
    ("bcrypt_sha256_django", bcrypt::parse_sha256_django),
    ("ldap_ssha", message_digest::parse_ldap_ssha),
    ("md5", message_digest::parse_md5),
    ("md5_phpass", phpass::parse_md5),
    ("pbkdf2_sha1", pbkdf2::parse_sha1),
    ("pbkdf2_sha256", pbkdf2::parse_sha256),
    ("pbkdf2_sha256_django", pbkdf2::parse_sha256_django),
    ("pbkdf2_sha512", pbkdf2::parse_sha512),
    ("pbkdf2_sha512_hex", pbkdf2::parse_sha512_hex),
    ("phpass", phpass::parse),
    ("scrypt_firebase", scrypt::parse_firebase),
    ("scrypt_werkzeug", scrypt::parse_werkzeug),
    ("sha256", message_digest::parse_sha256),
    ("sha512_symfony", message_digest::parse_symfony),
];

/// Reads a digest of the named hasher; `None` when there is no such hasher.
pub(super) fn parse(hasher: &str, digest: &str) -> Option<Parsed> {
    let (_, parse) = HASHERS.iter().find(|(name, _)| *name == hasher)?;
    if digest.len() > MAX_DIGEST_LEN {
        return Some(Err(UnknownDigest("it is longer than 1024 characters")));
    }
    Some(parse(digest))
}

/// Whether the password fits.
pub(super) fn matches(foreign: &dyn Foreign, password: &[u8]) -> bool {
    password.len() <= MAX_PASSWORD_LEN && foreign.matches(password)
}

/// The parts between `$`, exactly as many as asked for.
pub(super) fn fields<const N: usize>(digest: &str) -> Result<[&str; N], UnknownDigest> {
    let fields: Vec<&str> = digest.split('$').collect();
    fields.try_into().map_err(|_| UnknownDigest("it has not the right number of parts between $"))
}

/// A decimal number without sign, blanks or leading zeros.
pub(super) fn number(text: &str) -> Result<u32, UnknownDigest> {
    let digits = !text.is_empty() && text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || (text.starts_with('0') && text != "0") {
        return Err(UnknownDigest("one of its numbers is none, or too large"));
    }
    text.parse().map_err(|_| UnknownDigest("one of its numbers is none, or too large"))
}

/// Bytes in hexadecimal, in either case.
pub(super) fn hex(text: &str) -> Result<Vec<u8>, UnknownDigest> {
    const NOT_HEX: UnknownDigest = UnknownDigest("what should be hexadecimal is not");
    if !text.len().is_multiple_of(2) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(NOT_HEX);
    }
    let pairs = text.as_bytes().chunks_exact(2);
    pairs
        .map(|pair| {
            let pair = std::str::from_utf8(pair).map_err(|_| NOT_HEX)?;
            u8::from_str_radix(pair, 16).map_err(|_| NOT_HEX)
        })
        .collect()
}

const BASE64: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// Bytes in base64, with or without padding.
pub(super) fn base64(text: &str) -> Result<Vec<u8>, UnknownDigest> {
    decode(&GeneralPurpose::new(&STANDARD, BASE64), text)
}

/// As [`base64`], in whichever of the two alphabets.
pub(super) fn base64_either(text: &str) -> Result<Vec<u8>, UnknownDigest> {
    if text.contains(['-', '_']) {
        decode(&GeneralPurpose::new(&URL_SAFE, BASE64), text)
    } else {
        base64(text)
    }
}

fn decode(engine: &GeneralPurpose, text: &str) -> Result<Vec<u8>, UnknownDigest> {
    engine.decode(text).map_err(|_| UnknownDigest("what should be base64 is not"))
}

/// A salt or key of a size that can be.
pub(super) fn salt(bytes: impl Into<Vec<u8>>) -> Result<Vec<u8>, UnknownDigest> {
    let bytes = bytes.into();
    if (1..=MAX_SALT_LEN).contains(&bytes.len()) {
        Ok(bytes)
    } else {
        Err(UnknownDigest("its salt is empty or longer than 256 bytes"))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The password of the test vectors.
    pub(in crate::password) const PASSWORD: &str = "pässword-ΩΩ 42";

    /// Whether the digest is read, fits its password and no other.
    pub(in crate::password) fn assert_fits(hasher: &str, digest: &str, password: &str) {
        let parsed = match parse(hasher, digest).expect("a known hasher") {
            Ok(parsed) => parsed,
            Err(unknown) => panic!("{hasher} {digest}: {unknown}"),
        };
        assert!(matches(&*parsed, password.as_bytes()), "{hasher} {digest}");
        let upper = password.to_uppercase();
        let longer = format!("{password} ");
        for wrong in ["", "x", &upper, &longer, &password[1..]] {
            assert!(!matches(&*parsed, wrong.as_bytes()), "{hasher} {digest} took {wrong:?}");
        }
    }

    pub(in crate::password) fn assert_refused(hasher: &str, digest: &str) {
        assert!(parse(hasher, digest).expect("a known hasher").is_err(), "{hasher} took {digest:?}");
    }

    #[test]
    fn numbers_have_one_spelling() {
        for (text, value) in [("0", 0), ("1", 1), ("999999999", 999_999_999)] {
            assert_eq!(number(text), Ok(value));
        }
        for text in ["", "+1", "-1", " 1", "1 ", "01", "1.0", "1e3", "1000000000", "４"] {
            assert!(number(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn encodings_are_read_strictly() {
        assert_eq!(hex("00fF"), Ok(vec![0, 255]));
        for text in ["0", "0g", "+1", "é0", "0x00"] {
            assert!(hex(text).is_err(), "{text:?}");
        }
        assert_eq!(base64("+/8="), Ok(vec![0xfb, 0xff]));
        assert_eq!(base64("+/8"), Ok(vec![0xfb, 0xff]));
        assert_eq!(base64_either("-_8="), Ok(vec![0xfb, 0xff]));
        for text in ["-_8=", "+/9=", "+/8 ", "+", "+/8=="] {
            assert!(base64(text).is_err(), "{text:?}");
        }
        assert!(base64_either("-/8=").is_err());
    }

    #[test]
    fn what_is_too_long_fits_nothing() {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &[b'x'; MAX_PASSWORD_LEN]);
        let parsed = parse("sha256", &crate::secret::hexadecimal(digest.as_ref())).unwrap().ok().unwrap();
        assert!(matches(&*parsed, &[b'x'; MAX_PASSWORD_LEN]));
        assert!(!matches(&*parsed, &[b'x'; MAX_PASSWORD_LEN + 1]));
        assert_refused("ldap_ssha", &format!("{{SSHA}}{}", "A".repeat(MAX_DIGEST_LEN)));
    }

    #[test]
    fn nothing_that_is_no_digest_is_taken_by_anyone() {
        for (hasher, _) in HASHERS {
            for digest in ["", "$", "$$$$$$", "x", "\0", "é", "{SSHA}", "$P$", "$2b$", "scrypt:", "a$1$b$c"]
            {
                assert_refused(hasher, digest);
            }
        }
    }

    proptest::proptest! {
        /// Whatever is given is read or refused, and what was read can be compared with anything.
        #[test]
        fn no_digest_panics(
            start in "(|\\$P\\$7|\\{SSHA\\}|pbkdf2_sha1\\$1\\$|pbkdf2_sha256\\$2\\$|scrypt:2:1:1\\$|\\$2b\\$04\\$|sha512_symfony\\$1\\$)",
            rest in "[$=./+_,A-Fa-f0-9é-]{0,70}",
            password in ".{0,20}",
        ) {
            for (hasher, parse) in HASHERS {
                if let Ok(parsed) = parse(&format!("{start}{rest}")) {
                    let fits = matches(&*parsed, password.as_bytes());
                    proptest::prop_assert!(!fits, "{hasher}");
                }
            }
        }
    }
}
