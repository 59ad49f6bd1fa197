//! Each finding with an excerpt of the manifest, for eyes.

use std::borrow::Cow;
use std::fmt;
use std::io;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};

use super::excerpt::{Cut, Excerpt, Mark};
use super::summary;
use crate::diagnostic::display::tag;
use crate::diagnostic::finding::{Finding, Label};
use crate::diagnostic::severity::Severity;
use crate::manifest::edit::{Fix, Safety};
use crate::report::options::{Report, ReportOptions};
use crate::text::phrases::count;
use crate::text::terminal::{escape, paint, wrap};

/// How many related places a finding shows.
const MAX_RELATED: usize = 5;

/// The columns of a help text, at most.
const MAX_COLUMNS: usize = 110;

/// Of more findings than this, a table by rule comes first: what scrolls by is not read.
const MANY: usize = 50;

/// Writes each finding with its excerpt, then the summary and how to read more.
pub(super) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let is_long = report.outcome.findings.len() > MANY && !report.options.quiet;
    if is_long {
        summary::write_statistics(report, out)?;
    }
    for finding in &report.outcome.findings {
        write_finding(finding, report.options, out)?;
        writeln!(out)?;
    }
    let statistics = report.options.statistics && !is_long;
    summary::write(&Report { options: &ReportOptions { statistics, ..*report.options }, ..*report }, out)?;
    match report.outcome.findings.first() {
        Some(first) if !report.options.quiet => {
            let rule = first.rule;
            writeln!(
                out,
                "`batchlint explain {}` or {} explains the rule and shows what is right",
                rule.id,
                rule.url()
            )
        }
        _ => Ok(()),
    }
}

fn write_finding(finding: &Finding, options: &ReportOptions, out: &mut dyn io::Write) -> io::Result<()> {
    let message = escape(&finding.message);
    writeln!(out, "{}: {}", tag(finding, options.color, options.links), paint(&message, "1", options.color))?;
    let related = &finding.related[..finding.related.len().min(MAX_RELATED)];
    if finding.source.text.is_empty() {
        write_paths(finding, related, options, out)?
    } else {
        out.write_all(excerpt(finding, related, options)?.as_bytes())?
    }
    let more = finding.related.len() - related.len();
    if more > 0 {
        note("more", &format!("{} like these", count(more, "place")), options, out)?;
    }
    for place in &finding.elsewhere {
        let text = format!("{}: {}", escape(&place.written()), escape(&place.text));
        note("see", &text, options, out)?;
    }
    if let Some(also) = finding.also_list() {
        note("also", &also, options, out)?;
    }
    if !finding.subject.kind.is_empty() {
        note("in", &escape(&finding.subject.to_string()), options, out)?;
    }
    if let Some(help) = &finding.help {
        note("help", &escape(help), options, out)?;
    }
    let fixes = finding.fix.iter().chain(&finding.alternative);
    fixes.into_iter().try_for_each(|fix| note("fix", &escape(&describe(fix)), options, out))
}

/// Returns what a fix does, and what applies it.
pub(super) fn describe(fix: &Fix) -> String {
    let flags = match fix.safety {
        Safety::Safe => "--fix",
        Safety::Unsafe => "--fix --unsafe-fixes",
    };
    format!("{} ({flags})", fix.title)
}

/// Writes where a finding is in an object that has no text.
fn write_paths(
    finding: &Finding,
    related: &[Label],
    options: &ReportOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let known = [&finding.source.name, &finding.place.path].into_iter().filter(|part| !part.is_empty());
    let place = known.map(|part| escape(part)).collect::<Vec<_>>().join(": ");
    if !place.is_empty() {
        note("at", &place, options, out)?;
    }
    for label in related {
        let text = format!("{}: {}", escape(&label.place.path), escape(&label.text));
        note("see", &text, options, out)?;
    }
    Ok(())
}

fn note(label: &str, text: &str, options: &ReportOptions, out: &mut dyn io::Write) -> io::Result<()> {
    let label = format!("{label}:");
    let padding = " ".repeat(6_usize.saturating_sub(label.len()));
    let label = paint(&label, "36", options.color);
    writeln!(out, "  {label}{padding}{}", wrap(text, 8, options.width.min(MAX_COLUMNS)))
}

/// Returns the marked lines of the source, drawn by miette.
fn excerpt(finding: &Finding, related: &[Label], options: &ReportOptions) -> io::Result<String> {
    let cut = Cut {
        // Line numbers and frame take the rest.
        width: options.width.saturating_sub(12).clamp(40, 160),
        ellipsis: if options.unicode { "…" } else { "..." },
    };
    let places = std::iter::once(&finding.place).chain(related.iter().map(|label| &label.place));
    let excerpt = Excerpt::new(&finding.source, places.map(|place| place.span), cut);
    let texts = std::iter::once(finding.place.path.as_str()).chain(related.iter().map(|label| &*label.text));
    let labels = labels(&excerpt, texts);
    let handler = GraphicalReportHandler::new_themed(theme(finding.severity, &labels, options))
        .without_syntax_highlighting()
        .with_width(options.width.max(40));
    let mut rendered = String::new();
    let drawing = Drawing { excerpt, labels };
    handler.render_report(&mut rendered, &drawing).map_err(io::Error::other)?;
    // The first line is miette's heading, in place of which stands ours.
    Ok(rendered.split_once('\n').map(|(_, excerpt)| excerpt.to_owned()).unwrap_or_default())
}

/// Returns the labels by place, the finding's own as the primary one; labels that overlap in a line become one.
fn labels<'t>(excerpt: &Excerpt, texts: impl Iterator<Item = &'t str>) -> Vec<LabeledSpan> {
    let mut merged: Vec<(&Mark, Vec<Cow<'_, str>>)> = Vec::new();
    for (mark, text) in excerpt.marks().iter().zip(texts) {
        let text = Some(escape(text)).filter(|text| !text.is_empty());
        match merged.iter_mut().find(|(other, _)| other.overlaps(mark)) {
            Some((_, lines)) => lines.extend(text),
            None => merged.push((mark, text.into_iter().collect())),
        }
    }
    let labels = merged.into_iter().enumerate().map(|(index, (mark, lines))| {
        let text = (!lines.is_empty()).then(|| lines.join("\n"));
        match index {
            0 => LabeledSpan::new_primary_with_span(text, mark.text.clone()),
            _ => LabeledSpan::new_with_span(text, mark.text.clone()),
        }
    });
    let mut labels: Vec<_> = labels.collect();
    labels.sort_by_key(LabeledSpan::offset);
    labels
}

/// Returns the characters and colours: the place itself in the colour of the severity, related places in another.
fn theme(severity: Severity, labels: &[LabeledSpan], options: &ReportOptions) -> GraphicalTheme {
    let mut theme = match (options.unicode, options.color) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::unicode_nocolor(),
        (false, true) => GraphicalTheme::ascii(),
        (false, false) => GraphicalTheme::none(),
    };
    let styles = &mut theme.styles;
    styles.link = styles.help;
    let (primary, related) = match severity {
        Severity::Error => (styles.error, styles.help),
        Severity::Warning => (styles.warning, styles.help),
        Severity::Info => (styles.advice, styles.warning),
    };
    let style = |label: &LabeledSpan| if label.primary() { primary } else { related };
    styles.highlights = labels.iter().map(style).collect();
    theme
}

/// What miette draws: an excerpt with labels and no words of its own.
#[derive(Debug)]
struct Drawing {
    excerpt: Excerpt,
    labels: Vec<LabeledSpan>,
}

impl fmt::Display for Drawing {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Drawing {}

impl Diagnostic for Drawing {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}
