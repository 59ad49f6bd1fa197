//! Dumps and archives: which commands make one, and where its file is named.

use super::file_names::{is_known, known_start};
use super::rotations::renames;
use super::step::{Fate, Step};
use super::syntax::{Command, Word};
use crate::shell::script::Script;
use crate::text::word_list::has_word;

/// Programs whose output is the result of the work.
pub const DUMPS: &str = "pg_dump pg_dumpall pg_basebackup mysqldump mariadb-dump mongodump";

/// A dump whose file has its final name before it is complete.
pub struct PartialDump<'a> {
    /// The command that makes it.
    pub command: &'a Command<'a>,
    /// The word with its file.
    pub file: &'a Word<'a>,
    /// The directory of the file, as far as it is known.
    pub directory: String,
    /// Whether each run writes to the same file.
    pub is_overwritten: bool,
}

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

    /// Returns the first dump of a database that leaves a file under its final name in a lasting volume when it fails, where
    /// nothing renames, removes or uploads the file.
    pub fn partial_dump(&self) -> Option<PartialDump<'a>> {
        const UPLOADERS: &str = "aws az azcopy b2 borg curl gcloud gsutil kopia lftp mc mcli rclone restic rsync s3cmd \
            s5cmd scp sftp wget";
        let commands = self.commands();
        let is_elsewhere = |it: &Command<'_>| {
            it.is("trap") || it.is("ln") || it.name().is_some_and(|name| has_word(UPLOADERS, &name))
        };
        if commands.iter().any(|it| is_elsewhere(it) || renames(it)) {
            return None;
        }
        self.steps.iter().find_map(|step| {
            let context = step.context;
            let is_lost = step.fate == Fate::Ignored;
            let is_plain = matches!(step.fate, Fate::Guarded | Fate::Decides) || is_lost;
            if !is_plain || context.in_condition || context.in_substitution || !writes_one_file(step.command)
            {
                return None;
            }
            let file = self.dump_file(step)?;
            // What is appended overwrites nothing, and the file has more than this dump.
            let before = self.text().get(..file.span.start as usize).unwrap_or_default();
            if before.trim_end().ends_with(">>") {
                return None;
            }
            let text = self.resolved(file);
            let path = path_in(&text);
            let start = known_start(path);
            let directory = start.rsplit_once('/')?.0;
            let later = || commands.iter().filter(|it| it.span.start > step.command.span.end);
            let names =
                |it: &Command<'_>| it.words().iter().any(|word| path_in(&self.resolved(word)) == path);
            // Where the script continues, it may look at the file or remove it.
            let is_checked = is_lost
                && later().any(|it| {
                    names(it) && ["rm", "[", "test", "gzip", "pg_restore"].iter().any(|name| it.is(name))
                });
            let is_overwritten = is_known(path);
            // What is always written to the same file may be there for the script alone.
            let is_own = is_overwritten
                && (later().any(|it| names(it)) || self.container().pod.job.cron_job().is_none());
            let is_final = !is_temporary(path) && self.outlives_pod(start);
            (is_final && !is_checked && !is_own).then(|| PartialDump {
                command: step.command,
                file,
                directory: if directory.is_empty() { "/".to_owned() } else { directory.to_owned() },
                is_overwritten,
            })
        })
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

/// Whether a command dumps a database into one file, and leaves behind what it has written when it fails.
fn writes_one_file(command: &Command<'_>) -> bool {
    let texts = || command.arguments().iter().map(Word::known_text);
    match command.name().as_deref() {
        // A directory must not exist before.
        Some("pg_dump") => {
            !texts().any(|it| ["-Fd", "--format=d", "--format=directory", "directory", "d"].contains(&&*it))
        }
        Some("pg_dumpall" | "mysqldump" | "mariadb-dump") => true,
        Some("mongodump") => texts().any(|it| it.starts_with("--archive")),
        _ => false,
    }
}

/// Whether the name of a file says that it is not yet what it is to be.
fn is_temporary(path: &str) -> bool {
    const WORDS: &str = "incomplete inprogress new part partial progress temp temporary tmp wip working";
    let words = path.split(|it: char| !it.is_ascii_alphanumeric()).map(str::to_ascii_lowercase);
    let name = path.rsplit('/').next().unwrap_or_default();
    name.starts_with('.') || words.into_iter().any(|it| has_word(WORDS, &it))
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
