//! The first step: whom an identifier names.

use beadle_domain::{Error, identifier::Identifier, sign_in::SignIn};
use beadle_store::{
    Conn, UnitOfWork,
    identifications::{self, IdentificationKind, IdentificationRow},
    sign_ins,
    users::{self, UserRecord},
};
use beadle_types::SignInId;

use crate::{
    actions::{access, client::Device},
    app::App,
    error::{ApiError, ApiResult},
};

/// Starts an attempt on the device. Whether the user is banned or locked does not show here.
///
/// # Errors
/// 422 for an identifier that names nobody, 403 for somebody who is not let in.
pub(crate) async fn begin(app: &App, device: &mut Device, identifier: Option<&str>) -> ApiResult<SignIn> {
    let now = app.now();
    let mut sign_in = SignIn::begin(app.new_id(SignInId::from_parts), device.row.id.clone(), now);
    if let Some(typed) = identifier {
        let user = find_user(app, typed).await?;
        let settings = app.instance.settings();
        access::sign_in(&mut *app.store.reader().await?, &settings, &user).await??;
        sign_in.identify(typed, &user.user.standing());
    }
    device.row.sign_in_id = Some(sign_in.id.clone());
    device.row.updated_at = now;
    app.store.write(Begin { device: device.clone(), sign_in: sign_in.clone() }).await?;
    device.stored();
    Ok(sign_in)
}

async fn find_user(app: &App, typed: &str) -> ApiResult<UserRecord> {
    let unknown = || Error::identifier_not_found("identifier");
    let identifier = Identifier::guess(typed).ok_or_else(unknown)?;
    let mut reader = app.store.reader().await?;
    let kind = match &identifier {
        Identifier::Username(username) => {
            let user = users::find_by_username(&mut reader, username.as_str()).await?.ok_or_else(unknown)?;
            let identifications = identifications::of_user(&mut reader, &user.id).await?;
            return Ok(UserRecord { user, identifications });
        }
        Identifier::Email(_) => IdentificationKind::EmailAddress,
        Identifier::Phone(_) => IdentificationKind::PhoneNumber,
        Identifier::Web3(_) => IdentificationKind::Web3Wallet,
    };
    let holder = identifications::find(&mut reader, kind, identifier.as_str()).await?;
    let holder = holder.filter(IdentificationRow::is_first_factor).ok_or_else(unknown)?;
    Ok(users::load(&mut reader, &holder.user_id).await?.ok_or_else(unknown)?)
}

struct Begin {
    device: Device,
    sign_in: SignIn,
}

impl UnitOfWork for Begin {
    type Output = ();
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<()> {
        self.device.save(conn).await?;
        Ok(sign_ins::save(conn, &self.sign_in).await?)
    }
}
