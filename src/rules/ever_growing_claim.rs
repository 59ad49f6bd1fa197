mod appended;
mod dates;

use std::collections::BTreeSet;

use crate::diagnostic::meta::{Admission, Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::volume_file::volume_of;
use crate::facts::working_directory::path_in_script;
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::dumps::path_in;
use crate::shell::file_names::known_start;
use crate::shell::programs::Fact;
use crate::shell::step::Step;
use crate::shell::syntax::Command;
use crate::text::word_list::has_word;
use crate::time::calendar::Calendar;
use dates::are_new_each_run;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "ever-growing-claim",
        summary: "Each run adds a file to a volume, and nothing deletes one",
        category: Category::Scripts,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        // What else uses the volume is in the file, not in the object.
        admission: Admission::Never,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Scripts(check),
};

/// Programs that delete no files, whatever they are told but for what [`DELETING`] says.
const HARMLESS: &str = "apk apt apt-get aws bzip2 cat chmod chown cp curl gcloud gpg gsutil gunzip gzip kubectl mariadb mariadb-dump \
    mc md5sum mkdir mongodump mongosh mysql mysqldump oc openssl pg_basebackup pg_dump pg_dumpall pg_isready pg_restore pigz psql \
    redis-cli sha256sum sleep sqlite3 stat sync tar tee touch wget xz zip zstd";

/// What the words start with of a text that deletes something, or says that something else does.
const DELETING: [&str; 12] = [
    "clean",
    "delete",
    "expir",
    "forget",
    "logrotate",
    "older",
    "prune",
    "purge",
    "remov",
    "reten",
    "rotat",
    "unlink",
];

/// Longer files, in bytes, are not searched for what else uses a claim.
const LONGEST: usize = 50_000;

fn check(pod: Pod<'_>, scripts: &[&Script<'_>], reporter: &mut Reporter<'_>) {
    let text = &pod.job.object.node.document.source.text;
    if pod.job.cron_job().is_none() || text.len() > LONGEST {
        return;
    }
    let found = scripts.iter().find_map(|script| {
        let mut files =
            script.steps.iter().filter_map(|it| Some((script.dump_file(it)?, claim(pod, script, it)?)));
        let (word, claim) = files.next()?;
        Some((*script, word, claim))
    });
    let appended = if found.is_none() { appended::find(pod, scripts) } else { None };
    let Some(claim) = found.map(|it| it.2).or(appended.as_ref().map(|it| it.claim)) else { return };
    // `pg_dump --clean` writes what deletes tables, not files.
    let text = text.to_ascii_lowercase().replace("--clean", "");
    let mut words = text.split(|it: char| !it.is_ascii_alphanumeric());
    let takes = |it: &str| matches!(it, "move" | "mv" | "rm");
    let deletes = |it: &str| takes(it) || DELETING.iter().any(|mark| it.starts_with(mark));
    if words.any(deletes) || text.contains("zip -m") || !is_for_these(pod, scripts, claim, &text) {
        return;
    }
    if let Some(appended) = appended {
        appended.report(reporter);
    } else if let Some((script, word, _)) = found.filter(|_| scripts.iter().all(is_plain)) {
        let message = format!(
            "each run adds a file to the claim `{claim}`, and nothing in the manifest deletes old ones: once the \
             volume is full, no run can write to it"
        );
        let finding = reporter.report(script.place(word.span), message);
        finding.help(
            "delete old files once the new one is complete, for example with `find <directory> -type f -name '<pattern>' -mtime \
             +14 -delete`, or let another CronJob do so",
        );
    }
}

/// Returns the claim to which a command writes a file under a name that no other run uses.
fn claim<'d, 'a>(pod: Pod<'d>, script: &Script<'a>, step: &Step<'a>) -> Option<&'d str> {
    let name = script.resolved(script.dump_file(step)?);
    let path = &path_in_script(script, step, path_in(&name))?;
    let start = known_start(path);
    let is_new = || are_new_each_run(path, pod.job.cron_job().and_then(Calendar::for_cron_job).as_ref());
    let mount = script.mount_above(start).filter(|_| start.starts_with('/') && is_new())?;
    volume_of(pod, mount.field("name").text()?)?.field("persistentVolumeClaim.claimName").text()
}

/// Whether a claim is used by the containers of these scripts alone.
fn is_for_these(pod: Pod<'_>, scripts: &[&Script<'_>], claim: &str, text: &str) -> bool {
    let claim = claim.to_ascii_lowercase();
    let is_this = |it: &str| {
        it.trim_start_matches(['"', '\'', ':', ' ']).strip_prefix(&claim).is_some_and(|rest| {
            !rest.starts_with(|it: char| it.is_ascii_alphanumeric() || it == '-' || it == '.')
        })
    };
    let uses = text.split("claimname").skip(1).filter(|it| is_this(it)).count();
    let known: BTreeSet<_> = scripts.iter().map(|it| it.container().node.id).collect();
    uses == 1 && pod.containers().all(|it| known.contains(&it.node.id))
}

/// Whether a script runs nothing that may delete files on its own.
fn is_plain(script: &&Script<'_>) -> bool {
    let is_harmless = |command: &&Command<'_>| match command.name() {
        Some(name) => {
            has_word(HARMLESS, &name) || command.has(Fact::Trivial) || script.function(&name).is_some()
        }
        None => command.words().is_empty(),
    };
    script.commands().iter().all(is_harmless)
}
