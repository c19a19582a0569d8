//! PBKDF2 with three hash functions and five spellings.

use std::num::NonZeroU32;

use aws_lc_rs::pbkdf2::{self, PBKDF2_HMAC_SHA1, PBKDF2_HMAC_SHA256, PBKDF2_HMAC_SHA512};

use super::{
    foreign::{Foreign, Parsed, base64, fields, hex, number, salt},
    hash::UnknownDigest,
};

/// Iterations times blocks of output that are taken. Django's default is about a million; SHA-512 takes
/// twice as long for each.
const MAX_ROUNDS: u32 = 2_000_000;
const MAX_ROUNDS_SHA512: u32 = 1_000_000;

const OUTPUT_LENGTHS: std::ops::RangeInclusive<usize> = 16..=128;

/// A hash function as PBKDF2 needs it.
struct Function {
    algorithm: pbkdf2::Algorithm,
    output_len: usize,
    max_rounds: u32,
}

const SHA1: Function = Function { algorithm: PBKDF2_HMAC_SHA1, output_len: 20, max_rounds: MAX_ROUNDS };
const SHA256: Function = Function { algorithm: PBKDF2_HMAC_SHA256, output_len: 32, max_rounds: MAX_ROUNDS };
const SHA512: Function =
    Function { algorithm: PBKDF2_HMAC_SHA512, output_len: 64, max_rounds: MAX_ROUNDS_SHA512 };

struct Pbkdf2 {
    algorithm: pbkdf2::Algorithm,
    iterations: NonZeroU32,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl Foreign for Pbkdf2 {
    fn matches(&self, password: &[u8]) -> bool {
        pbkdf2::verify(self.algorithm, self.iterations, &self.salt, password, &self.output).is_ok()
    }
}

impl Pbkdf2 {
    fn boxed(function: &Function, iterations: &str, salt_bytes: Vec<u8>, output: Vec<u8>) -> Parsed {
        let iterations = NonZeroU32::new(number(iterations)?).ok_or(UnknownDigest("it has no iterations"))?;
        if !OUTPUT_LENGTHS.contains(&output.len()) {
            return Err(UnknownDigest("its hash has not 16 to 128 bytes"));
        }
        let blocks = output.len().div_ceil(function.output_len);
        let rounds = u64::from(iterations.get()).saturating_mul(blocks as u64);
        if rounds > u64::from(function.max_rounds) {
            return Err(UnknownDigest(
                "it asks for more than 2000000 iterations, or 1000000 of SHA-512, for each block of its hash",
            ));
        }
        Ok(Box::new(Self { algorithm: function.algorithm, iterations, salt: salt(salt_bytes)?, output }))
    }
}

/// `pbkdf2_sha1$iterations$salt$hash`, optionally with the length of the hash behind it. The salt is
/// hexadecimal where it can be, else the text itself.
pub(super) fn parse_sha1(digest: &str) -> Parsed {
    let (digest, length) = match digest.split('$').count() {
        5 => digest.rsplit_once('$').map_or((digest, None), |(digest, length)| (digest, Some(length))),
        _ => (digest, None),
    };
    let [iterations, salt, output] = named("pbkdf2_sha1", digest)?;
    let salt = hex(salt).unwrap_or_else(|_| salt.as_bytes().to_vec());
    let output = hex(output)?;
    if let Some(length) = length
        && usize::try_from(number(length)?) != Ok(output.len())
    {
        return Err(UnknownDigest("its hash has not the length that it names"));
    }
    Pbkdf2::boxed(&SHA1, iterations, salt, output)
}

/// Salt and hash in base64.
pub(super) fn parse_sha256(digest: &str) -> Parsed {
    let [iterations, salt, output] = named("pbkdf2_sha256", digest)?;
    Pbkdf2::boxed(&SHA256, iterations, base64(salt)?, base64(output)?)
}

/// The salt as text, the hash in base64.
pub(super) fn parse_sha256_django(digest: &str) -> Parsed {
    let [iterations, salt, output] = named("pbkdf2_sha256", digest)?;
    Pbkdf2::boxed(&SHA256, iterations, salt.into(), base64(output)?)
}

/// The salt as text, the hash in hexadecimal.
pub(super) fn parse_sha512(digest: &str) -> Parsed {
    let [iterations, salt, output] = named("pbkdf2_sha512", digest)?;
    Pbkdf2::boxed(&SHA512, iterations, salt.into(), hex(output)?)
}

/// Salt and hash in hexadecimal.
pub(super) fn parse_sha512_hex(digest: &str) -> Parsed {
    let [iterations, salt, output] = named("pbkdf2_sha512_hex", digest)?;
    Pbkdf2::boxed(&SHA512, iterations, hex(salt)?, hex(output)?)
}

fn named<'a>(name: &str, digest: &'a str) -> Result<[&'a str; 3], UnknownDigest> {
    let [found, iterations, salt, output] = fields(digest)?;
    if found == name {
        Ok([iterations, salt, output])
    } else {
        Err(UnknownDigest("it does not begin with the name of its algorithm"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::foreign::tests::{PASSWORD, assert_fits, assert_refused};

    // passlib 1.7.4, its base64 written anew:
    // `_, _, rounds, salt, hash = passlib.hash.pbkdf2_sha256.using(rounds=1000).hash(PASSWORD).split("$")`,
    // the same with `pbkdf2_sha1` and `pbkdf2_sha512`, and with `salt=b"salt-as-text"`.
    const SHA1: &str =
        "pbkdf2_sha1$1000$6bcd794f09c11883b0f63ec79873aed5$357218c4c00aa8f8f054fc808c58af39fe19db8d";
    const SHA1_TEXT: &str = "pbkdf2_sha1$1000$salt-as-text$e434c16cdecd3fd642bb7c08df358cd12806632d";
    const SHA256: &str =
        "pbkdf2_sha256$1000$sbZW6h3D2HuvFWKMkRLCGA==$LtqPTo2jhXAvFmy8n1z1HvaFHgVIfyvzqd9uvklui4E=";
    const SHA512: &str = "pbkdf2_sha512$1000$salt-as-text$1b4e03fff159511c46095bd03b4026de1f6cbe6d4047d6abe136c5a7b481ccf4e26bae26178329505488e3b7d570f4f1c8fc3ce01fd5ccadabc9f2e1f4c079f8";
    const SHA512_HEX: &str = "pbkdf2_sha512_hex$1000$0e0120e4dc3b07a0b4d67a6fcdd9dbdb$08c73c83b9e8db016397bf54c5ca07cce6340aa4229b829914f45f2842483d30f9ca5b2275288c50320c14421778faf6b0c4a36f4227fc3aa76ea23456a0e00b";
    /// Django 5.2: `PBKDF2PasswordHasher().encode(PASSWORD, "0AqJzcsalt", 1000)`.
    const DJANGO: &str = "pbkdf2_sha256$1000$0AqJzcsalt$bn9rmaOIVVtoHUVpDBd+J3nPBUE9pH1e2wdTCtVhW+Y=";
    /// RFC 6070, whose output of 25 bytes takes two blocks.
    const RFC_6070: &str = "pbkdf2_sha1$4096$73616c7453414c5473616c7453414c5473616c7453414c5473616c7453414c5473616c74$3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038";

    #[test]
    fn digests_of_passlib_and_django_fit() {
        assert_fits("pbkdf2_sha1", SHA1, PASSWORD);
        assert_fits("pbkdf2_sha1", &format!("{SHA1}$20"), PASSWORD);
        assert_fits("pbkdf2_sha1", &SHA1[..SHA1.len() - 8], PASSWORD);
        assert_fits("pbkdf2_sha1", SHA1_TEXT, PASSWORD);
        assert_fits("pbkdf2_sha1", RFC_6070, "passwordPASSWORDpassword");
        assert_fits("pbkdf2_sha256", SHA256, PASSWORD);
        assert_fits("pbkdf2_sha256", &SHA256.replace('=', ""), PASSWORD);
        assert_fits("pbkdf2_sha256_django", DJANGO, PASSWORD);
        assert_fits("pbkdf2_sha512", SHA512, PASSWORD);
        assert_fits("pbkdf2_sha512_hex", SHA512_HEX, PASSWORD);
        assert_fits(
            "pbkdf2_sha512_hex",
            &SHA512_HEX.to_uppercase().replace("PBKDF2_SHA512_HEX", "pbkdf2_sha512_hex"),
            PASSWORD,
        );
    }

    #[test]
    fn what_is_not_in_the_hashers_form_is_refused() {
        for (hasher, digest) in [
            ("pbkdf2_sha1", format!("{SHA1}$32")),
            ("pbkdf2_sha1", format!("{SHA1}$")),
            ("pbkdf2_sha1", format!("{SHA1}$20$20")),
            ("pbkdf2_sha1", SHA1[..SHA1.len() - 1].to_owned()),
            ("pbkdf2_sha1", SHA1[..SHA1.len() - 10].to_owned()),
            ("pbkdf2_sha1", SHA1.replace("$1000$", "$0$")),
            ("pbkdf2_sha1", SHA1.replace("$1000$", "$-1$")),
            ("pbkdf2_sha1", SHA1_TEXT.replace("salt-as-text", "")),
            ("pbkdf2_sha256", DJANGO.replace("0AqJzcsalt", "0AqJzcsal.")),
            ("pbkdf2_sha256", SHA256.replace("sha256", "sha1")),
            ("pbkdf2_sha256", format!("{SHA256}$")),
            ("pbkdf2_sha256", format!("${SHA256}")),
            ("pbkdf2_sha512", SHA512_HEX.to_owned()),
            ("pbkdf2_sha512_hex", SHA512.to_owned()),
            ("pbkdf2_sha512_hex", SHA512.replace("sha512", "sha512_hex")),
        ] {
            assert_refused(hasher, &digest);
        }
    }

    #[test]
    fn work_is_bounded_with_the_length_of_the_hash() {
        let read =
            |hasher: &str, digest: String| super::super::foreign::parse(hasher, &digest).unwrap().is_ok();
        let iterations = |digest: &str, n: u32| digest.replace("$1000$", &format!("${n}$"));
        assert!(read("pbkdf2_sha256", iterations(SHA256, 2_000_000)));
        assert!(!read("pbkdf2_sha256", iterations(SHA256, 2_000_001)));
        assert!(read("pbkdf2_sha512", iterations(SHA512, 1_000_000)));
        assert!(!read("pbkdf2_sha512", iterations(SHA512, 1_000_001)));
        let two_blocks = |n| format!("pbkdf2_sha1${n}$aa${}", "00".repeat(32));
        assert!(read("pbkdf2_sha1", two_blocks(1_000_000)));
        assert!(!read("pbkdf2_sha1", two_blocks(1_000_001)));
        assert!(!read("pbkdf2_sha1", format!("pbkdf2_sha1$1$aa${}", "00".repeat(129))));
    }
}
