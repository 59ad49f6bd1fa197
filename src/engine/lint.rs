//! One walk over a file: every document read, every object checked by every rule.

use crate::engine::outcome::{CheckedObject, Outcome, SkipReason, by_place};
use crate::engine::read::{Manifest, read, skip_reason};
use crate::engine::rule_set::RuleSet;
use crate::engine::run::{Run, check_fleet};
use crate::engine::subject::subject;
use std::sync::Arc;

use crate::diagnostic::condition::Condition;
use crate::diagnostic::finding::{Finding, Subject};
use crate::diagnostic::fold::fold_into_scripts;
use crate::diagnostic::meta::Admission;
use crate::engine::cap::cap;
use crate::engine::conflicts;
use crate::engine::dispatch::{Enabled, checks_parts, enabled, run_rules};
use crate::engine::finish::{complete, finish};
use crate::facts::gitops;
use crate::facts::mounted_script::ConfigMaps;
use crate::facts::secret::detected::Secret;
use crate::facts::secret::secrets;
use crate::facts::two_objects::lost_object;
use crate::manifest::document::{Document, Problem};
use crate::manifest::edit::Safety;
use crate::manifest::live;
use crate::manifest::workload::{Classification, Object, classify};
use crate::mask;
use crate::neighbours::Neighbours;
use crate::neighbours::home::is_sample;
use crate::policy::config::{ActiveRule, Config};
use crate::policy::suppress;
use crate::rule::fleet::Fleet;
use crate::rule::{Check, Reporter};
use crate::shell::ScriptCache;
use crate::text::source::Source;

/// Checks a file alone.
pub fn lint(source: Source, config: &Config) -> Outcome {
    lint_by(&Arc::new(read(source)), &Arc::new(RuleSet::new(config.clone()))).finish()
}

/// Checks a file that is a part of a run.
pub fn lint_manifest(manifest: &Manifest, config: &Config) -> Run {
    check_manifest(manifest, &Arc::new(RuleSet::new(config.clone())))
}

/// Does the same with rules that are decided already, and keeps the documents while they may be asked for again.
pub fn lint_by(manifest: &Arc<Manifest>, rule_set: &Arc<RuleSet>) -> Run {
    let mut run = check_manifest(manifest, rule_set);
    run.jobs.keep_documents(manifest);
    run
}

/// Checks a file, and keeps none of its documents.
pub(crate) fn check_manifest(manifest: &Manifest, rule_set: &Arc<RuleSet>) -> Run {
    if let Some(skipped) = manifest.skipped() {
        return skipped.into();
    }
    let Engine { run, secrets, .. } = checked(manifest, rule_set);
    finish(run, &manifest.source, &secrets, &manifest.documents, &|| false)
}

/// What came out of a file that may be fixed.
pub(crate) enum Checked {
    /// No finding has a fix that is wanted.
    Finished(Box<Run>),
    /// Some have one. The credentials are not hidden: it is for choosing fixes, and not to be shown.
    Fixable(Outcome),
}

/// Checks a file whose fixes up to a safety will be applied.
pub(crate) fn lint_to_fix(manifest: &Manifest, rule_set: &Arc<RuleSet>, least: Safety) -> Checked {
    if let Some(skipped) = manifest.skipped() {
        return Checked::Finished(Box::new(skipped.into()));
    }
    let engine = checked(manifest, rule_set);
    // What the file shows alone: fixes change no other one.
    let drafts = check_fleet(&engine.run.fleet).filter(|it| !it.is_suppressed).map(|it| it.finding);
    let of_fleet: Vec<Finding> = drafts.filter(|it| it.fix_within(least).is_some()).collect();
    let mut own = engine.run.outcome.findings.iter();
    if !of_fleet.is_empty() || own.any(|it| it.fix_within(least).is_some()) {
        let mut outcome = complete(engine.run).outcome;
        outcome.findings.extend(of_fleet);
        outcome.sort();
        return Checked::Fixable(outcome);
    }
    let run = finish(engine.run, &manifest.source, &engine.secrets, &manifest.documents, &|| false);
    Checked::Finished(Box::new(run))
}

fn checked<'c>(manifest: &'c Manifest, rule_set: &'c Arc<RuleSet>) -> Engine<'c> {
    let mut engine = Engine::for_manifest(manifest, &rule_set.rules, rule_set);
    engine.rule_set = Some(rule_set);
    engine.config_maps = ConfigMaps::of(manifest.documents.iter());
    engine.run.fleet.neighbours.collect_commands(&manifest.source);
    manifest.checked_documents().iter().for_each(|document| engine.document(document));
    // What stands next to a Job in such a file is what the Job means.
    if engine.run.outcome.objects == 0 && is_sample(&manifest.source) {
        engine.run.fleet.neighbours = Neighbours::default();
    }
    engine
}

/// Checks a document, or an item of a list, that is a part of a longer input; its credentials go to `secrets`.
pub(super) fn lint_piece(
    document: &Document,
    config: &Config,
    secrets: &mut dyn FnMut(&[Secret<'_>]),
) -> Run {
    let rules = enabled(config, None);
    let mut engine = Engine::new(&rules, config, &|| false);
    engine.document(document);
    secrets(&engine.secrets);
    engine.run
}

/// Reports what of an input cannot be read.
pub(super) fn lint_problem(problem: &Problem, source: &Arc<Source>, config: &Config) -> Run {
    let rules = enabled(config, None);
    let mut engine = Engine::new(&rules, config, &|| false);
    engine.unread(problem, source);
    engine.run
}

/// Returns what of a file cannot be read and what is skipped, for those who look at its objects without checking them.
pub fn survey(manifest: &Manifest, config: &Config) -> Outcome {
    if let Some(skipped) = manifest.skipped() {
        return skipped;
    }
    let Manifest { source, documents, .. } = manifest;
    let rules = enabled(config, None);
    let mut run = Engine::for_manifest(manifest, &rules, config).run;
    let readings = manifest.checked_documents().iter().flat_map(Document::objects).map(classify);
    readings.filter_map(skip_reason).for_each(|reason| run.outcome.count_skipped(reason));
    if run.outcome.findings.is_empty() {
        return run.outcome;
    }
    finish(run, source, &mask::all_secrets(documents), documents, &|| false).outcome
}

/// Checks an object without a text, unless a controller made it.
pub fn lint_value(object: &serde_json::Value, config: &Config) -> Outcome {
    unset_and_check(&mut Document::from_value(object), None, config, &|| false).unwrap_or_default()
}

/// Nobody waits for the findings any more, so that they were not all looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelled;

/// Checks an object that an API server is about to store, one that a controller makes too.
///
/// Whoever makes the object can name any owner. Unless `keeps_owners`, rules see none that made it. What is unset for the
/// rules is set again when they are done. `is_cancelled` is asked before each rule, by rules about containers and scripts
/// before each of these, and before each finding is completed.
///
/// # Errors
/// Returns [`Cancelled`] once `is_cancelled` says so: some rules have not looked at the object then.
pub fn lint_admitted(
    object: &mut Document,
    keeps_owners: bool,
    config: &Config,
    is_cancelled: &dyn Fn() -> bool,
) -> Result<Outcome, Cancelled> {
    unset_and_check(object, Some(keeps_owners), config, is_cancelled)
}

/// Checks an object without a text, without the fields that rules are not to see; `admitted` is whether its owners are kept,
/// where it is one that is admitted.
fn unset_and_check(
    document: &mut Document,
    admitted: Option<bool>,
    config: &Config,
    is_cancelled: &dyn Fn() -> bool,
) -> Result<Outcome, Cancelled> {
    let mut unset = live::unstated_defaults(document);
    if admitted == Some(false) {
        unset.extend(live::controllers(document));
    }
    let contents: Vec<_> = unset.into_iter().map(|id| (id, document.set_null(id))).collect();
    let outcome = check_received(document, admitted.is_some(), config, is_cancelled);
    contents.into_iter().rev().for_each(|(id, content)| document.restore(id, content));
    outcome
}

/// Checks an object without a text, one that a controller makes too if it is admitted.
fn check_received(
    document: &Document,
    is_admitted: bool,
    config: &Config,
    is_cancelled: &dyn Fn() -> bool,
) -> Result<Outcome, Cancelled> {
    let rules = enabled(config, None);
    let mut engine = Engine::new(&rules, config, is_cancelled);
    engine.checks_owned = is_admitted;
    engine.document(document);
    let Engine { mut run, secrets, .. } = engine;
    // No other file says that a tool applies it.
    run.outcome.findings.retain(|it| !it.condition.as_ref().is_some_and(Condition::needs_applier));
    if is_cancelled() {
        return Err(Cancelled);
    }
    let run = finish(run, &document.source, &secrets, std::slice::from_ref(document), is_cancelled);
    if is_cancelled() { Err(Cancelled) } else { Ok(run.outcome) }
}

struct Engine<'c> {
    /// The rules of the file as a whole.
    rules: &'c [Enabled],
    config: &'c Config,
    /// Both, where Jobs are kept for their neighbours.
    rule_set: Option<&'c Arc<RuleSet>>,
    /// Whether objects that controllers made are checked, or skipped.
    checks_owned: bool,
    /// Whether nobody waits for the findings any more; once it says so, it keeps saying so.
    is_cancelled: &'c dyn Fn() -> bool,
    /// The ConfigMaps of the file, with scripts that containers may run.
    config_maps: ConfigMaps<'c>,
    /// The credentials in the objects so far.
    secrets: Vec<Secret<'c>>,
    run: Run,
}

impl<'c> Engine<'c> {
    fn new(rules: &'c [Enabled], config: &'c Config, is_cancelled: &'c dyn Fn() -> bool) -> Self {
        let (config_maps, secrets, run) = Default::default();
        Engine { rules, config, rule_set: None, checks_owned: false, is_cancelled, config_maps, secrets, run }
    }

    /// Makes the engine for a file, and reports what of it cannot be read.
    fn for_manifest(manifest: &Manifest, rules: &'c [Enabled], config: &'c Config) -> Self {
        let mut engine = Engine::new(rules, config, &|| false);
        let problems = conflicts::reported(&manifest.problems, &manifest.source.text);
        problems.iter().for_each(|problem| engine.unread(problem, &manifest.source));
        engine
    }

    fn unread(&mut self, problem: &Problem, source: &Arc<Source>) {
        if !problem.silent {
            self.run.outcome.unread += 1;
        }
        for Enabled { active, check } in self.rules {
            if let Check::Syntax(check) = check {
                let subject = Arc::default();
                check(problem, &mut self.reporter(active, subject, source, problem.document, None));
            }
        }
    }

    fn document(&mut self, document: &'c Document) {
        for (index, node) in document.numbered_objects() {
            let (reading, is_lost) = match classify(node) {
                Classification::OtherKind => match lost_object(node) {
                    Some(lost) => (Classification::Object(lost), true),
                    None => (Classification::OtherKind, false),
                },
                reading => (reading, false),
            };
            let known = self.secrets.len();
            let reason = skip_reason(reading).filter(|it| !(self.checks_owned && *it == SkipReason::Owned));
            if let Some(reason) = reason {
                self.run.outcome.count_skipped(reason);
            }
            match reading {
                Classification::Object(object) => {
                    self.run.fleet.neighbours.collect_release(node);
                    // A key that no tool interprets shows nothing.
                    if gitops::is_kept_by_tool(object) {
                        self.run.fleet.neighbours.collect_signs(node);
                    }
                    let cache = ScriptCache::new(object);
                    let search = secrets(object, &cache);
                    self.run.outcome.unsearched += usize::from(!search.is_complete);
                    self.run.outcome.unread_scripts.extend(search.unread);
                    self.secrets.extend(search.secrets);
                    if reason != Some(SkipReason::Owned) {
                        let is_patch = reason == Some(SkipReason::Patch);
                        self.object(object, is_patch, is_lost, &cache, known, document.item(index));
                    }
                }
                Classification::OtherKind | Classification::NotKubernetes => {
                    self.run.fleet.neighbours.collect(node, index);
                }
                Classification::Empty => {}
            }
        }
    }

    /// Checks an object, whose credentials are those from `known` on; of one that is lost, only that it is.
    fn object(
        &mut self,
        object: Object<'c>,
        is_patch: bool,
        is_lost: bool,
        cache: &ScriptCache<'c>,
        known: usize,
        item: Option<usize>,
    ) {
        let is_partial = is_patch || object.is_partial();
        let (document, subject) = (object.node.document, Arc::new(subject(object)));
        if !is_patch {
            let (source, subject) = (document.source.clone(), subject.clone());
            self.run.outcome.checked.push(CheckedObject { source, document: document.index, item, subject });
            self.run.outcome.objects += 1;
        }
        let is_in_file = !document.source.is_from_server();
        let applies = |it: &&Enabled| {
            (!is_lost || it.active.rule.checks_lost)
                && (it.active.rule.admission != Admission::Never || is_in_file)
                && (!is_partial || checks_parts(it))
        };
        let own = self.config.depends_on_object().then(|| enabled(self.config, Some(&subject)));
        let rules = own.as_deref().unwrap_or(self.rules);
        let mut applying = Vec::with_capacity(rules.len());
        applying.extend(rules.iter().filter(applies));
        let rules = applying;
        let Some(first) = rules.first() else { return };
        let before = self.run.outcome.findings.len();
        let (config, is_cancelled) = (self.config, self.is_cancelled);
        let secrets = self.secrets.split_off(known);
        let mut maps = std::mem::take(&mut self.config_maps);
        let reads_scripts = self.checks_owned || rules.iter().any(|it| it.reads_scripts());
        let is_alone = object.is_owned() || is_partial;
        let asks_neighbours = rules.iter().any(|it| matches!(it.check, Check::Neighbours { .. }));
        if let Some(rule_set) = self.rule_set.filter(|_| !is_alone && asks_neighbours)
            && let Some(pod) = object.job().and_then(|job| job.pod())
        {
            self.run.jobs.keep(pod, item, subject.clone(), rule_set);
        }
        let mut fleet = Fleet::default();
        let mut reporter = self.reporter(&first.active, subject, &document.source, document.index, item);
        for Enabled { active, check } in &rules {
            let Check::Fleet { collect, .. } = check else { continue };
            if is_alone {
                break;
            }
            reporter.active = active;
            collect(object, &reporter, &mut fleet);
        }
        let unread =
            run_rules(object, &secrets, cache, &maps, &rules, reads_scripts, is_cancelled, &mut reporter);
        if is_cancelled() {
            return;
        }
        let mut found = reporter.findings.split_off(before);
        let active: Vec<&ActiveRule> = rules.iter().map(|it| &it.active).collect();
        let applied = suppress::apply(object, &mut found, &active, config);
        let shows = |it: &Finding| {
            let active = active.iter().find(|active| std::ptr::eq(active.rule, it.rule));
            config.shows(it, active.copied())
        };
        found.retain(shows);
        found.retain_mut(|it| maps.locate(it));
        fold_into_scripts(&mut found, document.index, item);
        reporter.findings.append(&mut found);
        for Enabled { active, check } in rules {
            let Check::Suppression(check) = check else { continue };
            reporter.active = active;
            applied.problems.iter().for_each(|mistake| check(mistake, &mut reporter));
        }
        self.config_maps = maps;
        let mut suppressed = applied.suppressed;
        suppressed.retain(shows);
        fleet.retain(shows);
        if !self.checks_owned {
            let mut own = self.run.outcome.findings.split_off(before);
            cap(&mut own);
            own.sort_by(by_place);
            self.run.outcome.findings.append(&mut own);
            cap(&mut suppressed);
        }
        suppress_drafts(object, &mut fleet, config);
        self.run.fleet.add(fleet);
        self.secrets.extend(secrets);
        self.run.outcome.suppressed.append(&mut suppressed);
        self.run.outcome.unread_scripts.extend(unread);
    }

    fn reporter<'r>(
        &'r mut self,
        active: &'r ActiveRule,
        subject: Arc<Subject>,
        source: &Arc<Source>,
        document: usize,
        item: Option<usize>,
    ) -> Reporter<'r> {
        let (source, config) = (source.clone(), self.config);
        // The webhook compares every place with those of the object that is replaced.
        let merges = self.checks_owned;
        let findings = &mut self.run.outcome.findings;
        Reporter { active, subject, source, document, item, config, merges, findings }
    }
}

/// Marks the drafts of an object that its suppressions cover.
fn suppress_drafts(object: Object<'_>, fleet: &mut Fleet, config: &Config) {
    let hidden = suppress::hidden(object, fleet.drafts().map(|it| &it.finding), config);
    fleet.drafts().zip(hidden).for_each(|(draft, is_hidden)| draft.is_suppressed = is_hidden);
}
