//! Markdown as GitHub and GitLab show it, for the summary of a job and for comments.

use std::io;

use super::summary::Summary;
use crate::diagnostic::finding::Finding;
use crate::report::options::Report;
use crate::text::phrases::count;
use crate::text::terminal;

/// More findings make no summary, and GitHub takes no more than 1 MiB.
const MAX_FINDINGS: usize = 500;

/// Writes a heading, the summary, and a table with a row for each finding.
pub(super) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let findings = &report.outcome.findings;
    writeln!(out, "# batchlint\n\n{}", escape(&Summary::new(report).sentence(false)))?;
    if findings.is_empty() {
        return Ok(());
    }
    out.write_all(b"\n| severity | rule | place | what is wrong |\n|---|---|---|---|\n")?;
    for finding in findings.iter().take(MAX_FINDINGS) {
        let (severity, rule) = (finding.severity.as_str(), finding.rule);
        let help =
            finding.help.as_ref().map(|help| format!("<br>help: {}", escape(help))).unwrap_or_default();
        let also = finding.also_list().map(|ids| format!("<br>also: {ids}")).unwrap_or_default();
        let (id, url, message) = (rule.id, rule.url(), escape(&finding.message));
        writeln!(out, "| {severity} | [{id}]({url}) | {} | {message}{also}{help} |", place(finding))?;
    }
    match findings.len().saturating_sub(MAX_FINDINGS) {
        0 => Ok(()),
        more => writeln!(out, "\nand {}", count(more, "more finding")),
    }
}

fn place(finding: &Finding) -> String {
    let source = &finding.source;
    let file = if source.text.is_empty() {
        source.name.clone()
    } else {
        format!("{}:{}", source.name, source.positions(finding.place.span).0.line)
    };
    let parts = [file, finding.subject.to_string()].into_iter().filter(|part| !part.is_empty());
    parts.map(|part| escape(&part)).collect::<Vec<_>>().join("<br>")
}

/// Escapes what Markdown, its tables and HTML would obey; text between pairs of backticks stays code.
fn escape(text: &str) -> String {
    let text = terminal::escape(text);
    let parts: Vec<&str> = text.split('`').collect();
    let mut escaped = String::with_capacity(text.len() + 16);
    for (at, part) in parts.iter().enumerate() {
        let is_alone = parts.len().is_multiple_of(2) && at + 1 == parts.len();
        match at % 2 {
            1 if !is_alone && !part.is_empty() => {
                escaped.extend(["`", &part.replace('|', "\\|"), "`"]);
            }
            _ => {
                if at % 2 == 1 {
                    escaped.push_str("\\`");
                }
                escaped.push_str(&escape_plain(part));
                if at % 2 == 1 && !is_alone {
                    escaped.push_str("\\`");
                }
            }
        }
    }
    escaped
}

fn escape_plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            // A name after it would be notified.
            '@' => escaped.push_str("&#64;"),
            '\\' | '|' | '[' | ']' | '*' | '_' | '~' | '#' | '!' => escaped.extend(['\\', char]),
            char => escaped.push(char),
        }
    }
    // An address would become a link.
    escaped.replace("://", ":<!-- -->//")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_cell_or_becomes_a_link() {
        assert_eq!(escape("a|b `c|d<e>` <b> [x](y) @all"), "a\\|b `c\\|d<e>` &lt;b> \\[x\\](y) &#64;all");
        assert_eq!(escape("``a` b"), "\\`\\`a\\` b");
        assert_eq!(escape("https://x\n# y"), "https:<!-- -->//x\\\\n\\# y");
    }
}
