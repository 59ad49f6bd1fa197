use crate::diagnostic::meta::Category;
use crate::diagnostic::meta::Meta;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::volume_file::{VolumeFile, volume_file};
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

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    // A failure that the script expects does no harm.
    let fails = |it: &&Step<'_>| {
        matches!(it.fate, Fate::Decides | Fate::Guarded | Fate::Ignored | Fate::Skips)
            && !it.context.in_condition
    };
    let steps = script.steps.iter().filter(fails);
    let mut found = steps.filter_map(|it| Some((it.command, changed(script, it)?)));
    let Some((command, (path, file))) = found.next() else { return };
    let kind = match file.kind {
        "configMap" => "a ConfigMap",
        "secret" => "a Secret",
        _ => "a `projected` volume",
    };
    let shown = if path.len() <= 60 { path.as_str() } else { "the file" };
    let message = format!(
        "`{}` cannot change `{shown}`, \"Read-only file system\": the volume is {kind}, which the kubelet mounts read-only",
        script.title(command)
    );
    let finding = reporter.report(script.place(command.span), message);
    finding.help(if command.is("chmod") && file.kind != "projected" {
        "set `defaultMode` in the volume, or `mode` for the file, and remove the command"
    } else {
        "copy the file to an `emptyDir` first, and change the copy"
    });
    finding.related(file.volume, "this volume is read-only");
    for (command, _) in found.take(5) {
        finding.related(script.place(command.span), "this fails too");
    }
}

/// Returns a path that a command would change, with its file in a volume of a ConfigMap or Secret.
fn changed<'d>(script: &Script<'d>, step: &Step<'_>) -> Option<(String, VolumeFile<'d>)> {
    let command = step.command;
    let redirected = command.redirections.iter().filter(|it| is_file_output(it.operator, &it.target));
    let changes = CHANGING.iter().any(|it| command.is(it)) || command.is("sed") && command.has_argument("-i");
    let arguments = command.arguments().iter().filter(|_| changes);
    let mut paths = redirected.map(|it| &it.target).chain(arguments).filter_map(|word| word.literal());
    paths.find_map(|path| Some((path.to_string(), volume_file(script.container(), &path)?)))
}
