use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::volume_file::volume_of;
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::programs::Fact;
use crate::shell::step::Step;
use crate::shell::syntax::Word;
use crate::text::word_list::has_word;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "result-lost-with-pod",
        summary: "A dump is written to a place that is deleted along with the pod",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        page: include_str!("../../rules/result-lost-with-pod.md"),
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

/// Programs whose output is the result of the work.
const DUMPS: &str = "pg_dump pg_dumpall pg_basebackup mysqldump mariadb-dump mongodump";

/// Commands after a dump that do not upload its file.
const LOCAL: &str = "bzip2 cat chmod chown cp du echo find gzip head ls md5sum mkdir mv rm sha256sum sleep stat sync tail test wc xz zstd [";

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let dumps = script.steps.iter().filter(|it| it.command.name().is_some_and(|name| has_word(DUMPS, &name)));
    for step in dumps.take(20) {
        let Some(word) = output(step) else { continue };
        let path = word.prefix();
        let Some(reason) = lost(script, path) else { continue };
        let later = script.steps.iter().filter(|it| it.command.span.start > step.command.span.start);
        let takes_it = |it: &&Step<'_>| {
            let is_same = std::ptr::eq(it.pipeline, step.pipeline);
            let is_local =
                it.command.name().is_some_and(|name| has_word(LOCAL, &name) || has_word(DUMPS, &name));
            !is_same && !is_local && !it.command.has(Fact::Trivial)
        };
        if later.into_iter().any(|it| takes_it(&it)) {
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
        return;
    }
}

/// Returns the file that a dump goes to: after an option, or at the end of its pipeline.
fn output<'a>(step: &Step<'a>) -> Option<&'a Word<'a>> {
    let last = step.pipeline.commands.last().unwrap_or(step.command);
    let redirected = last.redirections.iter().find(|it| matches!(it.operator, ">" | ">>" | ">|"));
    let arguments = step.command.arguments();
    let option = arguments
        .iter()
        .position(|it| ["-f", "--file", "-r", "--result-file", "-o", "--out"].iter().any(|o| it.is(o)));
    redirected
        .map(|it| &it.target)
        .or_else(|| arguments.get(option? + 1))
        .filter(|it| it.prefix().starts_with('/'))
}

/// Returns why a file at a path does not outlast the pod; `None` if it does, or if that is not known.
fn lost(script: &Script<'_>, path: &str) -> Option<String> {
    let container = script.container();
    if path.starts_with("/dev/") || path.starts_with("/proc/") {
        return None;
    }
    let mounts = container.volume_mounts().items().filter_map(|mount| {
        let at = mount.field("mountPath").text()?.trim_end_matches('/');
        let is_below = path.strip_prefix(at).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        is_below.then_some((at.len(), mount))
    });
    let Some((_, mount)) = mounts.max_by_key(|(len, _)| *len) else {
        return Some("no volume is mounted there".to_owned());
    };
    let name = mount.field("name").text()?;
    let volume = volume_of(container.pod, name)?;
    let others = container.pod.containers().filter(|it| it.node.id != container.node.id);
    let is_shared = others.flat_map(|it| it.volume_mounts().items()).any(|it| it.field("name").is(name));
    (volume.get("emptyDir").is_some() && !is_shared)
        .then(|| format!("the volume `{name}` is an `emptyDir` that no other container mounts"))
}
