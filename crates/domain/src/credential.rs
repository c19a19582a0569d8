//! The choke point: the one place that decides whether a credential is live.
//!
//! Every user has a [`Generation`]. Every credential of that user (session, sign-in attempt in flight, and all
//! later kinds) records the generation under which it was made. **A credential lives only if its generation
//! equals its user's, and the user is not banned.** A ban marks the user and adds one to the generation; it
//! touches no credential, and one that is written after the ban from a check made before it carries the old
//! generation and is dead on arrival. Unbanning clears the mark and leaves the generation, so nothing revives.
//!
//! A [`LiveCredential`] can be made by [`admit`] alone, and only it yields a session, a token or an accepted
//! request (see [`crate::session`]).

use beadle_types::UserId;

/// Which life of a user's credentials: starts at 1, only ever grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Generation(i64);

impl Generation {
    /// The generation of a new user.
    pub const FIRST: Self = Self(1);

    /// A value read back from the database or a token.
    pub const fn from_stored(value: i64) -> Self {
        Self(value)
    }

    /// The number, for storage and the `gen` claim.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The generation after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// What of a user decides over their credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The user.
    pub user_id: UserId,
    /// Credentials of any other generation are dead.
    pub generation: Generation,
    /// No credential lives while set.
    pub banned: bool,
}

/// Why a credential is dead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The user is banned.
    Banned,
    /// The credential belongs to an earlier generation: a ban since lifted, a sign-out everywhere.
    Superseded,
    /// The user no longer exists.
    UserGone,
}

/// Proof that a credential was live when it was checked. Carries the generation it was made under, so
/// whatever is derived from it dies together with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveCredential {
    user_id: UserId,
    generation: Generation,
}

impl LiveCredential {
    /// Whose credential it is.
    pub fn user_id(&self) -> &UserId {
        &self.user_id
    }

    /// The generation that everything derived from it must record.
    pub fn generation(&self) -> Generation {
        self.generation
    }
}

/// Decides whether a credential made under `made_under` is live, given its user's standing as the database
/// has it now (`None`: the user was deleted).
pub fn admit(standing: Option<&Standing>, made_under: Generation) -> Result<LiveCredential, Refusal> {
    let standing = standing.ok_or(Refusal::UserGone)?;
    if standing.banned {
        return Err(Refusal::Banned);
    }
    if standing.generation != made_under {
        return Err(Refusal::Superseded);
    }
    Ok(LiveCredential { user_id: standing.user_id.clone(), generation: made_under })
}

/// Decides whether a credential may be made for a user on the word of the secret key alone.
pub fn admit_new(standing: &Standing) -> Result<LiveCredential, Refusal> {
    admit(Some(standing), standing.generation)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(generation: i64, banned: bool) -> Standing {
        Standing {
            user_id: UserId::from_parts(beadle_types::Timestamp::from_millis(0), [7; 16]),
            generation: Generation::from_stored(generation),
            banned,
        }
    }

    #[test]
    fn a_credential_of_the_users_generation_lives() {
        let live = admit(Some(&standing(3, false)), Generation::from_stored(3)).unwrap();
        assert_eq!(live.generation().get(), 3);
    }

    #[test]
    fn a_ban_kills_every_generation() {
        for made_under in 1..=4 {
            let refusal = admit(Some(&standing(3, true)), Generation::from_stored(made_under));
            assert_eq!(refusal, Err(Refusal::Banned));
        }
        assert_eq!(admit_new(&standing(3, true)), Err(Refusal::Banned));
    }

    #[test]
    fn any_other_generation_is_dead_after_an_unban() {
        for made_under in [1, 2, 4] {
            let refusal = admit(Some(&standing(3, false)), Generation::from_stored(made_under));
            assert_eq!(refusal, Err(Refusal::Superseded));
        }
    }

    #[test]
    fn nothing_lives_without_its_user() {
        assert_eq!(admit(None, Generation::FIRST), Err(Refusal::UserGone));
    }
}
