//! What the settings of other linters decide, in terms of rules.

use std::collections::BTreeMap;

use crate::diagnostic::severity::Severity;
use crate::manifest::workload::Object;
use crate::migrate::check::Check;
use crate::migrate::checks::Tool;
use crate::migrate::notes::Note;
use crate::policy::config::Preset;
use crate::rules;

/// The most overrides that a configuration may have.
const MAX_OVERRIDES: usize = 1000;

/// What other linters are set to.
#[derive(Debug, Default)]
pub struct Settings {
    /// The linters.
    pub tools: Vec<Tool>,
    /// The checks that run, each with the severity that is set for it.
    on: Vec<Decision>,
    /// The checks that someone has turned off.
    off: Vec<Decision>,
    /// Patterns of files to skip.
    pub exclude: Vec<String>,
    /// What holds for some objects only.
    pub overrides: Vec<Override>,
    /// Whether Polaris' annotations have no effect.
    pub ignores_polaris_annotations: bool,
    /// What a person has to decide.
    pub notes: Vec<Note>,
}

/// A check that is on or off.
#[derive(Debug)]
struct Decision {
    tool: Tool,
    check: &'static Check,
    severity: Option<Severity>,
    note: Note,
}

/// What is set for rules in some namespaces or for some names only.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Override {
    /// Patterns of namespaces.
    pub namespaces: Vec<String>,
    /// Patterns of names.
    pub names: Vec<String>,
    /// What is set, by rule.
    pub rules: BTreeMap<&'static str, String>,
    /// Why.
    pub reason: String,
}

/// What is set for a rule.
#[derive(Debug, PartialEq, Eq)]
pub struct RuleSetting {
    /// The value: `off`, or `{severity: warning, keys: [owner]}`.
    pub value: String,
    /// The check that decides it: `kube-linter's latest-tag`.
    pub origin: String,
}

/// Returns why no rule takes the place of a check; nothing if one does.
pub(super) fn no_rule(tool: Tool, name: &str) -> Option<String> {
    match tool.check(name) {
        None => Some(format!(
            "{} {} has no such check of its own, and no rule is known that does this",
            tool.name(),
            tool.version()
        )),
        Some(check) if check.is_about_other_kinds() => Some(format!(
            "no rule does this, because it is not about Jobs: keep {} for the other kinds",
            tool.name()
        )),
        Some(check) if check.reporters().next().is_none() => {
            Some(format!("no rule does this, because {}", check.note))
        }
        Some(_) => None,
    }
}

impl Settings {
    /// Takes in that a check is on, perhaps with a severity, or off.
    pub(super) fn decide(
        &mut self,
        tool: Tool,
        check: &'static Check,
        level: Option<Option<Severity>>,
        note: Note,
    ) {
        let severity = level.flatten();
        let decisions = if level.is_some() { &mut self.on } else { &mut self.off };
        decisions.push(Decision { tool, check, severity, note });
    }

    /// Returns what is set for rules: off are those whose checks someone turned off and no other check runs for, on those that
    /// the default preset leaves out and a check runs for. The rest is noted.
    pub fn rules(&mut self) -> BTreeMap<&'static str, RuleSetting> {
        let mut settings = BTreeMap::new();
        for rule in rules::registry().iter() {
            let on = self.on.iter().filter(|it| it.check.rules.contains(&rule.id));
            let on: Vec<&Decision> = on.collect();
            let off: Vec<&Decision> =
                self.off.iter().filter(|it| it.check.reporters().any(|id| id == rule.id)).collect();
            let severity = on.iter().map(|it| it.severity.unwrap_or(Severity::Warning)).max();
            if let Some((severity, first)) = severity.zip(on.first()) {
                let has_severity = on.iter().any(|it| it.severity == Some(Severity::Error));
                let is_on = Preset::Default.has(rule, rule.severity);
                let options = on.iter().map(|it| it.check.options).filter(|it| !it.is_empty());
                let options: Vec<_> = options.collect();
                if !is_on || !options.is_empty() || has_severity && rule.severity < Severity::Error {
                    let severity = severity.as_str();
                    let value = match options.as_slice() {
                        [] => severity.to_owned(),
                        all => format!("{{severity: {severity}, {}}}", all.join(", ")),
                    };
                    settings.insert(rule.id, RuleSetting { value, origin: first.origin() });
                }
                let others: Vec<_> = on.iter().map(|it| format!("`{}`", it.check.name)).collect();
                let why = format!(
                    "`{}` stays on, because it also reports what {} does",
                    rule.id,
                    others.join(", ")
                );
                self.notes.extend(off.iter().map(|it| Note { text: why.clone(), ..it.note.clone() }));
            } else if let Some(first) = off.iter().find(|it| it.check.rules.contains(&rule.id)) {
                let value = "off".to_owned();
                settings.insert(rule.id, RuleSetting { value, origin: first.origin() });
            } else {
                let why = format!("`{}` reports that and more, and stays on", rule.id);
                self.notes.extend(off.iter().map(|it| Note { text: why.clone(), ..it.note.clone() }));
            }
        }
        settings
    }

    /// Adds what holds for some objects only, up to what a configuration may have.
    pub fn add_overrides(&mut self, mut others: Vec<Override>) {
        others.sort();
        others.dedup();
        let room = MAX_OVERRIDES.saturating_sub(self.overrides.len());
        if others.len() > room {
            let why = format!("a configuration has at most {MAX_OVERRIDES}, and the rest is left out");
            self.notes.push(Note::of_flag("overrides", why));
        }
        self.overrides.extend(others.into_iter().take(room));
    }
}

impl Decision {
    fn origin(&self) -> String {
        format!("{}'s {}", self.tool.name(), self.check.name)
    }
}

impl Override {
    /// Returns what turns on the rules of a check for one object, unless the default preset has them.
    ///
    /// # Errors
    /// Returns why the object cannot be told from others.
    pub(super) fn for_object(object: Object<'_>, check: &Check) -> Result<Option<Override>, &'static str> {
        let is_off = |id: &&str| {
            rules::registry().find(id).is_some_and(|rule| !Preset::Default.has(rule, rule.severity))
        };
        let rules: BTreeMap<_, _> =
            check.rules.iter().copied().filter(is_off).map(|id| (id, "warning".to_owned())).collect();
        if rules.is_empty() {
            return Ok(None);
        }
        let name = object.name().text().filter(|it| is_plain(it));
        let name = name.ok_or("the object has no name by which a configuration could turn the rule on")?;
        let namespaces = match object.namespace().text() {
            None => Vec::new(),
            Some(namespace) if is_plain(namespace) => vec![namespace.to_owned()],
            Some(_) => return Err("the namespace of the object is not a name"),
        };
        let reason = format!("kube-score's {}", check.name);
        Ok(Some(Override { namespaces, names: vec![name.to_owned()], rules, reason }))
    }
}

/// Whether a name is one in Kubernetes, and so no pattern of several.
pub(super) fn is_plain(name: &str) -> bool {
    let is_fit = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'.');
    (1..=253).contains(&name.len()) && name.bytes().all(is_fit)
}
