//! Deletions of what a script finds no use of, and those also after the question for a use has failed.

use super::programs::Fact;
use super::syntax::{AndOr, Command, CommandKind, List, Operator, Part, Pipeline, Word};
use super::traversal::{commands_in, operands_of, verb_of};
use crate::shell::script::Script;

/// A deletion that runs after a question has failed as it does after the answer "there is none".
pub struct UnsureDeletion<'a> {
    /// The command that asks.
    pub asked: &'a Command<'a>,
    /// The command that deletes.
    pub deletion: &'a Command<'a>,
    /// The variable with all that is to stay, if that is asked for first.
    pub kept: Option<&'a str>,
}

impl<'a> Script<'a> {
    /// Returns the first deletion that also runs when the question before it has failed:
    /// `if ! kubectl get workflow "$name"; then kubectl delete pvc "$name"; fi`.
    pub fn unsure_deletion(&self) -> Option<UnsureDeletion<'a>> {
        let lists = self.lists();
        let items = || lists.iter().flat_map(|list| &list.items);
        let found = items().find_map(|item| {
            let (asked, failed) = asked_for_one(item)?;
            let mut inner = Vec::new();
            failed.into_iter().for_each(|it| self.commands_of(it, &mut inner));
            let deletion = inner.iter().copied().find(|it| self.deletes_for_good(it))?;
            (!inner.iter().any(|it| restores(it))).then_some(UnsureDeletion { asked, deletion, kept: None })
        });
        // Who looks at the message knows why the question has failed.
        let knows_why = || self.text().to_ascii_lowercase().replace(' ', "").contains("notfound");
        found.or_else(|| self.deleted_unless_listed(&lists)).filter(|_| !knows_why())
    }

    /// Returns a deletion of all that is not in a list, where the list is empty after a failure:
    /// `used=$(kubectl get pods 2>/dev/null | sort)`, `echo "$used" | grep -q "$pvc" || kubectl delete pvc "$pvc"`.
    fn deleted_unless_listed(&self, lists: &[&'a List<'a>]) -> Option<UnsureDeletion<'a>> {
        let silent = self.steps.iter().filter(|it| self.answers_nothing(it));
        silent.take(20).find_map(|step| {
            let name = self.assignment_of(step)?.name;
            if self.tested_variables().contains(name) {
                return None;
            }
            let deletion = lists.iter().find_map(|list| self.deletion_unless_in(list, name))?;
            Some(UnsureDeletion { asked: step.command, deletion, kept: Some(name) })
        })
    }

    /// Returns the deletion in a list that runs unless a variable has something in it.
    fn deletion_unless_in(&self, list: &'a List<'a>, name: &str) -> Option<&'a Command<'a>> {
        let mut inner = Vec::new();
        let at = list.items.iter().position(|item| {
            inner.clear();
            if let ([command], []) = (item.first.commands.as_slice(), item.rest.as_slice())
                && let CommandKind::If { branches, otherwise } = &command.kind
                && let [(condition, body)] = branches.as_slice()
                && let [asked] = condition.items.as_slice()
                && asked.rest.is_empty()
                && looks_for(&asked.first, name)
            {
                let (found, other) = if asked.first.negated {
                    (otherwise.as_ref(), Some(body))
                } else {
                    (Some(body), otherwise.as_ref())
                };
                other.into_iter().for_each(|it| commands_in(it, &mut inner));
                return !inner.is_empty() || found.is_some_and(continues);
            }
            match item.rest.as_slice() {
                [(Operator::Or, other)] if looks_for(&item.first, name) && !item.first.negated => {
                    self.commands_of_pipeline(other, &mut inner);
                    true
                }
                [(Operator::And, then)] if looks_for(&item.first, name) && !item.first.negated => {
                    matches!(then.commands.as_slice(), [it] if it.is("continue"))
                }
                _ => false,
            }
        })?;
        if inner.is_empty() {
            let later = list.items[at + 1..].iter().flat_map(AndOr::pipelines);
            later.for_each(|it| self.commands_of_pipeline(it, &mut inner));
        }
        inner.into_iter().find(|it| self.deletes_for_good(it))
    }

    fn commands_of(&self, failed: Failed<'a>, found: &mut Vec<&'a Command<'a>>) {
        match failed {
            Failed::List(list) => commands_in(list, found),
            Failed::Pipeline(pipeline) => self.commands_of_pipeline(pipeline, found),
        }
    }

    fn commands_of_pipeline(&self, pipeline: &'a Pipeline<'a>, found: &mut Vec<&'a Command<'a>>) {
        for command in &pipeline.commands {
            found.push(command);
            super::traversal::lists_of(command).into_iter().for_each(|it| commands_in(it, found));
        }
    }

    /// Whether a command deletes an object of a cluster or a cloud, or a directory that stays after the pod.
    fn deletes_for_good(&self, command: &Command<'_>) -> bool {
        let arguments = command.arguments();
        let is_dry = arguments.iter().any(|it| it.prefix().starts_with("--dry"));
        let has = |words: &[&str]| words.iter().any(|word| command.has_argument(word));
        !is_dry
            && match command.name().as_deref() {
                Some("kubectl" | "oc") => verb_of(arguments).is_some_and(|it| it.is("delete")),
                Some("xargs") => has(&["kubectl", "oc"]) && has(&["delete"]),
                Some("aws") => {
                    has(&["rm", "rb"]) || arguments.iter().any(|it| it.prefix().starts_with("delete-"))
                }
                Some("gcloud" | "az" | "velero" | "gsutil") => has(&["delete", "rm"]),
                Some("rm") => arguments.iter().any(|it| self.outlives_pod(&self.resolved(it))),
                _ => false,
            }
    }
}

/// What runs after a failure.
#[derive(Clone, Copy)]
enum Failed<'a> {
    List(&'a List<'a>),
    Pipeline(&'a Pipeline<'a>),
}

/// Returns the question for one object on whose failure something runs, and what.
fn asked_for_one<'a>(item: &'a AndOr<'a>) -> Option<(&'a Command<'a>, Option<Failed<'a>>)> {
    let [command] = item.first.commands.as_slice() else { return None };
    match (&command.kind, item.rest.as_slice()) {
        (CommandKind::If { branches, otherwise }, []) => {
            let [(condition, body)] = branches.as_slice() else { return None };
            let [asked] = condition.items.as_slice() else { return None };
            let [command] = asked.first.commands.as_slice() else { return None };
            let failed = if asked.first.negated { Some(body) } else { otherwise.as_ref() };
            let is_asked = asked.rest.is_empty() && asks_for_one(command);
            is_asked.then_some((command, failed.map(Failed::List)))
        }
        (_, [(Operator::Or, handler)]) if asks_for_one(command) && !item.first.negated => {
            Some((command, Some(Failed::Pipeline(handler))))
        }
        _ => None,
    }
}

/// Whether a command asks for one object by its name, and fails if there is none.
fn asks_for_one(command: &Command<'_>) -> bool {
    let arguments = command.arguments();
    let is_lenient = arguments.iter().any(|it| it.prefix().starts_with("--ignore-not-found"));
    let operands: Vec<_> = operands_of(arguments).take(3).collect();
    let is_named = match operands.as_slice() {
        [verb, kind] => verb.is("get") && kind.known_text().contains('/'),
        [verb, _, _] => verb.is("get"),
        _ => false,
    };
    (command.is("kubectl") || command.is("oc")) && is_named && !is_lenient
}

/// Whether a command makes again what was deleted.
fn restores(command: &Command<'_>) -> bool {
    const VERBS: [&str; 6] = ["apply", "create", "install", "replace", "upgrade", "restart"];
    VERBS.iter().any(|it| command.has_argument(it))
}

/// Whether a pipeline looks for something in the value of a variable: `echo "$used" | grep -q "$name"`.
fn looks_for(pipeline: &Pipeline<'_>, name: &str) -> bool {
    let holds = |word: &Word<'_>| {
        word.parts
            .iter()
            .any(|it| matches!(it, Part::Variable(it) if it.name == name && it.operator.is_empty()))
    };
    match pipeline.commands.as_slice() {
        [printed, .., last] => {
            last.is("grep") && printed.has(Fact::Prints) && printed.arguments().iter().any(holds)
        }
        [only] => {
            only.is("grep") && only.redirections.iter().any(|it| it.operator == "<<<" && holds(&it.target))
        }
        [] => false,
    }
}

/// Whether a list ends with `continue`.
fn continues(list: &List<'_>) -> bool {
    let last = list.items.last().filter(|it| it.rest.is_empty());
    last.is_some_and(|it| matches!(it.first.commands.as_slice(), [it] if it.is("continue")))
}
