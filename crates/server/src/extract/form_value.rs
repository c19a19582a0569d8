//! Forms for what is meant to be JSON: every field is text, and becomes what the body's type has in its place.

use serde::{
    Deserializer,
    de::{
        DeserializeOwned, DeserializeSeed, Error as _, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
        Visitor, value::Error,
    },
    forward_to_deserialize_any,
};
use serde_json::Value;

use super::body;

/// What is said of a field that is given more than once and is no list.
pub(super) const REPEATED: &str = "repeated field";

/// Reads a form. A key that is given more than once is a list, and so is one that ends in `[]`; lists and objects may
/// be JSON as well.
pub(super) fn parse<T: DeserializeOwned>(form: &[u8]) -> Result<T, serde_path_to_error::Error<Error>> {
    let mut fields: Vec<(String, Field)> = Vec::new();
    for (key, value) in form_urlencoded::parse(form) {
        let (key, is_list) = match key.strip_suffix("[]") {
            Some(key) => (key.to_owned(), true),
            None => (key.into_owned(), false),
        };
        match fields.iter_mut().find(|(known, _)| *known == key) {
            Some((_, field)) => field.values.push(value.into_owned()),
            None => fields.push((key, Field { values: vec![value.into_owned()], is_list })),
        }
    }
    serde_path_to_error::deserialize(Form(fields))
}

/// The pairs, in order.
struct Form(Vec<(String, Field)>);

/// All that is given under one key.
#[derive(Clone)]
struct Field {
    values: Vec<String>,
    /// Whether the key says so, also where there is one value.
    is_list: bool,
}

impl<'de> Deserializer<'de> for Form {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(Pairs { left: self.0.into_iter(), value: None })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct Pairs {
    left: std::vec::IntoIter<(String, Field)>,
    value: Option<Field>,
}

impl<'de> MapAccess<'de> for Pairs {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((key, value)) = self.left.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(key.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(self.value.take().ok_or_else(|| Error::custom("a value without a key"))?)
    }
}

struct Items(std::vec::IntoIter<String>);

impl<'de> SeqAccess<'de> for Items {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some(value) = self.0.next() else { return Ok(None) };
        seed.deserialize(Field { values: vec![value], is_list: false }).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

impl Field {
    fn text(mut self) -> Result<String, Error> {
        match (self.values.pop(), self.values.is_empty() && !self.is_list) {
            (Some(text), true) => Ok(text),
            _ => Err(Error::custom(REPEATED)),
        }
    }

    fn parse<T: std::str::FromStr>(self, expected: &dyn serde::de::Expected) -> Result<T, Error> {
        let text = self.text()?;
        text.parse().map_err(|_| Error::invalid_type(Unexpected::Str(&text), expected))
    }

    /// The one value as JSON, if it is an object or a list.
    fn json(&self) -> Option<Value> {
        let [text] = &*self.values else { return None };
        let value: Value = serde_json::from_str(text).ok()?;
        ((value.is_object() || value.is_array()) && !body::has_nul(&value)).then_some(value)
    }
}

fn of_json(error: serde_json::Error) -> Error {
    Error::custom(error)
}

macro_rules! numbers {
    ($($method:ident $visit:ident $type:ty;)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            let number: $type = self.parse(&visitor)?;
            visitor.$visit(number)
        }
    )+};
}

impl<'de> Deserializer<'de> for Field {
    type Error = Error;

    /// For values of any kind: JSON objects and lists, else text.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.json() {
            Some(value) => value.deserialize_any(visitor).map_err(of_json),
            None if self.is_list || self.values.len() > 1 => self.deserialize_seq(visitor),
            None => visitor.visit_string(self.text()?),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let text = self.text()?;
        match &*text {
            "true" | "1" => visitor.visit_bool(true),
            "false" | "0" => visitor.visit_bool(false),
            _ => Err(Error::invalid_type(Unexpected::Str(&text), &visitor)),
        }
    }

    numbers! {
        deserialize_i8 visit_i8 i8;
        deserialize_i16 visit_i16 i16;
        deserialize_i32 visit_i32 i32;
        deserialize_i64 visit_i64 i64;
        deserialize_u8 visit_u8 u8;
        deserialize_u16 visit_u16 u16;
        deserialize_u32 visit_u32 u32;
        deserialize_u64 visit_u64 u64;
        deserialize_f32 visit_f32 f32;
        deserialize_f64 visit_f64 f64;
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.json().filter(Value::is_array) {
            Some(value) => value.deserialize_seq(visitor).map_err(of_json),
            None => visitor.visit_seq(Items(self.values.into_iter())),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.json().filter(Value::is_object) {
            Some(value) => value.deserialize_map(visitor).map_err(of_json),
            None => Err(Error::invalid_type(Unexpected::Str(&self.text()?), &visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(self.text()?.into_deserializer())
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct tuple tuple_struct identifier
    }
}

#[cfg(test)]
mod tests {
    use beadle_types::{Map, params::Patch};
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Word {
        First,
        Second,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Body {
        text: Option<String>,
        cleared: Patch<String>,
        number: Option<i64>,
        fraction: Option<f64>,
        flag: Option<bool>,
        list: Vec<String>,
        object: Option<Map>,
        objects: Vec<Map>,
        word: Option<Word>,
        any: Option<Value>,
    }

    fn read(form: &str) -> Result<Body, String> {
        parse(form.as_bytes()).map_err(|error| format!("{}: {}", error.path(), error.inner()))
    }

    #[test]
    fn text_becomes_what_the_body_has() {
        let form = "text=7&cleared=&number=-3&fraction=1.5&flag=true&list=a&list=b%26c&word=second\
            &object=%7B%22a%22%3A%5B1%5D%7D&objects=%7B%7D&any=x";
        let expected = Body {
            text: Some("7".into()),
            cleared: Patch::Value(String::new()),
            number: Some(-3),
            fraction: Some(1.5),
            flag: Some(true),
            list: vec!["a".into(), "b&c".into()],
            object: json!({"a": [1]}).as_object().cloned(),
            objects: vec![Map::new()],
            word: Some(Word::Second),
            any: Some(json!("x")),
        };
        assert_eq!(read(form), Ok(expected));
        assert_eq!(read(""), Ok(Body::default()));
    }

    #[test]
    fn lists_have_three_forms() {
        let expected = Ok(Body { list: vec!["a".into(), "b".into()], ..Body::default() });
        for form in ["list=a&list=b", "list[]=a&list%5B%5D=b", "list=%5B%22a%22%2C%22b%22%5D"] {
            assert_eq!(read(form), expected, "{form}");
        }
        assert_eq!(read("list[]=a").unwrap().list, ["a"]);
        assert_eq!(read("list=a").unwrap().list, ["a"]);
    }

    #[test]
    fn what_does_not_fit_is_named() {
        for (form, path) in [
            ("number=x", "number"),
            ("number=1.5", "number"),
            ("flag=yes", "flag"),
            ("object=x", "object"),
            ("object=%5B%5D", "object"),
            ("object=%7B%22a%22%3A%22%5Cu0000%22%7D", "object"),
            ("word=third", "word"),
            ("text=a&text=b", "text"),
            ("text[]=a", "text"),
            ("other=1", "other"),
        ] {
            let refusal = read(form).unwrap_err();
            assert!(refusal.starts_with(path), "{form}: {refusal}");
        }
        assert!(read("text=a&text=b").unwrap_err().ends_with(REPEATED));
    }
}
