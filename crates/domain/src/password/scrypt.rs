//! scrypt, in the forms of Firebase and Werkzeug.

use aws_lc_rs::cipher::{AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey};
use scrypt::Params;
use subtle::ConstantTimeEq as _;

use super::{
    foreign::{Foreign, Parsed, base64_either, fields, hex, number, salt},
    hash::UnknownDigest,
};

/// What scrypt may fill, over all lanes: as much as argon2. This bounds the time as well.
const MAX_MEMORY_KIB: u64 = 64 * 1024;

const FIREBASE_HASH_LENGTHS: std::ops::RangeInclusive<usize> = 16..=256;
const WERKZEUG_HASH_LEN: usize = 64;

struct Firebase {
    params: Params,
    salt: Vec<u8>,
    signer_key: Vec<u8>,
    output: Vec<u8>,
}

impl Foreign for Firebase {
    /// The hash is the project's key, encrypted under what scrypt makes of the password.
    fn matches(&self, password: &[u8]) -> bool {
        let mut key = [0; 32];
        if scrypt::scrypt(password, &self.salt, &self.params, &mut key).is_err() {
            return false;
        }
        let mut output = self.signer_key.clone();
        let encrypted = UnboundCipherKey::new(&AES_256, &key).and_then(EncryptingKey::ctr).and_then(|key| {
            let iv = EncryptionContext::Iv128([0; 16].into());
            key.less_safe_encrypt(&mut output, iv)
        });
        encrypted.is_ok() && bool::from(output.ct_eq(&self.output))
    }
}

struct Werkzeug {
    params: Params,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl Foreign for Werkzeug {
    fn matches(&self, password: &[u8]) -> bool {
        let mut output = [0; WERKZEUG_HASH_LEN];
        scrypt::scrypt(password, &self.salt, &self.params, &mut output).is_ok()
            && bool::from(output[..].ct_eq(&self.output))
    }
}

/// `hash$salt$signer key$salt separator$rounds$memory cost`, all but the numbers in base64.
pub(super) fn parse_firebase(digest: &str) -> Parsed {
    let [output, user_salt, signer_key, separator, rounds, memory_cost] = fields(digest)?;
    let output = base64_either(output)?;
    let signer_key = base64_either(signer_key)?;
    if !FIREBASE_HASH_LENGTHS.contains(&output.len()) || signer_key.len() != output.len() {
        return Err(UnknownDigest("its hash and its signer key are not of one length from 16 to 256 bytes"));
    }
    let mut joined = salt(base64_either(user_salt)?)?;
    joined.extend(base64_either(separator)?);
    let params = params(number(memory_cost)?, number(rounds)?, 1)?;
    Ok(Box::new(Firebase { params, salt: salt(joined)?, signer_key, output }))
}

/// `scrypt:N:r:p$salt$hash` with the salt as text and the hash in hexadecimal. Clerk's documentation has a
/// `$` in front, which Werkzeug does not write.
pub(super) fn parse_werkzeug(digest: &str) -> Parsed {
    let [method, salt_text, output] = fields(digest.strip_prefix('$').unwrap_or(digest))?;
    let cost: [&str; 4] = method
        .split(':')
        .collect::<Vec<_>>()
        .try_into()
        .map_err(|_| UnknownDigest("it does not begin with scrypt:N:r:p"))?;
    let ["scrypt", n, r, p] = cost else {
        return Err(UnknownDigest("it does not begin with scrypt:N:r:p"));
    };
    let n = number(n)?;
    if !n.is_power_of_two() {
        return Err(UnknownDigest("its N is not a power of two"));
    }
    let params = params(n.ilog2(), number(r)?, number(p)?)?;
    let output = hex(output)?;
    if output.len() != WERKZEUG_HASH_LEN {
        return Err(UnknownDigest("its hash has not 64 bytes"));
    }
    Ok(Box::new(Werkzeug { params, salt: salt(salt_text)?, output }))
}

fn params(log_n: u32, r: u32, p: u32) -> Result<Params, UnknownDigest> {
    const TOO_MUCH: UnknownDigest = UnknownDigest("it asks for more than 64 MiB");
    // Blocks of 128 bytes, so that nothing is lost to rounding.
    const MAX_BLOCKS: u64 = 8 * MAX_MEMORY_KIB;
    let blocks = 1_u64
        .checked_shl(log_n)
        .filter(|n| *n <= MAX_BLOCKS)
        .and_then(|n| n.checked_mul(u64::from(r)))
        .and_then(|blocks| blocks.checked_mul(u64::from(p)));
    if blocks.is_none_or(|blocks| blocks > MAX_BLOCKS) {
        return Err(TOO_MUCH);
    }
    let log_n = u8::try_from(log_n).ok().filter(|log_n| *log_n > 0);
    log_n
        .and_then(|log_n| Params::new(log_n, r, p).ok())
        .ok_or(UnknownDigest("its parameters are not scrypt's"))
}

#[cfg(test)]
mod tests {
    use super::super::foreign::{
        parse,
        tests::{PASSWORD, assert_fits, assert_refused},
    };

    /// The example of `github.com/firebase/scrypt`; its password is `user1password`.
    const FIREBASE: &str = "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==$42xEC+ixf3L2lw==$jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==$Bw==$8$14";
    /// Werkzeug 3.1: `generate_password_hash(PASSWORD, method="scrypt:1024:8:1")`.
    const WERKZEUG: &str = "scrypt:1024:8:1$c1xe3rNOCoUzXMko$5b99cc5854577c21a508b88698a72e5cfd9b844af8c4a6ac02f27628ec8da7676467b67609a5457ae50c549ac1d51ec0a6db7bf22231924676a81959a59603ed";
    /// Werkzeug 3.1: `generate_password_hash(PASSWORD)`.
    const WERKZEUG_DEFAULT: &str = "scrypt:32768:8:1$Z6LvWvTUigtz6KMr$0e2e728b5e8d32f769bcc15717d0908f55cadacb5f1ebbe589777267b63476584ae944129327a84eab0ee92b0c497714ee01ecd88b907f475d0cff1a3041cb95";

    #[test]
    fn digests_of_firebase_and_werkzeug_fit() {
        assert_fits("scrypt_firebase", FIREBASE, "user1password");
        assert_fits("scrypt_firebase", &FIREBASE.replace('+', "-").replace('/', "_"), "user1password");
        assert_fits("scrypt_werkzeug", WERKZEUG, PASSWORD);
        assert_fits("scrypt_werkzeug", WERKZEUG_DEFAULT, PASSWORD);
        assert_fits("scrypt_werkzeug", &format!("${WERKZEUG}"), PASSWORD);
    }

    #[test]
    fn others_are_refused() {
        for digest in [
            FIREBASE.replace("$Bw==$", "$"),
            FIREBASE.replace("$Bw==$", "$?$"),
            FIREBASE.replace("$42xEC+ixf3L2lw==$", "$$"),
            FIREBASE.replace("lSrfV15c", ""),
            format!("{FIREBASE}$1"),
            FIREBASE.replace("$8$14", "$8$0"),
            FIREBASE.replace("$8$14", "$0$14"),
            FIREBASE.replace("$8$14", "$8$"),
        ] {
            assert_refused("scrypt_firebase", &digest);
        }
        for digest in [
            WERKZEUG.replace("1024", "1000"),
            WERKZEUG.replace("1024", "0"),
            WERKZEUG.replace("1024", "1"),
            WERKZEUG.replace("8:1", "8:0"),
            WERKZEUG.replace("8:1", "8"),
            WERKZEUG.replace("8:1", "8:1:1"),
            WERKZEUG.replace("scrypt", "pbkdf2"),
            WERKZEUG.replace("c1xe3rNOCoUzXMko", ""),
            WERKZEUG.replace("5b99", ""),
            format!("$${WERKZEUG}"),
        ] {
            assert_refused("scrypt_werkzeug", &digest);
        }
    }

    #[test]
    fn memory_is_bounded_over_all_lanes() {
        let werkzeug =
            |cost: &str| parse("scrypt_werkzeug", &WERKZEUG.replace("1024:8:1", cost)).unwrap().is_ok();
        for cost in ["65536:8:1", "16384:8:4", "2:1:262144", "524288:1:1"] {
            assert!(werkzeug(cost), "{cost}");
        }
        for cost in ["131072:8:1", "65536:9:1", "65536:8:2", "2:1:262145", "536870912:999999999:999999999"] {
            assert!(!werkzeug(cost), "{cost}");
        }
        let firebase =
            |cost: &str| parse("scrypt_firebase", &FIREBASE.replace("$8$14", cost)).unwrap().is_ok();
        assert!(firebase("$8$16"));
        for cost in ["$8$17", "$8$63", "$8$64", "$8$999999999", "$9$16"] {
            assert!(!firebase(cost), "{cost}");
        }
    }
}
