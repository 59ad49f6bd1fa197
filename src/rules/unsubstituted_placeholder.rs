use crate::finding::{Confidence, Severity};
use crate::rule::{Admission, Category, Check, Reporter, Rule};
use crate::value::placeholder::placeholders;
use crate::workload::Object;

pub static RULE: Rule = Rule {
    id: "unsubstituted-placeholder",
    summary: "A placeholder is left where Kubernetes needs a value",
    category: Category::Validity,
    severity: Severity::Warning,
    confidence: Confidence::High,
    admission: Admission::Same,
    since: "0.1.0",
    page: include_str!("../../rules/unsubstituted-placeholder.md"),
    options: &[],
    check: Check::Object(check),
};

fn check(object: Object<'_>, reporter: &mut Reporter<'_>) {
    let found = placeholders(object, reporter.kubernetes_version());
    let Some((first, more)) = found.split_first() else { return };
    let others = match more.len() {
        0 => String::new(),
        1 => ", here and in another field".to_owned(),
        count => format!(", here and in {count} other fields"),
    };
    let text = first.text().unwrap_or_default();
    let finding = reporter.report(
        *first,
        format!("Kubernetes takes `{text}` as it is written{others}: it fills in no placeholders"),
    );
    finding.help(
        "fill the template in first, with the tool that it is written for, and judge or apply what comes out",
    );
    for &node in more {
        finding.related(node, "a placeholder here too");
    }
}
