//! How far an import has come, in a file beside the imported one.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    /// Bytes of the file: another size is another file.
    size: u64,
    /// The key of the instance: what was imported there was not imported elsewhere.
    instance: String,
    /// Rows that are done with.
    pub(super) rows: usize,
    /// Whether rows after those were sent.
    pub(super) begun: bool,
    pub(super) created: usize,
    pub(super) existing: usize,
    pub(super) refused: usize,
    #[serde(skip)]
    path: PathBuf,
}

impl State {
    /// The state of this import so far; a new one if there is none.
    pub(super) fn load(file: &Path, size: u64, instance: &str) -> anyhow::Result<Self> {
        let path = super::report::beside(file, "import-state.json");
        if !path.exists() {
            let instance = instance.to_owned();
            let (begun, rows, created, existing, refused) = (false, 0, 0, 0, 0);
            return Ok(Self { size, instance, rows, begun, created, existing, refused, path });
        }
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let state: Self = serde_json::from_str(&text).with_context(|| path.display().to_string())?;
        ensure!(
            state.size == size && state.instance == instance,
            "{} belongs to an import of another file or into another instance: remove it to begin anew",
            path.display()
        );
        Ok(Self { path, ..state })
    }

    /// Written whole or not at all.
    pub(super) fn save(&self) -> anyhow::Result<()> {
        let save = || -> std::io::Result<()> {
            let new = self.path.with_extension("json.new");
            let mut file = File::create(&new)?;
            file.write_all(serde_json::to_string(self)?.as_bytes())?;
            file.sync_all()?;
            fs::rename(&new, &self.path)
        };
        save().with_context(|| format!("write {}", self.path.display()))
    }
}
