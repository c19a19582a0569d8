//! The providers of social sign-in: the sections `[oauth.NAME]`.

use std::collections::BTreeMap;

use secrecy::SecretString;
use toml::{Table, Value};
use url::{Host, Url};

use super::ConfigError;

/// Providers at most: each is a button on the sign-in page.
const MAX_PROVIDERS: usize = 50;
const MAX_NAME: usize = 32;
/// Providers that the browser libraries know by name, with a logo of their own. Every other name is a custom one.
const KNOWN: [&str; 29] = [
    "apple",
    "atlassian",
    "bitbucket",
    "box",
    "coinbase",
    "discord",
    "dropbox",
    "enstall",
    "facebook",
    "github",
    "gitlab",
    "google",
    "hubspot",
    "huggingface",
    "instagram",
    "line",
    "linear",
    "linkedin",
    "linkedin_oidc",
    "microsoft",
    "notion",
    "slack",
    "spotify",
    "tiktok",
    "twitch",
    "twitter",
    "vercel",
    "x",
    "xero",
];

/// One provider.
#[derive(Debug, Clone)]
pub struct OAuthProvider {
    /// `oauth_NAME`, or `oauth_custom_NAME` for names that the browser libraries do not know.
    pub strategy: String,
    /// What buttons call it.
    pub name: String,
    /// The picture on buttons of providers that the libraries do not know.
    pub logo_url: Option<String>,
    /// Whether people can sign in with it.
    pub enabled: bool,
    /// Where it is and what it speaks.
    pub kind: ProviderKind,
    /// Our id there.
    pub client_id: String,
    /// Our secret there.
    pub client_secret: SecretString,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// The callback that is registered there; found from the request if not given.
    pub redirect_uri: Option<Url>,
    /// Whether it may be on a private or loopback address. Without, none is connected to.
    pub allow_private_addresses: bool,
}

/// What a provider speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderKind {
    /// OpenID Connect; everything is discovered from the issuer.
    Oidc {
        /// The issuer as it names itself.
        issuer: String,
    },
    /// GitHub's OAuth.
    GitHub {
        /// Where people sign in.
        base_url: Url,
        /// Where the API is.
        api_url: Url,
    },
}

/// Reads the sections, with client secrets that the environment gives.
pub(super) fn providers(
    sections: Option<Table>,
    secrets: &BTreeMap<String, SecretString>,
) -> Result<Vec<OAuthProvider>, ConfigError> {
    let sections = sections.unwrap_or_default();
    if let Some(name) = secrets.keys().find(|name| !sections.contains_key(*name)) {
        return Err(ConfigError::from_text(format!(
            "environment variable {} is for a provider without a section [oauth.{name}]",
            secret_variable(name)
        )));
    }
    if sections.len() > MAX_PROVIDERS {
        return Err(ConfigError::new("oauth", format!("has more than {MAX_PROVIDERS} providers")));
    }
    sections.into_iter().map(|(name, section)| provider(&name, section, secrets.get(&name))).collect()
}

/// The variable that holds a provider's client secret.
pub(super) fn secret_variable(name: &str) -> String {
    format!("{SECRET_PREFIX}{}{SECRET_SUFFIX}", name.to_uppercase())
}

const SECRET_PREFIX: &str = "BEADLE_OAUTH_";
const SECRET_SUFFIX: &str = "_CLIENT_SECRET";

/// The provider whose secret a variable holds.
pub(super) fn secret_of(variable: &str) -> Option<String> {
    let name = variable.strip_prefix(SECRET_PREFIX)?.strip_suffix(SECRET_SUFFIX)?;
    (!name.is_empty()).then(|| name.to_lowercase())
}

fn provider(name: &str, section: Value, secret: Option<&SecretString>) -> Result<OAuthProvider, ConfigError> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let begins = name.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
    let reserved = ["custom_", "token_"].iter().any(|prefix| name.starts_with(prefix));
    if !begins || reserved || name.len() > MAX_NAME || !name.bytes().all(fits) {
        return Err(ConfigError::new(
            "oauth",
            format!(
                "names a provider `{name}`, but names are up to {MAX_NAME} of a-z, 0-9 and _, from a letter on"
            ),
        ));
    }
    let Value::Table(table) = section else {
        return Err(ConfigError::new(&format!("oauth.{name}"), format!("must be a section, [oauth.{name}]")));
    };
    let mut section = Section { name, table };
    let kind = section.kind()?;
    let scopes = section.texts("scopes")?.unwrap_or_else(|| default_scopes(&kind));
    if matches!(kind, ProviderKind::Oidc { .. }) && !scopes.iter().any(|scope| scope == "openid") {
        return Err(section.refuse("scopes", "must contain openid"));
    }
    let client_secret = section.text("client_secret")?.map(SecretString::from);
    let provider = OAuthProvider {
        strategy: strategy(name),
        name: section.text("name")?.unwrap_or_else(|| titled(name)),
        logo_url: section.url("logo_url")?.map(String::from),
        enabled: section.flag("enabled")?.unwrap_or(true),
        client_id: section.text("client_id")?.ok_or_else(|| section.refuse("client_id", "is missing"))?,
        client_secret: secret.cloned().or(client_secret).ok_or_else(|| {
            section.refuse("client_secret", &format!("is missing; {} works too", secret_variable(name)))
        })?,
        scopes,
        redirect_uri: section.url("redirect_uri")?,
        allow_private_addresses: section.flag("allow_private_addresses")?.unwrap_or(false),
        kind,
    };
    section.finish()?;
    check(name, &provider)?;
    Ok(provider)
}

/// A provider's endpoints are reached over TLS; without, only on this machine and only where that is allowed.
fn check(name: &str, provider: &OAuthProvider) -> Result<(), ConfigError> {
    let issuer = match &provider.kind {
        ProviderKind::Oidc { issuer } => vec![("issuer", Url::parse(issuer).ok())],
        ProviderKind::GitHub { base_url, api_url } => {
            vec![("base_url", Some(base_url.clone())), ("api_url", Some(api_url.clone()))]
        }
    };
    for (key, url) in issuer {
        let good = url.is_some_and(|url| {
            url.scheme() == "https" || (provider.allow_private_addresses && is_this_machine(&url))
        });
        if !good {
            return Err(ConfigError::new(&format!("oauth.{name}.{key}"), "must begin with https://"));
        }
    }
    Ok(())
}

/// Whether the URL leads to a loopback address by its spelling.
pub(crate) fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(host)) => host == "localhost" || host.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn strategy(name: &str) -> String {
    if KNOWN.contains(&name) { format!("oauth_{name}") } else { format!("oauth_custom_{name}") }
}

fn titled(name: &str) -> String {
    match name {
        "github" => "GitHub".to_owned(),
        "gitlab" => "GitLab".to_owned(),
        _ => {
            let mut words = name.replace('_', " ");
            if let Some(first) = words.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            words
        }
    }
}

fn default_scopes(kind: &ProviderKind) -> Vec<String> {
    let scopes: &[&str] = match kind {
        ProviderKind::Oidc { .. } => &["openid", "profile", "email"],
        ProviderKind::GitHub { .. } => &["read:user", "user:email"],
    };
    scopes.iter().map(ToString::to_string).collect()
}

/// A section whose entries are taken out one by one, so that what is left is unknown.
struct Section<'a> {
    name: &'a str,
    table: Table,
}

impl Section<'_> {
    fn refuse(&self, key: &str, problem: &str) -> ConfigError {
        ConfigError::new(&format!("oauth.{}.{key}", self.name), problem)
    }

    fn kind(&mut self) -> Result<ProviderKind, ConfigError> {
        match self.text("type")?.as_deref() {
            Some("oidc") => {
                let issuer = self.text("issuer")?.ok_or_else(|| self.refuse("issuer", "is missing"))?;
                Ok(ProviderKind::Oidc { issuer })
            }
            Some("github") => Ok(ProviderKind::GitHub {
                base_url: self
                    .url("base_url")?
                    .map_or_else(|| Url::parse("https://github.com"), Ok)
                    .map_err(|_| self.refuse("base_url", "is not a URL"))?,
                api_url: self
                    .url("api_url")?
                    .map_or_else(|| Url::parse("https://api.github.com"), Ok)
                    .map_err(|_| self.refuse("api_url", "is not a URL"))?,
            }),
            _ => Err(self.refuse("type", "must be oidc or github")),
        }
    }

    fn text(&mut self, key: &str) -> Result<Option<String>, ConfigError> {
        match self.table.remove(key) {
            None => Ok(None),
            Some(Value::String(text)) if !text.is_empty() => Ok(Some(text)),
            Some(_) => Err(self.refuse(key, "must be a text in quotes")),
        }
    }

    fn flag(&mut self, key: &str) -> Result<Option<bool>, ConfigError> {
        match self.table.remove(key) {
            None => Ok(None),
            Some(Value::Boolean(flag)) => Ok(Some(flag)),
            Some(_) => Err(self.refuse(key, "must be true or false")),
        }
    }

    fn url(&mut self, key: &str) -> Result<Option<Url>, ConfigError> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        let url =
            Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        url.map(Some).ok_or_else(|| self.refuse(key, "must be a URL that begins with https://"))
    }

    fn texts(&mut self, key: &str) -> Result<Option<Vec<String>>, ConfigError> {
        let Some(value) = self.table.remove(key) else { return Ok(None) };
        let texts = value.as_array().and_then(|items| {
            items
                .iter()
                .map(|item| item.as_str().filter(|text| is_scope(text)).map(str::to_owned))
                .collect::<Option<Vec<_>>>()
        });
        let texts = texts.filter(|texts| !texts.is_empty());
        texts.map(Some).ok_or_else(|| self.refuse(key, "must be a list of texts without spaces"))
    }

    fn finish(self) -> Result<(), ConfigError> {
        match self.table.keys().next() {
            None => Ok(()),
            Some(key) => Err(self.refuse(key, "is unknown")),
        }
    }
}

fn is_scope(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
}

#[cfg(test)]
mod tests;
