//! What a token is for, as its header's `cat` says.

/// The purpose of a token. A verifier that expects one purpose refuses the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    /// A session token: it authenticates a user's requests.
    Session,
    /// A token made from a template for some third party; never a session token.
    Template,
    /// A token of a machine; nobody's session token.
    Machine,
    /// A frame of the revocation feed. It has a `typ` of its own (RFC 8725, 3.11) instead of a `cat`, so that no
    /// library takes it for a token.
    Revocations,
    /// No `cat` at all: handshake tokens and other messages to Clerk's own libraries.
    None,
}

impl Category {
    /// The value of `cat`, by which Clerk's libraries tell the purposes apart.
    pub const fn header_value(self) -> Option<&'static str> {
        match self {
            Self::Session => Some("cl_B7d4PD111AAA"),
            Self::Template => Some("cl_B7d4PD222AAA"),
            Self::Machine => Some("cl_B7d4PD333AAA"),
            Self::Revocations | Self::None => None,
        }
    }

    /// The value of `typ`.
    pub const fn typ(self) -> &'static str {
        match self {
            Self::Revocations => "beadle-revocations+jwt",
            Self::Session | Self::Template | Self::Machine | Self::None => "JWT",
        }
    }
}
