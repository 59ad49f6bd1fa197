//! Findings in brief, as data that the page's script makes rows of: a page holds as many as a large fleet has.

use std::collections::HashMap;
use std::hash::Hash;
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

    /// Writes the findings that are not shown in full: what repeats is in tables after the rows, which refer to it.
    pub(super) fn write_rows(&self, findings: &[Finding], out: &mut dyn io::Write) -> io::Result<()> {
        let brief = findings.iter().enumerate().filter(|(at, _)| !self.is_full[*at]);
        let (count, mut is_first) = (brief.clone().count(), true);
        if count == 0 {
            return Ok(());
        }
        let number = count.min(MAX_ROWS);
        write!(
            out,
            "<noscript><p class=\"nothing\">With scripts, the page lists {number} more findings.</p></noscript>\n\
             <script type=\"application/json\" id=\"rows\">{{\"dropped\":{},\"rows\":[",
            count - number
        )?;
        let (mut files, mut rules, mut objects) = (Table::default(), Table::default(), Table::default());
        for (at, finding) in brief.take(MAX_ROWS) {
            let start = finding.source.positions(finding.place.span).0;
            let (line, column) =
                if finding.source.text.is_empty() { (0, 0) } else { (start.line, start.column) };
            let separator = if std::mem::take(&mut is_first) { "" } else { "," };
            write!(
                out,
                "{separator}[{},\"{}\",{},{},{line},{column},{}]",
                at + 1,
                &finding.severity.as_str()[..1],
                rules.number(finding.rule.id, finding),
                files.number(file_name(finding), finding),
                objects.number(std::ptr::from_ref(&*finding.subject), finding),
            )?;
        }
        out.write_all(b"]")?;
        let file = |it: &Finding| json!(file_name(it));
        let rule = |it: &Finding| json!([it.rule.id, it.rule.summary, it.rule.url()]);
        let object = |it: &Finding| json!([it.subject.to_string(), it.subject.namespace, it.subject.owner]);
        files.write("files", file, out)?;
        rules.write("rules", rule, out)?;
        objects.write("objects", object, out)?;
        out.write_all(b"}</script>\n")
    }
}

/// Values that are written once, with their numbers, and for each a finding that has it.
struct Table<'f, K> {
    numbers: HashMap<K, usize>,
    findings: Vec<&'f Finding>,
}

impl<K> Default for Table<'_, K> {
    fn default() -> Self {
        Table { numbers: HashMap::new(), findings: Vec::new() }
    }
}

impl<'f, K: Eq + Hash> Table<'f, K> {
    fn number(&mut self, key: K, finding: &'f Finding) -> usize {
        let next = self.findings.len();
        let number = *self.numbers.entry(key).or_insert(next);
        if number == next {
            self.findings.push(finding);
        }
        number
    }

    fn write(&self, name: &str, value: fn(&Finding) -> Value, out: &mut dyn io::Write) -> io::Result<()> {
        write!(out, ",\"{name}\":[")?;
        for (at, finding) in self.findings.iter().enumerate() {
            // Nothing in a block of data can end it.
            let text = value(finding).to_string().replace('<', "\\u003c");
            write!(out, "{}{text}", if at == 0 { "" } else { "," })?;
        }
        out.write_all(b"]")
    }
}
