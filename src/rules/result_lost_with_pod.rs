mod output;

use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::volume_file::deleted_with_pod;
use crate::rule::{Check, Reporter, Rule};
use crate::shell::dumps::{DUMPS, dump_file, path};
use crate::shell::programs::Fact;
use crate::shell::step::Step;
use crate::shell::syntax::Word;
use crate::shell::{Invocation, Script};
use crate::text::word_list::has_word;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "result-lost-with-pod",
        summary: "A dump, archive or report is written to a place that is deleted with the pod",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        page: include_str!("../../rules/result-lost-with-pod.md"),
        ..Meta::DEFAULT
    },
    check: Check::Invocation(check),
};

/// Commands after a dump that do not upload its file.
const LOCAL: &str = "7z 7za bzip2 cat chmod chown cp du echo find gzip head ls md5sum mkdir mv rm sha256sum sleep stat sync tail tar test \
    wc xz zip zstd [";

fn check(invocation: &Invocation<'_>, script: Option<&Script<'_>>, reporter: &mut Reporter<'_>) {
    match script {
        Some(script) if report_dump(script, reporter) => {}
        Some(script) => output::report_last(script, reporter),
        None => output::report_program(invocation, reporter),
    }
}

/// Reports a dump or an archive that is lost; returns whether there is one.
fn report_dump(script: &Script<'_>, reporter: &mut Reporter<'_>) -> bool {
    let results = script.steps.iter().filter_map(|step| Some((step, result(step)?)));
    for (step, word) in results.take(20) {
        let path = path(word);
        let Some(reason) = deleted_with_pod(script.container(), path) else { continue };
        let later = script.steps.iter().filter(|it| it.command.span.start > step.command.span.start);
        let takes_it = |it: &Step<'_>| !std::ptr::eq(it.pipeline, step.pipeline) && takes(script, it);
        if later.into_iter().any(takes_it) {
            continue;
        }
        let name = script.title(step.command);
        let makes_directory = step.command.is("pg_basebackup") || step.command.is("mongodump");
        let above = path.rsplit_once('/').map(|(above, _)| above).filter(|above| !above.is_empty());
        let directory = above.filter(|_| !makes_directory).unwrap_or(path);
        let message = format!(
            "what `{name}` writes to `{directory}` is lost with the pod: {reason}, and no later command uploads it"
        );
        let finding = reporter.report(script.place(word.span), message);
        let mount = if above.is_some() || makes_directory {
            format!("mount a PersistentVolumeClaim at `{directory}`")
        } else {
            "write the file to a PersistentVolumeClaim".to_owned()
        };
        finding.help(format!("{mount}, or upload the file in the same script"));
        return true;
    }
    false
}

/// Returns the word with the file that a dump or an archive goes to, if it is an absolute path.
fn result<'a>(step: &Step<'a>) -> Option<&'a Word<'a>> {
    dump_file(step).filter(|it| path(it).starts_with('/'))
}

/// Whether a later command may take a file away: anything but what works on files here, and that too where it writes to a
/// place that stays, or to one that is not known.
fn takes(script: &Script<'_>, step: &Step<'_>) -> bool {
    let command = step.command;
    let is_lost = |word: &Word<'_>| {
        let path = word.prefix();
        path.starts_with("/dev/")
            || path.starts_with('/') && deleted_with_pod(script.container(), path).is_some()
    };
    let writes = command.redirections.iter().filter(|it| matches!(it.operator, ">" | ">>" | ">|"));
    if writes.map(|it| &it.target).any(|it| !is_lost(it)) {
        return true;
    }
    if command.is("cp") || command.is("mv") {
        return command.arguments().last().is_some_and(|it| !is_lost(it));
    }
    let is_local = command.name().is_some_and(|name| has_word(LOCAL, &name) || has_word(DUMPS, &name));
    match result(step) {
        Some(word) => !is_lost(word),
        None => !is_local && !command.has(Fact::Trivial),
    }
}
