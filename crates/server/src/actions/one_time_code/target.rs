//! Which of a user's addresses and numbers a code goes to.

use beadle_domain::{Error, strategy::Strategy};
use beadle_store::identifications::{IdentificationKind, IdentificationRow};

/// The one of these that is named, else the preferred one, else the first.
///
/// # Errors
/// 422 for one that is not among them, 400 where there are none.
pub(crate) fn choose(
    rows: Vec<IdentificationRow>,
    strategy: &Strategy,
    named: Option<&str>,
    fits: impl Fn(&IdentificationRow) -> bool,
    preferred: impl Fn(&IdentificationRow) -> bool,
) -> Result<IdentificationRow, Error> {
    let (kind, param) = match strategy {
        Strategy::PhoneCode | Strategy::ResetPasswordPhoneCode => {
            (IdentificationKind::PhoneNumber, "phone_number_id")
        }
        _ => (IdentificationKind::EmailAddress, "email_address_id"),
    };
    let mut fitting = rows.into_iter().filter(|row| row.kind == kind && fits(row));
    if let Some(named) = named {
        let row = fitting.find(|row| row.id.as_str() == named);
        return row.ok_or_else(|| Error::param_value_invalid(param, named));
    }
    let fitting: Vec<_> = fitting.collect();
    let position = fitting.iter().position(preferred).unwrap_or(0);
    fitting.into_iter().nth(position).ok_or_else(Error::strategy_for_user_invalid)
}
