mod afresh;

use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::step::{Fate, Step};
use crate::shell::syntax::Word;
use afresh::{is_dropped_before, is_reset, logs};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "not-idempotent",
        summary: "A retry repeats a change that works only once",
        category: Category::Scripts,
        severity: Severity::Info,
        confidence: Confidence::Low,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

/// So many commands of a script are checked.
const MAX_STEPS: usize = 200;

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let container = script.container();
    let once =
        container.pod.job.backoff_limit().integer() == Some(0) && container.pod.restart_policy().is("Never");
    if once && container.pod.job.cron_job().is_none() {
        return;
    }
    let found = script
        .steps
        .iter()
        .filter(|step| !matches!(step.fate, Fate::Checked | Fate::Swallowed))
        .take(MAX_STEPS);
    let found: Vec<_> = found.filter_map(|step| Some((step, repeats(script, step, once)?))).collect();
    let Some(((first, (what, help)), others)) = found.split_first() else { return };
    let again =
        if once { "when the next run starts the script again" } else { "when a retry runs the script again" };
    let finding = reporter.report(script.place(first.command.span), format!("{again}, {what}"));
    finding.help(*help);
    for (step, (what, _)) in others.iter().take(5) {
        finding.related(script.place(step.command.span), what.clone());
    }
}

/// Returns what goes wrong when a command runs again on what the first run left, and what to write instead; `once` says that
/// only the next run of a CronJob runs it again.
fn repeats(script: &Script<'_>, step: &Step<'_>, once: bool) -> Option<(String, &'static str)> {
    let command = step.command;
    // With `OnFailure` the container starts again in its pod, with all volumes as they are.
    let is_same_pod = script.container().pod.restart_policy().is("OnFailure");
    let keeps = |path: &str| if is_same_pod { script.is_mounted(path) } else { script.outlives_pod(path) };
    let mut appended = command
        .redirections
        .iter()
        .filter(|it| it.operator == ">>" && !it.span.text(script.text()).starts_with('2'));
    let doubles =
        |path: &str| keeps(path) && !logs(script, command, path) && !is_reset(script, path, command);
    // Each run of a CronJob can be meant to add lines of its own.
    if !once && let Some(file) = appended.find(|it| it.target.literal().is_some_and(|it| doubles(&it))) {
        let what = format!("`{}` can get the same lines twice", script.excerpt(file.target.span));
        let help = "if the file is for one run only, empty it before the first line is added; otherwise write the lines to a \
            new file, and append that to this one in the last command";
        return Some((what, help));
    }
    // A script that makes it only if it is missing has checked that.
    if step.context.in_branch || step.context.is_guarded {
        return None;
    }
    let options =
        command.arguments().iter().any(|word| word.prefix().starts_with('-') && word.prefix().contains('p'));
    if command.is("mkdir")
        && !options
        && command
            .arguments()
            .iter()
            .filter_map(Word::literal)
            .any(|it| keeps(&it) && !is_reset(script, &it, command))
    {
        let what = "`mkdir` fails because the directory already exists".to_owned();
        return Some((what, "write `mkdir -p`, which succeeds if the directory already exists"));
    }
    let texts: Vec<_> = command.arguments().iter().filter_map(Word::literal).collect();
    let is_sql = ["psql", "mysql", "mariadb", "sqlite3", "sqlcmd", "clickhouse-client"]
        .iter()
        .any(|it| command.is(it));
    let creates = |statement: &str| {
        let upper = statement.to_ascii_uppercase();
        ["CREATE TABLE", "CREATE DATABASE", "CREATE SCHEMA", "CREATE INDEX"]
            .iter()
            .any(|it| upper.contains(it))
            && !upper.contains("NOT EXISTS")
            && !upper.contains("WHERE")
            && !is_dropped_before(script, step, &upper)
    };
    // What is in a file can be deleted along with the pod.
    let is_kept = !command.is("sqlite3") || texts.iter().any(|it| keeps(it));
    let fails = is_sql && is_kept && texts.iter().any(|it| creates(it));
    let what = || "`CREATE` fails because the object already exists".to_owned();
    fails.then(|| {
        (
            what(),
            "write `IF NOT EXISTS` if the database supports it in this statement, or create the object only after a \
             check that it is missing",
        )
    })
}
