//! An object that is not checked, but that Jobs depend on.

use std::cmp::Ordering;

use crate::diagnostic::elsewhere::Elsewhere;
use crate::neighbours::delivery::Delivery;
use crate::neighbours::facts::Facts;
use crate::neighbours::home::Home;
use crate::neighbours::kind::Kind;

/// An object that is not checked, but that Jobs depend on.
#[derive(Clone, Debug)]
pub struct Neighbour {
    /// What it is.
    pub kind: Kind,
    /// `metadata.name`
    pub name: String,
    /// Where it belongs.
    pub home: Home,
    /// What rules need to know of it.
    pub facts: Facts,
    /// When tools create it.
    pub delivery: Delivery,
    /// The place of its name, for findings about Jobs.
    pub place: Elsewhere,
    /// Whether it is an item of a `List` that an API server has filled in.
    pub is_listed: bool,
    /// Its document in its file and its item in a list.
    pub(super) number: (usize, usize),
}

impl Neighbour {
    /// Returns what messages call it: `LimitRange` and its name.
    pub fn title(&self) -> String {
        format!("{} `{}`", self.kind.as_str(), self.name)
    }

    /// Returns its place, with what it has to do with a finding.
    pub fn related(&self, text: impl Into<String>) -> Elsewhere {
        let mut place = self.place.clone();
        place.text = text.into().into();
        place
    }

    /// Returns the document that it was read from: a file and a number.
    pub(super) fn document(&self) -> (&str, usize) {
        (&self.place.source, self.number.0)
    }

    /// Whether both were read from one place: a file can be checked and named by `--with`.
    pub(super) fn is_same(&self, other: &Neighbour) -> bool {
        self.order(other).is_eq()
    }

    /// Returns which of both comes first in the order of the files.
    pub(super) fn order(&self, other: &Neighbour) -> Ordering {
        let key = |it: &Neighbour| (it.number, it.kind);
        (&self.place.source, key(self))
            .cmp(&(&other.place.source, key(other)))
            .then_with(|| self.name.cmp(&other.name))
    }
}
