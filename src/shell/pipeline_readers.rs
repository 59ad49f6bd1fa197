//! Who reads what a command writes, and what becomes of that.

use std::collections::BTreeSet;

use super::programs::Fact;
use super::step::{Fate, Step};
use super::syntax::{Command, CommandKind, Part, Pipeline, Word, has_short_option, has_start};
use super::traversal::{commands_in, every_command, is_file_output};
use crate::shell::script::Script;
use crate::text::word_list::has_word;

impl<'a> Script<'a> {
    /// Returns the file that a command writes to, as it is written: after `>`, `-o` or `--output`.
    pub fn output_file(&self, command: &Command<'_>) -> Option<&'a str> {
        let redirected = command.redirections.iter().find(|it| is_file_output(it.operator, &it.target));
        let is_option = |word: &Word<'_>| word.is("-o") || word.is("--output");
        let at = command.arguments().iter().position(is_option);
        let named = at.and_then(|at| command.arguments().get(at + 1));
        let word = redirected.map(|it| &it.target).or(named).filter(|it| !it.is("/dev/null"))?;
        Some(word.span.text(self.text()).trim_matches('"'))
    }

    /// Returns a command that ends before it has read everything: `pipefail` would make its pipeline fail, which works.
    pub fn early_reader(&self) -> Option<&'a Command<'a>> {
        let outputs = self.output_variables();
        let mut seen: Option<&Pipeline<'_>> = None;
        let mut piped =
            self.steps.iter().filter(|step| step.fate == Fate::Piped && !is_short(step.command, &outputs));
        piped.find_map(|step| {
            let is_new = seen.replace(step.pipeline).is_none_or(|it| !std::ptr::eq(it, step.pipeline));
            if is_new { step.pipeline.commands.iter().skip(1).find(|it| stops_early(it)) } else { None }
        })
    }

    /// Whether a command asks a cluster what a loop or `xargs` at the end of its pipeline is to work on: when it fails, nothing is
    /// done, and that looks as if there were nothing to do.
    pub fn lists_work(&self, step: &Step<'_>) -> bool {
        let asks = |it: &Command<'_>| it.is("kubectl") || it.is("oc");
        let is_first = step.pipeline.commands.first().is_some_and(|it| std::ptr::eq(it, step.command));
        let Some(last) = step.pipeline.commands.last() else { return false };
        let mut inner = Vec::new();
        let works = match &last.kind {
            CommandKind::Loop { body, .. } => {
                commands_in(body, &mut inner);
                inner.iter().any(|it| matches!(it.kind, CommandKind::Simple { .. }) && self.is_work(it))
            }
            // Otherwise it runs its command without input, too.
            _ if last.is("xargs") => {
                let arguments = last.arguments();
                let is_shown = arguments.iter().any(|it| it.is("echo") || it.is("get") || it.is("describe"));
                !is_shown
                    && (has_short_option(arguments, &['r', 'I']) || has_start(arguments, "--no-run-if-empty"))
            }
            _ => false,
        };
        is_first && asks(step.command) && works
    }

    /// Returns the variables that hold what commands print.
    fn output_variables(&self) -> BTreeSet<&'a str> {
        let all = self.commands().iter().flat_map(|it| it.assignments());
        all.filter(|it| it.value.parts.iter().any(is_output)).map(|it| it.name).collect()
    }

    /// Whether a later command looks into the file that a command writes.
    pub fn output_is_read(&self, command: &Command<'_>) -> bool {
        let Some(file) = self.output_file(command) else { return false };
        let reads = |reader: &Command<'_>| {
            let inputs = reader.redirections.iter().map(|it| it.target.span);
            let mut spans = reader.words().iter().map(|word| word.span).chain(inputs);
            spans.any(|span| span.text(self.text()).trim_matches('"').ends_with(file))
        };
        self.readers().iter().any(|it| it.span.start > command.span.start && reads(it))
    }

    /// Returns the commands that look into what they read.
    fn readers(&self) -> &[&'a Command<'a>] {
        self.readers.get_or_init(|| {
            let mut all = Vec::new();
            every_command(&self.tree.list, &mut all);
            all.retain(|command| command.has(Fact::Reads) || command.is("cat"));
            all
        })
    }
}

/// Whether what a command prints is short enough for the pipe, which takes it at once: not what other commands have printed.
fn is_short(command: &Command<'_>, outputs: &BTreeSet<&str>) -> bool {
    let mut parts = command.arguments().iter().flat_map(|it| &it.parts);
    let is_long =
        |part: &Part<'_>| is_output(part) || matches!(part, Part::Variable(it) if outputs.contains(it.name));
    command.has(Fact::Prints) && !parts.any(is_long)
}

fn is_output(part: &Part<'_>) -> bool {
    matches!(part, Part::Command { process: false, .. })
}

/// Whether a command prints nothing and succeeds if it reads nothing.
pub(super) fn passes_nothing(command: &Command<'_>) -> bool {
    let texts = || command.arguments().iter().map(Word::known_text);
    match command.name().as_deref() {
        Some("cut" | "head" | "sed" | "sort" | "tail" | "tr" | "uniq") => true,
        Some("awk") => !texts().any(|it| it.contains("END") || it.contains("BEGIN")),
        // `-e` fails without a result, `-s` makes an empty list of nothing.
        Some("jq") => {
            !has_short_option(command.arguments(), &['e', 'n', 's'])
                && !texts().any(|it| it.starts_with("--exit") || it == "--slurp")
        }
        _ => false,
    }
}

/// Whether a command counts what it reads, and prints 0 if it reads nothing.
pub(super) fn counts_input(command: &Command<'_>) -> bool {
    let arguments = command.arguments();
    let texts = || arguments.iter().map(Word::known_text);
    match command.name().as_deref() {
        Some("wc") => true,
        Some("grep" | "egrep" | "fgrep") => {
            has_short_option(arguments, &['c']) || texts().any(|it| it == "--count")
        }
        // Without `+0` a sum of nothing is an empty text.
        Some("awk") => texts().any(|it| {
            it.split_once("END").is_some_and(|(_, end)| {
                let end: String = end.split_whitespace().collect();
                end.starts_with("{printNR") || end.contains("+0")
            })
        }),
        Some("jq") => {
            (has_short_option(arguments, &['s']) || texts().any(|it| it == "--slurp"))
                && texts().any(|it| it.trim() == "length")
        }
        _ => false,
    }
}

/// Whether a command fails when it gets nothing to read, as it does when what should write to it fails at once.
///
/// Seen with GNU and BusyBox programs and kubectl: `xz -d` of BusyBox, `kubectl replace` and `kubectl delete` take it. Where an
/// image has jq before 1.7, `jq -e` takes it as well, and no name of an image says which jq it has.
pub fn needs_input(command: &Command<'_>) -> bool {
    let arguments = command.arguments();
    let has = |texts: &[&str]| arguments.iter().any(|word| texts.iter().any(|it| word.is(it)));
    let Some(name) = command.name() else { return false };
    match &*name {
        // No match is a failure, but not for those who count lines or look for others.
        "grep" | "egrep" | "fgrep" => {
            !has_short_option(arguments, &['v', 'c', 'L']) && !has(&["--invert-match", "--count"])
        }
        "kubectl" | "oc" => has(&["apply", "create"]) && has(&["-", "-f-", "--filename=-", "/dev/stdin"]),
        "tar" => arguments.first().is_some_and(|it| it.prefix().contains('x')) || has(&["--extract"]),
        "gunzip" | "zcat" | "bunzip2" => true,
        "gzip" | "bzip2" => has_short_option(arguments, &['d']) || has(&["--decompress"]),
        "md5sum" | "sha1sum" | "sha256sum" | "sha512sum" => {
            has_short_option(arguments, &['c']) || has(&["--check"])
        }
        // Without input there is no result, which is 4 (1 in yq); `-n` reads none, and `-s` makes an empty list of it.
        "jq" | "yq" => {
            (has_short_option(arguments, &['e']) || has(&["--exit-status"]))
                && !has_short_option(arguments, &['n', 's'])
                && !has(&["--null-input", "--slurp"])
        }
        "gpg" => has(&["--dearmor", "--decrypt", "-d", "--import"]),
        "python" | "python3" => {
            arguments.iter().filter_map(Word::literal).any(|it| it.contains("json.load") || it == "json.tool")
        }
        _ => has(&["--password-stdin"]),
    }
}

/// Whether a command stores or passes on whatever it reads, also nothing: its status says nothing of what writes to it.
pub fn accepts_anything(command: &Command<'_>) -> bool {
    const STORING: &str =
        "age base64 bash clickhouse-client dd lz4 mariadb mysql openssl pigz psql sh split sqlite3 tee";
    const PACKING: &str = "bzip2 gzip xz zstd";
    let arguments = command.arguments();
    let writes = || command.redirections.iter().any(|it| is_file_output(it.operator, &it.target));
    let asks = |letters: &[char], words: &[&str]| {
        has_short_option(arguments, letters) || words.iter().any(|it| command.has_argument(it))
    };
    let Some(name) = command.name() else { return false };
    match &*name {
        // `-c` names a command, whose status counts, and so does that of a program in a file.
        "bash" | "sh" => arguments.iter().all(|it| it.prefix().starts_with('-') && !it.is("-c")),
        "openssl" => command.has_argument("enc") && !asks(&['d'], &[]),
        "age" | "base64" | "lz4" | "pigz" => !asks(&['d', 't', 'D'], &["--decrypt", "--decode", "--test"]),
        "cat" | "sed" | "tr" => writes(),
        "aws" => command.has_argument("s3") && command.has_argument("cp") && command.has_argument("-"),
        "gsutil" => command.has_argument("cp") && command.has_argument("-"),
        "mc" | "mcli" => command.has_argument("pipe"),
        "rclone" => command.has_argument("rcat"),
        name if has_word(PACKING, name) => !asks(&['d', 't', 'l'], &["--decompress", "--test", "--list"]),
        name => has_word(STORING, name),
    }
}

/// Returns what a command prints that gets nothing to read, where that is nothing or `0`.
///
/// Seen with GNU and BusyBox programs, jq and yq.
pub fn output_without_input(command: &Command<'_>) -> Option<&'static str> {
    let arguments = command.arguments();
    let has = |texts: &[&str]| arguments.iter().any(|word| texts.iter().any(|it| word.is(it)));
    match &*command.name()? {
        "wc" if arguments.len() == 1 => Some("0"),
        "grep" | "egrep" | "fgrep" if has_short_option(arguments, &['c']) || has(&["--count"]) => Some("0"),
        "awk" | "gawk" | "mawk" => {
            let mut texts = arguments.iter().map(|it| it.literal());
            texts.all(|it| it.is_some_and(|it| !it.contains("END") && !it.contains("BEGIN"))).then_some("")
        }
        "jq" | "yq" => {
            (!has_short_option(arguments, &['n', 's']) && !has(&["--null-input", "--slurp"])).then_some("")
        }
        "base64" | "cat" | "column" | "cut" | "egrep" | "fgrep" | "fold" | "grep" | "head" | "nl"
        | "paste" | "rev" | "sed" | "sort" | "tac" | "tail" | "tee" | "tr" | "uniq" => Some(""),
        _ => None,
    }
}

/// Whether a script of `sed` has the command `q` or `Q` behind an address or another command: `5q`, `/done/q`, `p;q`.
fn quits(script: &str) -> bool {
    let commands = script.split([';', '\n', '{', '}']).map(str::trim);
    commands.filter(|it| it.ends_with(['q', 'Q'])).any(|it| {
        let address = it[..it.len() - 1].trim_end();
        let is_line = |it: char| it.is_ascii_digit() || it == '!' || it == ',';
        !it.starts_with('-') && address.chars().all(is_line)
            || address.len() > 1 && address.starts_with('/') && address.ends_with('/')
    })
}

/// Whether a program of `awk` has the statement `exit` before its `END`: `/exit code/` is a pattern.
fn exits_early(program: &str) -> bool {
    let main = program.split("END").next().unwrap_or_default();
    main.match_indices("exit").any(|(at, word)| {
        let before = main[..at].trim_end_matches([' ', '\t']);
        let is_statement =
            before.is_empty() || before.ends_with(['{', ';', ')', '\n']) || before.ends_with("else");
        is_statement && main[at + word.len()..].trim_start().starts_with([';', '}', '\n', '0', '1'])
    })
}

/// Whether a command ends before it has read everything, so that SIGPIPE ends what writes to it.
pub fn stops_early(command: &Command<'_>) -> bool {
    let arguments = command.arguments();
    let Some(name) = command.name() else { return false };
    let mut texts = arguments.iter().filter_map(Word::literal);
    match &*name {
        // `head -n -10` reads all to know which lines are the last.
        "head" => {
            let is_from_end = |pair: &[Word<'_>]| {
                matches!(pair[0].prefix(), "-n" | "-c") && pair[1].prefix().starts_with('-')
            };
            !arguments.windows(2).any(is_from_end)
                && !texts.any(|it| {
                    ["-n-", "-c-", "--lines=-", "--bytes=-"].iter().any(|start| it.starts_with(start))
                })
        }
        "grep" | "egrep" | "fgrep" => {
            has_short_option(arguments, &['q', 'm', 'l'])
                || texts.any(|it| it == "--quiet" || it.starts_with("--max-count"))
        }
        "od" => has_short_option(arguments, &['N']),
        "sed" => texts.any(|it| quits(&it)),
        "awk" | "gawk" | "mawk" => texts.any(|it| exits_early(&it)),
        "dd" => texts.any(|it| it.starts_with("count=")),
        _ => false,
    }
}
