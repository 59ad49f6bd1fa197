//! The counts of a run, for scripts and as a sentence.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io;

use crate::diagnostic::comparison::{Comparison, KnownFinding, Reference};
use crate::diagnostic::display::style;
use crate::diagnostic::finding::Finding;
use crate::diagnostic::severity::Severity;
use crate::engine::outcome::{SkipReason, Skipped};
use crate::manifest::edit::Safety;
use crate::report::options::Report;
use crate::text::phrases::count;
use crate::text::terminal::{escape, paint};

/// This many of the files that were skipped are named; `--format json` names all.
const MAX_LISTED: usize = 3;

/// How much was checked, found and skipped.
#[derive(serde::Serialize)]
pub(super) struct Summary<'a> {
    objects: usize,
    files: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    neighbours: Option<usize>,
    errors: usize,
    warnings: usize,
    infos: usize,
    fixable: Fixable,
    suppressed: usize,
    unread: usize,
    misconfigured: usize,
    #[serde(rename = "aside")]
    skip_counts: &'a BTreeMap<SkipReason, usize>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    skipped: &'a [Skipped],
    #[serde(skip)]
    can_render: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<Baseline<'a>>,
}

/// How many findings have a fix, by what applies it.
#[derive(serde::Serialize)]
struct Fixable {
    safe: usize,
    r#unsafe: usize,
}

/// How the findings compare with known ones.
#[derive(serde::Serialize)]
struct Baseline<'a> {
    #[serde(skip)]
    with: &'a Reference,
    known: usize,
    fixed: &'a [KnownFinding],
}

impl<'a> From<&'a Comparison> for Baseline<'a> {
    fn from(comparison: &'a Comparison) -> Self {
        let Comparison { with, known, fixed } = comparison;
        Baseline { with, known: *known, fixed }
    }
}

impl Baseline<'_> {
    fn sentences(&self) -> impl Iterator<Item = String> {
        let fixed = self.fixed.len();
        let (known, fixed) = match self.with {
            Reference::Baseline(file) => {
                let entries =
                    if fixed == 1 { "entry of the baseline is" } else { "entries of the baseline are" };
                let anew = format!("write it again with `--write-baseline {file}`");
                (format!("{} in the baseline", self.known), format!("{fixed} {entries} fixed: {anew}"))
            }
            Reference::Git(name) => {
                (format!("{} known from {name}", self.known), format!("{fixed} fixed since {name}"))
            }
        };
        [Some(known), (!self.fixed.is_empty()).then_some(fixed)].into_iter().flatten()
    }
}

impl Fixable {
    fn new(findings: &[Finding]) -> Self {
        let of = |safety| {
            findings.iter().filter_map(|it| it.fix.as_ref()).filter(|it| it.safety == safety).count()
        };
        Fixable { safe: of(Safety::Safe), r#unsafe: of(Safety::Unsafe) }
    }

    /// Describes it in one sentence.
    pub(crate) fn sentence(&self) -> Option<String> {
        match (self.safe, self.r#unsafe) {
            (0, 0) => None,
            (safe, 0) => Some(format!("{safe} fixable with `--fix`")),
            (0, more) => Some(format!("{more} fixable with `--fix --unsafe-fixes`")),
            (safe, more) => Some(format!("{safe} fixable with `--fix`, {more} more with `--unsafe-fixes`")),
        }
    }
}

impl<'a> Summary<'a> {
    /// Counts what a report has.
    pub(super) fn new(report: &Report<'a>) -> Self {
        let outcome = report.outcome;
        let of = |severity| outcome.findings.iter().filter(|finding| finding.severity == severity).count();
        Summary {
            objects: outcome.objects,
            files: report.files,
            neighbours: Some(outcome.neighbours).filter(|it| *it > 0),
            errors: of(Severity::Error),
            warnings: of(Severity::Warning),
            infos: of(Severity::Info),
            fixable: Fixable::new(&outcome.findings),
            suppressed: outcome.suppressed.len(),
            unread: outcome.unread,
            misconfigured: outcome.misconfigured,
            skip_counts: &outcome.skip_counts,
            skipped: &outcome.skipped,
            can_render: outcome.can_render,
            baseline: report.comparison.map(Baseline::from),
        }
    }

    /// Describes it in one sentence.
    pub(super) fn sentence(&self, color: bool) -> String {
        let found = [
            (self.errors, "error", Severity::Error),
            (self.warnings, "warning", Severity::Warning),
            (self.infos, "info", Severity::Info),
        ];
        let found = found.iter().filter(|(number, ..)| *number > 0).map(|&(number, noun, severity)| {
            paint(&count(number, noun), style(severity), color).into_owned()
        });
        let nothing = if self.baseline.is_some() { "no new findings" } else { "no findings" };
        let found = match found.collect::<Vec<_>>() {
            found if found.is_empty() => paint(nothing, "1;32", color).into_owned(),
            found => found.join(", "),
        };
        let files = count(self.files, "file");
        let mut parts = vec![match self.objects {
            // What is not there cannot be healthy.
            0 if self.errors + self.warnings + self.infos == 0 => format!("no Job or CronJob in {files}"),
            number => format!("checked {} in {files}: {found}", count(number, "object")),
        }];
        parts.extend(self.neighbours.map(|it| format!("compared with {}", count(it, "neighbour"))));
        parts.extend(self.fixable.sentence());
        if self.suppressed > 0 {
            parts.push(format!("{} suppressed", self.suppressed));
        }
        parts.extend(self.baseline.iter().flat_map(Baseline::sentences));
        let skipped = self.skip_counts.iter().filter(|(_, number)| **number > 0);
        let skipped = skipped.map(|(&reason, &number)| reason.describe(number) + &self.names(reason));
        let skipped: Vec<_> = skipped.collect();
        if !skipped.is_empty() {
            let hint = if self.can_render { " (use `--render` to check charts and overlays)" } else { "" };
            parts.push(format!("skipped: {}{hint}", skipped.join(", ")));
        }
        if self.unread > 0 {
            let unread = format!("{} could not be read", count(self.unread, "input"));
            parts.push(paint(&unread, style(Severity::Error), color).into_owned());
        }
        if self.misconfigured > 0 {
            let misconfigured = format!("{} could not be used", count(self.misconfigured, "configuration"));
            parts.push(paint(&misconfigured, style(Severity::Error), color).into_owned());
        }
        parts.join("; ")
    }
}

impl Summary<'_> {
    /// Names the first few of what was skipped for a reason, in brackets.
    fn names(&self, reason: SkipReason) -> String {
        let files: Vec<_> = self.skipped.iter().filter(|it| it.reason == reason).collect();
        let named = files.iter().take(MAX_LISTED).map(|it| format!("`{}`", escape(&it.file)));
        let named: Vec<_> = named.collect();
        match files.len() - named.len() {
            _ if named.is_empty() => String::new(),
            0 => format!(" ({})", named.join(", ")),
            more => format!(" ({} and {more} more)", named.join(", ")),
        }
    }
}

/// Writes what follows the findings of a text format: the statistics if wanted, the summary unless unwanted.
pub(super) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    if report.options.statistics {
        write_statistics(report, out)?;
    }
    if report.options.quiet {
        Ok(())
    } else {
        writeln!(out, "{}", Summary::new(report).sentence(report.options.color))
    }
}

/// Writes how many findings each rule has, the most frequent first.
pub(super) fn write_statistics(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut counts: BTreeMap<(&str, Severity), usize> = BTreeMap::new();
    for finding in &report.outcome.findings {
        *counts.entry((finding.rule.id, finding.severity)).or_default() += 1;
    }
    let mut rows: Vec<_> = counts.into_iter().collect();
    rows.sort_by_key(|&((id, severity), number)| (Reverse(number), id, Reverse(severity)));
    let Some((_, most)) = rows.first() else { return Ok(()) };
    let width = most.to_string().len();
    for ((id, severity), number) in &rows {
        let word = format!("{:7}", severity.as_str());
        let word = paint(&word, style(*severity), report.options.color);
        writeln!(out, "{number:width$}  {word}  {id}")?;
    }
    if report.options.quiet { Ok(()) } else { writeln!(out) }
}
