//! Plain message digests of passwords: MD5, SHA-256, salted SHA-1 of LDAP, and Symfony's repeated SHA-512.

use aws_lc_rs::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA512, digest};
use md5::{Digest as _, Md5};
use subtle::ConstantTimeEq as _;

use super::{
    foreign::{Foreign, Parsed, base64, fields, hex, number, salt},
    hash::UnknownDigest,
};

const MD5_LEN: usize = 16;
const SHA1_LEN: usize = 20;
const SHA256_LEN: usize = 32;
const SHA512_LEN: usize = 64;

/// Symfony's default is 5000.
const MAX_SYMFONY_ITERATIONS: u32 = 100_000;

enum MessageDigest {
    Md5([u8; MD5_LEN]),
    Sha256([u8; SHA256_LEN]),
    LdapSsha { salt: Vec<u8>, output: [u8; SHA1_LEN] },
    Symfony { iterations: u32, salt: String, output: [u8; SHA512_LEN] },
}

impl Foreign for MessageDigest {
    fn matches(&self, password: &[u8]) -> bool {
        match self {
            Self::Md5(output) => Md5::digest(password).ct_eq(output),
            Self::Sha256(output) => digest(&SHA256, password).as_ref().ct_eq(output),
            Self::LdapSsha { salt, output } => {
                digest(&SHA1_FOR_LEGACY_USE_ONLY, &[password, salt].concat()).as_ref().ct_eq(output)
            }
            Self::Symfony { iterations, salt, output } => {
                symfony(password, salt, *iterations).as_ref().ct_eq(output)
            }
        }
        .into()
    }
}

fn symfony(password: &[u8], salt: &str, iterations: u32) -> aws_lc_rs::digest::Digest {
    let salted = [password, b"{", salt.as_bytes(), b"}"].concat();
    let mut state = digest(&SHA512, &salted);
    for _ in 1..iterations {
        let mut next = Context::new(&SHA512);
        next.update(state.as_ref());
        next.update(&salted);
        state = next.finish();
    }
    state
}

/// 32 hexadecimal digits.
pub(super) fn parse_md5(digest: &str) -> Parsed {
    Ok(Box::new(MessageDigest::Md5(sized(&hex(digest)?)?)))
}

/// 64 hexadecimal digits.
pub(super) fn parse_sha256(digest: &str) -> Parsed {
    Ok(Box::new(MessageDigest::Sha256(sized(&hex(digest)?)?)))
}

/// `{SSHA}` and base64 of hash and salt.
pub(super) fn parse_ldap_ssha(digest: &str) -> Parsed {
    let encoded = ["{SSHA}", "{ssha}"]
        .iter()
        .find_map(|scheme| digest.strip_prefix(scheme))
        .ok_or(UnknownDigest("it does not begin with {SSHA}"))?;
    let decoded = base64(encoded)?;
    let (output, salt_bytes) =
        decoded.split_at_checked(SHA1_LEN).ok_or(UnknownDigest("it is shorter than a SHA-1"))?;
    Ok(Box::new(MessageDigest::LdapSsha { salt: salt(salt_bytes)?, output: sized(output)? }))
}

/// `sha512_symfony$iterations$salt$hash` with the salt as text and the hash in base64.
pub(super) fn parse_symfony(digest: &str) -> Parsed {
    let ["sha512_symfony", iterations, salt_text, output] = fields(digest)? else {
        return Err(UnknownDigest("it does not begin with sha512_symfony"));
    };
    let iterations = number(iterations)?;
    if !(1..=MAX_SYMFONY_ITERATIONS).contains(&iterations) {
        return Err(UnknownDigest("its iterations are not from 1 to 100000"));
    }
    // Symfony itself refuses them: they separate password and salt.
    if salt_text.contains(['{', '}']) {
        return Err(UnknownDigest("its salt has braces"));
    }
    salt(salt_text)?;
    let output = sized(&base64(output)?)?;
    Ok(Box::new(MessageDigest::Symfony { iterations, salt: salt_text.to_owned(), output }))
}

fn sized<const N: usize>(bytes: &[u8]) -> Result<[u8; N], UnknownDigest> {
    bytes.try_into().map_err(|_| UnknownDigest("its hash has not the length of its kind"))
}

#[cfg(test)]
mod tests {
    use super::super::foreign::tests::{PASSWORD, assert_fits, assert_refused};

    // passlib 1.7.4: `passlib.hash.hex_md5.hash(PASSWORD)`, `hex_sha256`, `ldap_salted_sha1`.
    const MD5: &str = "af345e328eb50560ce0be2daee1e6965";
    const SHA256: &str = "f7280f6dd0d9395863807a5b746dd90c94a6cc955939c7c8871bb4fdc0b3dafc";
    const LDAP: &str = "{SSHA}LSZTY1N5kHJPP857OZFButPFSs1bq9Ua";
    // Python's hashlib:
    // `m = f"{PASSWORD}{{{salt}}}".encode(); d = sha512(m).digest()`, then 4999 times
    // `d = sha512(d + m).digest()`, and `b64encode(d)`.
    const SYMFONY: &str = "sha512_symfony$5000$c5zcq8kxbx4o8so0$m9Y5C8ysAvFSo2yps52+1nKBqj94U402cPG4MclDFX31qTKpFltcK0lRaaOLGkZJCd6nYgw+vLq0e846Yw3l8Q==";
    const SYMFONY_ONCE: &str = "sha512_symfony$1$x$Ngw2dMjoqHCbTVEy01icumwYq+DrR3qa32CJ0xY9//JOJ7k4SlJ2hF+AHZdEhGh9xhVnDBJUzl0tbK7SqzBVXg==";

    #[test]
    fn digests_of_others_fit() {
        assert_fits("md5", MD5, PASSWORD);
        assert_fits("md5", &MD5.to_uppercase(), PASSWORD);
        assert_fits("md5", "5f4dcc3b5aa765d61d8327deb882cf99", "password");
        assert_fits("sha256", SHA256, PASSWORD);
        assert_fits("ldap_ssha", LDAP, PASSWORD);
        assert_fits("sha512_symfony", SYMFONY, PASSWORD);
        assert_fits("sha512_symfony", SYMFONY_ONCE, PASSWORD);
    }

    #[test]
    fn what_is_not_in_the_hashers_form_is_refused() {
        for (hasher, digest) in [
            ("md5", &MD5[..30]),
            ("md5", &format!("{MD5}00")),
            ("md5", &MD5.replace('a', "g")),
            ("md5", SHA256),
            ("sha256", MD5),
            ("sha256", &format!("sha256${SHA256}")),
            ("ldap_ssha", &LDAP.replace("SSHA", "SHA")),
            ("ldap_ssha", &LDAP[..32]),
            ("ldap_ssha", "{SSHA}LSZTY1N5kHJPP857OZFButPFSs0="),
            ("sha512_symfony", &SYMFONY.replace("$5000$", "$0$")),
            ("sha512_symfony", &SYMFONY.replace("$5000$", "$100001$")),
            ("sha512_symfony", &SYMFONY.replace("c5zcq8kxbx4o8so0", "")),
            ("sha512_symfony", &SYMFONY.replace("c5zcq8kxbx4o8so0", "{x}")),
            ("sha512_symfony", &SYMFONY.replace("sha512_symfony", "sha512")),
            ("sha512_symfony", &SYMFONY.replace("m9Y5", "")),
        ] {
            assert_refused(hasher, digest);
        }
    }
}
