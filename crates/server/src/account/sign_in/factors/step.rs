//! Which proof the page asks for.

use beadle_domain::{sign_in::SignIn, strategy::Strategy, verification::Verification};
use beadle_types::{SignInFactor, SignInStatus};
use minijinja::{Value, context, value::Serde};
use serde::Serialize;

/// A proof that the visitor can choose.
#[derive(Serialize)]
struct Choice {
    strategy: String,
    /// Where a code would go, masked as far as the visitor has not typed it.
    to: Option<String>,
    /// What `prepare` is told; without it there is nothing to prepare.
    identification: Option<String>,
}

impl Choice {
    fn of(factor: &SignInFactor) -> Option<Self> {
        let strategy = Strategy::parse(&factor.strategy).ok()?;
        let identification = factor.email_address_id.as_ref().or(factor.phone_number_id.as_ref());
        let is_shown = match strategy {
            Strategy::Password | Strategy::Totp | Strategy::BackupCode => true,
            Strategy::EmailCode
            | Strategy::EmailLink
            | Strategy::PhoneCode
            | Strategy::ResetPasswordEmailCode
            | Strategy::ResetPasswordPhoneCode => identification.is_some(),
            // A passkey needs a script, a provider has a button of its own.
            Strategy::Ticket | Strategy::Passkey | Strategy::OAuth(_) => false,
        };
        is_shown.then(|| Self {
            strategy: factor.strategy.to_string(),
            to: factor.safe_identifier.clone(),
            identification: identification.map(ToString::to_string),
        })
    }

    fn needs_code(&self) -> bool {
        self.identification.is_some()
    }
}

/// What the template is told: the step, and what else there is to choose from.
pub(super) fn of(sign_in: &SignIn, shown: &beadle_types::SignIn, with: Option<&str>) -> Value {
    let is_second = sign_in.status == SignInStatus::NeedsSecondFactor;
    let (factors, under_way) = if is_second {
        (&shown.supported_second_factors, &sign_in.second_factor)
    } else {
        (&shown.supported_first_factors, &sign_in.first_factor)
    };
    let offered = offer(factors.as_deref().unwrap_or_default(), under_way.as_ref(), with);
    let offered = match sign_in.status {
        SignInStatus::NeedsNewPassword => context! { step => "new_password", ..offered },
        _ => offered,
    };
    context! {
        is_second,
        path => super::path(sign_in),
        identifier => sign_in.identifier.as_deref(),
        name => shown.user_data.as_ref().and_then(|user| user.first_name.as_deref()),
        ..offered
    }
}

/// The proof that a page asks for, of those that there are, and what else there is to choose from.
pub(in super::super::super) fn offer(
    factors: &[SignInFactor],
    under_way: Option<&Verification>,
    with: Option<&str>,
) -> Value {
    let choices: Vec<Choice> = factors.iter().filter_map(Choice::of).collect();
    let sent = under_way.filter(|verification| !verification.is_verified());
    let sent_to = sent.and_then(|sent| target(&choices, sent));
    context! {
        step => pick(&choices, sent, with),
        to => sent_to.map(|choice| Value::from(Serde(choice))),
        choices => Value::from(Serde(&choices)),
    }
}

/// What the visitor chose, else what was begun, else what needs no message to be sent.
fn pick<'a>(choices: &'a [Choice], sent: Option<&'a Verification>, with: Option<&'a str>) -> &'a str {
    let offered = |strategy: &str| choices.iter().any(|choice| choice.strategy == strategy);
    let is_out = |strategy: &str| sent.is_some_and(|sent| sent.strategy.as_str() == strategy);
    // Backup codes are for those who have nothing else at hand.
    let at_hand = |choice: &&Choice| !choice.needs_code() && choice.strategy != Strategy::BackupCode.as_str();
    match with {
        Some("choose") => return "choose",
        Some(strategy) if is_out(strategy) => return strategy,
        Some(strategy)
            if choices.iter().any(|choice| choice.strategy == strategy && !choice.needs_code()) =>
        {
            return strategy;
        }
        _ => {}
    }
    match sent.map(|sent| sent.strategy.as_str()).filter(|strategy| offered(strategy)) {
        Some(strategy) => strategy,
        None => choices.iter().find(at_hand).map_or("choose", |choice| &choice.strategy),
    }
}

/// Where the code went.
fn target<'a>(choices: &'a [Choice], sent: &Verification) -> Option<&'a Choice> {
    let id = sent.identification_id.as_ref()?.as_str();
    let is_it = |choice: &&Choice| {
        choice.strategy == sent.strategy.as_str() && choice.identification.as_deref() == Some(id)
    };
    choices.iter().find(is_it)
}
