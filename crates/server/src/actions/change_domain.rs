//! Moving the instance to another domain.

use beadle_domain::Error;
use serde_json::json;
use url::{Host, Url};

use super::change_settings;
use crate::{app::App, error::ApiResult, instance::domain_of};

/// What the publishable host is called below the application's domain.
const LABEL: &str = "clerk";

/// From the next start on, the publishable host is below the domain of this page: `clerk.example.com` for
/// `https://www.example.com`. With `is_secondary` the whole host of the page counts as its domain.
///
/// # Errors
/// 400 in development, and where the configuration names the host; 422 for what is no page on a domain.
pub(crate) async fn change(app: &App, param: &str, home_url: &str, is_secondary: bool) -> ApiResult<()> {
    if app.instance.is_development() {
        return Err(Error::production_only().into());
    }
    if app.instance.host_is_configured {
        return Err(Error::domain_is_configured().into());
    }
    let url = Url::parse(home_url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let Some(Host::Domain(host)) = url.as_ref().and_then(Url::host) else {
        return Err(Error::param_format_invalid(param, "a URL such as https://www.example.com").into());
    };
    let domain = if is_secondary { Some(host.to_owned()) } else { domain_of(host) };
    let domain = domain.filter(|domain| domain.contains('.'));
    let domain = domain
        .ok_or_else(|| Error::param_format_invalid(param, "a URL on a domain that can be registered"))?;
    let publishable_host = format!("{LABEL}.{domain}");
    if publishable_host == app.instance.settings().publishable_host {
        return Err(Error::home_url_taken(param).into());
    }
    let changes = json!({"publishable_host": publishable_host, "urls": {"home": home_url}});
    change_settings::change(app, changes).await?;
    tracing::warn!(publishable_host, "the domain was changed: it counts from the next start of each node on");
    Ok(())
}
