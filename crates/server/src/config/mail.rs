//! The mail server's settings.

use lettre::message::Mailbox;
use secrecy::{ExposeSecret as _, SecretString};
use url::{Host, Url};

use super::ConfigError;

/// The mail server and the sender.
#[derive(Debug, Clone)]
pub struct MailConfig {
    /// `smtps://user:password@host:465`, `smtp+starttls://…` or `smtp://…`; see [`MailConfig::server`].
    pub smtp_url: SecretString,
    /// The sender: `no-reply@example.com` or `Acme <no-reply@example.com>`.
    pub from: String,
}

/// How the connection to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// TLS from the first byte (`smtps://`).
    Tls,
    /// STARTTLS, and no mail without it (`smtp+starttls://`, and `smtp://` with a password).
    StartTls,
    /// STARTTLS where the server offers it (`smtp://`).
    Opportunistic,
    /// Never (`smtp://` to this machine).
    Plain,
}

/// A mail server, taken from its URL.
#[derive(Debug, Clone)]
pub struct SmtpServer {
    /// Name or address.
    pub host: String,
    /// 465, 587 or 25 by [`SmtpSecurity`] unless the URL has one.
    pub port: u16,
    /// How the connection is protected.
    pub security: SmtpSecurity,
    /// User and password.
    pub credentials: Option<(String, SecretString)>,
}

impl MailConfig {
    pub(super) fn from_parts(
        smtp_url: Option<SecretString>,
        from: Option<String>,
    ) -> Result<Option<Self>, ConfigError> {
        let config = match (smtp_url, from) {
            (None, None) => return Ok(None),
            (Some(smtp_url), Some(from)) => Self { smtp_url, from },
            (Some(_), None) => {
                return Err(ConfigError::new("mail.from", "is missing, but mail.smtp_url is set"));
            }
            (None, Some(_)) => {
                return Err(ConfigError::new("mail.smtp_url", "is missing, but mail.from is set"));
            }
        };
        config.server()?;
        config.sender()?;
        Ok(Some(config))
    }

    /// Takes the URL apart.
    ///
    /// # Errors
    /// Another scheme, no host, or more than scheme, user, password, host and port.
    pub fn server(&self) -> Result<SmtpServer, ConfigError> {
        let refuse = |problem: &str| ConfigError::new("mail.smtp_url", problem);
        let url = Url::parse(self.smtp_url.expose_secret()).map_err(|_| refuse("is not a URL"))?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| refuse("has no host"))?;
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(refuse("must end after the host and the port"));
        }
        let credentials =
            credentials(&url).ok_or_else(|| refuse("has a user or password that is not UTF-8"))?;
        let security = match url.scheme() {
            "smtps" => SmtpSecurity::Tls,
            "smtp+starttls" => SmtpSecurity::StartTls,
            "smtp" if is_loopback(&url) => SmtpSecurity::Plain,
            // A password never travels in the open.
            "smtp" if credentials.is_some() => SmtpSecurity::StartTls,
            "smtp" => SmtpSecurity::Opportunistic,
            _ => return Err(refuse("must begin with smtps://, smtp+starttls:// or smtp://")),
        };
        let port = url.port().unwrap_or(match security {
            SmtpSecurity::Tls => 465,
            SmtpSecurity::StartTls => 587,
            SmtpSecurity::Opportunistic | SmtpSecurity::Plain => 25,
        });
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        Ok(SmtpServer { host, port, security, credentials })
    }

    /// The sender as the mail library has it.
    pub(crate) fn sender(&self) -> Result<Mailbox, ConfigError> {
        self.from.parse().map_err(|_| {
            ConfigError::new(
                "mail.from",
                format!("is `{}`, but must be an address, such as Acme <no-reply@example.com>", self.from),
            )
        })
    }
}

/// `None` if they are no text; `Some(None)` if there are none.
#[expect(clippy::option_option, reason = "no credentials and bad credentials are different answers")]
fn credentials(url: &Url) -> Option<Option<(String, SecretString)>> {
    if url.username().is_empty() && url.password().is_none() {
        return Some(None);
    }
    let user = percent_decoded(url.username())?;
    let password = percent_decoded(url.password().unwrap_or_default())?;
    Some(Some((user, password.into())))
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if let (b'%', [high, low, after @ ..]) = (first, tail)
            && let (Some(high), Some(low)) = (hex(*high), hex(*low))
        {
            bytes.push(high << 4 | low);
            rest = after;
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// Other schemes than the web's keep their host as text, so addresses are parsed here.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            name == "localhost"
                || name.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(url: &str) -> Result<SmtpServer, String> {
        let config = MailConfig { smtp_url: url.to_owned().into(), from: "a@b.example".to_owned() };
        config.server().map_err(|error| error.to_string())
    }

    fn summary(url: &str) -> (String, u16, SmtpSecurity) {
        let server = server(url).unwrap();
        (server.host, server.port, server.security)
    }

    #[test]
    fn the_scheme_decides_on_port_and_protection() {
        use SmtpSecurity::{Opportunistic, Plain, StartTls, Tls};
        assert_eq!(summary("smtps://mail.example"), ("mail.example".into(), 465, Tls));
        assert_eq!(summary("smtp+starttls://mail.example"), ("mail.example".into(), 587, StartTls));
        assert_eq!(summary("smtp://mail.example"), ("mail.example".into(), 25, Opportunistic));
        assert_eq!(summary("smtp://mail.example:2525/"), ("mail.example".into(), 2525, Opportunistic));
        assert_eq!(summary("smtp://localhost:1025"), ("localhost".into(), 1025, Plain));
        assert_eq!(summary("smtp://127.0.0.1:1025"), ("127.0.0.1".into(), 1025, Plain));
        assert_eq!(summary("smtp://[::1]:1025"), ("::1".into(), 1025, Plain));
    }

    #[test]
    fn a_password_leaves_this_machine_only_under_tls() {
        assert_eq!(summary("smtp://u:p@mail.example").2, SmtpSecurity::StartTls);
        assert_eq!(summary("smtp://u:p@127.0.0.1").2, SmtpSecurity::Plain);
    }

    #[test]
    fn credentials_are_decoded() {
        let (user, password) =
            server("smtps://a%40b.example:p%2Fw%25%zz@mail.example").unwrap().credentials.unwrap();
        assert_eq!((user.as_str(), password.expose_secret()), ("a@b.example", "p/w%%zz"));
        assert!(server("smtps://mail.example").unwrap().credentials.is_none());
        assert!(server("smtps://u:%ff@mail.example").is_err());
    }

    #[test]
    fn refusals_do_not_repeat_the_url() {
        for url in
            ["", "mail.example", "http://u:hunter2@h", "smtp://", "smtps://u:hunter2@h/x", "smtp://h?tls=1"]
        {
            let refusal = server(url).unwrap_err();
            assert!(refusal.contains("mail.smtp_url") && !refusal.contains("hunter2"), "{refusal}");
        }
    }

    #[test]
    fn both_parts_or_none() {
        let url = || Some(SecretString::from("smtp://localhost"));
        assert!(MailConfig::from_parts(None, None).unwrap().is_none());
        assert!(MailConfig::from_parts(url(), Some("Acme <a@b.example>".into())).unwrap().is_some());
        for (url, from, named) in [
            (url(), None, "mail.from"),
            (None, Some("a@b.example"), "mail.smtp_url"),
            (url(), Some("nobody"), "mail.from"),
            (url(), Some("a@b.example\r\nBcc: c@d.example"), "mail.from"),
        ] {
            let refusal = MailConfig::from_parts(url, from.map(Into::into)).unwrap_err().to_string();
            assert!(refusal.contains(named), "{refusal}");
        }
    }
}
