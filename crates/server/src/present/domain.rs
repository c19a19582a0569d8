//! The domains of the instance.

use beadle_store::satellite_domains::DomainRow;
use beadle_types::{Domain, DomainId, object::DomainObject};

use crate::instance::Instance;

/// The primary domain, which has no row: it follows from the publishable key.
pub(crate) fn primary(instance: &Instance) -> Domain {
    Domain {
        object: DomainObject,
        id: primary_id(instance),
        name: instance.domain().to_owned(),
        is_satellite: false,
        frontend_api_url: instance.frontend_url.clone(),
        accounts_portal_url: instance.account_url("").ok().map(String::from),
        proxy_url: (instance.frontend_url != instance.issuer).then(|| instance.frontend_url.clone()),
        development_origin: development_origin(instance),
        cname_targets: None,
    }
}

/// The id of the primary domain: the instance's, under its own prefix.
pub(crate) fn primary_id(instance: &Instance) -> DomainId {
    let suffix = instance.id.as_str().split_once('_').map_or("", |(_, suffix)| suffix);
    let id = format!("{}{suffix}", DomainId::PREFIX);
    id.try_into().expect("what follows the prefix of one id can follow that of another")
}

/// Another domain.
pub(crate) fn satellite(row: DomainRow, instance: &Instance) -> Domain {
    Domain {
        object: DomainObject,
        id: row.id,
        frontend_api_url: row.proxy_url.clone().unwrap_or_else(|| format!("https://clerk.{}", row.name)),
        name: row.name,
        is_satellite: true,
        accounts_portal_url: None,
        proxy_url: row.proxy_url,
        development_origin: development_origin(instance),
        cname_targets: None,
    }
}

fn development_origin(instance: &Instance) -> String {
    let origin = instance.settings().development_origin.clone();
    origin.filter(|_| instance.is_development()).unwrap_or_default()
}
