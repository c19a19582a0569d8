//! How many addresses or numbers a user may have.

use crate::error::{Error, Result};

/// Of one kind, proven or not.
const MAX: usize = 50;
/// Of one kind, not proven.
const MAX_UNVERIFIED: usize = 10;

/// Whether there is room for one more that is not proven yet.
///
/// # Errors
/// `too_many_unverified_identifications`, or `quota_exceeded` where even removing those would not help.
pub fn check_room(of_kind: usize, unverified: usize) -> Result<()> {
    if unverified >= MAX_UNVERIFIED {
        return Err(Error::too_many_unverified_identifications());
    }
    if of_kind >= MAX {
        return Err(Error::too_many_identifications());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_up_to_the_limits() {
        assert!(check_room(MAX - 1, MAX_UNVERIFIED - 1).is_ok());
        let code = |of_kind, unverified| check_room(of_kind, unverified).unwrap_err().code();
        assert_eq!(code(MAX, 0), "quota_exceeded");
        assert_eq!(code(MAX_UNVERIFIED, MAX_UNVERIFIED), "too_many_unverified_identifications");
    }
}
