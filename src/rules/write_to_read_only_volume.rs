use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::volume_file::volume_file;
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::step::{Fate, Step};
use crate::shell::syntax::{Command, Word};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "write-to-read-only-volume",
        summary: "The script changes files in a volume that is mounted read-only",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
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
        let (path, mount) = script.changed_read_only_path(command)?;
        let file = volume_file(script.container(), &path);
        let is_meant = file.is_some() || mount.field("readOnly").boolean() == Some(true);
        is_meant.then_some((path, file, mount))
    };
    let mut found = steps.filter_map(|it| Some((it.command, changed(it.command)?)));
    let Some((command, (path, file, mount))) = found.next() else { return };
    let shown = if path.len() <= 60 { path.as_str() } else { "…" };
    // What is not there need not be deleted.
    let title = script.title(command);
    let effect = match command.name().as_deref() {
        _ if is_target(command, &path) => format!("the shell cannot write the output of `{title}` to"),
        Some("find") => format!("`{title}` can delete nothing in"),
        Some("rm") => format!("`{title}` cannot delete"),
        _ => format!("`{title}` fails on"),
    };
    let cause = match file.as_ref().map(|it| it.kind) {
        Some("configMap") => "the kubelet mounts a ConfigMap read-only",
        Some("secret") => "the kubelet mounts a Secret read-only",
        Some(_) => "the kubelet mounts a `projected` volume read-only",
        None => "its mount has `readOnly: true`",
    };
    let message = format!("{effect} `{shown}` (\"Read-only file system\"): {cause}");
    let finding = reporter.report(script.place(command.span), message);
    finding.help(match &file {
        Some(it) if command.is("chmod") && has_mode(command, it.mode) => {
            format!("remove the command: the mode of the file is {:04o} already", it.mode)
        }
        Some(it) if command.is("chmod") && it.kind != "projected" => {
            format!(
                "set `defaultMode` in the volume's `{}`, or `mode` in its `items`, and remove the command",
                it.kind
            )
        }
        Some(_) => {
            "write to an `emptyDir` with a `sizeLimit` instead; to change a file of the volume, copy it there first".to_owned()
        }
        None => "remove `readOnly: true` from the mount, or the command from the script".to_owned(),
    });
    finding.related(file.map_or(mount, |it| it.volume), "this volume is read-only");
    for (command, _) in found.take(5) {
        finding.related(script.place(command.span), "this fails too");
    }
}

/// Whether the shell itself opens a file, for the output of a command.
fn is_target(command: &Command<'_>, path: &str) -> bool {
    let is_file = |it: &Word<'_>| it.literal().is_some_and(|it| path.ends_with(it.trim_start_matches("./")));
    command.redirections.iter().any(|it| it.operator.contains('>') && is_file(&it.target))
}

/// Whether a `chmod` asks for what a mode has. That nobody can write to the volume is no difference.
fn has_mode(command: &Command<'_>, mode: i64) -> bool {
    const WRITE: i64 = 0o222;
    let mut words = command.arguments().iter().filter_map(Word::literal).filter(|it| !it.starts_with('-'));
    let Some(wanted) = words.next() else { return false };
    match i64::from_str_radix(&wanted, 8) {
        Ok(wanted) => wanted & !WRITE == mode & !WRITE,
        Err(_) => matches!(&*wanted, "+x" | "a+x" | "ugo+x") && mode & 0o111 == 0o111,
    }
}
