//! Functions that end the script when something fails: their caller never gets to see a failure.

use std::collections::{BTreeMap, BTreeSet};

use super::programs::Fact;
use super::step::{Fate, Step};
use super::syntax::{AndOr, Command, CommandKind, List, Operator, Part};
use super::traversal::{commands_in, is_file_output, lists_of};
use crate::shell::ignored_failures::is_within;
use crate::shell::script::{EndingFunctions, Script};
use crate::text::span::keep_outermost;

/// Functions that call each other more deeply than this count as ones that can fail.
const MAX_CALLS: usize = 30;

impl<'a> Script<'a> {
    /// Whether a step calls a function that returns 0 or ends the script with a failure: `load() { import || exit 1; }`.
    pub fn ends_at_failure(&self, step: &Step<'a>) -> bool {
        let Some(name) = step.command.name().filter(|it| self.functions.contains_key(&**it)) else {
            return false;
        };
        let ending = self.ending_functions.get_or_init(|| self.find_ending_functions());
        // Apart from the script's own shell, `exit` only ends what it stands in.
        let is_apart = step.context.in_substitution
            || step.fate == Fate::Background
            || step.pipeline.commands.len() > 1
            || is_within(&ending.subshells, step.command.span);
        ending.settled.contains(&*name) && !(is_apart && ending.names.contains(&*name))
    }

    fn find_ending_functions(&self) -> EndingFunctions<'a> {
        let mut found = EndingFunctions::default();
        let mut bodies: BTreeMap<&str, Vec<&Command<'a>>> = BTreeMap::new();
        for command in self.commands() {
            match &command.kind {
                CommandKind::Function { name, body, .. } => bodies.entry(*name).or_default().push(body),
                CommandKind::Subshell(_) => found.subshells.push(command.span),
                _ => {}
            }
        }
        keep_outermost(&mut found.subshells, |it| *it);
        // One turn for each function that calls the next.
        for _ in 0..MAX_CALLS {
            let before = (found.names.len(), found.settled.len());
            for (name, bodies) in &bodies {
                // Of several with one name it is not known which is called.
                let [body] = bodies.as_slice() else { continue };
                if returns_failure(body, &found.settled) || has_failing_return(body) {
                    continue;
                }
                found.settled.insert(*name);
                if ends_script(body, &found.names) {
                    found.names.insert(*name);
                }
            }
            if (found.names.len(), found.settled.len()) == before {
                break;
            }
        }
        found
    }
}

/// Whether a function ends the script at a failure, or calls one that does.
fn ends_script(body: &Command<'_>, ending: &BTreeSet<&str>) -> bool {
    matches!(&body.kind, CommandKind::Group(list) if exits(list, ending))
}

/// Whether a function returns somewhere with a status that may be a failure.
fn has_failing_return(body: &Command<'_>) -> bool {
    let CommandKind::Group(list) = &body.kind else { return false };
    let mut inner = Vec::new();
    commands_in(list, &mut inner);
    inner.iter().any(|it| it.is("return") && it.arguments().first().is_none_or(|it| !it.is("0")))
}

/// Whether a list has an `exit` with a failure that ends the script: not in `( … )` or a pipeline.
fn exits(list: &List<'_>, ending: &BTreeSet<&str>) -> bool {
    list.items.iter().flat_map(AndOr::pipelines).any(|pipeline| {
        let [command] = pipeline.commands.as_slice() else { return false };
        let is_failure = command.is("exit") && command.arguments().first().is_some_and(|it| !it.is("0"));
        let is_subshell = matches!(command.kind, CommandKind::Subshell(_) | CommandKind::Function { .. });
        is_failure
            || command.name().is_some_and(|name| ending.contains(&*name))
            || !is_subshell && lists_of(command).into_iter().any(|it| exits(it, ending))
    })
}

/// Whether a command can have a status other than 0, with the script running on; not a `return`.
fn returns_failure(command: &Command<'_>, ending: &BTreeSet<&str>) -> bool {
    let in_list = |list: &List<'_>| list.items.last().is_some_and(|item| can_fail(item, ending));
    // A file that cannot be opened is a failure, too.
    if command.redirections.iter().any(|it| it.operator == "<" || is_file_output(it.operator, &it.target)) {
        return true;
    }
    match &command.kind {
        CommandKind::Simple { assignments, words } if words.is_empty() => {
            let mut parts = assignments.iter().flat_map(|it| &it.value.parts);
            parts.any(|it| !matches!(it, Part::Text { .. } | Part::Variable(_)))
        }
        CommandKind::Simple { .. } => {
            const SETTLED: [&str; 5] = ["exit", "return", "local", "break", "continue"];
            let is_settled = |name: &str| SETTLED.contains(&name) || ending.contains(name);
            !command.has(Fact::Succeeds) && !command.name().is_some_and(|it| is_settled(&it))
        }
        CommandKind::Group(list)
        | CommandKind::For { body: list, .. }
        | CommandKind::Loop { body: list, .. } => in_list(list),
        CommandKind::If { branches, otherwise } => {
            branches.iter().map(|(_, body)| body).chain(otherwise).any(in_list)
        }
        CommandKind::Case { arms, .. } => arms.iter().any(in_list),
        CommandKind::Function { .. } => false,
        CommandKind::Subshell(_) | CommandKind::Test(_) | CommandKind::Arithmetic(_) => true,
    }
}

/// Whether pipelines joined by `&&` and `||` can have a status other than 0.
fn can_fail(item: &AndOr<'_>, ending: &BTreeSet<&str>) -> bool {
    let mut pipelines = item.pipelines().map(|it| match it.commands.as_slice() {
        [command] if !it.negated => returns_failure(command, ending),
        _ => true,
    });
    let first = pipelines.next().unwrap_or_default();
    let operators = item.rest.iter().map(|(operator, _)| *operator);
    let is_failure = operators.zip(pipelines).fold(first, |before, (operator, own)| match operator {
        Operator::And => before || own,
        Operator::Or => before && own,
    });
    is_failure && !item.background
}
