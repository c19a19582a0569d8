//! The domains of the instance: the primary one, and satellites, whose pages may call the Frontend API.

use beadle_domain::{
    Error,
    settings::{is_host_and_port, is_origin},
};
use beadle_store::{
    Conn, UnitOfWork,
    satellite_domains::{self, DomainRow},
};
use beadle_types::{
    Domain, DomainId,
    params::{AddDomain, Patch, UpdateDomain},
};
use serde_json::json;
use url::Url;

use super::{
    change_domain,
    change_settings::{self, InForce},
};
use crate::{
    app::App,
    error::{ApiError, ApiResult},
    instance::MAX_DOMAINS,
    present,
};

/// The longest address of a proxy.
const MAX_URL: usize = 2_048;

/// Adds a satellite.
///
/// # Errors
/// 422 for another primary domain, and for what is no domain or one that is there already.
pub(crate) async fn add(app: &App, params: AddDomain) -> ApiResult<Domain> {
    if !params.is_satellite {
        return Err(Error::primary_domain_exists().into());
    }
    let now = app.now();
    let row = DomainRow {
        id: app.new_id(DomainId::from_parts),
        name: name(app, &params.name)?,
        proxy_url: params.proxy_url.map(|url| proxy_url(app, &url)).transpose()?,
        created_at: now,
        updated_at: now,
    };
    let in_force = app.store.write(Add { app: app.clone(), row: row.clone() }).await?;
    change_settings::adopt(app, in_force)?;
    Ok(present::domain::satellite(row, &app.instance))
}

/// A host with a dot; in development also others, and with a port.
fn name(app: &App, given: &str) -> Result<String, Error> {
    let name = given.trim().to_ascii_lowercase();
    let is_fit = is_host_and_port(&name)
        && (app.instance.is_development() || (name.contains('.') && !name.contains(':')));
    if !is_fit {
        return Err(Error::param_format_invalid("name", "a domain such as example.com, without https://"));
    }
    if name == app.instance.domain() {
        return Err(Error::home_url_taken("name"));
    }
    Ok(name)
}

fn proxy_url(app: &App, given: &str) -> Result<String, Error> {
    let given = given.trim().trim_end_matches('/');
    let url = Url::parse(given).ok().filter(|url| url.scheme() == "https" && url.query().is_none());
    let is_fit =
        given.len() <= MAX_URL && url.is_some_and(|url| is_origin(&url.origin().ascii_serialization()));
    if is_fit && !app.instance.is_development() {
        return Ok(given.to_owned());
    }
    Err(Error::proxy_invalid())
}

struct Add {
    app: App,
    row: DomainRow,
}

impl UnitOfWork for Add {
    type Output = InForce;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<InForce> {
        let changes = change_settings::next_version(conn, &self.app).await?;
        if satellite_domains::count(conn).await? >= MAX_DOMAINS {
            return Err(Error::too_many_listed("name", MAX_DOMAINS).into());
        }
        if !satellite_domains::insert(conn, &self.row).await? {
            return Err(Error::home_url_taken("name").into());
        }
        Ok(InForce::load(conn, changes).await?)
    }
}

/// Changes a domain. The primary one changes at the next start.
///
/// # Errors
/// 404 without the domain, 400 where the configuration names what should change, and as [`add`].
pub(crate) async fn update(app: &App, id: DomainId, params: UpdateDomain) -> ApiResult<Domain> {
    if id == present::domain::primary_id(&app.instance) {
        return update_primary(app, params).await;
    }
    let given = params.name.as_deref().map(|given| name(app, given)).transpose()?;
    let proxy = match params.proxy_url {
        Patch::Value(url) => Patch::Value(proxy_url(app, &url)?),
        other => other,
    };
    let work = Update { app: app.clone(), id, name: given, proxy };
    let (row, in_force) = app.store.write(work).await?;
    change_settings::adopt(app, in_force)?;
    Ok(present::domain::satellite(row, &app.instance))
}

async fn update_primary(app: &App, params: UpdateDomain) -> ApiResult<Domain> {
    let mut shown = present::domain::primary(&app.instance);
    let proxy = match params.proxy_url {
        Patch::Absent => None,
        Patch::Null => Some(None),
        Patch::Value(url) => Some(Some(proxy_url(app, &url)?)),
    };
    if proxy.is_some() && app.instance.frontend_url_is_configured {
        return Err(Error::domain_is_configured().into());
    }
    if let Some(given) = params.name.filter(|given| given.trim() != shown.name) {
        let given = given.trim();
        let is_secondary = params.is_secondary.unwrap_or(false);
        if !is_host_and_port(given) {
            return Err(Error::param_format_invalid("name", "a domain such as example.com").into());
        }
        change_domain::change(app, "name", &format!("https://{given}"), is_secondary).await?;
        given.clone_into(&mut shown.name);
    }
    if let Some(proxy) = proxy {
        change_settings::change(app, json!({ "proxy_url": proxy })).await?;
        shown.proxy_url = proxy;
    }
    Ok(shown)
}

struct Update {
    app: App,
    id: DomainId,
    name: Option<String>,
    proxy: Patch<String>,
}

impl UnitOfWork for Update {
    type Output = (DomainRow, InForce);
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Self::Output> {
        let changes = change_settings::next_version(conn, &self.app).await?;
        let row = satellite_domains::find_for_update(conn, &self.id).await?;
        let mut row = row.ok_or_else(|| Error::not_found("domain", &self.id))?;
        if let Some(name) = &self.name {
            let holder = satellite_domains::find_by_name(conn, name).await?;
            if holder.is_some_and(|holder| holder.id != row.id) {
                return Err(Error::home_url_taken("name").into());
            }
            row.name.clone_from(name);
        }
        row.proxy_url = self.proxy.clone().apply(row.proxy_url);
        row.updated_at = self.app.now();
        satellite_domains::update(conn, &row).await?;
        Ok((row, InForce::load(conn, changes).await?))
    }
}

/// Takes a satellite away.
///
/// # Errors
/// 404 without it, 403 for the primary domain.
pub(crate) async fn remove(app: &App, id: DomainId) -> ApiResult<()> {
    if id == present::domain::primary_id(&app.instance) {
        return Err(Error::primary_domain_stays().into());
    }
    let in_force = app.store.write(Remove { app: app.clone(), id }).await?;
    change_settings::adopt(app, in_force)
}

struct Remove {
    app: App,
    id: DomainId,
}

impl UnitOfWork for Remove {
    type Output = InForce;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<InForce> {
        let changes = change_settings::next_version(conn, &self.app).await?;
        if !satellite_domains::delete(conn, &self.id).await? {
            return Err(Error::not_found("domain", &self.id).into());
        }
        Ok(InForce::load(conn, changes).await?)
    }
}
