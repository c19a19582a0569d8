//! The portable digests of phpass, which WordPress and phpBB made.

use md5::{Digest as _, Md5};
use subtle::ConstantTimeEq as _;

use super::{
    foreign::{Foreign, Parsed},
    hash::UnknownDigest,
};
use crate::secret;

/// The digits of phpass, by their value.
const ALPHABET: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Rounds as a power of two. phpass itself takes up to 30; WordPress had 13, Drupal 15.
const ROUNDS_LOG2: std::ops::RangeInclusive<u32> = 7..=18;

const SALT_LEN: usize = 8;
const OUTPUT_LEN: usize = 22;

const WRONG_LENGTH: UnknownDigest = UnknownDigest("it has not 34 characters");

struct Phpass {
    rounds: u32,
    salt: [u8; SALT_LEN],
    output: [u8; OUTPUT_LEN],
    /// The system had plain MD5 before, and hashed those digests once more.
    md5_first: bool,
}

impl Foreign for Phpass {
    fn matches(&self, password: &[u8]) -> bool {
        let output = if self.md5_first {
            self.hash(secret::hexadecimal(&Md5::digest(password)).as_bytes())
        } else {
            self.hash(password)
        };
        output.ct_eq(&self.output).into()
    }
}

impl Phpass {
    fn parse(digest: &str, md5_first: bool) -> Result<Self, UnknownDigest> {
        let rest = ["$P$", "$H$"]
            .iter()
            .find_map(|prefix| digest.strip_prefix(prefix))
            .ok_or(UnknownDigest("it does not begin with $P$ or $H$"))?
            .as_bytes();
        if rest.len() != 1 + SALT_LEN + OUTPUT_LEN {
            return Err(WRONG_LENGTH);
        }
        if rest.iter().any(|byte| value_of(*byte).is_none()) {
            return Err(UnknownDigest("it has characters that phpass does not use"));
        }
        let rounds_log2 = value_of(rest[0])
            .filter(|log2| ROUNDS_LOG2.contains(log2))
            .ok_or(UnknownDigest("its rounds are not from 2^7 to 2^18"))?;
        let (salt, output) = rest[1..].split_at(SALT_LEN);
        Ok(Self {
            rounds: 1 << rounds_log2,
            salt: salt.try_into().map_err(|_| WRONG_LENGTH)?,
            output: output.try_into().map_err(|_| WRONG_LENGTH)?,
            md5_first,
        })
    }

    fn hash(&self, password: &[u8]) -> [u8; OUTPUT_LEN] {
        let mut state = Md5::new().chain_update(self.salt).chain_update(password).finalize();
        for _ in 0..self.rounds {
            state = Md5::new().chain_update(state).chain_update(password).finalize();
        }
        encode(&state.into())
    }
}

fn value_of(digit: u8) -> Option<u32> {
    ALPHABET.iter().position(|known| *known == digit).and_then(|value| value.try_into().ok())
}

/// Base64 of phpass: 24 bits at a time, little end first.
fn encode(bytes: &[u8; 16]) -> [u8; OUTPUT_LEN] {
    let mut digits = bytes.chunks(3).flat_map(|chunk| {
        let bits = chunk.iter().rev().fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
        (0..=chunk.len()).map(move |n| ALPHABET[bits >> (6 * n) & 63])
    });
    std::array::from_fn(|_| digits.next().unwrap_or(b'.'))
}

/// `$P$`, one character for the rounds, eight of salt, 22 of hash; `$H$` as phpBB wrote it.
pub(super) fn parse(digest: &str) -> Parsed {
    Ok(Box::new(Phpass::parse(digest, false)?))
}

/// phpass of the MD5 of the password in hexadecimal; optionally with Drupal's mark, a `U` in front.
pub(super) fn parse_md5(digest: &str) -> Parsed {
    Ok(Box::new(Phpass::parse(digest.strip_prefix('U').unwrap_or(digest), true)?))
}

#[cfg(test)]
mod tests {
    use super::super::foreign::tests::{PASSWORD, assert_fits, assert_refused};

    /// passlib 1.7.4: `passlib.hash.phpass.using(rounds=8).hash(PASSWORD)`.
    const PHPASS: &str = "$P$6cKoM1BwZ.AQBy0.SKeTMWgMKt5QmR.";
    /// The same with `ident="H"`.
    const PHPBB: &str = "$H$68i6yxCgI3GDYyze3cv7XV3I5CIwEb1";
    /// The same of `hashlib.md5(PASSWORD.encode()).hexdigest()`.
    const MD5: &str = "$P$6cETvR/ZOpM5A.Fe1VDRqraPC3zVOB.";
    /// From the test program of phpass 0.3.
    const OPENWALL: &str = "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0";

    #[test]
    fn digests_of_passlib_fit() {
        assert_fits("phpass", PHPASS, PASSWORD);
        assert_fits("phpass", PHPBB, PASSWORD);
        assert_fits("phpass", OPENWALL, "test12345");
        assert_fits("md5_phpass", MD5, PASSWORD);
        assert_fits("md5_phpass", &format!("U{MD5}"), PASSWORD);
    }

    #[test]
    fn others_are_refused() {
        for digest in [
            &PHPASS[..33],
            &format!("{PHPASS}."),
            &PHPASS.replace("$P$", "$Q$"),
            &PHPASS.replace("$P$", "$S$"),
            &PHPASS.replace("$P$6", "$P$é"),
            &PHPASS.replace("Ko", "!o"),
            &format!("U{PHPASS}"),
        ] {
            assert_refused("phpass", digest);
        }
        // `4` stands for 2^6, `I` for 2^20, `G` for 2^18.
        assert_refused("phpass", &PHPASS.replace("$P$6", "$P$4"));
        assert_refused("phpass", &PHPASS.replace("$P$6", "$P$I"));
        assert!(super::parse(&PHPASS.replace("$P$6", "$P$G")).is_ok());
        assert_refused("phpass", &PHPASS.replace("$P$6", "$P$H"));
    }
}
