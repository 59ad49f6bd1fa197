//! What a change makes of charts and overlays: what they become today next to what a commit's become.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::cli::render::{LookAt, Rendered};
use crate::diagnostic::finding::{Finding, Subject};
use crate::diagnostic::meta::Scope;
use crate::engine::change::lint_change;
use crate::engine::outcome::Outcome;
use crate::engine::read::{Manifest, read};
use crate::engine::run::Run;
use crate::policy::config::Config;
use crate::project::contents::MAX_BYTES;
use crate::project::open::read_own_text;
use crate::project::settings::Settings;
use crate::project::walk::files;
use crate::text::source::Source;

/// Checks what has changed in what charts and kustomizations become, as both versions have been rendered.
///
/// `there` returns where a directory of today is in the version before.
pub(super) fn lint_renderings(
    today: &Rendered<'_>,
    before: &Rendered<'_>,
    there: &(dyn Fn(&Path) -> Option<PathBuf> + Sync),
    settings: &Settings,
    is_elsewhere: &(dyn Fn(&Subject) -> bool + Sync),
) -> Outcome {
    let look_at: &LookAt<'_> = &|unit| {
        let old = there(&unit.directory).and_then(|it| before.programs.kept(&unit.moved_to(it)));
        let Some(old) = old else { return Box::new(|_, _| Run::default()) };
        let (old, unit, again) = (read_rendered(&*old), unit.clone(), OnceLock::new());
        Box::new(move |new, config| {
            if !unit.is_chart() {
                return lint_change(&old, new, config, is_elsewhere).into();
            }
            // What a chart no longer has, Helm deletes.
            let mut outcome = lint_change(&old, new, config, &|_| true);
            if !outcome.findings.is_empty() {
                let again =
                    again.get_or_init(|| Some(read_rendered(today.programs.render(&unit, config).ok()?)));
                remove_what_always_changes(&mut outcome, again.as_ref(), new, config);
            }
            if outcome.findings.iter().any(is_about_job) && has_name_of_revision(&unit.directory) {
                outcome.findings.retain(|it| !is_about_job(it));
            }
            outcome.into()
        })
    };
    let Outcome { mut findings, suppressed, .. } = today.each_by(settings, look_at, &drop);
    // What cannot be rendered has been reported already.
    findings.retain(|it| it.rule.scope == Scope::Change);
    Outcome { findings, suppressed, ..Outcome::default() }
}

fn read_rendered(output: impl Into<String>) -> Manifest {
    read(Source::rendered("", 1, output))
}

fn is_about_job(finding: &Finding) -> bool {
    finding.subject.kind == "Job"
}

/// Removes the findings that no change of the chart makes: random names and dates differ in every rendering.
fn remove_what_always_changes(
    outcome: &mut Outcome,
    again: Option<&Manifest>,
    new: &Manifest,
    config: &Config,
) {
    let Some(again) = again else { return };
    let always = lint_change(again, new, config, &|_| true).findings;
    let places = always.iter().flat_map(|it| changed(it).map(move |path| (&it.subject, path)));
    let places: HashSet<_> = places.collect();
    outcome.findings.retain(|it| !changed(it).all(|path| places.contains(&(&it.subject, path))));
}

/// Returns the paths of all places that a finding names.
fn changed(finding: &Finding) -> impl Iterator<Item = &str> {
    let related = finding.related.iter().map(|it| it.place.path.as_str());
    std::iter::once(finding.place.path.as_str()).chain(related)
}

/// Whether the number of the release can be in the name of a chart's Jobs, so that each upgrade creates another one:
/// `helm template` always gives the first one.
fn has_name_of_revision(chart: &Path) -> bool {
    let is_template = |path: &Path| path.components().any(|it| it.as_os_str() == "templates");
    files(&[&chart.to_owned()], &is_template, &|_| true).iter().any(|path| {
        let is_helper = path.file_name().is_some_and(|it| it.to_string_lossy().starts_with('_'));
        let text = read_own_text(path, MAX_BYTES).unwrap_or_default();
        text.contains(".Release.Revision") && (is_helper || text.contains("Job"))
    })
}
