use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::volume_file::volume_file;
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::step::{Fate, Step};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "write-to-read-only-volume",
        summary: "The script changes files of a ConfigMap or Secret, which are read-only",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        page: include_str!("../../rules/write-to-read-only-volume.md"),
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    // A failure that the script expects does no harm.
    let fails = |it: &&Step<'_>| {
        // `chmod … && run` ends with the failure.
        matches!(it.fate, Fate::Decides | Fate::Skips)
            || matches!(it.fate, Fate::Guarded | Fate::Ignored) && !it.context.in_condition
    };
    let steps = script.steps.iter().filter(fails);
    let changed = |command| {
        let path = script.changed_read_only_path(command)?;
        let file = volume_file(script.container(), &path)?;
        Some((path, file))
    };
    let mut found = steps.filter_map(|it| Some((it.command, changed(it.command)?)));
    let Some((command, (path, file))) = found.next() else { return };
    let kind = match file.kind {
        "configMap" => "a ConfigMap",
        "secret" => "a Secret",
        _ => "a `projected` volume",
    };
    let shown = if path.len() <= 60 { path.as_str() } else { "…" };
    let message = format!(
        "`{}` fails on `{shown}` with \"Read-only file system\": the kubelet mounts {kind} read-only",
        script.title(command)
    );
    let finding = reporter.report(script.place(command.span), message);
    finding.help(if command.is("chmod") && file.kind != "projected" {
        "set `defaultMode` in the volume's `secret` or `configMap`, or `mode` in its `items`, and remove the command"
    } else {
        "write to an `emptyDir` instead; to change a file of the volume, copy it there first"
    });
    finding.related(file.volume, "this volume is read-only");
    for (command, _) in found.take(5) {
        finding.related(script.place(command.span), "this fails too");
    }
}
