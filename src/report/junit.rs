//! JUnit XML, for CI servers that show tests: a suite for each file, a test case for each finding.
//!
//! A finding of an error or a warning is a failure, so that the list of failed tests is the list of findings, each with
//! its rule and path as its name, its object as its class and its file and line in the text. Names hold no lines
//! and no numbers: they stay the same from run to run, and a server can tell new failures from old ones. An `info` is
//! skipped: it is there to be seen and fails nothing, as with the exit code. What could not be read is an
//! error: nobody knows whether it would have passed. An object in which nothing was found is a test case that passes, since
//! some servers take a report without any test for a broken one.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{self, Write as _};

use super::location::{FileLocation, locate};
use crate::diagnostic::finding::Finding;
use crate::diagnostic::severity::Severity;
use crate::engine::outcome::CheckedObject;
use crate::report::options::Report;
use crate::text::source::{Origin, Source};
use crate::text::terminal::escape;

/// Writes the suites, in the order of the files.
pub(super) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let findings = report.outcome.findings.iter();
    let mut cases: Vec<_> =
        findings.map(|it| (Place::new(&it.source, it.document, it.item), Case::Failed(it))).collect();
    let found: HashSet<_> = cases.iter().map(|&(place, _)| place).collect();
    for object in &report.outcome.checked {
        let place = Place::new(&object.source, object.document, object.item);
        if !found.contains(&place) {
            cases.push((place, Case::Passed(object)));
        }
    }
    cases.sort_by_key(|&(place, _)| place);
    let out = &mut io::BufWriter::new(out);
    let [skipped, failures, errors] = counts(&cases);
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<testsuites name=\"batchlint\" tests=\"{}\" skipped=\"{skipped}\" failures=\"{failures}\" errors=\"{errors}\">",
        cases.len()
    )?;
    for group in cases.chunk_by(|left, right| left.0.file == right.0.file) {
        let [skipped, failures, errors] = counts(group);
        writeln!(
            out,
            "    <testsuite name=\"{}\" tests=\"{}\" skipped=\"{skipped}\" errors=\"{errors}\" failures=\"{failures}\">",
            xml(group[0].0.file),
            group.len()
        )?;
        for &(_, case) in group {
            case.write(out)?;
        }
        writeln!(out, "    </testsuite>")?;
    }
    writeln!(out, "</testsuites>")?;
    out.flush()
}

/// An object of a run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Place<'a> {
    file: &'a str,
    /// Which document that was made of the file, from 1; 0 for the file itself.
    rendered: usize,
    document: usize,
    item: Option<usize>,
}

impl<'a> Place<'a> {
    fn new(source: &'a Source, document: usize, item: Option<usize>) -> Self {
        let rendered = match source.origin {
            Origin::Rendered { document, .. } => document,
            _ => 0,
        };
        Place { file: source.file(), rendered, document, item }
    }
}

/// What a test case is made of.
#[derive(Clone, Copy)]
enum Case<'a> {
    Failed(&'a Finding),
    Passed(&'a CheckedObject),
}

impl Case<'_> {
    /// Returns the element that says how the test ended; none where it passed.
    fn status(self) -> Option<&'static str> {
        match self {
            Case::Passed(_) => None,
            Case::Failed(it) if it.severity == Severity::Info => Some("skipped"),
            Case::Failed(it) if it.subject.kind.is_empty() => Some("error"),
            Case::Failed(_) => Some("failure"),
        }
    }

    fn write(self, out: &mut impl io::Write) -> io::Result<()> {
        let finding = match self {
            Case::Passed(it) => {
                start(out, "no findings", &it.subject.to_string(), it.source.file())?;
                return writeln!(out, "/>");
            }
            Case::Failed(finding) => finding,
        };
        let is_unread = finding.subject.kind.is_empty();
        let class = if is_unread { finding.source.name.clone() } else { finding.subject.to_string() };
        let separator = if finding.place.path.is_empty() { "" } else { ": " };
        let name = format!("{}{separator}{}", finding.rule.id, finding.place.path);
        let note = locate(&finding.source, finding.place.span).note;
        let (message, status) = (format!("{}{note}", finding.message), self.status().unwrap_or_default());
        start(out, &name, &class, finding.source.file())?;
        writeln!(out, ">")?;
        writeln!(
            out,
            "            <{status} message=\"{}\" type=\"{}\">{}</{status}>",
            xml(&message),
            finding.severity.as_str(),
            description(finding)
        )?;
        writeln!(out, "        </testcase>")
    }
}

/// Counts the cases that are skipped, failures and errors.
fn counts(cases: &[(Place<'_>, Case<'_>)]) -> [usize; 3] {
    ["skipped", "failure", "error"]
        .map(|status| cases.iter().filter(|(_, case)| case.status() == Some(status)).count())
}

/// Writes the tag of a test case up to its end.
fn start(out: &mut impl io::Write, name: &str, class: &str, file: &str) -> io::Result<()> {
    write!(out, "        <testcase name=\"{}\" classname=\"{}\"", xml(name), xml(class))?;
    match file {
        "" => Ok(()),
        file => write!(out, " file=\"{}\"", xml(file)),
    }
}

/// Escapes a text for XML, and for the terminal of whoever prints the report.
fn xml(text: &str) -> Cow<'_, str> {
    let text = escape(text);
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return text;
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            character => escaped.push(character),
        }
    }
    escaped.into()
}

/// Returns what a server shows of a failure, a line each: place and message, related places, rules that it stands for, help, page.
fn description(finding: &Finding) -> String {
    let source = &finding.source;
    let line = |span, text: &str| {
        if source.text.is_empty() {
            text.to_owned()
        } else {
            let FileLocation { file, start, note, .. } = locate(source, span);
            format!("{file}:{}: {text}{note}", start.line)
        }
    };
    let message = line(finding.place.span, &finding.message);
    let related = finding.related.iter().map(|it| line(it.place.span, &it.text));
    let elsewhere = finding.elsewhere.iter().map(|it| format!("{}: {}", it.written(), it.text));
    let help = finding.help.iter().map(|help| format!("help: {help}"));
    let also = finding.also_list().map(|ids| format!("also: {ids}"));
    let lines = [message]
        .into_iter()
        .chain(related)
        .chain(elsewhere)
        .chain(also)
        .chain(help)
        .chain([finding.rule.url()]);
    lines.map(|line| xml(&line).into_owned()).collect::<Vec<_>>().join("\n")
}
