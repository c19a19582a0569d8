//! Listing and counting users.

use axum::{Json, extract::State};
use beadle_domain::{Error, Findings};
use beadle_store::users::{ListUsers, UserOrderKey};
use beadle_types::{
    TotalCount, User, UserId,
    params::{Paging, UserFilter},
};

use super::filter;
use crate::{
    app::App,
    backend::paging,
    error::ApiResult,
    extract::{ListQuery, Query, path},
    present,
};

#[utoipa::path(
    get,
    path = "/v1/users",
    operation_id = "GetUserList",
    params(UserFilter, Paging),
    responses((status = 200, body = Vec<User>))
)]
pub(in crate::backend) async fn list(
    State(app): State<App>,
    ListQuery(query): ListQuery<UserFilter>,
    Query(page): Query<Paging>,
) -> ApiResult<Json<Vec<User>>> {
    let mut findings = Findings::default();
    let (limit, offset) = paging::check(page.limit, page.offset, &mut findings);
    let order = findings.keep(filter::order(page.order_by.as_deref())).unwrap_or_default();
    let filter = findings.keep(filter::filter(query)).unwrap_or_default();
    let starting_after = match page.starting_after {
        None => None,
        Some(_) if order.key != UserOrderKey::CreatedAt => {
            findings.push(Error::param_rule_broken("starting_after", "needs the order by created_at"));
            None
        }
        Some(_) if offset != 0 => {
            findings.push(Error::param_rule_broken("starting_after", "cannot be combined with an offset"));
            None
        }
        Some(id) => {
            let id: Result<UserId, _> = id.parse().map_err(|_| unknown_cursor(&id));
            findings.keep(id)
        }
    };
    findings.finish()?;
    if let Some(id) = &starting_after {
        let known = beadle_store::users::standing(&mut *app.store.reader().await?, id).await?;
        known.ok_or_else(|| unknown_cursor(id.as_str()))?;
    }
    let request = ListUsers { filter, order, limit, offset, starting_after };
    let records = app.store.scan(request).await?;
    let now = app.now();
    Ok(Json(present::user::users(records, &app.instance, now)))
}

fn unknown_cursor(id: &str) -> Error {
    Error::param_value_invalid("starting_after", path::printable(id))
}

#[utoipa::path(
    get,
    path = "/v1/users/count",
    operation_id = "GetUsersCount",
    params(UserFilter),
    responses((status = 200, body = TotalCount))
)]
pub(in crate::backend) async fn count(
    State(app): State<App>,
    ListQuery(query): ListQuery<UserFilter>,
) -> ApiResult<Json<TotalCount>> {
    let count = app.store.scan(filter::filter(query)?).await?;
    Ok(Json(TotalCount::new(count)))
}
