//! What is worth showing of a message's text.

/// The code: the first line that has nothing but digits, which is how mails have it, else the first such word.
pub(crate) fn code_in(body: &str) -> Option<&str> {
    let is_code =
        |text: &&str| (4..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let line = body.lines().map(str::trim).find(is_code);
    line.or_else(|| body.lines().next().and_then(|line| line.split_whitespace().find(is_code)))
}

/// The first link.
pub(crate) fn link_in(body: &str) -> Option<&str> {
    body.split_whitespace().find(|word| word.starts_with("https://") || word.starts_with("http://"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_found() {
        assert_eq!(code_in("Your code for 12345 is\n\n007007\n\nGo."), Some("007007"));
        assert_eq!(code_in("007007 is your code for Acme.\n"), Some("007007"));
        assert_eq!(code_in("Hello 123456.\n\n12\n"), None);
    }

    #[test]
    fn the_link_is_found() {
        assert_eq!(link_in("Sign in:\n\nhttps://a.example/v?x=1\n\nBye"), Some("https://a.example/v?x=1"));
        assert_eq!(link_in("no link, https:/x"), None);
    }
}
