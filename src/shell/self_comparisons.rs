//! Tests that compare something with itself.

use super::syntax::{Command, CommandKind, Part, Word};
use super::traversal::{commands_in, every_word};
use crate::shell::script::Script;
use crate::text::word_list::has_word;

/// More of them are not looked at.
const MAX_COMPARISONS: usize = 50;

/// A test whose two sides are the same.
pub struct SelfComparison<'a> {
    /// The test.
    pub test: &'a Command<'a>,
    /// Whether its sides run commands.
    pub runs: bool,
    /// Whether it is true.
    pub is_true: bool,
    /// What it decides as a whole.
    pub decides: Decision<'a>,
}

/// What a test decides.
#[derive(Clone, Copy)]
pub enum Decision<'a> {
    /// That a loop continues; the body of the loop does not leave it either.
    EndlessLoop(&'a Command<'a>),
    /// That a loop is over before it starts.
    NoLoop(&'a Command<'a>),
    /// Something else, or not alone.
    Other,
}

impl<'a> Script<'a> {
    /// Returns the tests that compare something with itself: `[ "$(ask)" = "$(ask)" ]`.
    pub fn self_comparisons(&self) -> Vec<SelfComparison<'a>> {
        let comparing = self.commands().iter().filter_map(|test| {
            let words: &[Word<'_>] = match &test.kind {
                CommandKind::Test(words) => words,
                _ if test.is("[") || test.is("test") => test.arguments(),
                _ => return None,
            };
            let (runs, is_true) = words.windows(3).find_map(|it| self.compared_with_itself(it))?;
            // Of several questions another one may decide.
            let is_alone = words.len() <= 4;
            let decides = if is_alone { self.decided_by(test, is_true) } else { Decision::Other };
            Some(SelfComparison { test, runs, is_true, decides })
        });
        comparing.take(MAX_COMPARISONS).collect()
    }

    /// Returns whether three words run a command on both sides of an operator, and what the answer is.
    fn compared_with_itself(&self, words: &[Word<'_>]) -> Option<(bool, bool)> {
        const TRUE: [&str; 5] = ["=", "==", "-eq", "-ge", "-le"];
        const FALSE: [&str; 4] = ["!=", "-ne", "-lt", "-gt"];
        let [left, operator, right] = words else { return None };
        let operator = operator.literal()?;
        let is_true = TRUE.contains(&&*operator);
        if !is_true && !FALSE.contains(&&*operator) {
            return None;
        }
        let text = |it: &Word<'_>| it.span.text(self.text()).trim_matches('"').to_owned();
        let runs = left.parts.iter().any(|it| matches!(it, Part::Command { .. }));
        // `[ "$count" -eq "$count" ]` asks whether it is a number.
        let is_idiom = !runs && operator.starts_with('-');
        (left.literal().is_none() && text(left) == text(right) && !is_idiom && !changes(left, &text(left)))
            .then_some((runs, is_true))
    }

    fn decided_by(&self, test: &'a Command<'a>, is_true: bool) -> Decision<'a> {
        let decided = self.commands().iter().find_map(|command| {
            let CommandKind::Loop { until, condition, body } = &command.kind else { return None };
            let [item] = condition.items.as_slice() else { return None };
            let is_whole = item.rest.is_empty()
                && matches!(item.first.commands.as_slice(), [it] if std::ptr::eq(it, test));
            if !is_whole {
                return None;
            }
            let mut inner = Vec::new();
            commands_in(body, &mut inner);
            let leaves = inner.iter().any(|it| ["break", "exit", "return"].iter().any(|name| it.is(name)));
            let continues = (is_true != item.first.negated) != *until;
            match (continues, leaves) {
                (true, true) => None,
                (true, false) => Some(Decision::EndlessLoop(command)),
                (false, _) => Some(Decision::NoLoop(command)),
            }
        });
        decided.unwrap_or(Decision::Other)
    }
}

/// Whether a word can have another value each time: a random number, the next line of the input, the value after a while.
fn changes(word: &Word<'_>, text: &str) -> bool {
    const CHANGING: &str = "date head line mapfile mktemp openssl ps read readarray shuf sleep uuidgen";
    let lower = text.to_ascii_lowercase();
    let mut found = ["random", "uuid", "seconds", "epoch", "++", "--;"].iter().any(|it| lower.contains(it));
    every_word(word, &mut |inner| {
        for part in &inner.parts {
            let Part::Command { list, .. } = part else { continue };
            let mut commands = Vec::new();
            commands_in(list, &mut commands);
            found |= commands.is_empty();
            found |= commands.iter().any(|it| {
                it.name().is_none_or(|name| has_word(CHANGING, &name))
                    || it.is("cat") && it.words().len() == 1
            });
        }
    });
    found
}
