//! Objects of the cluster that a script deletes only to create them again.

use super::install::wrapped_command;
use super::syntax::{AndOr, Command, CommandKind, List, Word};
use super::traversal::{commands_in, operands_of};
use crate::shell::script::Script;
use crate::text::word_list::has_word;

/// An object that does not exist between two commands of a script.
pub struct RecreatedObject<'a> {
    /// Its kind.
    pub kind: &'static str,
    /// Its name as it is written.
    pub name: &'a str,
    /// The command that deletes it.
    pub deletion: &'a Command<'a>,
    /// The command that creates it.
    pub creation: &'a Command<'a>,
}

/// A Secret or ConfigMap that a command names.
struct Named<'a> {
    kind: &'static str,
    name: &'a str,
    namespace: &'a str,
    command: &'a Command<'a>,
}

/// Of a script so many commands are looked at.
const MAX_COMMANDS: usize = 200;

/// Of one object so many deletions are looked at.
const MAX_DELETIONS: usize = 3;

impl<'a> Script<'a> {
    /// Returns the first Secret or ConfigMap that the script deletes and creates afterwards, unless it is gone in the end.
    pub fn recreated_object(&self) -> Option<RecreatedObject<'a>> {
        let clients = self.commands().iter().filter(|it| it.is("kubectl") || it.is("oc"));
        let clients: Vec<_> = clients.take(MAX_COMMANDS).copied().collect();
        let deleted: Vec<_> = clients.iter().flat_map(|it| self.named_objects(it, "delete")).collect();
        if deleted.is_empty() {
            return None;
        }
        let choices = self.choices();
        let asked: Vec<_> = clients.iter().flat_map(|it| self.named_objects(it, "get")).collect();
        let created = clients.iter().flat_map(|it| self.named_objects(it, "create"));
        let is_same = |one: &Named<'_>, other: &Named<'_>| {
            one.kind == other.kind && one.name == other.name && one.namespace == other.namespace
        };
        created.into_iter().find_map(|new| {
            let start = new.command.span.start;
            let deletions = || deleted.iter().filter(|it| is_same(it, &new));
            // What is there for the script alone is deleted at its end as well.
            let is_temporary = deletions().any(|it| it.command.span.start > start);
            let is_before =
                |it: &&Named<'_>| !is_temporary && !are_alternatives(&choices, it.command, new.command);
            let deletion = deletions().rev().take(MAX_DELETIONS).find(is_before)?.command;
            // A script that first asks for the object may end there if it exists.
            if asked.iter().any(|it| is_same(it, &new) && it.command.span.start < deletion.span.start) {
                return None;
            }
            Some(RecreatedObject { kind: new.kind, name: new.name, deletion, creation: new.command })
        })
    }

    /// Returns the branches of each `if` and the arms of each `case`, of which one runs.
    fn choices(&self) -> Vec<Vec<&'a List<'a>>> {
        let mut commands = Vec::new();
        commands_in(&self.tree.list, &mut commands);
        let arms = |it: &'a Command<'a>| -> Option<Vec<&'a List<'a>>> {
            match &it.kind {
                CommandKind::If { branches, otherwise } => {
                    Some(branches.iter().map(|(_, body)| body).chain(otherwise).collect())
                }
                CommandKind::Case { arms, .. } => Some(arms.iter().collect()),
                _ => None,
            }
        };
        commands.into_iter().filter_map(arms).collect()
    }

    /// Returns the Secrets and ConfigMaps that a command with a verb names.
    fn named_objects(&self, command: &'a Command<'a>, verb: &str) -> Vec<Named<'a>> {
        let arguments = wrapped_command(command).get(1..).unwrap_or_default();
        let texts: Vec<&str> = arguments.iter().map(|it| self.written(it)).collect();
        if texts.iter().any(|it| it.starts_with("--dry-run") || has_word("-f -l --all", it)) {
            return Vec::new();
        }
        let is_namespace = |option: &str| has_word("-n --namespace", option);
        let namespace = texts.iter().enumerate().rev().find_map(|(at, text)| match text.split_once('=') {
            Some((option, value)) if is_namespace(option) => Some(value),
            _ if is_namespace(text) => texts.get(at + 1).copied(),
            _ => None,
        });
        let namespace = namespace.unwrap_or_default();
        let named: Vec<&str> = operands_of(arguments).map(|it| self.written(it)).collect();
        let [own, kind, rest @ ..] = named.as_slice() else { return Vec::new() };
        let (kind, own_name) = kind.split_once('/').map_or((*kind, None), |(kind, name)| (kind, Some(name)));
        let kind = match kind {
            "secret" | "secrets" => "Secret",
            "configmap" | "configmaps" | "cm" => "ConfigMap",
            _ => return Vec::new(),
        };
        // `create secret TYPE NAME`
        let skipped = usize::from(verb == "create" && kind == "Secret");
        let rest = rest.iter().skip(skipped).copied().take(if verb == "create" { 1 } else { usize::MAX });
        let names = own_name.into_iter().chain(rest).filter(|_| *own == verb);
        names.map(|name| Named { kind, name, namespace, command }).collect()
    }

    /// Returns a word as it is written, without the quotes around it.
    fn written(&self, word: &Word<'_>) -> &'a str {
        word.span.text(self.text()).trim_matches(['"', '\''])
    }
}

/// Whether two commands are in different arms of one choice, or the first is in one that leaves the script.
fn are_alternatives(choices: &[Vec<&List<'_>>], one: &Command<'_>, other: &Command<'_>) -> bool {
    choices.iter().any(|arms| {
        let arm_of = |command: &Command<'_>| arms.iter().position(|arm| is_in(arm, command));
        match (arm_of(one), arm_of(other)) {
            (Some(first), Some(second)) => first != second,
            (Some(first), None) => leaves(arms[first]),
            _ => false,
        }
    })
}

/// Whether a command is in a list.
fn is_in(list: &List<'_>, command: &Command<'_>) -> bool {
    let mut commands = list.items.iter().flat_map(AndOr::pipelines).flat_map(|it| &it.commands);
    commands.any(|it| it.span.start <= command.span.start && command.span.end <= it.span.end)
}

/// Whether a list ends the script or the function.
fn leaves(list: &List<'_>) -> bool {
    let last = list.items.last().and_then(|it| it.first.commands.last());
    last.is_some_and(|it| it.is("exit") || it.is("return"))
}
