//! One page for a browser that needs nothing else: findings to search, filter and group, the course of the Jobs, and the
//! week of the CronJobs. Everything that comes from manifests is escaped, and the page's policy forbids every request.

mod charts;
mod escape;
mod excerpt;
mod rows;

use std::collections::BTreeMap;
use std::io;

use self::escape::{escape, prose};
use self::rows::{Split, file_name};
use super::human::describe;
use super::summary::Summary;
use crate::diagnostic::finding::Finding;
use crate::diagnostic::meta::Meta;
use crate::diagnostic::severity::Severity;
use crate::report::options::Report;
use crate::text::phrases::count;

const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");

/// What a browser may do with the page: show it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; \
    form-action 'none'";

/// The most objects without findings that are named.
const MAX_CLEAN: usize = 500;

/// Writes the page.
pub(super) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let findings = &report.outcome.findings;
    let summary = escape(&Summary::new(report).sentence(false));
    write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"generator\" content=\"batchlint {}\">\n<title>batchlint: {summary}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n",
        env!("CARGO_PKG_VERSION")
    )?;
    let charts = charts::draw(report);
    write_header(report, &charts, out)?;
    out.write_all(b"<main>\n<section id=\"findings\" aria-label=\"Findings\">\n")?;
    if findings.is_empty() {
        out.write_all(b"<p class=\"nothing\">No findings.</p>\n")?
    } else {
        write_findings(findings, out)?
    }
    write_clean(report, out)?;
    write!(out, "</section>\n{}</main>\n", charts.sections)?;
    write!(
        out,
        "<footer><p>batchlint {}{}</p><p class=\"keys\" hidden><kbd>/</kbd> search <kbd>j</kbd> <kbd>k</kbd> next and \
         previous finding <kbd>Esc</kbd> show all</p></footer>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n",
        env!("CARGO_PKG_VERSION"),
        made(report)
    )
}

/// Says when and with which arguments the page was made.
fn made(report: &Report<'_>) -> String {
    let Some(invocation) = report.invocation else { return String::new() };
    let time = invocation.started.strftime("%Y-%m-%d %H:%M UTC");
    let arguments = escape(&invocation.arguments.join(" "));
    format!(", {time}: <code>batchlint {arguments}</code>")
}

fn write_header(report: &Report<'_>, charts: &charts::Charts, out: &mut dyn io::Write) -> io::Result<()> {
    out.write_all(
        b"<a class=\"skip\" href=\"#findings\">Go to the findings</a>\n<header>\n<h1>batchlint</h1>\n<nav>",
    )?;
    out.write_all(b"<a href=\"#findings\">Findings</a>")?;
    for (id, title) in &charts.links {
        write!(out, "<a href=\"#{id}\">{title}</a>")?;
    }
    out.write_all(
        b"</nav>\n<button id=\"theme\" type=\"button\" hidden>Dark or light</button>\n<dl class=\"counts\">",
    )?;
    let of = |severity| report.outcome.findings.iter().filter(|it| it.severity == severity).count();
    let unread = report.outcome.unread;
    let counts = [
        ("error", of(Severity::Error), "error"),
        ("warning", of(Severity::Warning), "warning"),
        ("info", of(Severity::Info), "info"),
        ("", report.outcome.objects, "object"),
        ("", report.files, "file"),
    ];
    let unread = (unread > 0).then_some(("error", unread, "unread input"));
    for (class, number, noun) in counts.into_iter().chain(unread) {
        let class = if number == 0 { "" } else { class };
        let noun = count(number, noun);
        let noun = noun.split_once(' ').map_or("", |(_, noun)| noun);
        write!(out, "<div class=\"{class}\"><dt>{noun}</dt><dd>{number}</dd></div>")?;
    }
    let summary = prose(&Summary::new(report).sentence(false));
    writeln!(out, "</dl>\n<p class=\"summary\">{summary}</p>\n</header>")
}

/// Writes the tools and, by file, the findings; without a script the tools stay hidden.
fn write_findings(findings: &[Finding], out: &mut dyn io::Write) -> io::Result<()> {
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    findings.iter().for_each(|it| *rules.entry(it.rule.id).or_default() += 1);
    out.write_all(
        b"<form id=\"tools\" role=\"search\" hidden>\n<input id=\"search\" type=\"search\" \
          placeholder=\"Search rules, files, objects, messages\" aria-label=\"Search the findings\" autocomplete=\"off\">\n\
          <fieldset><legend>Severity</legend>",
    )?;
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let (name, number) =
            (severity.as_str(), findings.iter().filter(|it| it.severity == severity).count());
        if number > 0 {
            write!(
                out,
                "<label class=\"{name}\"><input type=\"checkbox\" name=\"severity\" value=\"{name}\" checked>\
                 {name}</label>"
            )?;
        }
    }
    out.write_all(b"</fieldset>\n")?;
    write_choice("rule", "rules", &rules, out)?;
    for (id, all) in [("namespace", "namespaces"), ("owner", "owners")] {
        let mut values: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in findings {
            let value = if id == "owner" { &finding.subject.owner } else { &finding.subject.namespace };
            *values.entry(value).or_default() += 1;
        }
        // Of one there is nothing to choose.
        if values.len() > 1 {
            write_choice(id, all, &values, out)?;
        }
    }
    write!(
        out,
        "<fieldset><legend>Group</legend>\
         <label><input type=\"radio\" name=\"group\" value=\"file\" checked>by file</label>\
         <label><input type=\"radio\" name=\"group\" value=\"rule\">by rule</label></fieldset>\n\
         <output id=\"shown\" aria-live=\"polite\">{}</output>\n</form>\n<div id=\"groups\">\n",
        count(findings.len(), "finding")
    )?;
    let split = Split::new(findings);
    let full: Vec<_> = findings.iter().enumerate().filter(|(at, _)| split.is_full[*at]).collect();
    for group in full.chunk_by(|left, right| left.1.source.name == right.1.source.name) {
        let file = file_name(group[0].1);
        writeln!(out, "<section class=\"group\"><h2>{} <span>{}</span></h2>", escape(file), group.len())?;
        for (at, finding) in group {
            write_finding(finding, at + 1, out)?;
        }
        out.write_all(b"</section>\n")?;
    }
    out.write_all(
        b"</div>\n<p id=\"none\" class=\"nothing\" hidden>No finding matches.</p>\n<p id=\"pages\" hidden>\
          <button type=\"button\" id=\"previous\">Previous page</button> <output id=\"page\"></output> \
          <button type=\"button\" id=\"next\">Next page</button></p>\n",
    )?;
    split.write_rows(findings, out)
}

/// Writes a list of values to choose one of, with how many findings each has.
fn write_choice(
    id: &str,
    all: &str,
    values: &BTreeMap<&str, usize>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let label = id[..1].to_uppercase() + &id[1..];
    write!(out, "<select id=\"{id}\" aria-label=\"{label}\"><option value=\"\">All {all}</option>")?;
    for (value, number) in values {
        let value = escape(value);
        // Nothing is a choice of its own: findings without a namespace or owner.
        let (key, name) = if value.is_empty() { ("-", format!("no {id}")) } else { (&*value, value.clone()) };
        write!(out, "<option value=\"{key}\">{name} ({number})</option>")?;
    }
    out.write_all(b"</select>\n")
}

fn write_finding(finding: &Finding, number: usize, out: &mut dyn io::Write) -> io::Result<()> {
    let (severity, rule) = (finding.severity.as_str(), finding.rule);
    let file = escape(file_name(finding));
    writeln!(
        out,
        "<article class=\"finding {severity}\" id=\"finding-{number}\" tabindex=\"-1\" data-severity=\"{severity}\" \
         data-rule=\"{}\" data-file=\"{file}\" data-namespace=\"{}\" data-owner=\"{}\">\n<h3><span class=\"severity\">{severity}</span> {}</h3>",
        rule.id,
        escape(&finding.subject.namespace),
        escape(&finding.subject.owner),
        prose(&finding.message)
    )?;
    let mut place = file;
    if !finding.source.text.is_empty() {
        let start = finding.source.positions(finding.place.span).0;
        place = format!("{place}:{}:{}", start.line, start.column);
    }
    write!(out, "<p class=\"place\">{}<a href=\"#finding-{number}\">{place}</a>", link(rule))?;
    for part in [finding.subject.to_string(), finding.place.path.clone()] {
        if !part.is_empty() {
            write!(out, "<span>{}</span>", escape(&part))?;
        }
    }
    out.write_all(b"</p>\n")?;
    if finding.source.text.is_empty() {
        for label in &finding.related {
            let (path, text) = (escape(&label.place.path), prose(&label.text));
            writeln!(out, "<p class=\"note\"><b>see</b> {path}: {text}</p>")?;
        }
    } else {
        out.write_all(excerpt::draw(finding).as_bytes())?
    }
    for place in &finding.elsewhere {
        let (written, text) = (escape(&place.written()), prose(&place.text));
        writeln!(out, "<p class=\"note\"><b>see</b> {written}: {text}</p>")?;
    }
    if let Some(also) = finding.also_list() {
        writeln!(out, "<p class=\"note\"><b>also</b> {also}</p>")?;
    }
    if let Some(help) = &finding.help {
        writeln!(out, "<p class=\"note\"><b>help</b> {}</p>", prose(help))?;
    }
    for fix in finding.fix.iter().chain(&finding.alternative) {
        writeln!(out, "<p class=\"note\"><b>fix</b> {}</p>", prose(&describe(fix)))?;
    }
    out.write_all(b"</article>\n")
}

fn link(rule: &Meta) -> String {
    let summary = escape(rule.summary);
    format!(
        "<a class=\"rule\" href=\"{}\" title=\"{summary}\" rel=\"noreferrer\">{}</a>",
        rule.url(),
        rule.id
    )
}

/// Writes which objects were checked and have no finding.
fn write_clean(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let place = |name: &str, document: usize, item: Option<usize>| (name.to_owned(), document, item);
    let found: std::collections::HashSet<_> =
        report.outcome.findings.iter().map(|it| place(&it.source.name, it.document, it.item)).collect();
    let clean: Vec<_> = report
        .outcome
        .checked
        .iter()
        .filter(|it| !found.contains(&place(&it.source.name, it.document, it.item)))
        .collect();
    if clean.is_empty() {
        return Ok(());
    }
    writeln!(out, "<details><summary>{} without findings</summary>\n<ul>", count(clean.len(), "object"))?;
    for object in clean.iter().take(MAX_CLEAN) {
        let (subject, file) = (escape(&object.subject.to_string()), escape(&object.source.name));
        writeln!(out, "<li>{subject} <span>{file}</span></li>")?;
    }
    if clean.len() > MAX_CLEAN {
        writeln!(out, "<li>and {} more</li>", clean.len() - MAX_CLEAN)?;
    }
    out.write_all(b"</ul>\n</details>\n")
}
