//! What is set for a rule, by one configuration after the other.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::meta::{Meta, OptionValue, Range};
use crate::diagnostic::severity::Severity;
use crate::text::pattern::Pattern;

/// What is set for a rule.
#[derive(Clone, Debug, Default)]
pub struct RuleSetting {
    /// The severity of its findings, or that it is off.
    pub level: Option<RuleLevel>,
    /// The rule's own options that are set; of a range each bound is one, and of a map each key.
    pub options: Vec<SetOption>,
    /// Where the severity is set, or else the rule: `.batchlint.yaml:7`.
    pub origin: Arc<str>,
}

/// An option of a rule that is set.
#[derive(Clone, Debug)]
pub struct SetOption {
    /// The key.
    pub name: &'static str,
    /// The value, or a part of it.
    pub value: OptionValue,
    /// Where it is set: `.batchlint.yaml:8`.
    pub origin: Arc<str>,
}

/// How much a rule may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleLevel {
    /// Nothing.
    Off,
    /// Findings of this severity.
    On(Severity),
}

/// A rule that is on, with what is set for it; the last setting wins.
#[derive(Clone, Debug)]
pub struct ActiveRule {
    /// The rule.
    pub rule: &'static Meta,
    /// The severity of its findings.
    pub severity: Severity,
    settings: Vec<Arc<RuleSetting>>,
}

impl ActiveRule {
    pub(super) fn new(rule: &'static Meta, severity: Severity, settings: Vec<Arc<RuleSetting>>) -> Self {
        ActiveRule { rule, severity, settings }
    }

    /// Returns what is set for one of the rule's options, the parts of ranges and maps one by one; what comes last wins.
    pub fn set_options<'s, 'n>(
        &'s self,
        name: &'n str,
    ) -> impl DoubleEndedIterator<Item = &'s SetOption> + use<'s, 'n> {
        let options = self.settings.iter().flat_map(|setting| &setting.options);
        options.filter(move |it| it.name == name)
    }

    /// Returns the value of one of the rule's options that is neither a range nor a map.
    pub fn option<'s>(&'s self, name: &str) -> Option<&'s OptionValue> {
        let set = self.set_options(name).next_back().map(|it| &it.value);
        set.or_else(|| self.rule.options.iter().find(|it| it.name == name).map(|it| &it.default))
    }

    /// Returns the range that an option is set to: of each bound the last one.
    pub fn range(&self, name: &str) -> Range {
        self.set_options(name).fold(Range::default(), |range, set| match &set.value {
            OptionValue::Range(it) => {
                Range { minimum: it.minimum.or(range.minimum), maximum: it.maximum.or(range.maximum) }
            }
            _ => range,
        })
    }

    /// Returns the patterns that an option is set to, by key: of each key the last one, with where it is set.
    pub fn map<'s>(&'s self, name: &str) -> Vec<(&'s Pattern, &'s Pattern, &'s str)> {
        let mut last = BTreeMap::new();
        for set in self.set_options(name) {
            if let OptionValue::Map(entries) = &set.value {
                last.extend(entries.iter().map(|it| (it.key.as_str(), (it, &*set.origin))));
            }
        }
        let entries = last.into_values();
        entries.filter_map(|(it, origin)| Some((&it.key, it.value.as_ref()?, origin))).collect()
    }

    /// Returns the severity of a finding that the rule itself grades: what is configured counts first.
    pub fn graded(&self, severity: Severity) -> Severity {
        if self.is_set() { self.severity } else { severity }
    }

    pub(super) fn is_set(&self) -> bool {
        self.settings.iter().any(|setting| setting.level.is_some())
    }

    /// Returns where the rule's severity is set, `None` if it is its own.
    pub fn origin(&self) -> Option<&str> {
        self.settings.iter().rev().find(|setting| setting.level.is_some()).map(|setting| &*setting.origin)
    }
}
