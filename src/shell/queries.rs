//! Questions to a server, whose answer says what a script has to do.

use super::exits::exits_with_0;
use super::pipeline_readers::passes_nothing;
use super::programs::Fact;
use super::status_use::reads_success;
use super::step::{Fate, Step};
use super::syntax::{AndOr, Assignment, Command, CommandKind, List, Operator, Part, Word};
use super::traversal::{commands_in, operands_of};
use crate::shell::script::Script;
use crate::text::span::Span;

/// Work that a script skips when a database does not answer.
pub struct WorkIfAnswered<'a> {
    /// The command that asks whether it does.
    pub asked: &'a Command<'a>,
    /// What skips the work, as a message names it.
    pub skips: &'static str,
}

impl<'a> Script<'a> {
    /// Whether a command lists, in an assignment, what a loop works on: `pods=$(kubectl get pods -o name)`,
    /// `for pod in $pods`.
    pub fn lists_for_loop(&self, step: &Step<'_>) -> bool {
        if !step.context.in_substitution || step.context.in_condition || !asks_for_list(step.command) {
            return false;
        }
        let behind = step.pipeline.commands.iter().skip_while(|it| !std::ptr::eq(*it, step.command));
        let Some(assignment) = self.assignment_of(step).filter(|_| behind.skip(1).all(passes_nothing)) else {
            return false;
        };
        self.commands().iter().any(|command| {
            let CommandKind::For { words, body, .. } = &command.kind else { return false };
            let is_later = command.span.start > assignment.span.end;
            is_later
                && matches!(words.as_slice(), [it] if is_variable(it, assignment.name))
                && self.works(body)
        })
    }

    /// Returns the assignment in whose `$(…)` a command stands.
    pub(super) fn assignment_of(&self, step: &Step<'_>) -> Option<&'a Assignment<'a>> {
        let assigning = self.commands().iter().filter(|it| it.words().is_empty());
        assigning.flat_map(|it| it.assignments()).find(|it| it.span.contains(step.command.span))
    }

    /// Returns the question whether a database answers, if all the work of the script is skipped in silence when it does not:
    /// `if pg_isready; then pg_dump …; fi`.
    pub fn work_if_answered(&self) -> Option<WorkIfAnswered<'a>> {
        let items = self.tree.list.items.as_slice();
        // A script that can fail on its own looks at what it has done.
        let checks = self.steps.iter().any(|it| it.context.is_failing);
        let (ends, asked, skips, guarded) = items.iter().enumerate().find_map(|(at, item)| {
            let rest = &items[at + 1..];
            let [first] = item.first.commands.as_slice() else { return None };
            let (asked, skips, guarded) = match &first.kind {
                CommandKind::If { branches, otherwise } if item.rest.is_empty() => {
                    let before = at.checked_sub(1).and_then(|it| items.get(it));
                    let (asked, guarded) = self.answered_branch(before, branches, otherwise.as_ref())?;
                    match guarded {
                        Some(guarded) => (asked, "the `if`", guarded),
                        None => {
                            return Some((
                                true,
                                asked,
                                "`exit 0`",
                                Span { start: rest.first()?.span().start, end: rest.last()?.span().end },
                            ));
                        }
                    }
                }
                _ => {
                    let is_joined = item.rest.iter().all(|(operator, _)| *operator == Operator::And);
                    // The last one decides whether the script fails.
                    let is_lost =
                        at + 1 < items.len() && is_joined && !item.background && !item.first.negated;
                    let ((_, then), (_, last)) = (item.rest.first()?, item.rest.last()?);
                    let place = Span { start: then.span().start, end: last.span().end };
                    (is_lost && asks_for_answer(first)).then_some((first, "`&&`", place))?
                }
            };
            Some((rest.iter().all(only_prints), asked, skips, guarded))
        })?;
        let work = self.steps.iter().filter(|it| self.is_work(it.command) && !asks_for_answer(it.command));
        let mut inside = work.map(|it| guarded.contains(it.command.span)).peekable();
        let is_all = inside.peek().is_some() && inside.all(|it| it);
        (is_all && ends && !checks).then_some(WorkIfAnswered { asked, skips })
    }

    /// Returns the question whether a database answers that an `if` asks, or the command before it, and where the branch stands
    /// that does something; none if a branch without an answer ends the script with 0.
    fn answered_branch(
        &self,
        before: Option<&'a AndOr<'a>>,
        branches: &'a [(List<'a>, List<'a>)],
        otherwise: Option<&'a List<'a>>,
    ) -> Option<(&'a Command<'a>, Option<Span>)> {
        let [(condition, body)] = branches else { return None };
        let [item] = condition.items.as_slice() else { return None };
        let [command] = item.first.commands.as_slice() else { return None };
        item.rest.is_empty().then_some(())?;
        let (asked, is_answered) = match before {
            _ if asks_for_answer(command) => (command, !item.first.negated),
            Some(before) => {
                let [asked] = before.first.commands.as_slice() else { return None };
                let is_seen =
                    || self.steps.iter().any(|it| std::ptr::eq(it.command, asked) && it.options.errexit);
                let is_plain = before.rest.is_empty() && !before.first.negated && !before.background;
                let is_its = is_plain && !item.first.negated && asks_for_answer(asked) && !is_seen();
                (asked, reads_success(command).filter(|_| is_its)?)
            }
            None => return None,
        };
        let (work, other) = if is_answered { (Some(body), otherwise) } else { (otherwise, Some(body)) };
        let ends =
            |it: &List<'_>| it.items.last().is_some_and(exits_with_0) && it.items.iter().all(only_prints);
        if work.is_none() && other.is_some_and(ends) {
            return Some((asked, None));
        }
        let work = work.filter(|it| self.works(it))?;
        let place = Span { start: work.items.first()?.span().start, end: work.items.last()?.span().end };
        other.is_none_or(|it| it.items.iter().all(only_prints)).then_some((asked, Some(place)))
    }

    /// Whether something in a list does work.
    pub(super) fn works(&self, list: &'a List<'a>) -> bool {
        let mut inner = Vec::new();
        commands_in(list, &mut inner);
        let mut simple = inner.iter().filter(|it| matches!(it.kind, CommandKind::Simple { .. }));
        simple.any(|it| !it.words().is_empty() && self.is_work(it))
    }

    /// Whether a step is in `$(…)`, and the script neither ends at its failure nor looks at it.
    pub(super) fn is_unseen_list(step: &Step<'_>) -> bool {
        step.fate == Fate::Ignored && step.context.in_substitution && asks_for_list(step.command)
    }
}

/// Whether a command asks a server for a list, and prints nothing and succeeds if there is nothing to list.
pub(super) fn asks_for_list(command: &Command<'_>) -> bool {
    let arguments = command.arguments();
    let has_verb = |verbs: &[&str]| {
        let mut words = arguments.iter().filter_map(Word::literal);
        words.any(|word| verbs.contains(&&*word))
    };
    match command.name().as_deref() {
        // An object with a name can be missing, which is a failure, too.
        Some("kubectl" | "oc") => {
            let operands: Vec<_> = operands_of(arguments).take(3).collect();
            matches!(operands.as_slice(), [verb, kind] if verb.is("get") && !kind.known_text().contains('/'))
        }
        Some("psql" | "mysql" | "mariadb") => arguments.iter().any(|it| {
            let text = it.known_text();
            text.trim_start().get(..7).is_some_and(|it| it.eq_ignore_ascii_case("select "))
        }),
        Some("aws") => arguments.iter().any(|it| it.prefix().starts_with("list-")),
        Some("gcloud") => has_verb(&["list", "pull"]),
        Some("az" | "gh" | "glab" | "helm") => has_verb(&["list", "ls"]),
        _ => false,
    }
}

/// Whether a command asks a database no more than whether it answers.
fn asks_for_answer(command: &Command<'_>) -> bool {
    let arguments = command.arguments();
    let is_question = |word: &Word<'_>| {
        word.literal().is_some_and(|it| it.trim().trim_end_matches(';').eq_ignore_ascii_case("select 1"))
    };
    match command.name().as_deref() {
        Some("pg_isready") => true,
        Some("mysqladmin" | "mariadb-admin") => command.has_argument("ping"),
        Some("redis-cli" | "valkey-cli") => arguments.last().is_some_and(|it| it.is("ping") || it.is("PING")),
        Some("psql" | "mysql" | "mariadb") => arguments.iter().any(is_question),
        _ => false,
    }
}

/// Whether a part of a script only prints.
fn only_prints(item: &AndOr<'_>) -> bool {
    let is_end = |it: &Command<'_>| it.is("exit") && it.arguments().iter().all(|code| code.is("0"));
    item.pipelines().flat_map(|it| &it.commands).all(|it| it.has(Fact::Succeeds) || is_end(it))
}

/// Whether a word is the value of a variable and nothing else, in quotes or not.
pub(super) fn is_variable(word: &Word<'_>, name: &str) -> bool {
    matches!(word.parts.as_slice(), [Part::Variable(it)] if it.name == name && it.operator.is_empty())
}
