//! Refusals of what an operator asks of the instance itself.

use beadle_types::error::code;

use super::Error;

impl Error {
    /// The settings would not go together; the text says which.
    pub fn setting_refused(problem: &str) -> Self {
        Self::new(code::BREAKS_INSTANCE_INVARIANT, "Settings do not go together", format!("{problem}."))
    }

    /// Only an instance in production has a domain to change.
    pub fn production_only() -> Self {
        Self::new(
            code::REQUEST_INVALID_FOR_ENVIRONMENT,
            "Not in development",
            "This works for instances in production only.",
        )
    }

    /// The configuration names the publishable host.
    pub fn domain_is_configured() -> Self {
        Self::new(
            code::DOMAIN_UPDATE_FORBIDDEN,
            "Domain is configured",
            "The configuration of the server names the publishable key or its host: change it there.",
        )
    }

    /// The instance is there already.
    pub fn home_url_taken(param: &str) -> Self {
        Self::new(code::HOME_URL_TAKEN, "is already taken", "The instance is on this domain already.")
            .param(param)
    }

    /// What should be the origin of pages is none.
    pub fn origin_malformed(param: &str) -> Self {
        Self::new(
            code::FORM_INVALID_ORIGIN,
            "is invalid",
            format!("{param} takes origins such as https://app.example.com, without a path."),
        )
        .param(param)
    }
}
