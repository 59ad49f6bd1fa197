//! `--new-from`: what the files had in a commit, through the user's own `git`.
#![expect(clippy::disallowed_methods, reason = "`git` is run here, and asked which files are gone")]

mod checkout;
pub(super) mod objects;
mod renderings;

use crate::cli::git::objects::Blob;
use crate::cli::git::objects::output;
use crate::cli::git::objects::read_blobs;
use crate::cli::git::objects::run;
use crate::project::contents::{MAX_BYTES, text_of};
use crate::project::open::read_text;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::files::Checked;
use super::render::{RenderPlan, Rendered};
use crate::cli::options::CheckArgs;
use crate::diagnostic::comparison::KnownFinding;
use crate::diagnostic::finding::Subject;
use crate::engine::change::lint_change;
use crate::engine::chart_template::unknown_hooks;
use crate::engine::lint::{lint_by, lint_manifest};
use crate::engine::outcome::Outcome;
use crate::engine::read::read;
use crate::engine::run::Run;
use crate::project::patches::Patches;
use crate::project::paths::{charts_around, display, is_manifest_name, without_os_code};
use crate::project::settings::Settings;
use crate::text::terminal::escape;
use checkout::Checkout;
use renderings::lint_renderings;

/// Where a commit is found, and what it has.
struct Commit {
    /// The directory of the repository, without links.
    top: PathBuf,
    /// All that is in it, as `git ls-tree -z` lists it.
    listing: String,
}

/// A file as a commit has it.
struct FileVersion {
    /// The name that today's file has in the run; of a file that is gone, the one it would have.
    name: String,
    object: String,
    /// Whether it is a template of a chart, which is checked only as far as it states unknown hooks.
    is_template: bool,
}

/// What a comparison with a commit tells.
#[derive(Default)]
pub(crate) struct Compared {
    /// The findings in the files as the commit has them.
    pub(crate) known: Vec<KnownFinding>,
    /// What is found in the changes since.
    pub(crate) changes: Outcome,
}

/// Checks what a commit has of the files of a run, and of those that are gone since, by today's configuration, and what has
/// changed in them.
///
/// `file_of` makes a path relative to the working directory.
pub(crate) fn compare(
    reference: &str,
    arguments: &CheckArgs,
    settings: &Settings,
    checked: &Checked,
    rendered_today: Option<&Rendered<'_>>,
    file_of: &(dyn Fn(&str) -> String + Sync),
) -> Result<Compared, String> {
    let judged = || {
        let commit = Commit::find(reference)?;
        let blobs = commit.blobs();
        let Some(rendered_today) = rendered_today else {
            return lint_versions(
                &versions(&commit.top, &blobs, checked, &|_| false, settings, file_of),
                settings,
                checked,
            );
        };
        let checkout = Checkout::new(&blobs)?;
        let here = |path: &Path| checkout.path_of(&canonical_or_absolute(path), &commit.top);
        let today = |path: &Path| path.strip_prefix(&checkout.files).map(|path| commit.top.join(path)).ok();
        let name_of = |path: &Path| match today(path) {
            Some(path) => file_of(&path.to_string_lossy()),
            None => display(path),
        };
        let paths: Vec<_> = arguments.paths.iter().filter_map(|path| here(path)).collect();
        let values = |file: &Path| here(file).filter(|it| it.is_file()).unwrap_or_else(|| file.to_owned());
        let values: Vec<_> = arguments.helm_values.iter().map(|set| set.map(values)).collect();
        let excludes = |path: &Path| settings.excludes(&today(path).unwrap_or_else(|| path.to_owned()));
        let mut rendered = Rendered::new(&paths, &values, &excludes, &name_of);
        rendered.neighbours = checked.neighbours.clone();
        rendered.programs.release_name = arguments.release_name.clone();
        rendered.programs.keep();
        let is_gone = |directory: &Path| {
            directory
                .strip_prefix(&checkout.files)
                .is_ok_and(|directory| !commit.top.join(directory).exists())
        };
        rendered.plan.extend(RenderPlan::find(std::slice::from_ref(&checkout.files), &excludes), is_gone);
        let covers = |path: &Path| rendered.plan.covers(&checkout.files.join(path));
        let (mut outcome, mut changes) = lint_versions(
            &versions(&commit.top, &blobs, checked, &covers, settings, file_of),
            settings,
            checked,
        )?;
        outcome.add(rendered.each(settings, &lint_manifest, &drop));
        let namespaces = namespaces_of_today(checked);
        let is_elsewhere = |it: &Subject| stands_today(&namespaces, it);
        changes.add(lint_renderings(rendered_today, &rendered, &here, settings, &is_elsewhere));
        Ok((outcome, changes))
    };
    let (outcome, mut changes) = judged()
        .map_err(|error: String| escape(&format!("`--new-from {reference}`: {error}")).into_owned())?;
    let known = outcome.findings.iter();
    let known = known.filter_map(|it| KnownFinding::for_finding(it, file_of(it.source.file()))).collect();
    // The run has counted the objects already.
    changes.checked.clear();
    Ok(Compared { known, changes })
}

/// The namespaces of all objects of a run, by kind and name.
type Namespaces<'c> = HashMap<(&'static str, &'c str), HashSet<&'c str>>;

fn namespaces_of_today(checked: &Checked) -> Namespaces<'_> {
    let Outcome { findings, suppressed, checked, .. } = &checked.outcome;
    // Of what is rendered, only those without findings are among the checked.
    let found = findings.iter().chain(suppressed).map(|it| &it.subject);
    let mut namespaces = Namespaces::new();
    for it in checked.iter().map(|it| &it.subject).chain(found) {
        namespaces.entry((it.kind, it.name.as_str())).or_default().insert(it.namespace.as_str());
    }
    namespaces
}

/// Whether the run has an object of this kind, namespace and name: one that states no namespace can be in any.
fn stands_today(namespaces: &Namespaces<'_>, it: &Subject) -> bool {
    let Some(of_name) = namespaces.get(&(it.kind, it.name.as_str())) else { return false };
    it.namespace.is_empty() || of_name.contains("") || of_name.contains(it.namespace.as_str())
}

impl Commit {
    fn find(reference: &str) -> Result<Self, String> {
        let top = run(&["rev-parse", "--show-toplevel"])?;
        let top = PathBuf::from(String::from_utf8_lossy(&top).trim_end_matches(['\r', '\n']).to_owned());
        let top = std::fs::canonicalize(&top)
            .map_err(|error| format!("{}: {}", top.display(), without_os_code(&error)))?;
        let listing = run(&["ls-tree", "-r", "-z", "--full-tree", &tree_of(reference)?])?;
        Ok(Commit { top, listing: String::from_utf8_lossy(&listing).into_owned() })
    }

    fn blobs(&self) -> Vec<Blob<'_>> {
        self.listing.split('\0').filter_map(Blob::parse).collect()
    }
}

/// Returns where a file really is: directories may be links.
fn canonical_or_absolute(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// Finds the files of a commit that are to be checked.
fn versions(
    top: &Path,
    blobs: &[Blob<'_>],
    checked: &Checked,
    is_rendered: &dyn Fn(&Path) -> bool,
    settings: &Settings,
    file_of: &dyn Fn(&str) -> String,
) -> Vec<FileVersion> {
    let files = blobs.iter().filter(|it| !it.is_link);
    let mut objects: HashMap<&Path, &str> = files.map(|it| (it.path, it.object)).collect();
    let paths: HashSet<&Path> = objects.keys().copied().collect();
    let is_template =
        |path: &Path| charts_around(path).any(|chart| paths.contains(chart.join("Chart.yaml").as_path()));
    let mut versions = Vec::new();
    let mut judged = HashSet::new();
    for name in &checked.files {
        let real = canonical_or_absolute(Path::new(name));
        let real = real.strip_prefix(top).unwrap_or(&real);
        if let Some(object) = objects.get(real).filter(|_| !is_rendered(real)) {
            let is_template = is_template(real);
            versions.push(FileVersion { name: name.clone(), object: (*object).to_owned(), is_template });
            judged.insert(real.to_owned());
        }
    }
    objects.retain(|path, _| {
        let today = top.join(path);
        let is_gone = is_manifest_name(path) && !judged.contains(*path) && !today.exists();
        is_gone && !is_rendered(path) && !settings.excludes(&today)
    });
    versions.extend(objects.into_iter().map(|(path, object)| FileVersion {
        name: file_of(&top.join(path).to_string_lossy()),
        object: object.to_owned(),
        is_template: is_template(path),
    }));
    versions.sort_by(|left, right| left.name.cmp(&right.name));
    versions
}

/// Returns the tree of a commit.
fn tree_of(reference: &str) -> Result<String, String> {
    let name = format!("{reference}^{{tree}}");
    let output = output(&["rev-parse", "--verify", "--quiet", "--end-of-options", &name])?;
    let tree = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() && !tree.is_empty() {
        return Ok(tree);
    }
    let shallow = run(&["rev-parse", "--is-shallow-repository"])?;
    let hint = if shallow.starts_with(b"true") {
        "this clone is shallow: fetch its whole history (`git fetch --unshallow`; `fetch-depth: 0` in GitHub Actions)"
    } else {
        "try `git fetch`"
    };
    Err(format!("there is no such commit, branch or tag in this repository; {hint}"))
}

/// Checks files, one after the other as `git` gives them; returns what is found in them and in what has changed since.
fn lint_versions(
    versions: &[FileVersion],
    settings: &Settings,
    checked: &Checked,
) -> Result<(Outcome, Outcome), String> {
    let namespaces = namespaces_of_today(checked);
    let is_elsewhere = |it: &Subject| stands_today(&namespaces, it);
    let mut changes = Outcome::default();
    let (mut run, patches) = (Run::default(), Patches::default());
    let wanted: Vec<_> = versions.iter().map(|it| (it.object.as_str(), it.name.as_str())).collect();
    read_blobs(&wanted, &mut |index, bytes| {
        let name = &versions[index].name;
        // What that version had of unreadable things hides nothing.
        let Ok(Ok(text)) = bytes.map(text_of) else { return Ok(()) };
        if let Some(config) = settings.config(Path::new(name)) {
            // Where a file is a patch now, its older version was one too.
            let source = |text| patches.source(Path::new(name), name, text);
            if versions[index].is_template {
                run.outcome.add(unknown_hooks(source(text), &config));
                return Ok(());
            }
            let today = read_text(Path::new(name), MAX_BYTES).ok().filter(|today| *today != text);
            let old = Arc::new(read(source(text)));
            if let Some(today) = today {
                changes.add(lint_change(&old, &read(source(today)), &config, &is_elsewhere));
            }
            run.add(lint_by(&old, &config));
        }
        Ok(())
    })?;
    run.fleet.neighbours.add(checked.neighbours.clone());
    Ok((run.finish(), changes))
}
