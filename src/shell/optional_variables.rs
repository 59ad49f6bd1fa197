//! Variables that a script can do without: read in one branch only, or as options that may be none.

use std::collections::{BTreeMap, BTreeSet};

use super::ignored_failures::is_within;
use super::script::Script;
use super::syntax::{Command, CommandKind, List, Part, Variable, Word};
use super::traversal::words_in;
use super::variables::variables;
use crate::text::span::{Span, keep_outermost};
use crate::text::word_list::has_word;

impl<'a> Script<'a> {
    /// Returns the variables, of those that it uses, that a run may well lack: what only one branch of an `if` or `case` reads,
    /// and options that leave nothing behind where they are empty: `curl $CURL_OPTIONS …`.
    pub fn optional_variables(&self) -> BTreeSet<&'a str> {
        let mut branches: Vec<Span> = self.commands().iter().flat_map(|it| branches_of(it)).collect();
        branches.sort_by_key(|it| it.start);
        keep_outermost(&mut branches, |it| *it);
        let mut extents: BTreeMap<&str, Span> = BTreeMap::new();
        for Variable { name, span, .. } in self.used_variables() {
            let extent = extents.entry(name).or_insert(*span);
            *extent = Span { start: extent.start.min(span.start), end: extent.end.max(span.end) };
        }
        let of_branches = extents.into_iter().filter(|(_, extent)| is_within(&branches, *extent));
        of_branches.map(|(name, _)| name).chain(self.optional_options()).collect()
    }

    /// Returns the variables that are named after options and that stand, without quotes, for whole words only.
    fn optional_options(&self) -> BTreeSet<&'a str> {
        let (mut options, mut others) = (BTreeSet::new(), Vec::new());
        let mut see = |word: &'a Word<'a>| match word.parts.as_slice() {
            [Part::Variable(variable)] if !variable.quoted && is_named_after_options(variable.name) => {
                options.insert(variable.name);
            }
            parts => variables(parts, &mut others),
        };
        words_in(&self.tree.list, &mut see);
        self.tree.documents.iter().for_each(see);
        others.iter().for_each(|it| _ = options.remove(it.name));
        options
    }
}

/// Whether a name ends as one of options does: `CACERT_OPTION`, `EXTRA_ARGS`.
fn is_named_after_options(name: &str) -> bool {
    let last = name.rsplit('_').next().unwrap_or_default().to_ascii_uppercase();
    has_word("ARG ARGS ARGUMENTS FLAG FLAGS OPT OPTION OPTIONS OPTS PARAMS PARAMETERS", &last)
}

/// Returns the branches of an `if` or `case`, each up to where the next one starts.
fn branches_of(command: &Command<'_>) -> Vec<Span> {
    let start = |list: &List<'_>| list.items.first().map(|it| it.span().start);
    let starts: Vec<u32> = match &command.kind {
        CommandKind::If { branches, otherwise } => {
            branches.iter().map(|(_, body)| body).chain(otherwise).filter_map(start).collect()
        }
        CommandKind::Case { arms, .. } => arms.iter().filter_map(start).collect(),
        _ => return Vec::new(),
    };
    let ends = starts.iter().skip(1).copied().chain([command.span.end]);
    starts.iter().zip(ends).map(|(start, end)| Span { start: *start, end }).collect()
}
