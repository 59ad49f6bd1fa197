//! What is known of commands: which of them cannot fail, or fail without harm.

use super::syntax::{AndOr, Command, Kind, List, Part, Word};

/// Commands that say something, look at something or set the shell up: whether they fail changes nothing. Sorted.
const TRIVIAL: [&str; 106] = [
    ":",
    "[",
    "[[",
    "alias",
    "awk",
    "basename",
    "break",
    "cd",
    "clear",
    "command",
    "continue",
    "cut",
    "date",
    "declare",
    "df",
    "dig",
    "dirname",
    "disown",
    "dmesg",
    "du",
    "echo",
    "egrep",
    "env",
    "exec",
    "exit",
    "export",
    "expr",
    "false",
    "fgrep",
    "figlet",
    "file",
    "find",
    "free",
    "getent",
    "getopts",
    "grep",
    "hash",
    "head",
    "history",
    "host",
    "hostname",
    "id",
    "ifconfig",
    "jobs",
    "kill",
    "killall",
    "less",
    "let",
    "local",
    "logger",
    "ls",
    "lsblk",
    "lscpu",
    "more",
    "mount",
    "netstat",
    "nproc",
    "nslookup",
    "nvidia-smi",
    "paste",
    "ping",
    "pkill",
    "popd",
    "printenv",
    "printf",
    "ps",
    "pushd",
    "pwd",
    "read",
    "readonly",
    "return",
    "rev",
    "route",
    "seq",
    "set",
    "shift",
    "shopt",
    "sleep",
    "sort",
    "ss",
    "stat",
    "sync",
    "tail",
    "tee",
    "test",
    "times",
    "top",
    "tput",
    "tr",
    "trap",
    "tree",
    "true",
    "tty",
    "type",
    "typeset",
    "ulimit",
    "umask",
    "uname",
    "uniq",
    "unset",
    "uptime",
    "wait",
    "wc",
    "which",
    "whoami",
    "yes",
];

/// Says whether it does not matter that a command fails.
pub fn is_trivial(command: &Command<'_>) -> bool {
    match &command.kind {
        Kind::Simple { words, .. } if words.is_empty() => true,
        Kind::Simple { words, .. } => {
            let Some(name) = command.name() else { return false };
            let writes = command.redirections.iter().any(|it| is_file_output(it.operator, &it.target));
            let only_asks = words.len() == 2
                && ["--version", "-version", "version", "-v", "-V", "--help"]
                    .iter()
                    .any(|it| words[1].is(it));
            let shows = match &*name {
                "cat" => true,
                "kubectl" | "oc" => command.arguments().first().is_some_and(|it| {
                    ["get", "describe", "logs", "version", "cluster-info", "config"]
                        .iter()
                        .any(|verb| it.is(verb))
                }),
                "sed" => !command.arguments().iter().any(|it| it.prefix().starts_with("-i")),
                // Without options it lists.
                "wipefs" => !command.arguments().iter().any(|it| it.prefix().starts_with('-')),
                "aws" => command.has_argument("get-caller-identity"),
                "pip" | "npm" | "gcloud" => {
                    command.arguments().first().is_some_and(|it| it.is("list") || it.is("info"))
                }
                _ => false,
            };
            !writes && (shows || only_asks || TRIVIAL.binary_search(&&*name).is_ok())
                || matches!(&*name, "echo" | "printf" | "date")
        }
        Kind::Test(_) | Kind::Arithmetic(_) => true,
        _ => false,
    }
}

/// Says whether a redirection writes to a file.
pub fn is_file_output(operator: &str, target: &Word<'_>) -> bool {
    let to_device = target
        .literal()
        .is_some_and(|it| it.starts_with("/dev/") || it.bytes().all(|it| it.is_ascii_digit()));
    matches!(operator, ">" | ">>" | ">|" | "&>" | "&>>") && !to_device
}

/// Calls `see` with every word of a command and of the commands in it, also in substitutions.
pub fn each_word<'a>(item: &'a AndOr<'a>, see: &mut dyn FnMut(&'a Word<'a>)) {
    for command in item.pipelines().flat_map(|pipeline| &pipeline.commands) {
        words_of(command, see);
    }
}

/// Calls `see` with every word of a list.
pub fn words_in<'a>(list: &'a List<'a>, see: &mut dyn FnMut(&'a Word<'a>)) {
    list.items.iter().for_each(|item| each_word(item, see));
}

fn words_of<'a>(command: &'a Command<'a>, see: &mut dyn FnMut(&'a Word<'a>)) {
    match &command.kind {
        Kind::Simple { assignments, words } => {
            assignments.iter().for_each(|it| word_of(&it.value, see));
            words.iter().for_each(|it| word_of(it, see));
        }
        Kind::Test(words) => words.iter().for_each(|it| word_of(it, see)),
        Kind::Group(list) | Kind::Subshell(list) => words_in(list, see),
        Kind::If { branches, otherwise } => {
            for (condition, body) in branches {
                words_in(condition, see);
                words_in(body, see);
            }
            otherwise.iter().for_each(|it| words_in(it, see));
        }
        Kind::Loop { condition, body, .. } => {
            words_in(condition, see);
            words_in(body, see);
        }
        Kind::For { words, body, .. } => {
            words.iter().for_each(|it| word_of(it, see));
            words_in(body, see);
        }
        Kind::Case { subject, arms } => {
            word_of(subject, see);
            arms.iter().for_each(|it| words_in(it, see));
        }
        Kind::Function { body, .. } => words_of(body, see),
        Kind::Arithmetic(_) => {}
    }
    command.redirections.iter().for_each(|it| word_of(&it.target, see));
}

fn word_of<'a>(word: &'a Word<'a>, see: &mut dyn FnMut(&'a Word<'a>)) {
    see(word);
    parts_of(&word.parts, see);
}

fn parts_of<'a>(parts: &'a [Part<'a>], see: &mut dyn FnMut(&'a Word<'a>)) {
    for part in parts {
        match part {
            Part::Command { list, .. } => words_in(list, see),
            Part::Variable(variable) => parts_of(&variable.argument, see),
            Part::Text { .. } | Part::Arithmetic(_) => {}
        }
    }
}

/// Returns the commands of a list and all that is in them, also in substitutions.
pub fn commands_in<'a>(list: &'a List<'a>, found: &mut Vec<&'a Command<'a>>) {
    for command in list.items.iter().flat_map(AndOr::pipelines).flat_map(|pipeline| &pipeline.commands) {
        found.push(command);
        match &command.kind {
            Kind::Group(list) | Kind::Subshell(list) => commands_in(list, found),
            Kind::If { branches, otherwise } => {
                for (condition, body) in branches {
                    commands_in(condition, found);
                    commands_in(body, found);
                }
                otherwise.iter().for_each(|it| commands_in(it, found));
            }
            Kind::Loop { condition, body, .. } => {
                commands_in(condition, found);
                commands_in(body, found);
            }
            Kind::For { body, .. } => commands_in(body, found),
            Kind::Case { arms, .. } => arms.iter().for_each(|it| commands_in(it, found)),
            Kind::Function { body, .. } => {
                if let Kind::Group(list) | Kind::Subshell(list) = &body.kind {
                    commands_in(list, found);
                }
            }
            Kind::Simple { .. } | Kind::Test(_) | Kind::Arithmetic(_) => {}
        }
    }
}

/// Returns the commands of a list and all that is in them, and in the substitutions of their words.
pub fn every_command<'a>(list: &'a List<'a>, found: &mut Vec<&'a Command<'a>>) {
    commands_in(list, found);
    words_in(list, &mut |word| word.parts.iter().for_each(|part| substituted(part, found)));
}

fn substituted<'a>(part: &'a Part<'a>, found: &mut Vec<&'a Command<'a>>) {
    match part {
        Part::Command { list, .. } => commands_in(list, found),
        Part::Variable(variable) => variable.argument.iter().for_each(|part| substituted(part, found)),
        Part::Text { .. } | Part::Arithmetic(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(TRIVIAL.is_sorted());
    }
}
