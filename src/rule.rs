//! A rule: plain data, a page, and a plain function that reports.

pub mod fleet;
pub mod surroundings;

use crate::diagnostic::meta::{Meta, OptionValue, Range};
use std::borrow::Cow;
use std::sync::Arc;

use crate::diagnostic::finding::{Finding, MAX_FINDINGS, Subject};
use crate::diagnostic::severity::Severity;
use crate::facts::mounted_script::ConfigMaps;
use crate::facts::secret::detected::Secret;
use crate::kubernetes::types::type_check::TypeError;
use crate::kubernetes::verdict::Verdict;
use crate::manifest::place::Place;
use crate::manifest::workload::{Container, CronJob, Job, Object, Pod};
use crate::policy::config::{ActiveRule, Config};
use crate::policy::suppress::SuppressionProblem;
use crate::schema::version::Version;
use crate::shell::Invocation;
use crate::shell::Script;
use crate::text::pattern::Pattern;
use crate::text::source::Source;
use crate::time::calendar::Calendar;
use fleet::{Draft, Fleet};
use surroundings::Surroundings;

/// A rule: what is known of it, and the function that looks for its defect.
#[derive(Debug)]
pub struct Rule {
    /// What is known of it without running it.
    pub meta: Meta,
    /// The level it reads, with its function.
    pub check: Check,
}

/// The level that a rule reads. The engine walks once and calls.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// A part of a file that cannot be read.
    Syntax(fn(&crate::manifest::document::Problem, &mut Reporter<'_>)),
    /// A configuration, whose reader finds the mistakes.
    Configuration,
    /// Something that the types of Kubernetes do not allow.
    Decode(fn(&TypeError<'_>, &mut Reporter<'_>)),
    /// What the API server says about a whole object.
    Verdict(fn(Object<'_>, &Verdict<'_>, &mut Reporter<'_>)),
    /// The credentials in a whole object.
    Secrets(fn(Object<'_>, &[Secret<'_>], &mut Reporter<'_>)),
    /// A whole object.
    Object(fn(Object<'_>, &mut Reporter<'_>)),
    /// A CronJob.
    CronJob(fn(CronJob<'_>, &mut Reporter<'_>)),
    /// A CronJob whose schedule and zone can be read.
    Schedule(fn(CronJob<'_>, &Calendar, &mut Reporter<'_>)),
    /// A Job, or what a CronJob makes Jobs from.
    Job(fn(Job<'_>, &mut Reporter<'_>)),
    /// A pod template.
    Pod(fn(Pod<'_>, &mut Reporter<'_>)),
    /// A pod template, with the scripts in its containers.
    Scripts(fn(Pod<'_>, &[&Script<'_>], &mut Reporter<'_>)),
    /// A pod template, with the ConfigMaps and Secrets of its file.
    ConfigMaps(fn(Pod<'_>, &ConfigMaps<'_>, &mut Reporter<'_>)),
    /// A container or init container.
    Container(fn(Container<'_>, &mut Reporter<'_>)),
    /// A shell script in a container.
    Script(fn(&Script<'_>, &mut Reporter<'_>)),
    /// What a container starts, with the script in it if it can be read.
    Invocation(fn(&Invocation<'_>, Option<&Script<'_>>, &mut Reporter<'_>)),
    /// Something wrong with a suppression.
    Suppression(fn(&SuppressionProblem, &mut Reporter<'_>)),
    /// A pod template, and what stands around its Job, once all files of a run are read.
    Neighbours {
        /// Whether something around concerns the rule: the file of the Job is read again only then.
        concerns: fn(&Surroundings<'_>) -> bool,
        /// Reports what the rule finds.
        check: fn(Pod<'_>, &Surroundings<'_>, &mut Reporter<'_>),
    },
    /// An object as it was and as it is to be, with the same kind, namespace and name.
    Change(fn(Object<'_>, Object<'_>, &mut Reporter<'_>)),
    /// The only object of its kind that is gone from a file, and the only one that has come.
    Rename(fn(Object<'_>, Object<'_>, &mut Reporter<'_>)),
    /// All objects of a run.
    Fleet {
        /// Keeps what the rule needs of an object.
        collect: fn(Object<'_>, &Reporter<'_>, &mut Fleet),
        /// Returns what the rule finds in all of them, once the fleet is sorted.
        check: fn(&Fleet) -> Vec<Draft>,
    },
}

/// Takes what a rule finds in one object.
#[derive(Debug)]
pub struct Reporter<'a> {
    pub(crate) active: &'a ActiveRule,
    pub(crate) subject: Arc<Subject>,
    pub(crate) source: Arc<Source>,
    pub(crate) document: usize,
    pub(crate) item: Option<usize>,
    pub(crate) config: &'a Config,
    /// Whether all but the first findings of a rule in the object are merged into one, which affects the places of all.
    pub(crate) merges: bool,
    pub(crate) findings: &'a mut Vec<Finding>,
}

impl<'a> Reporter<'a> {
    /// Returns the patterns of keys and of their values that an option of the rule is set to.
    pub fn map(&self, option: &str) -> impl Iterator<Item = (&'a Pattern, &'a Pattern)> + use<'a> {
        self.active.map(option).into_iter().map(|(key, value, _)| (key, value))
    }

    /// Returns the patterns that an option of the rule is set to; none for an option that it does not have.
    pub fn patterns(&self, option: &str) -> &'a [Pattern] {
        match self.active.option(option) {
            Some(OptionValue::Patterns(patterns)) => patterns,
            _ => &[],
        }
    }
}

impl Reporter<'_> {
    /// Reports a finding at `place`; help and related places can be added to what it returns.
    pub fn report(&mut self, place: impl Into<Place>, message: impl Into<Cow<'static, str>>) -> &mut Finding {
        if self.merges {
            merge_last(self.findings);
        }
        let at = self.findings.len();
        self.findings.push(self.finding(place, message));
        &mut self.findings[at]
    }

    /// Makes a finding at `place` that other objects complete, which says `name` until then.
    pub fn draft(&self, place: impl Into<Place>, name: impl Into<Cow<'static, str>>) -> Draft {
        Draft { finding: self.finding(place, name), is_suppressed: false }
    }

    /// Does the same for a finding that is only an info.
    pub fn milder_draft(&self, place: impl Into<Place>, name: impl Into<Cow<'static, str>>) -> Draft {
        let mut draft = self.draft(place, name);
        draft.finding.severity = self.active.graded(Severity::Info);
        draft
    }

    fn finding(&self, place: impl Into<Place>, message: impl Into<Cow<'static, str>>) -> Finding {
        Finding {
            severity: self.active.severity,
            document: self.document,
            item: self.item,
            subject: self.subject.clone(),
            ..Finding::new(self.active.rule, self.source.clone(), place.into(), message)
        }
    }

    /// Reports a finding that is graver or milder than the rule's others, unless the configuration sets their severity.
    pub fn report_as(
        &mut self,
        severity: Severity,
        place: impl Into<Place>,
        message: impl Into<Cow<'static, str>>,
    ) -> &mut Finding {
        let severity = self.active.graded(severity);
        let finding = self.report(place, message);
        finding.severity = severity;
        finding
    }

    /// Reports a finding that is only an info if the manifest shows that it is meant so, or that it does no harm.
    pub fn report_milder(
        &mut self,
        is_mild: bool,
        place: impl Into<Place>,
        message: impl Into<Cow<'static, str>>,
    ) -> &mut Finding {
        if is_mild { self.report_as(Severity::Info, place, message) } else { self.report(place, message) }
    }

    /// Returns the number that an option of the rule is set to; 0 for an option that it does not have.
    pub fn integer(&self, option: &str) -> i64 {
        match self.active.option(option) {
            Some(OptionValue::Integer(number)) => *number,
            _ => 0,
        }
    }

    /// Returns the text that an option of the rule is set to; empty for an option that it does not have.
    pub fn text(&self, option: &str) -> &str {
        match self.active.option(option) {
            Some(OptionValue::Text(text)) => text,
            _ => "",
        }
    }

    /// Returns the texts that an option of the rule is set to; none for an option that it does not have.
    pub fn list(&self, option: &str) -> &[Cow<'static, str>] {
        match self.active.option(option) {
            Some(OptionValue::List(list)) => list,
            _ => &[],
        }
    }

    /// Returns the range that an option of the rule is set to; for an option that it does not have, one without bounds.
    pub fn range(&self, option: &str) -> Range {
        self.active.range(option)
    }

    /// Returns the Kubernetes minor that the manifests are for.
    pub fn kubernetes_version(&self) -> Version {
        self.config.assumptions.kubernetes_version
    }

    /// Whether GitOps applies everything, whatever labels an object has.
    pub fn is_gitops(&self) -> bool {
        self.config.assumptions.gitops
    }

    /// Returns the day that counts as today: dates in messages start there. Whether a rule reports anything should not depend on
    /// it, and fingerprints never do.
    pub fn as_of(&self) -> jiff::civil::Date {
        self.config.assumptions.as_of
    }
}

/// Merges the last finding into the one before it if its rule has reported enough of them one after the other.
fn merge_last(findings: &mut Vec<Finding>) {
    let Some(first) = findings.len().checked_sub(MAX_FINDINGS + 1) else { return };
    if let Some([.., kept, last]) = findings.get(first..)
        && std::ptr::eq(findings[first].rule, last.rule)
        && template_depth(kept) == template_depth(last)
        && let Some(last) = findings.pop()
        && let Some(kept) = findings.last_mut()
    {
        kept.severity = kept.severity.max(last.severity);
        kept.affects.push(last.place);
        kept.affects.extend(last.related.into_iter().map(|it| it.place));
        kept.affects.extend(last.affects);
    }
}

/// Returns in how many templates a finding is: the annotations of each suppress what is in it.
fn template_depth(finding: &Finding) -> usize {
    let parts = finding.place.path.split('.').take(4);
    parts.filter(|it| matches!(*it, "jobTemplate" | "template")).count()
}
