//! `--baseline`, `--write-baseline` and `--new-from`: of what is found, only the news counts.
#![expect(clippy::disallowed_methods, reason = "baselines are read and written here")]

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use super::files::Checked;
use super::git::{self, Compared};
use super::output;
use super::render::Rendered;
use crate::baseline;
use crate::cli::options::CheckArgs;
use crate::diagnostic::comparison::{Comparison, KnownFinding, Reference};
use crate::project::contents::MAX_BYTES;
use crate::project::open::read_named_text;
use crate::project::paths::{display, normalize, without_os_code};
use crate::project::settings::Settings;
use crate::text::source::STDIN;

/// Takes the findings that are known out of what came out of a run, where the arguments ask for it.
pub(crate) fn compare(
    arguments: &CheckArgs,
    settings: &Settings,
    checked: &mut Checked,
    rendered: Option<&Rendered<'_>>,
) -> Result<(), String> {
    if let Some(file) = &arguments.write_baseline {
        write_baseline(file, checked)?;
    }
    let baseline = arguments.write_baseline.as_ref().or(arguments.baseline.as_ref());
    if let Some(file) = baseline {
        let home = BaselineDirectory::for_baseline(file)?;
        let with = Reference::Baseline(display(file));
        let entries = read_baseline(file)?;
        remove_known(arguments, settings, checked, entries, with, &home);
    } else if let Some(name) = &arguments.new_from {
        let home = BaselineDirectory(current_directory()?);
        let Compared { known, changes } =
            git::compare(name, arguments, settings, checked, rendered, &|file| home.file_of(file))?;
        remove_known(arguments, settings, checked, known, Reference::Git(name.clone()), &home);
        // What a change does is new.
        checked.outcome.add(changes);
        checked.outcome.sort();
    }
    Ok(())
}

/// Takes the known findings out, and says which entries are fixed.
fn remove_known(
    arguments: &CheckArgs,
    settings: &Settings,
    checked: &mut Checked,
    entries: Vec<KnownFinding>,
    with: Reference,
    home: &BaselineDirectory,
) {
    let read = files_of_run(checked, home);
    let is_gone = |entry: &KnownFinding| !home.0.join(&entry.file).exists();
    // What stands in a file that this run does not look into is not moved into one that it does.
    let entries = entries
        .into_iter()
        .filter(|entry| settings.allows_rule(&entry.rule) && (read.contains(&entry.file) || is_gone(entry)));
    let findings = std::mem::take(&mut checked.outcome.findings);
    let partition = baseline::split_known(findings, entries.collect(), &|source| home.file_of(source.file()));
    checked.outcome.findings = partition.new;
    let roots: Vec<_> = arguments.paths.iter().map(|path| normalize(&absolute(path))).collect();
    let is_below = |entry: &KnownFinding| {
        let path = normalize(&home.0.join(&entry.file));
        roots.iter().any(|root| path.starts_with(root))
    };
    // While something cannot be read, nobody knows what it still has.
    let is_fixed = |entry: &KnownFinding| {
        !checked.outcome.is_incomplete() && (read.contains(&entry.file) || is_below(entry))
    };
    let fixed = partition.unmatched.into_iter().filter(is_fixed).collect();
    checked.comparison = Some(Comparison { with, known: partition.known, fixed });
}

fn write_baseline(file: &Path, checked: &Checked) -> Result<(), String> {
    let home = BaselineDirectory::for_baseline(file)?;
    let findings = checked.outcome.findings.iter();
    let entries =
        findings.filter_map(|it| KnownFinding::for_finding(it, home.file_of(it.source.file()))).collect();
    let text = baseline::to_json(entries).map_err(|error| error.to_string())?;
    output::write_file(file, text.as_bytes())
}

fn read_baseline(file: &Path) -> Result<Vec<KnownFinding>, String> {
    let name = display(file);
    let anew = format!("create it with `--write-baseline {name}`");
    let text = read_named_text(file, MAX_BYTES).map_err(|error| {
        format!("{name}: the baseline cannot be read: {}; {anew}", without_os_code(&error))
    })?;
    baseline::parse(&text).map_err(|error| format!("{name}: {error}; {anew}"))
}

/// Returns the files of the run, with those that something rendered was made of.
fn files_of_run(checked: &Checked, home: &BaselineDirectory) -> HashSet<String> {
    let found = checked.outcome.findings.iter().map(|it| it.source.file());
    checked.files.iter().map(String::as_str).chain(found).map(|name| home.file_of(name)).collect()
}

/// The directory that the files of entries are relative to.
struct BaselineDirectory(PathBuf);

impl BaselineDirectory {
    /// Returns the directory of a baseline, so that a run from anywhere finds the same files in it.
    fn for_baseline(file: &Path) -> Result<Self, String> {
        current_directory()?;
        let path = normalize(&absolute(file));
        Ok(BaselineDirectory(path.parent().unwrap_or(&path).to_owned()))
    }

    /// Returns a file relative to the directory, with `/` between the parts.
    fn file_of(&self, name: &str) -> String {
        // Standard input has no directory.
        if name == STDIN {
            return name.to_owned();
        }
        let path = normalize(&absolute(Path::new(name)));
        let shared = self.0.components().zip(path.components()).take_while(|(left, right)| left == right);
        let shared = shared.count();
        let up = self.0.components().skip(shared).map(|_| Component::ParentDir);
        display(&up.chain(path.components().skip(shared)).collect::<PathBuf>())
    }
}

fn current_directory() -> Result<PathBuf, String> {
    std::env::current_dir().map_err(|error| format!("the working directory: {}", without_os_code(&error)))
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
