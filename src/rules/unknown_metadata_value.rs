use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::practice::Yield;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::gitops;
use crate::facts::metadata_keys::{Key, Values, known, sites};
use crate::manifest::document::Entry;
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::workload::Object;
use crate::rule::{Check, Reporter, Rule};
use crate::text::placeholder::is_placeholder;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unknown-metadata-value",
        summary: "A label or annotation has a value that its tool does not accept",
        category: Category::Metadata,
        severity: Severity::Warning,
        confidence: Confidence::High,
        yields_to: &[Yield::at_field("ignored-hook-weight")],
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Object(check),
};

fn check(object: Object<'_>, reporter: &mut Reporter<'_>) {
    for site in sites(object) {
        for entry in site.field.entries() {
            // One that nobody reads is `misplaced-metadata`.
            let key = known(entry.key, site.map).filter(|it| site.reads(it, object.kind));
            let value = entry.value.text().filter(|it| !is_placeholder(it));
            if let (Some(key), Some(value)) = (key, value)
                && let Some(refused) = key.values.refused(value)
            {
                report(entry, key, value, refused, reporter);
            }
        }
    }
}

/// Reports a value, because of which its tool does something else than was meant.
fn report(entry: Entry<'_>, key: &Key, value: &str, refused: &str, reporter: &mut Reporter<'_>) {
    let consequence = key.otherwise;
    let message = match &key.values {
        Values::Presence => format!("{consequence}: `{}` is `{value}`", entry.key),
        Values::Options(_) => format!("{consequence}: `{}` has no option `{refused}`", entry.key),
        values => format!("{consequence}: `{}` is `{value}`, not {}", entry.key, values.expected()),
    };
    let finding = reporter.report(entry.value, message);
    finding.condition = gitops::condition_of(entry.key);
    let Some(meant) = key.values.meant(refused) else {
        finding.help(match &key.values {
            Values::Presence => {
                format!("remove it: {} then makes its usual checks before it evicts a pod", key.reader)
            }
            values => format!("set it to {}", values.expected()),
        });
        return;
    };
    let text = value.replacen(refused, meant, 1);
    let title = format!("write `\"{text}\"`");
    finding.help(title.clone());
    finding.fix(title, Safety::Unsafe, Edit::replace_text(entry.value, &text));
}
