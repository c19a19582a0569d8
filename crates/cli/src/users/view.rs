//! Users for people.

use beadle_client::{Applied, BanStatus, User};

use crate::output::{Table, time};

/// One line per user.
pub(super) fn table(users: &[User]) -> String {
    let mut table = Table::new(["ID", "E-MAIL", "USERNAME", "NAME", "STATE", "CREATED"]);
    for user in users {
        table.row([
            user.id.to_string(),
            email(user),
            user.username.clone().unwrap_or_default(),
            name(user),
            state(user).to_owned(),
            time(user.created_at),
        ]);
    }
    table.render()
}

/// One line per fact; what is not set is left out.
pub(super) fn details(user: &User) -> String {
    let mut table = Table::bare();
    let mut fact = |label: &str, value: String| {
        if !value.is_empty() {
            table.row([label.to_owned(), value]);
        }
    };
    fact("id", user.id.to_string());
    fact("state", state(user).to_owned());
    for address in &user.email_addresses {
        fact("e-mail", address.email_address.clone());
    }
    for number in &user.phone_numbers {
        fact("phone", number.phone_number.clone());
    }
    fact("username", user.username.clone().unwrap_or_default());
    fact("name", name(user));
    fact("external id", user.external_id.clone().unwrap_or_default());
    fact("password", if user.password_enabled { "set" } else { "none" }.to_owned());
    fact("created", time(user.created_at));
    fact("updated", time(user.updated_at));
    fact("last sign-in", user.last_sign_in_at.map(time).unwrap_or_default());
    table.render()
}

/// Since when, and one line per verifier.
pub(super) fn ban_status(status: &BanStatus) -> String {
    let Some(accepted_at) = status.accepted_at else { return format!("{} is not banned\n", status.user_id) };
    let mut table = Table::new(["VERIFIER", "CONNECTED", "STATE", "AFTER"]);
    for verifier in &status.verifiers {
        table.row([
            verifier.name.clone(),
            if verifier.connected { "yes" } else { "no" }.to_owned(),
            if verifier.status == Applied::Applied { "applied" } else { "lagging" }.to_owned(),
            verifier.applied_after_ms.map(|ms| format!("{ms} ms")).unwrap_or_default(),
        ]);
    }
    format!("{} is banned since {}\n{}", status.user_id, time(accepted_at), table.render())
}

fn state(user: &User) -> &'static str {
    match (user.banned, user.locked) {
        (true, true) => "banned, locked",
        (true, false) => "banned",
        (false, true) => "locked",
        (false, false) => "active",
    }
}

fn email(user: &User) -> String {
    let address = user.primary_email_address().or(user.email_addresses.first());
    address.map(|address| address.email_address.clone()).unwrap_or_default()
}

fn name(user: &User) -> String {
    let parts = [user.first_name.as_deref(), user.last_name.as_deref()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}
