//! The settings of this machine's instance, from flags, environment and file.

use std::{env, path::PathBuf};

use beadle_server::config::{Config, Environment, Overrides};

use crate::args::LocationArgs;

/// The settings, and the variables that looked like some but are none.
pub(crate) struct Loaded {
    pub(crate) config: Config,
    pub(crate) unknown_variables: Vec<String>,
}

/// Reads all sources. Flags win over the environment, that over the file.
pub(crate) fn load(location: LocationArgs, flags: Overrides) -> anyhow::Result<Loaded> {
    let environment = Environment::read(env::vars_os())?;
    let file = location.config.or_else(|| variable("BEADLE_CONFIG").map(PathBuf::from));
    let flags = Overrides { data_dir: location.data_dir, database_url: location.database_url, ..flags };
    let config = Config::from_sources(file.as_deref(), flags.or(environment.overrides))?;
    Ok(Loaded { config, unknown_variables: environment.unknown })
}

/// An environment variable; an empty one is none.
pub(crate) fn variable(name: &str) -> Option<std::ffi::OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}
