//! The `{{…}}` in claims.

use serde_json::Value;

/// What may stand in shortcodes.
const KNOWN: &[&str] = &[
    "user.id",
    "user.external_id",
    "user.username",
    "user.first_name",
    "user.last_name",
    "user.full_name",
    "user.image_url",
    "user.has_image",
    "user.primary_email_address",
    "user.email_verified",
    "user.primary_phone_number",
    "user.phone_number_verified",
    "user.primary_web3_wallet",
    "user.two_factor_enabled",
    "user.created_at",
    "user.updated_at",
    "user.last_sign_in_at",
    "user.public_metadata",
    "user.unsafe_metadata",
    "user.organizations",
    "session.id",
    "session.actor",
    "org.id",
    "org.name",
    "org.slug",
    "org.role",
    "org.image_url",
    "org.has_image",
    "org.public_metadata",
];
/// Those below which one can look further.
const OPEN: &[&str] = &[
    "user.public_metadata",
    "user.unsafe_metadata",
    "user.organizations",
    "session.actor",
    "org.public_metadata",
];

/// The first shortcode in a claim that means nothing.
pub(super) fn unknown(claim: &Value) -> Option<String> {
    match claim {
        Value::String(text) => {
            let mut parts = split(text).into_iter();
            parts.find_map(|part| match part {
                Part::Code(code) if !alternatives(code).all(is_known) => Some(format!("{{{{{code}}}}}")),
                _ => None,
            })
        }
        Value::Array(items) => items.iter().find_map(unknown),
        Value::Object(fields) => fields.values().find_map(unknown),
        _ => None,
    }
}

/// The claim with every shortcode replaced by what it stands for.
pub(super) fn fill(claim: &Value, facts: &Value) -> Value {
    match claim {
        Value::String(text) => fill_text(text, facts),
        Value::Array(items) => items.iter().map(|item| fill(item, facts)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), fill(value, facts))).collect()
        }
        other => other.clone(),
    }
}

fn fill_text(text: &str, facts: &Value) -> Value {
    let parts = split(text);
    // Alone, the value keeps its type.
    if let [Part::Code(code)] = parts[..] {
        return resolve(code, facts);
    }
    let shown = parts.into_iter().map(|part| match part {
        Part::Text(text) => text.to_owned(),
        Part::Code(code) => match resolve(code, facts) {
            Value::Null => String::new(),
            Value::String(text) => text,
            other => other.to_string(),
        },
    });
    Value::String(shown.collect())
}

enum Part<'a> {
    Text(&'a str),
    Code(&'a str),
}

fn split(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((code, behind)) = after.split_once("}}") else { break };
        if !before.is_empty() {
            parts.push(Part::Text(before));
        }
        parts.push(Part::Code(code.trim()));
        rest = behind;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest));
    }
    parts
}

fn alternatives(code: &str) -> impl Iterator<Item = &str> {
    code.split("||").map(str::trim)
}

fn literal(term: &str) -> Option<&str> {
    let inner = term.strip_prefix('\'')?.strip_suffix('\'')?;
    (!inner.contains('\'')).then_some(inner)
}

fn is_known(term: &str) -> bool {
    let below = |open: &&str| term.strip_prefix(*open).is_some_and(|rest| rest.starts_with('.'));
    literal(term).is_some() || KNOWN.contains(&term) || OPEN.iter().any(below)
}

/// The first alternative that is there; the last one as it is.
fn resolve(code: &str, facts: &Value) -> Value {
    let mut found = Value::Null;
    for term in alternatives(code) {
        found = match literal(term) {
            Some(text) => text.into(),
            None => look_up(term, facts),
        };
        if !matches!(&found, Value::Null | Value::Bool(false)) && found != "" {
            break;
        }
    }
    found
}

fn look_up(path: &str, facts: &Value) -> Value {
    let mut names = path.split('.');
    names.try_fold(facts, |value, name| value.get(name)).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn facts() -> Value {
        json!({"user": {
            "id": "user_1", "first_name": "Ada", "last_name": null, "username": "", "email_verified": true,
            "created_at": 17, "public_metadata": {"role": "admin", "deep": {"n": [1]}, "off": false},
        }})
    }

    fn filled(claim: &Value) -> Value {
        assert_eq!(unknown(claim), None, "{claim}");
        fill(claim, &facts())
    }

    #[test]
    fn alone_a_value_keeps_its_type() {
        assert_eq!(filled(&json!("{{user.id}}")), "user_1");
        assert_eq!(filled(&json!("{{ user.created_at }}")), 17);
        assert_eq!(filled(&json!("{{user.email_verified}}")), true);
        assert_eq!(filled(&json!("{{user.last_name}}")), Value::Null);
        assert_eq!(filled(&json!("{{user.public_metadata}}")), facts()["user"]["public_metadata"]);
        assert_eq!(filled(&json!("{{user.public_metadata.deep.n}}")), json!([1]));
        assert_eq!(filled(&json!("{{user.public_metadata.deep.x.y}}")), Value::Null);
        assert_eq!(filled(&json!("{{org.id}}")), Value::Null);
    }

    #[test]
    fn in_a_text_it_is_written_out() {
        assert_eq!(filled(&json!("{{user.first_name}} {{user.last_name}}!")), "Ada !");
        assert_eq!(filled(&json!("n={{user.created_at}} {{user.public_metadata.deep}}")), "n=17 {\"n\":[1]}");
    }

    #[test]
    fn everything_else_stays() {
        let plain = json!({"a": [1, null, true, "{{", "}} {{user.id", "{user.id}"]});
        assert_eq!(filled(&plain), plain);
        assert_eq!(
            filled(&json!({"a": [{"{{user.id}}": "{{user.id}}"}]})),
            json!({"a": [{"{{user.id}}": "user_1"}]})
        );
    }

    #[test]
    fn the_first_that_is_there_is_taken() {
        assert_eq!(filled(&json!("{{user.last_name || user.username || user.id}}")), "user_1");
        assert_eq!(filled(&json!("{{user.last_name || 'none'}}")), "none");
        assert_eq!(filled(&json!("{{user.public_metadata.off || user.last_name}}")), Value::Null);
        assert_eq!(filled(&json!("{{user.public_metadata.off}}")), false);
    }

    /// What a user may write is never read as a shortcode.
    #[test]
    fn values_are_not_filled_again() {
        let facts = json!({"user": {"first_name": "{{user.id}}", "id": "user_1"}});
        assert_eq!(fill(&json!("{{user.first_name}}"), &facts), "{{user.id}}");
        assert_eq!(fill(&json!("hello {{user.first_name}}"), &facts), "hello {{user.id}}");
    }
}
