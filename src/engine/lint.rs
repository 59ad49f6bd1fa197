//! One walk over a file: every document read, every object checked by every rule.

use crate::engine::outcome::{CheckedObject, Outcome, SkipReason, by_place};
use std::rc::Rc;
use std::sync::Arc;

use crate::diagnostic::finding::{Finding, Subject};
use crate::diagnostic::meta::{Admission, Category};
use crate::engine::cap::cap;
use crate::engine::finish::finish;
use crate::facts::secret::detected::Secret;
use crate::facts::secret::secrets;
use crate::kubernetes::types::type_check;
use crate::manifest::document;
use crate::manifest::document::{Document, Problem};
use crate::manifest::live;
use crate::manifest::workload::{Classification, Job, Object, Pod, classify};
use crate::policy::config::{ActiveRule, Config};
use crate::policy::suppress;
use crate::rule::{Check, Reporter};
use crate::shell::Script;
use crate::shell::{Invocation, PodContext};
use crate::text::source::Source;
use crate::time::calendar::Calendar;
use crate::{rules, shell};

/// Checks a file.
pub fn lint(source: Source, config: &Config) -> Outcome {
    let source = Arc::new(source);
    let mut stream = document::read(&source);
    stream.documents.iter_mut().for_each(live::unset_server_defaults);
    if stream.problems.iter().any(|problem| fails_at_template(problem, &source)) {
        let reason = "a template engine has yet to fill it in".to_owned();
        return Outcome::for_skipped(&source.name, SkipReason::Template, reason);
    }
    let outcome = Outcome::default();
    let rules = enabled(config, None);
    let is_cancelled = &|| false;
    let mut engine =
        Engine { rules: &rules, config, checks_owned: false, is_cancelled, secrets: Vec::new(), outcome };
    for problem in &stream.problems {
        engine.unread(problem, &source);
    }
    for document in &stream.documents {
        engine.document(document);
    }
    let has_fleet_rules = rules::ALL.iter().any(|rule| matches!(rule.check, Check::Fleet(_)));
    let Engine { outcome, secrets, .. } = engine;
    let mut outcome = finish(outcome, &source, &secrets, &stream.documents);
    if has_fleet_rules {
        outcome.kept = stream.documents.into_iter().filter(crate::manifest::fleet::has_members).collect();
    }
    outcome
}

/// Checks an object without a text, unless a controller made it.
pub fn lint_value(object: &serde_json::Value, config: &Config) -> Outcome {
    value(object, None, config, &|| false)
}

/// Nobody waits for the findings any more, so that they were not all looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelled;

/// Checks an object that an API server is about to store, one that a controller makes too.
///
/// Whoever makes the object can name any owner. Unless `keeps_owners`, rules see none. `is_cancelled` is asked before each
/// rule, and by rules about containers and scripts before each of these.
///
/// # Errors
/// Returns [`Cancelled`] once `is_cancelled` says so: some rules have not looked at the object then.
pub fn lint_admitted(
    object: &serde_json::Value,
    keeps_owners: bool,
    config: &Config,
    is_cancelled: &dyn Fn() -> bool,
) -> Result<Outcome, Cancelled> {
    let outcome = value(object, Some(keeps_owners), config, is_cancelled);
    if is_cancelled() { Err(Cancelled) } else { Ok(outcome) }
}

/// Checks an object without a text; `admitted` is whether its owners are kept, where it is one that is admitted.
fn value(
    object: &serde_json::Value,
    admitted: Option<bool>,
    config: &Config,
    is_cancelled: &dyn Fn() -> bool,
) -> Outcome {
    let mut document = Document::from_value(object);
    live::unset_server_defaults(&mut document);
    if admitted == Some(false) {
        live::unset_owners(&mut document);
    }
    let checks_owned = admitted.is_some();
    let outcome = Outcome::default();
    let rules = enabled(config, None);
    let mut engine =
        Engine { rules: &rules, config, checks_owned, is_cancelled, secrets: Vec::new(), outcome };
    engine.document(&document);
    let Engine { outcome, secrets, .. } = engine;
    if is_cancelled() {
        return Outcome::default();
    }
    finish(outcome, &document.source, &secrets, std::slice::from_ref(&document))
}

/// Whether a text is a template that an engine has yet to fill in: reading it stops at braces.
pub fn is_template(source: &Arc<Source>) -> bool {
    document::read(source).problems.iter().any(|problem| fails_at_template(problem, source))
}

/// What opens an expression or a statement for template engines: Go's, Jinja.
const TEMPLATES: [&str; 3] = ["{{", "{% ", "{%-"];

/// Whether reading stopped at the braces of a template engine.
fn fails_at_template(problem: &Problem, source: &Source) -> bool {
    let line = source.lines().line(problem.error.span.start);
    let near = [line, line.saturating_sub(1)];
    !problem.silent
        && near.iter().any(|&line| line > 0 && TEMPLATES.iter().any(|it| source.line(line).contains(it)))
}

/// A rule that is on, with its function.
struct Enabled<'c> {
    active: ActiveRule<'c>,
    check: Check,
}

impl Enabled<'_> {
    /// Whether the rule looks at the scripts of containers.
    fn reads_scripts(&self) -> bool {
        matches!(self.check, Check::Script(_) | Check::Invocation(_) | Check::Scripts(_))
    }
}

/// Returns the rules that are on for an object; for a file as a whole without one.
fn enabled<'c>(config: &'c Config, subject: Option<&Subject>) -> Vec<Enabled<'c>> {
    // Decisions come in the order of the registry, which is that of `ALL`.
    let decisions = rules::ALL.iter().zip(config.decisions(subject));
    let on = decisions.filter(|(_, (_, is_on))| *is_on);
    on.map(|(rule, (active, _))| Enabled { active, check: rule.check }).collect()
}

struct Engine<'c> {
    /// The rules of the file as a whole.
    rules: &'c [Enabled<'c>],
    config: &'c Config,
    /// Whether objects that controllers made are checked, or skipped.
    checks_owned: bool,
    /// Whether nobody waits for the findings any more; once it says so, it goes on saying so.
    is_cancelled: &'c dyn Fn() -> bool,
    /// The credentials in the objects so far.
    secrets: Vec<Secret<'c>>,
    outcome: Outcome,
}

impl<'c> Engine<'c> {
    fn unread(&mut self, problem: &Problem, source: &Arc<Source>) {
        if !problem.silent {
            self.outcome.unread += 1;
        }
        for Enabled { active, check } in self.rules {
            if let Check::Syntax(check) = check {
                let subject = Arc::default();
                check(problem, &mut self.reporter(active, subject, source, problem.document, None));
            }
        }
    }

    fn document(&mut self, document: &'c Document) {
        let is_list = !document.root().is_object();
        for (index, node) in document.objects().enumerate() {
            let reading = classify(node);
            let known = self.secrets.len();
            if let Classification::Object(object) = reading {
                self.secrets.extend(secrets(object));
            }
            match reading {
                Classification::Object(object)
                    if object.is_owned() && live::is_live(object) && !self.checks_owned =>
                {
                    self.outcome.count_skipped(SkipReason::Owned)
                }
                Classification::Object(object) => self.object(object, known, is_list.then_some(index)),
                Classification::OtherKind => self.outcome.count_skipped(SkipReason::OtherKind),
                Classification::NotKubernetes => self.outcome.count_skipped(SkipReason::NotKubernetes),
                Classification::Empty => {}
            }
        }
    }

    /// Checks an object, whose credentials are those from `known` on.
    fn object(&mut self, object: Object<'c>, known: usize, item: Option<usize>) {
        let is_partial = object.is_partial();
        let (document, subject) = (object.node.document, Arc::new(subject(object)));
        if object.is_patch() {
            self.outcome.count_skipped(SkipReason::Patch)
        } else {
            let (source, subject) = (document.source.clone(), subject.clone());
            self.outcome.checked.push(CheckedObject { source, document: document.index, item, subject });
            self.outcome.objects += 1;
        }
        let is_in_file = !document.source.is_from_server();
        let applies = |it: &&Enabled<'_>| {
            (it.active.rule.admission != Admission::Never || is_in_file) && (!is_partial || checks_parts(it))
        };
        let own = self.config.depends_on_object().then(|| enabled(self.config, Some(&subject)));
        let rules = own.as_deref().unwrap_or(self.rules);
        let rules: Vec<&Enabled<'_>> = rules.iter().filter(applies).collect();
        let Some(first) = rules.first() else { return };
        let before = self.outcome.findings.len();
        let (config, is_cancelled) = (self.config, self.is_cancelled);
        let secrets = self.secrets.split_off(known);
        let reads_scripts = self.checks_owned || rules.iter().any(|it| it.reads_scripts());
        let mut reporter = self.reporter(&first.active, subject, &document.source, document.index, item);
        let unread = run_rules(object, &secrets, &rules, reads_scripts, is_cancelled, &mut reporter);
        if is_cancelled() {
            return;
        }
        let mut found = reporter.findings.split_off(before);
        let active: Vec<&ActiveRule<'_>> = rules.iter().map(|it| &it.active).collect();
        let applied = suppress::apply(object, &mut found, &active, config);
        let shows = |it: &Finding| {
            let active = active.iter().find(|active| std::ptr::eq(active.rule, it.rule));
            config.shows(it, active.copied())
        };
        found.retain(shows);
        reporter.findings.append(&mut found);
        for Enabled { active, check } in rules {
            let Check::Suppression(check) = check else { continue };
            reporter.active = active;
            applied.problems.iter().for_each(|mistake| check(mistake, &mut reporter));
        }
        let mut suppressed = applied.suppressed;
        suppressed.retain(shows);
        // The webhook compares every place with those of the object that is replaced.
        if !self.checks_owned {
            let mut own = self.outcome.findings.split_off(before);
            cap(&mut own);
            own.sort_by(by_place);
            self.outcome.findings.append(&mut own);
            cap(&mut suppressed);
        }
        self.secrets.extend(secrets);
        self.outcome.suppressed.append(&mut suppressed);
        self.outcome.unread_scripts.extend(unread);
    }

    fn reporter<'r>(
        &'r mut self,
        active: &'r ActiveRule<'r>,
        subject: Arc<Subject>,
        source: &Arc<Source>,
        document: usize,
        item: Option<usize>,
    ) -> Reporter<'r> {
        let (source, config) = (source.clone(), self.config);
        let findings = &mut self.outcome.findings;
        Reporter { active, subject, source, document, item, config, findings }
    }
}

/// Whether a rule checks what is a part of an object only: the API server checks the whole.
fn checks_parts(rule: &Enabled<'_>) -> bool {
    matches!(rule.active.rule.category, Category::Validity | Category::Secrets | Category::Suppressions)
        && !matches!(rule.check, Check::Verdict(_))
}

/// Of the fields that Kubernetes does not know, this many are listed for an object, as the API server does.
const MAX_PROBLEMS: usize = 100;

/// Walks an object once and calls every rule with what it reads; returns the scripts that are beyond what is read.
fn run_rules<'r>(
    object: Object<'_>,
    secrets: &[Secret<'_>],
    rules: &[&'r Enabled<'r>],
    reads_scripts: bool,
    is_cancelled: &dyn Fn() -> bool,
    reporter: &mut Reporter<'r>,
) -> Vec<String> {
    let wants_verdict = rules.iter().any(|it| matches!(it.check, Check::Verdict(_)));
    let verdict = wants_verdict
        .then(|| crate::kubernetes::verdict::for_findings(object, reporter.kubernetes_version()));
    let fits_types = verdict.as_ref().is_some_and(|verdict| verdict.fits_types);
    let (mut problems, mut unlisted) = (Vec::new(), 0);
    if !fits_types && rules.iter().any(|it| matches!(it.check, Check::Decode(_))) {
        type_check::check(object, reporter.kubernetes_version(), &mut |problem| {
            if problems.len() < MAX_PROBLEMS {
                problems.push(problem);
            } else {
                unlisted += 1;
            }
        });
    }
    let (cron_job, job) = (object.cron_job(), object.job());
    let calendar = cron_job.and_then(Calendar::for_cron_job);
    let pod = job.and_then(Job::pod);
    let containers: Vec<_> = pod.into_iter().flat_map(Pod::containers).collect();
    let started = containers.iter().filter(|_| reads_scripts);
    let neighbours = pod.map(|pod| Rc::new(PodContext::new(pod)));
    let invocation = |&container| Invocation::in_pod(container, neighbours.as_ref()?);
    let invocations: Vec<_> = started.filter_map(invocation).collect();
    let sources: Vec<_> = invocations.iter().map(shell::ScriptSource::find).collect();
    let trees = shell::parse_all(&sources);
    let unread = shell::unread_scripts(&sources, &trees);
    let is_awaited = || !is_cancelled();
    let nothing = shell::syntax::Tree::default();
    let both = sources.iter().zip(&trees).take_while(|_| is_awaited());
    let scripts: Vec<_> = both.map(|(source, tree)| Script::new(source, tree, &nothing)).collect();
    let mut read: Vec<&Script<'_>> = scripts.iter().flatten().collect();
    read.sort_by_key(|script| script.container().node.id);
    for Enabled { active, check } in rules.iter().copied() {
        if !is_awaited() {
            break;
        }
        reporter.active = active;
        match *check {
            Check::Script(check) => {
                read.iter().take_while(|_| is_awaited()).for_each(|script| check(script, reporter))
            }
            Check::Scripts(check) => pod.into_iter().for_each(|pod| check(pod, &read, reporter)),
            Check::Invocation(check) => {
                let pairs = invocations.iter().zip(&scripts).take_while(|_| is_awaited());
                pairs.for_each(|(invocation, script)| check(invocation, script.as_ref(), reporter));
            }
            Check::Syntax(_) | Check::Suppression(_) | Check::Fleet(_) => {}
            Check::Decode(check) => {
                let before = reporter.findings.len();
                problems.iter().for_each(|problem| check(problem, reporter));
                if unlisted > 0 && reporter.findings.len() > before {
                    let last = &mut reporter.findings[before..];
                    last.iter_mut().last().into_iter().for_each(|it| {
                        it.message
                            .to_mut()
                            .push_str(&format!(" (and {unlisted} more places have wrong fields)"))
                    });
                }
            }
            Check::Verdict(check) => verdict.iter().for_each(|verdict| check(object, verdict, reporter)),
            Check::Secrets(check) => check(object, secrets, reporter),
            Check::Object(check) => check(object, reporter),
            Check::CronJob(check) => cron_job.into_iter().for_each(|cron_job| check(cron_job, reporter)),
            Check::Schedule(check) => {
                let both = cron_job.zip(calendar.as_ref());
                both.into_iter().for_each(|(cron_job, calendar)| check(cron_job, calendar, reporter));
            }
            Check::Job(check) => job.into_iter().for_each(|job| check(job, reporter)),
            Check::Pod(check) => pod.into_iter().for_each(|pod| check(pod, reporter)),
            Check::Container(check) => {
                let asked = containers.iter().take_while(|_| is_awaited());
                asked.for_each(|&container| check(container, reporter));
            }
        }
    }
    unread
}

pub(crate) fn subject(object: Object<'_>) -> Subject {
    let name = object.name().text().or_else(|| object.generate_name().text());
    Subject {
        kind: object.kind_name(),
        namespace: object.namespace().text().unwrap_or_default().to_owned(),
        name: name.unwrap_or_default().to_owned(),
    }
}
