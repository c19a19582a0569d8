//! Sign-up attempts: what a new user still has to give, and when it is complete.

use std::time::Duration;

use beadle_types::{ClientId, InvitationId, Map, SessionId, SignUpId, SignUpStatus, Timestamp, UserId};

use crate::{
    external_account::ExternalIdentity, settings::InstanceSettings, strategy::Strategy,
    verification::Verification,
};

/// How long an attempt stays open.
pub const LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// An attempt, as stored.
#[derive(Debug, Clone)]
pub struct SignUp {
    /// Its id.
    pub id: SignUpId,
    /// The device it happens on.
    pub client_id: ClientId,
    /// Where it stands.
    pub status: SignUpStatus,
    /// Given so far.
    pub email_address: Option<String>,
    /// Given so far.
    pub phone_number: Option<String>,
    /// Given so far.
    pub username: Option<String>,
    /// Given so far.
    pub first_name: Option<String>,
    /// Given so far.
    pub last_name: Option<String>,
    /// Given so far.
    pub locale: Option<String>,
    /// Digest of the password given.
    pub password_digest: Option<String>,
    /// Given so far.
    pub unsafe_metadata: Map,
    /// When the legal terms were accepted.
    pub legal_accepted_at: Option<Timestamp>,
    /// The proof of the e-mail address, once begun.
    pub email_verification: Option<Verification>,
    /// The proof of the phone number, once begun.
    pub phone_verification: Option<Verification>,
    /// The proof at a provider, once begun.
    pub external_verification: Option<Verification>,
    /// What that proof yielded.
    pub external: Option<ExternalIdentity>,
    /// The invitation that it answers.
    pub invitation_id: Option<InvitationId>,
    /// What the user-to-be starts with because of the invitation.
    pub public_metadata: Map,
    /// The id of the user-to-be in the application's own system, as the Backend API has set it.
    pub external_id: Option<String>,
    /// Whether the Backend API has marked it as the work of a flow of its own.
    pub custom_action: bool,
    /// What it led to.
    pub created_user_id: Option<UserId>,
    /// What it led to.
    pub created_session_id: Option<SessionId>,
    /// When it stops being usable.
    pub abandon_at: Timestamp,
    /// Creation.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
}

/// What an attempt lacks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Requirements {
    /// Fields the instance insists on.
    pub required: Vec<&'static str>,
    /// Fields it takes.
    pub optional: Vec<&'static str>,
    /// Of the required, those not given.
    pub missing: Vec<&'static str>,
    /// Given, but to be verified first.
    pub unverified: Vec<&'static str>,
}

impl Requirements {
    /// Whether a user can be made.
    pub fn are_met(&self) -> bool {
        self.missing.is_empty() && self.unverified.is_empty()
    }
}

impl SignUp {
    /// An attempt with nothing given.
    pub fn begin(id: SignUpId, client_id: ClientId, now: Timestamp) -> Self {
        Self {
            id,
            client_id,
            status: SignUpStatus::MissingRequirements,
            email_address: None,
            phone_number: None,
            username: None,
            first_name: None,
            last_name: None,
            locale: None,
            password_digest: None,
            unsafe_metadata: Map::new(),
            legal_accepted_at: None,
            email_verification: None,
            phone_verification: None,
            external_verification: None,
            external: None,
            invitation_id: None,
            public_metadata: Map::new(),
            external_id: None,
            custom_action: false,
            created_user_id: None,
            created_session_id: None,
            abandon_at: now.plus(LIFETIME),
            created_at: now,
            updated_at: now,
        }
    }

    /// Whether it can still be used.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.abandon_at > now && self.status != SignUpStatus::Abandoned
    }

    /// Whether the e-mail address was verified.
    pub fn email_is_verified(&self) -> bool {
        self.email_verification.as_ref().is_some_and(Verification::is_verified)
    }

    /// Whether the phone number was verified.
    pub fn phone_is_verified(&self) -> bool {
        self.phone_verification.as_ref().is_some_and(Verification::is_verified)
    }

    /// The proof that a strategy is for.
    pub fn proof_by(&mut self, strategy: &Strategy) -> &mut Option<Verification> {
        match strategy {
            Strategy::PhoneCode => &mut self.phone_verification,
            Strategy::OAuth(_) => &mut self.external_verification,
            _ => &mut self.email_verification,
        }
    }

    /// What the instance still wants. Where it insists on no particular identifier, one of e-mail address and
    /// username has to be given; the first that is enabled stands for both in `required`.
    pub fn requirements(&self, settings: &InstanceSettings) -> Requirements {
        let identifiers = &settings.identifiers;
        let mut needs = Requirements::default();
        let mut want = |field: &'static str, enabled: bool, required: bool, given: bool| {
            if required {
                needs.required.push(field);
                if !given {
                    needs.missing.push(field);
                }
            } else if enabled {
                needs.optional.push(field);
            }
        };
        let any_required = identifiers.email_address.required
            || identifiers.username.required
            || identifiers.phone_number.required;
        let email_stands_in = !any_required && self.username.is_none() && identifiers.email_address.enabled;
        let username_stands_in = !any_required && !identifiers.email_address.enabled;
        want(
            "email_address",
            identifiers.email_address.enabled,
            identifiers.email_address.required || email_stands_in,
            self.email_address.is_some(),
        );
        want(
            "username",
            identifiers.username.enabled,
            identifiers.username.required || username_stands_in,
            self.username.is_some(),
        );
        want(
            "phone_number",
            identifiers.phone_number.enabled,
            identifiers.phone_number.required,
            self.phone_number.is_some(),
        );
        // Who comes from a provider has another way to sign in.
        let wants_password = settings.password.required_at_sign_up && self.external.is_none();
        want("password", true, wants_password, self.password_digest.is_some());
        let consent = settings.legal_consent_required;
        want("legal_accepted", consent, consent, self.legal_accepted_at.is_some());
        want("first_name", settings.names_enabled, false, self.first_name.is_some());
        want("last_name", settings.names_enabled, false, self.last_name.is_some());
        if settings.email_verification_at_sign_up && self.email_address.is_some() && !self.email_is_verified()
        {
            needs.unverified.push("email_address");
        }
        if settings.factors.phone_code && self.phone_number.is_some() && !self.phone_is_verified() {
            needs.unverified.push("phone_number");
        }
        needs
    }

    /// The attempt led to a user and a session.
    pub fn complete(&mut self, user_id: UserId, session_id: SessionId, now: Timestamp) {
        self.status = SignUpStatus::Complete;
        self.created_user_id = Some(user_id);
        self.created_session_id = Some(session_id);
        self.updated_at = now;
    }
}
