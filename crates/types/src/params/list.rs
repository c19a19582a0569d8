//! Queries of the list operations.
//!
//! Arrays are repeated keys without brackets or commas (`email_address=a&email_address=b`). Read each struct from
//! the query on its own: query strings are untyped, so `serde(flatten)` cannot be used on them.

use serde::{Deserialize, Deserializer, Serialize};

/// Which users a list or a count is about. An empty filter is every user; several conditions must all hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
pub struct UserFilter {
    /// Has one of these addresses, at most 100.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub email_address: Vec<String>,
    /// Has one of these numbers, at most 100.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phone_number: Vec<String>,
    /// Has one of these external ids, at most 100; a leading `-` excludes, a leading `+` is the default.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub external_id: Vec<String>,
    /// Has one of these usernames, at most 100.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub username: Vec<String>,
    /// Has one of these wallets, at most 100.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub web3_wallet: Vec<String>,
    /// Is one of these users, at most 100; a leading `-` excludes, a leading `+` is the default.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub user_id: Vec<String>,
    /// Belongs to one of these organisations, at most 100; a leading `-` excludes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub organization_id: Vec<String>,
    /// Has this text somewhere in an identifier, the id or the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// Has this text somewhere in an e-mail address, whatever the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_address_query: Option<String>,
    /// Has this text somewhere in a phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_number_query: Option<String>,
    /// Has this text somewhere in the username, whatever the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username_query: Option<String>,
    /// Has this text somewhere in the name, whatever the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_query: Option<String>,
    /// Is banned, or is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub banned: Option<bool>,
    /// Was last active before this time, in Unix milliseconds like all times here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_active_at_before: Option<i64>,
    /// Was last active after this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_active_at_after: Option<i64>,
    /// Was active on or after the day of this time; the older form of `last_active_at_after`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_active_at_since: Option<i64>,
    /// Was created before this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at_before: Option<i64>,
    /// Was created after this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at_after: Option<i64>,
    /// Last signed in before this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sign_in_at_before: Option<i64>,
    /// Last signed in after this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sign_in_at_after: Option<i64>,
    /// Has an account at this OAuth provider; needs `provider_user_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Is one of these users at the provider, at most 100; needs `provider`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub provider_user_id: Vec<String>,
}

/// Query of the lists that are sorted by their creation alone, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
pub struct ListPage {
    /// True wraps the list in a [`crate::Page`]; otherwise it is a bare array.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paginated: Option<bool>,
    /// How many at most, 1 to 500; 10 if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// How many to pass over; 0 if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
}

/// Which part of a list of users, in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
pub struct Paging {
    /// How many at most, 1 to 500; 10 if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// How many to pass over; 0 if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
    /// The id of the last user on the page before. Only for the orders by `created_at`, and not with an offset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starting_after: Option<String>,
    /// The field to sort by, with `+` (the default) or `-` in front; `-created_at` if not given. Of several, the
    /// first counts.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "first")]
    pub order_by: Option<String>,
}

/// Query of `GET /v1/users`; `GET /v1/users/count` takes the filter alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListUsers {
    /// Which users.
    pub filter: UserFilter,
    /// Which part of them.
    pub paging: Paging,
}

/// Query of `GET /v1/sessions`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
pub struct ListSessions {
    /// Only sessions on this client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Only sessions of this user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// Only sessions in this state; every word of [`crate::SessionStatus`] but `pending`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// True wraps the list in a [`crate::Page`]; otherwise it is a bare array.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paginated: Option<bool>,
    /// How many at most, 1 to 500; 10 if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// How many to pass over; 0 if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
}

fn first<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Vec::deserialize(deserializer)?.into_iter().next())
}
