//! The configuration of each file: flags, over the `.batchlint.yaml` that is found upward from it.
#![expect(clippy::disallowed_methods, reason = "configuration files are read here")]

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::args::Rules;
use super::files::display;
use crate::config::read::{FILE_NAME, NEVER_OFF, read};
use crate::config::{Config, Preset};
use crate::kubernetes::Version;
use crate::lint::{Outcome, misconfigured, unreadable};
use crate::rules;
use crate::source::Source;

/// What the flags say, and the configurations found so far.
pub(super) struct Settings {
    flags: Flags,
    /// The file that `--config` names.
    explicit: Option<PathBuf>,
    /// Whether files are looked for at all.
    discovers: bool,
    /// By folder: what is in force there.
    found: Mutex<HashMap<PathBuf, Found>>,
}

struct Flags {
    preset: Option<Preset>,
    kubernetes_version: Option<Version>,
    select: HashSet<&'static str>,
    ignore: HashSet<&'static str>,
    as_of: jiff::civil::Date,
}

/// What is in force in a folder.
#[derive(Clone)]
pub(super) enum Found {
    /// A configuration, and the folder that its paths are relative to.
    Valid { config: Arc<Config>, folder: PathBuf, file: Option<PathBuf> },
    /// A file that cannot be used; what is wrong was said when it was found.
    Broken,
}

impl Settings {
    pub(super) fn new(arguments: &Rules) -> Result<Self, String> {
        if arguments.ignore.iter().any(|name| name.trim() == rules::syntax_error::RULE.id) {
            return Err(NEVER_OFF.to_owned());
        }
        let flags = Flags {
            preset: arguments.preset,
            kubernetes_version: arguments.kubernetes_version,
            select: ids(&arguments.select)?,
            ignore: ids(&arguments.ignore)?,
            as_of: arguments.as_of.unwrap_or_else(today),
        };
        let explicit = arguments.config.clone();
        Ok(Settings { flags, explicit, discovers: !arguments.no_config, found: Mutex::default() })
    }

    /// Returns what is in force for a file. `say` hears once of every configuration that cannot be used.
    pub(super) fn for_file(&self, path: &Path, say: &dyn Fn(Outcome)) -> Found {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let folder = absolute.parent().unwrap_or(&absolute).to_owned();
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = found.get(&folder) {
            return known.clone();
        }
        let real = std::fs::canonicalize(&folder).unwrap_or_else(|_| folder.clone());
        let file = match &self.explicit {
            Some(file) => Some(file.clone()),
            None if self.discovers => real.ancestors().map(|it| it.join(FILE_NAME)).find(|it| it.is_file()),
            None => None,
        };
        // Every folder below the same file shares its configuration.
        let home = file.as_deref().and_then(Path::parent).unwrap_or(Path::new("/")).to_owned();
        let in_force = match found.get(&home.join(FILE_NAME)) {
            Some(known) => known.clone(),
            None => self.load(file.as_deref(), say),
        };
        found.insert(home.join(FILE_NAME), in_force.clone());
        found.insert(folder, in_force.clone());
        in_force
    }

    /// Returns the configuration of a file, nothing where it cannot be used.
    pub(super) fn config_for(&self, name: &str) -> Option<Config> {
        let path = Path::new(name);
        self.for_file(path, &|_| {}).config(path).map(Cow::into_owned)
    }

    /// Says whether the flags leave a rule in.
    pub(super) fn asks_for(&self, id: &str) -> bool {
        let Flags { select, ignore, .. } = &self.flags;
        (select.is_empty() || select.contains(id)) && !ignore.contains(id)
    }

    fn load(&self, file: Option<&Path>, say: &dyn Fn(Outcome)) -> Found {
        let mut config = Config::new(self.flags.as_of);
        if let Some(file) = file {
            let name = display(&relative_to_here(file));
            match std::fs::read_to_string(file) {
                Ok(text) => {
                    let source = Arc::new(Source::new(name, text));
                    if let Err(mistakes) = read(&source, &mut config) {
                        say(misconfigured(&source, mistakes));
                        return Found::Broken;
                    }
                }
                Err(error) => {
                    say(unreadable(&name, &super::files::plain(&error)));
                    return Found::Broken;
                }
            }
        }
        let flags = &self.flags;
        config.preset = flags.preset.unwrap_or(config.preset);
        config.assumptions.kubernetes_version =
            flags.kubernetes_version.unwrap_or(config.assumptions.kubernetes_version);
        (config.select, config.ignore) = (flags.select.clone(), flags.ignore.clone());
        let absolute = file.and_then(|file| std::fs::canonicalize(file).ok());
        let folder = absolute.as_deref().and_then(Path::parent).map(Path::to_owned).unwrap_or_default();
        Found::Valid { config: Arc::new(config), folder, file: file.map(Path::to_owned) }
    }
}

impl Found {
    /// Returns the configuration for a file, without the overrides that are for others.
    pub(super) fn config(&self, path: &Path) -> Option<Cow<'_, Config>> {
        let Found::Valid { config, folder, .. } = self else { return None };
        if !config.depends_on_path() {
            return Some(Cow::Borrowed(config));
        }
        let absolute = std::fs::canonicalize(path).or_else(|_| std::path::absolute(path));
        let absolute = absolute.unwrap_or_else(|_| path.to_owned());
        let relative = absolute.strip_prefix(folder).unwrap_or(&absolute);
        Some(config.for_path(&display(relative)))
    }
}

/// Returns the date, in UTC.
pub(super) fn today() -> jiff::civil::Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// Shortens a path below the working folder.
fn relative_to_here(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here).unwrap_or(path).to_owned()
}

/// Reads rule ids; `all` stands for every one.
fn ids(names: &[String]) -> Result<HashSet<&'static str>, String> {
    if names.iter().any(|name| name == "all") {
        return Ok(rules::ALL.iter().map(|rule| rule.id).collect());
    }
    names.iter().map(|name| rules::named(name.trim()).map(|rule| rule.id)).collect()
}
