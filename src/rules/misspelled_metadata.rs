use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::gitops;
use crate::facts::metadata_keys::{misspelled, sites};
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::workload::Object;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "misspelled-metadata",
        summary: "A label or annotation is nearly one that a tool reads",
        category: Category::Metadata,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Object(check),
};

fn check(object: Object<'_>, reporter: &mut Reporter<'_>) {
    for site in sites(object) {
        for entry in site.field.entries() {
            let Some((name, reader)) = misspelled(entry.key, site.map) else { continue };
            let is_there = site.field.entries().any(|it| it.key == name);
            let message =
                format!("{reader} ignores the {} `{}`: it reads `{name}`", site.map.noun(), entry.key);
            let finding = reporter.report(entry, message);
            finding.condition = gitops::condition_of(name);
            if is_there {
                finding.help(format!("remove it: `{name}` is already set"));
                continue;
            }
            let title = format!("write `{name}`");
            finding.help(title.clone());
            finding.fix(title, Safety::Unsafe, Edit::rename(entry, name));
        }
    }
}
