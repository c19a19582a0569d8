//! Who is let in: the allow-list and the block-list, and addresses and numbers of kinds that are not wanted.
//!
//! One rule for signing up, signing in and adding an identifier. What the lists say of each identifier is looked up
//! before; an entry `*@example.com` stands for every address of that domain.

mod country;
mod disposable;
mod entry;

pub use country::is_country;
pub use entry::{Entry, EntryKind, wildcard_of};

use crate::{
    error::{Error, Result},
    identifier::{EmailAddress, PhoneNumber},
    settings::InstanceSettings,
};

/// What somebody is about to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// Somebody is signing up, and has given these identifiers so far.
    SigningUp,
    /// Somebody becomes a user, with these identifiers.
    SignedUp,
    /// As either, with an invitation: the operator has chosen the address.
    Invited,
    /// A user signs in, who has these identifiers.
    SigningIn,
    /// A user adds this identifier.
    Adding,
}

/// An identifier, and what the lists say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// What it is.
    pub kind: EntryKind,
    /// In canonical form.
    pub value: String,
    /// It is on the allow-list.
    pub allowed: bool,
    /// It is on the block-list.
    pub blocked: bool,
}

/// Whether the lists matter on this occasion.
pub fn asks_lists(settings: &InstanceSettings, occasion: Occasion) -> bool {
    let rules = &settings.restrictions;
    let spared = occasion == Occasion::SigningIn && rules.allowlist_blocklist_disabled_on_sign_in;
    (rules.allowlist || rules.blocklist) && !spared
}

/// Whether somebody with these identifiers is let in.
///
/// # Errors
/// `not_allowed_access`, naming what is at fault.
pub fn check(settings: &InstanceSettings, occasion: Occasion, subjects: &[Subject]) -> Result<()> {
    if asks_lists(settings, occasion) {
        check_lists(settings, occasion, subjects)?;
    }
    if occasion == Occasion::SigningIn {
        return Ok(());
    }
    for subject in subjects {
        match subject.kind {
            EntryKind::EmailAddress if occasion != Occasion::Invited => {
                check_address(settings, &subject.value)?;
            }
            EntryKind::PhoneNumber => check_number(settings, &subject.value)?,
            _ => {}
        }
    }
    Ok(())
}

fn check_lists(settings: &InstanceSettings, occasion: Occasion, subjects: &[Subject]) -> Result<()> {
    let rules = &settings.restrictions;
    let refuse = |at_fault: Vec<&Subject>| {
        Err(Error::identifiers_not_allowed(at_fault.iter().map(|subject| subject.value.as_str())))
    };
    let blocked: Vec<_> = subjects.iter().filter(|subject| subject.blocked).collect();
    if rules.blocklist && !blocked.is_empty() {
        return refuse(blocked);
    }
    if !rules.allowlist || occasion == Occasion::Invited {
        return Ok(());
    }
    let unlisted: Vec<_> = subjects.iter().filter(|subject| !subject.allowed).collect();
    let is_let_in = match occasion {
        // What was given so far may still be followed by what the list names.
        Occasion::SigningUp | Occasion::Adding => unlisted.is_empty(),
        Occasion::SignedUp => unlisted.is_empty() && !subjects.is_empty(),
        // Somebody with a name alone is on no list either.
        _ => unlisted.len() < subjects.len(),
    };
    if is_let_in { Ok(()) } else { refuse(unlisted) }
}

fn check_address(settings: &InstanceSettings, value: &str) -> Result<()> {
    let rules = &settings.restrictions;
    let Ok(address) = EmailAddress::parse(value, "email_address") else { return Ok(()) };
    if rules.block_email_subaddresses && has_subaddress(&address) {
        return Err(Error::subaddress_not_allowed());
    }
    let is_disposable = rules.disposable_email_domains.iter().any(|domain| domain == address.domain())
        || disposable::is_disposable(address.domain());
    if rules.block_disposable_email_domains && is_disposable {
        return Err(Error::identifiers_not_allowed([value]));
    }
    Ok(())
}

/// The separators by which mail systems tell a mailbox from what its owner appended.
fn has_subaddress(address: &EmailAddress) -> bool {
    address.local_part().contains(['+', '=', '#'])
}

/// Whether SMS go to this number at all.
///
/// # Errors
/// `unsupported_country_code` where its country is blocked.
pub fn check_number(settings: &InstanceSettings, value: &str) -> Result<()> {
    let blocked = &settings.communication.blocked_country_codes;
    let Ok(number) = PhoneNumber::parse(value, "phone_number") else { return Ok(()) };
    match country::of_number(number.as_str()) {
        Some((alpha2, calling_code)) if blocked.contains(&alpha2) => {
            Err(Error::country_unsupported(&alpha2, &calling_code))
        }
        _ => Ok(()),
    }
}

/// What two addresses of one Gmail mailbox have in common: all but the dots before the `@`. None for other providers.
pub fn gmail_mailbox(address: &str) -> Option<String> {
    address.ends_with("@gmail.com").then(|| address.replace('.', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(change: impl FnOnce(&mut InstanceSettings)) -> InstanceSettings {
        let mut settings = InstanceSettings::default();
        change(&mut settings);
        settings
    }

    fn email(value: &str, allowed: bool, blocked: bool) -> Subject {
        Subject { kind: EntryKind::EmailAddress, value: value.to_owned(), allowed, blocked }
    }

    fn refused(
        settings: &InstanceSettings,
        occasion: Occasion,
        subjects: &[Subject],
    ) -> Option<&'static str> {
        check(settings, occasion, subjects).err().map(|error| error.code())
    }

    const NOT_ALLOWED: Option<&str> = Some("not_allowed_access");
    const ALL: [Occasion; 5] =
        [Occasion::SigningUp, Occasion::SignedUp, Occasion::Invited, Occasion::SigningIn, Occasion::Adding];

    #[test]
    fn lists_that_are_off_say_nothing() {
        let off = InstanceSettings::default();
        for occasion in ALL {
            assert_eq!(refused(&off, occasion, &[email("a@b.example", false, true)]), None, "{occasion:?}");
        }
    }

    #[test]
    fn who_is_blocked_gets_in_nowhere() {
        let blocking = settings(|it| it.restrictions.blocklist = true);
        let subjects = [email("good@b.example", true, false), email("a@b.example", true, true)];
        for occasion in ALL {
            assert_eq!(refused(&blocking, occasion, &subjects), NOT_ALLOWED, "{occasion:?}");
            assert_eq!(refused(&blocking, occasion, &subjects[..1]), None, "{occasion:?}");
        }
        let error = check(&blocking, Occasion::SignedUp, &subjects).unwrap_err();
        assert_eq!(error.meta()["identifiers"], serde_json::json!(["a@b.example"]));
    }

    #[test]
    fn who_is_listed_gets_in() {
        let listing = settings(|it| it.restrictions.allowlist = true);
        let (on, off) = (email("a@b.example", true, false), email("c@b.example", false, false));
        let outcome = |occasion, subjects: &[Subject]| refused(&listing, occasion, subjects).is_none();
        for (occasion, nothing, listed, unlisted, both) in [
            (Occasion::SigningUp, true, true, false, false),
            (Occasion::SignedUp, false, true, false, false),
            (Occasion::Invited, true, true, true, true),
            (Occasion::SigningIn, false, true, false, true),
            (Occasion::Adding, true, true, false, false),
        ] {
            assert_eq!(outcome(occasion, &[]), nothing, "{occasion:?}");
            assert_eq!(outcome(occasion, std::slice::from_ref(&on)), listed, "{occasion:?}");
            assert_eq!(outcome(occasion, std::slice::from_ref(&off)), unlisted, "{occasion:?}");
            assert_eq!(outcome(occasion, &[on.clone(), off.clone()]), both, "{occasion:?}");
        }
    }

    #[test]
    fn lists_can_be_for_signing_up_alone() {
        let lenient = settings(|it| {
            it.restrictions.allowlist = true;
            it.restrictions.blocklist = true;
            it.restrictions.allowlist_blocklist_disabled_on_sign_in = true;
        });
        let blocked = [email("a@b.example", false, true)];
        assert_eq!(refused(&lenient, Occasion::SigningIn, &blocked), None);
        assert_eq!(refused(&lenient, Occasion::SignedUp, &blocked), NOT_ALLOWED);
    }

    #[test]
    fn subaddresses_and_throwaway_mailboxes() {
        let strict = settings(|it| {
            it.restrictions.block_email_subaddresses = true;
            it.restrictions.block_disposable_email_domains = true;
            it.restrictions.disposable_email_domains = vec!["gone.example".to_owned()];
        });
        for address in
            ["ada+x@b.example", "ada=x@b.example", "ada#x@b.example", "a@mailinator.com", "a@gone.example"]
        {
            let subjects = [email(address, false, false)];
            assert_eq!(refused(&strict, Occasion::SignedUp, &subjects), NOT_ALLOWED, "{address}");
            assert_eq!(refused(&strict, Occasion::Adding, &subjects), NOT_ALLOWED, "{address}");
            assert_eq!(refused(&strict, Occasion::SigningIn, &subjects), None, "{address}");
            assert_eq!(refused(&strict, Occasion::Invited, &subjects), None, "{address}");
            assert_eq!(
                refused(&InstanceSettings::default(), Occasion::SignedUp, &subjects),
                None,
                "{address}"
            );
        }
        assert_eq!(refused(&strict, Occasion::SignedUp, &[email("ada.x-y_z@b.example", false, false)]), None);
    }

    #[test]
    fn numbers_of_blocked_countries() {
        let strict = settings(|it| it.communication.blocked_country_codes = vec!["GB".to_owned()]);
        let number = |value: &str| Subject {
            kind: EntryKind::PhoneNumber,
            value: value.to_owned(),
            allowed: false,
            blocked: false,
        };
        let unsupported = Some("unsupported_country_code");
        assert_eq!(refused(&strict, Occasion::SignedUp, &[number("+447400123456")]), unsupported);
        assert_eq!(refused(&strict, Occasion::Invited, &[number("+447400123456")]), unsupported);
        assert_eq!(refused(&strict, Occasion::SignedUp, &[number("+493012345678")]), None);
    }

    #[test]
    fn dots_are_nothing_to_gmail() {
        assert_eq!(gmail_mailbox("a.da@gmail.com"), gmail_mailbox("ad.a@gmail.com"));
        assert_ne!(gmail_mailbox("a.da@gmail.com"), gmail_mailbox("a.db@gmail.com"));
        assert_eq!(gmail_mailbox("a.da@b.example"), None);
    }
}
