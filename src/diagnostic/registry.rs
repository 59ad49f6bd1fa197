//! The rules that there are, by their ids.

use crate::diagnostic::meta::Meta;
use crate::text::nearest::nearest;

/// The rules that there are, in the order of their ids.
#[derive(Clone, Copy, Debug)]
pub struct Registry(&'static [&'static Meta]);

/// Of the rules that start with a word, this many are named.
const MAX_LISTED: usize = 5;

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
    pub fn named(self, id: &str) -> Result<&'static Meta, UnknownRule> {
        if let Some(rule) = self.find(id) {
            return Ok(rule);
        }
        let id = id.to_owned();
        let mut alike: Vec<_> = self.iter().map(|rule| rule.id).filter(|it| it.starts_with(&id)).collect();
        match &alike[..] {
            [] => alike.extend(self.nearest_id(&id)),
            [_] => {}
            _ => return Err(UnknownRule::Ambiguous { id, rules: alike }),
        }
        Err(match alike.first() {
            Some(near) => UnknownRule::Misspelled { id, near },
            None => UnknownRule::Unlike { id },
        })
    }
}

/// A rule that is not known, by the id that was given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnknownRule {
    /// One rule is most likely meant.
    #[error("there is no rule `{id}`; did you mean `{near}`?")]
    Misspelled {
        /// The id that was given.
        id: String,
        /// The id of the rule that is most likely meant.
        near: &'static str,
    },
    /// Several rules start with the id.
    #[error("there is no rule `{id}`; {} start with that", named(.rules))]
    Ambiguous {
        /// The id that was given.
        id: String,
        /// The ids that start with it.
        rules: Vec<&'static str>,
    },
    /// No rule has a similar id.
    #[error("there is no rule `{id}`; run `batchlint rules` for a list")]
    Unlike {
        /// The id that was given.
        id: String,
    },
}

/// Names the first rules, and says how many more there are.
fn named(rules: &[&str]) -> String {
    let shown = rules[..rules.len().min(MAX_LISTED)].join("`, `");
    match rules.len().saturating_sub(MAX_LISTED) {
        0 => format!("`{shown}`"),
        more => format!("`{shown}` and {more} more"),
    }
}
