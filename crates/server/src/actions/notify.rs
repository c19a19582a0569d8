//! Telling users what happened to their account.
//!
//! A notice is written before the transaction and queued inside it, so that it is sent exactly if the change was made:
//! `let notice = notify::password_changed(app, &user);`, then `notify::queue(conn, notice.as_ref())` in the unit of
//! work, and `app.mail.notify_one()` after it. It is `None` where the operator wants none, or nothing can reach the
//! user.
#![cfg_attr(not(test), expect(dead_code, reason = "the Frontend API calls these as its operations come"))]

use beadle_domain::identifier::{EmailAddress, PhoneNumber};
use beadle_store::{
    Conn,
    mails::{self, MailRow},
    users::UserRow,
};
use beadle_types::SessionActivity;

use super::compose;
use crate::{app::App, error::ApiResult, messages::Message};

/// Queues a notice. No limit holds for it: it follows what the user did, not what a stranger asked for.
pub(crate) async fn queue(conn: &mut Conn, notice: Option<&MailRow>) -> ApiResult<()> {
    if let Some(notice) = notice {
        mails::queue(conn, notice).await?;
    }
    Ok(())
}

/// The user has changed or reset the password.
pub(crate) fn password_changed(app: &App, user: &UserRow) -> Option<MailRow> {
    let message = Message::PasswordChanged { at: now(app) };
    app.instance.settings.notifications.password_changed.then(|| reach(app, user, &message))?
}

/// `user` as it was before, whose address is told of the new one.
pub(crate) fn primary_email_address_changed(app: &App, user: &UserRow, new_address: &str) -> Option<MailRow> {
    let message = Message::PrimaryEmailAddressChanged { new_address: new_address.to_owned(), at: now(app) };
    app.instance.settings.notifications.primary_email_address_changed.then(|| reach(app, user, &message))?
}

/// Somebody signed in on a device that the user was not seen on before.
pub(crate) fn new_device_sign_in(app: &App, user: &UserRow, activity: &SessionActivity) -> Option<MailRow> {
    let device = match (&activity.browser_name, &activity.device_type) {
        (Some(browser), Some(system)) => Some(format!("{browser}, {system}")),
        (one, other) => one.clone().or_else(|| other.clone()),
    };
    let ip_address = activity.ip_address.clone();
    let message = Message::NewDeviceSignIn { device, ip_address, at: now(app) };
    app.instance.settings.notifications.new_device_sign_in.then(|| reach(app, user, &message))?
}

/// Too many attempts to sign in have failed.
pub(crate) fn account_locked(app: &App, user: &UserRow) -> Option<MailRow> {
    let duration = app.instance.settings.lockout.duration();
    let minutes = duration.map(|duration| duration.as_secs().div_ceil(60));
    let message = Message::AccountLocked { minutes, at: now(app) };
    app.instance.settings.notifications.account_locked.then(|| reach(app, user, &message))?
}

/// A passkey of this name can now sign the user in.
pub(crate) fn passkey_added(app: &App, user: &UserRow, name: &str) -> Option<MailRow> {
    let message = Message::PasskeyAdded { name: name.to_owned(), at: now(app) };
    app.instance.settings.notifications.passkeys_changed.then(|| reach(app, user, &message))?
}

/// A passkey of this name can no longer sign the user in.
pub(crate) fn passkey_removed(app: &App, user: &UserRow, name: &str) -> Option<MailRow> {
    let message = Message::PasskeyRemoved { name: name.to_owned(), at: now(app) };
    app.instance.settings.notifications.passkeys_changed.then(|| reach(app, user, &message))?
}

fn now(app: &App) -> String {
    Message::time(app.now())
}

/// By mail to the primary address, else by SMS to the primary number. Test addresses and numbers get nothing in test
/// mode.
fn reach(app: &App, user: &UserRow, message: &Message) -> Option<MailRow> {
    let locale = user.locale.as_deref();
    if let Some(address) = &user.primary_email_address {
        let email = EmailAddress::parse(address, "email_address").ok()?;
        let is_silent = app.instance.test_mode && email.is_test_address();
        return (!is_silent).then(|| compose::mail(app, message, email.as_str(), locale));
    }
    let number = PhoneNumber::parse(user.primary_phone_number.as_ref()?, "phone_number").ok()?;
    let is_silent = app.instance.test_mode && number.is_test_number();
    (!is_silent).then(|| compose::sms(app, message, number.as_str(), locale))
}

#[cfg(test)]
mod tests;
