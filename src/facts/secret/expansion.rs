//! Variables filled in, so that a credential is found that reaches a password through one: `DB_PASSWORD: $(A)`,
//! `--password=$(A)`, `P=hunter2; export PGPASSWORD=$P`.

use std::collections::{BTreeMap, HashMap};

use crate::manifest::document::Node;
use crate::manifest::workload::Container;
use crate::shell::syntax::{Part, Variable, Word};

/// No credential is longer, except keys, which tell by their shape.
const LONGEST_VALUE: usize = 1024;

/// So many bytes of a container are filled in: a value can be repeated many times in few bytes.
const MOST_BYTES: usize = 1 << 20;

/// The values that a manifest, and a script in it, give to variables.
#[derive(Clone)]
pub(super) struct Variables<'d> {
    values: HashMap<&'d str, &'d str>,
    /// How many bytes may still be filled in.
    left: usize,
}

/// A text with its variables filled in.
pub(super) struct Expansion<'d> {
    pub text: String,
    /// The parts that it is made of, each with its start.
    parts: Vec<(usize, &'d str)>,
}

impl<'d> Variables<'d> {
    /// Returns no variables.
    pub(super) fn none() -> Self {
        Variables { values: HashMap::new(), left: MOST_BYTES }
    }

    /// Returns the variables of a container whose values are in the manifest.
    pub(super) fn of(container: Container<'d>) -> Self {
        let mut variables = Variables::none();
        for entry in container.env().items() {
            if let (Some(name), Some(value)) = (entry.field("name").text(), entry.field("value").text()) {
                match value.strip_prefix("$(").and_then(|it| it.strip_suffix(')')) {
                    Some(other) => variables.repeat(name, other),
                    None => variables.set(name, value),
                }
            }
        }
        variables
    }

    /// Gives a variable a value.
    pub(super) fn set(&mut self, name: &'d str, value: &'d str) {
        if value.len() <= LONGEST_VALUE {
            self.values.insert(name, value);
        } else {
            self.forget(name);
        }
    }

    /// Gives a variable the value of another one.
    pub(super) fn repeat(&mut self, name: &'d str, other: &str) {
        match self.get(other) {
            Some(value) => self.set(name, value),
            None => self.forget(name),
        }
    }

    /// Notes that a variable has a value that is not known.
    pub(super) fn forget(&mut self, name: &str) {
        self.values.remove(name);
    }

    fn get(&self, name: &str) -> Option<&'d str> {
        self.values.get(name).copied()
    }

    /// Fills in the `$(NAME)` of a value, a command or an argument; `None` if it has none that is known.
    ///
    /// Source: `third_party/forked/golang/expansion/expand.go` in Kubernetes.
    pub(super) fn fill_in(&mut self, text: &'d str) -> Option<Expansion<'d>> {
        let (mut parts, mut rest, mut length) = (Vec::new(), text, text.len());
        let mut is_known = false;
        while let Some(at) = rest.find('$') {
            let (before, after) = rest.split_at(at);
            let name = after.strip_prefix("$(").and_then(|it| it.split_once(')'));
            let value = name.and_then(|(name, _)| self.get(name));
            let (part, next) = match (value, name) {
                (Some(value), Some((_, next))) => (value, next),
                _ => {
                    let end = if after.starts_with("$$") { 2 } else { 1 };
                    after.split_at(end)
                }
            };
            is_known |= value.is_some();
            length += part.len();
            if value.is_some() && length > self.left {
                return None;
            }
            parts.extend([before, part]);
            rest = next;
        }
        parts.push(rest);
        is_known.then(|| {
            self.left = self.left.saturating_sub(length);
            Expansion::of(parts)
        })
    }

    /// Fills in the `$NAME` and `${NAME}` of a word of a script; `None` where something else is made when it runs.
    pub(super) fn fill_in_word(&mut self, word: &Word<'d>) -> Option<Expansion<'d>> {
        let part = |part: &Part<'d>| match part {
            Part::Text { text, .. } => Some(*text),
            Part::Variable(Variable { name, operator: "", .. }) => self.get(name),
            Part::Variable(Variable { name, operator: ":-" | "-" | ":=" | "=", argument, .. }) => {
                match argument.as_slice() {
                    [Part::Text { text, .. }] => Some(self.get(name).unwrap_or(text)),
                    _ => self.get(name),
                }
            }
            _ => None,
        };
        let parts: Vec<_> = word.parts.iter().map(part).collect::<Option<_>>()?;
        let length: usize = parts.iter().map(|it| it.len()).sum();
        self.left = self.left.checked_sub(length)?;
        Some(Expansion::of(parts))
    }
}

impl<'d> Expansion<'d> {
    fn of(parts: Vec<&'d str>) -> Self {
        let (mut text, mut placed) = (String::new(), Vec::new());
        for part in parts.into_iter().filter(|it| !it.is_empty()) {
            placed.push((text.len(), part));
            text.push_str(part);
        }
        Expansion { text, parts: placed }
    }

    /// Returns the largest piece of the manifest that a part of the text comes from.
    pub(super) fn origin(&self, part: &str) -> Option<&'d str> {
        let start = part.as_ptr().addr().checked_sub(self.text.as_ptr().addr())?;
        let end = start + part.len();
        if end > self.text.len() {
            return None;
        }
        let first = self.parts.partition_point(|(at, it)| at + it.len() <= start);
        let pieces = self.parts[first..].iter().take_while(|(at, _)| *at < end);
        let pieces = pieces.map(|&(at, it)| &it[start.max(at) - at..(end - at).min(it.len())]);
        pieces.max_by_key(|it| it.len())
    }
}

/// Texts with their variables filled in, to find out where a part of one comes from.
pub(super) struct Origins<'e, 'd>(BTreeMap<usize, &'e Expansion<'d>>);

impl<'e, 'd> Origins<'e, 'd> {
    pub(super) fn of(expansions: impl Iterator<Item = &'e Expansion<'d>>) -> Self {
        Origins(expansions.map(|it| (it.text.as_ptr().addr(), it)).collect())
    }

    /// Returns the largest piece of the manifest that a part of one of the texts comes from.
    pub(super) fn origin(&self, part: &str) -> Option<&'d str> {
        self.0.range(..=part.as_ptr().addr()).next_back()?.1.origin(part)
    }
}

/// The texts of nodes, to find the one that a credential is a part of.
pub(super) struct Texts<'d>(BTreeMap<usize, Node<'d>>);

impl<'d> Texts<'d> {
    pub(super) fn of(nodes: impl Iterator<Item = Node<'d>>) -> Self {
        Texts(nodes.filter_map(|it| Some((it.text()?.as_ptr().addr(), it))).collect())
    }

    /// Returns the node that a text is a part of.
    pub(super) fn node_of(&self, part: &str) -> Option<Node<'d>> {
        let start = part.as_ptr().addr();
        let (&from, &node) = self.0.range(..=start).next_back()?;
        (start + part.len() <= from + node.text()?.len()).then_some(node)
    }
}
