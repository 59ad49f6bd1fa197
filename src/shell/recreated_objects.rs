//! Objects of the cluster that a script deletes only to create them again.

use super::install::wrapped_command;
use super::syntax::{Command, Word};
use super::traversal::operands_of;
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

impl<'a> Script<'a> {
    /// Returns the first Secret or ConfigMap that the script deletes and creates afterwards, unless it is gone in the end.
    pub fn recreated_object(&self) -> Option<RecreatedObject<'a>> {
        let clients = self.commands().iter().filter(|it| it.is("kubectl") || it.is("oc"));
        let clients: Vec<_> = clients.take(MAX_COMMANDS).copied().collect();
        let deleted: Vec<_> = clients.iter().flat_map(|it| self.named_objects(it, "delete")).collect();
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
            let deletion = deletions().rfind(|_| !is_temporary)?.command;
            // A script that first asks for the object may end there if it exists.
            if asked.iter().any(|it| is_same(it, &new) && it.command.span.start < deletion.span.start) {
                return None;
            }
            Some(RecreatedObject { kind: new.kind, name: new.name, deletion, creation: new.command })
        })
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
