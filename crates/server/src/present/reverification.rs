//! Reverifications.

use beadle_domain::reverification::Status;
use beadle_types::{SessionReverification, object::SessionReverificationObject};

use super::{
    client,
    sign_in::{first_factors, second_factors},
    verification::verification,
};
use crate::{actions::reverify::Reverified, app::App};

/// The reverification as the browser that holds the session sees it.
pub(crate) fn reverification(app: &App, reverified: &Reverified) -> SessionReverification {
    let Reverified { reverification, record, user } = reverified;
    let needs = |status| reverification.status == status;
    let factors = &app.instance.settings().factors;
    // Who holds a session sees the whole of their own addresses anyway, but not here: the page may be left open.
    let mut first = needs(Status::NeedsFirstFactor).then(|| first_factors(user, None, factors));
    if let Some(first) = &mut first {
        first.retain(|factor| matches!(&*factor.strategy, "password" | "email_code" | "phone_code"));
    }
    SessionReverification {
        object: SessionReverificationObject,
        level: reverification.level.as_str().into(),
        status: reverification.status.as_str().into(),
        supported_first_factors: first,
        supported_second_factors: needs(Status::NeedsSecondFactor).then(|| second_factors(user)),
        first_factor_verification: reverification.first_factor.as_ref().map(verification),
        second_factor_verification: reverification.second_factor.as_ref().map(verification),
        session: client::session(app, record, user, None, app.now()),
    }
}
