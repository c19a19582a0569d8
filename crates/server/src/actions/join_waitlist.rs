//! Putting an address on the waitlist.

use beadle_domain::{Error, identifier::EmailAddress, settings::SignUpMode};
use beadle_store::waitlist;
use beadle_types::WaitlistEntryId;

use crate::{app::App, error::ApiResult};

/// Strangers add entries, so there is an end to it.
const MAX_ENTRIES: i64 = 100_000;

/// Adds an entry for the address, or finds the one it has: who asks learns nothing else.
///
/// # Errors
/// 403 where there is no waitlist or it is full, 422 for what is no address.
pub(crate) async fn join(app: &App, email_address: &str) -> ApiResult<WaitlistEntryId> {
    if app.instance.settings().sign_up_mode != SignUpMode::Waitlist {
        return Err(Error::waitlist_not_accepting_entries().into());
    }
    let address = EmailAddress::parse(email_address, "email_address")?;
    {
        let mut reader = app.store.reader().await?;
        if let Some(id) = waitlist::id_by_email(&mut reader, address.as_str()).await? {
            return Ok(id);
        }
        if waitlist::count_up_to(&mut reader, MAX_ENTRIES).await? >= MAX_ENTRIES {
            return Err(Error::waitlist_not_accepting_entries().into());
        }
    }
    let mut entries = super::waitlist::add(app, vec![(address, false)]).await?;
    Ok(entries.pop().ok_or_else(Error::waitlist_not_accepting_entries)?.0.id)
}
