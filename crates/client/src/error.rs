//! What can go wrong in a call. The error is opaque: ask it questions instead of matching on it.

use std::{error::Error as StdError, fmt, sync::Arc, time::Duration};

use beadle_types::{ClerkError, ErrorBody, code};
use http::StatusCode;

/// Why a call failed. Cheap to clone.
///
/// Neither `Display` nor `Debug` shows the secret key, tokens or the query of the request.
#[derive(Clone)]
pub struct Error(Arc<Inner>);

struct Inner {
    kind: Kind,
    /// Method and path, once a request is under way.
    call: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

enum Kind {
    Config(&'static str),
    Timeout,
    Connect,
    Transport,
    TooLarge { limit: usize },
    Decode { status: StatusCode },
    Api(Box<Refusal>),
}

/// An answer with a status that is not a success.
struct Refusal {
    status: StatusCode,
    body: ErrorBody,
    trace_id: Option<String>,
    retry_after: Option<Duration>,
}

impl Error {
    /// True if the server answered that the thing named in the request does not exist (404).
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND)
    }

    /// True if the server refused because the user is banned.
    pub fn is_banned(&self) -> bool {
        self.has_code(code::USER_BANNED)
    }

    /// True if the server refused because the user is locked after too many wrong answers.
    pub fn is_locked(&self) -> bool {
        self.has_code(code::USER_LOCKED)
    }

    /// True if the server did not accept the secret key, or the session it was asked about is over (401).
    pub fn is_unauthorized(&self) -> bool {
        self.status() == Some(StatusCode::UNAUTHORIZED)
    }

    /// True if the server refused the parameters (422); [`Error::errors`] says which.
    pub fn is_invalid_input(&self) -> bool {
        self.status() == Some(StatusCode::UNPROCESSABLE_ENTITY)
    }

    /// True if the server wants fewer requests (429); see [`Error::retry_after`].
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// True if the call, all its tries together, took longer than its time limit.
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, Kind::Timeout)
    }

    /// True if no connection to the server could be made.
    pub fn is_connect(&self) -> bool {
        matches!(self.0.kind, Kind::Connect)
    }

    /// True if the client itself was set up wrongly, for example with a malformed address.
    pub fn is_config(&self) -> bool {
        matches!(self.0.kind, Kind::Config(_))
    }

    /// True if the answer was too large or not what the operation promises.
    pub fn is_bad_response(&self) -> bool {
        matches!(self.0.kind, Kind::Decode { .. } | Kind::TooLarge { .. })
    }

    /// The status of the answer, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        match &self.0.kind {
            Kind::Api(refusal) => Some(refusal.status),
            Kind::Decode { status } => Some(*status),
            _ => None,
        }
    }

    /// The server's reasons; empty if the failure was not an answer of the server or it gave none.
    pub fn errors(&self) -> &[ClerkError] {
        match &self.0.kind {
            Kind::Api(refusal) => &refusal.body.errors,
            _ => &[],
        }
    }

    /// The codes of the server's reasons; compare with [`beadle_types::code`].
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.errors().iter().map(|error| &*error.code)
    }

    /// True if one of the server's reasons has this code.
    pub fn has_code(&self, code: &str) -> bool {
        self.codes().any(|known| known == code)
    }

    /// The id under which the server logged the request.
    pub fn trace_id(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Api(refusal) => refusal.trace_id.as_deref(),
            _ => None,
        }
    }

    /// How long the server asked to wait before the next try.
    pub fn retry_after(&self) -> Option<Duration> {
        match &self.0.kind {
            Kind::Api(refusal) => refusal.retry_after,
            _ => None,
        }
    }

    fn new(kind: Kind) -> Self {
        Self(Arc::new(Inner { kind, call: None, source: None }))
    }

    fn caused_by(kind: Kind, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(Arc::new(Inner { kind, call: None, source: Some(source.into()) }))
    }

    pub(crate) fn config(problem: &'static str) -> Self {
        Self::new(Kind::Config(problem))
    }

    pub(crate) fn config_caused_by(
        problem: &'static str,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self::caused_by(Kind::Config(problem), source)
    }

    pub(crate) fn timeout() -> Self {
        Self::new(Kind::Timeout)
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        Self::new(Kind::TooLarge { limit })
    }

    pub(crate) fn decode(status: StatusCode, source: serde_json::Error) -> Self {
        Self::caused_by(Kind::Decode { status }, source)
    }

    pub(crate) fn api(
        status: StatusCode,
        body: ErrorBody,
        trace_id: Option<String>,
        retry_after: Option<Duration>,
    ) -> Self {
        Self::new(Kind::Api(Box::new(Refusal { status, body, trace_id, retry_after })))
    }

    /// The address is taken out: its query may hold personal data.
    pub(crate) fn transport(error: reqwest::Error) -> Self {
        let kind = if error.is_timeout() && !error.is_connect() {
            Kind::Timeout
        } else if error.is_connect() {
            Kind::Connect
        } else {
            Kind::Transport
        };
        Self::caused_by(kind, error.without_url())
    }

    /// True if the same request may do better a little later.
    pub(crate) fn is_transient(&self) -> bool {
        match &self.0.kind {
            Kind::Connect | Kind::Transport => true,
            Kind::Api(refusal) => matches!(refusal.status.as_u16(), 429 | 502 | 503 | 504),
            Kind::Config(_) | Kind::Timeout | Kind::TooLarge { .. } | Kind::Decode { .. } => false,
        }
    }

    /// Names the call in the text of the error.
    pub(crate) fn in_call(self, method: &http::Method, path: &str) -> Self {
        match Arc::try_unwrap(self.0) {
            Ok(inner) => Self(Arc::new(Inner { call: Some(format!("{method} {path}")), ..inner })),
            Err(shared) => Self(shared),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(call) = &self.0.call {
            write!(f, "{call}: ")?;
        }
        match &self.0.kind {
            Kind::Config(problem) => f.write_str(problem),
            Kind::Timeout => f.write_str("no answer in time"),
            Kind::Connect => f.write_str("cannot connect to the server"),
            Kind::Transport => f.write_str("the connection to the server failed"),
            Kind::TooLarge { limit } => write!(f, "the answer is larger than {limit} bytes"),
            Kind::Decode { status } => {
                write!(f, "cannot make sense of the answer (status {})", status.as_u16())
            }
            Kind::Api(refusal) => {
                write!(f, "the server answered {}", refusal.status.as_u16())?;
                for (index, error) in refusal.body.errors.iter().enumerate() {
                    write!(f, "{} {}", if index == 0 { ":" } else { "," }, error.code)?;
                    if let Some(name) = error.param_name() {
                        write!(f, " [{name}]")?;
                    }
                    write!(f, " ({})", error.message)?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({self}")?;
        if let Some(trace_id) = self.trace_id() {
            write!(f, ", trace {trace_id}")?;
        }
        if let Some(source) = &self.0.source {
            write!(f, ", caused by {source:?}")?;
        }
        f.write_str(")")
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
