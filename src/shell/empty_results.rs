//! Questions whether a result is empty, behind a command that fails when it finds nothing: `set -e` ends the script before.

use super::step::{Fate, Step};
use super::syntax::{AndOr, Command, CommandKind, Operator, Part, Word, has_short_option, has_start};
use crate::shell::script::Script;

/// A question that comes too late.
pub struct LateQuestion<'a> {
    /// The command that fails when it finds nothing.
    pub command: &'a Command<'a>,
    /// The variable that its output is assigned to.
    pub name: &'a str,
    /// The question whether it is empty.
    pub question: &'a AndOr<'a>,
}

impl<'a> Script<'a> {
    /// Returns the first question whether the result of a command is empty that `set -e` keeps from being asked.
    pub fn late_question(&self) -> Option<LateQuestion<'a>> {
        let failing = self.steps.iter().filter(|step| {
            step.fate == Fate::Guarded
                && step.options.errexit
                && step.context.in_substitution
                && !step.context.in_condition
                && fails_without_result(step, self.text())
                && passes_on(step)
        });
        // Of more than a few the first will do.
        failing.take(20).find_map(|step| {
            self.lists().into_iter().find_map(|list| {
                let mut items = list.items.iter();
                let name = items.find_map(|it| assigned_by(it, step))?;
                let mut later = items.take_while(|it| !assigns(it, name));
                let question = later.find(|it| asks_if_empty(it, name, step.context.in_loop))?;
                Some(LateQuestion { command: step.command, name, question })
            })
        })
    }
}

/// Returns the variable to which a part of a list assigns just the output of a step.
fn assigned_by<'a>(item: &'a AndOr<'a>, step: &Step<'_>) -> Option<&'a str> {
    let [command] = item.first.commands.as_slice() else { return None };
    let [assignment] = command.assignments() else { return None };
    let is_whole = item.rest.is_empty() && command.words().is_empty() && !item.background;
    let [Part::Command { list, process: false, .. }] = assignment.value.parts.as_slice() else { return None };
    let [inner] = list.items.as_slice() else { return None };
    let is_its = inner.rest.is_empty() && std::ptr::eq(&inner.first, step.pipeline);
    (is_whole && is_its && !assignment.append).then_some(assignment.name)
}

fn assigns(item: &AndOr<'_>, name: &str) -> bool {
    item.pipelines().flat_map(|it| &it.commands).flat_map(|it| it.assignments()).any(|it| it.name == name)
}

/// Whether what follows in the pipeline prints something if it reads something.
fn passes_on(step: &Step<'_>) -> bool {
    let behind = step.pipeline.commands.iter().skip_while(|it| !std::ptr::eq(*it, step.command)).skip(1);
    let keeps = |it: &Command<'_>| ["sort", "uniq", "head", "tail"].iter().any(|name| it.is(name));
    behind.into_iter().all(keeps)
}

/// Whether a command either prints something or fails.
///
/// Seen with GNU and BusyBox programs; kubectl says `array index out of bounds` where no item is left.
fn fails_without_result(step: &Step<'_>, text: &str) -> bool {
    let arguments = step.command.arguments();
    let has_letter = |letters: &[char]| has_short_option(arguments, letters);
    let is_discarded = step
        .command
        .redirections
        .iter()
        .any(|it| it.target.is("/dev/null") && it.span.text(text).starts_with(['>', '1', '&']));
    let Some(name) = step.command.name() else { return false };
    let fails = match &*name {
        "grep" | "egrep" | "fgrep" => {
            let mut long = ["--count", "--quiet", "--silent", "--files"].into_iter();
            !has_letter(&['c', 'q', 'L', 'l', 's', 'z']) && !long.any(|it| has_start(arguments, it))
        }
        "pgrep" | "pidof" | "which" => !has_letter(&['c', 'q', 's']),
        "command" => step.command.has_argument("-v"),
        "kubectl" | "oc" => {
            let is_first_item = |it: &Word<'_>| {
                it.literal().unwrap_or_else(|| it.prefix().into()).contains("{.items[0].metadata.")
            };
            step.command.has_argument("get") && arguments.iter().any(is_first_item)
        }
        _ => false,
    };
    fails && !is_discarded
}

/// Whether a part of a list asks whether a variable is empty, and does something only if it is; in a loop also whether it leaves
/// something undone then, as the loop is to continue.
fn asks_if_empty(item: &AndOr<'_>, name: &str, in_loop: bool) -> bool {
    let [command] = item.first.commands.as_slice() else { return false };
    match &command.kind {
        CommandKind::If { branches, otherwise } => branches.first().is_some_and(|(condition, _)| {
            let [it] = condition.items.as_slice() else { return false };
            let is_only_branch = in_loop && branches.len() == 1 && otherwise.is_none();
            let is_joined = it.rest.iter().all(|(operator, _)| *operator == Operator::And);
            it.rest.is_empty() && is_question(it, name, true)
                || is_only_branch && is_joined && is_question(it, name, false)
        }),
        _ => {
            let after = item.rest.first().map(|(operator, _)| *operator);
            after == Some(Operator::And) && is_question(item, name, true)
                || after == Some(Operator::Or) && is_question(item, name, false)
        }
    }
}

/// Whether the first command of a part asks whether a variable is empty, or whether it is not.
pub(super) fn is_question(item: &AndOr<'_>, name: &str, if_empty: bool) -> bool {
    let [command] = item.first.commands.as_slice() else { return false };
    let words: &[Word<'_>] = match &command.kind {
        CommandKind::Test(words) => words,
        _ if command.is("[") || command.is("test") => command.arguments(),
        _ => return false,
    };
    let words = words.split_last().filter(|(last, _)| last.is("]")).map_or(words, |(_, before)| before);
    let is_variable = |word: &Word<'_>| matches!(word.parts.as_slice(), [Part::Variable(it)] if it.name == name && it.operator.is_empty());
    let is_empty_text = |word: &Word<'_>| word.parts.is_empty() || word.is("");
    let asked = match words {
        [operator, word] if is_variable(word) && operator.is("-z") => true,
        [operator, word] if is_variable(word) && operator.is("-n") => false,
        [not, operator, word] if not.is("!") && is_variable(word) && operator.is("-n") => true,
        [word, operator, text] if is_variable(word) && is_empty_text(text) => match () {
            () if operator.is("=") || operator.is("==") => true,
            () if operator.is("!=") => false,
            () => return false,
        },
        _ => return false,
    };
    asked != item.first.negated && if_empty || asked == item.first.negated && !if_empty
}
