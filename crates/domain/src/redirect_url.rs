//! Addresses that browsers and apps may be sent to, besides pages of the application's own origins.

use url::Url;

use crate::error::{Error, Result};

const MAX_LENGTH: usize = 2_048;

/// Schemes by which a browser would run what stands in the address, or read what is on the machine.
const PROHIBITED: [&str; 9] =
    ["javascript", "data", "vbscript", "file", "blob", "about", "filesystem", "view-source", "ftp"];

/// An address as it was given: with `https://`, or a scheme of an app. `http://` is for this machine alone.
///
/// # Errors
/// What is no such address.
pub fn parse(text: &str, param: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::param_nil(param));
    }
    let url = Url::parse(text).ok().filter(|url| {
        text.len() <= MAX_LENGTH
            && url.username().is_empty()
            && url.password().is_none()
            && !PROHIBITED.contains(&url.scheme())
            && text.contains("://")
            && url.fragment().is_none()
            && match url.scheme() {
                "https" => url.has_host(),
                "http" => url.host_str().is_some_and(is_this_machine),
                _ => true,
            }
    });
    url.ok_or_else(|| {
        Error::param_format_invalid(
            param,
            "a URL without fragment, with https:// or the scheme of an app, such as my-app://callback",
        )
    })?;
    Ok(text.to_owned())
}

/// The page that an invitation leads to, on the word of the secret key: any on the web.
///
/// # Errors
/// What is no such page.
pub fn page(text: &str, param: &str) -> Result<Url> {
    let url = Url::parse(text).ok().filter(|url| {
        text.len() <= MAX_LENGTH
            && matches!(url.scheme(), "http" | "https")
            && url.username().is_empty()
            && url.password().is_none()
    });
    url.ok_or_else(|| Error::param_format_invalid(param, "a URL with https:// or http://"))
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost") || host == "[::1]" || host.starts_with("127.")
}

/// Whether an address leads to a listed one: the same but for query and fragment, unless the listed one has a query
/// itself.
pub fn leads_to(url: &Url, listed: &Url) -> bool {
    if url == listed {
        return true;
    }
    let mut bare = url.clone();
    bare.set_query(None);
    bare.set_fragment(None);
    bare == *listed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_apps() {
        let read = |text: &str| parse(text, "url").ok();
        assert_eq!(read(" https://App.example.com/cb ").as_deref(), Some("https://App.example.com/cb"));
        assert_eq!(read("https://b.example").as_deref(), Some("https://b.example"));
        assert_eq!(read("my-app://oauth-callback").as_deref(), Some("my-app://oauth-callback"));
        assert_eq!(read("com.example.app:///cb").as_deref(), Some("com.example.app:///cb"));
        assert!(read("http://localhost:3000/cb").is_some());
        for text in [
            "",
            "callback",
            "/callback",
            "http://example.com/cb",
            "javascript:alert(1)",
            "javascript://x/%0aalert(1)",
            "data://text/html,x",
            "file:///etc/passwd",
            "https://user@example.com/",
            "https://:secret@example.com/",
            "my-app:callback",
            "https://",
            "https://app.example.com/#fragment",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn pages_on_the_web() {
        for text in ["https://www.acme.example/join?x=1#top", "http://acme.example"] {
            assert!(page(text, "redirect_url").is_ok(), "{text}");
        }
        for text in
            ["", "/join", "javascript:alert(1)", "my-app://join", "data:text/html,x", "https://a@b.example"]
        {
            assert!(page(text, "redirect_url").is_err(), "{text}");
        }
    }

    #[test]
    fn a_query_may_follow() {
        let leads =
            |given: &str, listed: &str| leads_to(&Url::parse(given).unwrap(), &Url::parse(listed).unwrap());
        assert!(leads("https://a.example/", "https://A.example"));
        assert!(leads("my-app://cb", "my-app://cb"));
        assert!(leads("my-app://cb?a=1#b", "my-app://cb"));
        assert!(leads("https://a.example/cb?x=1", "https://a.example/cb"));
        assert!(!leads("https://a.example/cb/more", "https://a.example/cb"));
        assert!(!leads("https://a.example/cb?x=2", "https://a.example/cb?x=1"));
        assert!(!leads("other-app://cb", "my-app://cb"));
    }
}
