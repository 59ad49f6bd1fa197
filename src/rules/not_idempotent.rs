use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::step::{Fate, Step};
use crate::shell::syntax::Word;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "not-idempotent",
        summary: "A retry repeats a change that works only once",
        category: Category::Scripts,
        severity: Severity::Info,
        confidence: Confidence::Low,
        since: "0.1.0",
        page: include_str!("../../rules/not-idempotent.md"),
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let container = script.container();
    let once =
        container.pod.job.backoff_limit().integer() == Some(0) && container.pod.restart_policy().is("Never");
    if once && container.pod.job.cron_job().is_none() {
        return;
    }
    let found = script.steps.iter().filter(|step| !matches!(step.fate, Fate::Checked | Fate::Swallowed));
    let found: Vec<_> = found.filter_map(|step| Some((step, repeats(script, step)?))).collect();
    let Some(((first, (what, help)), others)) = found.split_first() else { return };
    let again =
        if once { "when the next run starts the script again" } else { "when a retry runs the script again" };
    let finding = reporter.report(script.place(first.command.span), format!("{again}, {what}"));
    finding.help(*help);
    for (step, (what, _)) in others.iter().take(5) {
        finding.related(script.place(step.command.span), what.clone());
    }
}

/// Returns what goes wrong when a command runs again on what the first run left, and what to write instead.
fn repeats(script: &Script<'_>, step: &Step<'_>) -> Option<(String, &'static str)> {
    let command = step.command;
    // With `OnFailure` the container starts again in its pod, with all volumes as they are.
    let is_same_pod = script.container().pod.restart_policy().is("OnFailure");
    let keeps = |path: &str| if is_same_pod { script.is_mounted(path) } else { script.outlives_pod(path) };
    let mut appended = command.redirections.iter().filter(|it| it.operator == ">>");
    if let Some(file) = appended.find(|it| it.target.literal().is_some_and(|it| keeps(&it))) {
        let what = format!("`{}` gets the same lines twice", script.excerpt(file.target.span));
        return Some((what, "write `>` instead of `>>`, or empty the file before the first line is added"));
    }
    // A script that makes it only if it is missing has checked that.
    if step.context.in_branch || step.context.is_guarded {
        return None;
    }
    let options =
        command.arguments().iter().any(|word| word.prefix().starts_with('-') && word.prefix().contains('p'));
    if command.is("mkdir")
        && !options
        && command.arguments().iter().filter_map(Word::literal).any(|it| keeps(&it))
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
    let fails = is_sql && texts.iter().any(|it| creates(it));
    let what = || "`CREATE` fails because the object already exists".to_owned();
    fails.then(|| {
        (
            what(),
            "write `IF NOT EXISTS` if the database supports it in this statement, or create the object only after a \
             check that it is missing",
        )
    })
}

/// Whether a script, up to a command, drops what a statement in capital letters creates: it can do so again.
fn is_dropped_before(script: &Script<'_>, step: &Step<'_>, statement: &str) -> bool {
    let end = step.command.span.end as usize;
    let before = script.text().get(..end).unwrap_or_default().to_ascii_uppercase();
    let bare =
        |it: &str| it.trim_matches(|it: char| !it.is_alphanumeric() && !"_-.$".contains(it)).to_owned();
    let words: Vec<String> = before.split_whitespace().map(bare).collect();
    let created: Vec<String> = statement.split_whitespace().map(bare).collect();
    let pairs = created.windows(3).filter(|it| it[0] == "CREATE");
    pairs.take(20).all(|pair| {
        let (kind, name) = (&pair[1], &pair[2]);
        words.iter().enumerate().any(|(at, word)| match word.as_str() {
            "DROP" => words.get(at + 1) == Some(kind) && words[at + 1..].iter().take(4).any(|it| it == name),
            "DROPDB" => words[at..].iter().take(12).any(|it| it == name),
            _ => false,
        })
    })
}
