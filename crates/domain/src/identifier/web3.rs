//! Wallet addresses.

use super::canonical_string;
use crate::error::{Error, Result};

/// The address of an Ethereum wallet: `0x` and 40 hexadecimal digits, in lower case.
///
/// The mixed-case checksum of EIP-55 is accepted in any form and not kept, so that an address has one
/// spelling.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Web3Wallet(String);

canonical_string!(Web3Wallet);

impl Web3Wallet {
    /// Checks an address and brings it into canonical form; `param` is named by the error.
    pub fn parse(value: &str, param: &str) -> Result<Self> {
        let address = value.trim_matches(' ');
        let valid = address
            .strip_prefix("0x")
            .is_some_and(|hex| hex.len() == 40 && hex.bytes().all(|b| b.is_ascii_hexdigit()));
        if valid {
            Ok(Self(address.to_ascii_lowercase()))
        } else {
            Err(Error::param_format_invalid(param, "0x followed by 40 hexadecimal digits"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_matter() {
        let wallet = Web3Wallet::parse("0xDe0B295669a9FD93d5F28D9Ec85E40f4cb697BAe", "web3_wallet").unwrap();
        assert_eq!(wallet.as_str(), "0xde0b295669a9fd93d5f28d9ec85e40f4cb697bae");
    }

    #[test]
    fn refused_forms() {
        let digits = "de0b295669a9fd93d5f28d9ec85e40f4cb697bae";
        for value in [
            digits.to_owned(),
            format!("0X{digits}"),
            format!("0x{}", &digits[1..]),
            format!("0x{digits}0"),
            format!("0x{}g", &digits[1..]),
            format!("0x{}é", &digits[2..]),
        ] {
            assert!(Web3Wallet::parse(&value, "web3_wallet").is_err(), "{value}");
        }
    }
}
