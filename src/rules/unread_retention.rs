use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::syntax::{Command, Word};
use crate::text::word_list::has_word;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unread-retention",
        summary: "A variable says how long files are kept, and nothing reads it",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        page: include_str!("../../rules/unread-retention.md"),
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

fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let is_whole = script.error.is_none() && script.source.caller.is_none() && !script.source.shell.wrapped;
    if !is_whole || !script.commands().iter().all(|it| is_known(script, it)) {
        return;
    }
    let container = script.container();
    let source = &container.node.document.source.text;
    for entry in container.env().items() {
        let (name, value) = (entry.field("name"), entry.field("value"));
        let (Some(text), Some(limit)) = (name.text(), value.text()) else { continue };
        if !is_limit(text, limit) || script.text().contains(text) {
            continue;
        }
        // Another variable, an argument or a probe can pass the value on.
        if container.node.span().text(source).matches(text).nth(1).is_some() {
            continue;
        }
        let message = format!(
            "to set `{text}` to {limit} has no effect: neither the script nor a program that it runs reads the variable"
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
