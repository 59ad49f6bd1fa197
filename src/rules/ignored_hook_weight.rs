use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::gitops;
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::hook::{SYNC_WAVE, Tool, WEIGHT, wave, whole_number};
use crate::manifest::workload::Object;
use crate::rule::{Check, Reporter, Rule};
use crate::text::placeholder::is_placeholder;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "ignored-hook-weight",
        summary: "A weight or wave that is not a whole number",
        category: Category::Metadata,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Object(check),
};

fn check(object: Object<'_>, reporter: &mut Reporter<'_>) {
    let Some(annotations) = object.annotations().node() else { return };
    for entry in annotations.entries().filter(|it| matches!(it.key, WEIGHT | SYNC_WAVE)) {
        let text = entry.value.text().filter(|it| whole_number(it).is_none() && !is_placeholder(it));
        let Some(text) = text else { continue };
        let effect = match entry.key {
            SYNC_WAVE => format!("Argo CD applies the {} in wave {}", object.kind_name(), wave(object.node)),
            _ if object.annotation(Tool::Helm.hook_key()).is_none() => continue,
            _ => "Helm runs the hook with weight 0".to_owned(),
        };
        let shown = if text.is_empty() { "an empty string".to_owned() } else { format!("`{text}`") };
        let message = format!("{effect}: {shown} is not a whole number");
        let finding = reporter.report(entry.value, message);
        finding.condition = gitops::condition_of(entry.key);
        let meant = text.trim().trim_end_matches(".0");
        if whole_number(meant).is_some() {
            finding.help(format!("write `\"{meant}\"`")).fix(
                format!("write `\"{meant}\"`"),
                Safety::Unsafe,
                Edit::replace_text(entry.value, meant),
            );
        } else {
            finding.help("write a whole number in quotes, such as `\"-5\"`: the lowest comes first");
        }
    }
}
