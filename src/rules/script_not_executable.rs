use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::volume_file::{VolumeFile, volume_file};
use crate::facts::working_directory::path_in_script;
use crate::rule::{Check, Reporter, Rule};
use crate::shell::install::{only_asks, wrapped_command};
use crate::shell::step::Fate;
use crate::shell::{Invocation, Script};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "script-not-executable",
        summary: "A script that the container starts has no execute bit",
        category: Category::Scripts,
        severity: Severity::Error,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Invocation(check),
};

fn check(invocation: &Invocation<'_>, script: Option<&Script<'_>>, reporter: &mut Reporter<'_>) {
    let container = invocation.container;
    let at = invocation.program();
    if invocation.commands > 0
        && let Some(program) = invocation.word(at)
        && let Some(file) = volume_file(container, program).filter(|it| !it.is_executable())
    {
        let what = if at == 0 { "the container cannot start" } else { "the container fails at once" };
        let finding = reporter.report(invocation.words[at], format!("{what}: {}", cause(program, &file)));
        finding.help(how_to_start(program, &file));
        finding.related(file.volume, "this volume holds the file");
        return;
    }
    let Some(script) = script.filter(|it| !it.source.shell.wrapped) else { return };
    let found = script.steps.iter().filter(|it| !only_asks(it.command)).take(500).find_map(|step| {
        let name = wrapped_command(step.command).first()?;
        let program = name.literal().filter(|it| it.contains('/'))?;
        let path = path_in_script(script, step, &program)?;
        let file = volume_file(container, &path).filter(|it| !it.is_executable())?;
        // The volume is read-only, so that `chmod` fails first, as `write-to-read-only-volume` says.
        let is_reached = !script.steps.iter().any(|it| {
            it.command.is("chmod")
                && it.command.has_argument(&program)
                && it.command.span.start < step.command.span.start
                && matches!(it.fate, Fate::Decides | Fate::Guarded | Fate::Skips)
        });
        is_reached.then_some((name.span, program, file))
    });
    let Some((name, program, file)) = found else { return };
    let message =
        format!("the command fails with exit code 126, \"permission denied\": {}", cause(&program, &file));
    let finding = reporter.report(script.place(name), message);
    finding.help(how_to_start(&program, &file));
    finding.related(file.volume, "this volume holds the file");
}

fn cause(program: &str, file: &VolumeFile<'_>) -> String {
    format!("`{program}` has mode {:04o}, so nobody can execute it, not even root", file.mode)
}

fn how_to_start(program: &str, file: &VolumeFile<'_>) -> String {
    format!("{}, or write the script's interpreter, such as `sh`, before `{program}`", set_mode(file))
}

/// Says where the mode belongs: an item that has one of its own does not follow the volume. Everyone who can read the file can
/// then execute it, and nobody else can: a Secret with mode 0440 stays closed to others.
fn set_mode(file: &VolumeFile<'_>) -> String {
    let mode = file.mode | ((file.mode & 0o444) >> 2) | 0o500;
    // JSON has no octal numbers.
    let mode = if file.volume.document.is_json() { mode.to_string() } else { format!("{mode:04o}") };
    if file.has_own_mode {
        format!("set the item's `mode: {mode}`")
    } else {
        format!("set `defaultMode: {mode}` in the volume's `{}`", file.kind)
    }
}
