//! Findings in brief, as data that the page's script makes rows of: a page holds as many as a large fleet has.

use std::collections::HashMap;
use std::io;

use serde_json::{Value, json};

use crate::diagnostic::finding::Finding;

/// The most findings that are shown in full, the gravest first.
const MAX_FULL: usize = 1_500;

/// The most findings that a page has; the rest is counted.
const MAX_ROWS: usize = 250_000;

/// Returns the heading of a finding's file.
pub(super) fn file_name(finding: &Finding) -> &str {
    if finding.source.name.is_empty() { "objects without a file" } else { &finding.source.name }
}

/// How the findings of a report are shown.
pub(super) struct Split {
    /// For each finding whether it is shown in full.
    pub(super) is_full: Vec<bool>,
}

impl Split {
    /// Decides which findings are shown in full: all of them, or so many of the gravest.
    pub(super) fn new(findings: &[Finding]) -> Self {
        let mut order: Vec<usize> = (0..findings.len()).collect();
        order.sort_by_key(|&at| std::cmp::Reverse(findings[at].severity));
        let mut is_full = vec![false; findings.len()];
        order.into_iter().take(MAX_FULL).for_each(|at| is_full[at] = true);
        Split { is_full }
    }

    /// Writes the findings that are not shown in full: what repeats stands in tables, to which the rows refer.
    pub(super) fn write_rows(&self, findings: &[Finding], out: &mut dyn io::Write) -> io::Result<()> {
        let brief = findings.iter().enumerate().filter(|(at, _)| !self.is_full[*at]);
        let (mut files, mut rules, mut objects) = (Table::default(), Table::default(), Table::default());
        let mut rows = Vec::new();
        for (at, finding) in brief.clone().take(MAX_ROWS) {
            let (rule, subject) = (finding.rule, &finding.subject);
            let start = finding.source.positions(finding.place.span).0;
            let (line, column) =
                if finding.source.text.is_empty() { (0, 0) } else { (start.line, start.column) };
            rows.push(json!([
                at + 1,
                finding.severity.as_str().chars().next().map(String::from),
                rules.number(rule.id, || json!([rule.id, rule.summary, rule.url()])),
                files.number(file_name(finding), || json!(file_name(finding))),
                line,
                column,
                objects.number(&format!("{subject}\0{}", subject.owner), || {
                    json!([subject.to_string(), subject.namespace, subject.owner])
                }),
            ]));
        }
        if rows.is_empty() {
            return Ok(());
        }
        let dropped = brief.count() - rows.len();
        let tables = json!({"files": files.rows, "rules": rules.rows, "objects": objects.rows, "rows": rows, "dropped": dropped});
        // Nothing in a block of data can end it.
        let text = tables.to_string().replace('<', "\\u003c");
        writeln!(
            out,
            "<noscript><p class=\"nothing\">With scripts, the page lists {} more findings.</p></noscript>\n\
             <script type=\"application/json\" id=\"rows\">{text}</script>",
            rows.len()
        )
    }
}

/// Values that are written once, with their numbers.
#[derive(Default)]
struct Table {
    numbers: HashMap<String, usize>,
    rows: Vec<Value>,
}

impl Table {
    fn number(&mut self, key: &str, value: impl FnOnce() -> Value) -> usize {
        if let Some(number) = self.numbers.get(key) {
            return *number;
        }
        let number = self.rows.len();
        self.numbers.insert(key.to_owned(), number);
        self.rows.push(value());
        number
    }
}
