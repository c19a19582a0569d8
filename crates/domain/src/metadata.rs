//! The three metadata objects of a user: how a patch is merged, and how large they may become.

use std::io;

use serde_json::{Map, Value};

use crate::error::{Error, Result};

/// How many bytes one metadata object may take up as JSON.
pub const MAX_BYTES: usize = 8192;
/// How deeply objects and arrays may be nested, the outermost object being 1.
pub const MAX_DEPTH: usize = 64;

/// Merges `patch` into `base`: objects member by member at every depth, `null` removes a member, and
/// anything else replaces what was there.
///
/// `param` (`public_metadata` …) is named by the error if the patch or the result is not storable.
pub fn merge(
    param: &str,
    mut base: Map<String, Value>,
    patch: Map<String, Value>,
) -> Result<Map<String, Value>> {
    // Before the merge, because merging follows the patch down.
    check_contents(param, &patch)?;
    merge_into(&mut base, patch);
    check(param, &base)?;
    Ok(base)
}

/// Refuses an object that is too large, too deep, or has a NUL character in a key or a text.
pub fn check(param: &str, metadata: &Map<String, Value>) -> Result<()> {
    check_contents(param, metadata)?;
    let mut size = ByteCount(0);
    let written = serde_json::to_writer(&mut size, metadata);
    if written.is_err() || size.0 > MAX_BYTES {
        return Err(Error::param_exceeds_allowed_size(param, MAX_BYTES));
    }
    Ok(())
}

fn merge_into(base: &mut Map<String, Value>, patch: Map<String, Value>) {
    for (key, value) in patch {
        match value {
            Value::Null => {
                base.remove(&key);
            }
            Value::Object(inner) => {
                let slot = base.entry(key).or_insert(Value::Null);
                if !slot.is_object() {
                    *slot = Value::Object(Map::new());
                }
                if let Value::Object(target) = slot {
                    merge_into(target, inner);
                }
            }
            other => {
                base.insert(key, other);
            }
        }
    }
}

fn check_contents(param: &str, metadata: &Map<String, Value>) -> Result<()> {
    match inspect_members(metadata, 1) {
        Ok(()) => Ok(()),
        Err(Defect::TooDeep) => Err(Error::param_rule_broken(
            param,
            format!("{param} may be nested at most {MAX_DEPTH} levels deep."),
        )),
        Err(Defect::Nul) => {
            Err(Error::param_rule_broken(param, format!("{param} must not have NUL characters.")))
        }
    }
}

enum Defect {
    TooDeep,
    Nul,
}

fn inspect_members(members: &Map<String, Value>, depth: usize) -> Result<(), Defect> {
    if depth > MAX_DEPTH {
        return Err(Defect::TooDeep);
    }
    members.iter().try_for_each(|(key, value)| {
        inspect_text(key)?;
        inspect(value, depth)
    })
}

fn inspect(value: &Value, depth: usize) -> Result<(), Defect> {
    match value {
        Value::String(text) => inspect_text(text),
        Value::Object(members) => inspect_members(members, depth + 1),
        Value::Array(_) if depth == MAX_DEPTH => Err(Defect::TooDeep),
        Value::Array(entries) => entries.iter().try_for_each(|entry| inspect(entry, depth + 1)),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

fn inspect_text(text: &str) -> Result<(), Defect> {
    if text.contains('\0') { Err(Defect::Nul) } else { Ok(()) }
}

/// Measures serialised JSON without keeping it.
struct ByteCount(usize);

impl io::Write for ByteCount {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        let Value::Object(map) = value else { panic!("not an object: {value}") };
        map
    }

    fn merged(base: Value, patch: Value) -> Value {
        Value::Object(merge("public_metadata", object(base), object(patch)).unwrap())
    }

    fn nested(levels: usize, array: bool) -> Map<String, Value> {
        let mut value = json!({});
        for _ in 2..levels {
            value = if array { json!([value]) } else { json!({ "a": value }) };
        }
        object(json!({ "a": value }))
    }

    #[test]
    fn merging_is_deep() {
        assert_eq!(
            merged(json!({"a": {"b": 1, "c": 2}, "d": 3}), json!({"a": {"b": 9, "e": {"f": 1}}})),
            json!({"a": {"b": 9, "c": 2, "e": {"f": 1}}, "d": 3})
        );
    }

    #[test]
    fn null_removes_at_every_depth() {
        assert_eq!(
            merged(json!({"a": {"b": 1, "c": 2}, "d": 3}), json!({"a": {"b": null}, "d": null, "no": null})),
            json!({"a": {"c": 2}})
        );
        assert_eq!(merged(json!({"a": 1}), json!({"a": {"b": null, "c": 1}})), json!({"a": {"c": 1}}));
    }

    #[test]
    fn other_values_replace() {
        assert_eq!(
            merged(json!({"a": [1, 2], "b": {"c": 1}}), json!({"a": [3], "b": "x"})),
            json!({"a": [3], "b": "x"})
        );
        assert_eq!(merged(json!({}), json!({"a": [null, {"b": null}]})), json!({"a": [null, {"b": null}]}));
    }

    #[test]
    fn size_limit_is_inclusive_and_counts_bytes() {
        // {"a":"…"} is 8 bytes around the text.
        let sized = |bytes: usize| object(json!({ "a": "x".repeat(bytes - 8) }));
        assert!(check("private_metadata", &sized(MAX_BYTES)).is_ok());
        let error = check("private_metadata", &sized(MAX_BYTES + 1)).unwrap_err();
        assert_eq!(error.code(), "form_param_exceeds_allowed_size");
        assert_eq!(error.param_name(), Some("private_metadata"));
        assert!(check("p", &object(json!({ "a": "é".repeat(4093) }))).is_err());
    }

    #[test]
    fn the_result_is_measured_and_not_the_patch() {
        let base = object(json!({ "a": "x".repeat(8000) }));
        assert!(merge("p", base.clone(), object(json!({ "b": "x".repeat(300) }))).is_err());
        assert!(merge("p", base, object(json!({ "a": null, "b": "x".repeat(300) }))).is_ok());
    }

    #[test]
    fn depth_limit_is_inclusive() {
        for array in [false, true] {
            assert!(check("p", &nested(MAX_DEPTH, array)).is_ok());
            assert_eq!(
                check("p", &nested(MAX_DEPTH + 1, array)).unwrap_err().code(),
                "form_param_value_invalid"
            );
        }
    }

    #[test]
    fn nul_is_refused_in_keys_and_texts() {
        for value in [json!({"a\0": 1}), json!({"a": "\0"}), json!({"a": [{"b": "x\0"}]})] {
            assert_eq!(check("p", &object(value)).unwrap_err().code(), "form_param_value_invalid");
        }
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[a-c]{0,2}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a-c]", inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    fn any_object() -> impl Strategy<Value = Map<String, Value>> {
        prop::collection::btree_map("[a-c]", any_json(), 0..4)
            .prop_map(|members| members.into_iter().collect())
    }

    proptest! {
        #[test]
        fn merging_twice_changes_nothing(base in any_object(), patch in any_object()) {
            let once = merge("p", base, patch.clone()).unwrap();
            prop_assert_eq!(merge("p", once.clone(), patch).unwrap(), once);
        }

        #[test]
        fn an_empty_patch_changes_nothing(base in any_object()) {
            prop_assert_eq!(merge("p", base.clone(), Map::new()).unwrap(), base);
        }

        #[test]
        fn members_the_patch_does_not_name_stay(base in any_object(), patch in any_object()) {
            let result = merge("p", base.clone(), patch.clone()).unwrap();
            for (key, value) in base.iter().filter(|(key, _)| !patch.contains_key(*key)) {
                prop_assert_eq!(result.get(key), Some(value));
            }
        }
    }
}
