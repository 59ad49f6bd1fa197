//! The objects of a text with their containers, for an editor's outline.

use std::ops::Range;

use super::field::{kind_of, objects};
use super::outline::Outline;
use crate::manifest::workload::Kind;
use crate::mask::hide_in_text;

/// Something that an editor's outline lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// What people know it by.
    pub name: String,
    /// What it is.
    pub detail: String,
    /// The bytes of all that belongs to it.
    pub range: Range<usize>,
    /// The bytes of its name, within `range`.
    pub selection: Range<usize>,
    /// What it holds.
    pub children: Vec<Symbol>,
}

/// Lists the Jobs and CronJobs of a text, each with its init containers and containers, without credentials.
pub fn symbols(text: &str) -> Vec<Symbol> {
    let text = &*hide_in_text(text);
    let outlines = Outline::all(text);
    outlines
        .iter()
        .flat_map(|outline| objects(outline).into_iter().filter_map(|it| object(outline, it)))
        .collect()
}

fn object(outline: &Outline<'_>, object: usize) -> Option<Symbol> {
    let (kind, spec) = match kind_of(outline, object)? {
        Kind::Job => ("Job", vec!["spec", "template", "spec"]),
        Kind::CronJob => ("CronJob", vec!["spec", "jobTemplate", "spec", "template", "spec"]),
    };
    let metadata = outline.child(object, "metadata");
    let named =
        |key| metadata.and_then(|it| outline.child(it, key)).filter(|&it| !outline.value(it).is_empty());
    let name = named("name").or_else(|| named("generateName"));
    let pod = spec.into_iter().try_fold(object, |node, key| outline.child(node, key));
    let containers = ["initContainers", "containers"].into_iter().flat_map(|list| {
        let list = pod.and_then(|pod| outline.child(pod, list)).into_iter();
        list.flat_map(|list| outline.children(list)).map(|it| container(outline, it)).collect::<Vec<_>>()
    });
    let node = &outline.nodes[object];
    let whole = if object == 0 { outline.span.clone() } else { node.key.start..node.end };
    let text = &outline.text[whole.clone()];
    let start = whole.end - text.trim_start().len();
    let range = start..(start + text.trim().len()).max(start);
    Some(Symbol {
        name: name.map_or("(no name)", |it| outline.value(it)).to_owned(),
        detail: kind.to_owned(),
        selection: within(
            name.map_or(range.start..range.start, |it| outline.nodes[it].value.clone()),
            &range,
        ),
        children: containers.map(|it| keep_within(it, &range)).collect(),
        range,
    })
}

fn container(outline: &Outline<'_>, item: usize) -> Symbol {
    let field = |key| outline.child(item, key).filter(|&it| !outline.value(it).is_empty());
    let node = &outline.nodes[item];
    let range = node.key.start..node.end.max(node.key.end);
    let name = field("name");
    Symbol {
        name: name.map_or("(no name)", |it| outline.value(it)).to_owned(),
        detail: field("image").map_or("", |it| outline.value(it)).to_owned(),
        selection: within(
            name.map_or(range.start..range.start, |it| outline.nodes[it].value.clone()),
            &range,
        ),
        range,
        children: Vec::new(),
    }
}

/// Keeps a container within its object, and its name within itself, as editors demand.
fn keep_within(container: Symbol, object: &Range<usize>) -> Symbol {
    let range = within(container.range, object);
    Symbol { selection: within(container.selection, &range), range, ..container }
}

/// Keeps a range within another one.
fn within(range: Range<usize>, outer: &Range<usize>) -> Range<usize> {
    let start = range.start.clamp(outer.start, outer.end);
    start..range.end.clamp(start, outer.end)
}
