//! Reads the `admission` section.

use std::collections::BTreeMap;

use super::Reader;
use crate::config::Pattern;
use crate::config::admission::{Action, Admission, Policy, RuleAdmission, Scope, Suppressions};
use crate::document::{Node, Value};
use crate::rules;

const KEYS: &[&str] = &["policy", "rules", "suppressions", "overrides", "children", "unjudged"];

const OVERRIDE_KEYS: &[&str] = &["namespaces", "labels", "policy", "rules", "suppressions", "reason"];

impl Reader<'_> {
    pub(super) fn admission(&mut self, node: Node<'_>) -> Admission {
        let mut admission = Admission::default();
        self.mapping(node, "`admission` is a mapping");
        for entry in node.entries() {
            let value = entry.value;
            match entry.key {
                "overrides" => {
                    admission.overrides = self.list(value, |reader, item| reader.scope(item));
                }
                "children" => {
                    let found = self.word(value, &Action::ALL, Action::as_str);
                    admission.children = found.unwrap_or(admission.children);
                }
                "unjudged" => match value.text() {
                    Some("allow") => admission.allows_unjudged = true,
                    Some("deny") => admission.allows_unjudged = false,
                    _ => self.wrong(value, "what cannot be judged is `allow` or `deny`"),
                },
                _ if self.setting_of_scope(entry.key, value, &mut admission.everywhere) => {}
                _ => self.unknown_key(entry, KEYS),
            }
        }
        admission
    }

    fn scope(&mut self, node: Node<'_>) -> Scope {
        let mut scope = Scope::default();
        self.mapping(node, "an override is a mapping with `namespaces` or `labels`");
        for entry in node.entries() {
            match entry.key {
                "namespaces" => scope.namespaces = self.patterns(entry.value),
                "labels" => scope.labels = self.labels(entry.value),
                "reason" => _ = self.text(entry.value),
                _ if self.setting_of_scope(entry.key, entry.value, &mut scope) => {}
                _ => self.unknown_key(entry, OVERRIDE_KEYS),
            }
        }
        scope
    }

    /// Reads one of the keys that stand both at the top of the section and in its overrides.
    fn setting_of_scope(&mut self, key: &str, value: Node<'_>, scope: &mut Scope) -> bool {
        match key {
            "policy" => scope.policy = self.word(value, &Policy::ALL, Policy::as_str),
            "suppressions" => scope.suppressions = self.word(value, &Suppressions::ALL, Suppressions::as_str),
            "rules" => scope.rules = self.admission_rules(value),
            _ => return false,
        }
        true
    }

    fn admission_rules(&mut self, node: Node<'_>) -> BTreeMap<&'static str, RuleAdmission> {
        let mut rules = BTreeMap::new();
        self.mapping(node, "`rules` is a mapping of rule ids");
        for entry in node.entries() {
            match rules::named(entry.key) {
                Ok(rule) => _ = rules.insert(rule.id, self.rule_admission(entry.value)),
                Err(message) => self.at(entry.key_span, &message),
            }
        }
        rules
    }

    /// Reads an action, or a mapping of `action` and `suppressions`.
    fn rule_admission(&mut self, node: Node<'_>) -> RuleAdmission {
        let mut result = RuleAdmission::default();
        if node.value() != Value::Map {
            result.action = self.word(node, &Action::ALL, Action::as_str);
            return result;
        }
        for entry in node.entries() {
            match entry.key {
                "action" => result.action = self.word(entry.value, &Action::ALL, Action::as_str),
                "suppressions" => {
                    result.suppressions = self.word(entry.value, &Suppressions::ALL, Suppressions::as_str);
                }
                _ => self.unknown_key(entry, &["action", "suppressions"]),
            }
        }
        result
    }

    fn labels(&mut self, node: Node<'_>) -> Vec<(String, Pattern)> {
        self.mapping(node, "`labels` is a mapping of keys to patterns of values");
        let mut labels = Vec::new();
        for entry in node.entries() {
            match self.text(entry.value).map(|text| Pattern::new(&text)) {
                Some(Ok(pattern)) => labels.push((entry.key.to_owned(), pattern)),
                Some(Err(message)) => self.wrong(entry.value, &message),
                None => {}
            }
        }
        labels
    }

    fn mapping(&mut self, node: Node<'_>, message: &str) {
        if node.value() != Value::Map {
            self.wrong(node, message);
        }
    }

    /// Reads one of a few words.
    fn word<T: Copy>(&mut self, node: Node<'_>, all: &[T], name: fn(T) -> &'static str) -> Option<T> {
        let found = all.iter().copied().find(|&it| node.text() == Some(name(it)));
        if found.is_none() {
            let names: Vec<_> = all.iter().map(|&it| name(it)).collect();
            self.wrong(node, &format!("this setting is one of `{}`", names.join("`, `")));
        }
        found
    }
}
