//! The browser libraries' own files, so that pages need no other host to load them from.
//!
//! Pages ask for `/npm/@clerk/clerk-js@6/dist/clerk.browser.js` and find further files beside it. The operator
//! names a directory of installed packages; whatever version a page selects, it gets the one that is there.

use std::{
    fs::Metadata,
    io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::{Stream, stream};
use tokio::{
    fs::File,
    io::{AsyncReadExt as _, Take},
};

use crate::app::App;

/// The packages that pages load.
const PACKAGES: [&str; 2] = ["clerk-js", "ui"];
/// The most that is held of a file for one reader.
const CHUNK: u64 = 64 * 1024;
/// Named for its content: never asked for again.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// The names that change their content with an upgrade.
const FOR_A_WHILE: &str = "public, max-age=600";

/// Answers requests for files, and leaves the rest to the API.
pub(super) async fn serve(State(app): State<App>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let Some(asked) = Asked::read(request.uri().path()).filter(|_| reads) else {
        return next.run(request).await;
    };
    let Some(directory) = &app.npm_dir else { return not_found() };
    match asked.open(directory).await {
        Ok(found) => found.answer(request.method(), request.headers()),
        Err(error) => {
            if !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) {
                tracing::warn!(%error, path = request.uri().path(), "a file of npm_dir cannot be read");
            }
            not_found()
        }
    }
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "404 page not found").into_response()
}

/// A path below `/npm/` taken apart. Made only of names that mean nothing to a file system.
struct Asked<'a> {
    package: &'static str,
    version: &'a str,
    /// Below `dist`.
    file: Vec<&'a str>,
    content_type: &'static str,
}

impl<'a> Asked<'a> {
    /// Nothing is decoded: no file has a name that would need it.
    fn read(path: &'a str) -> Option<Self> {
        // Doubled slashes come from a proxy URL that ends in one.
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        if (parts.next(), parts.next()) != (Some("npm"), Some("@clerk")) {
            return None;
        }
        let (named, version) = parts.next()?.split_once('@')?;
        let package = PACKAGES.into_iter().find(|package| *package == named)?;
        if parts.next() != Some("dist") {
            return None;
        }
        let file: Vec<_> = parts.collect();
        let content_type = content_type(file.last()?)?;
        let is_good = !path.ends_with('/') && file.iter().all(|name| is_plain(name));
        is_good.then_some(Self { package, version, file, content_type })
    }

    async fn open(self, directory: &Path) -> io::Result<Found> {
        // The package may be a link into a shared store; what is in it may not lead out of it.
        let dist = directory.join("@clerk").join(self.package).join("dist");
        let dist = tokio::fs::canonicalize(dist).await?;
        let wanted: PathBuf = self.file.iter().fold(dist.clone(), |path, name| path.join(name));
        let path = tokio::fs::canonicalize(wanted).await?;
        if !path.starts_with(&dist) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let metadata = tokio::fs::metadata(&path).await?;
        if !metadata.is_file() {
            return Err(io::ErrorKind::NotFound.into());
        }
        let file = File::open(path).await?;
        let named_for_content =
            self.file.last().is_some_and(|name| name.ends_with(&format!("_{}.js", self.version)));
        let cache = if named_for_content { FOR_EVER } else { FOR_A_WHILE };
        Ok(Found { file, metadata, content_type: self.content_type, cache })
    }
}

fn is_plain(name: &str) -> bool {
    let is_good = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    !name.starts_with('.') && name.bytes().all(is_good)
}

/// What browsers load of the packages; the rest of them is no one's business.
fn content_type(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "js" | "mjs" => Some("text/javascript; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "json" | "map" => Some("application/json"),
        "txt" => Some("text/plain; charset=utf-8"),
        _ => None,
    }
}

struct Found {
    file: File,
    metadata: Metadata,
    content_type: &'static str,
    cache: &'static str,
}

impl Found {
    fn answer(self, method: &Method, asked: &HeaderMap) -> Response {
        let etag = self.etag();
        let is_known = asked.get(header::IF_NONE_MATCH).is_some_and(|known| matches(known, &etag));
        let mut answer = if is_known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let length = self.metadata.len();
            let body = if *method == Method::HEAD {
                Body::empty()
            } else {
                Body::from_stream(pieces(self.file.take(length)))
            };
            let mut answer = Response::new(body);
            answer.headers_mut().insert(header::CONTENT_LENGTH, length.into());
            answer
        };
        let headers = answer.headers_mut();
        for (name, value) in [
            (header::CONTENT_TYPE, self.content_type),
            (header::CACHE_CONTROL, self.cache),
            // Pages load scripts without credentials, from whichever origin.
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
            (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if let Ok(etag) = HeaderValue::from_str(&etag) {
            headers.insert(header::ETAG, etag);
        }
        answer
    }

    /// Package managers unpack files with one same date: the inode and its change tell them apart.
    fn etag(&self) -> String {
        let file = &self.metadata;
        format!("\"{:x}-{:x}-{:x}-{:x}\"", file.len(), file.ino(), file.ctime(), file.ctime_nsec())
    }
}

fn matches(known: &HeaderValue, etag: &str) -> bool {
    let known = known.to_str().unwrap_or_default();
    known.split(',').map(|one| one.trim().trim_start_matches("W/")).any(|one| one == etag || one == "*")
}

/// The file in pieces, each read when the one before is on its way.
fn pieces(file: Take<File>) -> impl Stream<Item = io::Result<Bytes>> {
    stream::try_unfold(file, async |mut file| {
        let mut piece = Vec::new();
        (&mut file).take(CHUNK).read_to_end(&mut piece).await?;
        Ok((!piece.is_empty()).then(|| (Bytes::from(piece), file)))
    })
}
