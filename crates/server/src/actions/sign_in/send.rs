//! Sending what a factor of a sign-in is proven with.

use beadle_domain::{sign_in::SignIn, verification::Verification};
use beadle_store::{Conn, UnitOfWork, mails::MailRow, sign_ins};
use beadle_types::{SignInId, Timestamp};

use super::lock_open;
use crate::{
    actions::{client::Device, one_time_code},
    app::App,
    error::{ApiError, ApiResult},
};

/// Which factor is under way.
#[derive(Debug, Clone, Copy)]
pub(super) enum Factor {
    First,
    Second,
}

/// Notes with the attempt that a code or link is out, and queues the message that brings it, if one is sent.
///
/// # Errors
/// 404 without the attempt, 400 out of turn, 429 when too much was sent there of late.
pub(super) async fn send(
    app: &App,
    device: &Device,
    id: &SignInId,
    factor: Factor,
    verification: Verification,
    message: Option<MailRow>,
) -> ApiResult<SignIn> {
    let queued = message.is_some();
    let (id, device, now) = (id.clone(), device.clone(), app.now());
    let sign_in = app.store.write(Send { id, device, factor, verification, message, now }).await?;
    if queued {
        app.mail.notify_one();
    }
    Ok(sign_in)
}

struct Send {
    id: SignInId,
    device: Device,
    factor: Factor,
    verification: Verification,
    message: Option<MailRow>,
    now: Timestamp,
}

impl UnitOfWork for Send {
    type Output = SignIn;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<SignIn> {
        let mut sign_in = lock_open(conn, &self.id, &self.device.row.id, self.now).await?;
        match self.factor {
            Factor::First => {
                sign_in.awaiting_first_factor()?;
                sign_in.prepared(self.verification.clone(), self.now);
            }
            Factor::Second => {
                sign_in.awaiting_second_factor()?;
                sign_in.second_prepared(self.verification.clone(), self.now);
            }
        }
        sign_ins::save(conn, &sign_in).await?;
        if let Some(message) = &self.message {
            one_time_code::queue(conn, message).await?;
        }
        Ok(sign_in)
    }
}
