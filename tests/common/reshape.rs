//! Changes the structure of a manifest, not its letters: parts are swapped, repeated, nested, moved and given other types.
//!
//! Every choice comes from bytes, so that a property test or a fuzzer decides what happens and can shrink it.

use super::tree::{Style, Tree};

/// Manifests with more parts than this are not grown any further.
const MAX_PARTS: usize = 3_000;

/// Scalars, as YAML text, that are read in a way of their own.
const SCALARS: [&str; 30] = [
    "null",
    "~",
    "yes",
    "\"\"",
    "''",
    "0",
    "-1",
    "0o17",
    "0644",
    "1e400",
    ".inf",
    ".nan",
    "9223372036854775808",
    "1:30",
    "2001-12-14",
    "!!binary aGk=",
    "!!str 1",
    "&a b",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\"é😀\\u2028\"",
    "1Ei",
    "-1m",
    "\"$(A)\"",
    "\"0 3 * * *\"",
    "\"@every 1s\"",
    "\"set -e; a | b\"",
    "\"postgres://u:Xk29slQp@h/d\"",
    "\"0-2,4\"",
    "\"batchlint.dev/ignore\"",
];

/// Keys that mean something wherever Kubernetes has them, to be put where it has not.
const KEYS: [&str; 30] = [
    "apiVersion",
    "kind",
    "metadata",
    "name",
    "namespace",
    "labels",
    "annotations",
    "batchlint.dev/ignore",
    "ownerReferences",
    "spec",
    "jobTemplate",
    "template",
    "containers",
    "initContainers",
    "env",
    "value",
    "valueFrom",
    "command",
    "args",
    "image",
    "items",
    "schedule",
    "resources",
    "limits",
    "volumes",
    "podFailurePolicy",
    "$patch",
    "<<",
    "",
    "é.\n",
];

/// Bytes that are read as numbers; zeros once they are used up.
pub(crate) struct Choices<'b>(pub &'b [u8]);

impl Choices<'_> {
    /// Returns the next choice among `count`.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        let mut number = 0;
        let mut most = 1;
        while most < count {
            number = number * 256 + usize::from(self.0.split_off_first().copied().unwrap_or_default());
            most *= 256;
        }
        number % count.max(1)
    }
}

/// As many changes are made of one input: more make a manifest that is like no other, and like all others of that kind.
const MAX_CHANGES: usize = 24;

/// Parts deeper than this are not nested any further; the linter reads 250 levels.
const DEEPEST: usize = 300;

/// Changes a manifest as the choices say, and writes it.
pub(crate) fn reshape(mut tree: Tree, mut choices: Choices<'_>) -> String {
    let style = [Style::Block, Style::Flow, Style::Mixed][choices.below(3)];
    for _ in 0..MAX_CHANGES {
        if choices.0.is_empty() {
            break;
        }
        change(&mut tree, &mut choices);
    }
    tree.write(style)
}

/// Makes one change.
fn change(tree: &mut Tree, choices: &mut Choices<'_>) {
    let mut paths = Vec::new();
    collect(tree, &mut Vec::new(), &mut paths);
    let may_grow = paths.len() < MAX_PARTS;
    let change = choices.below(10);
    let path = &paths[choices.below(paths.len())];
    let other = &paths[choices.below(paths.len())];
    match change {
        // Of two parts of which one holds the other, the inner one takes the outer one's place.
        0 if path.starts_with(other) || other.starts_with(path) => {
            let (outer, inner) = if path.len() < other.len() { (path, other) } else { (other, path) };
            *tree.at(outer) = tree.at(inner).clone();
        }
        0 => {
            let left = tree.at(path).clone();
            let right = std::mem::replace(tree.at(other), left);
            *tree.at(path) = right;
        }
        1 if may_grow => *tree.at(path) = tree.at(other).clone(),
        2 if may_grow => repeat(tree.at(path), choices),
        3 if path.len() < DEEPEST => {
            for _ in 0..[1, 2, 20, 300][choices.below(4)] {
                let part = tree.at(path);
                let inner = std::mem::replace(part, Tree::List(Vec::new()));
                *part = match choices.below(2) {
                    0 => Tree::List(vec![inner]),
                    _ => Tree::Map(vec![(KEYS[choices.below(KEYS.len())].to_owned(), inner)]),
                };
            }
        }
        4 => retype(tree.at(path)),
        5 => remove(tree.at(path), choices),
        6 => {
            if let Tree::Map(entries) = tree.at(path)
                && !entries.is_empty()
            {
                let at = choices.below(entries.len());
                entries[at].0 = KEYS[choices.below(KEYS.len())].to_owned();
            }
        }
        7 if may_grow => {
            let moved = tree.at(other).clone();
            let key = KEYS[choices.below(KEYS.len())].to_owned();
            match tree.at(path) {
                Tree::Map(entries) => entries.push((key, moved)),
                Tree::List(items) => items.push(moved),
                part @ Tree::Scalar(_) => *part = moved,
            }
        }
        _ => *tree.at(path) = Tree::Scalar(SCALARS[choices.below(SCALARS.len())].to_owned()),
    }
}

/// Repeats an item or an entry.
fn repeat(part: &mut Tree, choices: &mut Choices<'_>) {
    let times = [1, 2, 30][choices.below(3)];
    match part {
        Tree::List(items) if !items.is_empty() => {
            let item = items[choices.below(items.len())].clone();
            items.extend(std::iter::repeat_n(item, times));
        }
        Tree::Map(entries) if !entries.is_empty() => {
            let entry = entries[choices.below(entries.len())].clone();
            entries.extend(std::iter::repeat_n(entry, times));
        }
        _ => {}
    }
}

/// Gives a part another type with the same contents.
fn retype(part: &mut Tree) {
    *part = match std::mem::replace(part, Tree::List(Vec::new())) {
        Tree::Scalar(text) => Tree::List(vec![Tree::Scalar(text)]),
        Tree::List(items) => {
            let numbered = items.into_iter().enumerate();
            Tree::Map(numbered.map(|(at, item)| (at.to_string(), item)).collect())
        }
        Tree::Map(entries) => {
            Tree::List(entries.into_iter().map(|(key, value)| Tree::Map(vec![(key, value)])).collect())
        }
    };
}

/// Removes an item or an entry.
fn remove(part: &mut Tree, choices: &mut Choices<'_>) {
    match part {
        Tree::List(items) if !items.is_empty() => _ = items.remove(choices.below(items.len())),
        Tree::Map(entries) if !entries.is_empty() => _ = entries.remove(choices.below(entries.len())),
        _ => {}
    }
}

/// Lists the paths of all parts.
fn collect(tree: &Tree, path: &mut Vec<usize>, paths: &mut Vec<Vec<usize>>) {
    paths.push(path.clone());
    for (at, child) in tree.children().into_iter().enumerate() {
        path.push(at);
        collect(child, path, paths);
        path.pop();
    }
}
