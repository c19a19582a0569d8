//! Randomness as a parameter: ids, tokens, codes and salts are drawn from an [`Rng`] that the caller names.

/// A source of unpredictable bytes: the system in a server, a seeded stream in tests.
///
/// The helpers draw by rejection, so a source must not repeat one byte for ever.
pub trait Rng: Send + Sync + 'static {
    /// Fills the whole buffer.
    fn fill(&self, buffer: &mut [u8]);

    /// The 128 bits that go into an id or a salt.
    fn entropy16(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        bytes
    }

    /// `prefix` followed by letters and digits that carry at least `entropy_bytes` bytes of entropy.
    ///
    /// Only `[0-9A-Za-z]`, so that a double click selects the whole token and no encoding is ever needed.
    fn token(&self, prefix: &str, entropy_bytes: usize) -> String {
        const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        // One character of 62 carries a little more than 5.95 bits.
        let characters = (entropy_bytes * 800).div_ceil(595);
        let mut token = String::with_capacity(prefix.len() + characters);
        token.push_str(prefix);
        draw(self, 62, characters, |index| token.push(char::from(ALPHABET[index])));
        token
    }

    /// `count` decimal digits, each equally likely.
    fn digits(&self, count: usize) -> String {
        let mut digits = String::with_capacity(count);
        draw(self, 10, count, |index| digits.push(char::from(b"0123456789"[index])));
        digits
    }
}

/// What a trait object cannot offer itself; implemented for every [`Rng`].
pub trait RngExt: Rng {
    /// `N` random bytes.
    fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }
}

impl<R: Rng + ?Sized> RngExt for R {}

/// Hands out `count` numbers below `below`, without the bias of a plain remainder.
fn draw<R: Rng + ?Sized>(rng: &R, below: u8, count: usize, mut take: impl FnMut(usize)) {
    let limit = u8::MAX - u8::MAX % below;
    let mut left = count;
    let mut pool = [0; 64];
    while left > 0 {
        rng.fill(&mut pool);
        for byte in pool.iter().filter(|byte| **byte < limit).take(left) {
            take(usize::from(byte % below));
            left -= 1;
        }
    }
}

/// The operating system's generator, through aws-lc; the only place in the workspace that draws from it.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRng;

impl Rng for SystemRng {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that draws randomness")]
    fn fill(&self, buffer: &mut [u8]) {
        aws_lc_rs::rand::fill(buffer).expect("aws-lc aborts rather than fail once the system has seeded it");
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// A reproducible stream (splitmix64): enough to make tests of rules repeatable.
    #[derive(Debug, Default)]
    pub(crate) struct TestRng(AtomicU64);

    impl Rng for TestRng {
        fn fill(&self, buffer: &mut [u8]) {
            for chunk in buffer.chunks_mut(8) {
                let mut word = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
                word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
                word ^= word >> 31;
                chunk.copy_from_slice(&word.to_le_bytes()[..chunk.len()]);
            }
        }
    }

    #[test]
    fn digits_are_evenly_spread() {
        let rng = TestRng::default();
        let mut seen = [0_u32; 10];
        for digit in rng.digits(100_000).bytes() {
            seen[usize::from(digit - b'0')] += 1;
        }
        // Five standard deviations around 10,000 are about ±474.
        assert!(seen.iter().all(|count| (9_500..10_500).contains(count)), "{seen:?}");
    }

    #[test]
    fn tokens_are_alphanumeric_and_long_enough() {
        let token = SystemRng.token("sk_test_", 32);
        let body = token.strip_prefix("sk_test_").unwrap();
        assert_eq!(body.len(), 44);
        assert!(body.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert!(62_f64.log2() * 44.0 >= 256.0);
        assert_ne!(token, SystemRng.token("sk_test_", 32));
    }

    #[test]
    fn zero_lengths_draw_nothing() {
        assert_eq!(SystemRng.digits(0), "");
        assert_eq!(SystemRng.token("p_", 0), "p_");
    }

    #[test]
    fn helpers_work_behind_a_trait_object() {
        let rng: &dyn Rng = &TestRng::default();
        assert_ne!(rng.bytes::<24>(), rng.bytes::<24>());
        assert_ne!(rng.entropy16(), rng.entropy16());
        assert_eq!(rng.digits(6).len(), 6);
    }
}
