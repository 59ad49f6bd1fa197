use crate::diagnostic::meta::Meta;
use crate::diagnostic::meta::{Admission, Category};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::workload::{API_VERSIONS, Object};
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unknown-kind",
        summary: "No API server serves this kind in this version",
        category: Category::Validity,
        severity: Severity::Error,
        confidence: Confidence::High,
        admission: Admission::Never,
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Object(check),
};

fn check(object: Object<'_>, reporter: &mut Reporter<'_>) {
    let (kind, version) = (object.node.field("kind"), object.api_version());
    let (name, is_item) = (object.kind_name(), object.node.parent().is_some());
    for (field, expected) in [(kind, name), (version, "batch/v1")] {
        // `unknown-field` reports it where just the key is misspelled.
        let misspelled = |key: &str| key != field.name() && key.eq_ignore_ascii_case(field.name());
        // An item of a `JobList` has its kind from the list.
        if field.is_set() || is_item || object.node.entries().any(|entry| misspelled(entry.key)) {
            continue;
        }
        let message = format!("kubectl rejects the object: `{}` is missing", field.name());
        reporter.report(field, message).help(format!("write `{}: {expected}`", field.name())).fix(
            format!("write `{}: {expected}`", field.name()),
            Safety::Unsafe,
            Edit::set(field, expected),
        );
    }
    match (kind.text(), version.text()) {
        (Some(text), _) if text != name => {
            let message = {
                let version = version.text().unwrap_or("batch/v1");
                format!("kubectl rejects the object: there is no kind `{text}` in `{version}`")
            };
            let edits = kind.node().map_or(Ok(Vec::new()), |node| Edit::replace_text(node, name));
            reporter.report(kind, message).help(format!("did you mean `{name}`?")).fix(
                format!("write `{name}`"),
                Safety::Unsafe,
                edits,
            );
        }
        // `removed-api-version` reports those that no server has any more.
        (Some(_), Some(text)) if !API_VERSIONS.contains(&text) => {
            let message = format!("kubectl rejects the object: there is no kind `{name}` in `{text}`");
            let edits = version.node().map_or(Ok(Vec::new()), |node| Edit::replace_text(node, "batch/v1"));
            reporter.report(version, message).help("write `apiVersion: batch/v1`").fix(
                "write `batch/v1`",
                Safety::Unsafe,
                edits,
            );
        }
        _ => {}
    }
}
