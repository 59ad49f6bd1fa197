//! The configuration of each file: flags, over the `.batchlint.yaml` that is found upward from it.
#![expect(clippy::disallowed_methods, reason = "configuration files are read here")]

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::args::Rules;
use super::files::display;
use crate::config::read::{FILE_NAME, FILE_NAMES, Mistake, NEVER_OFF, read};
use crate::config::{Config, Pattern, Preset};
use crate::kubernetes::Version;
use crate::lint::{Outcome, misconfigured, unreadable};
use crate::rules;
use crate::source::Source;
use crate::span::Span;

/// What the flags say, and the configurations found so far.
pub(super) struct Settings {
    flags: Flags,
    /// The file that `--config` names.
    explicit: Option<PathBuf>,
    /// Whether files are looked for at all.
    discovers: bool,
    /// By folder: what is in force there.
    found: Mutex<HashMap<PathBuf, Found>>,
    /// What is wrong with those that cannot be used, until someone asks.
    mistakes: Mutex<Outcome>,
}

struct Flags {
    preset: Option<Preset>,
    kubernetes_version: Option<Version>,
    /// What holds where neither a flag nor a configuration names a version.
    assumed_version: Version,
    select: HashSet<&'static str>,
    ignore: HashSet<&'static str>,
    as_of: jiff::civil::Date,
}

/// What is in force in a folder.
#[derive(Clone)]
pub(super) enum Found {
    /// A configuration, and the folder that its paths are relative to.
    Valid { config: Arc<Config>, folder: PathBuf, file: Option<PathBuf> },
    /// A file that cannot be used; `take_mistakes` says why.
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
            assumed_version: Version::NEWEST,
            select: ids(&arguments.select)?,
            ignore: ids(&arguments.ignore)?,
            as_of: arguments.as_of.unwrap_or_else(today),
        };
        let explicit = arguments.config.clone();
        let (found, mistakes) = Default::default();
        Ok(Settings { flags, explicit, discovers: !arguments.no_config, found, mistakes })
    }

    /// Returns what is wrong with the configurations that were found and cannot be used, once for each.
    pub(super) fn take_mistakes(&self) -> Outcome {
        std::mem::take(&mut self.mistakes.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes a version where neither a flag nor a configuration names one, instead of the newest.
    pub(super) fn assuming(mut self, version: Version) -> Self {
        self.flags.assumed_version = version;
        self
    }

    /// Returns what is in force for a file.
    pub(super) fn for_file(&self, path: &Path) -> Found {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let folder = absolute.parent().unwrap_or(&absolute).to_owned();
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = found.get(&folder) {
            return known.clone();
        }
        let real = std::fs::canonicalize(&folder).unwrap_or_else(|_| folder.clone());
        let file = match &self.explicit {
            Some(file) => Some(file.clone()),
            None if self.discovers => real.ancestors().find_map(|folder| files_in(folder).next()),
            None => None,
        };
        // Every folder below the same file shares its configuration.
        let home = file.as_deref().and_then(Path::parent).unwrap_or(Path::new("/")).to_owned();
        let in_force = match found.get(&home.join(FILE_NAME)) {
            Some(known) => known.clone(),
            None => self.load(file.as_deref()),
        };
        found.insert(home.join(FILE_NAME), in_force.clone());
        found.insert(folder, in_force.clone());
        in_force
    }

    /// Returns the configuration of a file, nothing where it cannot be used.
    pub(super) fn config_for(&self, name: &str) -> Option<Config> {
        let path = Path::new(name);
        self.for_file(path).config(path).map(Cow::into_owned)
    }

    /// Says whether the configuration of a file excludes it.
    pub(super) fn excludes(&self, path: &Path) -> bool {
        self.for_file(path).excludes(path, false)
    }

    /// Says whether the flags leave a rule in.
    pub(super) fn asks_for(&self, id: &str) -> bool {
        let Flags { select, ignore, .. } = &self.flags;
        (select.is_empty() || select.contains(id)) && !ignore.contains(id)
    }

    fn broken(&self, mistakes: Outcome) -> Found {
        self.mistakes.lock().unwrap_or_else(PoisonError::into_inner).add(mistakes);
        Found::Broken
    }

    fn load(&self, file: Option<&Path>) -> Found {
        let mut config = Config::new(self.flags.as_of);
        config.assumptions.kubernetes_version = self.flags.assumed_version;
        if let Some(file) = file {
            let name = display(&relative_to_here(file));
            match std::fs::read_to_string(file) {
                Ok(text) => {
                    let source = Arc::new(Source::new(name, text));
                    let others = file.parent().map(|folder| files_in(folder).filter(|it| it != file));
                    let other = others.into_iter().flatten().next().filter(|_| self.explicit.is_none());
                    let read = match other {
                        None => read(&source, &mut config),
                        Some(other) => Err(vec![Mistake { span: Span::default(), message: beside(&other) }]),
                    };
                    if let Err(mistakes) = read {
                        return self.broken(misconfigured(&source, mistakes));
                    }
                }
                Err(error) => return self.broken(unreadable(&name, &super::files::plain(&error))),
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
        let absolute = real(path);
        let relative = absolute.strip_prefix(folder).unwrap_or(&absolute);
        Some(config.for_path(&display(relative)))
    }

    /// Says whether the configuration leaves a file or folder out. A link counts by its own name.
    pub(super) fn excludes(&self, path: &Path, is_folder: bool) -> bool {
        let Found::Valid { config, folder, .. } = self else { return false };
        if config.exclude.patterns().is_empty() {
            return false;
        }
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let (Some(parent), Some(name)) = (absolute.parent(), absolute.file_name()) else { return false };
        let absolute = real(parent).join(name);
        // Of what is elsewhere the whole path counts.
        let relative = absolute.strip_prefix(folder).or_else(|_| absolute.strip_prefix("/"));
        config.exclude.covers(relative.unwrap_or(&absolute), is_folder)
    }
}

/// Returns the configuration files of a folder; more than one is a mistake.
fn files_in(folder: &Path) -> impl Iterator<Item = PathBuf> {
    FILE_NAMES.iter().map(|name| folder.join(name)).filter(|file| file.is_file())
}

fn beside(other: &Path) -> String {
    let name = other.file_name().unwrap_or_default().display();
    format!("`{name}` is in this folder too, which has one configuration: remove one of the two")
}

/// Returns where a file really is, as far as it is there.
fn real(path: &Path) -> PathBuf {
    let real = std::fs::canonicalize(path).or_else(|_| std::path::absolute(path));
    real.unwrap_or_else(|_| path.to_owned())
}

/// Returns the date, in UTC.
pub(super) fn today() -> jiff::civil::Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// Shortens a path below the working folder.
pub(super) fn relative_to_here(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here).unwrap_or(path).to_owned()
}

/// Reads rule ids; `all` stands for every one, and `*` for any part of an id.
fn ids(names: &[String]) -> Result<HashSet<&'static str>, String> {
    let mut ids = HashSet::new();
    // A comma at the end names nothing.
    for name in names.iter().map(|name| name.trim()).filter(|name| !name.is_empty()) {
        match name {
            "all" => ids.extend(rules::ALL.iter().map(|rule| rule.id)),
            _ if name.contains('*') => {
                let pattern = Pattern::new(name)?;
                let matching = rules::ALL.iter().map(|rule| rule.id).filter(|id| pattern.matches(id));
                let matching: Vec<_> = matching.collect();
                if matching.is_empty() {
                    return Err(format!("there is no rule like `{name}`; `batchlint rules` lists all"));
                }
                ids.extend(matching);
            }
            _ => _ = ids.insert(rules::named(name)?.id),
        }
    }
    match ids.is_empty() && !names.is_empty() {
        true => Err("no rule is named; `batchlint rules` lists all".to_owned()),
        false => Ok(ids),
    }
}
