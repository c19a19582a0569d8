//! What can go wrong in the store, told so that callers can decide without knowing the engine.

use rusqlite::ffi;
use tokio_postgres::error::SqlState;

/// The store's answer to every call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An engine-neutral failure.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A row that must exist does not.
    #[error("row not found")]
    NotFound,
    /// A uniqueness or foreign-key rule of the schema refused the write.
    #[error("constraint {constraint} refused the write")]
    Conflict {
        /// `table.column, table.column` on SQLite, the index name on PostgreSQL.
        constraint: String,
    },
    /// The database cannot take the work now; trying again later may help.
    #[error("the database is busy: {0}")]
    Busy(String),
    /// Everything else. For the log, never for a caller.
    #[error("{0}")]
    Other(String),
}

impl Error {
    pub(crate) fn other(message: impl Into<String>) -> Self {
        Self::Other(message.into())
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        let rusqlite::Error::SqliteFailure(code, message) = &error else {
            return match error {
                rusqlite::Error::QueryReturnedNoRows => Self::NotFound,
                other => Self::Other(format!("sqlite: {other}")),
            };
        };
        match code.code {
            ffi::ErrorCode::ConstraintViolation => {
                let text = message.as_deref().unwrap_or_default();
                let constraint = text.rsplit(": ").next().unwrap_or_default().to_owned();
                Self::Conflict { constraint }
            }
            ffi::ErrorCode::DatabaseBusy | ffi::ErrorCode::DatabaseLocked => Self::Busy(error.to_string()),
            _ => Self::Other(format!("sqlite: {error}")),
        }
    }
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(db) = error.as_db_error() else {
            let unreachable =
                std::error::Error::source(&error).is_some_and(<dyn std::error::Error>::is::<std::io::Error>);
            return if error.is_closed() || unreachable {
                Self::Busy(format!("postgres: {error}"))
            } else {
                Self::Other(format!("postgres: {error}"))
            };
        };
        let code = db.code();
        if *code == SqlState::UNIQUE_VIOLATION || *code == SqlState::FOREIGN_KEY_VIOLATION {
            Self::Conflict { constraint: db.constraint().unwrap_or_default().to_owned() }
        } else if *code == SqlState::T_R_SERIALIZATION_FAILURE
            || *code == SqlState::T_R_DEADLOCK_DETECTED
            || *code == SqlState::ADMIN_SHUTDOWN
            || *code == SqlState::CRASH_SHUTDOWN
            || *code == SqlState::CANNOT_CONNECT_NOW
            || *code == SqlState::LOCK_NOT_AVAILABLE
            || *code == SqlState::TOO_MANY_CONNECTIONS
        {
            Self::Busy(format!("postgres: {db}"))
        } else {
            Self::Other(format!("postgres: {db} ({})", code.code()))
        }
    }
}

impl From<deadpool_postgres::PoolError> for Error {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        match error {
            deadpool_postgres::PoolError::Backend(inner) => inner.into(),
            other => Self::Busy(format!("postgres pool: {other}")),
        }
    }
}
