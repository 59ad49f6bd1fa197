//! The `admission` section, as `config` shows it.

use super::line::Line;
use crate::policy::config::admission::{
    Action, AdmissionConfig, AdmissionScope, Controller, Origins, RuleAdmission, SuppressionEffect,
};
use crate::text::pattern::Pattern;

/// Returns the lines of the section; of what nobody has set only what no policy decides, and with `only_changed` nothing.
pub(super) fn lines(admission: &AdmissionConfig, only_changed: bool) -> Vec<Line> {
    let AdmissionConfig { everywhere, overrides, children, controllers, denies_unjudged, origins } =
        admission;
    let mut inner = Vec::new();
    if everywhere.policy.is_none() && !only_changed {
        inner.push((format!("policy: {}", everywhere.policy.unwrap_or_default().as_str()), None));
    }
    inner.extend(of_scope(everywhere));
    if *children != Action::Audit || !only_changed {
        inner.push((format!("children: {}", children.as_str()), origin(origins, None, "children")));
    }
    if let Some(denies) = denies_unjudged {
        let word = if *denies { "deny" } else { "allow" };
        inner.push((format!("unjudged: {word}"), origin(origins, None, "unjudged")));
    }
    let controllers = controllers.iter().map(|it| vec![controller(it)]);
    inner.extend(list("controllers", controllers.collect()));
    inner.extend(list("overrides", overrides.iter().map(override_).collect()));
    if inner.is_empty() { inner } else { under("admission", inner) }
}

fn origin(origins: &Origins, rule: Option<&'static str>, key: &'static str) -> Option<String> {
    origins.get(&(rule, key)).map(ToString::to_string)
}

/// Returns what stands both at the top of the section and in its overrides.
fn of_scope(scope: &AdmissionScope) -> Vec<Line> {
    let own = |key| origin(&scope.origins, None, key);
    let policy = scope.policy.map(|it| (format!("policy: {}", it.as_str()), own("policy")));
    let suppressions =
        scope.suppressions.map(|it| (format!("suppressions: {}", it.as_str()), own("suppressions")));
    let rules: Vec<Line> = scope.rules.iter().flat_map(|(id, set)| rule(id, *set, &scope.origins)).collect();
    let rules = if rules.is_empty() { rules } else { under("rules", rules) };
    policy.into_iter().chain(suppressions).chain(rules).collect()
}

/// Returns what is set for a rule.
fn rule(id: &'static str, set: RuleAdmission, origins: &Origins) -> Vec<Line> {
    let own = |key| origin(origins, Some(id), key);
    let action = set.action.map(Action::as_str);
    let Some(suppressions) = set.suppressions.map(SuppressionEffect::as_str) else {
        return action.map(|it| (format!("{id}: {it}"), own("action"))).into_iter().collect();
    };
    let action = action.map(|it| (format!("action: {it}"), own("action")));
    let suppressions = (format!("suppressions: {suppressions}"), own("suppressions"));
    under(id, action.into_iter().chain([suppressions]).collect())
}

fn controller(Controller { user, owners, origin }: &Controller) -> Line {
    let owners: Vec<_> = owners.iter().map(|(kind, group)| format!("{kind}.{group}")).collect();
    (format!("{{user: {user:?}, owners: {owners:?}}}"), Some(origin.to_string()))
}

fn override_(scope: &AdmissionScope) -> Vec<Line> {
    let own = |key| origin(&scope.origins, None, key);
    let namespaces: Vec<_> = scope.namespaces.iter().map(Pattern::as_str).collect();
    let labels: Vec<_> =
        scope.labels.iter().map(|(key, value)| format!("{key:?}: {:?}", value.as_str())).collect();
    let namespaces =
        (!namespaces.is_empty()).then(|| (format!("namespaces: {namespaces:?}"), own("namespaces")));
    let labels = (!labels.is_empty()).then(|| (format!("labels: {{{}}}", labels.join(", ")), own("labels")));
    namespaces.into_iter().chain(labels).chain(of_scope(scope)).collect()
}

/// Writes a list of mappings under a key, if it has items.
fn list(key: &str, items: Vec<Vec<Line>>) -> Vec<Line> {
    let mut lines = Vec::new();
    for item in items {
        for (number, (text, origin)) in item.into_iter().enumerate() {
            lines.push((format!("{} {text}", if number == 0 { "-" } else { " " }), origin));
        }
    }
    if lines.is_empty() { lines } else { under(key, lines) }
}

/// Writes lines under a key.
fn under(key: &str, lines: Vec<Line>) -> Vec<Line> {
    let inner = lines.into_iter().map(|(text, origin)| (format!("  {text}"), origin));
    [(format!("{key}:"), None)].into_iter().chain(inner).collect()
}
