//! What is known of a text while it is looked through.

use super::here_document::HereDocument;
use super::lines::Lines;
use super::marks::Marks;
use super::name::Promise;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// A text that is looked through.
pub(super) struct Scan<'t> {
    pub lines: &'t Lines<'t>,
    /// What is to be hidden.
    pub found: Vec<Range<usize>>,
    /// What was hidden the farthest on: nothing within it is looked at.
    pub last: Range<usize>,
    /// The same for names, which may be shown.
    pub next_name: usize,
    /// The same for commands.
    pub next_command: usize,
    /// The same for the input of programs.
    pub next_input: usize,
    /// The same for the data of Secrets.
    pub next_data: usize,
    /// The same for quoted texts in expressions.
    pub next_quoted: usize,
    /// The same for tables.
    pub next_table: usize,
    /// The same for the accounts of a here-document.
    pub next_account: usize,
    /// The same for what stands below promising keys.
    pub next_below: usize,
    /// The keys for values that were found next to promising names, by where their values begin.
    pub neighbors: HashMap<usize, Neighbor>,
    /// How many more bytes may be looked at between names and values that are far from each other, in all.
    pub far: usize,
    /// The marks of its bytes, once a name needs them.
    pub marks: Option<Marks>,
    /// The same for what Kustomize makes Secrets of.
    pub next_literal: usize,
    /// The names of YAML's aliases.
    pub aliases: Option<HashSet<&'t str>>,
    /// Where the values of variables are, by their names, until they are looked at.
    pub variables: Option<HashMap<&'t str, Vec<Range<usize>>>>,
    /// The names to which a script gives a value.
    pub assigned: Option<HashSet<&'t str>>,
    /// The here-documents, once a sentence may be in one.
    pub documents: Option<Vec<HereDocument>>,
    /// Where objects say that they are a Secret.
    pub secrets: Vec<usize>,
    /// What its sentences say.
    pub prose: Prose,
}

/// What is known of a key for values that stands next to promising names.
pub(super) struct Neighbor {
    /// Its values.
    pub values: Vec<Range<usize>>,
    /// The names that were held against them, with what they promise.
    pub names: Vec<(Promise, String)>,
}

/// What a text says about credentials that are not next to their names.
#[derive(Default)]
pub(super) struct Prose {
    /// The words to hide where they stand, and nowhere else: some are words of a language.
    pub words: Vec<Range<usize>>,
    /// The names and users that stand in no sentence, as far as the text tells without its structure.
    pub names: Vec<usize>,
    /// The end of the last sentence.
    pub next: usize,
}
