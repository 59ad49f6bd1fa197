//! JUnit XML, for CI servers that show tests: a suite for each file, a test case for each finding.
//!
//! A finding of an error or a warning is a failure, so that the list of failed tests is the list of findings, each with
//! its rule and path as its name, its object as its class and its file and line in the text. Names hold no lines
//! and no numbers: they stay the same from run to run, and a server can tell new failures from old ones. An `info` is
//! skipped: it is there to be seen and fails nothing, as with the exit code. What could not be read is an
//! error: nobody knows whether it would have passed. An object in which nothing was found is a test case that passes, since
//! some servers take a report without any test for a broken one.

use std::collections::HashSet;
use std::io;

use quick_junit::{NonSuccessKind, Report as Junit, TestCase, TestCaseStatus, TestSuite};

use super::attach::{Attached, attach};
use crate::diagnostic::finding::Finding;
use crate::diagnostic::severity::Severity;
use crate::engine::outcome::Judged;
use crate::render::file_of;
use crate::report::options::Report;
use crate::text::terminal::escape;

/// Writes the suites, in the order of the files.
pub fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let findings = report.outcome.findings.iter();
    let mut cases: Vec<_> = findings
        .map(|it| (Place { file: &it.source.name, document: it.document, item: it.item }, Case::Failed(it)))
        .collect();
    let found: HashSet<_> = cases.iter().map(|&(place, _)| place).collect();
    for object in &report.outcome.judged {
        let place = Place { file: &object.source.name, document: object.document, item: object.item };
        if !found.contains(&place) {
            cases.push((place, Case::Passed(object)));
        }
    }
    cases.sort_by_key(|&(place, _)| place);
    let mut junit = Junit::new("batchlint");
    for group in cases.chunk_by(|left, right| file_of(left.0.file) == file_of(right.0.file)) {
        let mut suite = TestSuite::new(escape(file_of(group[0].0.file)));
        suite.add_test_cases(group.iter().map(|&(_, case)| match case {
            Case::Failed(finding) => failed(finding),
            Case::Passed(object) => passed(object),
        }));
        junit.add_test_suite(suite);
    }
    junit.serialize(out).map_err(io::Error::other)
}

/// An object of a run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Place<'a> {
    file: &'a str,
    document: usize,
    item: Option<usize>,
}

/// What a test case is made of.
#[derive(Clone, Copy)]
enum Case<'a> {
    Failed(&'a Finding),
    Passed(&'a Judged),
}

fn passed(object: &Judged) -> TestCase {
    case("no findings", &object.subject.to_string(), &object.source.name, TestCaseStatus::success())
}

fn failed(finding: &Finding) -> TestCase {
    let is_unread = finding.subject.kind.is_empty();
    let mut status = match finding.severity {
        Severity::Info => TestCaseStatus::skipped(),
        _ if is_unread => TestCaseStatus::non_success(NonSuccessKind::Error),
        _ => TestCaseStatus::non_success(NonSuccessKind::Failure),
    };
    status.set_type(finding.severity.as_str());
    let note = attach(&finding.source, finding.place.span).note;
    status.set_message(escape(&format!("{}{note}", finding.message)));
    status.set_description(description(finding));
    let class = if is_unread { finding.source.name.clone() } else { finding.subject.to_string() };
    let separator = if finding.place.path.is_empty() { "" } else { ": " };
    let name = format!("{}{separator}{}", finding.rule.id, finding.place.path);
    case(&name, &class, &finding.source.name, status)
}

fn case(name: &str, class: &str, file: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(escape(name), status);
    case.set_classname(escape(class));
    if !file.is_empty() {
        case.extra.insert("file".into(), escape(file_of(file)).into());
    }
    case
}

/// Returns what a server shows of a failure, a line each: place and message, related places, help, page.
fn description(finding: &Finding) -> String {
    let source = &finding.source;
    let line = |span, text: &str| match source.text.is_empty() {
        true => text.to_owned(),
        false => {
            let Attached { file, start, note, .. } = attach(source, span);
            format!("{file}:{}: {text}{note}", start.line)
        }
    };
    let message = line(finding.place.span, &finding.message);
    let related = finding.related.iter().map(|it| line(it.place.span, &it.text));
    let help = finding.help.iter().map(|help| format!("help: {help}"));
    let lines = [message].into_iter().chain(related).chain(help).chain([finding.rule.url()]);
    lines.map(|line| escape(&line).into_owned()).collect::<Vec<_>>().join("\n")
}
