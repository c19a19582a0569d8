//! The filters and orders of user lists.

use beadle_domain::{Error, Errors, Findings, external_account::Profile};
use beadle_store::users::{Membership, UserFilter, UserOrder, UserOrderKey};
use beadle_types::{Timestamp, params};

/// Values in one array parameter at most.
const VALUES: usize = 100;

/// Reads the filter.
pub(super) fn filter(query: params::UserFilter) -> Result<UserFilter, Errors> {
    let mut findings = Findings::default();
    for (param, values) in [
        ("email_address", &query.email_address),
        ("phone_number", &query.phone_number),
        ("external_id", &query.external_id),
        ("username", &query.username),
        ("web3_wallet", &query.web3_wallet),
        ("user_id", &query.user_id),
        ("organization_id", &query.organization_id),
        ("provider_user_id", &query.provider_user_id),
    ] {
        if values.len() > VALUES {
            findings.push(Error::param_array_size_exceeded(param, VALUES));
        }
    }
    match (&query.provider, query.provider_user_id.is_empty()) {
        (Some(_), true) => findings.push(Error::param_missing("provider_user_id")),
        (None, false) => findings.push(Error::param_missing("provider")),
        _ => {}
    }
    findings.finish()?;
    let organizations = membership(query.organization_id);
    let provider = query.provider.unwrap_or_default();
    let account = |id: String| Profile { subject: id, ..Profile::default() }.canonical(&provider);
    let external_accounts = query.provider_user_id.into_iter().map(account).collect();
    Ok(UserFilter {
        email_addresses: lower_case(query.email_address),
        phone_numbers: query.phone_number.iter().map(|phone| phone_digits(phone)).collect(),
        web3_wallets: lower_case(query.web3_wallet),
        usernames: lower_case(query.username),
        user_ids: membership(query.user_id),
        external_ids: membership(query.external_id),
        external_accounts,
        // The instance has no organizations yet, so nobody is in one.
        nobody: !organizations.include.is_empty(),
        query: text(query.query),
        email_address_query: text(query.email_address_query),
        phone_number_query: text(query.phone_number_query),
        username_query: text(query.username_query),
        name_query: text(query.name_query),
        banned: query.banned,
        last_active_at_before: time(query.last_active_at_before),
        // Activity is known by the day: who was active on the day of that time counts.
        last_active_at_after: time(query.last_active_at_after.or(query.last_active_at_since))
            .map(Timestamp::start_of_day),
        created_at_before: time(query.created_at_before),
        created_at_after: time(query.created_at_after),
        last_sign_in_at_before: time(query.last_sign_in_at_before),
        last_sign_in_at_after: time(query.last_sign_in_at_after),
    })
}

fn time(millis: Option<i64>) -> Option<Timestamp> {
    millis.map(Timestamp::from_millis)
}

fn text(query: Option<String>) -> Option<String> {
    query.map(|query| query.trim().to_lowercase()).filter(|query| !query.is_empty())
}

fn lower_case(values: Vec<String>) -> Vec<String> {
    values.into_iter().map(|value| value.trim().to_lowercase()).collect()
}

/// In a query a literal `+` is a space; numbers are stored with the sign and digits alone.
fn phone_digits(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    format!("+{digits}")
}

fn membership(values: Vec<String>) -> Membership {
    let mut membership = Membership::default();
    for value in values {
        // An unescaped `+` arrives as a space.
        match value.strip_prefix('-') {
            Some(excluded) => membership.exclude.push(excluded.to_owned()),
            None => membership.include.push(value.strip_prefix(['+', ' ']).unwrap_or(&value).to_owned()),
        }
    }
    membership
}

/// Reads `order_by`: a column, perhaps behind `+` or `-`.
pub(super) fn order(order_by: Option<&str>) -> Result<UserOrder, Error> {
    let Some(given) = order_by else { return Ok(UserOrder::default()) };
    let (descending, column) = match given.strip_prefix('-') {
        Some(column) => (true, column),
        None => (false, given.strip_prefix(['+', ' ']).unwrap_or(given)),
    };
    let key = match column {
        "created_at" => UserOrderKey::CreatedAt,
        "updated_at" => UserOrderKey::UpdatedAt,
        "email_address" => UserOrderKey::EmailAddress,
        "web3wallet" | "web3_wallet" => UserOrderKey::Web3Wallet,
        "first_name" => UserOrderKey::FirstName,
        "last_name" => UserOrderKey::LastName,
        "phone_number" => UserOrderKey::PhoneNumber,
        "username" => UserOrderKey::Username,
        "last_active_at" => UserOrderKey::LastActiveAt,
        "last_sign_in_at" => UserOrderKey::LastSignInAt,
        _ => return Err(Error::param_value_invalid("order_by", given)),
    };
    Ok(UserOrder { key, descending })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_ids_include_or_exclude() {
        let found = membership(vec!["user_a".into(), "+user_b".into(), " user_c".into(), "-user_d".into()]);
        assert_eq!(found.include, ["user_a", "user_b", "user_c"]);
        assert_eq!(found.exclude, ["user_d"]);
    }

    #[test]
    fn orders_know_their_columns_and_directions() {
        let order = |text| order(Some(text)).unwrap();
        assert_eq!(order("-username"), UserOrder { key: UserOrderKey::Username, descending: true });
        assert_eq!(order("+web3wallet"), UserOrder { key: UserOrderKey::Web3Wallet, descending: false });
        assert_eq!(order(" last_name"), UserOrder { key: UserOrderKey::LastName, descending: false });
        assert_eq!(super::order(None).unwrap(), UserOrder { key: UserOrderKey::CreatedAt, descending: true });
        for wrong in ["password", "++created_at", "  created_at", "+-created_at", "--created_at", ""] {
            assert_eq!(super::order(Some(wrong)).unwrap_err().param_name(), Some("order_by"), "{wrong:?}");
        }
    }
}
