use std::collections::HashSet;

use crate::diagnostic::meta::Category;
use crate::diagnostic::meta::Meta;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::volume_file::{VolumeFile, volume_file};
use crate::manifest::workload::Container;
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::step::{Fate, Step};
use crate::shell::traversal::is_file_output;

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

/// Programs that change the files whose paths they get, or what is known of them.
const CHANGING: [&str; 6] = ["chmod", "chown", "mkdir", "rm", "tee", "touch"];

/// Deeper paths are not looked at any further.
const MAX_DEPTH: usize = 20;

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    // A failure that the script expects does no harm.
    let fails = |it: &&Step<'_>| {
        // `chmod … && run` ends with the failure.
        matches!(it.fate, Fate::Decides | Fate::Skips)
            || matches!(it.fate, Fate::Guarded | Fate::Ignored) && !it.context.in_condition
    };
    let mounts = read_only_mounts(script.container());
    if mounts.is_empty() {
        return;
    }
    let steps = script.steps.iter().filter(fails);
    let mut found = steps.filter_map(|it| Some((it.command, changed(script, it, &mounts)?)));
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

/// Returns where a container mounts volumes of ConfigMaps and Secrets.
fn read_only_mounts<'d>(container: Container<'d>) -> HashSet<&'d str> {
    const KINDS: [&str; 3] = ["configMap", "projected", "secret"];
    let volumes =
        container.pod.volumes().items().filter(|it| KINDS.iter().any(|kind| it.get(kind).is_some()));
    let names: HashSet<&str> = volumes.filter_map(|it| it.field("name").text()).collect();
    let mounts = container.volume_mounts().items();
    let mounts = mounts.filter(|it| it.field("name").text().is_some_and(|name| names.contains(name)));
    mounts.filter_map(|it| Some(it.field("mountPath").text()?.trim_end_matches('/'))).collect()
}

/// Returns a path that a command would change, with its file in a volume of a ConfigMap or Secret.
fn changed<'d>(
    script: &Script<'d>,
    step: &Step<'_>,
    mounts: &HashSet<&str>,
) -> Option<(String, VolumeFile<'d>)> {
    let command = step.command;
    let redirected = command.redirections.iter().filter(|it| is_file_output(it.operator, &it.target));
    let changes = CHANGING.iter().any(|it| command.is(it)) || command.is("sed") && command.has_argument("-i");
    let arguments = command.arguments().iter().filter(|_| changes);
    let mut paths = redirected.map(|it| &it.target).chain(arguments).filter_map(|word| word.literal());
    // To look at all mounts for each path takes too long; a path has few directories.
    let is_below = |path: &str| {
        let ends = path.match_indices('/').map(|(at, _)| at).take(MAX_DEPTH).chain([path.len()]);
        ends.into_iter().any(|end| end > 0 && mounts.contains(&path[..end]))
    };
    let path = paths.find(|it| is_below(it))?;
    Some((path.to_string(), volume_file(script.container(), &path)?))
}
