//! Request bodies: JSON (or forms) for the Backend API, forms (or JSON) for the Frontend API.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Request},
    http::{StatusCode, header},
};
use beadle_domain::Error;
use beadle_types::code;
use bytes::BytesMut;
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{form_value, query};
use crate::{
    app::App,
    error::{ApiError, ApiResult},
};

const FORM: &str = "application/x-www-form-urlencoded";
/// Bytes of a body at most.
pub(crate) const MAX_BODY: usize = 512 * 1024;
/// How far a body that is too large is read and thrown away.
const DRAINED: usize = 64 * 1024 * 1024;
/// How long a body may take to arrive.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A JSON object, or a form that says the same. An absent body and a literal `null` are an empty object: SDKs send all
/// three.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &App) -> ApiResult<Self> {
        let is_form = match media_type(&request).as_deref() {
            None => false,
            Some(FORM) => true,
            Some(json) if is_json(json) => false,
            Some(_) => return Err(unsupported("application/json or application/x-www-form-urlencoded")),
        };
        let bytes = read(request).await?;
        if is_form { from_form(&bytes) } else { from_json(&bytes) }.map(Self)
    }
}

/// A JSON array of objects: what bulk operations take.
pub(crate) struct JsonArray<T>(pub(crate) Vec<T>);

impl<T: DeserializeOwned> FromRequest<App> for JsonArray<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &App) -> ApiResult<Self> {
        if media_type(&request).is_some_and(|media_type| !is_json(&media_type)) {
            return Err(unsupported("application/json"));
        }
        let bytes = read(request).await?;
        let Value::Array(items) = parse(&bytes)? else {
            return Err(invalid("The body must be a JSON array.".into()));
        };
        items.into_iter().map(from_object).collect::<ApiResult<_>>().map(Self)
    }
}

/// A form. Unknown keys are tolerated, empty values mean absent, JSON is taken as well.
pub(crate) struct Form<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<App> for Form<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &App) -> ApiResult<Self> {
        form(request, query::parse).await.map(Self)
    }
}

/// As [`Form`], where an empty value is one: it clears what it names.
pub(crate) struct ClearingForm<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<App> for ClearingForm<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &App) -> ApiResult<Self> {
        form(request, query::parse_all).await.map(Self)
    }
}

async fn form<T: DeserializeOwned>(request: Request, parse: fn(&str) -> ApiResult<T>) -> ApiResult<T> {
    let media_type = media_type(&request);
    let bytes = read(request).await?;
    match media_type.as_deref() {
        Some(json) if is_json(json) => from_json(&bytes),
        None | Some(FORM | "text/plain") => parse(std::str::from_utf8(&bytes).map_err(|_| not_utf8())?),
        Some(_) => Err(unsupported(FORM)),
    }
}

/// The whole header, with its parameters.
pub(super) fn content_type(request: &Request) -> Option<String> {
    Some(request.headers().get(header::CONTENT_TYPE)?.to_str().unwrap_or("invalid").to_owned())
}

fn media_type(request: &Request) -> Option<String> {
    let value = content_type(request)?;
    let media_type = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    (!media_type.is_empty()).then_some(media_type)
}

fn is_json(media_type: &str) -> bool {
    media_type == "application/json" || media_type.ends_with("+json")
}

fn unsupported(expected: &str) -> ApiError {
    ApiError::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        code::UNSUPPORTED_CONTENT_TYPE,
        "Unsupported content type",
        format!("The Content-Type must be {expected}."),
    )
}

fn not_utf8() -> ApiError {
    invalid("The body is not valid UTF-8.".into())
}

fn invalid(reason: String) -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, code::REQUEST_BODY_INVALID, "Request body invalid", reason)
}

/// Reads a body of a bounded size in a bounded time. What is too large is read to its end all the same, within
/// reason: a caller who is cut off while sending does not see the answer.
pub(crate) async fn read(request: Request) -> ApiResult<Bytes> {
    read_up_to(request, MAX_BODY).await
}

/// As [`read`], with a limit of its own.
pub(super) async fn read_up_to(request: Request, limit: usize) -> ApiResult<Bytes> {
    tokio::time::timeout(TIMEOUT, collect(request.into_body(), limit)).await.map_err(|_| {
        ApiError::new(
            StatusCode::REQUEST_TIMEOUT,
            code::REQUEST_BODY_INVALID,
            "Request body invalid",
            "The body did not arrive in time.",
        )
    })?
}

async fn collect(mut body: Body, limit: usize) -> ApiResult<Bytes> {
    let mut kept = BytesMut::new();
    let mut size = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| invalid("The body could not be read.".into()))?;
        let Ok(data) = frame.into_data() else { continue };
        size += data.len();
        if size <= limit {
            kept.extend_from_slice(&data);
        } else if size > DRAINED {
            break;
        }
    }
    if size <= limit {
        return Ok(kept.freeze());
    }
    Err(ApiError::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        code::REQUEST_BODY_TOO_LARGE,
        "Request body too large",
        format!("The body must not be larger than {limit} bytes."),
    ))
}

fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> ApiResult<T> {
    from_object(parse(bytes)?)
}

/// A form in place of JSON.
fn from_form<T: DeserializeOwned>(bytes: &[u8]) -> ApiResult<T> {
    for (key, value) in form_urlencoded::parse(bytes) {
        // What is not UTF-8 comes out of the decoder as this, and no SDK sends it on purpose.
        if [&key, &value].iter().any(|text| text.contains(char::REPLACEMENT_CHARACTER)) {
            return Err(not_utf8());
        }
        if key.contains('\0') || value.contains('\0') {
            return Err(Error::param_rule_broken(&key, "must not contain NUL characters").into());
        }
    }
    form_value::parse(bytes)
        .map_err(|error| typed(&error.path().to_string(), &error.inner().to_string(), None).into())
}

fn parse(bytes: &[u8]) -> ApiResult<Value> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Null);
    }
    serde_json::from_slice(bytes).map_err(|error| {
        if std::str::from_utf8(bytes).is_err() {
            not_utf8()
        } else {
            invalid(format!("The body is not valid JSON: {error}."))
        }
    })
}

fn from_object<T: DeserializeOwned>(value: Value) -> ApiResult<T> {
    let object = match value {
        Value::Null => serde_json::Map::new(),
        Value::Object(object) => object,
        _ => return Err(invalid("The body must be a JSON object.".into())),
    };
    if let Some((param, _)) = object.iter().find(|(_, value)| has_nul(value)) {
        return Err(Error::param_rule_broken(param, "must not contain NUL characters").into());
    }
    let value = Value::Object(object);
    serde_path_to_error::deserialize(&value).map_err(|error| {
        let path = error.path().to_string();
        let given = value.pointer(&pointer(&path));
        typed(&path, &error.inner().to_string(), given).into()
    })
}

/// PostgreSQL text cannot hold it, so no text may.
pub(super) fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(key, value)| key.contains('\0') || has_nul(value)),
        _ => false,
    }
}

fn pointer(path: &str) -> String {
    format!("/{}", path.replace('[', "/").replace(']', "").replace('.', "/"))
}

/// Serde's complaint in Clerk's words. `path` is where it arose, `.` for the object itself.
pub(super) fn typed(path: &str, complaint: &str, given: Option<&Value>) -> Error {
    let quoted = || complaint.split('`').nth(1).unwrap_or_default();
    let param = path.split(['.', '[']).next().filter(|name| !name.is_empty()).unwrap_or_default();
    if complaint.starts_with("missing field") {
        Error::param_missing(quoted())
    } else if complaint.starts_with("unknown field") {
        Error::param_unknown(quoted())
    } else if complaint.starts_with("unknown variant") {
        Error::param_value_invalid(param, quoted())
    } else if complaint == form_value::REPEATED {
        Error::param_duplicate(param)
    } else if given.is_some_and(Value::is_null) {
        Error::param_nil(param)
    } else {
        let expected = complaint.rsplit_once("expected ").map_or("", |(_, expected)| expected);
        Error::param_type_invalid(param, in_words(expected.split(" at line").next().unwrap_or(expected)))
    }
}

/// What serde expected, without the names of Rust's types. Numbers in queries are only said to be wrong.
fn in_words(expected: &str) -> &str {
    match expected {
        "" => "of another type",
        "i8" | "i16" | "i32" | "i64" | "isize" => "an integer",
        "u8" | "u16" | "u32" | "u64" | "usize" => "an integer, and not negative",
        "f32" | "f64" => "a number",
        "a sequence" => "a list",
        "a map" => "an object",
        other if other.starts_with("struct ") => "an object",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_name_no_types_of_rust() {
        for (complaint, said) in [
            ("invalid type: string \"3\", expected i64", "limit must be an integer."),
            ("invalid type: map, expected f64 at line 1 column 2", "limit must be a number."),
            ("invalid type: string, expected a sequence", "limit must be a list."),
            ("invalid digit found in string", "limit must be of another type."),
            ("invalid type: integer, expected a string", "limit must be a string."),
        ] {
            assert_eq!(typed("limit", complaint, None).long_message(), said, "{complaint}");
        }
    }
}
