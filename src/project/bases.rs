//! A configuration file with the files that it extends.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::policy::config::Config;
use crate::policy::config::file::extends::{Base, MAX_FILES, bases, too_many_files};
use crate::policy::config::file::{ConfigError, read_into};
use crate::project::open::{SMALL, home, is_within, read_text};
use crate::project::paths::{normalize, without_os_code};
use crate::rules;
use crate::text::source::Source;

/// Which files a configuration can extend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Those in its repository, or without one those below its directory: a tree brings the configuration along.
    Repository,
    /// All: somebody names the configuration who may read them.
    Everywhere,
}

/// A file of which a configuration is made.
#[derive(Clone, Debug)]
pub(crate) struct ConfigFile {
    /// Its text.
    pub(crate) source: Arc<Source>,
    /// What its paths are relative to.
    pub(crate) directory: Arc<Path>,
    /// What is wrong with the files that it names.
    errors: Vec<ConfigError>,
}

/// What is wrong with a file.
type FileErrors = (Arc<Source>, Vec<ConfigError>);

/// The files of which a configuration is made, each after those that it extends.
#[derive(Debug)]
struct Chain {
    files: Vec<ConfigFile>,
    /// By real path the files that were met, with the name that people know each by.
    met: HashMap<PathBuf, String>,
    /// The files that are being read, the one that extends another before it.
    open: Vec<PathBuf>,
    /// What every base has to be in.
    within: Option<PathBuf>,
}

/// Returns a configuration file after all that it extends, each once.
pub(crate) fn with_bases(
    source: Arc<Source>,
    directory: &Path,
    real: PathBuf,
    reach: Reach,
) -> Vec<ConfigFile> {
    let within = (reach == Reach::Repository)
        .then(|| std::fs::canonicalize(directory).map_or_else(|_| directory.to_owned(), |it| home(&it)));
    let mut chain = Chain { files: Vec::new(), met: HashMap::new(), open: Vec::new(), within };
    chain.add(source, directory, real);
    chain.files
}

/// Reads the files of a configuration, one over the other.
///
/// # Errors
/// Gives every mistake with its place, by file.
pub(crate) fn read_files(files: &[ConfigFile], config: &mut Config) -> Result<(), Vec<FileErrors>> {
    let mut wrong = Vec::new();
    for file in files {
        let own = read_into(&file.source, config).err().unwrap_or_default();
        let errors: Vec<_> = own.into_iter().chain(file.errors.iter().cloned()).collect();
        if !errors.is_empty() {
            wrong.push((file.source.clone(), errors));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

impl Chain {
    fn add(&mut self, source: Arc<Source>, directory: &Path, real: PathBuf) {
        // Patterns are relative to where the file is, not to a link to it.
        let own = real.parent().unwrap_or(directory).into();
        self.met.insert(real.clone(), source.name.clone());
        self.open.push(real);
        let mut errors = Vec::new();
        for base in bases(&source, rules::registry()) {
            if let Err(message) = self.add_base(&base, &source, directory) {
                errors.push(ConfigError { span: base.span, message });
            }
        }
        self.open.pop();
        self.files.push(ConfigFile { source, directory: own, errors });
    }

    fn add_base(&mut self, base: &Base, source: &Source, directory: &Path) -> Result<(), String> {
        let path = directory.join(&base.path);
        let unreadable = |reason: String| {
            format!(
                "`{}` cannot be read: {reason}; write its path relative to the directory of this file",
                base.path
            )
        };
        let outside = || {
            format!(
                "`{}` is not in the repository (or, without a repository, not below this directory): move it there, or \
                 name this configuration with `--config`",
                base.path
            )
        };
        let is_inside = |path: &Path| self.within.as_ref().is_none_or(|within| is_within(path, within));
        // Whether something is there is nobody's business either.
        if !is_inside(&normalize(&path)) {
            return Err(outside());
        }
        let real = std::fs::canonicalize(&path).map_err(|error| unreadable(without_os_code(&error)))?;
        if !is_inside(&real) {
            return Err(outside());
        }
        if let Some(at) = self.open.iter().position(|it| *it == real) {
            let names = self.open[at..].iter().chain([&real]).filter_map(|it| self.met.get(it));
            let names: Vec<_> = names.map(|it| format!("`{it}`")).collect();
            return Err(format!(
                "the files extend each other: {}; remove this line from one of them",
                names.join(" → ")
            ));
        }
        if self.met.contains_key(&real) {
            return Ok(());
        }
        if self.met.len() >= MAX_FILES {
            return Err(too_many_files());
        }
        let text = read_text(&real, SMALL).map_err(|error| unreadable(without_os_code(&error)))?;
        let name = name_beside(&source.name, &base.path);
        let own_directory = path.parent().unwrap_or(directory).to_owned();
        self.add(Arc::new(Source::new(name, text)), &own_directory, real);
        Ok(())
    }
}

/// Returns what people call a file that another one names by a path relative to its own directory.
fn name_beside(name: &str, path: &str) -> String {
    let directory = Path::new(name).parent().unwrap_or(Path::new(""));
    super::paths::display(&normalize(&directory.join(path)))
}
