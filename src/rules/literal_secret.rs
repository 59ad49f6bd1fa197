use crate::diagnostic::finding::Finding;
use crate::diagnostic::meta::Category;
use crate::diagnostic::meta::Meta;
use crate::diagnostic::practice::Practice;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::leaks::{Leak, leaks};
use crate::facts::secret::detected::{Secret, Within};
use crate::manifest::document::Node;
use crate::manifest::edit::{Edit, Edits, Obstacle, Safety};
use crate::manifest::workload::Object;
use crate::rule::{Check, Reporter, Rule};

pub static RULE: Rule = Rule {
    meta: Meta {
        id: "literal-secret",
        summary: "A credential stands in the manifest for everyone to read",
        category: Category::Secrets,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        practice: Some(Practice::NoCredential),
        since: "0.1.0",
        page: include_str!("../../rules/literal-secret.md"),
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Secrets(check),
};

fn check(object: Object<'_>, secrets: &[Secret<'_>], reporter: &mut Reporter<'_>) {
    let kind = object.kind_name();
    let help = "move the value to a Secret, name it with `valueFrom.secretKeyRef`, and replace the credential: \
                whoever has read this file has it";
    for leak in leaks(secrets, Within::Env) {
        let Secret { name, shape, .. } = leak.first;
        let what = match shape {
            Some(shape) => format!("{shape} in `{name}`"),
            None => format!("the value of `{name}`"),
        };
        let message = format!("Kubernetes shows {what} to everyone who may read the {kind}");
        let finding = reporter.report(leak.first.place(), message);
        finding.help(help);
        leak.others.iter().for_each(|it| _ = finding.related(it.place(), "the same credential"));
        offer_reference(&leak, finding);
    }
    let help = "Kubernetes has no reference to a Secret for this field: let the probe ask for something that needs no \
                credential or the driver read it from a Secret, and replace the credential";
    for leak in leaks(secrets, Within::Field) {
        let Secret { name, shape, .. } = leak.first;
        let what = match shape {
            Some(shape) => format!("{shape} in `{name}`"),
            None => format!("the value of `{name}`"),
        };
        let message = format!("Kubernetes shows {what} to everyone who may read the {kind}");
        let finding = reporter.report(leak.first.place(), message);
        finding.help(help);
        leak.others.iter().for_each(|it| _ = finding.related(it.place(), "the same credential"));
    }
}

/// Offers to read variables with the same credential from a Secret.
fn offer_reference(leak: &Leak<'_>, finding: &mut Finding) {
    let Some(name) = secret_name(&finding.subject.name) else { return };
    let same = || std::iter::once(&leak.first).chain(&leak.others);
    let edits = Edit::all(same().map(|it| reference(it, name)));
    let keys: Vec<_> = same().map(|it| format!("`{}`", it.name)).collect();
    let title = format!("read {} from a Secret `{name}`, which someone has to make", keys.join(" and "));
    finding.fix(title, Safety::Unsafe, edits);
}

/// Returns a name for the Secret: the object's, where a Secret can have it.
fn secret_name(of_object: &str) -> Option<&str> {
    let name = of_object.trim_end_matches('-');
    let fits = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-';
    let is_name = !name.is_empty() && name.len() <= 63 && name.bytes().all(fits) && !name.starts_with('-');
    is_name.then_some(name)
}

/// Writes a reference to the key of a Secret in place of a value.
fn reference(secret: &Secret<'_>, name: &str) -> Edits {
    let key = secret.name;
    let is_key = !key.is_empty() && key.bytes().all(|it| it.is_ascii_alphanumeric() || b"._-".contains(&it));
    let entry = secret.value.parent().and_then(|map| map.entries().find(|it| it.value == secret.value));
    match entry.filter(|it| is_key && it.key == "value" && secret.value.parent().is_some_and(is_plain)) {
        Some(entry) => {
            Edit::replace_entry(entry, &["valueFrom", "secretKeyRef"], &[("name", name), ("key", key)])
        }
        None => Err(Obstacle::Layout),
    }
}

/// Says whether a variable has a name and a value, and nothing else.
fn is_plain(variable: Node<'_>) -> bool {
    variable.entries().len() == 2
}
