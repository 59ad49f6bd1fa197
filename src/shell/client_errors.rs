//! Clients that exit with 0 although the server has refused what they asked for, unless an option says otherwise.

use super::programs::Fact;
use super::step::Step;
use super::syntax::{Command, UNKNOWN};
use super::traversal::is_input;
use crate::shell::script::Script;
use crate::text::word_list::has_word;

/// A client with such an option.
pub struct LenientClient {
    names: &'static str,
    /// What it does.
    pub fact: &'static str,
    /// The option with which it fails.
    pub option: &'static str,
    /// What to write.
    pub help: &'static str,
    hides: fn(&[&str], &Input) -> bool,
}

/// What a client reads from its standard input.
pub enum Input {
    /// Nothing.
    Nothing,
    /// What the manifest does not show.
    Unknown,
    /// A text.
    Text(String),
}

/// Sources: the manuals of psql (`ON_ERROR_STOP`, "Exit Status") and sqlcmd (`-b`, `-V`) and the help of redis-cli (`-e`). PostgreSQL
/// 15 was asked: `-f`, `--single-transaction` and standard input end with 0, one `-c` with 1.
static CLIENTS: [LenientClient; 4] = [
    LenientClient {
        names: "psql",
        fact: "`psql` exits with 0 even when statements in a file or on standard input fail",
        option: "--set=ON_ERROR_STOP=1",
        help: "add `-v ON_ERROR_STOP=1`: `psql` then stops at the first error and exits with 3",
        hides: psql_hides,
    },
    LenientClient {
        names: "sqlcmd",
        fact: "`sqlcmd` exits with 0 even when the server rejects a statement",
        option: "-b",
        help: "add `-b`: `sqlcmd` then stops at the first error and exits with 1",
        hides: sqlcmd_hides,
    },
    LenientClient {
        names: "redis-cli",
        fact: "`redis-cli` exits with 0 even when the server replies with an error, such as `NOAUTH`",
        option: "-e",
        help: "add `-e` (redis-cli 6.2 or later), which turns an error reply into a failure",
        hides: redis_hides,
    },
    LenientClient {
        names: "valkey-cli",
        fact: "`valkey-cli` exits with 0 even when the server replies with an error, such as `NOAUTH`",
        option: "-e",
        help: "add `-e`, which turns an error reply into a failure",
        hides: redis_hides,
    },
];

/// Returns what is known of a program that would not notice an error of its server with these arguments.
pub fn hidden_errors(program: &str, arguments: &[&str], input: &Input) -> Option<&'static LenientClient> {
    CLIENTS.iter().find(|it| has_word(it.names, program) && (it.hides)(arguments, input))
}

impl Script<'_> {
    /// Returns the client of a step that exits with 0 after an error, where nothing reads what it prints of that.
    pub fn lenient_client(&self, step: &Step<'_>) -> Option<&'static LenientClient> {
        let command = step.command;
        let name = command.name().filter(|it| self.function(it).is_none())?;
        let commands = &step.pipeline.commands;
        let at = commands.iter().position(|it| std::ptr::eq(it, command))?;
        let is_read = commands.last().is_some_and(|it| !std::ptr::eq(it, command) && it.has(Fact::Reads));
        let context = step.context;
        let is_elsewhere = context.in_substitution || context.in_loop_condition || context.is_failing;
        if is_elsewhere
            || is_read
            || self.output_is_read(command)
            || command.arguments().iter().any(|it| self.may_hold_options(it))
        {
            return None;
        }
        let before = at.checked_sub(1).map(|it| &commands[it]);
        let words: Vec<String> = command.arguments().iter().map(|it| it.known_text()).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        hidden_errors(&name, &words, &self.input_of(command, before))
    }

    /// Returns what a command reads from its standard input, if it stands at this position of its pipeline.
    pub fn input_of(&self, command: &Command<'_>, before: Option<&Command<'_>>) -> Input {
        if let Some(redirection) = command.redirections.iter().rfind(|it| is_input(it.operator)) {
            return match redirection.operator {
                "<<" | "<<-" => {
                    let next = self.tree.texts.partition_point(|it| it.start < redirection.span.end);
                    let body = self.tree.texts.get(next).map(|it| it.text(self.text()));
                    body.map_or(Input::Unknown, |it| Input::Text(it.to_owned()))
                }
                "<<<" => Input::Text(redirection.target.known_text()),
                _ if redirection.target.is("/dev/null") => Input::Nothing,
                _ => Input::Unknown,
            };
        }
        let Some(before) = before else { return Input::Nothing };
        if before.is("echo") || before.is("printf") {
            return Input::Text(before.arguments().iter().map(|it| it.known_text() + "\n").collect());
        }
        Input::Unknown
    }
}

/// What arguments ask for, as `getopt` reads them.
#[derive(Default)]
pub(super) struct Options<'w> {
    /// The options by letter, each with its value.
    pub(super) letters: Vec<(char, &'w str)>,
    operands: Vec<&'w str>,
}

/// Reads arguments; `with_values` are the letters of options with a value, `long` those of long options.
pub(super) fn options<'w>(words: &[&'w str], with_values: &str, long: &[(&str, char)]) -> Options<'w> {
    let mut found = Options::default();
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        if let Some(option) = word.strip_prefix("--") {
            let (name, value) =
                option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
            let Some((_, letter)) = long.iter().find(|(known, _)| *known == name) else { continue };
            let value = value.or_else(|| if with_values.contains(*letter) { words.next() } else { None });
            found.letters.push((*letter, value.unwrap_or_default()));
        } else if let Some(cluster) = word.strip_prefix('-').filter(|it| !it.is_empty()) {
            for (at, letter) in cluster.char_indices() {
                if with_values.contains(letter) {
                    let rest = &cluster[at + letter.len_utf8()..];
                    let value = if rest.is_empty() { words.next().unwrap_or_default() } else { rest };
                    found.letters.push((letter, value));
                    break;
                }
                found.letters.push((letter, ""));
                // `-No` of sqlcmd: optional encryption.
                if letter == 'N' {
                    break;
                }
            }
        } else {
            found.operands.push(word);
        }
    }
    found
}

impl Options<'_> {
    fn has(&self, letters: &[char]) -> bool {
        self.letters.iter().any(|(letter, _)| letters.contains(letter))
    }
}

fn psql_hides(words: &[&str], input: &Input) -> bool {
    const LONG: [(&str, char); 18] = [
        ("command", 'c'),
        ("dbname", 'd'),
        ("file", 'f'),
        ("field-separator", 'F'),
        ("host", 'h'),
        ("help", '?'),
        ("list", 'l'),
        ("log-file", 'L'),
        ("output", 'o'),
        ("port", 'p'),
        ("pset", 'P'),
        ("record-separator", 'R'),
        ("set", 'v'),
        ("table-attr", 'T'),
        ("username", 'U'),
        ("variable", 'v'),
        ("version", 'V'),
        ("no-psqlrc", 'X'),
    ];
    let options = options(words, "cdfFhLopPRTUv", &LONG);
    let stops =
        options.letters.iter().any(|(letter, value)| *letter == 'v' && value.contains("ON_ERROR_STOP"));
    if stops || options.has(&['l', '?', 'V']) {
        return false;
    }
    match options.letters.iter().rfind(|(letter, _)| matches!(letter, 'c' | 'f')) {
        Some(('f', "-" | "/dev/stdin")) | None => works(input, changes),
        // The status is that of the last one.
        Some((letter, _)) => *letter == 'f',
    }
}

fn sqlcmd_hides(words: &[&str], input: &Input) -> bool {
    const LONG: [(&str, char); 5] =
        [("query", 'Q'), ("initial-query", 'q'), ("input-file", 'i'), ("exit-on-error", 'b'), ("help", '?')];
    let options = options(words, "acdFhHiKlmoPqQsStUvVwyYzZ", &LONG);
    if options.has(&['b', 'V', '?', 'L']) {
        return false;
    }
    let ends_itself = |text: &str| {
        let lower = text.to_ascii_lowercase();
        lower.contains(":on error") || lower.contains("exit(")
    };
    let queries = || options.letters.iter().filter(|(letter, _)| matches!(letter, 'q' | 'Q'));
    if queries().any(|(_, text)| ends_itself(text)) || matches!(input, Input::Text(text) if ends_itself(text))
    {
        return false;
    }
    options.has(&['i'])
        || queries().any(|(_, text)| changes(text))
        || queries().count() == 0 && works(input, changes)
}

fn redis_hides(words: &[&str], input: &Input) -> bool {
    // What does more than send a command has a status of its own.
    const OTHER: &str = "--bigkeys --cluster --functions-rdb --help --hotkeys --intrinsic-latency --keystats --latency \
        --latency-dist --latency-history --ldb --ldb-sync-mode --lru-test --memkeys --pipe --rdb --replica --scan --slave \
        --stat --version -e -v";
    const WITH_VALUES: &str = "-h -p -s -a -u -r -i -n -d -D -t --user --pass --sni --cacert --cacertdir --cert --key \
        --tls-ciphers --tls-ciphersuites";
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        if has_word(OTHER, word) {
            return false;
        }
        if has_word(WITH_VALUES, word) {
            words.next();
        } else if word == "--eval" {
            return true;
        } else if !word.starts_with('-') {
            return is_change(word, words.next().unwrap_or_default());
        }
    }
    works(input, |text| {
        text.lines().any(|line| {
            let mut words = line.split_whitespace();
            is_change(words.next().unwrap_or_default(), words.next().unwrap_or_default())
        })
    })
}

/// Whether a command of Redis changes something.
fn is_change(command: &str, subcommand: &str) -> bool {
    const CHANGES: &str = "append bgrewriteaof bgsave copy decr decrby del eval evalsha expire expireat failover fcall flushall \
        flushdb getdel getset hdel hincrby hmset hset hsetnx incr incrby linsert lpop lpush lrem lset ltrim migrate move mset \
        msetnx persist pexpire psetex publish rename renamenx replicaof restore rpop rpoplpush rpush sadd save set setex setnx \
        setrange slaveof smove spop srem swapdb unlink xadd xdel xtrim zadd zincrby zrem zremrangebyrank zremrangebyscore";
    const OF_GROUPS: &str = "set rewrite resetstat flush load delete restore deluser save";
    let lower = command.to_ascii_lowercase();
    has_word(CHANGES, &lower)
        || has_word("acl config function script", &lower)
            && has_word(OF_GROUPS, &subcommand.to_ascii_lowercase())
}

/// Whether an input holds what changes something.
fn works(input: &Input, changes: impl Fn(&str) -> bool) -> bool {
    match input {
        Input::Nothing => false,
        Input::Unknown => true,
        Input::Text(text) => changes(text),
    }
}

/// Whether statements change something, as far as they are known.
fn changes(text: &str) -> bool {
    const CHANGES: &str = "alter analyze backup bulk call checkpoint cluster comment copy create dbcc delete do drop exec execute \
        gexec grant import insert kill load lock merge refresh reindex reset restore revoke truncate update upsert vacuum";
    let lower = text.to_ascii_lowercase();
    lower.trim() == UNKNOWN
        || lower.contains("\\i")
        || lower.split(|it: char| !it.is_alphanumeric() && it != '_').any(|it| has_word(CHANGES, it))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hides(command: &str) -> bool {
        let mut words = command.split(' ');
        let program = words.next().unwrap_or_default();
        hidden_errors(program, &words.collect::<Vec<_>>(), &Input::Nothing).is_some()
    }

    #[test]
    fn options_decide() {
        for command in [
            "psql -h db -f a.sql",
            "psql --file=a.sql",
            "psql -Atqf a.sql -v name=1",
            "psql -1 -c x -f a.sql",
            "sqlcmd -S db -Q EXEC[clean]",
            "sqlcmd -S db -C -i a.sql",
            "redis-cli -h cache BGSAVE",
            "redis-cli -n 1 -a x flushdb",
            "redis-cli CONFIG SET save 60",
            "valkey-cli --eval a.lua",
        ] {
            assert!(hides(command), "{command}");
        }
        for command in [
            "psql",
            "psql -c delete",
            "psql -f a.sql -v ON_ERROR_STOP=1",
            "psql -vON_ERROR_STOP=1 -f a.sql",
            "psql --set ON_ERROR_STOP=on --file a.sql",
            "psql -f a.sql -c delete",
            "psql --list",
            "psql --version",
            "sqlcmd -b -Q EXEC[clean]",
            "sqlcmd -Cb -i a.sql",
            "sqlcmd -V 1 -i a.sql",
            "sqlcmd -G -No -b -i a.sql",
            "sqlcmd -Q SELECT(1)",
            "sqlcmd -S db",
            "redis-cli -e BGSAVE",
            "redis-cli PING",
            "redis-cli --pipe",
            "redis-cli --cluster create",
            "redis-cli CONFIG GET save",
            "redis-cli …",
            "mysql -f",
        ] {
            assert!(!hides(command), "{command}");
        }
    }

    #[test]
    fn input_is_looked_at() {
        let hides = |input: Input| hidden_errors("psql", &["-h", "db"], &input).is_some();
        assert!(hides(Input::Unknown));
        assert!(hides(Input::Text("DELETE FROM a;".to_owned())));
        assert!(hides(Input::Text("…".to_owned())));
        assert!(!hides(Input::Text("SELECT count(*) FROM a;".to_owned())));
        assert!(!hides(Input::Nothing));
    }
}
