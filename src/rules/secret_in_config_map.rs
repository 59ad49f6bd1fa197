use crate::diagnostic::meta::{Admission, Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::mounted_script::ConfigMaps;
use crate::facts::mounted_secret::{MountedSecret, mounted_secrets};
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "secret-in-config-map",
        summary: "A file that a container mounts from a ConfigMap contains a credential",
        category: Category::Secrets,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        // A review has no ConfigMap.
        admission: Admission::Never,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::ConfigMaps(check),
};

fn check(pod: Pod<'_>, maps: &ConfigMaps<'_>, reporter: &mut Reporter<'_>) {
    for MountedSecret { source, place, key, name, is_default } in mounted_secrets(pod, maps) {
        let name = name.trim();
        let before = if name.is_empty() { String::new() } else { format!(", after `{name}`") };
        let message = format!(
            "everyone who can read ConfigMaps can read a credential in `{key}` of the ConfigMap `{}`{before}",
            source.text().unwrap_or_default()
        );
        let finding = reporter.report(place, message);
        finding.related(source, "the pod mounts it here");
        // What hides credentials can hide the name as well, which the help can do without.
        finding.help(if is_default {
            "set the variable from a Secret with `valueFrom.secretKeyRef`, and remove its default from the script: `${NAME:?}` ends \
             the script if the variable is not set; rotate the credential, because anyone who has read this manifest has the old one"
        } else {
            "keep the file in a Secret and mount that, or let the file refer to a variable from a Secret if the program replaces \
             variables in it; rotate the credential, because anyone who has read this manifest has the old one"
        });
    }
}
