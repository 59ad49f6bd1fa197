//! Calls the rules that are on with what they read of an object.

use std::rc::Rc;

use crate::diagnostic::finding::{MAX_EXAMINED, Subject};
use crate::diagnostic::meta::Category;
use crate::facts::mounted_script::{ConfigMaps, called_scripts, mounted_script};
use crate::facts::secret::detected::Secret;
use crate::kubernetes::types::type_check;
use crate::manifest::workload::{Job, Object, Pod};
use crate::policy::config::{ActiveRule, Config};
use crate::rule::{Check, Reporter};
use crate::shell::{Invocation, PodContext};
use crate::shell::{Script, ScriptCache, ScriptSource};
use crate::time::calendar::Calendar;
use crate::{rules, shell};

/// A rule that is on, with its function.
#[derive(Debug)]
pub(super) struct Enabled {
    pub active: ActiveRule,
    pub check: Check,
}

impl Enabled {
    /// Whether the rule looks at the scripts of containers.
    pub(super) fn reads_scripts(&self) -> bool {
        matches!(self.check, Check::Script(_) | Check::Invocation(_) | Check::Scripts(_))
    }
}

/// Returns the rules that are on for an object; for a file as a whole without one.
pub(super) fn enabled(config: &Config, subject: Option<&Subject>) -> Vec<Enabled> {
    let mut enabled = Vec::with_capacity(rules::ALL.len());
    // Decisions come in the order of the registry, which is that of `ALL`.
    for (rule, (active, is_on)) in rules::ALL.iter().zip(config.decisions(subject)) {
        if is_on {
            enabled.push(Enabled { active, check: rule.check });
        }
    }
    enabled
}

/// Whether a rule checks what is a part of an object only: the API server checks the whole.
pub(super) fn checks_parts(rule: &Enabled) -> bool {
    matches!(rule.active.rule.category, Category::Validity | Category::Secrets | Category::Suppressions)
        && !matches!(rule.check, Check::Verdict(_))
}

/// Walks an object once and calls every rule with what it reads; returns the scripts that are beyond what is read.
#[expect(clippy::too_many_arguments, reason = "each is something else")]
pub(super) fn run_rules<'r, 'd>(
    object: Object<'d>,
    secrets: &[Secret<'_>],
    cache: &ScriptCache<'_>,
    maps: &ConfigMaps<'d>,
    rules: &[&'r Enabled],
    reads_scripts: bool,
    is_cancelled: &dyn Fn() -> bool,
    reporter: &mut Reporter<'r>,
) -> Vec<String> {
    let wants_verdict = rules.iter().any(|it| matches!(it.check, Check::Verdict(_)));
    let verdict = wants_verdict
        .then(|| crate::kubernetes::verdict::for_findings(object, reporter.kubernetes_version()));
    let fits_types = verdict.as_ref().is_some_and(|verdict| verdict.fits_types);
    let (mut problems, mut unknown, mut mistyped) = (Vec::new(), 0, 0);
    if !fits_types && rules.iter().any(|it| matches!(it.check, Check::Decode(_))) {
        type_check::check(object, reporter.kubernetes_version(), &mut |problem| {
            let count = match problem {
                type_check::TypeError::UnknownField { .. } => &mut unknown,
                type_check::TypeError::WrongType { .. } => &mut mistyped,
            };
            if *count < MAX_EXAMINED {
                *count += 1;
                problems.push(problem);
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
    let source = |it| mounted_script(it, maps).or_else(|| ScriptSource::find(it));
    let sources: Vec<_> = invocations.iter().map(source).collect();
    let mut left = shell::MAX_KEPT;
    let parsed = shell::parse_all(&sources, cache, &mut left);
    let mut unread = shell::unread_scripts(&sources, &parsed);
    let is_awaited = || !is_cancelled();
    let nothing = shell::syntax::Tree::default();
    let both = sources.iter().zip(&parsed).take_while(|_| is_awaited());
    let scripts: Vec<_> = both.map(|(source, parsed)| Script::new(source, parsed, &nothing)).collect();
    let called = scripts.iter().flatten().take_while(|_| is_awaited());
    let called_sources: Vec<_> = called.flat_map(|it| called_scripts(it, maps)).map(Some).collect();
    let called_parsed = shell::parse_all(&called_sources, cache, &mut left);
    unread.extend(shell::unread_scripts(&called_sources, &called_parsed));
    let both = called_sources.iter().zip(&called_parsed).take_while(|_| is_awaited());
    let called: Vec<_> = both.filter_map(|(source, parsed)| Script::new(source, parsed, &nothing)).collect();
    let mut read: Vec<&Script<'_>> = scripts.iter().flatten().collect();
    read.sort_by_key(|script| script.container().node.id);
    for Enabled { active, check } in rules.iter().copied() {
        if !is_awaited() {
            break;
        }
        reporter.active = active;
        match *check {
            Check::Script(check) => {
                read.iter().take_while(|_| is_awaited()).for_each(|script| check(script, reporter));
                let called = called.iter().take_while(|_| is_awaited());
                called.for_each(|it| report_within(it, reporter, |reporter| check(it, reporter)));
            }
            Check::Scripts(check) => pod.into_iter().for_each(|pod| check(pod, &read, reporter)),
            Check::Invocation(check) => {
                let pairs = invocations.iter().zip(&scripts).take_while(|_| is_awaited());
                pairs.for_each(|(invocation, script)| check(invocation, script.as_ref(), reporter));
                let called = called.iter().take_while(|_| is_awaited());
                called.for_each(|it| {
                    report_within(it, reporter, |reporter| check(it.source.invocation, Some(it), reporter));
                });
            }
            Check::Syntax(_)
            | Check::Configuration
            | Check::Suppression(_)
            | Check::Neighbours { .. }
            | Check::Change(_)
            | Check::Rename(_)
            | Check::Fleet { .. } => {}
            Check::Decode(check) => problems.iter().for_each(|problem| check(problem, reporter)),
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
            Check::ConfigMaps(check) => pod.into_iter().for_each(|pod| check(pod, maps, reporter)),
            Check::Container(check) => {
                let asked = containers.iter().take_while(|_| is_awaited());
                asked.for_each(|&container| check(container, reporter));
            }
        }
    }
    unread
}

/// Reports what a rule finds in a script that another one runs: what it finds at the container it has reported already.
fn report_within(script: &Script<'_>, reporter: &mut Reporter<'_>, check: impl FnOnce(&mut Reporter<'_>)) {
    let before = reporter.findings.len();
    check(reporter);
    let span = script.source.node.span();
    let mut found = reporter.findings.split_off(before);
    found.retain(|it| span.contains(it.place.span));
    reporter.findings.append(&mut found);
}
