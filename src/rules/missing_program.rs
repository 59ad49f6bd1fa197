use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::known_images::{BinSh, KnownImage, known_image};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::install::may_add_programs;
use crate::shell::packages::may_bring;
use crate::shell::program_checks::{asked, program_checks};
use crate::shell::syntax::Command;
use crate::shell::traversal::every_command;
use crate::shell::{Invocation, Script};
use crate::text::span::Span;
use crate::value::program::{base_name, is_shell};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "missing-program",
        summary: "The image does not have a program that the container runs",
        category: Category::Scripts,
        severity: Severity::Error,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Invocation(check),
};

fn check(invocation: &Invocation<'_>, script: Option<&Script<'_>>, reporter: &mut Reporter<'_>) {
    let Some(reference) = invocation.container.image().text() else { return };
    let Some(image) = known_image(reference) else { return };
    if may_add_programs(invocation, None, &image) {
        return;
    }
    let at = invocation.program();
    // Without `command` the words are arguments of a program that the image names.
    if let Some(program) = invocation.word(at).filter(|_| at < invocation.commands)
        && lacks_at(&image, program)
    {
        let has_none = image.sh == BinSh::None && is_shell(program);
        let what = if has_none { "a shell".to_owned() } else { format!("`{}`", base_name(program)) };
        let message = format!("the container cannot start: `{reference}` does not have {what}");
        let finding = reporter.report(invocation.words[at], message);
        finding.help(if has_none {
            "start the program itself, without a shell, or use an image that has a shell".to_owned()
        } else if is_shell(program) {
            "use an image that has this shell, or use `sh` if the script needs only what `sh` supports"
                .to_owned()
        } else {
            format!("use an image that has {what}")
        });
        return;
    }
    if script.is_some_and(|it| report_interpreter(it, reference, &image, reporter)) {
        return;
    }
    let own = script.filter(|it| !it.source.shell.wrapped && !may_add_programs(invocation, Some(it), &image));
    let Some(script) = own else { return };
    let mut commands = Vec::new();
    every_command(&script.tree.list, &mut commands);
    let asked: BTreeSet<_> = commands.iter().flat_map(|it| asked(it)).collect();
    let is_there = |name: &str| {
        !image.lacks(name)
            || script.function(name).is_some()
            || commands.iter().any(|other| may_bring(other, name))
    };
    report_checks(script, reference, &asked, is_there, reporter);
    let missing: Vec<_> = commands
        .iter()
        .filter(|it| lacks(&image, it) && it.name().is_some_and(|name| !asked.contains(&name)))
        .take(100)
        .filter(|it| it.name().is_some_and(|name| !is_there(&name)))
        .collect();
    let Some((first, others)) = missing.split_first() else { return };
    let name = script.title(first);
    let message = format!("`{reference}` does not have `{name}`: the command fails with 127, \"not found\"");
    let place = script.name_place(first);
    let finding = reporter.report_as(Severity::Warning, place, message);
    finding.help(format!("use an image that has `{name}`"));
    for command in others.iter().filter(|it| script.title(it) != name).take(5) {
        finding.related(script.name_place(command), "the image does not have this one either");
    }
}

/// Reports a script of a ConfigMap whose first line names a shell that the image lacks, and returns whether it is one.
fn report_interpreter(
    script: &Script<'_>,
    reference: &str,
    image: &KnownImage,
    reporter: &mut Reporter<'_>,
) -> bool {
    let source = &script.source;
    let is_file = !source.invocation.words.iter().any(|it| it.id == source.node.id);
    let first = source.text.lines().next().unwrap_or_default();
    let mut words = first.strip_prefix("#!").into_iter().flat_map(str::split_whitespace);
    let named = words.find(|it| base_name(it) != "env" && !it.starts_with('-'));
    // What another script runs may come after it has installed something.
    let is_started = is_file && source.caller.is_none() && !source.is_sourced;
    let named = named.filter(|it| is_started && base_name(it) == source.shell.name && lacks_at(image, it));
    let Some(name) = named.map(base_name) else { return false };
    let message = format!(
        "the script never starts: `{reference}` does not have `{name}`, which the first line names as its interpreter"
    );
    let finding = reporter.report(script.place(Span::new(0, first.len())), message);
    finding.help(format!(
        "use an image that has `{name}`, or write `#!/bin/sh` if the script needs only what `sh` supports"
    ));
    true
}

/// Reports commands that never run, since they depend on a program that is not there. Where a script asks for several, one of
/// them can stand in for another.
fn report_checks(
    script: &Script<'_>,
    reference: &str,
    asked: &BTreeSet<Cow<'_, str>>,
    is_there: impl Fn(&str) -> bool,
    reporter: &mut Reporter<'_>,
) {
    let mut checks = Vec::new();
    let is_alone = asked.iter().filter(|it| !it.starts_with('-')).count() == 1;
    if is_alone {
        program_checks(&script.tree.list, &mut checks);
    }
    let Some(check) = checks.into_iter().next().filter(|it| !is_there(&it.program)) else { return };
    let name = &check.program;
    let message =
        format!("`{reference}` does not have `{name}`: this check never finds it, and `{name}` never runs");
    let finding = reporter.report_as(Severity::Warning, script.name_place(check.question), message);
    finding.help(format!("use an image that has `{name}`, or remove what depends on it"));
}

/// Whether the image lacks the program that a container starts.
fn lacks_at(image: &KnownImage, program: &str) -> bool {
    let name = base_name(program);
    let is_usual = !program.contains('/')
        || ["/bin/", "/usr/bin/"].iter().any(|it| program.strip_prefix(it) == Some(name));
    is_usual && (image.lacks(name) || image.sh == BinSh::None && is_shell(name))
}

/// Whether the image lacks the program of a command, which is named without its directory.
fn lacks(image: &KnownImage, command: &Command<'_>) -> bool {
    command.words().first().and_then(|it| it.literal()).is_some_and(|name| image.lacks(&name))
}
