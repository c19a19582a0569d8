//! A file in a request: as a form with parts, or as base64, which is how the browser library sends both.

use std::convert::Infallible;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::StatusCode,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use beadle_types::code;
use futures_util::stream;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        KnownFormat, RefOr, Schema, SchemaFormat,
        schema::{ObjectBuilder, Type},
    },
};

use super::body;
use crate::{
    app::App,
    error::{ApiError, ApiResult},
    pictures::MAX_FILE,
};

/// Bytes of a body at most: a file in base64, and a little around it.
const MAX_BODY: usize = MAX_FILE / 3 * 4 + 4096;

/// The file.
pub(crate) struct Upload(pub(crate) Vec<u8>);

/// The form that carries it.
impl PartialSchema for Upload {
    fn schema() -> RefOr<Schema> {
        let binary = SchemaFormat::KnownFormat(KnownFormat::Binary);
        let file = ObjectBuilder::new().schema_type(Type::String).format(Some(binary));
        ObjectBuilder::new().property("file", file).required("file").into()
    }
}

impl ToSchema for Upload {}

impl FromRequest<App> for Upload {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &App) -> ApiResult<Self> {
        let media_type = body::content_type(&request).unwrap_or_default();
        let bytes = body::read_up_to(request, MAX_BODY).await.map_err(|error| {
            if error.code() == code::REQUEST_BODY_TOO_LARGE { too_large() } else { error }
        })?;
        let file = match multer::parse_boundary(&media_type) {
            Ok(boundary) => part(bytes, boundary).await?,
            Err(_) => text(&bytes).unwrap_or_else(|| bytes.into()),
        };
        match file.len() {
            0 => Err(missing()),
            length if length > MAX_FILE => Err(too_large()),
            _ => Ok(Self(file)),
        }
    }
}

/// The part named `file`.
async fn part(bytes: Bytes, boundary: String) -> ApiResult<Vec<u8>> {
    let mut parts = multer::Multipart::new(stream::iter([Ok::<_, Infallible>(bytes)]), boundary);
    while let Some(part) = parts.next_field().await.map_err(|_| unreadable())? {
        if part.name() == Some("file") {
            return Ok(part.bytes().await.map_err(|_| unreadable())?.into());
        }
    }
    Err(missing())
}

/// Base64, perhaps as a data URL.
fn text(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(bytes).ok()?.trim();
    let encoded =
        text.strip_prefix("data:").map_or(text, |url| url.split_once(',').map_or("", |(_, data)| data));
    BASE64_STANDARD.decode(encoded).ok()
}

fn missing() -> ApiError {
    let reason = "The request needs a picture as its part named file.";
    ApiError::new(StatusCode::BAD_REQUEST, code::FORM_PARAM_MISSING, "No picture", reason)
}

fn too_large() -> ApiError {
    let reason = format!("A picture may take up at most {MAX_FILE} bytes.");
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, code::IMAGE_TOO_LARGE, "Picture too large", reason)
}

fn unreadable() -> ApiError {
    let reason = "The parts of the form could not be read.";
    ApiError::new(StatusCode::BAD_REQUEST, code::REQUEST_BODY_INVALID, "Request body invalid", reason)
}
