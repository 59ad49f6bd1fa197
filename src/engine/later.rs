//! Rules that check an object once more is known than the object: what stands around it, or what it was before.

use std::sync::Arc;

use crate::diagnostic::finding::{Finding, Subject};
use crate::engine::cap::cap;
use crate::engine::dispatch::Enabled;
use crate::manifest::workload::Object;
use crate::policy::config::Config;
use crate::policy::suppress;
use crate::rule::{Check, Reporter};

/// An object that other rules have checked already.
pub(super) struct Later<'l, 'd> {
    pub object: Object<'d>,
    /// The item of a `List`, from 0.
    pub item: Option<usize>,
    pub subject: &'l Arc<Subject>,
    pub config: &'l Config,
}

impl Later<'_, '_> {
    /// Lets `call` run each rule, and returns the findings that are shown and those that a suppression hides.
    pub(super) fn check<'r>(
        &self,
        rules: impl Iterator<Item = &'r Enabled>,
        call: &dyn Fn(Check, &mut Reporter<'_>),
    ) -> (Vec<Finding>, Vec<Finding>) {
        let document = self.object.node.document;
        let mut own = Vec::new();
        for Enabled { active, check } in rules {
            let mut found = Vec::new();
            let mut reporter = Reporter {
                active,
                subject: self.subject.clone(),
                source: document.source.clone(),
                document: document.index,
                item: self.item,
                config: self.config,
                merges: false,
                findings: &mut found,
            };
            call(*check, &mut reporter);
            found.retain(|it| self.config.shows(it, Some(active)));
            own.append(&mut found);
        }
        let mut hidden = suppress::hidden(self.object, own.iter(), self.config).into_iter();
        let mut hidden: Vec<Finding> = own.extract_if(.., |_| hidden.next().unwrap_or_default()).collect();
        cap(&mut own);
        cap(&mut hidden);
        (own, hidden)
    }
}
