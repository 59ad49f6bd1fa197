//! Names of files with the time in them, computed anew by each command that uses them.

use super::programs::Fact;
use super::step::Step;
use super::syntax::{Command, List, Part, Word};
use crate::shell::script::Script;

/// More words with the time in them are not compared.
const MAX_WORDS: usize = 50;

impl<'a> Script<'a> {
    /// Returns two words of different commands that name the same file only if both commands start in the same second.
    pub fn name_computed_twice(&self) -> Option<(&'a Word<'a>, &'a Word<'a>)> {
        // What runs in one of several branches may be the only one to run.
        let always = |step: &&Step<'a>| {
            let context = step.context;
            let is_elsewhere =
                context.in_branch || context.is_guarded || context.in_function || context.in_substitution;
            !is_elsewhere && !step.command.has(Fact::Prints)
        };
        let mut seen: Vec<(&'a Word<'a>, &'a str, &'a Command<'a>)> = Vec::new();
        for step in self.steps.iter().filter(always) {
            let targets = step.command.redirections.iter().map(|it| &it.target);
            for word in step.command.arguments().iter().chain(targets).filter(|it| is_moving_name(it)) {
                let text = word.span.text(self.text()).trim_matches('"');
                let is_same = |before: &str| {
                    text.strip_prefix(before).is_some_and(|it| it.is_empty() || it.starts_with('.'))
                };
                let mut others = seen.iter().filter(|(_, _, command)| !std::ptr::eq(*command, step.command));
                if let Some((first, _, _)) = others.find(|(_, before, _)| is_same(before)) {
                    return Some((*first, word));
                }
                if seen.len() < MAX_WORDS {
                    seen.push((word, text, step.command));
                }
            }
        }
        None
    }
}

/// Whether a word is the name of a file with a time in it that the next second changes.
fn is_moving_name(word: &Word<'_>) -> bool {
    let mut parts = word.parts.iter();
    let is_name = |part: &Part<'_>| match part {
        Part::Text { text, .. } => !text.contains(char::is_whitespace),
        Part::Variable(_) => true,
        Part::Command { list, process, .. } => !process && is_date(list),
        Part::Arithmetic(_) => false,
    };
    let marks = |part: &Part<'_>| matches!(part, Part::Text { text, .. } if text.contains(['/', '.']));
    parts.all(is_name)
        && word.parts.iter().any(marks)
        && word.parts.iter().any(|it| matches!(it, Part::Command { list, .. } if has_seconds(list)))
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
