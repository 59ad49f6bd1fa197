use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::syntax::{Command, Part, Word};
use crate::shell::traversal::every_command;
use crate::text::word_list::has_word;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unread-retention",
        summary: "A variable says how long files are kept, and nothing reads it",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

/// Programs that read no variable of such a name, and start no other program.
const KNOWN: &str = ": 7z [ apk apt apt-get awk aws az basename break bunzip2 bzip2 cat cd chmod chown cmp continue cp curl cut date dd df diff dirname du \
    echo egrep exit export false gcloud getent gpg grep gsutil gunzip gzip head hostname id install jq kubectl ln local ls mariadb mariadb-admin \
    mariadb-dump mc md5sum microdnf mkdir mktemp mongodump mongoexport mongosh mv mysql mysqladmin mysqldump nc oc openssl \
    pg_basebackup pg_dump pg_dumpall pg_isready pg_restore pigz printf psql pwd read readonly redis-cli return rm rmdir s3cmd sed seq set sha256sum shift \
    sleep sort split sqlite3 stat sync tail tar tee test touch tr trap tree true type umask uniq unset unzip wait wc wget which xz yum zcat zip \
    zstd";

/// So many variables of a container are looked for.
const MOST: usize = 5;

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let is_whole = script.error.is_none() && script.source.caller.is_none() && !script.source.shell.wrapped;
    if !is_whole || !runs_only_known(script) {
        return;
    }
    let container = script.container();
    let limits = container.env().items().filter_map(|entry| {
        let (name, value) = (entry.field("name"), entry.field("value"));
        let (text, limit) = (name.text()?, value.text()?);
        (is_limit(text, limit) && !script.text().contains(text)).then_some((name, text, limit))
    });
    for (name, text, limit) in limits.take(MOST) {
        // Another variable, an argument or a probe can pass the value on.
        let mut mentions = 0;
        container.node.visit(&mut |node| mentions += node.text().unwrap_or_default().matches(text).count());
        if mentions > 1 {
            continue;
        }
        let message = format!(
            "setting `{text}` to {limit} has no effect: neither the script nor a program that it runs reads the variable"
        );
        let finding = reporter.report(name, message);
        finding.help(format!("use `\"${text}\"` where the script deletes old files, or remove the variable"));
    }
}

/// Whether a variable says how long, or how many, files are kept.
fn is_limit(name: &str, value: &str) -> bool {
    let words: Vec<&str> = name.split('_').collect();
    let has = |all: &[&str]| all.iter().all(|it| words.contains(it));
    let is_number = value.len() <= 10 && value.starts_with(|it: char| it.is_ascii_digit());
    is_number
        && !has(&["ALIVE"])
        && (has(&["RETENTION"]) || has(&["KEEP"]) || has(&["RETAIN"]) || has(&["MAX", "AGE"]))
}

/// Whether no command of a script, those in substitutions among them, reads such a variable.
fn runs_only_known(script: &Script<'_>) -> bool {
    let mut commands = Vec::new();
    every_command(&script.tree.list, &mut commands);
    let is_text = |it: &Part<'_>| !matches!(it, Part::Command { .. });
    let are_texts = script.tree.documents.iter().all(|it| it.parts.iter().all(is_text));
    are_texts && commands.iter().all(|it| is_known(script, it))
}

/// Whether a command reads no such variable, as far as its name and its arguments tell.
fn is_known(script: &Script<'_>, command: &Command<'_>) -> bool {
    let Some(name) = command.name() else { return command.words().is_empty() };
    let arguments = command.arguments();
    let is_harmless =
        |it: Option<&Word<'_>>| it.and_then(Word::literal).is_some_and(|it| has_word(KNOWN, &it));
    match &*name {
        "find" => {
            let starts = |it: &Word<'_>| ["-exec", "-execdir", "-ok"].iter().any(|option| it.is(option));
            let starts = arguments.iter().enumerate().filter(|(_, it)| starts(it));
            starts.into_iter().all(|(at, _)| is_harmless(arguments.get(at + 1)))
        }
        "xargs" => {
            // The value of an option, such as that of `-n`, is a number.
            let is_option = |it: &&Word<'_>| {
                let text = it.prefix();
                text.starts_with('-') || text.starts_with('{') || text.bytes().all(|it| it.is_ascii_digit())
            };
            is_harmless(arguments.iter().find(|it| !is_option(it)))
        }
        name => has_word(KNOWN, name) || script.function(name).is_some(),
    }
}
