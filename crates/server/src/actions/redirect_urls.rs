//! Addresses that browsers and apps may be sent to: listed and struck off by the Backend API.

use beadle_domain::{Error, redirect_url};
use beadle_store::{
    Conn, UnitOfWork,
    redirect_urls::{self, RedirectUrlRow},
};
use beadle_types::RedirectUrlId;
use url::Url;

use super::change_settings::{self, InForce};
use crate::{
    app::App,
    error::{ApiError, ApiResult},
    instance::MAX_REDIRECT_URLS,
};

/// Lists an address.
///
/// # Errors
/// 422 for what is none, 400 where it is listed already or the list is full.
pub(crate) async fn add(app: &App, url: &str) -> ApiResult<RedirectUrlRow> {
    let now = app.now();
    let url = redirect_url::parse(url, "url")?;
    let row =
        RedirectUrlRow { id: app.new_id(RedirectUrlId::from_parts), url, created_at: now, updated_at: now };
    let in_force = app.store.write(Add { app: app.clone(), row: row.clone() }).await?;
    change_settings::adopt(app, in_force)?;
    Ok(row)
}

struct Add {
    app: App,
    row: RedirectUrlRow,
}

impl UnitOfWork for Add {
    type Output = InForce;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<InForce> {
        let changes = change_settings::next_version(conn, &self.app).await?;
        if redirect_urls::count(conn).await? >= MAX_REDIRECT_URLS {
            return Err(Error::too_many_listed("url", MAX_REDIRECT_URLS).into());
        }
        // Two spellings of one address are one.
        let listed = redirect_urls::all(conn, MAX_REDIRECT_URLS).await?;
        let given = Url::parse(&self.row.url);
        let is_listed = listed.iter().any(|listed| Url::parse(listed) == given);
        if is_listed || !redirect_urls::insert(conn, &self.row).await? {
            return Err(Error::address_listed("url").into());
        }
        Ok(InForce::load(conn, changes).await?)
    }
}

/// Strikes an address off.
///
/// # Errors
/// 404 without it.
pub(crate) async fn remove(app: &App, id: RedirectUrlId) -> ApiResult<()> {
    let in_force = app.store.write(Remove { app: app.clone(), id }).await?;
    change_settings::adopt(app, in_force)
}

struct Remove {
    app: App,
    id: RedirectUrlId,
}

impl UnitOfWork for Remove {
    type Output = InForce;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<InForce> {
        let changes = change_settings::next_version(conn, &self.app).await?;
        if !redirect_urls::delete(conn, &self.id).await? {
            return Err(Error::not_found("redirect_URL", &self.id).into());
        }
        Ok(InForce::load(conn, changes).await?)
    }
}
