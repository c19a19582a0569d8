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

    /// There is a primary domain already.
    pub fn primary_domain_exists() -> Self {
        Self::new(
            code::PRIMARY_DOMAIN_ALREADY_EXISTS,
            "Primary domain exists",
            "An instance has one primary domain: further ones must be satellites.",
        )
        .param("is_satellite")
    }

    /// The primary domain cannot be taken away.
    pub fn primary_domain_stays() -> Self {
        Self::new(
            code::OPERATION_NOT_ALLOWED_ON_PRIMARY_DOMAIN,
            "Not allowed on the primary domain",
            "The primary domain can be changed, not deleted.",
        )
    }

    /// What should be a proxy's address is none, or the instance is in development.
    pub fn proxy_invalid() -> Self {
        Self::new(
            code::INVALID_PROXY_CONFIGURATION,
            "Invalid proxy",
            "proxy_url must begin with https://, and is for instances in production.",
        )
        .param("proxy_url")
    }

    /// The list has as many entries as it may.
    pub fn too_many_listed(param: &str, most: i64) -> Self {
        Self::new(code::QUOTA_EXCEEDED, "Too many", format!("There can be {most} at most.")).param(param)
    }

    /// The list has this address already.
    pub fn address_listed(param: &str) -> Self {
        Self::new(code::FORM_PARAM_DUPLICATE, "is listed", "This address is listed already.").param(param)
    }

    /// A template sets what only the server sets.
    pub fn reserved_claim(claim: &str) -> Self {
        Self::new(
            code::JWT_TEMPLATE_RESERVED_CLAIM,
            "Reserved claim",
            format!("The claim {claim} is set by the server: a template cannot have it."),
        )
        .param("claims")
    }

    /// Another template has this name.
    pub fn template_exists() -> Self {
        Self::new(
            code::FORM_IDENTIFIER_EXISTS,
            "is already taken",
            "Another template has this name. Please use a different one.",
        )
        .param("name")
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
