//! What Clerk calls the Svix app of an instance: here it is no more than whether there is one. Making an endpoint makes
//! it as well.

use beadle_domain::Error;
use beadle_store::{Conn, UnitOfWork, webhook_endpoints};

use crate::{
    app::App,
    error::{ApiError, ApiResult},
};

/// Makes the app.
///
/// # Errors
/// 400 where there is one.
pub(crate) async fn create(app: &App) -> ApiResult<()> {
    app.store.write(SetApp { is_there: true }).await
}

/// Takes the app away, and with it all endpoints.
///
/// # Errors
/// 400 without one.
pub(crate) async fn delete(app: &App) -> ApiResult<()> {
    app.store.write(SetApp { is_there: false }).await
}

struct SetApp {
    is_there: bool,
}

impl UnitOfWork for SetApp {
    type Output = ();
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<()> {
        match (webhook_endpoints::lock_app(conn).await?, self.is_there) {
            (true, true) => return Err(Error::svix_app_exists().into()),
            (false, false) => return Err(Error::svix_app_missing().into()),
            (true, false) => webhook_endpoints::delete_all(conn).await?,
            (false, true) => {}
        }
        Ok(webhook_endpoints::set_app(conn, self.is_there).await?)
    }
}
