use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::secret::promise::promise;
use crate::manifest::document::Node;
use crate::manifest::workload::Container;
use crate::rule::{Check, Reporter, Rule};
use crate::text::phrases::count;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "empty-credential",
        summary: "Several credentials of a container are empty",
        category: Category::Secrets,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Container(check),
};

fn check(container: Container<'_>, reporter: &mut Reporter<'_>) {
    let empty: Vec<Node<'_>> = container.env().items().filter(is_empty).collect();
    // A single one can mean that there is no password.
    let [first, others @ ..] = empty.as_slice() else { return };
    if others.is_empty() {
        return;
    }
    let name = first.field("name").text().unwrap_or_default();
    let message = format!(
        "the program gets empty credentials: `{name}` and {} have no value",
        count(others.len(), "other variable")
    );
    let finding = reporter.report(first.field("name"), message);
    finding.help(
        "refer to a Secret with `valueFrom.secretKeyRef`, or remove the variables that the program does not need: everyone who can \
         read the manifest can read a value that is filled in there",
    );
    for other in others {
        finding.related(other.field("name"), "this is empty too");
    }
}

/// Whether a variable that promises a credential has no value. An API server omits an empty one.
fn is_empty(entry: &Node<'_>) -> bool {
    let value = entry.field("value");
    let is_empty = value.is_missing() || value.is("");
    is_empty
        && entry.field("valueFrom").is_missing()
        && entry.field("name").text().is_some_and(|it| promise(it).is_some())
}
