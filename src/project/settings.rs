//! The configuration of each file: flags, over the `.batchlint.yaml` that is found upward from it.
#![expect(clippy::disallowed_methods, reason = "configuration files are read here")]

use std::collections::{HashMap, HashSet};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::diagnostic::meta::Scope;
use crate::diagnostic::registry::UnknownRule;
use crate::engine::outcome::Outcome;
use crate::engine::rule_set::RuleSet;
use crate::engine::unchecked::{misconfigured, unreadable};
use crate::policy::config::file::{ConfigError, FILE_NAMES, never_off};
use crate::policy::config::{Config, Preset};
use crate::project::bases::{ConfigFile, Reach, read_files, with_bases};
use crate::project::open::{SMALL, read_named_text, read_own_text};
use crate::project::paths::{canonical_or_absolute, display, relative_to_here, without_os_code};
use crate::project::selection::Selection;
use crate::rules;
use crate::schema::version::Version;
use crate::text::pattern::{Exclude, Pattern, PatternError};
use crate::text::source::Source;
use crate::text::span::Span;

/// The longest path of any system that batchlint runs on, in bytes (`PATH_MAX` of Linux).
const LONGEST_PATH: usize = 4_096;

/// What the flags say, and the configurations found so far.
pub(crate) struct Settings {
    flags: Flags,
    /// The file that `--config` names.
    explicit: Option<PathBuf>,
    /// Whether files are looked for at all.
    discovers: bool,
    /// By directory: what is in force there.
    found: Mutex<HashMap<PathBuf, FoundConfig>>,
    /// The directory of the last file as its path has it, with what is in force there: most files stand next to the last one.
    last: Mutex<Option<(PathBuf, FoundConfig)>>,
    /// What is in force where no file is found.
    without_file: OnceLock<Option<ValidConfig>>,
    /// What is wrong with those that cannot be used, until someone asks.
    config_errors: Mutex<Outcome>,
}

struct Flags {
    exclude: Arc<FlagExclude>,
    preset: Option<Preset>,
    kubernetes_version: Option<Version>,
    select: HashSet<&'static str>,
    ignore: HashSet<&'static str>,
    as_of: jiff::civil::Date,
}

/// The files that flags exclude.
#[derive(Debug)]
struct FlagExclude {
    exclude: Exclude,
    /// What its patterns are relative to.
    directory: PathBuf,
}

/// What is in force in a directory.
#[derive(Clone)]
pub(crate) struct FoundConfig {
    /// The directory, without links.
    real: Arc<Path>,
    /// Whether the configuration leaves the directory out, by itself or with one above it.
    is_excluded: bool,
    /// Nothing where a file cannot be used; `drain_config_errors` says why.
    valid: Option<ValidConfig>,
}

/// A configuration that can be used.
#[derive(Clone)]
struct ValidConfig {
    config: Arc<RuleSet>,
    file: Option<Arc<Path>>,
    /// The file and what it extends, in the order in which they were read.
    files: Arc<[ConfigFile]>,
    flag_exclude: Arc<FlagExclude>,
    /// What was made of it for the last file, and with which overrides: files of one directory mostly have the same.
    last: Arc<Mutex<Option<PathConfig>>>,
}

/// Which overrides are for a file, and the configuration with these only.
type PathConfig = (Vec<bool>, Arc<RuleSet>);

/// Why the flags cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SettingsError {
    /// A rule about whole files is to be ignored.
    #[error("{}", never_off(.0))]
    NeverOff(&'static str),
    /// A rule is not known.
    #[error(transparent)]
    UnknownRule(#[from] UnknownRule),
    /// A pattern of rules cannot be used.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// A pattern of rules matches none.
    #[error("no rule matches `{0}`; run `batchlint rules` for a list")]
    NoMatch(String),
    /// A list of rules is blank.
    #[error("no rule is given; run `batchlint rules` for a list")]
    NoRule,
}

impl Settings {
    pub(crate) fn new(arguments: &Selection) -> Result<Self, SettingsError> {
        let ignored = arguments.ignore.iter().filter_map(|name| rules::registry().find(name.trim()));
        if let Some(rule) = ignored.into_iter().find(|rule| rule.scope == Scope::File) {
            return Err(SettingsError::NeverOff(rule.id));
        }
        let mut exclude = Exclude::default();
        for pattern in &arguments.exclude {
            exclude.add(pattern.to_owned())?;
        }
        let here = canonical_or_absolute(Path::new("."));
        let flags = Flags {
            exclude: Arc::new(FlagExclude { exclude, directory: here }),
            preset: arguments.preset,
            kubernetes_version: arguments.kubernetes_version,
            select: ids(&arguments.select)?,
            ignore: ids(&arguments.ignore)?,
            as_of: arguments.as_of.unwrap_or_else(today),
        };
        let explicit = arguments.config.clone();
        let (found, last, without_file, errors) = Default::default();
        Ok(Settings {
            flags,
            explicit,
            discovers: !arguments.no_config,
            found,
            last,
            without_file,
            config_errors: errors,
        })
    }

    /// Returns what is wrong with the configurations that were found and cannot be used, once for each.
    pub(crate) fn drain_config_errors(&self) -> Outcome {
        std::mem::take(&mut self.config_errors.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns the configuration for a file, unless it is not valid.
    pub(crate) fn config(&self, path: &Path) -> Option<Arc<RuleSet>> {
        self.for_file(path).config(path)
    }

    /// Returns what is in force for a file.
    pub(crate) fn for_file(&self, path: &Path) -> FoundConfig {
        // A path without a name, such as `..`, says nothing of its directory.
        let Some(directory) = path.parent().filter(|_| path.file_name().is_some()) else {
            return self.look_up(path);
        };
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, config)) = &*last
            && known.as_os_str() == directory.as_os_str()
        {
            return config.clone();
        }
        let config = self.look_up(path);
        *last = Some((directory.to_owned(), config.clone()));
        config
    }

    fn look_up(&self, path: &Path) -> FoundConfig {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        // An editor can name any path. What is longer than the system allows does not exist.
        let is_possible = |it: &&Path| it.as_os_str().len() < LONGEST_PATH;
        let mut directory = absolute.ancestors().skip(1).find(is_possible).unwrap_or(&absolute).to_owned();
        if directory.components().any(|it| it == Component::ParentDir) {
            directory = canonical_or_absolute(&directory);
        }
        self.find_in(&mut self.found.lock().unwrap_or_else(PoisonError::into_inner), &directory)
    }

    /// Returns what is in force in a directory: its own configuration, or that of the directory above it. Each directory is looked
    /// into once, so that a deep tree costs no more than a flat one.
    fn find_in(&self, found: &mut HashMap<PathBuf, FoundConfig>, directory: &Path) -> FoundConfig {
        let unknown: Vec<_> = directory.ancestors().take_while(|it| !found.contains_key(*it)).collect();
        let mut above = directory.ancestors().nth(unknown.len()).and_then(|it| found.get(it)).cloned();
        for directory in unknown.into_iter().rev() {
            let is_link = directory.symlink_metadata().is_ok_and(|it| it.is_symlink());
            let target = if is_link { std::fs::canonicalize(directory).ok() } else { None };
            let here = match (target, &above) {
                // Without links it is reached once more, and that is all.
                (Some(target), _) => self.find_in(found, &target),
                (None, Some(above)) => {
                    let real = above.real.join(directory.file_name().unwrap_or_default());
                    self.in_directory(real.into(), above)
                }
                (None, None) => {
                    let valid = self.without_file.get_or_init(|| self.load(self.explicit.as_deref()));
                    let root =
                        FoundConfig { real: directory.into(), is_excluded: false, valid: valid.clone() };
                    self.in_directory(directory.into(), &root)
                }
            };
            found.insert(directory.to_owned(), here.clone());
            above = Some(here);
        }
        above.unwrap_or_else(|| FoundConfig { real: directory.into(), is_excluded: false, valid: None })
    }

    /// Returns what is in force in a directory without links, given what is above it.
    fn in_directory(&self, real: Arc<Path>, above: &FoundConfig) -> FoundConfig {
        let looks = self.discovers && self.explicit.is_none();
        let own = if looks { files_in(&real).next() } else { None };
        if let Some(file) = own {
            return FoundConfig { real, is_excluded: false, valid: self.load(Some(&file)) };
        }
        let mut found = FoundConfig { real, is_excluded: above.is_excluded, valid: above.valid.clone() };
        found.is_excluded = found.decision(&found.real, true).unwrap_or(above.is_excluded);
        found
    }

    /// Whether the configuration of a file excludes it.
    pub(crate) fn excludes(&self, path: &Path) -> bool {
        self.for_file(path).excludes(path, false)
    }

    /// Whether the flags leave a rule in.
    pub(crate) fn allows_rule(&self, id: &str) -> bool {
        let Flags { select, ignore, .. } = &self.flags;
        (select.is_empty() || select.contains(id)) && !ignore.contains(id)
    }

    fn record_errors(&self, errors: impl IntoIterator<Item = Outcome>) -> Option<ValidConfig> {
        let mut all = self.config_errors.lock().unwrap_or_else(PoisonError::into_inner);
        errors.into_iter().for_each(|it| all.add(it));
        None
    }

    fn load(&self, file: Option<&Path>) -> Option<ValidConfig> {
        let mut config = Config::new(crate::rules::registry(), self.flags.as_of);
        let mut files = Vec::new();
        if let Some(file) = file {
            let name = display(&relative_to_here(file));
            // The user names a file wherever it is; one that is found belongs to the tree.
            let (text, reach) = match self.explicit {
                Some(_) => (read_named_text(file, SMALL), Reach::Everywhere),
                None => (read_own_text(file, SMALL), Reach::Repository),
            };
            let text = match text {
                Ok(text) => text,
                Err(error) => return self.record_errors([unreadable(&name, &without_os_code(&error))]),
            };
            let source = Arc::new(Source::new(name, text));
            let others = file.parent().map(|directory| files_in(directory).filter(|it| it != file));
            let other = others.into_iter().flatten().next().filter(|_| self.explicit.is_none());
            if let Some(other) = other {
                let message = second_config_message(&other);
                return self.record_errors([misconfigured(
                    &source,
                    vec![ConfigError { span: Span::default(), message }],
                )]);
            }
            let real = canonical_or_absolute(file);
            files = with_bases(source, &real.parent().map_or_else(PathBuf::new, Path::to_owned), real, reach);
            if let Err(wrong) = read_files(&files, &mut config) {
                return self
                    .record_errors(wrong.into_iter().map(|(source, errors)| misconfigured(&source, errors)));
            }
        }
        let flags = &self.flags;
        if let Some(preset) = flags.preset {
            config.preset = preset;
            config.origins.insert("preset", "--preset".into());
        }
        if let Some(version) = flags.kubernetes_version {
            config.assumptions.kubernetes_version = version;
            config.origins.insert("kubernetes-version", "--kubernetes-version".into());
        }
        (config.select, config.ignore) = (flags.select.clone(), flags.ignore.clone());
        Some(ValidConfig {
            config: Arc::new(RuleSet::new(config)),
            file: file.map(Into::into),
            files: files.into(),
            flag_exclude: flags.exclude.clone(),
            last: Arc::default(),
        })
    }
}

impl FoundConfig {
    /// Returns the configuration for a file, without the overrides that are for others.
    pub(crate) fn config(&self, path: &Path) -> Option<Arc<RuleSet>> {
        let ValidConfig { config, files, last, .. } = self.valid.as_ref()?;
        if !config.depends_on_path() {
            return Some(config.clone());
        }
        let mut absolute = self.real.join(path.file_name().unwrap_or_default());
        if absolute.symlink_metadata().is_ok_and(|it| it.is_symlink()) {
            absolute = canonical_or_absolute(&absolute);
        }
        let relative =
            |file: &ConfigFile| display(absolute.strip_prefix(&file.directory).unwrap_or(&absolute));
        let applying = config.overrides_at(&files.iter().map(relative).collect::<Vec<_>>());
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, config)) = &*last
            && *known == applying
        {
            return Some(config.clone());
        }
        let config = Arc::new(RuleSet::new(config.with_overrides(&applying)));
        *last = Some((applying, config.clone()));
        Some(config)
    }

    /// Returns the file that the configuration is from.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.valid.as_ref()?.file.as_deref()
    }

    /// Returns the files that the configuration extends, as people know them, in the order in which they are read.
    pub(crate) fn bases(&self) -> impl Iterator<Item = &str> {
        let files = self.valid.iter().flat_map(|it| it.files.split_last()).flat_map(|(_, bases)| bases);
        files.map(|it| it.source.name.as_str())
    }

    /// Whether the configuration leaves a file or directory out. A link counts by its own name.
    pub(crate) fn excludes(&self, path: &Path, is_directory: bool) -> bool {
        let Some(name) = path.file_name() else { return false };
        self.decision(&self.real.join(name), is_directory).unwrap_or(self.is_excluded)
    }

    fn decision(&self, absolute: &Path, is_directory: bool) -> Option<bool> {
        let ValidConfig { config, files, flag_exclude, .. } = self.valid.as_ref()?;
        if config.exclude.iter().all(|it| it.exclude.is_empty()) && flag_exclude.exclude.is_empty() {
            return None;
        }
        let by_flag = absolute.strip_prefix(&flag_exclude.directory).ok();
        if let Some(decision) = by_flag.and_then(|it| flag_exclude.exclude.decision(it, is_directory)) {
            return Some(decision);
        }
        config.exclude.iter().zip(&**files).rev().find_map(|(excluded, file)| {
            // Of what is elsewhere the whole path counts.
            let relative = absolute.strip_prefix(&file.directory).or_else(|_| absolute.strip_prefix("/"));
            excluded.exclude.decision(relative.unwrap_or(absolute), is_directory)
        })
    }
}

/// Returns what is wrong with the text of a configuration file that someone is typing, and with the files that it extends.
#[cfg(feature = "lsp")]
pub(crate) fn mistakes(source: &Arc<Source>) -> Vec<crate::diagnostic::finding::Finding> {
    let real = canonical_or_absolute(Path::new(&source.name));
    let directory = real.parent().map_or_else(PathBuf::new, Path::to_owned);
    let files = with_bases(source.clone(), &directory, real, Reach::Repository);
    let wrong =
        read_files(&files, &mut Config::new(crate::rules::registry(), today())).err().unwrap_or_default();
    let own = wrong.into_iter().filter(|(file, _)| Arc::ptr_eq(file, source));
    own.flat_map(|(file, errors)| misconfigured(&file, errors).findings).collect()
}

/// Returns the configuration files of a directory; more than one is a mistake, and so is one that is not a regular file.
fn files_in(directory: &Path) -> impl Iterator<Item = PathBuf> {
    let is_there = |file: &PathBuf| file.symlink_metadata().is_ok_and(|it| !it.is_dir());
    FILE_NAMES.iter().map(|name| directory.join(name)).filter(is_there)
}

fn second_config_message(other: &Path) -> String {
    let name = other.file_name().unwrap_or_default().display();
    format!("`{name}` is in this directory too, but only one configuration is allowed: remove one of the two")
}

/// Returns the date, in UTC.
pub(crate) fn today() -> jiff::civil::Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// Reads rule ids; `all` stands for every one, and `*` for any part of an id.
fn ids(names: &[String]) -> Result<HashSet<&'static str>, SettingsError> {
    let mut ids = HashSet::new();
    // A comma at the end names nothing.
    for name in names.iter().map(|name| name.trim()).filter(|name| !name.is_empty()) {
        match name {
            "all" => ids.extend(rules::registry().iter().map(|rule| rule.id)),
            _ if name.contains('*') => {
                let pattern = Pattern::new(name)?;
                let matching = rules::registry().iter().map(|rule| rule.id).filter(|id| pattern.matches(id));
                let matching: Vec<_> = matching.collect();
                if matching.is_empty() {
                    return Err(SettingsError::NoMatch(name.to_owned()));
                }
                ids.extend(matching);
            }
            _ => _ = ids.insert(rules::registry().named(name)?.id),
        }
    }
    if ids.is_empty() && !names.is_empty() { Err(SettingsError::NoRule) } else { Ok(ids) }
}
