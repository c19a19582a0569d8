//! Making pages from templates.

use std::sync::LazyLock;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use minijinja::{Environment, UndefinedBehavior, Value, context, syntax::SyntaxConfig, value::Serde};

use super::{asset, errors::FormErrors, next::Next};
use crate::{
    app::App,
    error::{ApiError, ApiResult},
};

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../templates/account/", $name)))),*]
    };
}

static TEMPLATES: LazyLock<Result<Environment<'static>, minijinja::Error>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    for (name, source) in templates![
        "base.html",
        "fields.html",
        "sign_in.html",
        "choose.html",
        "factor.html",
        "social.html",
        "leaving.html",
        "waiting.html",
        "followed.html",
        "ticket.html",
        "sign_up.html",
        "sign_up_verify.html",
        "waitlist.html",
        "profile.html",
        "profile_identifications.html",
        "profile_factors.html",
        "profile_connections.html",
        "profile_passkeys.html",
        "profile_devices.html",
        "identification.html",
        "totp.html",
        "backup_codes.html",
        "passkey.html",
        "reverify.html",
        "banned.html",
        "notice.html",
    ] {
        environment.add_template(name, source)?;
    }
    Ok(environment)
});

/// A page about to be shown.
pub(super) struct Page<'a> {
    app: &'a App,
    next: &'a Next,
    status: StatusCode,
    errors: FormErrors,
}

impl<'a> Page<'a> {
    pub(super) fn new(app: &'a App, next: &'a Next) -> Self {
        Self { app, next, status: StatusCode::OK, errors: FormErrors::default() }
    }

    /// With what was wrong with the form that was sent from it, for the fields it has.
    pub(super) fn failed(self, error: Option<&ApiError>, fields: &[&str]) -> Self {
        match error {
            Some(error) => Self { status: error.status(), errors: FormErrors::of(error, fields), ..self },
            None => self,
        }
    }

    pub(super) fn status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The page of this template.
    pub(super) fn show(self, template: &str, values: Value) -> ApiResult<Response> {
        let next = self.next.clone();
        let settings = &self.app.instance.settings();
        let values = context! {
            app_name => settings.application_name.as_str(),
            support_email => settings.display.support_email.as_deref(),
            terms => settings.urls.terms.as_deref(),
            privacy_policy => settings.urls.privacy_policy.as_deref(),
            style => asset::style_path(),
            errors => Value::from(Serde(&self.errors)),
            link => Value::from_function(move |path: &str| next.carried_by(path)),
            ..values
        };
        let environment = TEMPLATES.as_ref().map_err(ApiError::internal)?;
        let template = environment.get_template(template).map_err(ApiError::internal)?;
        let html = template.render(values).map_err(|error| ApiError::internal(format!("{error:#}")))?;
        let mut response = (self.status, Html(html)).into_response();
        let policy = content_security_policy(self.next.origin.as_deref());
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        Ok(response)
    }
}

/// No scripts, no frames, nothing from elsewhere. Browsers hold the redirect that answers a form against
/// `form-action` as well, so the place where the visitor goes afterwards must be in it.
fn content_security_policy(origin: Option<&str>) -> String {
    let origin = origin.map(|origin| format!(" {origin}")).unwrap_or_default();
    format!(
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'{origin}; \
         frame-ancestors 'none'; base-uri 'none'"
    )
}
