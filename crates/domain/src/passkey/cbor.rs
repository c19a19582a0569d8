//! As much of CBOR (RFC 8949) as authenticators speak: definite lengths, no floats that mean anything.

/// How deep values may lie in each other.
const DEPTH: u8 = 8;

/// A value that was read.
#[derive(Debug, PartialEq)]
pub(super) enum Value<'a> {
    Int(i64),
    Bytes(&'a [u8]),
    Text(&'a str),
    List(Vec<Value<'a>>),
    Map(Vec<(Value<'a>, Value<'a>)>),
    /// True, null, a float: skipped over.
    Other,
}

impl<'a> Value<'a> {
    pub(super) fn as_bytes(&self) -> Option<&'a [u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    pub(super) fn as_int(&self) -> Option<i64> {
        if let Self::Int(number) = self { Some(*number) } else { None }
    }

    /// The entry of a map with this text for a key.
    pub(super) fn text_key(&self, key: &str) -> Option<&Value<'a>> {
        self.entry(|given| matches!(given, Self::Text(text) if *text == key))
    }

    /// The entry of a map with this number for a key.
    pub(super) fn int_key(&self, key: i64) -> Option<&Value<'a>> {
        self.entry(|given| *given == Self::Int(key))
    }

    fn entry(&self, is_key: impl Fn(&Value<'a>) -> bool) -> Option<&Value<'a>> {
        let Self::Map(entries) = self else { return None };
        entries.iter().find(|(key, _)| is_key(key)).map(|(_, value)| value)
    }
}

/// The value that the input is.
pub(super) fn read_whole(mut input: &[u8]) -> Option<Value<'_>> {
    read(&mut input).filter(|_| input.is_empty())
}

/// The value that the input begins with; what follows is left.
pub(super) fn read<'a>(input: &mut &'a [u8]) -> Option<Value<'a>> {
    read_at(input, DEPTH)
}

fn read_at<'a>(input: &mut &'a [u8], depth: u8) -> Option<Value<'a>> {
    let depth = depth.checked_sub(1)?;
    let first = *input.split_off_first()?;
    let argument = argument(first & 31, input)?;
    Some(match first >> 5 {
        0 => Value::Int(i64::try_from(argument).ok()?),
        1 => Value::Int(-1 - i64::try_from(argument).ok()?),
        2 => Value::Bytes(take(input, argument)?),
        3 => Value::Text(std::str::from_utf8(take(input, argument)?).ok()?),
        4 => Value::List(repeat(input, argument, |input| read_at(input, depth))?),
        5 => Value::Map(repeat(input, argument, |input| {
            Some((read_at(input, depth)?, read_at(input, depth)?))
        })?),
        // A tag says what the value after it means.
        6 => read_at(input, depth)?,
        _ => Value::Other,
    })
}

/// The number in or after the first byte; `None` for an indefinite length.
fn argument(info: u8, input: &mut &[u8]) -> Option<u64> {
    let more = match info {
        0..=23 => return Some(info.into()),
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        _ => return None,
    };
    let bytes = take(input, more)?;
    Some(bytes.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte)))
}

fn take<'a>(input: &mut &'a [u8], length: u64) -> Option<&'a [u8]> {
    let (taken, rest) = input.split_at_checked(usize::try_from(length).ok()?)?;
    *input = rest;
    Some(taken)
}

fn repeat<'a, T>(
    input: &mut &'a [u8],
    count: u64,
    mut one: impl FnMut(&mut &'a [u8]) -> Option<T>,
) -> Option<Vec<T>> {
    // Each takes a byte at least, so nobody makes us reserve more than they sent.
    let count = usize::try_from(count).ok().filter(|count| *count <= input.len())?;
    (0..count).map(|_| one(input)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8949, appendix A.
    #[test]
    fn the_vectors_of_the_rfc() {
        for (bytes, value) in [
            (&[0x00][..], Value::Int(0)),
            (&[0x18, 0x64], Value::Int(100)),
            (&[0x1A, 0x00, 0x0F, 0x42, 0x40], Value::Int(1_000_000)),
            (&[0x20], Value::Int(-1)),
            (&[0x39, 0x03, 0xE7], Value::Int(-1000)),
            (&[0x44, 1, 2, 3, 4], Value::Bytes(&[1, 2, 3, 4])),
            (&[0x62, 0xC3, 0xBC], Value::Text("")),
            (&[0x83, 1, 2, 3], Value::List(vec![Value::Int(1), Value::Int(2), Value::Int(3)])),
            (&[0xA1, 0x01, 0x02], Value::Map(vec![(Value::Int(1), Value::Int(2))])),
            (&[0xF5], Value::Other),
            (&[0xF9, 0x3C, 0x00], Value::Other),
            (&[0xC1, 0x1A, 0x51, 0x4B, 0x67, 0xB0], Value::Int(1_363_896_240)),
        ] {
            let read = read_whole(bytes).unwrap();
            if let Value::Text(text) = read {
                assert_eq!(text, "ü");
            } else {
                assert_eq!(read, value);
            }
        }
    }

    #[test]
    fn what_is_cut_short_or_too_deep_is_nothing() {
        let deep = [0x81; 64];
        for bytes in [
            &[][..],
            &[0x18],
            &[0x44, 1, 2],
            &[0x61, 0xFF],
            &[0x5F, 0x41, 0, 0xFF],
            &[0x82, 1],
            &[0x9B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            &[0x1B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            &deep,
            &[0x00, 0x00],
        ] {
            assert_eq!(read_whole(bytes), None, "{bytes:02X?}");
        }
    }
}
