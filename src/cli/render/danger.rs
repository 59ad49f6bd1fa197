//! What a tree could make `helm` or `kustomize` read that is not its own: looked for before they run.
#![expect(clippy::disallowed_methods, reason = "directories are looked through here")]

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::project::kustomization::kustomization;
use crate::project::open::{contains_link_outside, not_regular, special};
use crate::project::paths::{display, normalize};

/// A chart with more files is not looked through, nor rendered.
const MAX_FILES: usize = 100_000;

/// Returns why a chart is not rendered: it has a link that leads out, or a file that nothing can be read from.
pub(crate) fn chart_problem(chart: &Path) -> Option<String> {
    let mut waiting = vec![chart.to_owned()];
    let (mut seen, mut files) = (HashSet::new(), 0);
    while let Some(directory) = waiting.pop() {
        // Helm follows links to directories.
        if !std::fs::canonicalize(&directory).is_ok_and(|real| seen.insert(real)) {
            continue;
        }
        for entry in std::fs::read_dir(&directory).ok()?.flatten() {
            files += 1;
            if files > MAX_FILES {
                return Some(format!("it has more than {MAX_FILES} files"));
            }
            let kind = entry.file_type().ok();
            if kind.is_some_and(|it| it.is_file()) {
                continue;
            }
            if !kind.is_some_and(|it| it.is_dir())
                && let Some(why) = file_problem(&directory, Path::new(&entry.file_name()))
            {
                return Some(why);
            }
            if entry.path().is_dir() {
                waiting.push(entry.path());
            }
        }
    }
    None
}

/// Returns why a kustomization is not built: it, or one that it takes in, names an address or a link that leads out.
pub(crate) fn kustomization_problem(directory: &Path) -> Option<String> {
    let mut waiting: Vec<PathBuf> = vec![directory.to_owned()];
    let mut seen = HashSet::new();
    while let Some(directory) = waiting.pop() {
        // kustomize takes `..` from where a directory really is.
        let Ok(real) = std::fs::canonicalize(&directory) else { continue };
        if !seen.insert(real.clone()) {
            continue;
        }
        let Some((file, names)) = kustomization(&directory) else { continue };
        if let Some(why) = file_problem(&directory, Path::new(file.file_name().unwrap_or_default())) {
            return Some(why);
        }
        // An object can stand in the file itself.
        for name in names.files().filter(|it| !it.contains('\n')) {
            let path = normalize(&real.join(name));
            if name.contains("://") || names.resources.iter().any(|it| it == name) && !path.exists() {
                return Some(format!(
                    "`{name}` in {} is not a file or directory here, and nothing is fetched",
                    display(&file)
                ));
            }
            if let Some(why) = file_problem(&directory, Path::new(name)) {
                return Some(why);
            }
            if path.is_dir() {
                let shown = normalize(&directory.join(name));
                let is_same = std::fs::canonicalize(&shown).ok() == std::fs::canonicalize(&path).ok();
                waiting.push(if is_same { shown } else { path });
            }
        }
    }
    None
}

/// Returns why nothing reads a file, given relative to a directory.
fn file_problem(directory: &Path, name: &Path) -> Option<String> {
    let shown = display(&normalize(&directory.join(name)));
    if contains_link_outside(directory, name) {
        return Some(format!("{shown} is a link that leads out of the directory"));
    }
    let path = std::fs::canonicalize(directory).ok()?.join(name);
    let what = special(std::fs::metadata(path).ok()?.file_type())?;
    Some(format!("{shown}: {}", not_regular(what)))
}
