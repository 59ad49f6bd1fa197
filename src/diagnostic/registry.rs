//! The rules that there are, by their ids.

use crate::diagnostic::meta::Meta;
use crate::text::nearest::nearest;

/// The rules that there are, in the order of their ids.
#[derive(Clone, Copy, Debug)]
pub struct Registry(&'static [&'static Meta]);

/// Of the rules that start with a word, this many are named.
const MOST_NAMED: usize = 5;

impl Registry {
    /// Makes a registry of rules in the order of their ids.
    pub fn new(rules: &'static [&'static Meta]) -> Self {
        Registry(rules)
    }

    /// Returns all rules, in the order of their ids.
    pub fn iter(self) -> impl ExactSizeIterator<Item = &'static Meta> {
        self.0.iter().copied()
    }

    /// Finds a rule by its id.
    pub fn find(self, id: &str) -> Option<&'static Meta> {
        self.0.binary_search_by(|rule| rule.id.cmp(id)).ok().map(|at| self.0[at])
    }

    /// Finds the id that is most like `id`.
    pub fn nearest_id(self, id: &str) -> Option<&'static str> {
        nearest(id, self.iter().map(|rule| rule.id))
    }

    /// Finds a rule by its id.
    ///
    /// # Errors
    /// Names the rules that start with `id`, or else the one that is most likely meant.
    pub fn named(self, id: &str) -> Result<&'static Meta, String> {
        if let Some(rule) = self.find(id) {
            return Ok(rule);
        }
        let unknown = format!("there is no rule `{id}`");
        let alike: Vec<_> = self.iter().map(|rule| rule.id).filter(|it| it.starts_with(id)).collect();
        Err(match &alike[..] {
            [] => match self.nearest_id(id) {
                Some(near) => format!("{unknown}; did you mean `{near}`?"),
                None => format!("{unknown}; run `batchlint rules` for a list"),
            },
            [only] => format!("{unknown}; did you mean `{only}`?"),
            several => {
                let named = several[..several.len().min(MOST_NAMED)].join("`, `");
                let more = several.len().saturating_sub(MOST_NAMED);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                format!("{unknown}; `{named}`{more} start with that")
            }
        })
    }
}
