//! The picture of somebody who has none: initials on a colour.

use beadle_types::UserId;

/// The most letters that are shown.
const LETTERS: usize = 2;
const SILHOUETTE: &str =
    "<circle cx='32' cy='25' r='11' fill='#fff'/><path d='M10 60a22 20 0 0 1 44 0z' fill='#fff'/>";

/// What such a picture shows. It follows from the user alone and is written into the picture's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Avatar {
    hue: u16,
    initials: String,
}

impl Avatar {
    /// The avatar of a user.
    pub fn of(id: &UserId, first_name: Option<&str>, last_name: Option<&str>) -> Self {
        let sum = id.as_str().bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        let initials: String = [first_name, last_name]
            .into_iter()
            .flatten()
            .filter_map(|name| name.trim().chars().next())
            .collect();
        Self::new((sum % 360).try_into().unwrap_or(0), &initials)
    }

    /// Reads what stands in an address: at most two letters or digits, and a hue.
    pub fn parse(hue: &str, initials: &str) -> Option<Self> {
        let hue = hue.parse::<u16>().ok().filter(|hue| *hue < 360)?;
        let read = Self::new(hue, initials.trim_matches('-'));
        (read.path_initials() == initials).then_some(read)
    }

    fn new(hue: u16, initials: &str) -> Self {
        let letters = initials.chars().filter(|letter| letter.is_alphanumeric()).take(LETTERS);
        Self { hue, initials: letters.flat_map(char::to_uppercase).take(LETTERS).collect() }
    }

    /// The hue, from 0 to 359.
    pub fn hue(&self) -> u16 {
        self.hue
    }

    /// The initials as an address has them; `-` for none.
    pub fn path_initials(&self) -> &str {
        if self.initials.is_empty() { "-" } else { &self.initials }
    }

    /// The picture.
    pub fn svg(&self) -> String {
        let hue = self.hue;
        let inside = if self.initials.is_empty() {
            SILHOUETTE.to_owned()
        } else {
            format!(
                "<text x='32' y='32' dy='.36em' text-anchor='middle' font-family='sans-serif' font-size='26' \
                 fill='#fff'>{}</text>",
                self.initials
            )
        };
        format!(
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 64'>\
             <rect width='64' height='64' fill='hsl({hue} 45% 42%)'/>{inside}</svg>"
        )
    }
}

#[cfg(test)]
mod tests {
    use beadle_types::Timestamp;

    use super::*;

    fn user(n: u8) -> UserId {
        UserId::from_parts(Timestamp::from_secs(1_700_000_000), [n; 16])
    }

    #[test]
    fn it_follows_from_the_user() {
        let ada = Avatar::of(&user(1), Some("ada"), Some(" Lovelace"));
        assert_eq!(ada.path_initials(), "AL");
        assert_eq!(ada, Avatar::of(&user(1), Some("Ada"), Some("Lovelace")));
        assert_ne!(ada.hue(), Avatar::of(&user(2), Some("Ada"), Some("Lovelace")).hue());
        assert_eq!(Avatar::of(&user(1), None, None).path_initials(), "-");
        assert_eq!(Avatar::of(&user(1), Some("<b>"), Some("&")).path_initials(), "-");
    }

    #[test]
    fn the_address_leads_back_to_it() {
        for avatar in [
            Avatar::of(&user(3), Some("Ada"), Some("Lovelace")),
            Avatar::of(&user(4), Some("Ωmega"), None),
            Avatar::of(&user(5), Some("ßeta"), Some("x")),
            Avatar::of(&user(6), None, None),
        ] {
            assert_eq!(Avatar::parse(&avatar.hue().to_string(), avatar.path_initials()), Some(avatar));
        }
    }

    #[test]
    fn nothing_else_is_drawn() {
        for (hue, initials) in
            [("360", "AL"), ("x", "AL"), ("1", ""), ("1", "al"), ("1", "ABC"), ("1", "<b"), ("1", "A-")]
        {
            assert_eq!(Avatar::parse(hue, initials), None, "{hue} {initials}");
        }
    }
}
