//! Scripts that look at the result of their work in place of its status: a count afterwards.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use super::programs::Fact;
use super::step::{Fate, Step};
use super::syntax::{Assignment, Command, Part, Word};
use super::traversal::own_words;
use crate::shell::script::Script;

/// A question for the result of some work, on whose answer the script then ends with a failure:
/// `count=$(ask); if [ "$count" = 0 ]; then exit 1; fi`.
struct Question<'a> {
    start: u32,
    /// What it asks about, as it is written.
    topics: BTreeSet<&'a str>,
}

impl<'a> Script<'a> {
    /// Removes the steps whose result the script asks for afterwards: the last before each question, and those that name what
    /// it asks about. Of what a command in front of a pipeline has left out, an answer says nothing.
    pub(super) fn retain_unasked(&self, ignored: &mut Vec<Step<'a>>) {
        // A script with more is not written by hand.
        for question in self.questions().into_iter().take(20) {
            let before =
                |step: &Step<'a>| step.command.span.start < question.start && step.fate != Fate::Piped;
            let last = ignored.iter().filter(|it| before(it)).map(|it| it.command.span.start).max();
            ignored.retain(|step| {
                let is_last = Some(step.command.span.start) == last;
                let is_topic = || {
                    !question.topics.is_empty() && !question.topics.is_disjoint(&self.topics(step.command))
                };
                !before(step) || !is_last && !is_topic()
            });
        }
    }

    /// Removes the steps that copy a file without which a later command fails whose status the script reads: `cp a b; load b; status=$?`.
    pub(super) fn retain_uncopied(&self, ignored: &mut Vec<Step<'a>>) {
        let copies = |it: &Step<'a>| {
            let words = it.command.arguments();
            (words.len() == 2 && (it.command.is("cp") || it.command.is("mv")))
                .then(|| words[1].literal())
                .flatten()
        };
        if !ignored.iter().any(|it| copies(it).is_some()) {
            return;
        }
        let mut last: HashMap<Cow<'a, str>, u32> = HashMap::new();
        for step in self.steps.iter().filter(|it| it.fate == Fate::Checked) {
            for word in step.command.arguments().iter().filter_map(Word::literal) {
                let at = last.entry(word).or_default();
                *at = step.command.span.start.max(*at);
            }
        }
        let is_read_later = |file: Cow<'a, str>, end: u32| last.get(&file).is_some_and(|start| *start > end);
        ignored.retain(|it| copies(it).is_none_or(|file| !is_read_later(file, it.command.span.end)));
    }

    /// Whether the script ends with a status that it keeps itself: `failed=0`, `load || failed=1`, `exit "$failed"`.
    pub fn keeps_account(&self) -> bool {
        let Some(last) = self.steps.iter().rfind(|it| it.fate == Fate::Decides) else { return false };
        let code = last.command.arguments().first().filter(|_| last.command.is("exit"));
        let Some([Part::Variable(code)]) = code.map(|it| it.parts.as_slice()) else { return false };
        let assignments = self.commands().iter().flat_map(|it| it.assignments());
        assignments.filter(|it| it.name == code.name).take(2).count() == 2
    }

    fn questions(&self) -> Vec<Question<'a>> {
        let fails = self.steps.iter().filter(|it| it.context.is_failing && it.command.is("exit"));
        let Some(last) = fails.map(|it| it.command.span.start).max() else { return Vec::new() };
        let tested = self.tested_variables();
        let assignments = self.commands().iter().flat_map(|it| it.assignments());
        let asking = assignments.filter(|it| it.span.start < last && tested.contains(it.name));
        let question = |assignment: &'a Assignment<'a>| {
            let asked = first_substituted(assignment).filter(|it| !it.has(Fact::Succeeds))?;
            Some(Question { start: assignment.span.start, topics: self.topics(asked) })
        };
        asking.filter_map(question).collect()
    }

    /// Returns the arguments of a command that may name a thing: not its options, nor the words of a client's language.
    fn topics(&self, command: &'a Command<'a>) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::new();
        own_words(command, &mut |word: &'a Word<'a>| {
            let text = word.span.text(self.text()).trim_matches(['"', '\'']);
            let is_name = text.starts_with('$') || text.contains(['/', '.', ':']);
            if is_name && text.len() > 1 && !text.starts_with('-') && !text.starts_with("/dev/") {
                found.insert(text);
            }
        });
        found
    }
}

/// Returns the first command of the `$(…)` that is assigned.
fn first_substituted<'a>(assignment: &'a Assignment<'a>) -> Option<&'a Command<'a>> {
    assignment.value.parts.iter().find_map(|part| match part {
        Part::Command { list, process: false, .. } => list.items.first()?.first.commands.first(),
        _ => None,
    })
}
