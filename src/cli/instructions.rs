//! Files next to manifests that say what these leave open: commands in guides and scripts fill in placeholders, Dockerfiles set users.
//! They are read only if a finding depends on them.

use std::path::{Path, PathBuf};

use crate::engine::run::Run;
use crate::project::open::{SMALL, read_own_text};
use crate::project::paths::display;
use crate::project::walk::files;
use crate::text::word_list::has_word;

/// More of them are not read.
const MOST: usize = 1_000;

/// Adds what they say to the neighbours of a run.
pub(crate) fn collect(paths: &[PathBuf], run: &mut Run) {
    let directories: Vec<&PathBuf> = paths.iter().filter(|it| it.is_dir()).collect();
    if run.awaits_commands() {
        for (_, text) in texts(&directories, has_commands) {
            run.fleet.neighbours.collect_substitutions(&text);
        }
    }
    if run.awaits_dockerfiles() {
        for (path, text) in texts(&directories, is_dockerfile) {
            run.fleet.neighbours.collect_dockerfile(display(&path), &text);
        }
    }
}

/// Returns the files with such names, as far as they can be read.
fn texts(directories: &[&PathBuf], is_wanted: fn(&Path) -> bool) -> impl Iterator<Item = (PathBuf, String)> {
    let found = files(directories, &is_wanted, &|_| true);
    found.into_iter().take(MOST).filter_map(|path| {
        let text = read_own_text(&path, SMALL).ok()?;
        Some((path, text))
    })
}

/// Whether a file has commands for people or shells, by its name.
fn has_commands(path: &Path) -> bool {
    has_word("bash markdown md mk sh", &lower_case(path.extension()))
        || has_word("jenkinsfile justfile makefile", &lower_case(path.file_name()))
}

/// Whether a file is a Dockerfile, by its name: `Dockerfile`, `Dockerfile.api`, `api.Dockerfile`, `Containerfile`.
fn is_dockerfile(path: &Path) -> bool {
    let name = lower_case(path.file_name());
    let is_one = |it: &str| {
        let rest = name.strip_prefix(it).map(|rest| (rest, rest.starts_with(['.', '-', '_'])));
        rest.is_some_and(|(rest, is_more)| rest.is_empty() || is_more)
            || name.strip_suffix(it).is_some_and(|it| it.ends_with('.'))
    };
    (is_one("dockerfile") || is_one("containerfile")) && !name.ends_with(".dockerignore")
}

fn lower_case(part: Option<&std::ffi::OsStr>) -> String {
    part.unwrap_or_default().to_string_lossy().to_lowercase()
}
