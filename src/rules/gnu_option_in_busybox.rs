use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::known_images::{KnownImage, known_image};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::gnu_options::{Refused, refused_by_busybox};
use crate::shell::install::may_add_programs;
use crate::shell::packages::{COREUTILS, may_bring};
use crate::shell::traversal::every_command;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "gnu-option-in-busybox",
        summary: "A command uses an option that BusyBox lacks",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let invocation = script.source.invocation;
    let Some(reference) = script.container().image().text() else { return };
    let Some(image) = known_image(reference).filter(KnownImage::has_only_busybox) else { return };
    if script.source.shell.wrapped || may_add_programs(invocation, Some(script), &image) {
        return;
    }
    let mut commands = Vec::new();
    every_command(&script.tree.list, &mut commands);
    if commands.iter().any(|it| may_bring(it, COREUTILS)) {
        return;
    }
    let own = commands.iter().filter(|it| it.name().is_some_and(|name| script.function(&name).is_none()));
    let refused: Vec<_> = own.filter_map(|it| Some((script.title(it), refused_by_busybox(it)?))).collect();
    let Some(((program, (word, what)), others)) = refused.split_first() else { return };
    let (what, help) = match what {
        Refused::Option(option) => (
            format!("does not support `{option}`"),
            format!(
                "use options that BusyBox has (`busybox {program} --help`), or an image with GNU `{program}`"
            ),
        ),
        Refused::Date(date) => (
            format!("does not understand `{}`", as_written(date, word.span.text(script.text()))),
            format!(
                "compute in seconds, as in `{program} -d \"@$(( $(date +%s) - 30 * 86400 ))\"`, or use an image with GNU \
                 `{program}`"
            ),
        ),
    };
    let message = format!("the command fails: the `{program}` in `{reference}` is BusyBox's, which {what}");
    let finding = reporter.report(script.place(word.span), message);
    finding.help(help);
    for (_, (word, _)) in others.iter().take(5) {
        finding.related(script.place(word.span), "BusyBox rejects this, too");
    }
}

/// Returns a date as it is written, where its text alone has gaps in place of variables: `-$DAYS days`.
fn as_written(date: &str, word: &str) -> String {
    let written = word.trim_start_matches("--date=").trim_start_matches("-d").trim_matches(['"', '\'']);
    let is_plain = written.len() < 40 && !written.contains(['`', '(', '\n']);
    if is_plain { written.to_owned() } else { date.replace('`', "'") }
}
