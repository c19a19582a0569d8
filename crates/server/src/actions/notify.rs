//! Telling users what happened to their account.
//!
//! A notice is queued in the transaction that makes the change, so that it is sent exactly if the change was made.
//! Nobody waits for one: the workers find it when they look next.

use beadle_domain::identifier::{EmailAddress, PhoneNumber};
use beadle_store::{
    Conn,
    mails::{self, MailRow},
    users::UserRow,
};
use beadle_types::SessionActivity;

use super::compose;
use crate::{app::App, error::ApiResult, messages::Message};

/// What a user may want to know.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Notice<'a> {
    /// They have changed or reset the password.
    PasswordChanged,
    /// This is their primary address now. The one that was is told.
    PrimaryEmailAddressChanged(&'a str),
    /// They signed in on a device that they were not seen on before.
    NewDeviceSignIn(&'a SessionActivity),
    /// Too many attempts to sign in have failed.
    AccountLocked,
    /// A passkey of this name can now sign them in.
    PasskeyAdded(&'a str),
    /// A passkey of this name can no longer sign them in.
    PasskeyRemoved(&'a str),
}

/// Whether anybody would be told.
pub(crate) fn is_wanted(app: &App, user: &UserRow, notice: Notice<'_>) -> bool {
    let wanted = app.instance.settings().notifications;
    let is_reachable = user.primary_email_address.is_some() || user.primary_phone_number.is_some();
    is_reachable
        && match notice {
            Notice::PasswordChanged => wanted.password_changed,
            Notice::PrimaryEmailAddressChanged(_) => wanted.primary_email_address_changed,
            Notice::NewDeviceSignIn(_) => wanted.new_device_sign_in,
            Notice::AccountLocked => wanted.account_locked,
            Notice::PasskeyAdded(_) | Notice::PasskeyRemoved(_) => wanted.passkeys_changed,
        }
}

/// Queues a notice to the user as they were before the change. No limit holds for it: it follows what the user did,
/// not what a stranger asked for.
pub(crate) async fn tell(conn: &mut Conn, app: &App, user: &UserRow, notice: Notice<'_>) -> ApiResult<()> {
    if let Some(mail) = written(app, user, notice) {
        mails::queue(conn, &mail).await?;
    }
    Ok(())
}

/// Tells the old primary address of the new one, if it is another.
pub(crate) async fn tell_of_primary(
    conn: &mut Conn,
    app: &App,
    before: &UserRow,
    after: &UserRow,
) -> ApiResult<()> {
    match &after.primary_email_address {
        Some(new) if before.primary_email_address.as_ref().is_some_and(|old| old != new) => {
            tell(conn, app, before, Notice::PrimaryEmailAddressChanged(new)).await
        }
        _ => Ok(()),
    }
}

fn written(app: &App, user: &UserRow, notice: Notice<'_>) -> Option<MailRow> {
    is_wanted(app, user, notice).then(|| reach(app, user, &message(app, notice)))?
}

fn message(app: &App, notice: Notice<'_>) -> Message {
    let at = Message::time(app.now());
    match notice {
        Notice::PasswordChanged => Message::PasswordChanged { at },
        Notice::PrimaryEmailAddressChanged(new) => {
            Message::PrimaryEmailAddressChanged { new_address: new.to_owned(), at }
        }
        Notice::NewDeviceSignIn(activity) => {
            let device = match (&activity.browser_name, &activity.device_type) {
                (Some(browser), Some(system)) => Some(format!("{browser}, {system}")),
                (one, other) => one.clone().or_else(|| other.clone()),
            };
            Message::NewDeviceSignIn { device, ip_address: activity.ip_address.clone(), at }
        }
        Notice::AccountLocked => {
            let duration = app.instance.settings().lockout.duration();
            Message::AccountLocked { minutes: duration.map(|duration| duration.as_secs().div_ceil(60)), at }
        }
        Notice::PasskeyAdded(name) => Message::PasskeyAdded { name: name.to_owned(), at },
        Notice::PasskeyRemoved(name) => Message::PasskeyRemoved { name: name.to_owned(), at },
    }
}

/// By mail to the primary address, else by SMS to the primary number. Test addresses and numbers get nothing in test
/// mode.
fn reach(app: &App, user: &UserRow, message: &Message) -> Option<MailRow> {
    let locale = user.locale.as_deref();
    if let Some(address) = &user.primary_email_address {
        let email = EmailAddress::parse(address, "email_address").ok()?;
        let is_silent = app.instance.test_mode() && email.is_test_address();
        return (!is_silent)
            .then(|| compose::to_user(app, &user.id, compose::mail(app, message, email.as_str(), locale)));
    }
    let number = PhoneNumber::parse(user.primary_phone_number.as_ref()?, "phone_number").ok()?;
    let is_silent = app.instance.test_mode() && number.is_test_number();
    (!is_silent).then(|| compose::to_user(app, &user.id, compose::sms(app, message, number.as_str(), locale)))
}

#[cfg(test)]
mod tests;
