//! Findings with what the configuration says about them.

use crate::diagnostic::finding::Finding;
use crate::diagnostic::meta::Meta;
use crate::policy::config::admission::Action;

/// A finding with what becomes of it.
pub(super) struct FindingAction {
    pub finding: Finding,
    /// What becomes of each of its parts by the part's own rule.
    pub parts: Vec<(&'static Meta, Action)>,
    /// Whether the object suppresses it, which does not hide it here.
    pub is_suppressed: bool,
}

impl FindingAction {
    /// Returns what becomes of the finding: the strictest of its parts.
    pub(super) fn action(&self) -> Action {
        self.parts.iter().map(|it| it.1).max().unwrap_or(Action::Audit)
    }
}
