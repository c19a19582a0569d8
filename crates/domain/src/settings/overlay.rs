//! Laying a partial set of settings over a whole one.

use serde_json::Value;

use super::{InstanceSettings, InvalidSetting};

/// Made of names that the operator chooses, so it is one value.
const TEMPLATES: &str = "jwt_templates";

/// Why settings were refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SettingsError {
    /// A setting that does not exist or a value of the wrong type; the text names it.
    #[error("instance.{path}: {problem}")]
    Malformed {
        /// Where, in dotted form.
        path: String,
        /// What is wrong there.
        problem: String,
    },
    /// A value that no instance can run with.
    #[error(transparent)]
    Invalid(#[from] InvalidSetting),
}

impl InstanceSettings {
    /// These settings with `changes`, a possibly partial object of the same shape, laid over them.
    ///
    /// What `changes` does not mention stays. Lists and token templates are replaced, not extended: a claim that
    /// was taken out of a template must be gone.
    pub fn overlay(&self, changes: Value) -> Result<Self, SettingsError> {
        let malformed = |path: String, problem: String| SettingsError::Malformed { path, problem };
        let mut merged =
            serde_json::to_value(self).map_err(|error| malformed("?".into(), error.to_string()))?;
        if changes.get(TEMPLATES).is_some() {
            merged[TEMPLATES] = Value::Object(serde_json::Map::new());
        }
        lay_over(&mut merged, changes)
            .map_err(|path| malformed(path.join("."), "must be a group of settings".to_owned()))?;
        let settings: Self = serde_path_to_error::deserialize(merged)
            .map_err(|error| malformed(error.path().to_string(), error.inner().to_string()))?;
        settings.validate()?;
        Ok(settings)
    }
}

/// Lays a partial object over another, group by group.
///
/// # Errors
/// The path of a group that `changes` would replace by something else; reading the result would not find it, because
/// lists pass for structs there.
pub fn lay_over(base: &mut Value, changes: Value) -> Result<(), Vec<String>> {
    match (base, changes) {
        (Value::Object(base), Value::Object(changes)) => changes.into_iter().try_for_each(|(key, change)| {
            lay_over(base.entry(&key).or_insert(Value::Null), change).map_err(|mut path| {
                path.insert(0, key);
                path
            })
        }),
        (Value::Object(_), _) => Err(Vec::new()),
        (base, changes) => {
            *base = changes;
            Ok(())
        }
    }
}

/// The names of all settings in a partial object, in dotted form.
pub fn paths(changes: &Value) -> Vec<String> {
    let Value::Object(changes) = changes else { return vec![String::new()] };
    let below = |(key, value): (&String, &Value)| {
        let inner = paths(value).into_iter();
        inner
            .map(|path| if path.is_empty() { key.clone() } else { format!("{key}.{path}") })
            .collect::<Vec<_>>()
    };
    changes.iter().flat_map(below).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refusal(changes: Value) -> String {
        InstanceSettings::default().overlay(changes).unwrap_err().to_string()
    }

    #[test]
    fn only_what_is_mentioned_changes() {
        let changes = json!({"password": {"min_length": 12}, "allowed_origins": ["https://a.example"], "test_mode": true});
        let settings = InstanceSettings::default().overlay(changes).unwrap();
        assert_eq!(settings.password.min_length, 12);
        assert_eq!(settings.password.max_length, 72);
        assert_eq!(settings.allowed_origins, ["https://a.example"]);
        assert_eq!(settings.test_mode, Some(true));
        assert_eq!(settings.lockout, InstanceSettings::default().lockout);
    }

    #[test]
    fn templates_are_replaced() {
        let named = |name: &str, claim: &str| json!({"jwt_templates": {name: {"claims": {claim: "x"}}}});
        let first = InstanceSettings::default().overlay(named("one", "a")).unwrap();
        let again = first.overlay(named("one", "b")).unwrap();
        assert_eq!(again.jwt_templates["one"].claims.keys().collect::<Vec<_>>(), ["b"]);
        let other = again.overlay(named("other", "c")).unwrap();
        assert_eq!(other.jwt_templates.keys().collect::<Vec<_>>(), ["other"]);
        assert_eq!(other.overlay(json!({})).unwrap(), other);
        let reserved = InstanceSettings::default().overlay(named("one", "sub")).unwrap_err().to_string();
        assert!(reserved.starts_with("instance.jwt_templates.one.claims must not set sub"), "{reserved}");
    }

    #[test]
    fn nothing_changes_with_no_changes() {
        let settings = InstanceSettings::default();
        assert_eq!(settings.overlay(json!({})).unwrap(), settings);
    }

    #[test]
    fn unknown_and_mistyped_settings_are_named() {
        assert!(refusal(json!({"pasword": {}})).contains("pasword"));
        assert!(
            refusal(json!({"password": {"min": 1}})).starts_with("instance.password"),
            "{}",
            refusal(json!({"password": {"min": 1}}))
        );
        assert!(
            refusal(json!({"password": {"min_length": "8"}})).starts_with("instance.password.min_length")
        );
        assert!(refusal(json!({"sign_up_mode": "open"})).starts_with("instance.sign_up_mode"));
        assert_eq!(refusal(json!([])), "instance.: must be a group of settings");
        assert_eq!(
            refusal(json!({"identifiers": {"username": [true]}})),
            "instance.identifiers.username: must be a group of settings"
        );
    }

    #[test]
    fn changes_are_gathered_and_named() {
        let mut changes = json!({"password": {"min_length": 9}});
        lay_over(&mut changes, json!({"password": {"check_pwned_list": false}, "test_mode": true})).unwrap();
        assert_eq!(
            changes,
            json!({"password": {"min_length": 9, "check_pwned_list": false}, "test_mode": true})
        );
        assert_eq!(paths(&changes), ["password.check_pwned_list", "password.min_length", "test_mode"]);
    }

    #[test]
    fn the_result_is_validated() {
        assert!(refusal(json!({"lockout": {"max_attempts": 4}})).contains("lockout.max_attempts"));
    }
}
