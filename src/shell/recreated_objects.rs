//! Objects of the cluster that a script deletes only to create them again.

use super::install::wrapped_command;
use super::syntax::{Command, Word};
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

/// Options of kubectl with a value of their own.
const WITH_VALUES: &str = "-n --namespace --context --kubeconfig --cluster -s --server --token --as";

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
        let (mut named, mut namespace) = (Vec::new(), "");
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            let text = self.written(word);
            if let Some((_, value)) = text.split_once('=').filter(|it| has_word("-n --namespace", it.0)) {
                namespace = value;
            } else if has_word(WITH_VALUES, text) {
                let value = words.next().map_or("", |it| self.written(it));
                namespace = if has_word("-n --namespace", text) { value } else { namespace };
            } else if text.starts_with("--dry-run") || text == "-f" || text == "-l" || text == "--all" {
                return Vec::new();
            } else if !text.starts_with('-') {
                named.push(text);
            }
        }
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
