//! Makes manifests that are wrong in new ways, always the same ones from one seed.

use std::sync::Arc;

use batchlint::manifest::document;
use batchlint::schema;
use batchlint::schema::{Struct, Type};
use batchlint::text::source::Source;

use crate::generate::Generator;
use crate::tree::{Style, Tree};

/// Makes manifests from others.
pub(crate) struct Mutator {
    generator: Generator,
    bases: Vec<(Tree, &'static Struct)>,
}

/// A part of a manifest with its type.
type Spot = (Vec<usize>, Type);

impl Mutator {
    /// Takes Jobs and CronJobs to learn from, and whether to start from each.
    pub(crate) fn new(seed: u64, manifests: &[(String, bool)]) -> Self {
        let mut generator = Generator::new(seed);
        let mut bases = Vec::new();
        for (manifest, is_base) in manifests {
            let stream = document::read(&Arc::new(Source::new("base.yaml", manifest.as_str())));
            let Some(document) = stream.documents.first() else { continue };
            let root = match document.root().get("kind").and_then(|kind| kind.text()) {
                Some("Job") => schema::job(),
                Some("CronJob") => schema::cron_job(),
                _ => continue,
            };
            let tree = Tree::from(&document.root().to_json());
            generator.learn(&tree, &Type::Struct(root));
            if *is_base && manifest.len() < 6_000 {
                bases.push((tree, root));
            }
        }
        Mutator { generator, bases }
    }

    /// Makes the next manifest.
    pub(crate) fn manifest(&mut self) -> String {
        let (mut tree, root) = self.generator.pick(&self.bases);
        for _ in 0..[1, 1, 2, 2, 3, 5][self.generator.below(6)] {
            self.mutate(&mut tree, root);
        }
        let style = [Style::Block, Style::Block, Style::Mixed, Style::Flow][self.generator.below(4)];
        let text = tree.write(style);
        if self.generator.below(20) == 0 && text.lines().count() > 1 { self.edit(&text) } else { text }
    }

    /// Returns a manifest and a changed version of it, both in JSON.
    pub(crate) fn pair(&mut self) -> [String; 2] {
        let (old, root) = self.generator.pick(&self.bases);
        let mut new = old.clone();
        for _ in 0..[1, 1, 2][self.generator.below(3)] {
            self.mutate(&mut new, root);
        }
        [old, new].map(|it| it.write(Style::Flow))
    }

    /// Changes one part of an object.
    fn mutate(&mut self, tree: &mut Tree, root: &'static Struct) {
        let mut spots = Vec::new();
        collect(tree, Type::Struct(root), &mut Vec::new(), &mut spots);
        let is_head = |spot: &Spot| spot.0.len() == 1 && matches!(spot.1, Type::String { .. });
        let keeps_head = self.generator.below(20) > 0;
        spots.retain(|spot| !keeps_head || !is_head(spot));
        let is_open = |spot: &&Spot| matches!(spot.1, Type::Struct(_) | Type::List { .. } | Type::Map { .. });
        let open: Vec<&Spot> = spots.iter().filter(is_open).collect();
        // Half of all changes add something to what has parts, the others change anything.
        let (path, kind) = if self.generator.below(2) == 0 {
            self.generator.pick(&open).clone()
        } else {
            self.generator.pick(&spots)
        };
        if path.is_empty() && self.generator.below(20) > 0 {
            return self.mutate_entry(tree, &kind);
        }
        match (self.generator.below(10), tree.at(&path)) {
            (0..=5, part @ Tree::Map(_)) => self.mutate_entry(part, &kind),
            (0..=5, Tree::List(items)) => self.mutate_items(items, &kind),
            (_, part) => *part = self.generator.value(&kind, "", 0),
        }
    }

    /// Adds, removes, repeats or renames an entry of a mapping.
    fn mutate_entry(&mut self, part: &mut Tree, kind: &Type) {
        let Tree::Map(entries) = part else { return };
        let at = self.generator.below(entries.len().max(1));
        match self.generator.below(12) {
            0 | 1 if !entries.is_empty() => _ = entries.remove(at),
            2 if !entries.is_empty() => {
                let entry = entries[at].clone();
                entries.push(entry);
            }
            3 if !entries.is_empty() => {
                let name = entries[at].0.clone();
                entries[at].0 = match self.generator.below(4) {
                    0 => name.to_lowercase(),
                    1 => name + "s",
                    2 => String::new(),
                    _ => name.to_uppercase(),
                };
            }
            _ => {
                let (name, value) = self.generator.entry(kind, 0);
                entries.retain(|entry| entry.0 != name || self.generator.below(8) == 0);
                entries.insert(at.min(entries.len()), (name, value));
            }
        }
    }

    fn mutate_items(&mut self, items: &mut Vec<Tree>, kind: &Type) {
        let at = self.generator.below(items.len().max(1));
        match self.generator.below(6) {
            0 if !items.is_empty() => _ = items.remove(at),
            1 if !items.is_empty() => {
                let item = items[at].clone();
                items.push(item);
            }
            2 if items.len() > 1 => items.swap(0, at),
            _ => {
                let Type::List { element, .. } = kind else { return };
                let item = self.generator.value(element, "", 0);
                items.insert(at.min(items.len()), item);
            }
        }
    }

    /// Repeats or removes a line of the text.
    fn edit(&mut self, text: &str) -> String {
        let mut lines: Vec<&str> = text.lines().collect();
        let at = self.generator.below(lines.len());
        match self.generator.below(2) {
            0 => lines.insert(at, lines[at]),
            _ => _ = lines.remove(at),
        }
        lines.join("\n") + "\n"
    }
}

/// Lists the parts of a manifest whose types are known.
fn collect(tree: &Tree, kind: Type, path: &mut Vec<usize>, spots: &mut Vec<Spot>) {
    spots.push((path.clone(), kind));
    let mut enter = |at: usize, child: &Tree, kind: Type| {
        path.push(at);
        collect(child, kind, path, spots);
        path.pop();
    };
    match (tree, kind) {
        (Tree::List(items), Type::List { element, .. }) => {
            items.iter().enumerate().for_each(|(at, item)| enter(at, item, *element));
        }
        (Tree::Map(entries), Type::Map { value, .. }) => {
            entries.iter().enumerate().for_each(|(at, entry)| enter(at, &entry.1, *value));
        }
        (Tree::Map(entries), Type::Struct(within)) => {
            for (at, (name, child)) in entries.iter().enumerate() {
                if let Some(field) = within.any_minor(name) {
                    enter(at, child, field.kind);
                }
            }
        }
        _ => {}
    }
}
