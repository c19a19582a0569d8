//! Dated versions of the APIs, as named by `Clerk-API-Version`.

use std::{fmt, str::FromStr};

/// A published version. Versions compare by age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ApiVersion {
    /// The first, and what a request without a version gets from Clerk.
    V2021_02_05,
    /// 2024-10-01.
    V2024_10_01,
    /// 2025-03-12.
    V2025_03_12,
    /// Brought the compact claims of session tokens.
    V2025_04_10,
    /// Brought billing.
    V2025_11_10,
    /// Took the metadata out of `PATCH /users/{id}` and added `PUT /users/{id}/metadata`.
    V2026_05_12,
}

/// A text that is not a version: no date, or a date before the newest version on which none was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a version of the API")]
pub struct InvalidApiVersion;

impl ApiVersion {
    /// The request header that names a version, in lower case.
    pub const HEADER: &'static str = "clerk-api-version";
    /// The query parameter that names a version where a header cannot be sent.
    pub const QUERY: &'static str = "__clerk_api_version";
    /// What Clerk assumes when a request names no version.
    pub const UNVERSIONED: Self = Self::V2021_02_05;
    /// The version whose shapes this crate holds.
    pub const NEWEST: Self = Self::V2026_05_12;
    /// Every version, oldest first.
    pub const ALL: [Self; 6] = [
        Self::V2021_02_05,
        Self::V2024_10_01,
        Self::V2025_03_12,
        Self::V2025_04_10,
        Self::V2025_11_10,
        Self::V2026_05_12,
    ];

    /// The date, as sent in the header.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V2021_02_05 => "2021-02-05",
            Self::V2024_10_01 => "2024-10-01",
            Self::V2025_03_12 => "2025-03-12",
            Self::V2025_04_10 => "2025-04-10",
            Self::V2025_11_10 => "2025-11-10",
            Self::V2026_05_12 => "2026-05-12",
        }
    }

    /// True if `PATCH /users/{id}` still takes the three metadata fields.
    pub fn user_update_takes_metadata(self) -> bool {
        self < Self::V2026_05_12
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for ApiVersion {
    type Err = InvalidApiVersion;

    /// Reads a date. One later than the newest version is taken as the newest, because the browser libraries
    /// name versions before their description is published.
    fn from_str(text: &str) -> Result<Self, InvalidApiVersion> {
        if let Some(version) = Self::ALL.into_iter().find(|version| version.as_str() == text) {
            return Ok(version);
        }
        // Dates in this form sort as texts.
        if is_date(text) && text > Self::NEWEST.as_str() { Ok(Self::NEWEST) } else { Err(InvalidApiVersion) }
    }
}

/// True for `YYYY-MM-DD` with a possible month and day; the length of the month is not looked at.
fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |range: std::ops::Range<usize>| -> Option<u32> {
        let part = &bytes[range];
        part.iter().all(u8::is_ascii_digit).then(|| part.iter().fold(0, |n, b| n * 10 + u32::from(b - b'0')))
    };
    bytes.len() == 10
        && bytes[4] == b'-'
        && bytes[7] == b'-'
        && digits(0..4).is_some()
        && digits(5..7).is_some_and(|month| (1..=12).contains(&month))
        && digits(8..10).is_some_and(|day| (1..=31).contains(&day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_dates_are_themselves() {
        for version in ApiVersion::ALL {
            assert_eq!(version.as_str().parse(), Ok(version));
        }
        assert!(ApiVersion::ALL.is_sorted());
        assert_eq!(ApiVersion::ALL.last(), Some(&ApiVersion::NEWEST));
    }

    #[test]
    fn later_dates_are_the_newest_version() {
        for text in ["2026-05-13", "2026-08-20", "2031-01-01", "9999-12-31"] {
            assert_eq!(text.parse(), Ok(ApiVersion::NEWEST), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        let refused = [
            "",
            "v1",
            "2020-01-01",
            "2025-04-11",
            "2026-05-11",
            "2027-13-01",
            "2027-00-10",
            "2027-01-32",
            "2027-1-1",
            "2027/01/01",
            "2027-01-01 ",
            "99999-01-01",
            "２０２７-01-01",
            "2027-01-é",
        ];
        for text in refused {
            assert_eq!(text.parse::<ApiVersion>(), Err(InvalidApiVersion), "{text:?}");
        }
    }

    #[test]
    fn metadata_left_the_user_update_in_may_2026() {
        assert!(ApiVersion::V2025_11_10.user_update_takes_metadata());
        assert!(!ApiVersion::V2026_05_12.user_update_takes_metadata());
    }
}
