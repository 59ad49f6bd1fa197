//! A rule: plain data, a page, and a plain function that reports.

mod practice;

use std::borrow::Cow;
use std::sync::Arc;

use crate::config::{Active, Config};
use crate::finding::{Confidence, Finding, Place, Severity, Subject};
use crate::fix::Safety;
use crate::kubernetes::Version;
use crate::kubernetes::decode::Problem;
use crate::kubernetes::verdict::Verdict;
use crate::lint::Fleet;
use crate::script::{Invocation, Script};
use crate::source::Source;
use crate::suppress::Mistake;
use crate::time::calendar::Calendar;
use crate::value::secret::Secret;
use crate::workload::{Container, CronJob, Job, Object, Pod};

pub use practice::{Practice, Same, Yield};

/// A rule with everything that is known about it; its page is its documentation and its test.
#[derive(Debug)]
pub struct Rule {
    /// Names the defect in kebab case, so that "ignore missing-deadline" reads well. Never changes its meaning.
    pub id: &'static str,
    /// What is wrong, in one line without a full stop.
    pub summary: &'static str,
    /// What the rule is about.
    pub category: Category,
    /// How bad a finding is unless the configuration says otherwise.
    pub severity: Severity,
    /// How sure a finding is.
    pub confidence: Confidence,
    /// The practice that each of its findings offends.
    pub practice: Option<Practice>,
    /// The rules that report the same defect in better words, the best first: no finding is folded into one of theirs
    /// where they are off or suppressed.
    pub yields_to: &'static [Yield],
    /// What is left for it to see once an API server has filled in its defaults.
    pub admission: Admission,
    /// The version of batchlint that had it first.
    pub since: &'static str,
    /// The page: `rules/<id>.md`.
    pub page: &'static str,
    /// What the configuration can set.
    pub options: &'static [RuleOption],
    /// How safe the fix is that it offers, where it offers one.
    pub fix: Option<Safety>,
    /// The level it reads, with its function.
    pub check: Check,
}

impl Rule {
    /// What most rules have; each rule names its id, its words, its function and whatever else is its own.
    pub const DEFAULT: Rule = Rule {
        id: "",
        summary: "",
        category: Category::Validity,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        practice: None,
        yields_to: &[],
        admission: Admission::Same,
        since: "",
        page: "",
        options: &[],
        fix: None,
        check: Check::Object(|_, _| {}),
    };

    /// Returns the web address of the page.
    pub fn url(&self) -> String {
        format!("https://batchlint.dev/rules/{}", self.id)
    }

    /// Whether the rule looks at the scripts of containers.
    pub fn reads_scripts(&self) -> bool {
        matches!(self.check, Check::Script(_) | Check::Invocation(_) | Check::Scripts(_))
    }

    /// Returns the first paragraph of the page that is text, on one line.
    pub fn opening(&self) -> String {
        opening(self.page)
    }
}

/// Something about a rule that the configuration can set: `rules: {short-ttl: {minimum: 300}}`.
#[derive(Clone, Debug)]
pub struct RuleOption {
    /// The key, in kebab case.
    pub name: &'static str,
    /// What it does, in one line without a full stop.
    pub summary: &'static str,
    /// The value unless the configuration says otherwise, which gives the type too.
    pub default: OptionValue,
}

/// The value of a rule's option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OptionValue {
    /// A whole number from 0 on.
    Integer(i64),
    /// A text.
    Text(Cow<'static, str>),
    /// A list of texts.
    List(Cow<'static, [Cow<'static, str>]>),
}

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// What the API server says.
    Validity,
    /// Failure and retry.
    Failure,
    /// How long a Job and its parts last.
    Lifetime,
    /// When a CronJob runs.
    Schedule,
    /// Several pods for one Job.
    Parallelism,
    /// Credentials in the open.
    Secrets,
    /// Images and resources.
    Resources,
    /// What a container may do.
    Security,
    /// Labels, names, life in a repository.
    Metadata,
    /// What the shell inside a Job will do.
    Scripts,
    /// What is wrong with suppressions.
    Suppressions,
}

impl Category {
    /// Returns the heading for lists of rules.
    pub fn title(self) -> &'static str {
        match self {
            Category::Validity => "Validity",
            Category::Failure => "Failure and retry",
            Category::Lifetime => "Lifetime",
            Category::Schedule => "Schedule",
            Category::Parallelism => "Parallel work",
            Category::Secrets => "Secrets",
            Category::Resources => "Images and resources",
            Category::Security => "Security",
            Category::Metadata => "Labels and names",
            Category::Scripts => "Scripts",
            Category::Suppressions => "Suppressions",
        }
    }
}

/// What a rule can still see in an object that an API server has filled in: a Job has all defaults then, a CronJob's
/// `jobTemplate.spec` has not (`SetObjectDefaults_CronJob`), comments and formatting are gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// All that it sees in a file.
    Same,
    /// Enough only in a CronJob: in a Job the default hides whether the field was stated.
    CronJobOnly,
    /// Enough where the object says what was stated (`last-applied-configuration`, `managedFields`).
    WhenKnown,
    /// Nothing: the API server has seen to it, or the text is gone.
    Never,
}

impl Admission {
    /// Returns the name as the sources write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Admission::Same => "same",
            Admission::CronJobOnly => "only in CronJobs",
            Admission::WhenKnown => "when it is known what was stated",
            Admission::Never => "never",
        }
    }
}

/// The level that a rule reads. The engine walks once and calls.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// A part of a file that cannot be read.
    Syntax(fn(&crate::document::Problem, &mut Reporter<'_>)),
    /// Something that the types of Kubernetes do not allow.
    Decode(fn(&Problem<'_>, &mut Reporter<'_>)),
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
    /// A container or init container.
    Container(fn(Container<'_>, &mut Reporter<'_>)),
    /// A shell script in a container.
    Script(fn(&Script<'_>, &mut Reporter<'_>)),
    /// What a container starts, with the script in it if it can be read.
    Invocation(fn(&Invocation<'_>, Option<&Script<'_>>, &mut Reporter<'_>)),
    /// Something wrong with a suppression.
    Suppression(fn(&Mistake, &mut Reporter<'_>)),
    /// All objects of a run.
    Fleet(fn(&Fleet<'_>, &mut FleetReporter<'_>)),
}

/// Gives a rule that sees all objects a reporter for one of them.
pub type FleetReporter<'a> = dyn FnMut(Object<'_>, &mut dyn FnMut(&mut Reporter<'_>)) + 'a;

/// What a run is asked to assume.
#[derive(Clone, Copy, Debug)]
pub struct Assumptions {
    /// The Kubernetes minor that the manifests are for.
    pub kubernetes_version: Version,
    /// The day that counts as today.
    pub as_of: jiff::civil::Date,
    /// Whether GitOps applies everything, as the configuration says.
    pub gitops: bool,
}

/// An object can have the same mistake in every line: more of them than this are not looked at one by one.
pub const MOST_LOOKED_AT: usize = 1_000;

/// Takes what a rule finds in one object.
#[derive(Debug)]
pub struct Reporter<'a> {
    pub(crate) active: &'a Active<'a>,
    pub(crate) subject: Subject,
    pub(crate) source: Arc<Source>,
    pub(crate) document: usize,
    pub(crate) item: Option<usize>,
    pub(crate) config: &'a Config,
    pub(crate) findings: &'a mut Vec<Finding>,
}

impl Reporter<'_> {
    /// Reports a finding at `place`; help and related places can be added to what it returns.
    pub fn report(&mut self, place: impl Into<Place>, message: impl Into<String>) -> &mut Finding {
        let at = self.findings.len();
        self.findings.push(Finding {
            rule: self.active.rule,
            severity: self.active.severity,
            message: message.into(),
            help: None,
            place: place.into(),
            related: Vec::new(),
            also: Vec::new(),
            fix: None,
            alternative: None,
            source: self.source.clone(),
            document: self.document,
            item: self.item,
            subject: self.subject.clone(),
            fingerprint: String::new(),
        });
        &mut self.findings[at]
    }

    /// Reports a finding that is graver or milder than the rule's others, unless the configuration sets their severity.
    pub fn report_as(
        &mut self,
        severity: Severity,
        place: impl Into<Place>,
        message: impl Into<String>,
    ) -> &mut Finding {
        let severity = self.active.graded(severity);
        let finding = self.report(place, message);
        finding.severity = severity;
        finding
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

    /// Returns the Kubernetes minor that the manifests are for.
    pub fn kubernetes_version(&self) -> Version {
        self.config.assumptions.kubernetes_version
    }

    /// Says whether GitOps applies everything, whatever labels an object has.
    pub fn is_gitops(&self) -> bool {
        self.config.assumptions.gitops
    }

    /// Returns the day that counts as today: dates in messages start there. Whether a rule speaks should not depend on
    /// it, and fingerprints never do.
    pub fn as_of(&self) -> jiff::civil::Date {
        self.config.assumptions.as_of
    }
}

/// Returns a page as readers of Markdown see it: without the comments that say who writes which part.
pub fn without_comments(page: &str) -> String {
    page.split_inclusive('\n').filter(|line| !line.starts_with("<!--")).collect()
}

fn opening(page: &str) -> String {
    let is_text = |paragraph: &&str| {
        let paragraph = paragraph.trim();
        !paragraph.is_empty() && !paragraph.starts_with(['#', '|', '<', '>']) && !paragraph.starts_with("```")
    };
    let paragraph = page.split("\n\n").find(is_text).unwrap_or_default();
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::opening;

    #[test]
    fn the_opening_of_a_page_is_its_first_text() {
        let page = "# an-id\n\n| box | |\n|--|--|\n\n`ttl` ends\nthe Job.\n\n## Wrong\n";
        assert_eq!(opening(page), "`ttl` ends the Job.");
    }
}
