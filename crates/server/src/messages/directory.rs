//! The operator's templates: `<kind>/<locale>.txt`, `<kind>/<locale>.html` and `layout.html`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use beadle_domain::name::parse_locale;

use super::{LAYOUT, message::KINDS};
use crate::config::ConfigError;

/// Larger files are something else.
const MAX_BYTES: u64 = 256 * 1024;

/// A template from a file.
pub(super) struct File {
    /// In lower case, as it is looked up.
    pub(super) name: String,
    pub(super) source: String,
}

/// Reads all of it. A file that would never be used is an error: it is one with a misspelt name.
pub(super) fn read(directory: &Path) -> Result<Vec<File>, ConfigError> {
    let mut files = Vec::new();
    for path in entries(directory)? {
        if !path.is_dir() {
            if path.file_name().is_none_or(|name| name != LAYOUT) {
                return Err(refuse(&path, "is neither layout.html nor a directory of templates"));
            }
            files.push(File { name: LAYOUT.to_owned(), source: text(&path)? });
            continue;
        }
        let kind = name(&path).filter(|name| KINDS.contains(&name.as_str()));
        let kind = kind.ok_or_else(|| {
            refuse(&path, &format!("is not named after a kind of message: {}", KINDS.join(", ")))
        })?;
        for path in entries(&path)? {
            let name = name(&path).filter(|name| is_template(name)).ok_or_else(|| {
                refuse(&path, "must be named after a language, such as pt-BR.txt or pt-BR.html")
            })?;
            files.push(File { name: format!("{kind}/{}", name.to_ascii_lowercase()), source: text(&path)? });
        }
    }
    Ok(files)
}

fn is_template(name: &str) -> bool {
    let locale = name.strip_suffix(".txt").or_else(|| name.strip_suffix(".html"));
    locale
        .is_some_and(|locale| parse_locale("", locale).is_ok_and(|parsed| parsed.as_deref() == Some(locale)))
}

fn name(path: &Path) -> Option<String> {
    path.file_name().and_then(|name| name.to_str()).map(str::to_owned)
}

/// In order, without what editors and file managers leave behind.
fn entries(directory: &Path) -> Result<Vec<PathBuf>, ConfigError> {
    let failed = |error: std::io::Error| refuse(directory, &error.to_string());
    let mut paths = Vec::new();
    for entry in fs::read_dir(directory).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let is_left_behind = |name: String| name.starts_with('.') || name.ends_with('~');
        if !name(&path).is_some_and(is_left_behind) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn text(path: &Path) -> Result<String, ConfigError> {
    let failed = |error: std::io::Error| refuse(path, &error.to_string());
    if fs::metadata(path).map_err(failed)?.len() > MAX_BYTES {
        return Err(refuse(path, "is larger than 256 KB"));
    }
    fs::read_to_string(path).map_err(failed)
}

fn refuse(path: &Path, problem: &str) -> ConfigError {
    ConfigError::new("mail.templates", format!("cannot be used: {}: {problem}", path.display()))
}
