//! Second factors that users had elsewhere, as bodies of the Backend API bring them along.

use beadle_domain::{Error, Findings, backup_code, settings::FactorSettings, totp::TotpSecret};

/// The secret of an authenticator app, where the instance has these.
pub(crate) fn totp_secret(
    given: Option<&str>,
    settings: &FactorSettings,
    findings: &mut Findings,
) -> Option<TotpSecret> {
    let given = given?;
    if !settings.authenticator_app {
        findings.push(Error::param_disabled("totp_secret"));
        return None;
    }
    findings.keep(TotpSecret::parse(given, "totp_secret"))
}

/// Backup codes, where the instance has these. None at all are the same as not given.
pub(crate) fn backup_codes(
    given: Option<Vec<String>>,
    settings: &FactorSettings,
    findings: &mut Findings,
) -> Option<Vec<String>> {
    let given = given.filter(|codes| !codes.is_empty())?;
    if !settings.backup_code {
        findings.push(Error::param_disabled("backup_codes"));
        return None;
    }
    findings.keep(backup_code::check(&given, "backup_codes"))?;
    Some(given)
}
