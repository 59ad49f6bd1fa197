//! Writes our suppressions for what other linters leave out: an annotation next to theirs, for each rule that reports
//! something there.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::finding::Finding;
use crate::engine::lint::{lint_manifest, survey};
use crate::engine::outcome::Outcome;
use crate::engine::read::{Manifest, read};
use crate::manifest::document::{Document, Node};
use crate::manifest::edit::apply::apply;
use crate::manifest::edit::{Fix, Safety};
use crate::manifest::workload::{Classification, Object, classify};
use crate::migrate::annotations::{Exemption, can_have_some, enabled, exemptions};
use crate::migrate::check::Check;
use crate::migrate::checks::Tool;
use crate::migrate::notes::Note;
use crate::migrate::settings::{Override, no_rule};
use crate::policy::config::Config;
use crate::policy::suppress::is_below;
use crate::rewrite::add_suppressions::{annotate, object_of};
use crate::text::source::Source;

/// What migrating the text of a file came to.
#[derive(Debug, Default)]
pub struct Migrated {
    /// The text with the suppressions.
    pub text: String,
    /// How many findings they hide.
    pub hidden: usize,
    /// What a person has to decide.
    pub notes: Vec<Note>,
    /// What is turned on for some objects only.
    pub overrides: Vec<Override>,
    /// What cannot be read, and what was skipped.
    pub outcome: Outcome,
}

/// Returns the ids of all rules that take the place of a check.
pub fn counterparts() -> BTreeSet<&'static str> {
    Tool::ALL.iter().flat_map(|tool| tool.checks()).flat_map(Check::reporters).collect()
}

/// Writes suppressions into the text of a file. `config` selects the [`counterparts`]; the annotations of `tools` count.
pub fn migrate(source: &Source, config: &Config, tools: &[Tool]) -> Migrated {
    let manifest = read(source.with_text(source.text.as_str()));
    let outcome = survey(&manifest, config);
    let mut migrated = Migrated { text: source.text.clone(), outcome, ..Migrated::default() };
    if manifest.is_template() || !can_have_some(&source.text) {
        return migrated;
    }
    let before = lint_manifest(&manifest, config).outcome;
    let mut writer =
        Writer { by_object: by_object(&manifest, &before.findings), config, tools, fixes: Vec::new() };
    for document in &manifest.documents {
        for (number, node) in document.numbered_objects() {
            if let Classification::Object(object) = classify(node) {
                writer.object(object, (document.index, document.item(number)), &mut migrated);
            }
        }
    }
    let text = apply(&source.text, &writer.fixes);
    let after = lint_manifest(&read(source.with_text(text.as_str())), config).outcome;
    if after.unread == before.unread && after.suppressed.len() > before.suppressed.len() {
        migrated.hidden = after.suppressed.len() - before.suppressed.len();
        migrated.text = text;
    }
    migrated
}

/// The number of a document, and the item of its list.
type Key = (usize, Option<usize>);

/// Returns what each rule finds in each object.
fn by_object<'f>(manifest: &Manifest, findings: &'f [Finding]) -> BTreeMap<Key, Vec<&'f Finding>> {
    let mut found: BTreeMap<Key, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        if let Some(key) = object_of(&manifest.documents, finding) {
            found.entry(key).or_default().extend(finding.parts());
        }
    }
    found
}

struct Writer<'c, 'f> {
    by_object: BTreeMap<Key, Vec<&'f Finding>>,
    config: &'c Config,
    tools: &'c [Tool],
    fixes: Vec<Fix>,
}

impl Writer<'_, '_> {
    fn object(&mut self, object: Object<'_>, key: Key, migrated: &mut Migrated) {
        let found = self.by_object.get(&key).map(Vec::as_slice).unwrap_or_default();
        // Several linters may have their annotations in one place.
        let mut places: Vec<(Node<'_>, BTreeMap<&'static str, String>)> = Vec::new();
        for exemption in exemptions(object).iter().filter(|it| self.tools.contains(&it.tool)) {
            let rules = suppressed_rules(exemption, found, self.config, &mut migrated.notes);
            match places.iter_mut().find(|(metadata, _)| *metadata == exemption.metadata) {
                Some((_, known)) => {
                    rules.into_iter().for_each(|(id, why)| _ = known.entry(id).or_insert(why))
                }
                None => places.push((exemption.metadata, rules)),
            }
        }
        for (metadata, rules) in places.into_iter().filter(|(_, rules)| !rules.is_empty()) {
            let list: Vec<(&str, &str)> = rules.iter().map(|(id, why)| (*id, why.as_str())).collect();
            match annotate(metadata, &list) {
                Ok(edits) => self.fixes.push(Fix::new("suppress", Safety::Unsafe, edits)),
                Err(_) => {
                    let why =
                        "no suppression can be written here, because an alias or the layout is in the way";
                    let ids = rules.keys().copied().collect::<Vec<_>>().join(", ");
                    migrated.notes.push(Note::of(object.node.document, metadata.span(), &ids, why));
                }
            }
        }
        if self.tools.contains(&Tool::KubeScore) {
            turn_on(object, migrated);
        }
    }
}

/// Returns the rules that are to be suppressed, each with the reason.
fn suppressed_rules(
    exemption: &Exemption<'_>,
    found: &[&Finding],
    config: &Config,
    notes: &mut Vec<Note>,
) -> BTreeMap<&'static str, String> {
    let document = exemption.metadata.document;
    let found: Vec<&Finding> =
        found.iter().copied().filter(|it| is_below(&it.place.path, exemption.reach)).collect();
    let mut rules = BTreeMap::new();
    let named = exemption.checks.iter().filter_map(|(name, place)| {
        let check = exemption.tool.check(name);
        notes.extend(no_rule(exemption.tool, name).map(|why| Note::of(document, place.0, name, why)));
        Some((check?, place))
    });
    let all =
        exemption.all.iter().flat_map(|place| exemption.tool.checks().iter().map(move |it| (it, place)));
    for (check, (span, reason)) in named.collect::<Vec<_>>().into_iter().chain(all) {
        for id in check.reporters() {
            let own: Vec<&Finding> = found.iter().copied().filter(|it| it.rule.id == id).collect();
            if own.is_empty() || rules.contains_key(id) {
                continue;
            }
            match why_not(check, id, &own, exemption, config) {
                None => _ = rules.insert(id, reason.clone()),
                Some(why) => notes.push(Note::of(document, *span, check.name, why)),
            }
        }
    }
    rules
}

/// Returns why a rule is not suppressed whose findings a check reports too.
fn why_not(
    check: &Check,
    id: &str,
    own: &[&Finding],
    exemption: &Exemption<'_>,
    config: &Config,
) -> Option<String> {
    if !check.rules.contains(&id) {
        return Some(format!("`{id}` reports that and more, and is not suppressed"));
    }
    if config.suppressions.forbidden.contains_key(id) {
        return Some(format!("`{id}` must not be suppressed, as the configuration says"));
    }
    if exemption.all.is_some() {
        return None;
    }
    let same = exemption.tool.checks().iter().filter(|it| it.rules.contains(&id));
    let (exempt, others): (Vec<&Check>, Vec<&Check>) =
        same.partition(|it| exemption.checks.contains_key(it.name));
    let is_exempt = |path: &str| exempt.iter().any(|it| path.ends_with(it.place));
    let places =
        |it: &Finding| is_exempt(&it.place.path) && it.related.iter().all(|it| is_exempt(&it.place.path));
    if others.is_empty() || own.iter().all(|it| places(it)) {
        return None;
    }
    let others: Vec<_> = others.iter().map(|it| format!("`{}`", it.name)).collect();
    Some(format!("`{id}` is not suppressed, because it also reports what {} does", others.join(", ")))
}

/// Notes which rules are on for an object, since kube-score runs optional checks on it.
fn turn_on(object: Object<'_>, migrated: &mut Migrated) {
    let document: &Document = object.node.document;
    for (name, span) in enabled(object) {
        let note = |why: &str| Note::of(document, span, name, why);
        migrated.notes.extend(no_rule(Tool::KubeScore, name).map(|why| note(&why)));
        let Some(check) = Tool::KubeScore.check(name) else { continue };
        match Override::for_object(object, check) {
            Ok(setting) => migrated.overrides.extend(setting),
            Err(why) => migrated.notes.push(note(why)),
        }
    }
}
