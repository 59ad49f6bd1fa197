//! Variables filled in, so that a credential is found that reaches a password through one: `DB_PASSWORD: $(A)`,
//! `--password=$(A)`, `P=hunter2; export PGPASSWORD=$P`.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::rc::Rc;

use crate::facts::secret::promise::names_secret;
use crate::manifest::document::Node;
use crate::manifest::workload::Container;
use crate::shell::syntax::{Command, List, Part, Variable, Word};
use crate::text::span::range_in;

/// The longest name of a variable that is looked for, in bytes.
const LONGEST_NAME: usize = 1_000;

/// So many bytes of an object are filled in: a value can be repeated many times in few bytes.
const MOST_BYTES: usize = 1 << 20;

/// So many scripts of an object that cannot be read are told apart.
const MOST_UNREAD: usize = 100;

/// How much of an object is searched.
#[derive(Clone)]
pub(super) struct Coverage {
    /// So many bytes may still be filled in.
    left: Rc<Cell<usize>>,
    /// The scripts that could not be read.
    unread: Rc<RefCell<Vec<String>>>,
}

impl Default for Coverage {
    fn default() -> Self {
        Coverage { left: Rc::new(Cell::new(MOST_BYTES)), unread: Rc::default() }
    }
}

impl Coverage {
    /// Takes so many bytes; `None` if there are no more, and none are left then.
    fn take(&self, bytes: usize) -> Option<()> {
        let left = self.left.get().checked_sub(bytes);
        self.left.set(left.unwrap_or_default());
        left.map(|_| ())
    }

    /// Notes a script that cannot be read.
    fn skip(&self, script: &str) {
        let mut unread = self.unread.borrow_mut();
        if unread.len() < MOST_UNREAD {
            unread.push(script.to_owned());
        } else {
            self.left.set(0);
        }
    }

    /// Whether all has been filled in.
    pub(super) fn is_complete(&self) -> bool {
        self.left.get() > 0
    }

    /// Returns the scripts that could not be read.
    pub(super) fn into_unread(self) -> Vec<String> {
        self.unread.take()
    }
}

/// The values that a manifest, and a script in it, give to variables.
pub(super) struct Variables<'d> {
    /// The value of each, if it is known.
    values: HashMap<&'d str, Option<&'d str>>,
    /// Those of the container or script around.
    outer: Option<&'d Variables<'d>>,
    coverage: Coverage,
}

/// A text with its variables filled in.
pub(super) struct Expansion<'d> {
    pub text: String,
    /// The parts that it is made of, each with its start.
    parts: Vec<(usize, &'d str)>,
}

impl<'d> Variables<'d> {
    /// Returns the variables of a container whose values are in the manifest.
    pub(super) fn of(container: Container<'d>, coverage: &Coverage) -> Self {
        let mut variables = Variables { values: HashMap::new(), outer: None, coverage: coverage.clone() };
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

    /// Returns no variables.
    pub(super) fn none() -> Self {
        Variables { values: HashMap::new(), outer: None, coverage: Coverage::default() }
    }

    /// Returns the variables of a script that starts with these.
    pub(super) fn within(outer: &'d Variables<'d>) -> Self {
        Variables { values: HashMap::new(), outer: Some(outer), coverage: outer.coverage.clone() }
    }

    /// Notes a script with these variables that cannot be read.
    pub(super) fn skip(&self, script: &str) {
        self.coverage.skip(script);
    }

    /// Gives a variable a value, which counts as unknown where it is the name of a Secret.
    pub(super) fn set(&mut self, name: &'d str, value: &'d str) {
        self.values.insert(name, Some(value).filter(|_| !names_secret(name)));
    }

    /// Gives a variable the value of another one.
    pub(super) fn repeat(&mut self, name: &'d str, other: &str) {
        match self.get(other) {
            Some(value) => self.set(name, value),
            None => self.forget(name),
        }
    }

    /// Notes that a variable has a value that is not known.
    pub(super) fn forget(&mut self, name: &'d str) {
        self.values.insert(name, None);
    }

    /// Returns the value of a variable.
    pub(super) fn get(&self, name: &str) -> Option<&'d str> {
        match self.values.get(name) {
            Some(value) => *value,
            None => self.outer?.get(name),
        }
    }

    /// Fills in the `$(NAME)` of a value, a command or an argument; `None` if it has none that is known.
    ///
    /// Source: `third_party/forked/golang/expansion/expand.go` in Kubernetes.
    pub(super) fn fill_in(&self, text: &'d str) -> Option<Expansion<'d>> {
        let (mut parts, mut rest) = (Vec::new(), text);
        let mut is_known = false;
        while let Some(at) = rest.find('$') {
            let (before, after) = rest.split_at(at);
            let inner = after.strip_prefix("$(");
            let near = inner.map(|it| &it[..it.floor_char_boundary(LONGEST_NAME)]);
            let end = near.and_then(|it| it.find(')'));
            let name = inner.zip(end).map(|(it, end)| (&it[..end], &it[end + 1..]));
            let value = name.and_then(|(name, _)| self.get(name));
            let (part, next) = match (value, name) {
                (Some(value), Some((_, next))) => (value, next),
                _ => {
                    let end = if after.starts_with("$$") { 2 } else { 1 };
                    after.split_at(end)
                }
            };
            is_known |= value.is_some();
            if value.is_some() {
                self.coverage.take(part.len())?;
            }
            parts.extend([before, part]);
            rest = next;
        }
        parts.push(rest);
        is_known.then(|| Expansion::of(parts))
    }

    /// Fills in the `$NAME` and `${NAME}` of a word of a script; `None` where something else is made when it runs.
    pub(super) fn fill_in_word(&self, word: &Word<'d>) -> Option<Expansion<'d>> {
        let parts = self.pieces(&word.parts)?;
        // What stands in the script as it is costs no more than to read it.
        if !word.parts.iter().all(|it| matches!(it, Part::Text { .. })) {
            self.coverage.take(parts.iter().map(|it| it.len()).sum())?;
        }
        Some(Expansion::of(parts))
    }

    /// Returns the pieces of the manifest that parts of a word become; `None` where one is made when the script runs.
    pub(super) fn pieces(&self, parts: &[Part<'d>]) -> Option<Vec<&'d str>> {
        let mut found = Vec::new();
        self.add_pieces(parts, &mut found).then_some(found)
    }

    fn add_pieces(&self, parts: &[Part<'d>], found: &mut Vec<&'d str>) -> bool {
        parts.iter().all(|part| match part {
            Part::Text { text, .. } => {
                found.push(text);
                true
            }
            Part::Variable(variable) => self.add_variable(variable, found),
            Part::Command { list, .. } => match printed(list) {
                Some(Printed::Word(word)) => self.add_pieces(&word.parts, found),
                Some(Printed::Variable(name)) => self.get(&name).map(|it| found.push(it)).is_some(),
                None => false,
            },
            Part::Arithmetic(_) => false,
        })
    }

    fn add_variable(&self, variable: &Variable<'d>, found: &mut Vec<&'d str>) -> bool {
        let Variable { name, operator, argument, .. } = variable;
        let value = match *operator {
            ":+" | "+" => return self.add_pieces(argument, found),
            "" | ":-" | "-" | ":=" | "=" => self.get(name),
            // What is cut off hardly matters; `${#A}` is a length.
            "%" | "%%" | "#" | "##" if !argument.is_empty() => self.get(name),
            _ => return false,
        };
        match value {
            Some(value) => {
                found.push(value);
                true
            }
            None => matches!(*operator, ":-" | "-" | ":=" | "=") && self.add_pieces(argument, found),
        }
    }
}

/// What a command prints, if it is known without running it.
enum Printed<'a, 'd> {
    Word(&'a Word<'d>),
    /// The value of the variable of this name.
    Variable(Cow<'d, str>),
}

/// Returns what `$(echo hunter2)`, `$(printf %s hunter2)` or `$(printenv A)` prints; decoded or cut, it is the same credential.
fn printed<'a, 'd>(list: &'a List<'d>) -> Option<Printed<'a, 'd>> {
    let [item] = list.items.as_slice() else { return None };
    let (first, filters) = item.first.commands.split_first()?;
    let is_filter =
        |it: &Command<'_>| ["base64", "tr", "xargs", "head", "cut"].iter().any(|name| it.is(name));
    if !item.rest.is_empty() || !filters.iter().all(is_filter) {
        return None;
    }
    let is_option =
        |it: &&Word<'_>| ["-n", "-e", "-ne", "-en", "-E", "--"].iter().any(|option| it.is(option));
    let arguments: Vec<_> = first.arguments().iter().skip_while(is_option).collect();
    match (&*first.name()?, arguments.as_slice()) {
        ("echo" | "printf", [word]) => Some(Printed::Word(word)),
        ("printf", [format, word]) if format.prefix().starts_with("%s") => Some(Printed::Word(word)),
        ("printenv", [name]) => Some(Printed::Variable(name.literal()?)),
        _ => None,
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
        let Range { start, end } = range_in(&self.text, part)?;
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
        self.part(part).map(|it| it.0)
    }

    /// Returns the node that a text is a part of, and that part of its text.
    pub(super) fn part(&self, part: &str) -> Option<(Node<'d>, &'d str)> {
        let start = part.as_ptr().addr();
        let (&from, &node) = self.0.range(..=start).next_back()?;
        Some((node, node.text()?.get(start - from..start - from + part.len())?))
    }
}
