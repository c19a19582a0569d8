//! Passwords: checked, hashed and verified on the hash threads, never inside a transaction.

use beadle_domain::{
    Error, Errors,
    password::{self, PasswordDigest, Verification},
    settings::PasswordSettings,
};
use beadle_store::{Conn, UnitOfWork, users};
use beadle_types::UserId;
use secrecy::{ExposeSecret, SecretString};

use crate::{
    app::App,
    error::{ApiError, ApiResult},
};

/// A password to set.
pub(crate) struct NewPassword {
    pub(crate) password: SecretString,
    /// Values of the same user that the password must not repeat.
    pub(crate) identifiers: Vec<String>,
    pub(crate) skip_checks: bool,
}

impl NewPassword {
    /// The digest to store.
    ///
    /// # Errors
    /// 422 with every rule that is broken, 503 when too many hashes wait.
    pub(crate) async fn digest(self, app: &App) -> ApiResult<String> {
        self.digest_as(app, "password").await
    }

    /// As [`Self::digest`], for a parameter of another name.
    ///
    /// # Errors
    /// As [`Self::digest`].
    pub(crate) async fn digest_as(self, app: &App, param: &'static str) -> ApiResult<String> {
        let salt = app.rng.entropy16();
        let settings = app.instance.settings().password.clone();
        let digest = app.hashing.run(move || {
            self.check(param, &settings)?;
            Ok::<_, Errors>(password::hash(&self.password, salt).into_string())
        });
        Ok(digest.await??)
    }

    fn check(&self, param: &str, settings: &PasswordSettings) -> Result<(), Errors> {
        let password = self.password.expose_secret();
        if self.skip_checks {
            // Whatever the policy, a password that nobody could type or that would stall the hash is refused.
            let lenient = PasswordSettings {
                min_length: 1,
                check_pwned_list: false,
                min_zxcvbn_strength: 0,
                ..PasswordSettings::default()
            };
            return password::check_policy(param, password, &lenient, &[]);
        }
        let identifiers: Vec<&str> = self.identifiers.iter().map(String::as_str).collect();
        password::check_policy(param, password, settings, &identifiers)
    }
}

/// The digest given as such, or of the password given; `None` without either.
pub(crate) async fn from_params(
    app: &App,
    password: Option<NewPassword>,
    digest: Option<&str>,
    hasher: Option<&str>,
) -> ApiResult<Option<String>> {
    match (password, digest, hasher) {
        (Some(_), Some(_), _) => {
            Err(Error::param_rule_broken("password_digest", "cannot be combined with a password").into())
        }
        (None, Some(digest), Some(hasher)) => Ok(Some(password::import(hasher, digest)?.into_string())),
        (_, Some(_), None) => Err(Error::param_missing("password_hasher").into()),
        (_, None, Some(_)) => Err(Error::param_missing("password_digest").into()),
        (Some(password), None, None) => password.digest(app).await.map(Some),
        (None, None, None) => Ok(None),
    }
}

/// Whether the password belongs to the digest. Without a digest the same work is done and the answer is no.
/// A digest of a weaker kind is replaced on success.
pub(crate) async fn verify(
    app: &App,
    user_id: Option<&UserId>,
    digest: Option<String>,
    password: SecretString,
) -> ApiResult<bool> {
    let salt = app.rng.entropy16();
    let stored = digest.clone();
    let outcome = app.hashing.run(move || {
        let (digest, real) = match stored {
            Some(digest) => (PasswordDigest::from_stored(digest), true),
            None => (password::dummy_digest(), false),
        };
        let verification = password::verify(&password, &digest)?;
        let upgrade = (real && matches!(verification, Verification::Match { rehash_due: true }))
            .then(|| password::hash(&password, salt).into_string());
        Ok::<_, password::UnknownDigest>((real && verification.is_match(), upgrade))
    });
    let (matches, upgrade) = outcome.await?.map_err(ApiError::internal)?;
    if let (Some(user_id), Some(old), Some(new)) = (user_id, digest, upgrade) {
        app.store.write(UpgradeDigest { user_id: user_id.clone(), old, new }).await?;
    }
    Ok(matches)
}

struct UpgradeDigest {
    user_id: UserId,
    old: String,
    new: String,
}

impl UnitOfWork for UpgradeDigest {
    type Output = ();
    type Error = beadle_store::Error;

    async fn run(&self, conn: &mut Conn) -> Result<(), Self::Error> {
        users::upgrade_digest(conn, &self.user_id, &self.old, &self.new).await
    }
}
