//! Reads what is set for rules.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Reader;
use crate::diagnostic::meta::{Meta, OptionValue, Range, RuleOption, Scope, ValuePattern};
use crate::diagnostic::severity::Severity;
use crate::manifest::document::{Entry, Node, Value};
use crate::policy::config::file::never_off;
use crate::policy::config::{RuleLevel, RuleSetting, SetOption};
use crate::text::pattern::Pattern;
use crate::text::span::Span;

/// The most patterns of an option, each of which is held against each value.
const MAX_PATTERNS: usize = 200;

impl Reader<'_> {
    pub(super) fn rules(&mut self, node: Node<'_>) -> BTreeMap<&'static str, Arc<RuleSetting>> {
        let mut settings = BTreeMap::new();
        if node.value() != Value::Map {
            self.type_error(node, "`rules` must be a mapping of rule ids");
        }
        for entry in node.entries() {
            match self.registry.named(entry.key) {
                Ok(rule) => _ = settings.insert(rule.id, Arc::new(self.setting(rule, entry))),
                Err(error) => self.error_at(entry.key_span, &error.to_string()),
            }
        }
        settings
    }

    /// Reads `off`, a severity, or a mapping of `severity` and the rule's options.
    fn setting(&mut self, rule: &Meta, entry: Entry<'_>) -> RuleSetting {
        let mut setting = RuleSetting { origin: self.origin(entry.key_span), ..RuleSetting::default() };
        if entry.value.value() != Value::Map {
            setting.level = self.level(rule, entry.value);
            return setting;
        }
        for inner in entry.value.entries() {
            match rule.options.iter().find(|option| option.name == inner.key) {
                Some(option) => self.option(inner, option, &mut setting.options),
                None if inner.key == "severity" => {
                    setting.level = self.level(rule, inner.value);
                    setting.origin = self.origin(inner.key_span);
                }
                None => {
                    let known: Vec<_> =
                        ["severity"].into_iter().chain(rule.options.iter().map(|it| it.name)).collect();
                    self.unknown_key(inner, &known);
                }
            }
        }
        setting
    }

    fn level(&mut self, rule: &Meta, node: Node<'_>) -> Option<RuleLevel> {
        match node.value() {
            // YAML 1.1 reads `off` as false.
            Value::Bool(false) | Value::String("off") if rule.scope == Scope::File => {
                self.type_error(node, &never_off(rule.id));
            }
            Value::Bool(false) | Value::String("off") => return Some(RuleLevel::Off),
            Value::String("info") => return Some(RuleLevel::On(Severity::Info)),
            Value::String("warning") => return Some(RuleLevel::On(Severity::Warning)),
            Value::String("error") => return Some(RuleLevel::On(Severity::Error)),
            _ => self.type_error(node, "a severity must be `off`, `info`, `warning` or `error`"),
        }
        None
    }

    fn option(&mut self, entry: Entry<'_>, option: &RuleOption, options: &mut Vec<SetOption>) {
        let (name, node) = (option.name, entry.value);
        let origin = self.origin(entry.key_span);
        let value = match (&option.default, node.value()) {
            (OptionValue::Integer(_), _) => self.integer(node).map(OptionValue::Integer),
            (OptionValue::Text(_), _) => self.text(node).map(|text| OptionValue::Text(text.into())),
            (OptionValue::List(_), _) => {
                let texts = self.list(node, |reader, item| reader.text(item));
                Some(OptionValue::List(texts.into_iter().flatten().map(Into::into).collect()))
            }
            (OptionValue::Patterns(_), _) => {
                self.few_patterns(node, node.items().len());
                Some(OptionValue::Patterns(self.patterns(node)))
            }
            (OptionValue::Range(_), _) => return self.range(name, node, options),
            (OptionValue::Map(_), _) => return self.map(name, node, options),
        };
        options.extend(value.map(|value| SetOption { name, value, origin }));
    }

    fn integer(&mut self, node: Node<'_>) -> Option<i64> {
        let number = match node.value() {
            Value::Int(number) if number >= 0 => i64::try_from(number).ok(),
            _ => None,
        };
        if number.is_none() {
            self.type_error(node, "this option must be a non-negative integer");
        }
        number
    }

    /// Reads `{minimum: 60, maximum: 3600}`.
    fn range(&mut self, name: &'static str, node: Node<'_>, options: &mut Vec<SetOption>) {
        if node.value() != Value::Map {
            self.type_error(node, "this option must be a mapping with `minimum`, `maximum` or both");
        }
        let mut whole = Range::default();
        for bound in node.entries() {
            let mut range = Range::default();
            match bound.key {
                "minimum" => range.minimum = self.integer(bound.value),
                "maximum" => range.maximum = self.integer(bound.value),
                _ => {
                    self.unknown_key(bound, &["minimum", "maximum"]);
                    continue;
                }
            }
            whole =
                Range { minimum: range.minimum.or(whole.minimum), maximum: range.maximum.or(whole.maximum) };
            let origin = self.origin(bound.key_span);
            options.push(SetOption { name, value: OptionValue::Range(range), origin });
        }
        if let (Some(minimum), Some(maximum)) = (whole.minimum, whole.maximum)
            && minimum > maximum
        {
            self.type_error(node, &format!("no value is both at least {minimum} and at most {maximum}"));
        }
    }

    /// Reads `{team: "*", tier: "{gold,silver}"}`; `null` takes back what another setting says of a key.
    fn map(&mut self, name: &'static str, node: Node<'_>, options: &mut Vec<SetOption>) {
        if node.value() != Value::Map {
            self.type_error(node, "this option must map keys to patterns for their values");
        }
        self.few_patterns(node, node.entries().len());
        for entry in node.entries() {
            let key = self.pattern(entry.key, entry.key_span);
            let value = if entry.value.is_null() {
                Some(None)
            } else {
                self.text(entry.value).map(|it| self.pattern(&it, entry.value.span()))
            };
            let origin = self.origin(entry.key_span);
            if let (Some(key), Some(value)) = (key, value) {
                let value = OptionValue::Map(vec![ValuePattern { key, value }]);
                options.push(SetOption { name, value, origin });
            }
        }
    }

    fn few_patterns(&mut self, node: Node<'_>, count: usize) {
        if count > MAX_PATTERNS {
            self.type_error(node, &format!("there are more than {MAX_PATTERNS} patterns"));
        }
    }

    pub(super) fn pattern(&mut self, text: &str, span: Span) -> Option<Pattern> {
        match Pattern::new(text) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                self.error_at(span, &error.to_string());
                None
            }
        }
    }
}
