use crate::diagnostic::finding::Finding;
use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Node;
use crate::manifest::workload::{Container, Pod};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::dumps::DUMPS;
use crate::text::word_list::has_word;
use crate::value::program::base_name;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "steps-side-by-side",
        summary: "Steps that depend on each other start at the same time",
        category: Category::Failure,
        severity: Severity::Warning,
        confidence: Confidence::Low,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

/// Words for a step and for the one that needs its result.
const STEPS: [(&str, &str); 3] = [
    ("db:migrate migrate migration migrations", "db:seed seed seeder seeding seeds"),
    ("backup dump mongodump mysqldump pg_dump", "upload uploader"),
    ("download downloader fetch fetcher", "import importer process transform"),
];

/// Names of containers that write files, and of those that delete older ones of them.
const DUMP_AND_CLEANUP: (&str, &str) =
    ("backup dump dumper", "clean cleaner cleanup prune purge retention rotate");

/// A container that waits has one of these in its command.
const WAITS: &str = "inotifywait sleep until wait wait-for while";

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let mains: Vec<_> = pod.main_containers().collect();
    if mains.len() < 2 {
        return;
    }
    for (before, after) in STEPS {
        let only = |it: &Container<'_>, step, other| does(*it, step) && !does(*it, other);
        let firsts: Vec<_> = mains.iter().filter(|it| only(it, before, after)).collect();
        let seconds = mains.iter().filter(|it| only(it, after, before) && !words(**it).any(waits));
        let seconds: Vec<_> = seconds.collect();
        let ([first, ..], [second, others @ ..]) = (&firsts[..], &seconds[..]) else { continue };
        let (before, after) = (first.title(), second.title());
        let message =
            format!("`{after}` does not wait for `{before}`: the containers of a pod start at the same time");
        let finding = reporter.report(second.name(), message);
        finding.help(format!(
            "move `{before}` to `initContainers`, which run one after another before the main containers start"
        ));
        relate(finding, &firsts, "judging by its name or command, this step has to come first");
        relate(finding, others, "this one does not wait either");
        return;
    }
    // A Job runs once, and leaves the files that are newer.
    if pod.job.cron_job().is_some() {
        report_cleanup(&mains, reporter);
    }
}

/// Reports a container that deletes old files next to the one that writes new ones, whatever becomes of these.
fn report_cleanup(mains: &[Container<'_>], reporter: &mut Reporter<'_>) {
    let (writing, deleting) = DUMP_AND_CLEANUP;
    let is_named = |it: Container<'_>, list| it.title().split('-').any(|word| has_word(list, word));
    let dumps_data = |it: Container<'_>| words(it).any(|word| has_word(DUMPS, word));
    let deletes = |it: Container<'_>| words(it).any(|word| word == "-delete" || word == "rm");
    let is_dump = |it: &&Container<'_>| (is_named(**it, writing) || dumps_data(**it)) && !deletes(**it);
    // `ls -t | tail -n +8` leaves the newest files, however old they are.
    let counts = |it: Container<'_>| words(it).any(|word| word == "tail" || word == "head");
    let is_cleanup = |it: &&Container<'_>| {
        is_named(**it, deleting)
            && deletes(**it)
            && !counts(**it)
            && !dumps_data(**it)
            && !words(**it).any(waits)
    };
    let (mut dumps, mut cleanups): (Vec<_>, Vec<_>) =
        (mains.iter().filter(is_dump).collect(), mains.iter().filter(is_cleanup).collect());
    cleanups.retain(|cleanup| dumps.iter().any(|dump| shares_volume(**cleanup, **dump)));
    dumps.retain(|dump| cleanups.iter().any(|cleanup| shares_volume(**cleanup, **dump)));
    let ([dump, ..], [cleanup, others @ ..]) = (&dumps[..], &cleanups[..]) else { return };
    let (first, second) = (dump.title(), cleanup.title());
    let message = format!(
        "`{second}` deletes old files whether or not `{first}` succeeds, because the containers of a pod start at the same time: if \
         `{first}` keeps failing, no file is left in the end"
    );
    let finding = reporter.report(cleanup.name(), message);
    finding.help(format!(
        "move `{first}` to `initContainers`: `{second}` then starts only after `{first}` has succeeded"
    ));
    relate(finding, &dumps, "this container writes the files");
    relate(finding, others, "this one deletes them too");
}

fn relate(finding: &mut Finding, containers: &[&Container<'_>], label: &'static str) {
    for container in containers {
        finding.related(container.name(), label);
    }
}

/// Whether two containers mount the same volume.
fn shares_volume(one: Container<'_>, other: Container<'_>) -> bool {
    const MAX_MOUNTS: usize = 100;
    let mounted = |it: Container<'_>, name: &str| {
        it.volume_mounts().items().take(MAX_MOUNTS).any(|it| it.field("name").is(name))
    };
    let mut names = one.volume_mounts().items().take(MAX_MOUNTS).filter_map(|it| it.field("name").text());
    names.any(|name| mounted(other, name))
}

/// Whether a container does a step, by its name or by what it runs.
fn does(container: Container<'_>, step: &str) -> bool {
    let name = container.name().text().unwrap_or_default();
    name.split('-').chain(words(container)).any(|it| has_word(step, it))
}

fn words(container: Container<'_>) -> impl Iterator<Item = &str> {
    let texts = container.command_line().filter_map(Node::text);
    texts.flat_map(|it| it.split([' ', '\n', ';', '"', '\''])).map(base_name)
}

fn waits(word: &str) -> bool {
    has_word(WAITS, word)
}
