//! Grows the arena of a document from the leaves up: nodes first, then the lists and mappings that hold them.

use super::error::SyntaxError;
use super::node::{Node, Value};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::data::Document;
use super::data::{
    Comment, Content, Data, Duplicate, DuplicateCause, EntryData, Link, MAX_DEPTH, Style, Text, digest,
    keys_of,
};
use crate::text::source::Source;
use crate::text::span::{Span, to_u32};

/// A key and a value that are to go into a mapping.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) key: Text,
    pub(super) key_span: Span,
    pub(super) value: u32,
    /// The key is `<<`: the value's entries are meant.
    pub(super) merge: bool,
}

/// Mappings with more keys than this look for duplicates in a hash table.
const SMALL_MAP: usize = 16;

/// Room for this many nodes at most is made before there are any.
const MAX_RESERVED: usize = 1024;

/// Aliases and merges repeat this many bytes of text at most in a file: more than an API server takes for an object, which
/// is 3 MiB. go-yaml counts nodes alone, and a node can have a script.
pub(super) const MAX_REPEATED: usize = 4 << 20;

/// Why a merge is refused.
pub(super) const NO_MERGE: &str = "map merge requires map or sequence of maps as the value";

/// A document in the making. The root comes first, so that it has the id 0.
#[derive(Debug)]
pub(super) struct Builder {
    source: Arc<Source>,
    nodes: Vec<Data>,
    items: Vec<u32>,
    entries: Vec<EntryData>,
    duplicates: Vec<Duplicate>,
    /// The values of anchors that were copied.
    repeated: Vec<Span>,
    /// What go-yaml counts against documents that are mostly aliases: all steps, and those below an alias.
    pub(super) steps: usize,
    alias_steps: usize,
    /// How many more bytes of text aliases and merges may repeat in the file.
    pub(super) repeatable: usize,
}

impl Builder {
    /// Starts a document of `bytes` bytes.
    pub(super) fn new(source: Arc<Source>, bytes: usize) -> Self {
        // What most manifests need; larger ones grow.
        let (nodes, entries) = ((bytes / 12).min(MAX_RESERVED), (bytes / 20).min(MAX_RESERVED));
        let (nodes, entries) = (Vec::with_capacity(nodes), Vec::with_capacity(entries));
        let (items, duplicates, repeated) = Default::default();
        let (steps, alias_steps, repeatable) = (1, 0, MAX_REPEATED);
        Builder { source, nodes, items, entries, duplicates, repeated, steps, alias_steps, repeatable }
    }

    /// Adds a node that nothing holds yet.
    pub(super) fn add(&mut self, content: Content, span: Span, style: Style) -> u32 {
        let id = to_u32(self.nodes.len());
        self.nodes.push(Data { content, span, parent: 0, link: Link::Root, style, aliased: false });
        id
    }

    /// Returns how much the document has so far, for [`Builder::truncate`].
    pub(super) fn size(&self) -> [usize; 4] {
        [self.nodes.len(), self.items.len(), self.entries.len(), self.duplicates.len()]
    }

    /// Takes away what was added since the document had this size.
    pub(super) fn truncate(&mut self, [nodes, items, entries, duplicates]: [usize; 4]) {
        self.nodes.truncate(nodes);
        self.items.truncate(items);
        self.entries.truncate(entries);
        self.duplicates.truncate(duplicates);
    }

    /// Returns how many keys appear more than once in their mapping.
    pub(super) fn duplicate_count(&self) -> usize {
        self.duplicates.len()
    }

    pub(super) fn content(&self, id: u32) -> &Content {
        &self.nodes[id as usize].content
    }

    pub(super) fn span(&self, id: u32) -> Span {
        self.nodes[id as usize].span
    }

    /// Returns where a node ends as it is written; a copy has the span of what it was made of, and `alias` stands for it.
    pub(super) fn written_end(&self, id: u32, alias: Span) -> u32 {
        let data = &self.nodes[id as usize];
        if data.aliased { alias.end } else { data.span.end }
    }

    pub(super) fn text<'a>(&'a self, text: &'a Text) -> &'a str {
        text.of(&self.source)
    }

    /// Makes the node `id` a list of `children` that ends at `end`.
    pub(super) fn fill_list(&mut self, id: u32, children: &[u32], end: u32) {
        let start = to_u32(self.items.len());
        for (index, &child) in children.iter().enumerate() {
            self.adopt(child, id, Link::Item(to_u32(index)));
        }
        self.items.extend_from_slice(children);
        let data = &mut self.nodes[id as usize];
        data.content = Content::List { start, len: to_u32(children.len()) };
        data.span.end = end;
    }

    /// Makes the node `id` a mapping of `pairs` that ends at `end`, with merges done as go-yaml does them:
    /// in the order of the text, each key replacing what was there before.
    pub(super) fn fill_map(
        &mut self,
        id: u32,
        pairs: impl ExactSizeIterator<Item = Pair>,
        end: u32,
    ) -> Result<(), SyntaxError> {
        let start = to_u32(self.entries.len());
        let mut seen = Seen::new(pairs.len());
        for pair in pairs {
            if !pair.merge {
                self.put(id, start, pair, None, &mut seen);
                continue;
            }
            for merged in self.merged_pairs(pair.value)? {
                self.put(id, start, merged, Some(pair.key_span), &mut seen);
            }
        }
        let own = &self.entries[start as usize..];
        let (keys, len) = (keys_of(own), to_u32(own.len()));
        let data = &mut self.nodes[id as usize];
        data.content = Content::Map { start, len, keys };
        data.span.end = end;
        Ok(())
    }

    fn put(&mut self, map: u32, start: u32, pair: Pair, merge: Option<Span>, seen: &mut Seen) {
        let digest = digest(pair.key.bytes(&self.source));
        let found = seen.find(self, start, &pair.key, digest);
        let (value, key_span, merged) = (pair.value, pair.key_span, merge.is_some());
        let Some(at) = found else {
            let at = to_u32(self.entries.len());
            seen.add(self, &pair.key, at, merged);
            self.entries.push(EntryData { key: pair.key, key_span, value, digest });
            self.adopt(value, map, Link::Entry(at));
            return;
        };
        let old = &self.entries[at as usize];
        let was_merged = seen.merged.contains(&at);
        let cause = match (was_merged, merged) {
            (false, false) => DuplicateCause::Repeated,
            (false, true) => DuplicateCause::OverriddenByMerge,
            (true, _) => DuplicateCause::OverridesMerge,
        };
        let (first, first_value, second) = (old.key_span, self.span(old.value), merge.unwrap_or(key_span));
        self.duplicates.push(Duplicate { map, entry: at, first, first_value, second, cause });
        if merged {
            _ = seen.merged.insert(at);
        } else {
            _ = seen.merged.remove(&at);
        }
        let old_value = old.value;
        self.nodes[old_value as usize].link = Link::Root;
        self.entries[at as usize] = EntryData { key: pair.key, key_span, value, digest };
        self.adopt(value, map, Link::Entry(at));
    }

    fn adopt(&mut self, child: u32, parent: u32, link: Link) {
        let data = &mut self.nodes[child as usize];
        data.parent = parent;
        data.link = link;
    }

    /// Returns the entries that a merge brings; of several mappings the first has the last word.
    fn merged_pairs(&self, value: u32) -> Result<Vec<Pair>, SyntaxError> {
        let unusable = |id| SyntaxError::new(NO_MERGE, self.span(id));
        match *self.content(value) {
            Content::Map { start, len, .. } => Ok(self.pairs_of(start, len)),
            // go-yaml takes no alias of a list.
            Content::List { start, len } if !self.nodes[value as usize].aliased => {
                let mut pairs = Vec::new();
                for &item in self.items[start as usize..(start + len) as usize].iter().rev() {
                    let Content::Map { start, len, .. } = *self.content(item) else {
                        return Err(unusable(item));
                    };
                    pairs.extend(self.pairs_of(start, len));
                }
                Ok(pairs)
            }
            _ => Err(unusable(value)),
        }
    }

    fn pairs_of(&self, start: u32, len: u32) -> Vec<Pair> {
        let entries = &self.entries[start as usize..(start + len) as usize];
        let pair = |entry: &EntryData| Pair {
            key: entry.key.clone(),
            key_span: entry.key_span,
            value: entry.value,
            merge: false,
        };
        entries.iter().map(pair).collect()
    }

    /// Copies what an anchor names to the place of an alias. `depth` is the depth of the alias, `alias` its place.
    pub(super) fn copy(&mut self, from: u32, depth: usize, alias: Span) -> Result<u32, SyntaxError> {
        self.repeated.push(self.span(from));
        self.copy_node(from, depth, alias)
    }

    fn copy_node(&mut self, from: u32, depth: usize, alias: Span) -> Result<u32, SyntaxError> {
        if depth > MAX_DEPTH {
            return Err(SyntaxError::too_deep(alias));
        }
        if let Content::String(text) = self.content(from) {
            let length = self.text(text).len();
            let Some(rest) = self.repeatable.checked_sub(length) else {
                let limit = MAX_REPEATED >> 20;
                let message = format!("the aliases of the file repeat more than {limit} MiB of text");
                return Err(SyntaxError::new(message, alias).help("write fewer aliases of long strings"));
            };
            self.repeatable = rest;
        }
        let data = self.nodes[from as usize].clone();
        let copy = self.add(data.content.clone(), data.span, data.style);
        self.nodes[copy as usize].aliased = true;
        match data.content {
            Content::List { start, len } => {
                let mut children = Vec::with_capacity(len as usize);
                for at in start..start + len {
                    children.push(self.copy_node(self.items[at as usize], depth + 1, alias)?);
                }
                self.fill_list(copy, &children, data.span.end);
            }
            Content::Map { start, len, .. } => {
                let mut pairs = self.pairs_of(start, len);
                for pair in &mut pairs {
                    pair.value = self.copy_node(pair.value, depth + 1, alias)?;
                }
                self.fill_map(copy, pairs.into_iter(), data.span.end)?;
            }
            _ => {}
        }
        Ok(copy)
    }

    /// Counts what go-yaml decodes for an alias: `cost` nodes.
    pub(super) fn count_alias(&mut self, cost: usize) {
        self.steps += cost;
        self.alias_steps += cost;
    }

    /// Applies go-yaml's rule against documents that are mostly aliases (`decode.go`, `allowedAliasRatio`).
    #[inline]
    pub(super) fn is_mostly_aliases(&self) -> bool {
        const LOW: f64 = 400_000.0;
        const HIGH: f64 = 4_000_000.0;
        if self.alias_steps <= 100 || self.steps <= 1000 {
            return false;
        }
        let steps = self.steps as f64;
        let allowed = 0.99 - 0.89 * ((steps.clamp(LOW, HIGH) - LOW) / (HIGH - LOW));
        self.alias_steps as f64 / steps > allowed
    }

    /// Returns an item of the lists.
    pub(super) fn item(&self, at: u32) -> u32 {
        self.items[at as usize]
    }

    /// Returns the place of the key, and the value, of an entry of the mappings.
    pub(super) fn entry(&self, at: u32) -> (Span, u32) {
        let entry = &self.entries[at as usize];
        (entry.key_span, entry.value)
    }

    /// Gives an empty value the place just after its key.
    pub(super) fn place_missing(&mut self, id: u32, key: Span) {
        let data = &mut self.nodes[id as usize];
        if matches!(data.content, Content::Null) && data.span.start == data.span.end {
            data.span = Span { start: key.end, end: key.end };
        }
    }

    /// Closes the document, the node 0 being its root.
    pub(super) fn finish(self, index: usize, span: Span, comments: Vec<Comment>) -> Document {
        let Builder { source, nodes, items, entries, mut duplicates, mut repeated, .. } = self;
        duplicates.sort_by_key(|it| it.second);
        // Of values that hold each other the outermost is enough.
        repeated.sort_unstable_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
        repeated.dedup_by(|inner, outer| outer.contains(*inner));
        let (objects, first_item) = (vec![0], 0);
        let has_dollar_key = entries.iter().any(|entry| entry.key.bytes(&source).starts_with(b"$"));
        let mut document = Document {
            source,
            index,
            span,
            nodes,
            items,
            entries,
            comments,
            repeated,
            duplicates,
            objects,
            first_item,
            has_dollar_key,
        };
        document.objects = list_items(&document);
        document
    }
}

/// Returns the objects that the document holds: the items of a `List`, else the root.
fn list_items(document: &Document) -> Vec<u32> {
    let root = document.root();
    let is_list = root.get("kind").and_then(Node::text).is_some_and(|kind| kind.ends_with("List"));
    match root.get("items").filter(|items| is_list && items.value() == Value::List) {
        Some(items) => {
            let mut ids: Vec<u32> = items.items().map(|item| item.id).collect();
            ids.sort_unstable();
            ids
        }
        None => vec![0],
    }
}

/// The keys that a mapping in the making has.
struct Seen {
    /// From 16 keys on, where each one is.
    index: Option<HashMap<Box<str>, u32>>,
    /// The entries that a merge brought.
    merged: HashSet<u32>,
}

impl Seen {
    fn new(len: usize) -> Self {
        Seen { index: (len > SMALL_MAP).then(HashMap::new), merged: HashSet::new() }
    }

    fn find(&mut self, builder: &Builder, start: u32, key: &Text, digest: u32) -> Option<u32> {
        let entries = &builder.entries[start as usize..];
        if self.index.is_none() && entries.len() > SMALL_MAP {
            // Merges can make a mapping larger than its pairs.
            let places = entries.iter().zip(start..).map(|(entry, at)| (builder.text(&entry.key).into(), at));
            self.index = Some(places.collect());
        }
        match &self.index {
            Some(index) => index.get(builder.text(key)).copied(),
            None => {
                let is_same =
                    |it: &EntryData| it.digest == digest && builder.text(&it.key) == builder.text(key);
                entries.iter().zip(start..).find(|(it, _)| is_same(it)).map(|(_, at)| at)
            }
        }
    }

    fn add(&mut self, builder: &Builder, key: &Text, at: u32, merged: bool) {
        if merged {
            self.merged.insert(at);
        }
        if let Some(index) = &mut self.index {
            index.insert(builder.text(key).into(), at);
        }
    }
}
