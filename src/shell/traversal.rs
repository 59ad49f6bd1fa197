//! What is known of commands: which of them cannot fail, or fail without harm.

use super::programs::Fact;
use super::syntax::{AndOr, Command, CommandKind, List, Part, Word};
use crate::text::word_list::has_word;

/// Whether it does not matter that a command fails.
pub fn is_trivial(command: &Command<'_>) -> bool {
    match &command.kind {
        CommandKind::Simple { words, .. } if words.is_empty() => true,
        CommandKind::Simple { words, .. } => {
            let Some(name) = command.name() else { return false };
            let writes = command.redirections.iter().any(|it| is_file_output(it.operator, &it.target));
            let only_asks = words.len() == 2
                && ["--version", "-version", "version", "-v", "-V", "--help"]
                    .iter()
                    .any(|it| words[1].is(it));
            let shows = match &*name {
                "cat" => true,
                "kubectl" | "oc" => verb_of(command.arguments()).is_some_and(|word| {
                    ["get", "describe", "logs", "version", "cluster-info", "config"]
                        .iter()
                        .any(|verb| word.is(verb))
                }),
                // Without a program it only sets redirections.
                "exec" => words.len() == 1,
                "sed" => !command.arguments().iter().any(|it| it.prefix().starts_with("-i")),
                // Without options it lists.
                "wipefs" => !command.arguments().iter().any(|it| it.prefix().starts_with('-')),
                "aws" => command.has_argument("get-caller-identity"),
                "pip" | "npm" | "gcloud" => {
                    command.arguments().first().is_some_and(|it| it.is("list") || it.is("info"))
                }
                _ => false,
            };
            // `option-as-command` has it.
            if name.starts_with('-') {
                return true;
            }
            !writes && (shows || only_asks || command.has(Fact::Trivial))
                || command.has(Fact::Prints)
                || name == "date"
        }
        CommandKind::Test(_) | CommandKind::Arithmetic(_) => true,
        _ => false,
    }
}

/// Returns the first argument of `kubectl` that is neither an option nor the value of one.
pub fn verb_of<'w, 's>(arguments: &'w [Word<'s>]) -> Option<&'w Word<'s>> {
    operands_of(arguments).next()
}

/// Returns the arguments of `kubectl` that are neither options nor values of some: `get secrets` of `get -n shop secrets -o yaml`.
pub fn operands_of<'w, 's>(arguments: &'w [Word<'s>]) -> impl Iterator<Item = &'w Word<'s>> {
    const WITH_VALUES: &str = "-c --container --cache-dir --chunk-size --cluster --context --field-selector -f --filename -k \
        --kubeconfig -L -l --namespace -n -o --output --request-timeout -s --selector --server --sort-by --template --token \
        --as --as-group --user -v";
    let mut words = arguments.iter();
    std::iter::from_fn(move || {
        loop {
            let word = words.next()?;
            if word.literal().is_some_and(|it| has_word(WITH_VALUES, &it)) {
                words.next();
            } else if !word.prefix().starts_with('-') {
                return Some(word);
            }
        }
    })
}

/// Whether an operator redirects the standard input.
pub fn is_input(operator: &str) -> bool {
    matches!(operator, "<" | "<<" | "<<-" | "<<<")
}

/// Whether a redirection writes to a file.
pub fn is_file_output(operator: &str, target: &Word<'_>) -> bool {
    let to_device = target
        .literal()
        .is_some_and(|it| it.starts_with("/dev/") || it.bytes().all(|it| it.is_ascii_digit()));
    matches!(operator, ">" | ">>" | ">|" | "&>" | "&>>") && !to_device
}

/// Calls `see` with every word of a command and of the commands in it, also in substitutions.
pub fn each_word<'a, 's>(item: &'a AndOr<'s>, see: &mut dyn FnMut(&'a Word<'s>)) {
    for command in item.pipelines().flat_map(|pipeline| &pipeline.commands) {
        words_of(command, see);
    }
}

/// Calls `see` with every word of a list.
pub fn words_in<'a, 's>(list: &'a List<'s>, see: &mut dyn FnMut(&'a Word<'s>)) {
    list.items.iter().for_each(|item| each_word(item, see));
}

fn words_of<'a, 's>(command: &'a Command<'s>, see: &mut dyn FnMut(&'a Word<'s>)) {
    own_words(command, &mut |word| every_word(word, see));
    if let CommandKind::Function { body, .. } = &command.kind {
        words_of(body, see);
    } else {
        for list in lists_of(command) {
            words_in(list, see);
        }
    }
}

/// Calls `see` with the words of a command itself, not with those of the commands in it.
pub fn own_words<'a, 's>(command: &'a Command<'s>, see: &mut dyn FnMut(&'a Word<'s>)) {
    match &command.kind {
        CommandKind::Simple { assignments, words } => {
            assignments.iter().for_each(|it| see(&it.value));
            words.iter().for_each(&mut *see);
        }
        CommandKind::Test(words) | CommandKind::For { words, .. } => words.iter().for_each(&mut *see),
        CommandKind::Case { subject, .. } => see(subject),
        _ => {}
    }
    command.redirections.iter().for_each(|it| see(&it.target));
}

/// Calls `see` with a word and with those of the commands in it.
pub fn every_word<'a, 's>(word: &'a Word<'s>, see: &mut dyn FnMut(&'a Word<'s>)) {
    see(word);
    parts_of(&word.parts, see);
}

fn parts_of<'a, 's>(parts: &'a [Part<'s>], see: &mut dyn FnMut(&'a Word<'s>)) {
    for part in parts {
        match part {
            Part::Command { list, .. } => words_in(list, see),
            Part::Variable(variable) => parts_of(&variable.argument, see),
            Part::Text { .. } | Part::Arithmetic(_) => {}
        }
    }
}

/// Returns the commands of a list and all that is in them, but for substitutions.
pub fn commands_in<'a, 's>(list: &'a List<'s>, found: &mut Vec<&'a Command<'s>>) {
    for command in list.items.iter().flat_map(AndOr::pipelines).flat_map(|pipeline| &pipeline.commands) {
        command_in(command, found);
    }
}

fn command_in<'a, 's>(command: &'a Command<'s>, found: &mut Vec<&'a Command<'s>>) {
    found.push(command);
    for list in lists_of(command) {
        commands_in(list, found);
    }
}

/// Returns the lists that a compound command is made of, in order.
pub fn lists_of<'a, 's>(command: &'a Command<'s>) -> Vec<&'a List<'s>> {
    match &command.kind {
        CommandKind::Group(list) | CommandKind::Subshell(list) | CommandKind::For { body: list, .. } => {
            vec![list]
        }
        CommandKind::If { branches, otherwise } => {
            branches.iter().flat_map(|(condition, body)| [condition, body]).chain(otherwise).collect()
        }
        CommandKind::Loop { condition, body, .. } => vec![condition, body],
        CommandKind::Case { arms, .. } => arms.iter().collect(),
        CommandKind::Function { body, .. } => lists_of(body),
        CommandKind::Simple { .. } | CommandKind::Test(_) | CommandKind::Arithmetic(_) => Vec::new(),
    }
}

/// Returns a command and all that is in it, and in the substitutions of its words.
pub fn commands_with_substitutions<'a, 's>(command: &'a Command<'s>, found: &mut Vec<&'a Command<'s>>) {
    command_in(command, found);
    words_of(command, &mut |word| word.parts.iter().for_each(|part| substituted(part, found)));
}

/// Returns the commands of a list and all that is in them, and in the substitutions of their words.
pub fn every_command<'a, 's>(list: &'a List<'s>, found: &mut Vec<&'a Command<'s>>) {
    commands_in(list, found);
    words_in(list, &mut |word| word.parts.iter().for_each(|part| substituted(part, found)));
}

fn substituted<'a, 's>(part: &'a Part<'s>, found: &mut Vec<&'a Command<'s>>) {
    match part {
        Part::Command { list, .. } => commands_in(list, found),
        Part::Variable(variable) => variable.argument.iter().for_each(|part| substituted(part, found)),
        Part::Text { .. } | Part::Arithmetic(_) => {}
    }
}
