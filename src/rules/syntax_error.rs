use crate::document::Problem;
use crate::finding::{Confidence, Place, Severity};
use crate::rule::{Admission, Category, Check, Reporter, Rule};

pub static RULE: Rule = Rule {
    id: "syntax-error",
    summary: "Kubernetes cannot read this part of the file",
    category: Category::Validity,
    severity: Severity::Error,
    confidence: Confidence::High,
    admission: Admission::Never,
    since: "0.1.0",
    page: include_str!("../../rules/syntax-error.md"),
    options: &[],
    check: Check::Syntax(check),
};

fn check(problem: &Problem, reporter: &mut Reporter<'_>) {
    let place = Place { path: String::new(), span: problem.error.span };
    let finding = reporter.report(place, &*problem.error.message);
    if let Some(help) = help(problem, &finding.source.text) {
        finding.help(help);
    }
}

/// Says what to write, for the mistakes that people make most.
fn help(problem: &Problem, text: &str) -> Option<String> {
    if problem.silent {
        return Some("start another document with `---`, or remove the text".to_owned());
    }
    let message = &problem.error.message;
    let at = problem.error.span.start as usize;
    let line_start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let line = text[line_start..].lines().next().unwrap_or_default();
    let value = line.split_once(": ").map_or("", |(_, value)| value.trim_start());
    if line[..line.len() - line.trim_start().len()].contains('\t') {
        Some("indent with spaces".to_owned())
    } else if value.starts_with('*') && (message.contains("alias") || message.contains("anchor")) {
        Some("quote a value that starts with `*`: YAML takes it for an alias".to_owned())
    } else if value.starts_with(['%', '@', '`']) && message.contains("character") {
        Some("quote a value that starts with this character".to_owned())
    } else if message.contains("mapping values are not allowed") && value.contains(": ") {
        Some("quote a value that has `: ` in it".to_owned())
    } else {
        None
    }
}
