//! Dumps and archives: which commands make one, and where its file is named.

use super::step::Step;
use super::syntax::{Command, Word};
use crate::shell::script::Script;
use crate::text::word_list::has_word;

/// Programs whose output is the result of the work.
pub const DUMPS: &str = "pg_dump pg_dumpall pg_basebackup mysqldump mariadb-dump mongodump";

/// The letters of options of `tar` that have values.
const WITH_VALUES: &str = "CFHIKLNTVXbfg";

impl<'a> Script<'a> {
    /// Returns the word with the file that a dump or an archive goes to: after an option, or at the end of its pipeline.
    pub fn dump_file(&self, step: &Step<'a>) -> Option<&'a Word<'a>> {
        let (name, arguments) = (step.command.name()?, step.command.arguments());
        if !has_word(DUMPS, &name) && !makes_archive(&name, arguments) {
            return None;
        }
        let named = own_file(&name, arguments).filter(|it| !it.is("-"));
        named.or_else(|| self.written_file(step.pipeline.commands.last().unwrap_or(step.command)))
    }

    /// Returns the word with the file to which a command writes what it reads or makes.
    pub fn written_file(&self, command: &'a Command<'a>) -> Option<&'a Word<'a>> {
        let (name, arguments) = (command.name().unwrap_or_default(), command.arguments());
        match &*name {
            // It passes on what it has written.
            "tee" => {
                let mut files = arguments.iter().filter(|it| !it.prefix().starts_with('-'));
                return files.next().filter(|_| files.next().is_none());
            }
            "split" if arguments.len() > 1 => return arguments.last(),
            "dd" => return arguments.iter().find(|it| it.prefix().starts_with("of=")),
            _ => {}
        }
        let goes_out = |operator: &str| matches!(operator, ">" | ">>" | ">|");
        let redirected = command.redirections.iter().find(|it| {
            goes_out(it.operator) && !it.span.text(self.text()).starts_with('2') && !it.target.is("/dev/null")
        });
        let named = || match &*name {
            "age" | "gpg" | "gpg2" | "zstd" => value_of(arguments, &["-o", "--output"]),
            "openssl" => value_of(arguments, &["-out"]),
            _ => None,
        };
        redirected.map(|it| &it.target).or_else(named)
    }
}

/// Whether a program writes a dump or an archive to its standard output.
pub fn writes_dump_to_output(name: &str, arguments: &[Word<'_>]) -> bool {
    let is_output = |it: &Word<'_>| it.is("-") || it.is("/dev/stdout");
    let file = || own_file(name, arguments);
    match name {
        "pg_dump" | "pg_dumpall" | "mysqldump" | "mariadb-dump" => file().is_none_or(is_output),
        "mongodump" => arguments.iter().any(|it| it.is("--archive")) && file().is_none_or(is_output),
        "pg_basebackup" => file().is_some_and(is_output),
        "tar" => tar(arguments).0 && file().is_some_and(is_output),
        _ => false,
    }
}

/// Returns the path in a word, also after `--file=`, `of=` or `-f`.
pub fn path_in(word: &str) -> &str {
    match word.split_once('=').filter(|(start, _)| start.starts_with("--") || *start == "of") {
        Some((_, path)) => path,
        None => word.find('/').filter(|_| word.starts_with('-')).map_or(word, |at| &word[at..]),
    }
}

/// Returns the word with the file that a program names for its dump or archive.
fn own_file<'w, 's>(name: &str, arguments: &'w [Word<'s>]) -> Option<&'w Word<'s>> {
    match name {
        "pg_dump" | "pg_dumpall" => value_of(arguments, &["-f", "--file"]),
        "pg_basebackup" => value_of(arguments, &["-D", "--pgdata"]),
        "mysqldump" | "mariadb-dump" => value_of(arguments, &["-r", "--result-file"]),
        "mongodump" => value_of(arguments, &["-o", "--out", "--archive"]),
        "redis-cli" => value_of(arguments, &["--rdb"]),
        "tar" => tar(arguments).1,
        "7z" | "7za" => value_of(arguments, &["a"]),
        "zip" => {
            let is_value = |at: usize| {
                at > 0 && ["-P", "-b", "-n", "-t", "-tt"].iter().any(|it| arguments[at - 1].is(it))
            };
            let is_file =
                |(at, it): &(usize, &Word<'_>)| it.is("-") || !it.prefix().starts_with('-') && !is_value(*at);
            arguments.iter().enumerate().find(is_file).map(|(_, it)| it)
        }
        _ => value_of(arguments, &["save"]),
    }
}

/// Returns the word with the value of an option: the one after it, or the same one (`--file=a.sql`, `-f/a.sql`).
fn value_of<'w, 's>(arguments: &'w [Word<'s>], options: &[&str]) -> Option<&'w Word<'s>> {
    arguments.iter().enumerate().find_map(|(at, word)| {
        let rest = options.iter().find_map(|it| word.prefix().strip_prefix(it))?;
        if options.iter().any(|it| word.is(it)) {
            // What is optional there must be in one word: `--archive`.
            return arguments.get(at + 1).filter(|_| !word.is("--archive"));
        }
        (rest.starts_with('=') || rest.starts_with('/') && !word.prefix().starts_with("--")).then_some(word)
    })
}

/// Whether a program puts files, or the data of a server, into an archive.
fn makes_archive(name: &str, arguments: &[Word<'_>]) -> bool {
    let has = |words: &[&str]| words.iter().all(|word| arguments.iter().any(|it| it.is(word)));
    match name {
        "tar" => tar(arguments).0,
        "7z" | "7za" => has(&["a"]),
        "zip" => true,
        "consul" | "etcdctl" | "vault" => has(&["snapshot", "save"]),
        "redis-cli" => has(&["--rdb"]),
        _ => false,
    }
}

/// Returns whether `tar` makes an archive, and the word with the file: `tar czf FILE`, `tar -C DIRECTORY -c -f FILE`.
fn tar<'w, 's>(arguments: &'w [Word<'s>]) -> (bool, Option<&'w Word<'s>>) {
    let (mut creates, mut file, mut at) = (false, None, 0);
    while let Some(word) = arguments.get(at) {
        let text = word.prefix();
        at += 1;
        if let Some(long) = text.strip_prefix("--") {
            creates |= long == "create";
            let follows =
                ["file", "directory", "use-compress-program", "exclude-from", "files-from"].contains(&long);
            file = file.or(if long == "file" { arguments.get(at) } else { None });
            file = file.or(long.starts_with("file=").then_some(word));
            at += usize::from(follows);
            continue;
        }
        // The first word needs no dash.
        let Some(letters) = text.strip_prefix('-').or((at == 1).then_some(text)) else { continue };
        for (index, letter) in letters.char_indices() {
            creates |= letter == 'c';
            if !WITH_VALUES.contains(letter) {
                continue;
            }
            let is_last = index + letter.len_utf8() == letters.len() || !text.starts_with('-');
            let value = if is_last { arguments.get(at) } else { Some(word) };
            file = file.or(value.filter(|_| letter == 'f'));
            at += usize::from(is_last);
            // Without a dash the values follow in the order of the letters.
            if text.starts_with('-') {
                break;
            }
        }
    }
    (creates, file)
}
