//! Base32 of RFC 4648 without padding: how authenticator apps take secrets, and what people can copy by hand.

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The bytes in capital letters and digits.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    for chunk in bytes.chunks(5) {
        let mut group = [0; 8];
        group[3..3 + chunk.len()].copy_from_slice(chunk);
        let bits = u64::from_be_bytes(group);
        for n in 0..(chunk.len() * 8).div_ceil(5) {
            let index = (bits >> (35 - 5 * n)) & 31;
            text.push(char::from(ALPHABET[usize::try_from(index).unwrap_or_default()]));
        }
    }
    text
}

/// The bytes behind a text of either case; `None` where it is no Base32. Bits beyond the last whole byte are ignored.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let (mut bits, mut count) = (0_u32, 0);
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    for letter in text.trim_end_matches('=').bytes() {
        let value = ALPHABET.iter().position(|known| *known == letter.to_ascii_uppercase())?;
        bits = (bits << 5) | u32::try_from(value).ok()?;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xFF).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4648, section 10.
    const VECTORS: [(&str, &str); 7] = [
        ("", ""),
        ("f", "MY"),
        ("fo", "MZXQ"),
        ("foo", "MZXW6"),
        ("foob", "MZXW6YQ"),
        ("fooba", "MZXW6YTB"),
        ("foobar", "MZXW6YTBOI"),
    ];

    #[test]
    fn the_vectors_of_the_rfc() {
        for (plain, encoded) in VECTORS {
            assert_eq!(encode(plain.as_bytes()), encoded);
            assert_eq!(decode(encoded).unwrap(), plain.as_bytes());
        }
    }

    #[test]
    fn case_and_padding_do_not_matter() {
        assert_eq!(decode("mzxw6===").unwrap(), b"foo");
        for text in ["M0", "M1", "M8", "M-", "MÄ", "M=X"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
