//! Which settings an instance can run with.

use super::InstanceSettings;
use crate::identifier::EmailAddress;

const MAX_PASSWORD_LENGTH: u32 = 256;
const MAX_APPLICATION_NAME_LENGTH: usize = 256;
const MAX_URL_LENGTH: usize = 2_048;
const TEN_YEARS: u32 = 315_360_000;

/// A setting and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("instance.{setting} {problem}")]
pub struct InvalidSetting {
    /// The setting, in dotted form.
    pub setting: String,
    /// What it must be instead; completes the setting's name to a sentence.
    pub problem: String,
}

impl InstanceSettings {
    /// Names the first setting that the instance cannot run with.
    pub fn validate(&self) -> Result<(), InvalidSetting> {
        self.validate_names()?;
        self.validate_identifiers()?;
        self.validate_password()?;
        self.well_known.validate()?;
        self.validate_templates()?;
        self.validate_pages()?;
        self.validate_restrictions()?;
        require(
            self.passkey_domain
                .as_ref()
                .is_none_or(|domain| !domain.contains(':') && is_host_and_port(domain)),
            "passkey_domain",
            "must be a domain such as example.com",
        )?;
        self.validate_durations()
    }

    fn validate_names(&self) -> Result<(), InvalidSetting> {
        let name = &self.application_name;
        require(
            !name.trim().is_empty()
                && name.chars().count() <= MAX_APPLICATION_NAME_LENGTH
                && !name.chars().any(char::is_control),
            "application_name",
            "must have 1 to 256 characters and no control characters",
        )?;
        require(
            is_dotted_host(&self.publishable_host),
            "publishable_host",
            "must be a host name with a dot, in lower case, optionally followed by :port",
        )?;
        for (index, origin) in self.allowed_origins.iter().enumerate() {
            require(
                is_origin(origin),
                &format!("allowed_origins[{index}]"),
                "must be an origin such as https://app.example.com, without a path",
            )?;
        }
        Ok(())
    }

    fn validate_identifiers(&self) -> Result<(), InvalidSetting> {
        let all = self.identifiers.all();
        require(
            all.iter().any(|(_, kind)| kind.enabled),
            "identifiers",
            "must enable at least one kind of identifier",
        )?;
        for (name, kind) in all {
            require(
                kind.enabled || !kind.required,
                &format!("identifiers.{name}.required"),
                "cannot be set while the identifier is not enabled",
            )?;
            require(
                kind.enabled || kind.offered != Some(true),
                &format!("identifiers.{name}.offered"),
                "cannot be set while the identifier is not enabled",
            )?;
        }
        require(
            !self.identifiers.email_address.enabled
                || !self.email_verification_at_sign_up
                || self.factors.email_code
                || self.factors.email_link,
            "factors.email_code",
            "or factors.email_link must be set while addresses are verified at sign-up",
        )
    }

    fn validate_pages(&self) -> Result<(), InvalidSetting> {
        for (name, url) in self.urls.all() {
            require(
                is_link(url),
                &format!("urls.{name}"),
                "must be a URL that begins with https:// or http://, or a path that begins with /",
            )?;
        }
        require(
            self.display.support_email.as_deref().is_none_or(|email| EmailAddress::parse(email, "").is_ok()),
            "display.support_email",
            "must be an email address",
        )
    }

    fn validate_restrictions(&self) -> Result<(), InvalidSetting> {
        for (index, domain) in self.restrictions.disposable_email_domains.iter().enumerate() {
            require(
                !domain.contains(':') && is_dotted_host(domain),
                &format!("restrictions.disposable_email_domains[{index}]"),
                "must be a domain such as example.com, in lower case",
            )?;
        }
        require(
            self.communication.from_email_address.as_deref().is_none_or(|local| {
                (1..=64).contains(&local.len()) && local.bytes().all(|byte| byte.is_ascii_alphanumeric())
            }),
            "communication.from_email_address",
            "must be 1 to 64 letters and digits, the part before the @",
        )?;
        require(
            self.development_origin.as_deref().is_none_or(is_origin),
            "development_origin",
            "must be an origin such as http://localhost:3000, without a path",
        )?;
        require(
            self.proxy_url.as_deref().is_none_or(|url| url.starts_with("https://") && is_link(url)),
            "proxy_url",
            "must be a URL that begins with https://",
        )
    }

    fn validate_password(&self) -> Result<(), InvalidSetting> {
        let password = &self.password;
        require(
            (1..=MAX_PASSWORD_LENGTH).contains(&password.max_length),
            "password.max_length",
            "must be from 1 to 256",
        )?;
        require(
            (1..=password.max_length).contains(&password.min_length),
            "password.min_length",
            "must be from 1 to password.max_length",
        )?;
        require(password.min_zxcvbn_strength <= 4, "password.min_zxcvbn_strength", "must be from 0 to 4")
    }

    fn validate_templates(&self) -> Result<(), InvalidSetting> {
        for (name, template) in &self.jwt_templates {
            if let Some((place, problem)) = template.problem(name) {
                return Err(InvalidSetting { setting: format!("jwt_templates.{name}{place}"), problem });
            }
        }
        Ok(())
    }

    fn validate_durations(&self) -> Result<(), InvalidSetting> {
        let (lockout, session) = (&self.lockout, &self.session);
        require(
            self.rate_limit.attempts_per_minute <= 60_000,
            "rate_limit.attempts_per_minute",
            "must be at most 60000; 0 means no limit",
        )?;
        let limits = &self.rate_limits;
        let numbers = [
            limits.requests.unwrap_or_default(),
            limits.user_updates,
            limits.invitations,
            limits.bulk_invitations,
            limits.sign_ins,
            limits.sign_ups,
            limits.attempts,
        ];
        require(
            numbers.iter().all(|number| *number <= 10_000),
            "rate_limits",
            "must be numbers of at most 10000; 0 means no limit",
        )?;
        require(lockout.max_attempts >= 5, "lockout.max_attempts", "must be at least 5")?;
        require(
            lockout.duration_seconds <= TEN_YEARS,
            "lockout.duration_seconds",
            "must be at most ten years; 0 means without end",
        )?;
        require(
            (60..=TEN_YEARS).contains(&session.lifetime_seconds),
            "session.lifetime_seconds",
            "must be from 60 to ten years",
        )?;
        require(
            session
                .inactivity_timeout_seconds
                .is_none_or(|timeout| (60..=session.lifetime_seconds).contains(&timeout)),
            "session.inactivity_timeout_seconds",
            "must be from 60 to session.lifetime_seconds",
        )?;
        // Browsers renew 15 to 20 seconds before the end, and a verifier's memory of bans lasts this long.
        require(
            (10..=3_600).contains(&session.token_lifetime_seconds),
            "session.token_lifetime_seconds",
            "must be from 10 to 3600",
        )
    }
}

pub(super) fn require(holds: bool, setting: &str, problem: &str) -> Result<(), InvalidSetting> {
    if holds {
        Ok(())
    } else {
        Err(InvalidSetting { setting: setting.to_owned(), problem: problem.to_owned() })
    }
}

/// A host for the publishable key: a dotted name or an IPv4 address, and perhaps a port.
fn is_dotted_host(host: &str) -> bool {
    is_host_and_port(host) && host.contains('.')
}

/// An origin as browsers write it: scheme, host in lower case, perhaps a port, nothing after it.
pub fn is_origin(origin: &str) -> bool {
    let Some((scheme, host)) = origin.split_once("://") else { return false };
    let scheme_is_fit = !scheme.is_empty()
        && scheme.starts_with(|c: char| c.is_ascii_lowercase())
        && scheme.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"+-.".contains(&b));
    scheme_is_fit && (is_host_and_port(host) || is_ipv6_and_port(host))
}

/// A host name or IPv4 address in lower case, and perhaps a port.
pub fn is_host_and_port(text: &str) -> bool {
    let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
    host.len() <= 253
        && host.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
        && port.is_none_or(is_port)
}

fn is_ipv6_and_port(text: &str) -> bool {
    let Some((address, rest)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) else {
        return false;
    };
    address.parse::<std::net::Ipv6Addr>().is_ok()
        && (rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port))
}

/// A place that a page can lead to: not a script, and not another host by way of `//`.
fn is_link(url: &str) -> bool {
    let rest = ["https://", "http://"].into_iter().find_map(|scheme| url.strip_prefix(scheme));
    let has_start = match rest {
        Some(rest) => !rest.is_empty() && !rest.starts_with('/'),
        None => url.starts_with('/') && !url.starts_with("//"),
    };
    has_start
        && url.len() <= MAX_URL_LENGTH
        && !url.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\')
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit()) && text.parse::<u16>().is_ok_and(|port| port > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::IdentifierSettings;

    fn refused(change: impl FnOnce(&mut InstanceSettings)) -> Option<String> {
        let mut settings = InstanceSettings::default();
        change(&mut settings);
        settings.validate().err().map(|error| error.setting)
    }

    #[test]
    fn publishable_hosts() {
        let accepts = |host: &str| refused(|s| s.publishable_host = host.to_owned()).is_none();
        for host in ["clerk.example.com", "127.0.0.1:4443", "clerk.app.localhost:4443"] {
            assert!(accepts(host), "{host}");
        }
        for host in [
            "",
            "localhost",
            "localhost:4000",
            ".",
            "a..b",
            "Clerk.example.com",
            "a.b/c",
            "a.b$",
            "a.b:",
            "a.b:0",
            "a.b:65536",
            "a.b:+1",
            "https://a.b",
            "a b.c",
            "-a.b",
            "ä.b",
        ] {
            assert!(!accepts(host), "{host}");
        }
    }

    #[test]
    fn origins() {
        let accepts = |origin: &str| refused(|s| s.allowed_origins = vec![origin.to_owned()]).is_none();
        for origin in
            ["https://a.example", "http://localhost:3000", "http://[::1]:3000", "chrome-extension://abcdef"]
        {
            assert!(accepts(origin), "{origin}");
        }
        for origin in [
            "",
            "*",
            "null",
            "a.example",
            "https://",
            "https://a.example/",
            "https://a.example/x",
            "https://A.example",
            "https://a.example:",
            "http://[::1",
            "http://[::g]",
            "https://u@a.example",
            "://a",
            "https://*.example",
        ] {
            assert!(!accepts(origin), "{origin}");
        }
        assert_eq!(
            refused(|s| s.allowed_origins = vec!["https://a.example".into(), "x".into()]).as_deref(),
            Some("allowed_origins[1]")
        );
    }

    #[test]
    fn identifiers() {
        let off = IdentifierSettings { enabled: false, required: false, offered: None };
        let none = refused(|s| {
            s.identifiers.email_address = off;
            s.identifiers.phone_number = off;
            s.identifiers.username = off;
        });
        assert_eq!(none.as_deref(), Some("identifiers"));
        let required = refused(|s| s.identifiers.username = IdentifierSettings { required: true, ..off });
        assert_eq!(required.as_deref(), Some("identifiers.username.required"));
        let offered = refused(|s| s.identifiers.username = IdentifierSettings { offered: Some(true), ..off });
        assert_eq!(offered.as_deref(), Some("identifiers.username.offered"));
        let unverifiable = refused(|s| s.factors.email_code = false);
        assert_eq!(unverifiable.as_deref(), Some("factors.email_code"));
        let by_link = refused(|s| {
            s.factors.email_code = false;
            s.factors.email_link = true;
        });
        assert_eq!(by_link, None);
    }

    #[test]
    fn pages() {
        let accepts = |url: &str| refused(|s| s.urls.sign_in = Some(url.to_owned())).is_none();
        for url in ["https://a.example/sign-in?x=1#y", "http://localhost:3000", "/", "/account/sign-in"] {
            assert!(accepts(url), "{url}");
        }
        for url in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://",
            "https:///x",
            "javascript:alert(1)",
            "a/b",
            "/a b",
        ] {
            assert!(!accepts(url), "{url}");
        }
        let email = |text: &str| refused(|s| s.display.support_email = Some(text.to_owned()));
        assert_eq!(email("help@example.com"), None);
        assert_eq!(email("help").as_deref(), Some("display.support_email"));
    }

    #[test]
    fn numbers_have_inclusive_limits() {
        let min_length = |n| refused(|s| s.password.min_length = n);
        assert_eq!([0, 1, 72, 73].map(|n| min_length(n).is_none()), [false, true, true, false]);
        let max_length = |n| refused(|s| s.password.max_length = n);
        assert_eq!([7, 8, 256, 257].map(|n| max_length(n).is_none()), [false, true, true, false]);
        let strength = |n| refused(|s| s.password.min_zxcvbn_strength = n);
        assert_eq!([4, 5].map(|n| strength(n).is_none()), [true, false]);
        let attempts = |n| refused(|s| s.lockout.max_attempts = n);
        assert_eq!([4, 5].map(|n| attempts(n).is_none()), [false, true]);
        let token = |n| refused(|s| s.session.token_lifetime_seconds = n);
        assert_eq!([9, 10, 3_600, 3_601].map(|n| token(n).is_none()), [false, true, true, false]);
        let lifetime = |n| refused(|s| s.session.lifetime_seconds = n);
        assert_eq!([59, 60].map(|n| lifetime(n).is_none()), [false, true]);
        let idle = |n| refused(|s| s.session.inactivity_timeout_seconds = Some(n));
        assert_eq!([59, 60, 604_800, 604_801].map(|n| idle(n).is_none()), [false, true, true, false]);
    }

    #[test]
    fn names() {
        let accepts = |name: &str| refused(|s| s.application_name = name.to_owned()).is_none();
        assert!(accepts("Käse & Co"));
        assert!(!accepts(" "));
        assert!(!accepts("a\0"));
        assert!(!accepts(&"a".repeat(257)));
    }
}
