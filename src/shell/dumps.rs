//! Dumps and archives: which commands make one, and where its file is named.

use super::step::Step;
use super::syntax::Word;
use crate::text::word_list::has_word;

/// Programs whose output is the result of the work.
pub const DUMPS: &str = "pg_dump pg_dumpall pg_basebackup mysqldump mariadb-dump mongodump";

/// Returns the word with the file that a dump or an archive goes to: after an option, or at the end of its pipeline.
pub fn dump_file<'a>(step: &Step<'a>) -> Option<&'a Word<'a>> {
    let arguments = step.command.arguments();
    let name = step.command.name()?;
    let is_dump = has_word(DUMPS, &name);
    if !is_dump && !makes_archive(&name, arguments) {
        return None;
    }
    let last = step.pipeline.commands.last().unwrap_or(step.command);
    let redirected = last.redirections.iter().find(|it| matches!(it.operator, ">" | ">>" | ">|"));
    let options = ["-f", "--file", "-r", "--result-file", "-o", "--out", "--rdb", "save", "a"];
    let option = arguments.iter().position(|it| options.iter().any(|option| it.is(option)));
    let in_one = ["--file=", "--result-file=", "--out=", "--archive="];
    let in_one = arguments.iter().find(|it| in_one.iter().any(|option| it.prefix().starts_with(option)));
    let named = match &*name {
        // `czf FILE`
        "tar" => arguments.first().filter(|it| it.prefix().ends_with('f')).and_then(|_| arguments.get(1)),
        "zip" => arguments.iter().find(|it| !it.prefix().starts_with('-')),
        _ => None,
    };
    let word = redirected.map(|it| &it.target).or(named).or(in_one);
    word.or_else(|| arguments.get(option? + 1))
}

/// Returns what a path in a word starts with, also after `--file=`.
pub fn path<'a>(word: &Word<'a>) -> &'a str {
    let text = word.prefix();
    text.split_once('=').filter(|_| text.starts_with("--")).map_or(text, |(_, path)| path)
}

/// Whether a program puts files, or the data of a server, into an archive.
fn makes_archive(name: &str, arguments: &[Word<'_>]) -> bool {
    let has = |words: &[&str]| words.iter().all(|word| arguments.iter().any(|it| it.is(word)));
    match name {
        "tar" => {
            let letters = arguments.first().map_or("", |it| it.prefix()).trim_start_matches('-');
            let is_bundle = !letters.is_empty() && letters.bytes().all(|it| it.is_ascii_alphabetic());
            is_bundle && letters.contains('c') || has(&["-c"]) || has(&["--create"])
        }
        "7z" | "7za" => has(&["a"]),
        "zip" => true,
        "consul" | "etcdctl" | "vault" => has(&["snapshot", "save"]),
        "redis-cli" => has(&["--rdb"]),
        _ => false,
    }
}
