//! Refusals around API keys, machines and their tokens.

use beadle_types::error::code;

use super::Error;

impl Error {
    /// 409: the subject has a key of this name.
    pub fn api_key_name_exists() -> Self {
        Self::new(
            code::API_KEY_NAME_ALREADY_EXISTS,
            "Name taken",
            "There is an API key of this name already. Choose another, or revoke that one.",
        )
        .param("name")
    }

    /// 404: nobody can act by this secret. Why is not told: it may have come from anywhere.
    pub fn api_key_invalid() -> Self {
        Self::new(
            code::RESOURCE_NOT_FOUND,
            "API key not found",
            "There is no API key with this secret, or it is not valid any more.",
        )
    }

    /// 404: no machine can ask by this token.
    pub fn m2m_token_invalid() -> Self {
        Self::new(
            code::RESOURCE_NOT_FOUND,
            "Token not found",
            "There is no such token, it is not valid any more, or it is not meant for this machine.",
        )
    }

    /// 404: a machine that a body names is not there.
    pub fn machine_not_found(param: &str) -> Self {
        Self::new(code::MACHINE_NOT_FOUND, "Machine not found", format!("{param} names no machine."))
            .param(param)
    }

    /// 409: it may ask it already.
    pub fn machine_scope_exists() -> Self {
        Self::new(code::CONFLICT, "Scope exists", "The machine may ask that one already.")
            .param("to_machine_id")
    }

    /// 403: the machine may ask as many as one may.
    pub fn machine_scopes_exceeded(max: usize) -> Self {
        Self::new(code::QUOTA_EXCEEDED, "Too many scopes", format!("A machine may ask at most {max} others."))
    }

    /// 400: the server says this about a token, not the machine.
    pub fn m2m_claim_reserved(claim: &str) -> Self {
        Self::new(
            code::MACHINE_TOKEN_RESERVED_CLAIM,
            "Claim reserved",
            format!("The claim {claim} cannot be chosen."),
        )
        .param(claim)
    }
}
