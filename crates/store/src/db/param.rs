//! Statement parameters that both engines accept.

use bytes::BytesMut;
use rusqlite::types::{ToSqlOutput, ValueRef};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

/// One bound value. Ids and JSON travel as text, times as Unix milliseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Param<'a> {
    Null,
    Text(&'a str),
    Int(i64),
    Bytes(&'a [u8]),
    Bool(bool),
}

/// Builds `&[Param]` from anything that converts into a [`Param`].
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        &[$($crate::db::param::Param::from($value)),*] as &[$crate::db::param::Param<'_>]
    };
}
pub(crate) use params;

impl<'a> From<&'a str> for Param<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a String> for Param<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a [u8]> for Param<'a> {
    fn from(value: &'a [u8]) -> Self {
        Self::Bytes(value)
    }
}

impl From<i64> for Param<'_> {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<bool> for Param<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<beadle_types::Timestamp> for Param<'_> {
    fn from(value: beadle_types::Timestamp) -> Self {
        Self::Int(value.as_millis())
    }
}

impl From<beadle_domain::credential::Generation> for Param<'_> {
    fn from(value: beadle_domain::credential::Generation) -> Self {
        Self::Int(value.get())
    }
}

impl<'a> From<&'a Option<String>> for Param<'a> {
    fn from(value: &'a Option<String>) -> Self {
        value.as_deref().into()
    }
}

impl<'a> From<Option<&'a str>> for Param<'a> {
    fn from(value: Option<&'a str>) -> Self {
        value.map_or(Self::Null, Self::Text)
    }
}

impl From<Option<i64>> for Param<'_> {
    fn from(value: Option<i64>) -> Self {
        value.map_or(Self::Null, Self::Int)
    }
}

impl From<Option<beadle_types::Timestamp>> for Param<'_> {
    fn from(value: Option<beadle_types::Timestamp>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! id_params {
    ($($id:ident),* $(,)?) => {$(
        impl<'a> From<&'a beadle_types::$id> for Param<'a> {
            fn from(value: &'a beadle_types::$id) -> Self {
                Self::Text(value.as_str())
            }
        }

        impl<'a> From<&'a Option<beadle_types::$id>> for Param<'a> {
            fn from(value: &'a Option<beadle_types::$id>) -> Self {
                value.as_ref().map(beadle_types::$id::as_str).into()
            }
        }
    )*};
}
id_params!(
    UserId,
    SessionId,
    ClientId,
    IdentificationId,
    SignInId,
    SignUpId,
    SignInTokenId,
    ActorTokenId,
    ApiKeyId,
    MachineId,
    M2mTokenId,
    InvitationId,
    JwtTemplateId,
    RedirectUrlId,
    DomainId,
    InstanceId,
    EventId,
    MailId,
    WaitlistEntryId,
    ImageId,
    WebhookEndpointId,
);

impl rusqlite::ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Int(int) => ValueRef::Integer(*int),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
            Self::Bool(flag) => ValueRef::Integer(i64::from(*flag)),
        }))
    }
}

impl ToSql for Param<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Text(text) => text.to_sql(ty, out),
            Self::Bool(flag) => flag.to_sql(ty, out),
            Self::Bytes(bytes) => bytes.to_sql(ty, out),
            Self::Int(int) if *ty == Type::INT4 => i32::try_from(*int)?.to_sql(ty, out),
            Self::Int(int) => int.to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
