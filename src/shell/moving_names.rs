//! Names with the time in them, computed anew by each command that uses them.

use super::programs::Fact;
use super::step::Step;
use super::syntax::{Command, List, Part, Word};
use crate::shell::script::Script;

/// More words with the time in them are not compared.
const MAX_WORDS: usize = 50;

/// A word with the time in it, and what is done with it.
#[derive(Clone, Copy)]
struct Name<'a> {
    word: &'a Word<'a>,
    text: &'a str,
    command: &'a Command<'a>,
    /// The variable that gets it, where nothing else is done with it.
    variable: Option<&'a str>,
}

impl<'a> Script<'a> {
    /// Returns two words of different commands that name the same thing only if both commands start in the same second.
    pub fn name_computed_twice(&self) -> Option<(&'a Word<'a>, &'a Word<'a>)> {
        // What runs in one of several branches may be the only one to run.
        let always = |step: &&Step<'a>| {
            let context = step.context;
            let is_elsewhere =
                context.in_branch || context.is_guarded || context.in_function || context.in_substitution;
            !is_elsewhere && !step.command.has(Fact::Prints)
        };
        let names = self.steps.iter().filter(always).flat_map(|it| self.moving_names(it.command));
        Self::same_name_in(names)
            .or_else(|| self.lists().into_iter().find_map(|it| self.same_name_in_list(it)))
    }

    /// Finds them among the commands of one list, which all run if it is a branch or a function that runs.
    fn same_name_in_list(&self, list: &'a List<'a>) -> Option<(&'a Word<'a>, &'a Word<'a>)> {
        let alone = list.items.iter().filter(|it| it.rest.is_empty()).flat_map(|it| &it.first.commands);
        let names = alone.filter(|it| !it.has(Fact::Prints)).flat_map(|it| self.moving_names(it));
        Self::same_name_in(names)
    }

    fn same_name_in(names: impl Iterator<Item = Name<'a>>) -> Option<(&'a Word<'a>, &'a Word<'a>)> {
        let mut seen: Vec<Name<'a>> = Vec::new();
        for name in names {
            if let Some(first) = seen.iter().find(|it| is_same(it, &name)) {
                return Some((first.word, name.word));
            }
            if seen.len() < MAX_WORDS {
                seen.push(name);
            }
        }
        None
    }

    fn moving_names(&self, command: &'a Command<'a>) -> Vec<Name<'a>> {
        let name = |word: &'a Word<'a>, variable: Option<&'a str>| {
            let text = word.span.text(self.text());
            let is_moving = has_moving_time(word) && (has_marks(word) || is_identifier(word, variable));
            is_moving.then(|| Name { word, text: text.trim_matches('"'), command, variable })
        };
        let sets = ["export", "local", "readonly"].iter().any(|it| command.is(it));
        let exported = |word: &'a Word<'a>| {
            let (variable, _) = word.prefix().split_once('=')?;
            let found = name(word, Some(variable))?;
            Some(Name { text: found.text.split_once('=')?.1.trim_matches('"'), ..found })
        };
        let targets = command.redirections.iter().map(|it| &it.target);
        let arguments = command.arguments().iter().filter(|_| !sets).chain(targets);
        let assigned = command.assignments().iter().filter(|_| command.words().is_empty());
        let assigned = assigned.filter_map(|it| name(&it.value, Some(it.name)));
        let exporting = command.arguments().iter().filter(|_| sets).filter_map(exported);
        assigned.chain(exporting).chain(arguments.filter_map(|it| name(it, None))).collect()
    }
}

/// Whether the second of two words is meant to name what the first one names.
fn is_same(first: &Name<'_>, second: &Name<'_>) -> bool {
    let rest = second.text.strip_prefix(first.text);
    let is_longer = rest.is_some_and(|it| it.is_empty() || it.starts_with('.'));
    let is_related = match (first.variable, second.variable) {
        // A variable that is set again gets a new name on purpose.
        (Some(one), Some(other)) => one != other && has_marks(first.word),
        (Some(_), None) | (None, Some(_)) => true,
        // Two calls of one program may make two things.
        (None, None) => has_marks(first.word) || first.command.name() != second.command.name(),
    };
    is_longer && is_related && !std::ptr::eq(first.command, second.command)
}

/// Whether the time is in a word, and the next second changes it.
fn has_moving_time(word: &Word<'_>) -> bool {
    let is_name = |part: &Part<'_>| match part {
        Part::Text { text, .. } => !text.contains(char::is_whitespace),
        Part::Variable(_) => true,
        Part::Command { list, process, .. } => !process && is_date(list),
        Part::Arithmetic(_) => false,
    };
    word.parts.iter().all(is_name)
        && word.parts.iter().any(|it| matches!(it, Part::Command { list, .. } if has_seconds(list)))
}

/// Whether a word looks like the name of a file.
fn has_marks(word: &Word<'_>) -> bool {
    word.parts.iter().any(|part| matches!(part, Part::Text { text, .. } if text.contains(['/', '.'])))
}

/// Whether a word looks like the name of something else, such as a database: letters, digits, `-` and `_`.
fn is_identifier(word: &Word<'_>, variable: Option<&str>) -> bool {
    let texts = word.parts.iter().enumerate().filter_map(|(index, part)| match part {
        Part::Text { text, .. } => {
            // `export NAME=value`
            let name = variable.filter(|_| index == 0);
            Some(name.and_then(|it| text.strip_prefix(it)?.strip_prefix('=')).unwrap_or(text))
        }
        _ => None,
    });
    let is_letter = |it: u8| it.is_ascii_alphanumeric() || it == b'-' || it == b'_';
    let all: String = texts.collect();
    all.len() > 1 && !all.starts_with('-') && all.bytes().all(is_letter)
}

fn is_date(list: &List<'_>) -> bool {
    let [item] = list.items.as_slice() else { return false };
    item.rest.is_empty() && matches!(item.first.commands.as_slice(), [it] if it.is("date"))
}

/// Whether the date has seconds, or parts of them. One that is computed from a file or a text is always the same.
fn has_seconds(list: &List<'_>) -> bool {
    let Some(date) = list.items.first().and_then(|it| it.first.commands.first()) else { return false };
    let mut arguments = date.arguments().iter().map(Word::known_text);
    let is_now = |it: &String| {
        it.starts_with('+') || ["-u", "--utc", "-Iseconds", "--iso-8601=seconds"].contains(&it.as_str())
    };
    let seconds = |it: &String| {
        it.starts_with("-I")
            || it.ends_with("=seconds")
            || ["%S", "%s", "%N", "%T", "%X", "%c", "%r"].iter().any(|mark| it.contains(mark))
    };
    arguments.clone().all(|it| is_now(&it)) && arguments.any(|it| seconds(&it))
}
