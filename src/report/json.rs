//! JSON for scripts, as `schemas/report.schema.json` describes it.

use std::io::{self, Write as _};

use serde::{Serialize, Serializer};

use super::summary::Summary;
use crate::diagnostic::finding::Finding;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::edit::{Edit, Fix, Safety};
use crate::report::options::Report;
use crate::text::source::{Origin, Source};
use crate::text::span::{Position, Span};
use crate::text::terminal;

/// The version of the format: another one as soon as a reader of this one would misunderstand something
/// (`docs/json.md`).
const VERSION: u32 = 1;

/// Writes the findings and the summary as one JSON object.
pub(super) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let findings = StreamedList(report.outcome.findings.iter().map(FindingOut::from));
    write_value(&ReportOut { version: VERSION, findings, summary: Summary::new(report) }, out)
}

/// Writes a value as indented JSON with `\u` escapes for what a terminal would obey.
pub(super) fn write_value(value: &impl Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = Escaping { out, pending: Vec::with_capacity(PENDING) };
    serde_json::to_writer_pretty(&mut out, value)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// So many bytes of JSON are escaped at once: pieces that the serializer writes are a few bytes long.
const PENDING: usize = 8 << 10;

/// Escapes JSON on its way out, so that a large report is never there as a whole.
struct Escaping<'o> {
    out: &'o mut dyn io::Write,
    /// Whole pieces of JSON, which the serializer parts between characters.
    pending: Vec<u8>,
}

impl io::Write for Escaping<'_> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.write_all(piece)?;
        Ok(piece.len())
    }

    #[inline]
    fn write_all(&mut self, piece: &[u8]) -> io::Result<()> {
        if self.pending.len() + piece.len() > PENDING {
            self.flush()?;
        }
        self.pending.extend_from_slice(piece);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        // All of it is looked at in one go, without a branch for each byte.
        if self.pending.iter().fold(true, |is_plain, byte| is_plain & is_printable(*byte)) {
            self.out.write_all(&self.pending)?;
        } else {
            self.write_escaped()?;
        }
        self.pending.clear();
        self.out.flush()
    }
}

impl Escaping<'_> {
    /// Writes what is pending, with escapes.
    fn write_escaped(&mut self) -> io::Result<()> {
        let text = std::str::from_utf8(&self.pending).map_err(io::Error::other)?;
        let (mut written, mut at) = (0, 0);
        while let Some(skipped) = text.as_bytes()[at..].iter().position(|byte| !is_printable(*byte)) {
            at += skipped;
            let Some(char) = text[at..].chars().next() else { break };
            if terminal::is_unsafe(char) {
                write!(self.out, "{}\\u{:04x}", &text[written..at], u32::from(char))?;
                written = at + char.len_utf8();
            }
            at += char.len_utf8();
        }
        self.out.write_all(&text.as_bytes()[written..])
    }
}

/// Whether a byte is printable ASCII, which needs no decoding, as nearly all of a report is; or a line break, which JSON has outside
/// of strings only.
fn is_printable(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\n')
}

#[derive(Serialize)]
struct ReportOut<'a, F> {
    version: u32,
    findings: F,
    summary: Summary<'a>,
}

/// A list whose items are made one at a time, as they are written.
pub(super) struct StreamedList<I>(pub I);

impl<I: Iterator<Item: Serialize> + Clone> Serialize for StreamedList<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.clone())
    }
}

#[derive(Serialize)]
struct FindingOut<'a> {
    rule: &'static str,
    also: Vec<&'static str>,
    severity: Severity,
    confidence: Confidence,
    message: &'a str,
    help: Option<&'a str>,
    path: &'a str,
    file: &'a str,
    document: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<usize>,
    object: Option<ObjectOut<'a>>,
    span: Option<SpanOut>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rendered: Option<RenderedOut>,
    related: Vec<RelatedOut<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    elsewhere: Vec<ElsewhereOut<'a>>,
    fix: Option<FixOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alternative: Option<FixOut<'a>>,
    fingerprint: &'a str,
    url: String,
}

#[derive(Serialize)]
struct ObjectOut<'a> {
    kind: &'static str,
    namespace: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct RelatedOut<'a> {
    path: &'a str,
    message: &'a str,
    span: Option<SpanOut>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rendered: Option<RenderedOut>,
}

/// A place in another object, in this file or in another one.
#[derive(Serialize)]
struct ElsewhereOut<'a> {
    file: &'a str,
    message: &'a str,
    span: Option<SpanOut>,
}

/// A place in what was made of the file.
#[derive(Serialize)]
struct RenderedOut {
    document: usize,
    span: SpanOut,
}

#[derive(Serialize)]
struct FixOut<'a> {
    title: &'a str,
    safety: Safety,
    /// Nothing where they would show a secret.
    edits: Option<Vec<EditOut<'a>>>,
}

#[derive(Serialize)]
struct EditOut<'a> {
    start: usize,
    end: usize,
    text: &'a str,
}

#[derive(Serialize)]
struct SpanOut {
    start: PositionOut,
    end: PositionOut,
}

#[derive(Serialize)]
struct PositionOut {
    line: usize,
    column: usize,
    offset: usize,
}

impl<'a> From<&'a Finding> for FindingOut<'a> {
    fn from(finding: &'a Finding) -> Self {
        let source = &finding.source;
        let subject = &finding.subject;
        let object = ObjectOut { kind: subject.kind, namespace: &subject.namespace, name: &subject.name };
        let related = finding.related.iter().map(|label| RelatedOut {
            path: &label.place.path,
            message: &label.text,
            span: span(source, label.place.span),
            rendered: rendered(source, label.place.span),
        });
        let elsewhere = finding.elsewhere.iter().map(|place| ElsewhereOut {
            file: place.file(),
            message: &place.text,
            span: (!place.is_rendered())
                .then(|| SpanOut { start: place.start.into(), end: place.end.into() }),
        });
        FindingOut {
            rule: finding.rule.id,
            also: finding.also_ids(),
            severity: finding.severity,
            confidence: finding.rule.confidence,
            message: &finding.message,
            help: finding.help.as_deref(),
            path: &finding.place.path,
            file: source.file(),
            document: finding.document,
            item: finding.item,
            object: (!subject.kind.is_empty()).then_some(object),
            span: span(source, finding.place.span),
            rendered: rendered(source, finding.place.span),
            related: related.collect(),
            elsewhere: elsewhere.collect(),
            fix: finding.fix.as_deref().map(|fix| FixOut::new(source, fix)),
            alternative: finding.alternative.as_deref().map(|fix| FixOut::new(source, fix)),
            fingerprint: &finding.fingerprint,
            url: finding.rule.url(),
        }
    }
}

impl<'a> FixOut<'a> {
    fn new(source: &Source, fix: &'a Fix) -> Self {
        let edit = |edit: &'a Edit| {
            let bytes = edit.span.range();
            let (start, end) = (source.start.offset + bytes.start, source.start.offset + bytes.end);
            EditOut { start, end, text: &edit.text }
        };
        let edits = (!fix.confidential).then(|| fix.edits.iter().map(edit).collect());
        FixOut { title: &fix.title, safety: fix.safety, edits }
    }
}

impl SpanOut {
    fn new(source: &Source, span: Span) -> Self {
        let (start, end) = source.positions(span);
        SpanOut { start: start.into(), end: end.into() }
    }
}

impl From<Position> for PositionOut {
    fn from(Position { line, column, offset }: Position) -> Self {
        PositionOut { line, column, offset }
    }
}

fn span(source: &Source, span: Span) -> Option<SpanOut> {
    let is_rendered = matches!(source.origin, Origin::Rendered { .. });
    (!source.text.is_empty() && !is_rendered).then(|| SpanOut::new(source, span))
}

fn rendered(source: &Source, span: Span) -> Option<RenderedOut> {
    let Origin::Rendered { document, .. } = source.origin else { return None };
    Some(RenderedOut { document, span: SpanOut::new(source, span) })
}
