//! Machines.

use std::time::Duration;

use axum::{Json, extract::State};
use beadle_domain::{Error, Findings};
use beadle_store::machines::{ListMachines, MachineKey, WithScopes};
use beadle_types::{
    DeletedObject, Machine, MachineId, MachineScope, MachineSecretKey, Page,
    object::MachineScopeObject,
    params::{self, CreateMachine, CreateMachineScope, RotateMachineSecretKey, UpdateMachine},
};

use super::paging;
use crate::{
    actions::machine::{self, MAX_SCOPES, NewMachine},
    app::App,
    error::ApiResult,
    extract::{self, Id, Query, SubId},
    present,
};

/// An hour.
const TOKEN_TTL: i64 = 3600;
/// Ten years.
const MAX_TOKEN_TTL: i64 = 315_360_000;
/// Eight hours.
const MAX_PREVIOUS_TTL: i64 = 28_800;
const MAX_NAME: usize = 255;

fn shown(app: &App, (row, scoped): WithScopes) -> Machine {
    present::machine::machine(row, Some(scoped), None, &app.instance.id)
}

#[utoipa::path(
    get,
    path = "/v1/machines",
    operation_id = "ListMachines",
    params(params::ListMachines),
    responses((status = 200, body = Page<Machine>))
)]
pub(super) async fn list(
    State(app): State<App>,
    Query(query): Query<params::ListMachines>,
) -> ApiResult<Json<Page<Machine>>> {
    let mut findings = Findings::default();
    let (limit, offset) = paging::check(query.limit, query.offset, &mut findings);
    let keys = [("created_at", MachineKey::CreatedAt), ("name", MachineKey::Name)];
    let order = paging::order(query.order_by.as_deref(), &keys, &mut findings);
    findings.finish()?;
    let query = query.query.map(|query| query.trim().to_owned()).filter(|query| !query.is_empty());
    let (rows, total_count) = app.store.scan(ListMachines { query, order, limit, offset }).await?;
    Ok(Json(Page { data: rows.into_iter().map(|row| shown(&app, row)).collect(), total_count }))
}

#[utoipa::path(
    post,
    path = "/v1/machines",
    operation_id = "CreateMachine",
    request_body = CreateMachine,
    responses((status = 200, body = Machine))
)]
pub(super) async fn create(
    State(app): State<App>,
    extract::Json(params): extract::Json<CreateMachine>,
) -> ApiResult<Json<Machine>> {
    let mut findings = Findings::default();
    check_name(&params.name, &mut findings);
    let default_token_ttl = params.default_token_ttl.unwrap_or(TOKEN_TTL);
    check_ttl(default_token_ttl, &mut findings);
    let named = params.scoped_machines.unwrap_or_default();
    if named.len() > MAX_SCOPES {
        findings.push(Error::param_array_size_exceeded("scoped_machines", MAX_SCOPES));
    }
    findings.finish()?;
    let mut scoped: Vec<MachineId> = Vec::with_capacity(named.len());
    for id in named {
        let id = id.parse().map_err(|_| Error::machine_not_found("scoped_machines"))?;
        if !scoped.contains(&id) {
            scoped.push(id);
        }
    }
    let new = NewMachine { name: params.name, default_token_ttl, scoped };
    let ((row, scoped), secret) = machine::create(&app, new).await?;
    Ok(Json(present::machine::machine(row, Some(scoped), Some(&secret), &app.instance.id)))
}

fn check_name(name: &str, findings: &mut Findings) {
    if name.trim().is_empty() {
        findings.push(Error::param_nil("name"));
    } else if name.chars().count() > MAX_NAME {
        findings.push(Error::param_too_long("name", MAX_NAME));
    }
}

fn check_ttl(ttl: i64, findings: &mut Findings) {
    if !(1..=MAX_TOKEN_TTL).contains(&ttl) {
        let rule = format!("must be from 1 to {MAX_TOKEN_TTL}");
        findings.push(Error::param_rule_broken("default_token_ttl", rule));
    }
}

#[utoipa::path(
    get,
    path = "/v1/machines/{machine_id}",
    operation_id = "GetMachine",
    responses((status = 200, body = Machine))
)]
pub(super) async fn get(State(app): State<App>, Id(id): Id<MachineId>) -> ApiResult<Json<Machine>> {
    Ok(Json(shown(&app, machine::find(&app, &id).await?)))
}

#[utoipa::path(
    patch,
    path = "/v1/machines/{machine_id}",
    operation_id = "UpdateMachine",
    request_body = UpdateMachine,
    responses((status = 200, body = Machine))
)]
pub(super) async fn update(
    State(app): State<App>,
    Id(id): Id<MachineId>,
    extract::Json(params): extract::Json<UpdateMachine>,
) -> ApiResult<Json<Machine>> {
    let mut findings = Findings::default();
    if let Some(name) = &params.name {
        check_name(name, &mut findings);
    }
    if let Some(ttl) = params.default_token_ttl {
        check_ttl(ttl, &mut findings);
    }
    findings.finish()?;
    let changed = machine::update(&app, id, params.name, params.default_token_ttl).await?;
    Ok(Json(shown(&app, changed)))
}

#[utoipa::path(
    delete,
    path = "/v1/machines/{machine_id}",
    operation_id = "DeleteMachine",
    responses((status = 200, body = DeletedObject))
)]
pub(super) async fn delete(State(app): State<App>, Id(id): Id<MachineId>) -> ApiResult<Json<DeletedObject>> {
    Ok(Json(machine::delete(&app, id).await?))
}

#[utoipa::path(
    get,
    path = "/v1/machines/{machine_id}/secret_key",
    operation_id = "GetMachineSecretKey",
    responses((status = 200, body = MachineSecretKey))
)]
pub(super) async fn secret_key(
    State(app): State<App>,
    Id(id): Id<MachineId>,
) -> ApiResult<Json<MachineSecretKey>> {
    Ok(Json(present::machine::secret_key(&machine::secret_key(&app, &id).await?)))
}

#[utoipa::path(
    post,
    path = "/v1/machines/{machine_id}/secret_key/rotate",
    operation_id = "RotateMachineSecretKey",
    request_body = RotateMachineSecretKey,
    responses((status = 200, body = MachineSecretKey))
)]
pub(super) async fn rotate(
    State(app): State<App>,
    Id(id): Id<MachineId>,
    extract::Json(params): extract::Json<RotateMachineSecretKey>,
) -> ApiResult<Json<MachineSecretKey>> {
    let ttl = params.previous_token_ttl;
    let seconds = u64::try_from(ttl).ok().filter(|_| ttl <= MAX_PREVIOUS_TTL).ok_or_else(|| {
        Error::param_rule_broken("previous_token_ttl", format!("must be from 0 to {MAX_PREVIOUS_TTL}"))
    })?;
    let secret = machine::rotate(&app, id, Duration::from_secs(seconds)).await?;
    Ok(Json(present::machine::secret_key(&secret)))
}

#[utoipa::path(
    post,
    path = "/v1/machines/{machine_id}/scopes",
    operation_id = "CreateMachineScope",
    request_body = CreateMachineScope,
    responses((status = 200, body = MachineScope))
)]
pub(super) async fn add_scope(
    State(app): State<App>,
    Id(id): Id<MachineId>,
    extract::Json(params): extract::Json<CreateMachineScope>,
) -> ApiResult<Json<MachineScope>> {
    let to: MachineId =
        params.to_machine_id.parse().map_err(|_| Error::machine_not_found("to_machine_id"))?;
    if to == id {
        let rule = "A machine needs no scope to itself.";
        return Err(Error::param_rule_broken("to_machine_id", rule).into());
    }
    let created_at = machine::add_scope(&app, id.clone(), to.clone()).await?;
    Ok(Json(MachineScope {
        object: MachineScopeObject,
        from_machine_id: id,
        to_machine_id: to,
        created_at: Some(created_at),
        deleted: None,
    }))
}

#[utoipa::path(
    delete,
    path = "/v1/machines/{machine_id}/scopes/{other_machine_id}",
    operation_id = "DeleteMachineScope",
    responses((status = 200, body = MachineScope))
)]
pub(super) async fn delete_scope(
    State(app): State<App>,
    Id(from_machine_id): Id<MachineId>,
    SubId(to_machine_id): SubId<MachineId>,
) -> ApiResult<Json<MachineScope>> {
    machine::delete_scope(&app, from_machine_id.clone(), to_machine_id.clone()).await?;
    let (created_at, deleted) = (None, Some(true));
    let object = MachineScopeObject;
    Ok(Json(MachineScope { object, from_machine_id, to_machine_id, created_at, deleted }))
}
