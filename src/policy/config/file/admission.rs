//! Reads the `admission` section.

use super::Reader;
use crate::manifest::document::{Entry, Node, Value};
use crate::policy::config::admission::{
    Action, AdmissionConfig, AdmissionScope, Controller, Policy, SuppressionEffect,
};

use crate::text::pattern::Pattern;

const KEYS: &[&str] =
    &["policy", "rules", "suppressions", "overrides", "children", "controllers", "unjudged"];

const OVERRIDE_KEYS: &[&str] = &["namespaces", "labels", "policy", "rules", "suppressions", "reason"];

impl Reader<'_> {
    /// Reads the section over what earlier files have set there.
    pub(super) fn admission(&mut self, node: Node<'_>, admission: &mut AdmissionConfig) {
        self.mapping(node, "`admission` must be a mapping");
        for entry in node.entries() {
            let value = entry.value;
            match entry.key {
                "overrides" => {
                    let overrides = self.list(value, |reader, item| reader.scope(item));
                    admission.overrides.extend(overrides);
                }
                "children" => {
                    let found = self.word(value, &Action::ALL, Action::as_str);
                    admission.children = found.unwrap_or(admission.children);
                    admission.origins.insert((None, "children"), self.origin(entry.key_span));
                }
                "controllers" => {
                    let controllers = self.list(value, |reader, item| reader.controller(item));
                    admission.controllers.extend(controllers.into_iter().flatten());
                }
                "unjudged" => {
                    match value.text() {
                        Some("allow") => admission.denies_unjudged = Some(false),
                        Some("deny") => admission.denies_unjudged = Some(true),
                        _ => self.type_error(value, "`unjudged` must be `allow` or `deny`"),
                    }
                    admission.origins.insert((None, "unjudged"), self.origin(entry.key_span));
                }
                _ if self.setting_of_scope(entry, &mut admission.everywhere) => {}
                _ => self.unknown_key(entry, KEYS),
            }
        }
    }

    fn scope(&mut self, node: Node<'_>) -> AdmissionScope {
        let mut scope = AdmissionScope::default();
        self.mapping(node, "an override must be a mapping with `namespaces` or `labels`");
        for entry in node.entries() {
            match entry.key {
                "namespaces" => {
                    scope.namespaces = self.selector(entry);
                    scope.origins.insert((None, "namespaces"), self.origin(entry.key_span));
                }
                "labels" => {
                    if entry.value.value() == Value::Map && entry.value.entries().len() == 0 {
                        self.empty_selector(entry);
                    }
                    scope.labels = self.labels(entry.value);
                    scope.origins.insert((None, "labels"), self.origin(entry.key_span));
                }
                "reason" => _ = self.text(entry.value),
                _ if self.setting_of_scope(entry, &mut scope) => {}
                _ => self.unknown_key(entry, OVERRIDE_KEYS),
            }
        }
        self.selects(node, &["namespaces", "labels"]);
        scope
    }

    /// Reads a controller; `None` if it lacks what it is known by.
    fn controller(&mut self, node: Node<'_>) -> Option<Controller> {
        let (mut user, mut owners) = (None, Vec::new());
        self.mapping(node, "a controller must be a mapping with `user` and `owners`");
        for entry in node.entries() {
            match entry.key {
                "user" => user = self.checked(entry.value, user_error),
                "owners" => {
                    if entry.value.value() == Value::List && entry.value.items().len() == 0 {
                        self.type_error(entry.value, "a controller must have at least one kind of owner");
                    }
                    let texts = self.list(entry.value, |reader, item| reader.checked(item, owner_error));
                    let parts = texts.iter().flatten().filter_map(|it| it.split_once('.'));
                    owners = parts.map(|(kind, group)| (kind.to_owned(), group.to_owned())).collect();
                }
                _ => self.unknown_key(entry, &["user", "owners"]),
            }
        }
        if node.value() == Value::Map {
            for key in ["user", "owners"].into_iter().filter(|key| node.get(key).is_none()) {
                self.error_at(node.head(), &format!("a controller needs `{key}`"));
            }
        }
        Some(Controller { user: user?, owners, origin: self.origin(node.head()) })
    }

    /// Reads a text in which `mistake` finds nothing wrong.
    fn checked(&mut self, node: Node<'_>, error: fn(&str) -> Option<&'static str>) -> Option<String> {
        let text = self.text(node)?;
        if let Some(message) = error(&text) {
            self.type_error(node, message);
            return None;
        }
        Some(text)
    }

    /// Reads one of the keys that stand both at the top of the section and in its overrides.
    fn setting_of_scope(&mut self, entry: Entry<'_>, scope: &mut AdmissionScope) -> bool {
        let key = match entry.key {
            "policy" => {
                scope.policy = self.word(entry.value, &Policy::ALL, Policy::as_str);
                "policy"
            }
            "suppressions" => {
                scope.suppressions = self.effect(entry.value);
                "suppressions"
            }
            "rules" => {
                self.admission_rules(entry.value, scope);
                return true;
            }
            _ => return false,
        };
        scope.origins.insert((None, key), self.origin(entry.key_span));
        true
    }

    fn admission_rules(&mut self, node: Node<'_>, scope: &mut AdmissionScope) {
        self.mapping(node, "`rules` must be a mapping of rule ids");
        for entry in node.entries() {
            match self.registry.named(entry.key) {
                Ok(rule) => self.rule_admission(entry, rule.id, scope),
                Err(error) => self.error_at(entry.key_span, &error.to_string()),
            }
        }
    }

    /// Reads an action, or a mapping of `action` and `suppressions`.
    fn rule_admission(&mut self, rule: Entry<'_>, id: &'static str, scope: &mut AdmissionScope) {
        let result = scope.rules.entry(id).or_default();
        if rule.value.value() != Value::Map {
            result.action = self.word(rule.value, &Action::ALL, Action::as_str);
            scope.origins.insert((Some(id), "action"), self.origin(rule.key_span));
            return;
        }
        for entry in rule.value.entries() {
            let key = match entry.key {
                "action" => {
                    result.action = self.word(entry.value, &Action::ALL, Action::as_str);
                    "action"
                }
                "suppressions" => {
                    result.suppressions = self.effect(entry.value);
                    "suppressions"
                }
                _ => {
                    self.unknown_key(entry, &["action", "suppressions"]);
                    continue;
                }
            };
            scope.origins.insert((Some(id), key), self.origin(entry.key_span));
        }
    }

    /// Reads what suppressions may do.
    fn effect(&mut self, node: Node<'_>) -> Option<SuppressionEffect> {
        self.word(node, &SuppressionEffect::ALL, SuppressionEffect::as_str)
    }

    fn labels(&mut self, node: Node<'_>) -> Vec<(String, Pattern)> {
        self.mapping(node, "`labels` must map keys to patterns for their values");
        let mut labels = Vec::new();
        for entry in node.entries() {
            match self.text(entry.value).map(|text| Pattern::new(&text)) {
                Some(Ok(pattern)) => labels.push((entry.key.to_owned(), pattern)),
                Some(Err(error)) => self.type_error(entry.value, &error.to_string()),
                None => {}
            }
        }
        labels
    }

    fn mapping(&mut self, node: Node<'_>, message: &str) {
        if node.value() != Value::Map {
            self.type_error(node, message);
        }
    }

    /// Reads one of a few words.
    fn word<T: Copy>(&mut self, node: Node<'_>, all: &[T], name: fn(T) -> &'static str) -> Option<T> {
        let found = all.iter().copied().find(|&it| node.text() == Some(name(it)));
        if found.is_none() {
            let names: Vec<_> = all.iter().map(|&it| name(it)).collect();
            self.type_error(node, &format!("this setting must be one of `{}`", names.join("`, `")));
        }
        found
    }
}

/// Returns why a user cannot be trusted by this name: only an exact name of one account can.
fn user_error(user: &str) -> Option<&'static str> {
    const SERVICE_ACCOUNT: &str = "system:serviceaccount:";
    let is_plain = |it: char| it.is_ascii_graphic() && !"*?[]{}\"'`".contains(it);
    let is_part = |it: &str| !it.is_empty() && !it.starts_with(['-', '.']) && !it.ends_with(['-', '.']);
    if user.is_empty() || !user.chars().all(is_plain) {
        return Some("a user must be the exact name of one account, without spaces or wildcards");
    }
    if let Some(account) = user.strip_prefix(SERVICE_ACCOUNT) {
        let is_account = account.split_once(':').is_some_and(|(namespace, name)| {
            let letters = |text: &str| {
                text.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || b"-.".contains(&it))
            };
            [namespace, name].iter().all(|it| is_part(it) && letters(it)) && !namespace.contains('.')
        });
        return (!is_account)
            .then_some("a service account must be written as `system:serviceaccount:<namespace>:<name>`");
    }
    let is_group =
        ["system:serviceaccounts", "system:authenticated", "system:unauthenticated", "system:masters"]
            .iter()
            .any(|group| user == *group || user.strip_prefix(group).is_some_and(|it| it.starts_with(':')));
    if is_group {
        return Some("this is a group, and everyone in it would be trusted: use the controller's own user");
    }
    (user == "system:anonymous" || user.ends_with(':')).then_some("this does not identify a controller")
}

/// Returns why a text is not a kind with its group.
fn owner_error(owner: &str) -> Option<&'static str> {
    let is_kind = |kind: &str| {
        kind.starts_with(|it: char| it.is_ascii_uppercase())
            && kind.bytes().all(|it| it.is_ascii_alphanumeric())
    };
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
    };
    let is_owner = owner
        .split_once('.')
        .is_some_and(|(kind, group)| is_kind(kind) && group.len() <= 253 && group.split('.').all(is_label));
    (!is_owner).then_some("an owner must be a kind with its group, such as `ScaledJob.keda.sh`")
}
